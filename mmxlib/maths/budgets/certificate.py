"""How far the best allocation of channel totals can be above a found one: bounds in rounds of finer knots.

The bound needs a sum of one function per channel. The mean over draws is one. Mean less risk and CVaR are the
smallest of sums with certain weights of the draws (`budgets.draw_objectives`); so the best under any
such weights bounds the best, and the weights at the found optimum are taken: for concave returns they make
the bound exact (the minimax theorem), for others it stays a bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.ceiling_bound import PRECISE, Bound, limited_bound, whole_ranges
from mmxlib.maths.budgets.limits import nearest
from mmxlib.maths.budgets.local_search import Terrain, best_climb
from mmxlib.maths.budgets.majorant import ceiling
from mmxlib.maths.budgets.points import Point
from mmxlib.maths.budgets.slope_table import SlopeTable, refined, slope_table
from mmxlib.maths.budgets.spend_response import SpendCurves
from mmxlib.terms import Measure

CERTAIN = 1e-5
"""The relative gap at which the search ends: a hundredth of what is promised (0.1 %)."""

ROUNDS = 6
"""Refinements of the bound's knots; each lowers what the tents leave by an order or more."""

COARSE = 1e-4
"""The precision of bounds with risk: a tenth of the gap that is promised."""

STALLED = 0.8
"""With risk, the share of the gap that a round must not leave: what is left is then not the knots' doing."""

KNOTS = 33
"""Even knots over a channel's range; with 32 cells tents leave about 0.01 % of a smooth response."""


@dataclass(frozen=True, eq=False)
class Certified:
    """A point, a bound of all points, and the tables as refined for it."""

    best: Point
    bound: Bound
    tables: Sequence[SlopeTable]

    def gap(self, size: float) -> float:
        """Return how far the point can be from the best, relative to the larger of the bound and ``size``."""
        scale = max(abs(self.bound.value), size)
        return max(self.bound.value - self.best.value, 0.0) / scale if scale > 0.0 else 0.0


def tables_of(
    curves: SpendCurves,
    *,
    lower: Vector,
    upper: Vector,
    further: Sequence[Vector],
    weights: Vector,
    measure: Measure = Measure.CONTRIBUTION_OF_SPEND,
) -> tuple[SlopeTable, ...]:
    """Return each channel's table from ``lower`` to ``upper`` (channel,), with knots at ``further`` as well.

    ``further`` holds vectors of totals (channel,) within the range, such as the bounds of each question that
    the tables are to serve.
    """
    return tuple(
        slope_table(
            curves,
            c,
            _knots(float(lower[c]), float(upper[c]), [float(each[c]) for each in further]),
            weights=weights,
            measure=measure,
        )
        for c in range(len(lower))
    )


def _knots(lower: float, upper: float, further: Sequence[float]) -> Vector:
    even = np.linspace(lower, upper, KNOTS)
    step = (upper - lower) / (KNOTS - 1)
    near_zero = (
        upper * np.geomspace(1e-9, 1.0, 19) if lower < step else np.empty(0)
    )  # Hill with s < 1 is steep
    near_zero = near_zero[(near_zero > lower) & (near_zero < lower + step)]
    knots: Vector = np.unique(np.concatenate((even, near_zero, [lower, upper], further)))
    return knots[(knots >= lower) & (knots <= upper)]


def certified(
    terrain: Terrain,
    best: Point,
    tables: Sequence[SlopeTable],
    *,
    curves: SpendCurves,
    measure: Measure,
    fixed_weights: bool,
    certain: float = CERTAIN,
    rounds: int = ROUNDS,
) -> Certified:
    """Return the best point and its bound, in turns: finer knots, then a search from where the bound is.

    ``tables`` are by the weights of ``best`` and hold knots at the bounds. ``fixed_weights`` says that the
    objective has one set of weights (the mean), so that finer knots close the gap. ``certain`` is the gap at
    which the ``rounds`` end, if not before.
    """
    size, limits = terrain.size, terrain.limits
    where, lowest, weights = best.spend, None, best.weights
    for _ in range(rounds):
        tables = finer_tables(curves, tables, near=(best.spend, where), weights=weights, measure=measure)
        bound = limited_bound(
            [ceiling(table) for table in tables],
            limits,
            price=terrain.price,
            enough=best.value + 0.5 * certain * size,
            breaks=whole_ranges(limits) if lowest is None else lowest.breaks,
            precision=PRECISE if fixed_weights else COARSE,
        )
        before = np.inf if lowest is None else Certified(best, lowest, tables).gap(size)
        lowest = bound if lowest is None else replace(bound, value=min(bound.value, lowest.value))
        where = bound.spend
        if Certified(best, lowest, tables).gap(size) <= certain:
            break
        better = best_climb(terrain, [nearest(limits, where)])
        if better.value > best.value:
            best = better
        if not fixed_weights and Certified(best, lowest, tables).gap(size) > STALLED * before:
            break
    assert lowest is not None, "there is at least one round"
    return Certified(best, lowest, tables)


def finer_tables(
    curves: SpendCurves,
    tables: Sequence[SlopeTable],
    *,
    near: tuple[Vector, Vector],
    weights: Vector,
    measure: Measure,
) -> list[SlopeTable]:
    """Return the tables with further knots at and beside two allocations (channel,)."""
    return [
        refined(
            curves,
            c,
            table,
            points=_around(near[0][c], near[1][c], table.knots),
            weights=weights,
            measure=measure,
        )
        for c, table in enumerate(tables)
    ]


def _around(best: float, where: float, knots: Vector) -> Vector:
    """Return new knots at and beside two totals, ever closer as the cells shrink."""
    points = []
    for x in (best, where):
        cell = min(max(int(np.searchsorted(knots, x)) - 1, 0), max(len(knots) - 2, 0))
        width = knots[min(cell + 1, len(knots) - 1)] - knots[cell]
        points += [x, *(x + sign * share * width for share in (1 / 64, 1 / 8) for sign in (-1.0, 1.0))]
    return np.array(points)
