"""The best allocation of money over channel totals, with a certificate of how good it is.

Local searches with exact gradients start from several points (`budgets.local_search`); an upper bound
(`mmxlib.maths.budgets.certificate`) says how far the best of them can be from the global optimum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.ceiling_bound import limited_bound, whole_ranges
from mmxlib.maths.budgets.certificate import CERTAIN, Certified, certified, tables_of
from mmxlib.maths.budgets.draw_objectives import DrawObjective, objective_value, smoothed
from mmxlib.maths.budgets.global_search import explored
from mmxlib.maths.budgets.limits import Limits
from mmxlib.maths.budgets.local_search import Terrain, best_climb
from mmxlib.maths.budgets.majorant import ceiling
from mmxlib.maths.budgets.mixed_bound import mixed
from mmxlib.maths.budgets.points import Point
from mmxlib.maths.budgets.slope_table import SlopeTable
from mmxlib.maths.budgets.spend_response import SpendCurves, SpendResponse, spend_response
from mmxlib.maths.budgets.starting_points import starting_points
from mmxlib.terms import Measure, Objective, Solver

COOLING = (0.1, 0.02, 0.005)
"""The temperatures at which CVaR is searched, in standard deviations of the present outcome; at the last the
smoothed CVaR misses it by about 1e-5 of a standard deviation."""

CERTAIN_OF_TAIL = 1e-4
"""The relative gap at which the search of CVaR ends: what smoothing leaves is below it."""

PROMISED = 1e-3
"""The relative gap below which bounds of risk objectives are not lowered further."""

FIRST_STARTS = 2
"""Starts searched before the first bound: with concave returns they settle it."""


@dataclass(frozen=True, eq=False)
class AllocationProblem:
    """What is to be allocated, within what, and by which measure.

    ``limits``: bounds of the channels' totals and of their sums, in money; ``present``: (channel,), the plan
    to start from. ``price`` >= 0 is what one unit of money costs in units of the objective, so that the value
    of an allocation is its objective less ``price`` times its spend. ``measure`` says which outcome counts.
    """

    curves: SpendCurves
    limits: Limits
    present: Vector
    objective: DrawObjective
    price: float = 0.0
    measure: Measure = Measure.CONTRIBUTION_OF_SPEND

    def outcome(self, response: SpendResponse) -> Vector:
        """Return the outcome (draw,) that counts."""
        counted = response.in_periods if self.measure is Measure.OUTCOME_IN_PERIODS else response.outcome
        return np.asarray(counted.sum(axis=1))

    def point(self, spend: Vector, temperature: float) -> Point:
        """Return what ``spend`` (channel,) is worth, see `mmxlib.maths.budgets.points.Evaluation`."""
        response = spend_response(self.curves, spend)
        outcome = self.outcome(response)
        inside = self.measure is Measure.OUTCOME_IN_PERIODS
        slopes = response.inside_slope if inside else response.slope
        smooth, cost = smoothed(outcome, self.objective, temperature), self.price * float(spend.sum())
        exact = objective_value(outcome, self.objective) if temperature > 0.0 else smooth.value
        return Point(spend, exact - cost, smooth.value - cost, smooth.weights @ slopes, smooth.weights)


@dataclass(frozen=True, eq=False)
class Allocation:
    """An allocation and its certificate.

    ``spend``: (channel,). ``value``: the objective less the cost of the money; ``slope``: (channel,), the
    derivative of the objective by each total, without that cost. ``bound``: what no allocation exceeds;
    ``gap``: (bound - value) / max(|bound|, |present plan's value|). ``searches`` counts the local searches.
    """

    spend: Vector
    value: float
    slope: Vector
    bound: float
    gap: float
    searches: int


def best_allocation(
    problem: AllocationProblem,
    *,
    tables: Sequence[SlopeTable],
    starts: int,
    rng: np.random.Generator,
    solver: Solver = Solver.SLSQP,
) -> Allocation:
    """Return the best allocation found, with its certificate.

    Parameters
    ----------
    problem
        A feasible problem.
    tables
        The channels' tables under equal weights of the draws and the problem's measure
        (`mmxlib.maths.budgets.certificate.tables_of`), with knots at the problem's bounds.
    starts
        Starting points of the local search, the present plan first (>= 1). Beyond the named ones (the
        majorants' answer, equal, by marginal return, corners) they are drawn at random.
    rng
        Draws the starts beyond the named ones, and what a global solver tries.
    solver
        A global one begins with all starts and is followed by one local search from where it ended.
    """
    terrain, present = _terrain(problem)
    size = abs(present.value)
    waiting = _starts(problem, tables, present, starts, rng)
    if solver is not Solver.SLSQP:
        found = explored(terrain, waiting, solver=solver, rng=rng).spend
        waiting = [found]
    answer = _certified(problem, terrain, best_climb(terrain, waiting[:FIRST_STARTS]), tables)
    searches = min(FIRST_STARTS, len(waiting))
    if len(waiting) > FIRST_STARTS and answer.gap(size) > _certain(problem):
        other = best_climb(terrain, waiting[FIRST_STARTS:])
        searches = len(waiting)
        if other.value > answer.best.value:
            answer = _certified(problem, terrain, other, answer.tables)
    if problem.objective.kind is not Objective.MEAN:
        answer = mixed(
            terrain,
            answer,
            curves=problem.curves,
            measure=problem.measure,
            objective=problem.objective,
            outcome=lambda spend: problem.outcome(spend_response(problem.curves, spend)),
            enough=PROMISED,
        )
    best = answer.best
    return Allocation(
        best.spend,
        best.value,
        best.slope,
        max(answer.bound.value, best.value),
        answer.gap(size),
        searches,
    )


def local_allocation(problem: AllocationProblem, starts: Sequence[Vector]) -> Point:
    """Return the best point of local searches from feasible ``starts`` (at least one), or a start."""
    return best_climb(_terrain(problem)[0], starts)


def _certain(problem: AllocationProblem) -> float:
    return CERTAIN_OF_TAIL if problem.objective.kind is Objective.CVAR else CERTAIN


def _starts(
    problem: AllocationProblem,
    tables: Sequence[SlopeTable],
    present: Point,
    count: int,
    rng: np.random.Generator,
) -> list[Vector]:
    """Return the starts, the present plan and the best allocation under the majorants first."""
    first = limited_bound(
        [ceiling(table) for table in tables],
        problem.limits,
        price=problem.price,
        enough=np.inf,
        breaks=whole_ranges(problem.limits),
        cuts=0,
    )
    return starting_points(
        problem.limits,
        named=[problem.present, first.spend],
        slope=present.slope,
        rise=_rise(problem),
        count=count,
        rng=rng,
    )


def _terrain(problem: AllocationProblem) -> tuple[Terrain, Point]:
    """Return what is searched, and the present plan's point."""
    present = problem.point(problem.present, 0.0)
    temperatures: tuple[float, ...] = (0.0,)
    if problem.objective.kind is Objective.CVAR:
        spread = float(problem.outcome(spend_response(problem.curves, problem.present)).std())
        temperatures = tuple(share * spread for share in COOLING)
    size = abs(present.value) or 1.0
    return Terrain(problem.point, problem.limits, problem.price, size, temperatures), present


def _rise(problem: AllocationProblem) -> Vector:
    """Return what each channel brings per unit of money at its upper bound."""
    upper = problem.limits.upper
    whole = spend_response(problem.curves, upper).outcome.mean(axis=0)
    return np.asarray(whole / np.maximum(upper, 1e-300))


def _certified(
    problem: AllocationProblem, terrain: Terrain, best: Point, tables: Sequence[SlopeTable]
) -> Certified:
    """Return the certificate of ``best``, by tables of its own weights unless those are fixed."""
    fixed = problem.objective.kind is Objective.MEAN
    if not fixed:
        tables = tables_of(
            problem.curves,
            lower=problem.limits.lower,
            upper=problem.limits.upper,
            further=[],
            weights=best.weights,
            measure=problem.measure,
        )
    return certified(
        terrain,
        best,
        tables,
        curves=problem.curves,
        measure=problem.measure,
        fixed_weights=fixed,
        certain=_certain(problem),
    )
