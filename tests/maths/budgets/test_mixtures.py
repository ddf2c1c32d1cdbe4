"""Bounds by mixtures, for problems so small that the best mixture of all allocations is known."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.budgets.allocation import AllocationProblem
from mmxlib.maths.budgets.certificate import Certified, certified, tables_of
from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.maths.budgets.limits import nearest, violation
from mmxlib.maths.budgets.local_search import Terrain, best_climb
from mmxlib.maths.budgets.mixed_bound import mixed
from mmxlib.maths.budgets.spend_response import spend_response
from mmxlib.terms import Objective
from tests.maths.budgets.spending import CVAR, RISK, problem_of, random_curves, with_free_total

DRAWS = 5


def small(seed: int, objective: DrawObjective, *, price: float = 0.0) -> AllocationProblem:
    """Return a problem of two S-shaped channels."""
    curves = random_curves(seed, channels=2, draws=DRAWS, units=1, periods=2, shapes=(2.0, 4.0))
    problem = problem_of(curves, factor=0.7, lower=0.0, upper=2.5, objective=objective)
    return with_free_total(problem, price=price) if price else problem


def outcome_of(problem: AllocationProblem, spend: Vector) -> Vector:
    return problem.outcome(spend_response(problem.curves, spend))


def on_a_grid(problem: AllocationProblem) -> Matrix:
    """Return the outcomes (allocation, draw) of a grid of allocations, the cost of money taken off."""
    limits = problem.limits
    totals = np.linspace(limits.total_lower, limits.total_upper, 1 if limits.fixed_total else 9)
    return np.array(
        [
            outcome_of(problem, np.array([first, total - first])) - problem.price * total
            for total in totals
            for first in np.linspace(limits.lower[0], min(limits.upper[0], total), 41)
            if limits.lower[1] <= total - first <= limits.upper[1]
        ]
    )


def best_mixture(outcomes: Matrix, objective: DrawObjective) -> float:
    """Return the objective of the best mixture of ``outcomes``: the least, over weights, of the best one."""
    if objective.kind is Objective.CVAR:
        answer = linprog(
            np.append(np.zeros(DRAWS), 1.0),
            A_ub=np.column_stack((outcomes, -np.ones(len(outcomes)))),
            b_ub=np.zeros(len(outcomes)),
            A_eq=[[1.0] * DRAWS + [0.0]],
            b_eq=[1.0],
            bounds=[(0.0, 1.0 / (objective.tail * DRAWS))] * DRAWS + [(None, None)],
        )
        return float(answer.fun)
    found = minimize(
        lambda x: x[-1],
        np.append(np.full(DRAWS, 1.0 / DRAWS), outcomes.mean(axis=1).max()),
        jac=lambda x: np.append(np.zeros(DRAWS), 1.0),
        method="SLSQP",
        constraints=[
            {"type": "eq", "fun": lambda x: x[:-1].sum() - 1.0},
            {"type": "ineq", "fun": lambda x: x[-1] - outcomes @ x[:-1]},
            {"type": "ineq", "fun": lambda x: (1.0 + objective.risk**2) / DRAWS - x[:-1] @ x[:-1]},
        ],
        options={"maxiter": 300, "ftol": 1e-10},
    )
    return float(found.fun)


def before(problem: AllocationProblem) -> tuple[Terrain, Certified]:
    """Return the terrain and the certificate by the weights of the best allocation."""
    size = abs(problem.point(problem.present, 0.0).value)
    temperature = 1e-3 * size if problem.objective.kind is Objective.CVAR else 0.0
    limits = problem.limits
    terrain = Terrain(problem.point, limits, problem.price, size, (temperature,))
    starts = [limits.total_upper * np.array([each, 1.0 - each]) for each in np.linspace(0.05, 0.95, 4)]
    best = best_climb(terrain, [nearest(limits, start) for start in starts])
    tables = tables_of(
        problem.curves, lower=limits.lower, upper=limits.upper, further=[], weights=best.weights
    )
    return terrain, certified(
        terrain,
        best,
        tables,
        curves=problem.curves,
        measure=problem.measure,
        fixed_weights=False,
        rounds=2,
    )


def lowered(problem: AllocationProblem, terrain: Terrain, answer: Certified, enough: float) -> Certified:
    return mixed(
        terrain,
        answer,
        curves=problem.curves,
        measure=problem.measure,
        objective=problem.objective,
        outcome=lambda spend: outcome_of(problem, spend),
        enough=enough,
    )


@pytest.mark.parametrize(
    ("objective", "seed", "price"),
    [(RISK, 5, 0.0), (RISK, 9, 0.0), (RISK, 8, 0.004), (CVAR, 4, 0.0), (CVAR, 9, 0.0)],
)
def test_the_bound_comes_down_to_the_best_mixture_and_no_further(
    objective: DrawObjective, seed: int, price: float
) -> None:
    problem = small(seed, objective, price=price)
    terrain, answer = before(problem)
    least = best_mixture(on_a_grid(problem), objective)
    after = lowered(problem, terrain, answer, 0.0)
    assert least - 1e-6 <= after.bound.value <= least + 0.03 * (answer.bound.value - least)
    assert after.best.value >= answer.best.value
    assert after.tables is answer.tables
    limits = problem.limits
    assert violation(limits, after.best.spend) <= 1e-9


@pytest.mark.parametrize("unit", [1e-6, 1e4])
def test_a_bound_comes_down_in_any_unit_of_the_outcome(unit: float) -> None:
    found = []
    for size in (1.0, unit):
        problem = small(5, RISK)
        problem = replace(problem, curves=replace(problem.curves, effect=size * problem.curves.effect))
        terrain, answer = before(problem)
        found.append(lowered(problem, terrain, answer, 0.0).bound.value / size)
    assert found[1] == pytest.approx(found[0], rel=1e-3)


@pytest.mark.parametrize("objective", [RISK, CVAR])
def test_a_gap_that_is_small_enough_stays(objective: DrawObjective) -> None:
    problem = small(4, objective)
    terrain, answer = before(problem)
    gap = answer.gap(terrain.size)
    assert lowered(problem, terrain, answer, gap) is answer
    assert lowered(problem, terrain, answer, 0.99 * gap).bound.value < answer.bound.value


def test_a_better_point_that_is_met_on_the_way_is_kept() -> None:
    problem = small(4, RISK)
    terrain, answer = before(problem)
    poor = terrain.point(nearest(problem.limits, problem.limits.total_upper * np.array([0.5, 0.5])))
    assert poor.value < answer.best.value
    after = lowered(problem, terrain, replace(answer, best=poor), 0.0)
    assert poor.value < after.best.value <= after.bound.value


def test_a_bound_that_is_lower_already_is_not_raised() -> None:
    problem = small(4, RISK)
    terrain, answer = before(problem)
    least = answer.best.value + 1e-3
    known = replace(answer, bound=replace(answer.bound, value=least))
    assert lowered(problem, terrain, known, 0.0).bound.value == least
