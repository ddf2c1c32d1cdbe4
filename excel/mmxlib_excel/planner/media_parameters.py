"""What the planner's formulas know of media: curves, what earlier exposure leaves, and stored plans."""

from dataclasses import dataclass, replace

import numpy as np

from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Response
from mmxlib.forecasting.future_drivers import future_panel
from mmxlib.forecasting.spend_plans import SpendPlan
from mmxlib.maths.adstock import GEOMETRIC, adstocked
from mmxlib.maths.arrays import Array, Cube, Indices, Matrix, Vector
from mmxlib.maths.saturation import FLOOR, saturation
from mmxlib.maths.saturations import none
from mmxlib.model.curves import adstock_codes, curves_of, saturation_codes
from mmxlib.model.returns import tail_periods, window_returns
from mmxlib_excel.layout.planner.room import STEPS

LEAST = 1e-30
"""What is smaller counts as none: a spreadsheet refuses powers of numbers near the least it can hold, and no
family's response to so little is more than 1e-15 of the full one."""


@dataclass(frozen=True, eq=False)
class MediaParameters:
    """Numbers of the reference, adstocked exposure always in multiples of half-saturation.

    ``family``: (channel,), codes of saturation. ``shape``, ``floor``: (channel,), the latter the adstocked
    exposure below which a slope is taken there. ``effect``, ``per_money``: (unit, channel). ``lag_weights``:
    (channel, step). ``counted``: (step,), one for those that count for what spend causes. ``far_shares``:
    (channel, far period), what is left of the last step in each that counts. ``left``: (unit, channel, step),
    the adstocked exposure without the plan's spend. ``left_sum``: (unit, channel), the responses to it over
    all that counts (none where nothing saturates: there formulas need the plan's own exposure alone).
    """

    family: Indices
    shape: Vector
    floor: Vector
    effect: Matrix
    per_money: Matrix
    lag_weights: Matrix
    counted: Vector
    far_shares: Matrix
    left: Cube
    left_sum: Matrix


def media_parameters(response: Response, nothing: SpendPlan, share: Matrix) -> MediaParameters:
    """Return the numbers of media for plans of the periods of ``nothing``, a plan without spend.

    ``share`` (unit, channel) is how an amount for all units is divided over them.
    """
    reference, weeks = response.reference, len(nothing.dates)
    tail = tail_periods(curves_of(response.priors, reference))
    half = reference.half_saturation[0]
    steps = max(STEPS, weeks + tail)
    history = np.concatenate([response.panel.exposure, future_panel(response, nothing).exposure], axis=1)
    left = _adstocked(response, history, steps)
    weights = _spread(response, np.ones((1, 1, len(half))), STEPS)[0]
    geometric = adstock_codes(response.priors) == GEOMETRIC
    retention = np.where(geometric, reference.retention[0], 0.0)
    cost = response.cost_per_exposure * response.exposure_scale * half
    return MediaParameters(
        family=saturation_codes(response.priors),
        shape=reference.shape[0],
        floor=FLOOR / half,
        effect=reference.effect[0],
        per_money=np.divide(share, cost, out=np.zeros_like(share), where=cost > 0.0),
        lag_weights=weights.T,
        counted=np.where(np.arange(STEPS) < weeks + tail, 1.0, 0.0),
        far_shares=_without_least(retention[:, None] ** np.arange(1, max(weeks + tail - STEPS, 0) + 1)),
        left=np.swapaxes(left[:, :STEPS], 1, 2),
        left_sum=_summed_responses(response, left[:, : weeks + tail]),
    )


def own_adstock(response: Response, plan: SpendPlan) -> Cube:
    """Return the adstocked exposure of a plan's own spend, (unit, channel, step)."""
    paid = np.array([channel.paid for channel in response.panel.channels], dtype=bool)
    exposure = np.where(paid, future_panel(response, plan).exposure, 0.0)
    return np.swapaxes(_adstocked(response, exposure, STEPS, history=0), 1, 2)


def caused(response: Response, plan: SpendPlan) -> Vector:
    """Return contribution_of_spend of a plan at the reference, (channel,), in units of outcome."""
    future, panel = future_panel(response, plan), response.panel
    whole: Panel = replace(
        panel,
        dates=np.concatenate([panel.dates, future.dates]),
        exposure=np.concatenate([panel.exposure, future.exposure], axis=1),
    )
    asked = replace(response, panel=whole, draws=response.reference)
    first = len(panel.dates)
    brought: Vector = window_returns(asked, first, first + len(future.dates)).caused[0]
    return brought


def _adstocked(response: Response, exposure: Cube, steps: int, history: int | None = None) -> Cube:
    """Return the adstock of exposure in the ``steps`` periods after the data, (unit, step, channel).

    ``exposure`` begins with the data, or with the plan where ``history`` is 0.
    """
    before = len(response.panel.dates) if history is None else history
    scaled = exposure / (response.exposure_scale * response.reference.half_saturation[0])[:, None, :]
    return _spread(response, scaled, before + steps)[:, before:]


def _spread(response: Response, exposure: Cube, periods: int) -> Cube:
    """Return adstocked exposure over so many periods, none after those given; (unit, period, channel)."""
    reference, codes = response.reference, adstock_codes(response.priors)
    series = np.zeros((exposure.shape[0], periods, exposure.shape[2]))
    series[:, : exposure.shape[1]] = exposure[:, :periods]
    out = np.empty_like(series)
    for u in range(series.shape[0]):
        for c in range(series.shape[2]):
            one = np.ascontiguousarray(series[u, :, c])
            shape = float(reference.retention[0, c]), float(reference.timing[0, c])
            out[u, :, c] = adstocked(one, int(codes[c]), *shape)
    return _without_least(out)


def _without_least(values: Array) -> Array:
    """Return the values, none for those below `LEAST`."""
    kept: Array = np.where(values < LEAST, 0.0, values)
    return kept


def _summed_responses(response: Response, exposure: Cube) -> Matrix:
    """Return the responses to adstocked exposure, summed over periods; (unit, channel)."""
    families, shape = saturation_codes(response.priors), response.reference.shape[0]
    total = np.zeros((exposure.shape[0], exposure.shape[2]))
    for u in range(total.shape[0]):
        for c in np.flatnonzero(families != none.CODE):
            total[u, c] = sum(
                saturation(int(families[c]), float(v), 1.0, float(shape[c])) for v in exposure[u, :, c]
            )
    return total
