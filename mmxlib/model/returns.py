"""What spend brings: contributions, what a window's spend causes, ROI and its derivative, response curves."""

from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.response import Response
from mmxlib.maths.adstock import GEOMETRIC
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.arrays import Cube, Matrix, Vector
from mmxlib.maths.media import Curves, media_series, window_outcome
from mmxlib.model.curves import curves_of
from mmxlib.model.decomposition import media_draws, unit_exposure

TAIL_SHARE = 1e-6
"""Carryover is followed after the data's end until this share of it is left."""
MAX_TAIL = 260


@dataclass(frozen=True, slots=True)
class Returns:
    """Of a window, per draw and channel, (draw, channel) each, in units of outcome.

    ``contribution``: credited inside the window, carryover from earlier included. ``caused``:
    contribution_of_spend. ``slope``: derivative of ``caused`` when all spend of the window is scaled.
    """

    contribution: Matrix
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


def window_returns(response: Response, first: int, last: int) -> Returns:
    """Return what periods ``first`` to ``last`` (excluded) of every channel brought, over all units."""
    draws = response.draws
    shape = (len(draws), len(response.panel.channels))
    contribution, caused, slope = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    curves = curves_of(response.priors, draws)
    tail = np.zeros(tail_periods(curves))
    for unit in range(len(response.panel.units)):
        contribution += media_draws(response, unit)[:, first:last].sum(axis=1)
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
    return Returns(contribution, caused, slope)


@dataclass(frozen=True, slots=True)
class SteadyCurve:
    """Steady-state outcome per period at each spend.

    ``spend`` (point,), ``outcome`` (draw, point), exposure (point,).
    """

    spend: Vector
    exposure: Vector
    outcome: Matrix


def steady_curve(response: Response, channel: int, spend: Vector) -> SteadyCurve:
    """Return the steady response to a constant spend per period over all units.

    For an organic channel ``spend`` is exposure.

    Spend is split over units as in the data; exposure is spend over its cost.
    """
    panel, draws = response.panel, response.draws
    paid = panel.channels[channel].paid
    series = (panel.spend if paid else panel.exposure)[:, :, channel]
    national = panel.channels[channel].national
    share = np.ones(len(panel.units)) if national else series.sum(axis=1) / max(float(series.sum()), 1e-300)
    cost = response.cost_per_exposure[:, channel] if paid else np.ones(len(panel.units))
    per_unit = spend[None, :] * share[:, None] / np.where(cost > 0.0, cost, 1.0)[:, None]
    curves = curves_of(response.priors, draws, np.array([channel]))
    # no carryover: a constant exposure is its own steady state
    still = curves._replace(adstock=np.array([GEOMETRIC]), retention=np.zeros((len(draws), 1)))
    outcome = np.zeros((len(draws), len(spend)))
    for unit in range(len(panel.units)):
        scaled = np.ascontiguousarray((per_unit[unit] / response.exposure_scale[unit, channel])[:, None])
        outcome += media_series(
            scaled,
            still,
            np.ascontiguousarray(draws.effect[:, unit, [channel]]),
        )[:, :, 0]
    total = per_unit[0] if national else per_unit.sum(axis=0)
    return SteadyCurve(spend=spend, exposure=total, outcome=outcome)


def interval(values: Matrix | Cube, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean, lower and upper quantile over the first axis, so that ``level`` lies between the two."""
    half = 0.5 * (1.0 - level)
    lower, upper = np.quantile(values, [half, 1.0 - half], axis=0)
    return values.mean(axis=0), lower, upper
