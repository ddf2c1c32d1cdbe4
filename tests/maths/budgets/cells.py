"""Random allocation problems by channel and period, for tests."""

import numpy as np

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.allocation import AllocationProblem
from mmxlib.maths.budgets.cell_objective import CellObjective
from mmxlib.maths.budgets.cell_response import Cells
from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.maths.budgets.limits import Limits
from mmxlib.maths.budgets.spend_response import SpendCurves
from mmxlib.terms import Measure
from tests.maths.budgets.spending import MEAN, box

CELL = 20.0
"""Ordinary money of a cell of `tests.maths.budgets.spending.random_curves`."""


def cell_problem_of(
    curves: SpendCurves,
    *,
    seed: int = 0,
    factor: float = 1.0,
    lower: float = 0.0,
    upper: float = 2.5,
    objective: DrawObjective = MEAN,
    price: float = 0.0,
    free_total: bool = False,
    measure: Measure = Measure.CONTRIBUTION_OF_SPEND,
) -> AllocationProblem:
    """Return the question how to spend ``factor`` times an uneven present plan, bounded by factors of it."""
    _, channels, periods = curves.flight.shape
    present: Vector = CELL * np.random.default_rng(seed).uniform(0.5, 1.5, channels * periods)
    low, high, total = lower * present, upper * present, factor * float(present.sum())
    limits = box(low, high, total)
    if free_total:
        limits = Limits(low, high, 0.0, np.inf, limits.rows, limits.row_lower, limits.row_upper)
    return AllocationProblem(curves, limits, present, objective, price, measure)


def with_rows(problem: AllocationProblem, *, less: float, more: float) -> AllocationProblem:
    """Return ``problem`` with every period's and every channel's total within factors of the present one."""
    channels, periods = problem.curves.flight.shape[1:]
    rows = np.vstack((np.tile(np.eye(periods), channels), np.kron(np.eye(channels), np.ones(periods))))
    sums, limits = rows @ problem.present, problem.limits
    bounded = Limits(
        limits.lower, limits.upper, limits.total_lower, limits.total_upper, rows, less * sums, more * sums
    )
    return AllocationProblem(**{**vars(problem), "limits": bounded})


def cell_value(problem: AllocationProblem, spend: Vector) -> float:
    """Return what a plan is worth."""
    cells = Cells(problem.curves, problem.measure)
    return CellObjective(cells, problem.objective, problem.price).point(spend, 0.0).value
