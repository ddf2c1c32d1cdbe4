"""A channel's outcome at knots with bounds on its slope between them, which hold for certain.

The slope of every saturation family rises up to its inflection and falls after it, so on an interval its
largest and smallest values are known; weighted over draws, units and periods they bound the slope of what a
channel's total brings. From there `mmxlib.maths.budgets.majorant` bounds the best plan.
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.maths.adstock import GEOMETRIC, paths_into
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.budgets.spend_response import (
    SERIES,
    SERIES_FROM,
    SpendCurves,
    add_committed,
    series_tail,
    series_variable,
    tail_response,
)
from mmxlib.maths.compiled import inner, kernel
from mmxlib.maths.saturation import FLOOR, saturation, saturation_slope
from mmxlib.terms import Measure


@dataclass(frozen=True, eq=False)
class SlopeTable:
    """A channel's weighted outcome at ascending knots, and bounds of its slope between neighbors.

    ``knots`` and ``values``: (knot,). ``upper_slope``, ``lower_slope`` and ``peak``: (knot - 1,), the last
    what no value between the two neighbors exceeds.
    """

    knots: Vector
    values: Vector
    upper_slope: Vector
    lower_slope: Vector
    peak: Vector


def slope_table(
    curves: SpendCurves,
    channel: int,
    knots: Vector,
    *,
    weights: Vector,
    measure: Measure = Measure.CONTRIBUTION_OF_SPEND,
) -> SlopeTable:
    """Return the outcome of one channel at ascending ``knots``, weighted over draws, with slope bounds.

    The outcome is that of ``measure``, as `budgets.spend_response.SpendResponse` holds it. ``weights``
    (draw,) may be negative. Between two knots the slope of the weighted outcome lies within the
    bounds for certain: the slope of every family rises up to its inflection and falls after it, so that on an
    interval its largest and smallest values are known term by term.
    """
    values, upper, lower, peak = _table(
        int(curves.adstock[channel]),
        int(curves.family[channel]),
        np.ascontiguousarray(curves.retention[:, channel]),
        np.ascontiguousarray(curves.timing[:, channel]),
        np.ascontiguousarray(curves.half_saturation[:, channel]),
        np.ascontiguousarray(curves.shape[:, channel]),
        np.ascontiguousarray(curves.effect[:, :, channel]),
        np.ascontiguousarray(curves.carry_in[:, :, channel]),
        np.ascontiguousarray(curves.history[:, channel, :]),
        np.ascontiguousarray(curves.flight[:, channel, :]),
        np.ascontiguousarray(curves.committed[:, channel, :]),
        np.ascontiguousarray(knots, dtype=np.float64),
        np.ascontiguousarray(weights, dtype=np.float64),
        measure is Measure.OUTCOME_IN_PERIODS,
    )
    return SlopeTable(knots, values, upper, lower, peak)


def refined(
    curves: SpendCurves,
    channel: int,
    table: SlopeTable,
    *,
    points: Vector,
    weights: Vector,
    measure: Measure = Measure.CONTRIBUTION_OF_SPEND,
) -> SlopeTable:
    """Return ``table`` with further knots at ``points`` (within its range), made in the same way."""
    knots = table.knots
    inside = points[(points > knots[0]) & (points < knots[-1])]
    fresh = np.setdiff1d(inside, knots)
    cells = np.searchsorted(knots, fresh) - 1
    for cell in np.unique(cells)[::-1]:  # from the right, so that the cells on the left keep their index
        ends = table.knots[cell : cell + 2]
        finer = slope_table(
            curves,
            channel,
            np.concatenate((ends[:1], fresh[cells == cell], ends[1:])),
            weights=weights,
            measure=measure,
        )
        table = SlopeTable(
            np.concatenate((table.knots[:cell], finer.knots, table.knots[cell + 2 :])),
            np.concatenate((table.values[:cell], finer.values, table.values[cell + 2 :])),
            np.concatenate((table.upper_slope[:cell], finer.upper_slope, table.upper_slope[cell + 1 :])),
            np.concatenate((table.lower_slope[:cell], finer.lower_slope, table.lower_slope[cell + 1 :])),
            np.concatenate((table.peak[:cell], finer.peak, table.peak[cell + 1 :])),
        )
    return table


@inner()
def _point(family: int, a: float, k: float, s: float) -> tuple[float, float]:
    """Return the response and its true slope, infinite at zero for Hill with s < 1."""
    if family != 0:
        return saturation(family, a, k, s), saturation_slope(family, max(a, FLOOR), k, s)
    if a <= 0.0:
        return 0.0, (np.inf if s < 1.0 else (1.0 / k if s == 1.0 else 0.0))
    share = saturation(family, a, k, s)
    return share, s * share * (1.0 - share) / a


@inner()
def _tail_slope_bounds(
    family: int, a_low: float, a_high: float, k: float, s: float, r: float
) -> tuple[float, float]:
    """Return a lower and an upper bound of the tail's slope for last exposures in [a_low, a_high].

    Where the slope of every term is monotone the ends give the bounds. Below `SERIES_FROM` a Hill slope with
    its inflection inside differs from the monotone ``(s/k) (a/k)^(s-1)`` by at most ``(1 + z)^2``.
    """
    lower, upper, kept = 0.0, 0.0, 1.0
    exponent = s if family == 0 else 1.0
    q = r**exponent
    z_low, z_high = series_variable(family, a_low, k, s), series_variable(family, a_high, k, s)
    turn = (s - 1.0) / (s + 1.0) if family == 0 and s > 1.0 else 0.0
    while z_high > SERIES_FROM and family != 3:
        z_low, z_high, a_low, a_high, kept = z_low * q, z_high * q, a_low * r, a_high * r, kept * r
        at_low, at_high = _slope_at(family, a_low, z_low, k, s), _slope_at(family, a_high, z_high, k, s)
        peak = max(at_low, at_high)
        if z_low < turn < z_high:
            peak = _slope_at(family, k * turn ** (1.0 / s), turn, k, s)
        upper += kept * peak
        lower += kept * min(at_low, at_high)
    end_low = _series_slope(family, a_low, z_low, k, s, r, q)
    end_high = _series_slope(family, a_high, z_high, k, s, r, q)
    if family == 0 and s > 1.0:
        slack = (1.0 + SERIES_FROM) ** 2 if turn < z_high * q else 1.0
        return lower + kept * end_low / slack, upper + kept * end_high * slack
    return lower + kept * end_high, upper + kept * end_low


@inner()
def _slope_at(family: int, a: float, z: float, k: float, s: float) -> float:
    """Return the true slope at ``a``, whose series variable is ``z``."""
    if family != 0 or a <= 0.0:
        return float(_point(family, a, k, s)[1])
    return s * z / ((1.0 + z) * (1.0 + z) * a)


@inner()
def _series_slope(family: int, a: float, z: float, k: float, s: float, r: float, q: float) -> float:
    """Return the true slope of the tail after ``a``, where its series holds."""
    if a > 0.0:
        exponent = s if family == 0 else 1.0
        return float(exponent * series_tail(family, z, q)[1] / a)
    if family == 0 and s != 1.0:
        return np.inf if s < 1.0 else 0.0
    return float(SERIES[family, 0] * r / ((1.0 - r) * k))


@inner()
def _add_period(
    family: int,
    left: float,
    pattern: float,
    k: float,
    s: float,
    turn: float,
    peak_slope: float,
    knots: Vector,
    weight: float,
    values: Vector,
    upper: Vector,
    lower: Vector,
) -> None:
    """Add one period's response to the values, and its slope's bounds; the slope peaks at ``turn``."""
    before, before_slope = 0.0, 0.0
    for i in range(len(knots)):
        a = left + knots[i] * pattern
        share, slope = _point(family, a, k, s)
        values[i] += weight * share
        if i > 0:
            high = peak_slope if before < turn < a else max(before_slope, slope)
            low = min(before_slope, slope)
            upper[i - 1] += weight * pattern * (high if weight > 0.0 else low)
            lower[i - 1] += weight * pattern * (low if weight > 0.0 else high)
        before, before_slope = a, slope


@inner()
def _add_tail(
    family: int,
    left: float,
    pattern: float,
    k: float,
    s: float,
    r: float,
    knots: Vector,
    weight: float,
    values: Vector,
    upper: Vector,
    lower: Vector,
) -> None:
    """Add what geometric carryover brings after the plan, to the values and to the slope's bounds."""
    for i in range(len(knots)):
        a = left + knots[i] * pattern
        values[i] += weight * tail_response(family, a, k, s, r)[0]
        if i > 0 and pattern > 0.0 and r > 0.0:
            low, high = _tail_slope_bounds(family, left + knots[i - 1] * pattern, a, k, s, r)
            upper[i - 1] += weight * pattern * (high if weight > 0.0 else low)
            lower[i - 1] += weight * pattern * (low if weight > 0.0 else high)


@kernel()
def _table(
    adstock: int,
    family: int,
    retention: Vector,
    timing: Vector,
    half_saturation: Vector,
    shape: Vector,
    effect: Matrix,
    carry_in: Matrix,
    history: Matrix,
    flight: Matrix,
    committed: Matrix,
    knots: Vector,
    weights: Vector,
    inside: bool,
) -> tuple[Vector, Vector, Vector, Vector]:
    """Return values at the knots, upper and lower bounds of the slope, and bounds of the values between.

    ``inside`` counts what falls inside the periods, carry-in included.
    """
    draws, units = effect.shape
    periods = flight.shape[1]
    rising = np.zeros(len(knots))  # what draws of positive weight bring: it never falls
    falling = np.zeros(len(knots))
    upper = np.zeros(len(knots) - 1)
    lower = np.zeros(len(knots) - 1)
    weights_by_lag = np.empty((3, LAGS))
    room = np.empty((4, periods + LAGS))
    left, own, held, unused = room[0], room[1], room[2], room[3]
    for d in range(draws):
        r, k, s, log_timing = retention[d], half_saturation[d], shape[d], np.log(timing[d])
        for u in range(units):
            weight = weights[d] * effect[d, u]
            if weight == 0.0:
                continue
            values = rising if weight > 0.0 else falling
            count = paths_into(
                adstock, r, log_timing, carry_in[d, u], history[u], flight[u], weights_by_lag, left, own
            )
            if not inside:
                values -= weight * _carried(adstock, family, left[:count], k, s, r)
            add_committed(adstock, r, log_timing, committed[u], weights_by_lag, left, held, unused)
            counted = periods if inside else count
            _add_periods(family, left[:counted], own[:counted], k, s, knots, weight, values, upper, lower)
            if adstock == GEOMETRIC and not inside:
                last = count - 1
                _add_tail(family, left[last], own[last], k, s, r, knots, weight, values, upper, lower)
    return rising + falling, upper, lower, rising[1:] + falling[:-1]


@inner()
def _carried(adstock: int, family: int, left: Vector, k: float, s: float, r: float) -> float:
    """Return what the exposures of the past bring by themselves, at full response one."""
    without = 0.0
    for t in range(len(left)):
        without += saturation(family, left[t], k, s)
    if adstock == GEOMETRIC:
        without += tail_response(family, left[-1], k, s, r)[0]
    return without


@inner()
def _add_periods(
    family: int,
    left: Vector,
    own: Vector,
    k: float,
    s: float,
    knots: Vector,
    weight: float,
    values: Vector,
    upper: Vector,
    lower: Vector,
) -> None:
    """Add every period's response to the values, and its slope's bounds."""
    turn, peak_slope = -1.0, 0.0
    if family == 0 and s > 1.0:
        turn = k * ((s - 1.0) / (s + 1.0)) ** (1.0 / s)
        peak_slope = _point(family, turn, k, s)[1]
    for t in range(len(left)):
        if own[t] <= 0.0:
            values += weight * saturation(family, left[t], k, s)
        else:
            _add_period(family, left[t], own[t], k, s, turn, peak_slope, knots, weight, values, upper, lower)
