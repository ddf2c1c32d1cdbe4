"""The plan's periods as two models see them: the one that the plan was made with, and one fitted since."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import BaseDesign, Response
from mmxlib.errors import UsageError
from mmxlib.evaluation.plan_periods import PlanPeriods
from mmxlib.evaluation.recent_changes import recent_changes
from mmxlib.forecasting.continuation import expected_of, future_columns
from mmxlib.forecasting.forecast_draws import enough_rounds, shocks
from mmxlib.maths.arrays import Array, Cube, Matrix, Vector
from mmxlib.model.decomposition import base_parts, media_draws, media_totals
from mmxlib.model.returns import window_returns
from mmxlib.terms import Part

BASE_PARTS: tuple[tuple[str, tuple[Part, ...]], ...] = (
    ("level_and_trend", (Part.LEVEL, Part.TREND)),
    ("season", (Part.SEASON,)),
    ("events", (Part.EVENTS,)),
    ("controls", (Part.CONTROLS,)),
)
"""The base's parts as compared. Level and trend are one: two fits may start their lines differently."""

SAME_MODEL = 1e-6
"""By what share of the outcome a plan's stored forecast of media may miss the model's through rounding."""


@dataclass(frozen=True, eq=False)
class ViewBefore:
    """The old model in the plan's periods; the mean over draws of ``planned_base`` and so on is what it says.

    By unit and period (means): ``base``, ``media`` under the planned and ``media_actual`` under the actual
    exposure. Totals over units and periods by draw: ``base_parts`` (draw, part) in the order of `BASE_PARTS`
    (the fading residual in the first), ``by_channel``, ``by_channel_actual`` and ``by_channel_at_cost`` (the
    actual spend at the planned cost of exposure), (draw, channel). ``chance``: (path,), what chance adds to
    the total. ``caused``: (draw, channel), contribution_of_spend. ``history``: (draw, channel), what media
    brought in the periods of the model's data.
    """

    base: Matrix
    media: Matrix
    media_actual: Matrix
    base_parts: Matrix
    by_channel: Matrix
    by_channel_actual: Matrix
    by_channel_at_cost: Matrix
    chance: Vector
    caused: Matrix
    history: Matrix

    @property
    def outcome(self) -> Vector:
        """All that the plan foresaw, (draw,)."""
        total: Vector = self.base_parts.sum(axis=1) + self.by_channel.sum(axis=1)
        return total


@dataclass(frozen=True, eq=False)
class ViewAfter:
    """The new model in the same periods: the same names as in `ViewBefore`, under what happened."""

    base: Matrix
    media: Matrix
    base_parts: Matrix
    by_channel: Matrix
    caused: Matrix
    history: Matrix


def view_before(
    stored: pd.DataFrame, response: Response, future: Panel, since: PlanPeriods, *, rng: np.random.Generator
) -> ViewBefore:
    """Return what the model of the plan says of the covered periods.

    ``future`` holds the planned exposure, events and controls of the covered periods; ``stored`` the forecast
    that travels with the plan (may be empty), whose base counts where it foresaw other events or controls.
    ``rng`` draws the noise that the plan had to expect.

    Raises
    ------
    UsageError
        If the plan's stored forecast is another than the model's.
    """
    covered = range(len(response.panel.dates), len(response.panel.dates) + since.periods)
    carried = since.carried
    actual = replace(response, panel=carried)
    at_cost = replace(response, panel=_at_planned_cost(response, carried, len(response.panel.dates)))
    columns = future_columns(response, future)
    base, media, media_actual = (np.empty((len(future.units), since.periods)) for _ in range(3))
    base_totals = np.zeros((len(response.draws), len(BASE_PARTS)))
    totals = [np.zeros((len(response.draws), len(future.channels))) for _ in range(3)]
    for u in range(len(future.units)):
        expected = expected_of(response, future, u, columns=columns, draws=response.draws)
        own = _grouped(expected.base, base_parts(response))
        own[:, :, 0] += expected.residual
        own += _stored_less_own(stored, response, future, u, base=own, media=expected.media)
        happened = media_draws(actual, u)[:, covered]
        base[u], media[u] = own.sum(axis=2).mean(axis=0), expected.media.sum(axis=2).mean(axis=0)
        media_actual[u] = happened.sum(axis=2).mean(axis=0)
        base_totals += own.sum(axis=1)
        for total, series in zip(
            totals, (expected.media, happened, media_draws(at_cost, u)[:, covered]), strict=True
        ):
            total += series.sum(axis=1)
    rounds = enough_rounds(response, len(response.draws), since.periods)
    chance = shocks(response, future, response.draws, rounds=rounds, rng=rng).total
    planned = replace(response, panel=_followed(response.panel, future))
    return ViewBefore(
        base=base,
        media=media,
        media_actual=media_actual,
        base_parts=base_totals,
        by_channel=totals[0],
        by_channel_actual=totals[1],
        by_channel_at_cost=totals[2],
        chance=chance.sum(axis=(1, 2)),
        caused=window_returns(planned, covered.start, covered.stop).caused,
        history=media_totals(response).sum(axis=1),
    )


def view_after(
    refitted: Response, before: BaseDesign, since: PlanPeriods, *, rng: np.random.Generator
) -> ViewAfter:
    """Return what a model fitted to all data says, its effects and levels free to change since the plan.

    Controls are measured from where the design ``before`` measured them, so that their part means the same.
    """
    changed = recent_changes(refitted, since.first, rng=rng)
    covered = slice(since.first, since.last)
    units = range(len(refitted.panel.units))
    base, media = (np.empty((len(units), since.periods)) for _ in range(2))
    base_totals = np.zeros((len(refitted.draws), len(BASE_PARTS)))
    by_channel, history = (np.zeros(changed.factor.shape) for _ in range(2))
    for u in units:
        columns = changed.columns[u, : since.periods]
        weighted = changed.base[:, u, None, :] * columns[None]
        parts = _grouped(weighted, changed.parts)
        moved = _moved_controls(changed.base[:, u], refitted.base, before, u)
        parts[:, :, -1] += moved[:, None]
        parts[:, :, 0] -= moved[:, None]
        media_all = media_draws(refitted, u)
        history += media_all[:, since.history : since.first].sum(axis=1)
        own = media_all[:, covered] * changed.factor[:, None, :]
        base[u], media[u] = parts.sum(axis=2).mean(axis=0), own.sum(axis=2).mean(axis=0)
        base_totals += parts.sum(axis=1)
        by_channel += own.sum(axis=1)
    until = replace(refitted, panel=since.panel.window(0, since.last))
    caused = window_returns(until, since.first, since.last).caused * changed.factor
    return ViewAfter(base, media, base_totals, by_channel, caused, history)


def _grouped(values: Cube, parts: tuple[Part, ...]) -> Cube:
    """Return values (draw, period, column) summed over the columns of each of `BASE_PARTS`."""
    names = np.array(parts)
    groups = [values[:, :, np.isin(names, members)].sum(axis=2) for _, members in BASE_PARTS]
    return np.stack(groups, axis=-1)


def _moved_controls(base: Matrix, design: BaseDesign, before: BaseDesign, u: int) -> Vector:
    """Return what the controls' part gains when measured from the centers of ``before``, (draw,)."""
    controls = np.flatnonzero(np.array(design.parts) == Part.CONTROLS)
    distance = (design.control_center[u] - before.control_center[u]) / design.control_scale[u]
    moved: Vector = base[:, controls] @ distance
    return moved


def _at_planned_cost(response: Response, carried: Panel, first: int) -> Panel:
    """Return the panel with the exposure that its spend from ``first`` on would buy at the old cost."""
    exposure = carried.exposure.copy()
    for c, channel in enumerate(carried.channels):
        if channel.paid and channel.has_exposure:
            cost = response.cost_per_exposure[:, c][:, None]
            spend = carried.spend[:, first:, c]
            exposure[:, first:, c] = np.divide(spend, cost, out=np.zeros_like(spend), where=cost > 0.0)
    return replace(carried, exposure=exposure)


def _followed(panel: Panel, future: Panel) -> Panel:
    """Return the panel with the future's exposure after its own, for what media bring."""
    return replace(
        panel,
        dates=np.concatenate([panel.dates, future.dates]),
        exposure=np.concatenate([panel.exposure, future.exposure], axis=1),
    )


def _stored_less_own(
    stored: pd.DataFrame, response: Response, future: Panel, u: int, *, base: Cube, media: Cube
) -> Cube | float:
    """Return what a plan's ``stored`` forecast of the base has more than the mean of ``base``.

    Shape (1, period, part); 0 where nothing is stored.
    """
    if stored.empty:
        return 0.0
    rows = stored[stored["unit"] == future.units[u]]
    wide = rows.pivot(index="date", columns="component", values="mean").loc[list(future.dates)]
    by_channel: Matrix = wide[list(future.channel_names)].to_numpy()
    if np.abs(by_channel - media.mean(axis=0)).max(initial=0.0) > SAME_MODEL * response.outcome_scale[u]:
        raise UsageError(
            "The plan's forecast is another than the model's: it was made with another one.",
            remedy="Give the model with which the plan was made.",
            code="MMX-M108",
        )
    groups: list[Array] = [
        wide[[part for part in members if part in wide.columns]].sum(axis=1).to_numpy()
        for _, members in BASE_PARTS
    ]
    groups[0] = groups[0] + wide["residual"].to_numpy()
    more: Matrix = np.stack(groups, axis=-1) - base.mean(axis=0)
    return more[None]
