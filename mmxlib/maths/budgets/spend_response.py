"""What channel totals bring, draw by draw: outcome, its slope, and what falls inside the plan's periods.

With a given flighting a channel's exposure is its total times a fixed pattern, and adstock is linear, so the
adstocked exposure of period t is ``p[t] + h[t] + b * g[t]``: ``p`` what earlier exposure left, ``h`` the
adstocked exposure that is committed beforehand, ``g`` the adstocked pattern, ``b`` the total. The outcome
that the plan causes is the sum over periods of ``effect * (S(p + h + b g) - S(p))``, the periods after the
plan (exposure zero) included.

Notes
-----
Carryover with a last lag is summed to its end. Geometric carryover after the plan is a geometric series of
adstocked exposures ``a r, a r^2, …``. It is summed term by term while the response is curved; below
`SERIES_FROM` the saturation's power series in ``z``
(``(a/k)^s`` for Hill, else ``a/k``) is summed in closed form,
``sum_n z^j q^(j n) = z^j q^j / (1 - q^j)`` with ``q = r^s`` (or ``r``), so that the tail is whole, however
long the carryover, to about 1e-10 of itself.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mmxlib.maths.adstock import GEOMETRIC, paths_into
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.arrays import Array, Cube, Matrix, Vector
from mmxlib.maths.compiled import inner, kernel
from mmxlib.maths.elementary import exponential, logarithm
from mmxlib.maths.media import Curves
from mmxlib.maths.saturation import FLOOR, HILL, saturation, saturation_slope
from mmxlib.maths.saturations.registry import SATURATIONS

SERIES = np.array([each.series for each in sorted(SATURATIONS.values(), key=lambda each: each.code)])
"""Power series of each family in z, by family code."""

LEAST = 1e-100
"""A floor for exposures of which logarithms are taken."""

SERIES_FROM = 0.02
"""The z below which the tail is summed in closed form: the first term left out is below 1e-10."""


@dataclass(frozen=True, eq=False)
class SpendCurves:
    """All that turns channel totals into outcome.

    ``adstock`` and ``family``: (channel,), codes of adstock and saturation families. ``retention``,
    ``timing``, ``half_saturation``, ``shape``: (draw, channel). ``effect``: (draw, unit, channel), outcome at
    full response. ``carry_in``: (draw, unit, channel), the adstocked exposure of the period before the first,
    of geometric channels; ``history``: (unit, channel, LAGS), the exposure of the last periods before the
    first, of the others. ``flight``: (unit, channel, period), exposure per unit of money of the channel's
    total; ``committed``: (unit, channel, period), exposure that is part of every plan, whatever its totals.
    Exposures and half-saturations are multiples of the exposure scale.
    """

    adstock: Array
    family: Array
    retention: Matrix
    timing: Matrix
    half_saturation: Matrix
    shape: Matrix
    effect: Cube
    carry_in: Cube
    history: Cube
    flight: Cube
    committed: Cube

    @property
    def draws(self) -> int:
        """The number of draws."""
        return len(self.retention)

    @cached_property
    def carried(self) -> Matrix:
        """What exposure before the plan brings within and after its periods, shape (draw, channel)."""
        nothing = replace(self, committed=np.zeros_like(self.committed))
        inside, after, _, _ = _evaluated(nothing, np.zeros(len(self.family)))
        total: Matrix = inside + after
        return total


@dataclass(frozen=True, eq=False)
class SpendResponse:
    """What totals bring: arrays of shape (draw, channel), over all units.

    ``outcome`` is what the totals and the committed exposure cause, carryover after the plan included;
    ``slope`` its derivative by the channel's total; ``in_periods`` what falls inside the plan's periods,
    carry-in included; ``inside_slope`` its derivative.
    """

    outcome: Matrix
    slope: Matrix
    in_periods: Matrix
    inside_slope: Matrix


def spend_response(curves: SpendCurves, totals: Vector) -> SpendResponse:
    """Return what ``totals`` (channel,), in money >= 0, bring."""
    inside, after, inside_slope, after_slope = _evaluated(curves, totals)
    return SpendResponse(inside + after - curves.carried, inside_slope + after_slope, inside, inside_slope)


def _evaluated(curves: SpendCurves, totals: Vector) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    inside, after, inside_slope, after_slope = _responses(
        Curves(
            curves.adstock,
            curves.family,
            curves.retention,
            curves.timing,
            curves.half_saturation,
            curves.shape,
        ),
        curves.effect,
        curves.carry_in,
        curves.history,
        curves.flight,
        curves.committed,
        np.ascontiguousarray(totals, dtype=np.float64),
    )
    return inside, after, inside_slope, after_slope


@kernel()
def carried_exposure(exposure: Cube, retention: Matrix) -> Cube:
    """Return the geometric adstocked exposure of the last period, (draw, unit, channel), from zero.

    ``exposure`` has shape (unit, channel, period) and may hold no period; ``retention`` (draw, channel).
    """
    units, channels, periods = exposure.shape
    out = np.zeros((len(retention), units, channels))
    for d in range(len(retention)):
        for u in range(units):
            for c in range(channels):
                r = retention[d, c]
                state = 0.0
                for t in range(periods):
                    state = r * state + (1.0 - r) * exposure[u, c, t]
                out[d, u, c] = state
    return out


def last_exposure(exposure: Cube) -> Cube:
    """Return the last `LAGS` periods of ``exposure`` (unit, channel, period), zeros before its first."""
    units, channels, periods = exposure.shape
    out = np.zeros((units, channels, LAGS))
    known = min(periods, LAGS)
    out[:, :, LAGS - known :] = exposure[:, :, periods - known :]
    return out


@kernel()
def series_variable(family: int, a: float, k: float, s: float) -> float:
    """Return the variable of the family's power series."""
    if family != 0:
        return a / k
    return float(np.exp(s * np.log(a / k))) if a > 0.0 else 0.0


@kernel()
def series_tail(family: int, z: float, q: float) -> tuple[float, float]:
    """Return the sum over n >= 1 of S at ``z q^n``, and ``z`` times its derivative by z."""
    value, slope, zq = 0.0, 0.0, 1.0
    for j in range(SERIES.shape[1]):
        zq *= z * q
        term = SERIES[family, j] * zq / (1.0 - q ** (j + 1))
        value += term
        slope += (j + 1) * term
    return value, slope


@kernel()
def tail_response(family: int, a: float, k: float, s: float, r: float) -> tuple[float, float]:
    """Return the responses after a last adstocked exposure ``a``, summed, and the derivative by ``a``."""
    if r <= 0.0:
        return 0.0, 0.0
    exponent = s if family == 0 else 1.0
    q = r**exponent
    floored = max(a, FLOOR)
    z = series_variable(family, floored, k, s)
    value, slope, state, kept = 0.0, 0.0, floored, 1.0
    while z > SERIES_FROM and family != 3:
        z *= q
        state *= r
        kept *= r
        if family == 0:
            share = z / (1.0 + z)
            value += share
            slope += kept * s * share * (1.0 - share) / state
        else:
            value += saturation(family, state, k, s)
            slope += kept * saturation_slope(family, state, k, s)
    rest, rest_slope = series_tail(family, z, q)
    value += rest
    slope += kept * exponent * rest_slope / state
    if a < FLOOR:
        value = series_tail(family, series_variable(family, a, k, s), q)[0]
    return value, slope


@inner()
def add_committed(
    adstock: int,
    retention: float,
    log_timing: float,
    committed: Vector,
    weights: Matrix,
    left: Vector,
    held: Vector,
    unused: Vector,
) -> None:
    """Add to ``left`` the adstocked exposure of ``committed`` (period,).

    All three have the room that `mmxlib.maths.adstock.paths_into` asks for; ``held`` and ``unused`` are room
    alone. Without committed exposure they are left as they are.
    """
    if np.any(committed):
        count = paths_into(
            adstock, retention, log_timing, 0.0, np.zeros(LAGS), committed, weights, unused, held
        )
        for t in range(count):  # a number at a time: adding slices takes seconds to compile
            left[t] += held[t]


@kernel()
def _responses(
    curves: Curves,
    effect: Cube,
    carry_in: Cube,
    history: Cube,
    flight: Cube,
    committed: Cube,
    totals: Vector,
) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Return the responses within and after the plan's periods, and the slope of either by the total."""
    draws, units, channels = effect.shape
    periods = flight.shape[2]
    sums = np.zeros((4, draws, channels))
    weights = np.empty((3, LAGS))
    room = np.empty((6, periods + LAGS))
    left, own, held, unused, rows = room[0], room[1], room[2], room[3], room[4:]
    for d in range(draws):
        for u in range(units):
            for c in range(channels):
                adstock, r = curves.adstock[c], curves.retention[d, c]
                log_timing = np.log(curves.timing[d, c])
                count = paths_into(
                    adstock,
                    r,
                    log_timing,
                    carry_in[d, u, c],
                    history[u, c],
                    flight[u, c],
                    weights,
                    left,
                    own,
                )
                add_committed(adstock, r, log_timing, committed[u, c], weights, left, held, unused)
                parts = _summed(
                    adstock,
                    curves.saturation[c],
                    r,
                    curves.half_saturation[d, c],
                    curves.shape[d, c],
                    left[:count],
                    own[:count],
                    periods,
                    totals[c],
                    rows,
                )
                for i in range(4):
                    sums[i, d, c] += effect[d, u, c] * parts[i]
    return sums[0], sums[1], sums[2], sums[3]


@inner()
def _terms_into(
    geometric: bool, family: int, k: float, s: float, left: Vector, own: Vector, total: float, rows: Matrix
) -> None:
    """Fill each period's response and its slope by the total, ``rows`` (2, at least as long as ``own``)."""
    count = len(own)
    low = count
    if family == HILL:
        log_k, low = np.log(k), 0
        for t in range(count):
            low += left[t] + total * own[t] <= FLOOR
        for t in range(count):
            a = max(left[t] + total * own[t], LEAST)
            share = 1.0 / (1.0 + exponential(s * (log_k - logarithm(a))))
            rows[0, t] = share
            rows[1, t] = own[t] * s * share * (1.0 - share) / a
    if low == 0:
        return
    peak = 0.0
    for t in range(count):
        peak = max(peak, own[t])
    for t in range(count):
        # the ends of a pattern are small in themselves: only small totals are floored there
        floor = FLOOR if geometric else FLOOR * own[t] / peak
        a = left[t] + total * own[t]
        if family != HILL or a <= floor:
            rows[0, t] = saturation(family, a, k, s)
            rows[1, t] = own[t] * saturation_slope(family, a, k, s)


@inner(sums_reordered=True)
def _summed(
    adstock: int,
    family: int,
    r: float,
    k: float,
    s: float,
    left: Vector,
    own: Vector,
    periods: int,
    total: float,
    rows: Matrix,
) -> tuple[float, float, float, float]:
    """Return one channel's responses within and after the periods, and their slopes, at full response one.

    ``rows`` (2, at least the length of ``own``) is room.
    """
    within, later, steep, later_steep = 0.0, 0.0, 0.0, 0.0
    geometric = adstock == GEOMETRIC
    _terms_into(geometric, family, k, s, left, own, total, rows)
    for t in range(periods):
        within += rows[0, t]
        steep += rows[1, t]
    for t in range(periods, len(own)):
        later += rows[0, t]
        later_steep += rows[1, t]
    if geometric:
        last = len(own) - 1
        later, later_slope = tail_response(family, left[last] + total * own[last], k, s, r)
        later_steep = own[last] * later_slope
    return within, later, steep, later_steep
