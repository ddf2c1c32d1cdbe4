"""What an allocation may be: bounds of each variable, of their total, and of weighted sums of them.

A variable is a channel's total, or a channel's spend in one period. All limits are linear, so that whatever
asks about them (is there any allocation, which is nearest, what is a limit worth) is a linear program.
"""

from dataclasses import dataclass, replace

import numpy as np

from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.budgets.linear_programs import LinearProgram, solved

ROUNDING = 1e-9
"""The share of the scale by which a sum may miss its limit through rounding alone."""


@dataclass(frozen=True, eq=False)
class Limits:
    """Bounds in money.

    ``lower`` and ``upper``: (variable,), finite (see `tightened`). ``total_lower`` and ``total_upper``
    enclose the sum of the variables; equal ones fix it. ``rows``: (row, variable), weights of further sums (a
    group, a segment, a period), which lie from ``row_lower`` to ``row_upper``, (row,), infinite where there
    is no bound.
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

    @property
    def scale(self) -> float:
        """The most that may be spent, or the least if that is more, > 0: what errors are a share of."""
        most = min(float(np.abs(self.upper).sum()), abs(self.total_upper))
        return max(float(np.abs(self.lower).sum()), most) or 1.0

    @property
    def sums(self) -> Matrix:
        """The weights of every sum with a limit, (1 + row, variable), the total first."""
        return np.vstack((np.ones((1, len(self.lower))), self.rows))

    @property
    def sum_lower(self) -> Vector:
        """The least of every sum, (1 + row,), the total first."""
        return np.concatenate(([self.total_lower], self.row_lower))

    @property
    def sum_upper(self) -> Vector:
        """The most of every sum, (1 + row,), the total first."""
        return np.concatenate(([self.total_upper], self.row_upper))


def tightened(limits: Limits) -> Limits:
    """Return feasible limits whose upper bounds are no higher than the total leaves room for, and finite."""
    spare = limits.total_upper - float(limits.lower.sum())
    return replace(limits, upper=np.minimum(limits.upper, limits.lower + max(spare, 0.0)))


def violation(limits: Limits, spend: Vector) -> float:
    """Return by how much ``spend`` (variable,) misses the limit that it misses most, as a share of the scale.

    A row is measured in units of its largest weight.
    """
    sums = limits.sums
    size = np.maximum(np.abs(sums).max(axis=1), np.finfo(np.float64).tiny)
    reached = sums @ spend
    missed = np.concatenate(
        (
            limits.lower - spend,
            spend - limits.upper,
            (limits.sum_lower - reached) / size,
            (reached - limits.sum_upper) / size,
        )
    )
    return max(float(missed.max(initial=0.0)), 0.0) / limits.scale


def nearest(limits: Limits, spend: Vector) -> Vector:
    """Return the allocation within ``limits`` (feasible ones) that differs least from ``spend``, in money.

    Without rows what is missing is spread in proportion to the room that each variable has left.
    """
    within = _within_total(limits, spend)
    if len(limits.rows) == 0 or violation(limits, within) <= 1e-3 * ROUNDING:
        return within
    return _nearest_by_program(limits, spend)


def drawn_in(limits: Limits, spend: Vector, anchor: Vector) -> Vector:
    """Return ``spend`` moved within the bounds and the total, and then as far to ``anchor`` as rows ask for.

    Quicker than `nearest`. ``anchor`` keeps the limits; what keeps them already stays where it is.
    """
    within = _within_total(limits, spend)
    start, way = limits.rows @ anchor, limits.rows @ (within - anchor)
    room = np.where(way > 0.0, limits.row_upper - start, start - limits.row_lower)
    ahead = np.abs(way) > np.maximum(room, 0.0)
    share = float(np.min(np.maximum(room[ahead], 0.0) / np.abs(way[ahead]), initial=1.0))
    return anchor + share * (within - anchor)


def _within_total(limits: Limits, spend: Vector) -> Vector:
    total = float(np.clip(spend, limits.lower, limits.upper).sum())
    total = min(max(total, limits.total_lower), limits.total_upper)
    return fitted(spend, lower=limits.lower, upper=limits.upper, total=total)


def fitted(spend: Vector, *, lower: Vector, upper: Vector, total: float) -> Vector:
    """Return ``spend`` moved within the bounds to add up to ``total``, in proportion to the room left."""
    inside = np.clip(spend, lower, upper)
    for _ in range(2):  # the second pass takes up rounding
        missing = total - inside.sum()
        room = upper - inside if missing > 0.0 else inside - lower
        if room.sum() > 0.0:
            inside = np.clip(inside + missing * room / room.sum(), lower, upper)
    return inside


def _nearest_by_program(limits: Limits, spend: Vector) -> Vector:
    """Return the answer of the linear program in the moves up and down from the clipped ``spend``."""
    scale, count = limits.scale, len(spend)
    start = np.clip(spend, limits.lower, limits.upper)
    reached = limits.sums @ start
    for slack in (0.0, ROUNDING):  # limits that meet only up to rounding have no point without slack
        answer = solved(
            LinearProgram(
                cost=np.ones(2 * count),
                lower=np.zeros(2 * count),
                upper=np.concatenate((limits.upper - start, start - limits.lower)) / scale,
                rows=np.hstack((limits.sums, -limits.sums)),
                row_lower=(limits.sum_lower - reached) / scale - slack,
                row_upper=(limits.sum_upper - reached) / scale + slack,
            )
        )
        if answer is not None:
            break
    assert answer is not None, "the limits are feasible"
    moved = start + scale * (answer.x[:count] - answer.x[count:])
    return np.asarray(np.clip(moved, limits.lower, limits.upper))


def least_sum(limits: Limits) -> float:
    """Return the least total that ``limits`` (feasible ones) allow."""
    bare = max(float(limits.lower.sum()), limits.total_lower)
    if len(limits.rows) == 0:
        return bare
    answer = solved(
        LinearProgram(
            cost=np.ones(len(limits.lower)),
            lower=limits.lower / limits.scale,
            upper=limits.upper / limits.scale,
            rows=limits.sums,
            row_lower=limits.sum_lower / limits.scale,
            row_upper=limits.sum_upper / limits.scale,
        )
    )
    return bare if answer is None else max(bare, answer.cost * limits.scale)
