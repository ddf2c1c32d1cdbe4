"""Plans of two channels and two periods, against all of a grid."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.allocation import COOLING, Allocation, AllocationProblem
from mmxlib.maths.budgets.cell_allocation import best_cell_allocation, cell_objective, local_cell_allocation
from mmxlib.maths.budgets.cell_response import Cells, cell_response, counted
from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.maths.budgets.limits import violation
from mmxlib.terms import Measure, Objective, Solver
from tests.maths.budgets.cells import cell_problem_of, cell_value, with_rows
from tests.maths.budgets.spending import CVAR, MEAN, RISK, box, random_curves

CONCAVE, STEEP = (0.6, 1.0), (2.0, 4.0)
SMOOTHED = 3e-4
"""What the smoothing of CVaR leaves between the answer and the best, at most, as a share of it."""


def small(
    seed: int,
    *,
    shapes: tuple[float, float] = CONCAVE,
    objective: DrawObjective = MEAN,
    measure: Measure = Measure.CONTRIBUTION_OF_SPEND,
    price: float = 0.0,
    rows: bool = False,
    draws: int = 3,
) -> AllocationProblem:
    curves = random_curves(seed, channels=2, draws=draws, units=1, periods=2, shapes=shapes)
    problem = cell_problem_of(
        curves, seed=seed, objective=objective, measure=measure, price=price, free_total=price > 0.0
    )
    return with_rows(problem, less=0.6, more=1.5) if rows else problem


def solved(
    problem: AllocationProblem,
    *,
    starts: int = 4,
    further: tuple[Vector, ...] = (),
    solver: Solver = Solver.SLSQP,
    seed: int = 0,
) -> Allocation:
    chance = np.random.default_rng(seed)
    return best_cell_allocation(problem, starts=starts, rng=chance, further_starts=further, solver=solver)


def brute_force(problem: AllocationProblem, points: int = 5) -> float:
    """Return the best value on a grid; with a fixed total the last cell takes the rest."""
    limits = problem.limits
    axes = [np.linspace(low, high, points) for low, high in zip(limits.lower, limits.upper, strict=True)]
    plans = map(np.array, product(*(axes[:-1] if limits.fixed_total else axes)))
    if limits.fixed_total:
        plans = (np.append(plan, limits.total_lower - plan.sum()) for plan in plans)
    return max(cell_value(problem, plan) for plan in plans if violation(limits, plan) <= 1e-12)


@pytest.mark.parametrize("objective", [MEAN, RISK, CVAR])
@pytest.mark.parametrize(
    ("seed", "shapes", "measure", "price", "rows"),
    [
        (1, CONCAVE, Measure.CONTRIBUTION_OF_SPEND, 0.0, False),
        (2, STEEP, Measure.CONTRIBUTION_OF_SPEND, 0.0, True),
        (3, STEEP, Measure.OUTCOME_IN_PERIODS, 0.01, False),
    ],
)
def test_nothing_on_a_grid_is_better_than_the_answer_nor_than_its_bound(
    objective: DrawObjective,
    seed: int,
    shapes: tuple[float, float],
    measure: Measure,
    price: float,
    rows: bool,
) -> None:
    problem = small(seed, shapes=shapes, objective=objective, measure=measure, price=price, rows=rows)
    answer, best = solved(problem, starts=8), brute_force(problem, 3 if price else 5)
    assert violation(problem.limits, answer.spend) <= 1e-9
    assert answer.value == cell_value(problem, answer.spend)
    scale = max(abs(answer.bound), abs(cell_value(problem, problem.present)))
    assert best <= answer.value + SMOOTHED * scale
    assert answer.value <= answer.bound
    assert best <= answer.bound + 1e-9
    assert answer.gap == pytest.approx((answer.bound - answer.value) / scale, abs=1e-15)


@pytest.mark.parametrize("price", [0.0, 0.02])
def test_concave_returns_are_certified_by_one_search(price: float) -> None:
    answer = solved(small(4, price=price), starts=5)
    assert 0.0 <= answer.gap <= 1e-7
    assert answer.searches == 1


def test_risk_is_certified_by_weights_of_at_least_zero_or_by_those_of_the_answer() -> None:
    small_risk = DrawObjective(Objective.MEAN_MINUS_RISK, risk=0.2)
    assert solved(small(5, objective=small_risk, draws=12)).gap <= 1e-3
    large = DrawObjective(Objective.MEAN_MINUS_RISK, risk=2.0)
    problem = small(5, objective=large, draws=12)
    narrow = replace(
        problem, limits=box(0.95 * problem.present, 1.05 * problem.present, float(problem.present.sum()))
    )
    assert cell_objective(narrow).point(narrow.present, 0.0).weights.min() < 0.0
    assert solved(narrow).gap <= 1e-2


def two_hills() -> AllocationProblem:
    """Return two steep channels and money for one; the present plan feeds the weaker one."""
    curves = replace(
        random_curves(1, channels=2, draws=1, units=1, periods=2, carry_in=0.0),
        retention=np.full((1, 2), 0.4),
        half_saturation=np.ones((1, 2)),
        shape=np.full((1, 2), 4.0),
        effect=np.array([[[1.0, 1.3]]]),
        flight=np.full((1, 2, 2), 0.06),
    )
    present = np.array([20.0, 19.0, 0.5, 0.5])
    return AllocationProblem(curves, box(np.zeros(4), np.full(4, 40.0), 40.0), present, MEAN)


@pytest.mark.parametrize("starts", [2, 8])
def test_a_better_hill_is_found_from_a_start_in_a_worse_one(starts: int) -> None:
    """With two starts the second is where the bound is touched."""
    problem = two_hills()
    answer = solved(problem, starts=starts)
    assert answer.value > 1.1 * cell_value(problem, problem.present)
    assert answer.value >= brute_force(problem, 21) * (1.0 - 1e-6)
    assert answer.searches == starts + 1


def test_one_start_is_one_search_and_the_answer_no_worse_than_any_start() -> None:
    problem = two_hills()
    alone = solved(problem, starts=1)
    assert alone.searches == 1
    assert alone.value >= cell_value(problem, problem.present)
    other = np.array([0.0, 0.0, 20.0, 20.0])
    further = solved(problem, starts=1, further=(other,))
    assert further.value >= cell_value(problem, other) > alone.value
    assert further.searches == 1


@pytest.mark.parametrize("solver", [Solver.DIFFERENTIAL_EVOLUTION, Solver.DUAL_ANNEALING])
def test_a_global_solver_explores_and_its_best_is_climbed(solver: Solver) -> None:
    problem = two_hills()
    answer = solved(problem, starts=2, solver=solver)
    assert answer.value >= brute_force(problem, 21) * (1.0 - 1e-6)
    assert answer.searches == 1


def test_chance_draws_further_starts() -> None:
    curves = random_curves(6, channels=2, draws=3, units=1, periods=3, shapes=STEEP)
    problem = cell_problem_of(curves, seed=6, objective=RISK)
    first, again = (solved(problem, starts=12, seed=1) for _ in range(2))
    assert first.spend.tobytes() == again.spend.tobytes()
    assert first.bound == again.bound
    assert first.searches > 8


def test_an_effect_below_zero_leaves_the_gap_open_and_all_starts_are_searched() -> None:
    problem = small(7)
    effect = problem.curves.effect.copy()
    effect[0, 0, 0] = -0.1
    answer = solved(replace(problem, curves=replace(problem.curves, effect=effect)), starts=3)
    assert np.isinf(answer.bound)
    assert np.isinf(answer.gap)
    assert answer.searches == 3


def test_all_cells_fixed_is_an_answer() -> None:
    problem = small(8)
    limits = box(problem.present, problem.present, float(problem.present.sum()))
    answer = solved(replace(problem, limits=limits))
    np.testing.assert_array_equal(answer.spend, problem.present)
    assert answer.gap == pytest.approx(0.0, abs=1e-9)


def test_a_local_search_ends_no_lower_than_its_starts() -> None:
    problem = two_hills()
    end = local_cell_allocation(problem, [problem.present])
    assert end.value >= cell_value(problem, problem.present)
    other = np.array([0.0, 0.0, 20.0, 20.0])
    assert local_cell_allocation(problem, [problem.present, other]).value >= cell_value(problem, other)


def test_cvar_is_searched_at_falling_shares_of_the_present_spread() -> None:
    """What the last of them leaves is the answer's distance from the bound."""
    problem = small(9, objective=CVAR)
    answer = solved(problem)
    outcome = counted(Cells(problem.curves), cell_response(Cells(problem.curves), problem.present))
    left = COOLING[-1] * float(outcome.std()) * np.log(2.0) / CVAR.tail
    assert answer.bound - answer.value <= 1.01 * left + 1e-5 * abs(answer.bound)
    at = [cell_objective(problem).point(answer.spend, share * float(outcome.std())) for share in COOLING]
    np.testing.assert_array_equal(answer.slope, at[-1].slope)
    local = local_cell_allocation(problem, [problem.present])
    again = cell_objective(problem).point(local.spend, COOLING[-1] * float(outcome.std()))
    assert local.smooth == again.smooth < local.value


def test_the_objective_is_that_of_the_problem() -> None:
    problem = small(3, objective=RISK, measure=Measure.OUTCOME_IN_PERIODS, price=0.01)
    asked = cell_objective(problem)
    assert asked.objective is RISK
    assert asked.price == 0.01
    assert asked.cells.measure is Measure.OUTCOME_IN_PERIODS
    assert not asked.enveloped
