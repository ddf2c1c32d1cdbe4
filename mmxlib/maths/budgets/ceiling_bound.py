"""What no allocation within linear limits exceeds, and the least total that may reach a target.

Both come from the same program over the channels' ceilings (`budgets.ceiling_program`): first with one
piece per channel, then, while a channel's majorant lies above its ceiling where the program is solved, with
that channel cut there. Cuts are few: only what matters at the solution is cut (outer approximation).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.ceiling_program import (
    CeilingProgram,
    Vertices,
    integer_bound,
    linear_bound,
    pieces_of,
)
from mmxlib.maths.budgets.limits import ROUNDING, Limits
from mmxlib.maths.budgets.majorant import Ceiling, upper_hull

CUTS = 12
"""Most times that channels are cut for one bound."""

PRECISE = 1e-6
"""The relative precision to which bounds are lowered where nothing else is asked."""

HARMLESS = 0.1
"""A majorant less than this multiple of the precision above its ceiling, as a share of the program's size, is
not cut."""


@dataclass(frozen=True, eq=False)
class Bound:
    """What no allocation can exceed, and where the relaxed problem is solved.

    ``spend``: (channel,), a good start for a local search. ``breaks``: for each channel the knots at which
    its range is cut, its ends included.
    """

    value: float
    spend: Vector
    breaks: tuple[Vector, ...]


@dataclass(frozen=True, eq=False)
class _Question:
    """What is maximized: outcome times ``gain`` less ``cost`` per money, with outcome at least ``least``."""

    gain: float
    cost: float
    least: float


def whole_ranges(limits: Limits) -> tuple[Vector, ...]:
    """Return each channel's range without a cut, as `Bound` holds it."""
    return tuple(np.unique(ends) for ends in np.column_stack((limits.lower, limits.upper)))


def limited_bound(
    ceilings: Sequence[Ceiling],
    limits: Limits,
    *,
    price: float,
    enough: float,
    breaks: Sequence[Vector],
    cuts: int = CUTS,
    precision: float = PRECISE,
) -> Bound:
    """Return what no allocation exceeds, the cost of money at ``price`` taken off.

    Parameters
    ----------
    ceilings
        One per channel, with a knot at each of its bounds.
    limits
        Feasible limits.
    price
        What one unit of money costs in units of the outcome.
    enough
        A bound below it is not lowered further.
    breaks
        The cuts to start with, such as those of an earlier bound; else `whole_ranges`.
    cuts
        How often channels are cut at most (>= 0).
    precision
        What the bound may leave, relative to itself; a coarser one is found sooner.
    """
    question = _Question(1.0, price, -np.inf)
    return _bounded(ceilings, limits, question, enough=enough, breaks=breaks, cuts=cuts, precision=precision)


def least_total_bound(
    ceilings: Sequence[Ceiling], limits: Limits, *, target: float, enough: float, breaks: Sequence[Vector]
) -> Bound:
    """Return the total below which no allocation reaches an outcome of ``target``, infinite if none does.

    Arguments as in `limited_bound`; a bound above ``enough`` is not raised further.
    """
    most = limited_bound(ceilings, limits, price=0.0, enough=target, breaks=breaks)
    if most.value < target:
        return Bound(np.inf, most.spend, most.breaks)
    question = _Question(0.0, 1.0, target)
    lowest = _bounded(ceilings, limits, question, enough=-enough, breaks=breaks, cuts=CUTS, precision=PRECISE)
    return Bound(-lowest.value, lowest.spend, lowest.breaks)


def _bounded(
    ceilings: Sequence[Ceiling],
    limits: Limits,
    question: _Question,
    *,
    enough: float,
    breaks: Sequence[Vector],
    cuts: int,
    precision: float,
) -> Bound:
    size = sum(float(np.ptp(each.y)) for each in ceilings) or 1.0
    worth = question.gain * size + question.cost * limits.scale
    best = Bound(np.inf, limits.lower, tuple(breaks))
    for count in range(cuts + 1):
        program = _program(pieces_of(ceilings, best.breaks), limits, question, size=size, worth=worth)
        found = linear_bound(program) if program.one_piece else integer_bound(program, precision)
        if found is None:  # only rounding leaves no point: what was found before still stands
            break
        value, spend = min(found.value * worth, best.value), found.x * limits.scale
        harmless = HARMLESS * precision * size
        finer = _cut(ceilings, best.breaks, spend, harmless) if count < cuts else best.breaks
        stuck = value <= enough or finer is best.breaks
        best = Bound(value, spend, finer)
        if stuck:
            break
    return best


def _program(
    vertices: Vertices, limits: Limits, question: _Question, *, size: float, worth: float
) -> CeilingProgram:
    """Return the program in shares of the limits' scale, of the outcome's ``size`` and of ``worth``."""
    sums = limits.sums
    weight = np.maximum(np.abs(sums).max(axis=1), np.finfo(np.float64).tiny)
    x = vertices.x / limits.scale
    slack = ROUNDING * limits.scale  # limits that meet only up to rounding have no point without it
    return CeilingProgram(
        vertices.channel,
        vertices.piece,
        x,
        (question.gain * vertices.y - question.cost * vertices.x) / worth,
        np.vstack((sums[:, vertices.channel] / weight[:, None] * x, vertices.y / size)),
        np.append((limits.sum_lower / weight - slack) / limits.scale, question.least / size - ROUNDING),
        np.append((limits.sum_upper / weight + slack) / limits.scale, np.inf),
    )


def _cut(
    ceilings: Sequence[Ceiling], breaks: tuple[Vector, ...], spend: Vector, harmless: float
) -> tuple[Vector, ...]:
    """Return ``breaks`` with one more wherever a majorant lies above its ceiling at ``spend``."""
    finer = list(breaks)
    for c, each in enumerate(ceilings):
        knots, ends = each.x[0::2], breaks[c]
        piece = min(max(int(np.searchsorted(ends, spend[c])) - 1, 0), max(len(ends) - 2, 0))
        first, last = (int(i) for i in np.searchsorted(knots, ends[[piece, min(piece + 1, len(ends) - 1)]]))
        if last - first < 2:
            continue
        hull = upper_hull(each.x, each.y, 2 * first, 2 * last)
        excess = np.interp(spend[c], each.x[hull], each.y[hull]) - np.interp(spend[c], each.x, each.y)
        if excess > harmless:
            nearest = int(np.argmin(np.abs(knots - spend[c])))
            finer[c] = np.union1d(ends, knots[min(max(nearest, first + 1), last - 1)])
    return breaks if all(a is b for a, b in zip(finer, breaks, strict=True)) else tuple(finer)
