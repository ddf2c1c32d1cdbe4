"""What comes beside the media of a plan, base and chance, and the whole forecast under it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmxlib.artifacts.response import Response
from mmxlib.errors import UsageError
from mmxlib.forecasting.forecast import outlook
from mmxlib.forecasting.forecast_draws import Shocks, enough_rounds
from mmxlib.forecasting.future_drivers import FutureControls, FutureEvents, future_panel
from mmxlib.forecasting.spend_plans import SpendPlan, future_dates
from mmxlib.forecasting.tables import TableOptions, forecast_table
from mmxlib.forecasting.used_draws import chosen_draws
from mmxlib.maths.arrays import Array, Cube, Vector
from mmxlib.model.decomposition import base_draws, media_draws


@dataclass(frozen=True, eq=False)
class Assumed:
    """What a plan's forecast assumes of the future: events and controls as `mmxlib.forecast` takes them.

    ``seed`` is the source of the noise; with that of `mmxlib.forecast`, 0, both say the same of a plan.
    """

    events: FutureEvents = None
    controls: FutureControls = None
    seed: int = 0


NOTHING_KNOWN = Assumed()
"""Events that the data know, controls as they were."""


@dataclass(frozen=True, eq=False)
class BesideMedia:
    """What falls inside a plan's periods beside media.

    ``base``: (draw,), the base and how the last residual fades, over all units and periods. ``shocks``: noise
    and changes of trend to come, None in periods that were observed; ``chance``: (path,), their sum over all
    units and periods; path i goes with draw i modulo the draws.
    """

    base: Vector
    chance: Vector
    shocks: Shocks | None = None


def beside_media_ahead(response: Response, used: Array, periods: int, assumed: Assumed) -> BesideMedia:
    """Return what comes beside media in the ``periods`` after the data, for the ``used`` draws."""
    seen = outlook(
        response,
        periods,
        events=assumed.events,
        controls=assumed.controls,
        rng=np.random.default_rng(assumed.seed),
        rounds=enough_rounds(response, len(used), periods),
        used=used,
    )
    return BesideMedia(seen.base.sum(axis=(1, 2)), seen.shocks.total.sum(axis=(1, 2)), seen.shocks)


def beside_media_observed(response: Response, used: Array, first: int, last: int) -> BesideMedia:
    """Return what came beside media in the observed periods ``first`` to ``last`` (excluded).

    The residual is counted, so that base and the media of the observed plan make up the outcome.
    """
    draws = chosen_draws(response.draws, used)
    base = np.zeros(len(used))
    for unit in range(len(response.panel.units)):
        known = base_draws(response, unit, draws)[:, first:last].sum(axis=(1, 2))
        media = media_draws(response, unit, draws)[:, first:last].sum(axis=(1, 2))
        residual = response.panel.outcome[unit, first:last].sum() - known - media
        base += known + residual
    return BesideMedia(base, np.zeros(len(used)))


def changed_controls(response: Response, periods: int, changes: Mapping[str, float]) -> pd.DataFrame:
    """Return the controls that a forecast assumes, some changed by a share, as `mmxlib.forecast` takes them.

    Raises
    ------
    UsageError
        If a change is for a control that the model does not know; all are named.
    """
    panel = response.panel
    known = [control.name for control in panel.controls]
    strange = [name for name in changes if name not in known]
    if strange:
        raise UsageError(
            f"There is no control {', '.join(map(repr, strange))}.",
            remedy=f"The model's controls are {', '.join(known) or 'none'}.",
            code="MMX-B026",
        )
    dates = future_dates(panel, periods)
    nothing = SpendPlan(dates, np.zeros((len(panel.units), periods, len(panel.channels))))
    values = future_panel(response, nothing).control_values
    factors = np.array([1.0 + changes.get(name, 0.0) for name in known])
    frame = pd.DataFrame((values * factors).reshape(-1, len(known)), columns=known)
    frame.insert(0, "unit", np.repeat(np.array(panel.units, dtype=object), periods))
    frame.insert(0, "date", np.tile(dates, len(panel.units)))
    return frame


def plan_forecast(
    response: Response,
    money: Cube,
    *,
    used: Array,
    assumed: Assumed,
    beside: BesideMedia,
    level: float,
) -> pd.DataFrame:
    """Return the forecast under a plan for the periods after the data, by unit and of all units added up.

    ``money``: (unit, period, channel) over all channels, national repeated in every unit. ``beside`` is what
    `beside_media_ahead` gave for the same draws and assumptions.
    """
    periods = money.shape[1]
    plan = SpendPlan(future_dates(response.panel, periods), money)
    future = future_panel(response, plan, events=assumed.events, controls=assumed.controls)
    draws = chosen_draws(response.draws, used)
    return pd.concat(
        [
            forecast_table(
                response, future, draws, chance=beside.shocks, options=TableOptions(level, by_unit, True)
            )
            for by_unit in (True, False)
        ],
        ignore_index=True,
    )
