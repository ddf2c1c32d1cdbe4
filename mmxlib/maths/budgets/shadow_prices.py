"""What each limit of an allocation costs: multipliers of the optimum (Karush, Kuhn and Tucker).

At an optimum the slope of the value is a sum of the binding limits' directions with multipliers >= 0; a
multiplier is what one more unit of money within its limit would add. They are found by a linear program that
leaves as little of the slope unexplained as can be; where limits leave multipliers a choice, those of sums
are the smallest: what one more unit brings is what the next best use of it brings.
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Array, Vector
from mmxlib.maths.budgets.limits import Limits
from mmxlib.maths.budgets.linear_programs import LinearProgram, solved

AT_LIMIT = 1e-6
"""A limit binds where what is left to it is below this share of the range, or of the scale for sums."""

PREFERENCE = 1e-6
"""The weight of the sums' multipliers beside what stays unexplained: it only settles ties."""


@dataclass(frozen=True, eq=False)
class ShadowPrices:
    """What one unit of money more of room in each limit would add to the value, >= 0; zero where none binds.

    ``lower`` and ``upper``: (variable,); ``row_lower`` and ``row_upper``: (row,), per unit of the row's sum.
    ``unexplained``: (variable,), the part of the slope that no binding limit accounts for, zero at an
    optimum.
    """

    lower: Vector
    upper: Vector
    row_lower: Vector
    row_upper: Vector
    total_lower: float
    total_upper: float
    unexplained: Vector


def shadow_prices(limits: Limits, spend: Vector, slope: Vector) -> ShadowPrices:
    """Return the multipliers at ``spend`` (variable,), within ``limits``.

    ``slope`` (variable,) is the derivative of the value, the price of money taken off.
    """
    size = float(np.abs(slope).max(initial=0.0)) or 1.0
    sums, reached = limits.sums, limits.sums @ spend
    weight = np.maximum(np.abs(sums).max(axis=1), np.finfo(np.float64).tiny)
    near = AT_LIMIT * np.minimum(limits.upper - limits.lower, limits.scale)
    near_sum = AT_LIMIT * limits.scale * weight
    binding = np.concatenate(
        (
            spend - limits.lower <= near,
            limits.upper - spend <= near,
            reached - limits.sum_lower <= near_sum,
            limits.sum_upper - reached <= near_sum,
        )
    )
    multipliers, unexplained = _multipliers(limits, slope / size, weight, binding)
    variables, rows = len(spend), len(limits.rows)
    lower, upper, least, most = np.split(size * multipliers, np.cumsum([variables, variables, 1 + rows]))
    return ShadowPrices(
        lower, upper, least[1:], most[1:], float(least[0]), float(most[0]), size * unexplained
    )


def _multipliers(limits: Limits, slope: Vector, weight: Vector, binding: Array) -> tuple[Vector, Vector]:
    """Return multipliers of all limits, and what they leave unexplained of ``slope``."""
    each, sums = np.eye(len(slope)), limits.sums / weight[:, None]
    directions = np.vstack((-each, each, -sums, sums))
    count, variables = directions.shape
    preference = np.concatenate((np.zeros(2 * variables), np.full(count - 2 * variables, PREFERENCE)))
    answer = solved(
        LinearProgram(
            cost=np.concatenate((preference, np.ones(2 * variables))),
            lower=np.zeros(count + 2 * variables),
            upper=np.concatenate((np.where(binding, np.inf, 0.0), np.full(2 * variables, np.inf))),
            rows=np.hstack((directions.T, each, -each)),
            row_lower=slope,
            row_upper=slope,
        )
    )
    assert answer is not None, "what is unexplained takes up whatever is left"
    per_sum = np.concatenate((np.ones(2 * variables), 1.0 / weight, 1.0 / weight))
    rest = answer.x[count : count + variables] - answer.x[count + variables :]
    return answer.x[:count] * per_sum, rest
