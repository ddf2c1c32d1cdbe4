"""Carryover by a weight for each lag: what families without a recursion share.

Notes
-----
Weights are ``w[l] = r**g[l] / sum over m of r**g[m]`` with ``g`` the family's exponents at timing d. With
``G = sum w g`` and ``D = sum w dg``, ``dg`` the exponents' slopes by log d::

    dw[l] / dr     = w[l] * (g[l] - G) / r
    dw[l] / dlog d = w[l] * log(r) * (dg[l] - D)
"""

import numpy as np

from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.compiled import inner

LAGS = 26
"""Periods over which exposure has an effect, half a year of weeks: what comes later than that cannot be told
from trend and season, and every further lag costs time."""
LEAST_RETENTION = 1e-300


@inner()
def weights_into(retention: float, rows: Matrix) -> None:
    """Turn exponents and their slopes by log timing (rows 0 and 1) into weights and their two slopes.

    ``rows`` is (3, LAGS): weights, slopes by retention, slopes by log timing.
    """
    kept = max(retention, LEAST_RETENTION)
    log_kept = np.log(kept)
    least = rows[0, 0]
    for lag in range(1, LAGS):
        least = min(least, rows[0, lag])
    total = mean = mean_slope = 0.0
    for lag in range(LAGS):
        # against the least exponent, so that the largest weight is never lost below the range of doubles
        weight = np.exp(log_kept * (rows[0, lag] - least))
        total += weight
        mean += weight * rows[0, lag]
        mean_slope += weight * rows[1, lag]
        rows[2, lag] = weight
    mean /= total
    mean_slope /= total
    for lag in range(LAGS):
        weight = rows[2, lag] / total
        exponent, slope = rows[0, lag], rows[1, lag]
        rows[0, lag] = weight
        rows[1, lag] = weight * (exponent - mean) / kept
        rows[2, lag] = weight * log_kept * (slope - mean_slope)


@inner()
def weighted_into(exposure: Vector, weights: Vector, out: Vector) -> None:
    """Fill ``out`` with the sums over lags of weight times exposure, nothing before the first period."""
    periods = len(exposure)
    out[:] = 0.0
    for lag in range(min(LAGS, periods)):
        # along periods, and both from zero on, so that the compiler can use vector lanes
        weight, later, earlier = weights[lag], out[lag:], exposure[: periods - lag]
        for t in range(periods - lag):
            later[t] += weight * earlier[t]
