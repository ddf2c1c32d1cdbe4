"""What spend brings: contributions, what a window's spend causes, ROI and its derivative, response curves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.response import Response
from mmxlib.maths.adstock import GEOMETRIC
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.arrays import Cube, Matrix, Vector
from mmxlib.maths.media import Curves, steady_response, window_outcome
from mmxlib.model.curves import curves_of
from mmxlib.model.decomposition import immediate_draws, media_draws, unit_exposure
from mmxlib.model.exposure import steady_exposure

TAIL_SHARE = 1e-6
"""Carryover is followed after the data's end until this share of it is left."""
MAX_TAIL = 260


@dataclass(frozen=True, slots=True)
class Returns:
    """Of a window, per draw and channel, (draw, channel) each, in units of outcome.

    ``contribution``: credited inside the window, carryover from earlier included. ``immediate``: its part
    that every period's own exposure brings within that period. ``caused``: contribution_of_spend. ``slope``:
    derivative of ``caused`` when all spend of the window is scaled.
    """

    contribution: Matrix
    immediate: Matrix
    caused: Matrix
    slope: Matrix


def tail_periods(curves: Curves) -> int:
    """Return the periods after which no draw's carryover matters (`TAIL_SHARE` of it is left)."""
    geometric = curves.retention[:, curves.adstock == GEOMETRIC]
    ended = LAGS - 1 if geometric.shape[1] < len(curves.adstock) else 0
    if geometric.size == 0:
        return ended
    longest = float(np.clip(geometric.max(), 1e-6, 0.999))
    return max(ended, min(int(np.ceil(np.log(TAIL_SHARE) / np.log(longest))), MAX_TAIL))


def window_returns(
    response: Response, first: int, last: int, *, units: Sequence[int] | None = None
) -> Returns:
    """Return what periods ``first`` to ``last`` (excluded) of every channel brought, over all units or some.

    ``units`` are indices into the panel's units; None means all.
    """
    draws = response.draws
    shape = (len(draws), len(response.panel.channels))
    contribution, immediate = np.zeros(shape), np.zeros(shape)
    caused, slope = np.zeros(shape), np.zeros(shape)
    curves = curves_of(response.priors, draws)
    tail = np.zeros(tail_periods(curves))
    for unit in range(len(response.panel.units)) if units is None else units:
        contribution += media_draws(response, unit)[:, first:last].sum(axis=1)
        immediate += immediate_draws(response, unit)[:, first:last].sum(axis=1)
        exposure = unit_exposure(response, unit)
        for c in range(shape[1]):
            both = window_outcome(
                np.concatenate([exposure[:, c], tail]),
                first,
                last,
                c,
                curves,
                np.ascontiguousarray(draws.effect[:, unit, c]),
            )
            caused[:, c] += both[:, 0]
            slope[:, c] += both[:, 1]
    return Returns(contribution, immediate, caused, slope)


@dataclass(frozen=True, slots=True)
class SteadyCurve:
    """Steady-state outcome per period at each spend.

    ``exposure`` (point,) over all units; ``outcome`` (draw, point) and ``slope`` (draw, point), its
    derivative with respect to spend.
    """

    exposure: Vector
    outcome: Matrix
    slope: Matrix


def steady_curve(response: Response, channel: int, spend: Vector) -> SteadyCurve:
    """Return the steady response to a constant spend per period over all units.

    For an organic channel ``spend`` is exposure.

    Spend is split over units as in the data; exposure is spend over its cost.
    """
    panel, draws = response.panel, response.draws
    per_money = steady_exposure(panel, response.cost_per_exposure, channel, np.ones(1))[:, 0]
    curves = curves_of(response.priors, draws)
    total = np.zeros((len(draws), len(spend), 2))
    for unit in range(len(panel.units)):
        scaled = per_money[unit] / response.exposure_scale[unit, channel]
        both = steady_response(
            spend * scaled,
            channel,
            curves,
            np.ascontiguousarray(draws.effect[:, unit, channel]),
        )
        total += both * np.array([1.0, scaled])
    exposure = spend * (per_money[0] if panel.channels[channel].national else per_money.sum())
    return SteadyCurve(exposure=exposure, outcome=total[:, :, 0], slope=total[:, :, 1])


def interval(values: Matrix | Cube, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean, lower and upper quantile over the first axis, so that ``level`` lies between the two."""
    half = 0.5 * (1.0 - level)
    lower, upper = np.quantile(values, [half, 1.0 - half], axis=0)
    return values.mean(axis=0), lower, upper
