"""The least that any allocation must spend for its mean outcome to reach a target: a certificate from below.

A search finds an allocation that reaches the target; the least total under the channels' ceilings says how
much less might do, at best.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.allocation import AllocationProblem
from mmxlib.maths.budgets.ceiling_bound import least_total_bound, whole_ranges
from mmxlib.maths.budgets.certificate import CERTAIN, ROUNDS, finer_tables
from mmxlib.maths.budgets.draw_objectives import even_weights
from mmxlib.maths.budgets.majorant import ceiling
from mmxlib.maths.budgets.slope_table import SlopeTable


@dataclass(frozen=True, eq=False)
class LeastTotal:
    """``value``: the total below which no allocation reaches the target, infinite where none does at all.

    ``spend``: (channel,), the allocation of that total under the ceilings, a start for a search.
    """

    value: float
    spend: Vector


def least_total(
    problem: AllocationProblem, tables: Sequence[SlopeTable], *, target: float, reached: Vector
) -> LeastTotal:
    """Return a lower bound of the total spend of any allocation whose mean outcome reaches ``target``.

    Parameters
    ----------
    problem
        Its limits, curves and measure count, its objective (the mean) and its price do not.
    tables
        The channels' tables under equal weights of the draws and the problem's measure, with knots at the
        problem's bounds.
    target
        In units of the outcome that the problem measures.
    reached
        The allocation (channel,) that was found; the bound is made as sharp as it can be there.
    """
    weights = even_weights(problem.curves.draws)
    found = float(reached.sum())
    breaks, best, where = whole_ranges(problem.limits), LeastTotal(-np.inf, reached), reached
    for _ in range(ROUNDS):
        tables = finer_tables(
            problem.curves, tables, near=(reached, where), weights=weights, measure=problem.measure
        )
        bound = least_total_bound(
            [ceiling(table) for table in tables],
            problem.limits,
            target=target,
            enough=found * (1.0 - 0.5 * CERTAIN),
            breaks=breaks,
        )
        breaks, where = bound.breaks, bound.spend
        best = LeastTotal(max(bound.value, best.value), bound.spend)
        if best.value >= found * (1.0 - CERTAIN):
            break
    return best
