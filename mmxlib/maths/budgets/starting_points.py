"""Where local searches start: named points first, then random ones, all within the limits."""

from collections.abc import Sequence

import numpy as np

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.limits import Limits, nearest

SAME_START = 1e-3
"""Starts closer than this share of the most that may be spent lead to the same answer."""


def starting_points(
    limits: Limits,
    *,
    named: Sequence[Vector],
    slope: Vector,
    rise: Vector,
    count: int,
    rng: np.random.Generator,
) -> list[Vector]:
    """Return at most ``count`` distinct feasible starts, the named ones first.

    Parameters
    ----------
    limits
        Feasible limits.
    named
        Points (variable,) to start from first, moved within the limits.
    slope
        Marginal returns (variable,) at the first named point: a start in proportion to them.
    rise
        Mean returns per unit of money at the upper bounds, (variable,): corners in the order of them.
    count
        Most starts, >= 1.
    rng
        Draws the starts beyond the named ones, the equal one and the corners.
    """
    lower, upper, variables = limits.lower, limits.upper, len(limits.lower)
    most = min(limits.total_upper, float(upper.sum()))
    proposed = [*named, np.full(variables, most / variables)]
    steep = np.maximum(slope, 0.0)
    if steep.sum() > 0.0:
        proposed.append(most * steep / steep.sum())
    spare = most - float(lower.sum())
    for i in np.argsort(-rise, kind="stable"):
        proposed.append(np.where(np.arange(variables) == i, min(upper[i], lower[i] + spare), lower))
    while len(proposed) < count:
        proposed.append(rng.dirichlet(np.ones(variables)) * most)
    starts: list[Vector] = []
    for each in proposed:
        if len(starts) == count:
            break
        start = nearest(limits, each)
        if all(np.abs(start - other).max() > SAME_START * most for other in starts):
            starts.append(start)
    return starts
