"""The terms of one draw, unit and channel of a plan by cell, their slopes and curvatures, compiled."""

import numpy as np

from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.compiled import inner
from mmxlib.maths.elementary import exponential, logarithm
from mmxlib.maths.saturation import EXPONENTIAL, FLOOR, HILL, LOGISTIC, saturation

LEAST = 1e-100
"""A floor for exposures above zero, so that a logarithm is finite."""


@inner(sums_reordered=True)
def adstocked_into(
    geometric: bool,
    r: float,
    weights: Vector,
    carry_in: float,
    history: Vector,
    flight: Vector,
    committed: Vector,
    spend: Vector,
    exposure: Vector,
    spread: Vector,
) -> int:
    """Fill ``spread`` with a channel's adstocked exposures in one unit, and return how many there are.

    Of geometric carryover those within the periods, from ``carry_in`` on; of lag ``weights`` (LAGS,), after
    ``history`` (LAGS,), all until the last cell has no more effect. ``exposure`` is room.
    """
    periods = len(flight)
    if geometric:
        state = carry_in
        for t in range(periods):
            state = r * state + (1.0 - r) * (flight[t] * spend[t] + committed[t])
            spread[t] = state
        return periods
    count = periods + LAGS - 1
    exposure[:LAGS] = history
    for t in range(periods):
        exposure[LAGS + t] = flight[t] * spend[t] + committed[t]
    exposure[LAGS + periods :] = 0.0
    spread[:count] = 0.0
    for lag in range(LAGS):
        weight, earlier = weights[lag], exposure[LAGS - lag :]
        for t in range(count):
            spread[t] += weight * earlier[t]
    return count


@inner()
def floors_into(geometric: bool, weights: Vector, periods: int, floors: Vector) -> None:
    """Fill the exposures below which slopes are taken at them, for each of the periods and of those after.

    The ends of a spread by ``weights`` (LAGS,) are small in themselves, so that only what a small even
    exposure leaves there is floored.
    """
    floors[:] = FLOOR
    if geometric:
        return
    reached = 0.0
    for lag in range(LAGS - 1, 0, -1):
        reached += weights[lag]
        floors[periods + lag - 1] = max(FLOOR * reached, LEAST)


@inner(sums_reordered=True)
def terms_into(family: int, k: float, s: float, floors: Vector, spread: Vector, rows: Matrix) -> None:
    """Fill responses, their slopes and their curvatures by ``spread``, ``rows`` (3, at least its length)."""
    for t in range(len(spread)):
        rows[0, t] = max(spread[t], floors[t])
    _terms_into(family, k, s, len(spread), rows)
    for t in range(len(spread)):
        if spread[t] < floors[t]:
            rows[0, t] = saturation(family, spread[t], k, s)


@inner(sums_reordered=True)
def _terms_into(family: int, k: float, s: float, count: int, rows: Matrix) -> None:
    """Fill ``rows`` from the exposures in the first of them."""
    if family == HILL:
        log_k = np.log(k)
        for t in range(count):
            each = 1.0 / rows[0, t]
            share = 1.0 / (1.0 + exponential(s * (log_k - logarithm(rows[0, t]))))
            slope = s * share * (1.0 - share) * each
            rows[0, t] = share
            rows[1, t] = slope
            rows[2, t] = slope * (s * (1.0 - 2.0 * share) - 1.0) * each
    elif family == EXPONENTIAL:
        for t in range(count):
            left = exponential(-rows[0, t] / k)
            rows[0, t] = 1.0 - left
            rows[1, t] = left / k
            rows[2, t] = -left / (k * k)
    elif family == LOGISTIC:
        for t in range(count):
            left = exponential(-rows[0, t] / k)
            share = (1.0 - left) / (1.0 + left)
            slope = 0.5 * (1.0 - share * share) / k
            rows[0, t] = share
            rows[1, t] = slope
            rows[2, t] = -slope * share / k
    else:
        for t in range(count):
            rows[0, t] = rows[0, t] / k
            rows[1, t] = 1.0 / k
            rows[2, t] = 0.0
