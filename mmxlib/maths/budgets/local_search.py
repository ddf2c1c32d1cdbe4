"""Local searches by sequential quadratic programming with exact gradients, within any linear limits.

Numbers are made ordinary first: variables are shares of the most that may be spent, values multiples of a
given size. What the search returns is moved to the nearest allocation within the limits, so that every limit
holds to rounding, not to the search's own tolerance.

References
----------
Kraft (1988), A Software Package for Sequential Quadratic Programming, DFVLR-FB 88-28.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.budgets.limits import Limits, nearest
from mmxlib.maths.budgets.points import Evaluation, Point, best_of

STEPS = 200
"""Most steps of one local search."""

FLAT = 1e-13
"""A step that gains less than this multiple of the size ends a search."""


@dataclass(frozen=True, eq=False)
class Terrain:
    """What is searched: the evaluation, its limits, the price of money, and how to scale and smooth.

    ``price``: objective per unit of money, as in `budgets.points.Point`. ``size`` > 0: an ordinary
    value. ``temperatures``: the smoothings of successive searches, falling; the last is that of all points
    returned.
    """

    evaluate: Evaluation
    limits: Limits
    price: float
    size: float
    temperatures: tuple[float, ...] = (0.0,)

    def point(self, spend: Vector) -> Point:
        """Return the point at ``spend``, smoothed by the last temperature."""
        return self.evaluate(spend, self.temperatures[-1])


def best_climb(terrain: Terrain, starts: Sequence[Vector]) -> Point:
    """Return the best point of the local searches from feasible ``starts`` (at least one), or a start.

    All are searched at the first temperature, and the best of them at the others.
    """
    warm, *cooler = terrain.temperatures
    points = []
    for start in starts:
        points += [terrain.point(start), terrain.point(climb(terrain, start, warm))]
    for temperature in cooler:
        points.append(terrain.point(climb(terrain, best_of(points).spend, temperature)))
    return best_of(points)


def climb(terrain: Terrain, start: Vector, temperature: float) -> Vector:
    """Return the end of one local search from ``start`` (variable,), a feasible point, at ``temperature``."""
    from scipy.optimize import Bounds, LinearConstraint, minimize  # half a second to import

    limits = terrain.limits
    free = limits.upper > limits.lower
    if not free.any() or (free.sum() == 1 and limits.fixed_total):  # nothing to choose
        return start
    money = limits.scale

    def whole(shares: Vector) -> Vector:
        spend = limits.lower.copy()
        spend[free] = np.clip(shares * money, limits.lower[free], limits.upper[free])
        return spend

    def loss(shares: Vector) -> tuple[float, Vector]:
        point = terrain.evaluate(whole(shares), temperature)
        slope = (point.slope[free] - terrain.price) * (money / terrain.size)
        return -point.smooth / terrain.size, -slope

    sums = _sums(limits, free, money)
    fixed = sums.lower == sums.upper
    constraints = [
        LinearConstraint(sums.weights[kind], sums.lower[kind], sums.upper[kind])
        for kind in (fixed, ~fixed)
        if kind.any()
    ]
    answer = minimize(
        loss,
        start[free] / money,
        jac=True,
        method="SLSQP",
        bounds=Bounds(limits.lower[free] / money, limits.upper[free] / money),
        constraints=constraints,
        options={"maxiter": STEPS, "ftol": FLAT},
    )
    return nearest(limits, whole(answer.x))


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums with limits: weights (sum, variable), lower and upper (sum,)."""

    weights: Matrix
    lower: Vector
    upper: Vector


def _sums(limits: Limits, free: Array, money: float) -> _Sums:
    """Return the sums of free variables that the bounds alone do not keep, in shares of ``money``."""
    weights, fixed = limits.sums[:, free], limits.sums[:, ~free] @ limits.lower[~free]
    size = np.abs(weights).max(axis=1)
    ends = weights * limits.lower[free], weights * limits.upper[free]
    least, most = np.minimum(*ends).sum(axis=1) + fixed, np.maximum(*ends).sum(axis=1) + fixed
    kept = (size > 0.0) & ((limits.sum_lower > least) | (limits.sum_upper < most))
    scale = money * size[kept]
    return _Sums(
        weights[kept] / size[kept][:, None],
        (limits.sum_lower - fixed)[kept] / scale,
        (limits.sum_upper - fixed)[kept] / scale,
    )
