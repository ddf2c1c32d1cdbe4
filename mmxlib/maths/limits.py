"""What an allocation may be: bounds of each variable, of their total, and of weighted sums of them.

A variable is a channel's total, or a channel's spend in one period. All limits are linear, so that whatever
asks about them (is there any allocation, which is nearest, what is a limit worth) is a linear program.
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Matrix, Vector


@dataclass(frozen=True, eq=False)
class Limits:
    """Bounds in money.

    ``lower`` and ``upper``: (variable,), finite. ``total_lower`` and ``total_upper`` enclose the sum of the
    variables; equal ones fix it. ``rows``: (row, variable), weights of further sums (a group, a segment, a
    period), which lie from ``row_lower`` to ``row_upper``, (row,), infinite where there is no bound.
    """

    lower: Vector
    upper: Vector
    total_lower: float
    total_upper: float
    rows: Matrix
    row_lower: Vector
    row_upper: Vector

    @property
    def fixed_total(self) -> bool:
        """Whether the total leaves no choice."""
        return self.total_lower == self.total_upper


def box(lower: Vector, upper: Vector, total: float) -> Limits:
    """Return the limits of a fixed total between bounds, without rows."""
    none = np.empty(0)
    return Limits(lower, upper, total, total, np.empty((0, len(lower))), none, none)
