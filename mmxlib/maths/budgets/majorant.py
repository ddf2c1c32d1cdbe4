"""Piecewise linear functions above a channel's response, and their least concave majorants.

Between knots the bounds of the slope draw a tent above the response. So what is bounded by these functions
(`mmxlib.maths.budgets.ceiling_bound`) is bounded for certain, not at the knots alone.

References
----------
Falk and Soland (1969), An Algorithm for Separable Nonconvex Programming Problems, Management Science 15(9).
Andrew (1979), Another efficient algorithm for convex hulls in two dimensions, Information Processing Letters
9(5).
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Array, Vector
from mmxlib.maths.budgets.slope_table import SlopeTable
from mmxlib.maths.compiled import kernel


@dataclass(frozen=True, eq=False)
class Ceiling:
    """A piecewise linear function above a channel's response: vertices, every second one a knot.

    ``x`` and ``y``: (2 * knots - 1,), x not falling. Odd vertices are the peaks of the tents.
    """

    x: Vector
    y: Vector


def ceiling(table: SlopeTable) -> Ceiling:
    """Return the lowest piecewise linear function that the table allows above the response.

    A tent where the slope is bounded; the cell's peak from end to end where the tent would be higher than
    that, as it is where a slope has no bound (Hill with s < 1 at zero).
    """
    knots, values = table.knots, table.values
    width, rise = np.diff(knots), np.diff(values)
    upper = np.maximum(table.upper_slope, rise / width)  # a bound may be short of the chord by rounding
    lower = np.minimum(table.lower_slope, rise / width)
    finite = np.isfinite(upper) & np.isfinite(lower)
    upper, lower = np.where(finite, upper, 0.0), np.where(finite, lower, 0.0)
    spread, overshoot = upper - lower, rise - lower * width
    step = np.clip(np.divide(overshoot, spread, out=0.5 * width, where=spread > 0.0), 0.0, width)
    tent = values[:-1] + np.where(spread > 0.0, upper * step, rise / width * step)
    bounded = finite & ((tent <= table.peak) | (spread <= 0.0))
    x, y = np.empty(2 * len(knots) - 1), np.empty(2 * len(knots) - 1)
    x[0::2], y[0::2] = knots, values
    x[1::2], y[1::2] = knots[:-1] + step, np.where(bounded, tent, table.peak)
    box = np.where(bounded, -np.inf, table.peak)
    y[0:-1:2] = np.maximum(y[0:-1:2], box)
    y[2::2] = np.maximum(y[2::2], box)
    return Ceiling(x, y)


@kernel()
def upper_hull(x: Vector, y: Vector, first: int, last: int) -> Array:
    """Return the vertices ``first`` to ``last`` (both included) on the least concave majorant.

    Andrew's monotone chain; of vertices with one x the highest counts.
    """
    kept = np.empty(last - first + 1, dtype=np.int64)
    size = 0
    for i in range(first, last + 1):
        if size > 0 and x[i] <= x[kept[size - 1]]:
            if y[i] <= y[kept[size - 1]]:
                continue
            size -= 1
        while size > 1:
            o, a = kept[size - 2], kept[size - 1]
            if (x[a] - x[o]) * (y[i] - y[o]) < (y[a] - y[o]) * (x[i] - x[o]):
                break
            size -= 1
        kept[size] = i
        size += 1
    return kept[:size].copy()
