"""Allocations of two channels, three draws and two periods, against all of a grid."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.allocation import (
    COOLING,
    FIRST_STARTS,
    Allocation,
    AllocationProblem,
    best_allocation,
    local_allocation,
)
from mmxlib.maths.budgets.draw_objectives import DrawObjective, objective_value
from mmxlib.maths.budgets.limits import Limits, violation
from mmxlib.maths.budgets.spend_response import spend_response
from mmxlib.terms import Measure, Solver
from tests.maths.budgets.spending import (
    CVAR,
    MEAN,
    RISK,
    box,
    problem_of,
    random_curves,
    tables_for,
    two_hills,
    with_free_total,
)

CONCAVE, STEEP = (0.6, 1.0), (2.0, 4.0)
SMOOTHED = 3e-4
"""What the smoothing of CVaR leaves between the answer and the best, at most, as a share of it."""


def small(
    seed: int,
    *,
    shapes: tuple[float, float] = STEEP,
    objective: DrawObjective = MEAN,
    measure: Measure = Measure.CONTRIBUTION_OF_SPEND,
    price: float = 0.0,
) -> AllocationProblem:
    curves = random_curves(seed, channels=2, draws=3, units=1, periods=2, shapes=shapes, committed=0.2)
    problem = replace(
        problem_of(curves, factor=0.8, lower=0.0, upper=2.5, objective=objective), measure=measure
    )
    return with_free_total(problem, price=price) if price else problem


def solved(
    problem: AllocationProblem, *, starts: int = 6, solver: Solver = Solver.SLSQP, seed: int = 0
) -> Allocation:
    chance = np.random.default_rng(seed)
    return best_allocation(problem, tables=tables_for(problem), starts=starts, rng=chance, solver=solver)


def brute_force(problem: AllocationProblem, points: int = 81) -> float:
    limits = problem.limits
    totals = np.linspace(limits.total_lower, limits.total_upper, 1 if limits.fixed_total else 9)
    return max(
        problem.point(np.array([first, total - first]), 0.0).value
        for total in totals
        for first in np.linspace(limits.lower[0], min(limits.upper[0], total), points)
        if limits.lower[1] <= total - first <= limits.upper[1]
    )


@pytest.mark.parametrize("objective", [MEAN, RISK, CVAR])
@pytest.mark.parametrize(
    ("seed", "shapes", "measure", "price"),
    [
        (1, STEEP, Measure.CONTRIBUTION_OF_SPEND, 0.0),
        (2, STEEP, Measure.OUTCOME_IN_PERIODS, 0.004),
        (3, CONCAVE, Measure.OUTCOME_IN_PERIODS, 0.0),
        (4, CONCAVE, Measure.CONTRIBUTION_OF_SPEND, 0.01),
    ],
)
def test_nothing_on_a_grid_is_better_than_the_answer_nor_than_its_bound(
    objective: DrawObjective, seed: int, shapes: tuple[float, float], measure: Measure, price: float
) -> None:
    problem = small(seed, shapes=shapes, objective=objective, measure=measure, price=price)
    answer, best = solved(problem), brute_force(problem)
    assert violation(problem.limits, answer.spend) <= 1e-9
    assert answer.value == problem.point(answer.spend, 0.0).value
    assert best <= answer.value + SMOOTHED * abs(best)
    assert best <= answer.bound + 1e-9
    assert answer.bound >= answer.value
    present = abs(problem.point(problem.present, 0.0).value)
    scale = max(abs(answer.bound), present)
    assert answer.gap == pytest.approx((answer.bound - answer.value) / scale, abs=1e-12)
    if objective is MEAN or shapes is CONCAVE:
        assert answer.gap <= 1e-3


@pytest.mark.parametrize("objective", [RISK, CVAR])
def test_mixtures_close_what_they_can_of_the_gap_with_risk(objective: DrawObjective) -> None:
    """Two S-shaped channels: by the weights of the best allocation alone more than a tenth is left open."""
    problem = small(4, shapes=STEEP, objective=objective)
    answer = solved(problem)
    assert answer.gap <= 0.1
    assert brute_force(problem) <= answer.bound + 1e-9


def test_a_better_hill_is_found_from_a_start_in_a_worse_one() -> None:
    problem = two_hills()
    answer = solved(problem)
    assert answer.value > 1.1 * problem.point(problem.present, 0.0).value
    assert answer.value >= brute_force(problem, 701) * (1.0 - 1e-6)
    assert answer.gap <= 1e-3


@pytest.mark.parametrize("starts", [1, 2])
def test_few_starts_are_searched_at_once(starts: int) -> None:
    assert solved(small(1), starts=starts).searches == starts


def test_a_settled_bound_ends_the_searches_and_an_open_one_takes_all_starts() -> None:
    assert solved(small(3, shapes=CONCAVE), starts=9).searches == FIRST_STARTS
    risky = solved(small(4, objective=RISK), starts=5)
    assert risky.gap > 1e-3
    assert risky.searches == 5


@pytest.mark.parametrize("solver", [Solver.DIFFERENTIAL_EVOLUTION, Solver.DUAL_ANNEALING])
def test_a_global_solver_is_followed_by_one_local_search(solver: Solver) -> None:
    answer = solved(two_hills(), solver=solver)
    assert answer.searches == 1
    assert answer.value >= brute_force(two_hills(), 701) * (1.0 - 1e-6)


def test_a_local_search_ends_no_lower_than_its_starts() -> None:
    problem = two_hills()
    start = np.array([60.0, 10.0])
    end = local_allocation(problem, [start])
    assert end.value >= problem.point(start, 0.0).value
    other = local_allocation(problem, [start, np.array([10.0, 60.0])])
    assert other.value >= 1.1 * end.value


@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("objective", [MEAN, RISK, CVAR])
@pytest.mark.parametrize("temperature", [0.0, 0.2])
def test_a_point_is_worth_its_objective_less_its_cost(
    objective: DrawObjective, measure: Measure, temperature: float
) -> None:
    problem = replace(small(5, objective=objective, measure=measure), price=0.1)
    spend = np.array([70.0, 50.0])
    response = spend_response(problem.curves, spend)
    parts = response.in_periods if measure is Measure.OUTCOME_IN_PERIODS else response.outcome
    point = problem.point(spend, temperature)
    assert point.value == pytest.approx(objective_value(parts.sum(axis=1), objective) - 12.0, rel=1e-14)
    assert (point.smooth < point.value) == (objective is CVAR and temperature > 0.0)
    np.testing.assert_array_equal(problem.outcome(response), parts.sum(axis=1))
    for c in range(2):
        step = 1e-3 * (np.arange(2) == c)
        above, below = (problem.point(spend + sign * step, temperature).smooth for sign in (1.0, -1.0))
        assert (above - below) / 2e-3 == pytest.approx(point.slope[c] - 0.1, rel=1e-6)


def test_cvar_is_searched_at_falling_shares_of_the_present_spread() -> None:
    problem, seen = small(5, objective=CVAR), []

    class Watched(AllocationProblem):
        def point(self, spend: Vector, temperature: float):  # type: ignore[no-untyped-def]
            seen.append(temperature)
            return super().point(spend, temperature)

    local_allocation(Watched(**vars(problem)), [problem.present])
    spread = float(problem.outcome(spend_response(problem.curves, problem.present)).std())
    assert set(seen) == {0.0, *(share * spread for share in COOLING)}


def test_a_present_plan_worth_nothing_is_no_obstacle() -> None:
    problem = small(6, shapes=CONCAVE)
    none = np.empty(0)
    limits = Limits(np.zeros(2), np.full(2, 90.0), 0.0, 120.0, np.empty((0, 2)), none, none)
    bare = replace(problem.curves, committed=np.zeros((1, 2, 2)))
    answer = solved(replace(problem, curves=bare, limits=limits, present=np.zeros(2)))
    assert answer.spend.sum() == pytest.approx(120.0)
    assert answer.gap <= 1e-3


def test_a_channel_that_may_spend_nothing_is_no_obstacle() -> None:
    problem = small(2, shapes=CONCAVE)
    problem = replace(problem, curves=replace(problem.curves, committed=np.zeros((1, 2, 2))))
    limits = box(np.zeros(2), np.array([0.0, 350.0]), 160.0)
    answer = solved(replace(problem, limits=limits, present=np.array([0.0, 160.0])))
    assert answer.spend.tolist() == [0.0, 160.0]
    assert answer.gap <= 1e-9
