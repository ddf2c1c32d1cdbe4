"""The best plan by channel and period, with a certificate of how good it is.

Searches with second derivatives (`budgets.interior_search`) start from several plans; a bound by concave
majorants (`mmxlib.maths.budgets.cell_bound`) says how far the best of them can be from the global optimum.
"""

from collections.abc import Sequence

import numpy as np

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.allocation import COOLING, Allocation, AllocationProblem
from mmxlib.maths.budgets.cell_bound import concave_above, lowest_bound
from mmxlib.maths.budgets.cell_objective import CellObjective
from mmxlib.maths.budgets.cell_response import Cells, cell_response, counted
from mmxlib.maths.budgets.certificate import CERTAIN
from mmxlib.maths.budgets.global_search import explored
from mmxlib.maths.budgets.interior_search import inside_of, interior_climb
from mmxlib.maths.budgets.limits import Limits, nearest
from mmxlib.maths.budgets.local_search import Terrain
from mmxlib.maths.budgets.points import Point, best_of
from mmxlib.maths.budgets.starting_points import SAME_START
from mmxlib.maths.threads import single_threaded
from mmxlib.terms import Objective, Solver

EVALUATIONS = 1000
"""Most plans that a global solver measures: 3 s with 12 channels, 26 periods, 400 draws in one unit."""


@single_threaded
def best_cell_allocation(
    problem: AllocationProblem,
    *,
    starts: int,
    rng: np.random.Generator,
    further_starts: Sequence[Vector] = (),
    solver: Solver = Solver.SLSQP,
) -> Allocation:
    """Return the best plan by channel and period found, with its certificate.

    Where no bound is known (an effect is below zero) bound and gap are infinite.

    Parameters
    ----------
    problem
        A feasible problem whose variables are cells, channel * periods + period: so are the limits and the
        present plan, and ``curves.flight`` (unit, channel, period) is exposure per unit of money of a cell.
    starts
        Most starting plans, the present one first (>= 1), unless the first settle the bound.
    rng
        Draws the starts beyond the named ones (present, further, even, least, by marginal return).
    further_starts
        Feasible plans (variable,) to search from as well, such as the best one by channel totals; the answer
        is never worse than any of them.
    solver
        A solver that searches globally explores from the starts first, for `EVALUATIONS` points, and the best
        it finds is climbed; with any other one the starts are climbed.
    """
    objective = cell_objective(problem)
    present = objective.point(problem.present, 0.0)
    terrain = _terrain(problem, objective, present)
    size = terrain.size
    inside = inside_of(problem.limits)
    named = [nearest(problem.limits, each) for each in (problem.present, *further_starts)]
    points, searches = [terrain.point(start) for start in named], 0
    waiting = _starts(problem.limits, named, present.slope, starts, shape=objective.cells.shape, rng=rng)
    if solver is not Solver.SLSQP:
        found = explored(terrain, waiting, solver=solver, rng=rng, evaluations=EVALUATIONS)
        points.append(found)
        waiting = [found.spend]
    above = concave_above(objective, problem.limits)
    bound = np.inf
    while waiting:
        start = waiting.pop(0)
        points.append(interior_climb(terrain, inside, objective.curvature, start))
        searches += 1
        best = best_of(points)
        if above is not None and np.isinf(bound):
            enough = best.value + CERTAIN * size
            lowest = lowest_bound(above, terrain, inside, best.spend, enough=enough)
            bound = lowest.value
            weights = best.weights
            if bound > enough and weights.min() < 0.0:
                weighted = concave_above(objective, problem.limits, weights)
                assert weighted is not None, "the effects are those of the first bound"
                bound = min(bound, lowest_bound(weighted, terrain, inside, best.spend, enough=enough).value)
            if bound > enough and len(waiting) > 0:
                waiting.insert(0, lowest.spend)
        if np.isfinite(bound) and bound - best.value <= CERTAIN * max(size, abs(bound)):
            break
    if above is None:
        return Allocation(best.spend, best.value, best.slope, np.inf, np.inf, searches)
    bound = max(bound, best.value)
    scale = max(size, abs(bound))
    return Allocation(best.spend, best.value, best.slope, bound, (bound - best.value) / scale, searches)


def cell_objective(problem: AllocationProblem) -> CellObjective:
    """Return what a plan by channel and period is worth in ``problem``."""
    return CellObjective(Cells(problem.curves, problem.measure), problem.objective, problem.price)


@single_threaded
def local_cell_allocation(problem: AllocationProblem, starts: Sequence[Vector]) -> Point:
    """Return the best point of local searches from feasible ``starts`` (at least one), or a start."""
    objective = cell_objective(problem)
    terrain = _terrain(problem, objective, objective.point(problem.present, 0.0))
    inside = inside_of(problem.limits)
    points = [terrain.point(start) for start in starts]
    return best_of(
        [*points, *(interior_climb(terrain, inside, objective.curvature, each) for each in starts)]
    )


def _terrain(problem: AllocationProblem, objective: CellObjective, present: Point) -> Terrain:
    size = abs(present.value) or 1.0
    temperatures = _temperatures(problem, objective.cells)
    return Terrain(objective.point, problem.limits, problem.price, size, temperatures)


def _temperatures(problem: AllocationProblem, cells: Cells) -> tuple[float, ...]:
    if problem.objective.kind is not Objective.CVAR:
        return (0.0,)
    spread = float(counted(cells, cell_response(cells, problem.present)).std())
    return tuple(share * spread for share in COOLING)


def _starts(
    limits: Limits,
    named: Sequence[Vector],
    slope: Vector,
    count: int,
    *,
    shape: tuple[int, int],
    rng: np.random.Generator,
) -> list[Vector]:
    """Return at most ``count`` distinct feasible starts: the named, even, least, by return, random."""
    most = min(limits.total_upper, float(limits.upper.sum()))
    proposed = [*named, np.full(len(limits.lower), most / len(limits.lower))]
    if not limits.fixed_total:
        proposed.append(limits.lower)
    steep = np.maximum(slope, 0.0)
    if steep.sum() > 0.0:
        proposed.append(most * steep / steep.sum())
    starts: list[Vector] = []
    for i in range(len(proposed) + count):
        if len(starts) == count:
            break
        if i < len(proposed):
            start = nearest(limits, proposed[i])
        else:
            channels = rng.dirichlet(np.ones(shape[0]))
            start = nearest(
                limits, most * (channels[:, None] * rng.dirichlet(np.ones(shape[1]), shape[0])).ravel()
            )
        if all(np.abs(start - other).max() > SAME_START * most / shape[1] for other in starts):
            starts.append(start)
    return starts
