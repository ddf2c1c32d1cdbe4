"""Exposure spread over later periods by any family: the one place where compiled loops tell them apart.

All families are normalized: their weights sum to one, so that a constant exposure is its own steady state.
``timing`` enters as its logarithm, as the density holds it. The families are in `mmxlib.maths.adstocks`.
"""

import numpy as np

from mmxlib.maths.adstocks import delayed, geometric, weibull
from mmxlib.maths.adstocks.lags import LAGS, weighted_into, weights_into
from mmxlib.maths.arrays import Array, Cube, Matrix, Vector
from mmxlib.maths.compiled import inner, kernel

GEOMETRIC, DELAYED = geometric.CODE, delayed.CODE


@inner()
def lag_weights_into(family: int, retention: float, log_timing: float, rows: Matrix) -> None:
    """Fill weights by lag and their slopes by retention and log timing, (3, LAGS).

    The geometric family has no last lag, so that nothing is filled for it.
    """
    if family == GEOMETRIC:
        return
    if family == DELAYED:
        delayed.exponents_into(log_timing, rows)
    else:
        weibull.exponents_into(log_timing, rows)
    weights_into(retention, rows)


@inner()
def adstock_into(exposure: Vector, family: int, retention: float, weights: Matrix, out: Vector) -> None:
    """Fill ``out`` (period,) with the adstocked exposure, none before the first period.

    ``weights`` are those of `lag_weights_into`.
    """
    if family == GEOMETRIC:
        geometric.adstock_into(exposure, retention, 0.0, out)
        return
    weighted_into(exposure, weights[0], out)


@inner()
def weights_for(families: Array | None, channels: int) -> Cube | None:
    """Return room for every channel's weights and slopes, (channel, 3, LAGS), or None without ``families``.

    ``families`` are those of `mmxlib.maths.compiled.unless_default`.
    """
    if families is None:
        return None
    return np.empty((channels, 3, LAGS))


@inner()
def fill_weights(
    weights: Cube | None, families: Array | None, c: int, retention: float, log_timing: float
) -> None:
    """Fill the weights of channel ``c``, see `weights_for` and `lag_weights_into`."""
    if families is not None and weights is not None:
        lag_weights_into(families[c], retention, log_timing, weights[c])


@inner()
def adstock_and_slopes_into(
    exposure: Vector, family: int, retention: float, weights: Matrix, rows: Matrix
) -> None:
    """Fill the adstocked exposure and its slopes by retention and log timing, ``rows`` (3, period).

    ``weights`` are those of `fill_weights`, of one channel. Of a family without timing the last row is left
    alone.
    """
    if family == GEOMETRIC:
        geometric.adstock_and_slope_into(exposure, retention, rows)
        return
    for i in range(3):
        weighted_into(exposure, weights[i], rows[i])


@kernel()
def adstocked(exposure: Vector, family: int, retention: float, timing: float) -> Vector:
    """Return the adstocked exposure, shape (period,), none before the first period.

    ``family`` is the code of a family, ``retention`` lies in [0, 1), ``timing`` above 0.
    """
    out, weights = np.empty_like(exposure), np.empty((3, LAGS))
    lag_weights_into(family, retention, np.log(timing), weights)
    adstock_into(exposure, family, retention, weights, out)
    return out


@inner()
def paths_into(
    family: int,
    retention: float,
    log_timing: float,
    carry_in: float,
    history: Vector,
    flight: Vector,
    weights: Matrix,
    left: Vector,
    own: Vector,
) -> int:
    """Fill the adstocked exposures of the past and of ``flight`` (period,), and return how many there are.

    Families without recursion end: theirs run on, past the last period of ``flight``, to the end. Of the
    geometric family, which has none, those within ``flight`` are filled. ``carry_in`` is the geometric
    adstocked exposure of the period before the first, ``history`` (LAGS,) the last exposures before it, for
    the others. ``left`` and ``own`` have room for ``LAGS - 1`` further periods.
    """
    periods = len(flight)
    if family == GEOMETRIC:
        state, pattern = carry_in, 0.0
        for t in range(periods):
            state *= retention
            pattern = retention * pattern + (1.0 - retention) * flight[t]
            left[t] = state
            own[t] = pattern
        return periods
    lag_weights_into(family, retention, log_timing, weights)
    count = periods + LAGS - 1
    for t in range(count):
        left[t] = own[t] = 0.0
        for lag in range(LAGS):
            at = t - lag
            if 0 <= at < periods:
                own[t] += weights[0, lag] * flight[at]
            elif at < 0:
                left[t] += weights[0, lag] * history[at + LAGS]
    return count
