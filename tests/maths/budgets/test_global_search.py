import numpy as np
import pytest

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.allocation import AllocationProblem
from mmxlib.maths.budgets.global_search import explored
from mmxlib.maths.budgets.limits import ROUNDING, nearest, violation
from mmxlib.maths.budgets.local_search import Terrain, best_climb
from mmxlib.maths.budgets.points import Point
from mmxlib.terms import Solver
from tests.maths.budgets.spending import (
    CVAR,
    MEAN,
    RISK,
    problem_of,
    random_curves,
    solved,
    with_free_total,
    with_groups,
)

GLOBAL = (Solver.DIFFERENTIAL_EVOLUTION, Solver.DUAL_ANNEALING)
AGREED = 1e-3


def small_problem(kind: str) -> AllocationProblem:
    objective = {"risk": RISK, "cvar": CVAR}.get(kind, MEAN)
    curves = random_curves(31, channels=3, shapes=(2.0, 3.5) if kind == "steep" else (0.7, 1.3))
    problem = problem_of(curves, factor=0.8, lower=0.0, upper=2.0, objective=objective)
    if kind in ("free", "groups"):
        problem = with_free_total(problem, price=0.03)
    return with_groups(problem) if kind == "groups" else problem


@pytest.mark.parametrize("solver", GLOBAL)
@pytest.mark.parametrize("kind", ["fixed", "steep", "risk", "cvar", "free", "groups"])
def test_global_solvers_agree_with_local_searches(kind: str, solver: Solver) -> None:
    problem = small_problem(kind)
    local, other = solved(problem), solved(problem, solver=solver)
    assert other.value == pytest.approx(local.value, rel=AGREED)
    assert violation(problem.limits, other.spend) <= ROUNDING
    assert max(local.value, other.value) <= min(local.bound, other.bound) + 1e-9 * abs(local.bound)


@pytest.mark.parametrize("solver", GLOBAL)
@pytest.mark.parametrize("kind", ["steep", "groups"])
def test_a_global_search_alone_comes_close_and_tries_nothing_outside_the_limits(
    kind: str, solver: Solver
) -> None:
    """No slopes, and no start but a poor one: the search is a check of the others."""
    problem = small_problem(kind)
    tried: list[Vector] = []

    def watched(spend: Vector, temperature: float) -> Point:
        tried.append(spend)
        return problem.point(spend, temperature)

    start = nearest(problem.limits, problem.limits.upper * np.array([0.0, 0.0, 1.0]))
    terrain = Terrain(watched, problem.limits, problem.price, 10.0)
    found = explored(terrain, [start], solver=solver, rng=np.random.default_rng(1), evaluations=1500)
    best = best_climb(Terrain(problem.point, problem.limits, problem.price, 10.0), [found.spend])
    assert best.value == pytest.approx(solved(problem).value, rel=AGREED)
    assert found.value >= best.value - 5e-3 * abs(best.value)
    assert max(violation(problem.limits, spend) for spend in tried) <= ROUNDING
    assert len(tried) <= 1600


@pytest.mark.parametrize("solver", GLOBAL)
def test_a_global_search_has_the_same_answer_to_the_last_bit(solver: Solver) -> None:
    problem = small_problem("steep")
    first, second = (solved(problem, solver=solver, seed=5) for _ in range(2))
    assert first.spend.tobytes() == second.spend.tobytes()
    assert first.bound == second.bound


@pytest.mark.parametrize("solver", GLOBAL)
def test_a_global_search_with_nothing_to_choose_returns_its_start(solver: Solver) -> None:
    problem = problem_of(random_curves(32), lower=1.0, upper=1.0)
    assert solved(problem, solver=solver).spend.tolist() == problem.present.tolist()
