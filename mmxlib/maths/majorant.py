"""An upper bound of the best allocation: least concave majorants, water-filling, branch and bound.

A sum of one function per channel under one total is bounded from above by the sum of the functions' least
concave majorants, whose best allocation is found exactly by filling the steepest segments first. Where a
function is not concave the majorant lies above it; splitting a channel's range there and bounding both parts
lowers the bound, and the largest bound of all parts bounds the whole.

The majorant is taken of a piecewise linear function that lies above the channel's response everywhere:
between knots the bounds of the slope draw a tent. So the bound holds for certain, not for the knots alone.

References
----------
Falk and Soland (1969), An Algorithm for Separable Nonconvex Programming Problems, Management Science 15(9).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from mmxlib.maths.arrays import Array, Vector
from mmxlib.maths.compiled import kernel
from mmxlib.maths.slope_table import SlopeTable


@dataclass(frozen=True, eq=False)
class Ceiling:
    """A piecewise linear function above a channel's response: vertices, every second one a knot.

    ``x`` and ``y``: (2 * knots - 1,), x not falling. Odd vertices are the peaks of the tents.
    """

    x: Vector
    y: Vector


@dataclass(frozen=True, eq=False)
class Bound:
    """What no allocation can exceed, and where the relaxed problem is solved.

    ``totals``: (channel,), the best allocation under the majorants of the part with the largest bound; a good
    start for a local search. ``parts`` is the number of parts that were bounded.
    """

    value: float
    totals: Vector
    parts: int


@dataclass(frozen=True, eq=False)
class _Filled:
    """The relaxed problem's solution: value, totals, and the channel cut between two vertices (-1: none)."""

    value: float
    totals: Vector
    cut: int


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


def certified_bound(
    ceilings: Sequence[Ceiling], *, lower: Vector, upper: Vector, total: float, enough: float, parts: int
) -> Bound:
    """Return an upper bound of the best allocation of ``total`` within the bounds.

    Parameters
    ----------
    ceilings
        One per channel, with a knot at each of its bounds.
    lower, upper
        Bounds of the channels' totals, shape (channel,); their sums enclose ``total``.
    total
        What is to be allocated in full.
    enough
        A value known to be reachable plus a tolerance: a bound below it is not lowered further.
    parts
        The largest number of parts to bound (>= 1); the bound holds whenever the search stops.
    """
    search = _Search(ceilings, total)
    first = [int(np.searchsorted(each.x[0::2], low)) for each, low in zip(ceilings, lower, strict=True)]
    last = [int(np.searchsorted(each.x[0::2], high)) for each, high in zip(ceilings, upper, strict=True)]
    root = search.filled(first, last)
    waiting: list[tuple[float, int, list[int], list[int], _Filled]] = [(-root.value, 0, first, last, root)]
    count = 1
    while True:
        _, _, first, last, best = waiting[0]
        cut = search.split(best, first, last)
        # the part with the largest bound that cannot be split settles the bound of the whole
        if best.value <= enough or cut is None or count + 2 > parts:
            return Bound(best.value, best.totals, count)
        heappop(waiting)
        channel, knot = cut
        for low, high in ((first[channel], knot), (knot, last[channel])):
            starts, ends = _with(first, channel, low), _with(last, channel, high)
            if search.holds(starts, ends):
                count += 1
                part = search.filled(starts, ends)
                heappush(waiting, (-part.value, count, starts, ends, part))
        if not waiting:  # only rounding can rule out both halves: the parent's bound still stands
            return Bound(best.value, best.totals, count)


def _with(ranges: list[int], channel: int, knot: int) -> list[int]:
    return [*ranges[:channel], knot, *ranges[channel + 1 :]]


class _Search:
    """The parts' relaxed problems; it keeps the hulls of ranges, since a split changes one channel alone."""

    def __init__(self, ceilings: Sequence[Ceiling], total: float) -> None:
        self.ceilings = ceilings
        self.total = total
        self.hulls: dict[tuple[int, int, int], Array] = {}

    def holds(self, first: list[int], last: list[int]) -> bool:
        """Whether the ranges enclose the total."""
        low = sum(each.x[2 * i] for each, i in zip(self.ceilings, first, strict=True))
        high = sum(each.x[2 * i] for each, i in zip(self.ceilings, last, strict=True))
        slack = 1e-12 * abs(self.total)
        return bool(low <= self.total + slack and high >= self.total - slack)

    def hull(self, channel: int, first: int, last: int) -> Array:
        """Return the vertices of the majorant over knots ``first`` to ``last``."""
        key = (channel, first, last)
        if key not in self.hulls:
            each = self.ceilings[channel]
            self.hulls[key] = _upper_hull(each.x, each.y, 2 * first, 2 * last)
        return self.hulls[key]

    def filled(self, first: list[int], last: list[int]) -> _Filled:
        """Return the best allocation under the majorants over the given ranges of knots."""
        owners, widths, slopes = [], [], []
        totals, value = np.empty(len(first)), 0.0
        for c, each in enumerate(self.ceilings):
            vertices = self.hull(c, first[c], last[c])
            x, y = each.x[vertices], each.y[vertices]
            totals[c], value = x[0], value + float(y[0])
            owners.append(np.full(len(x) - 1, c))
            widths.append(np.diff(x))
            slopes.append(np.diff(y) / np.diff(x))
        owner, width, slope = np.concatenate(owners), np.concatenate(widths), np.concatenate(slopes)
        order = np.argsort(-slope, kind="stable")
        room = self.total - totals.sum()
        before = np.concatenate(([0.0], np.cumsum(width[order])))[:-1]
        taken = np.clip(room - before, 0.0, width[order])
        value += float((taken * slope[order]).sum())
        totals += np.bincount(owner[order], weights=taken, minlength=len(totals))
        partial = np.flatnonzero((taken > 0.0) & (taken < width[order]))
        return _Filled(value, totals, int(owner[order][partial[0]]) if len(partial) else -1)

    def split(self, part: _Filled, first: list[int], last: list[int]) -> tuple[int, int] | None:
        """Return the channel and the knot at which to split, or None where no split lowers the bound.

        Only the channel that the total cuts between two vertices of its majorant can lie above its ceiling.
        """
        c = part.cut
        if c < 0 or last[c] - first[c] < 2:
            return None
        each, x = self.ceilings[c], part.totals[c]
        vertices = self.hull(c, first[c], last[c])
        majorant = np.interp(x, each.x[vertices], each.y[vertices])
        if majorant - np.interp(x, each.x, each.y) <= 1e-12 * abs(part.value):
            return None
        knots = each.x[0::2]
        nearest = int(np.argmin(np.abs(knots - x)))
        return c, min(max(nearest, first[c] + 1), last[c] - 1)


@kernel()
def _upper_hull(x: Vector, y: Vector, first: int, last: int) -> Array:
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
