from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.allocation import Allocation, AllocationProblem, best_allocation
from mmxlib.maths.budgets.cell_allocation import best_cell_allocation
from mmxlib.maths.budgets.certificate import tables_of
from mmxlib.maths.budgets.draw_objectives import DrawObjective, even_weights
from mmxlib.maths.budgets.limits import violation
from mmxlib.maths.budgets.spend_response import SpendCurves
from mmxlib.terms import Measure, Objective, Solver
from tests.maths.budgets.cells import cell_problem_of, cell_value, with_rows
from tests.maths.budgets.spending import CVAR, MEAN, RISK, box, random_curves

CONCAVE, NEARLY, STEEP = (0.6, 1.0), (1.0, 1.4), (2.0, 4.0)
PROMISED_GAP = 1e-3
SMOOTHED = 3e-4
"""What the smoothing of CVaR leaves between the answer and its bound, at most, as a share of it."""

OBJECTIVES = st.sampled_from([MEAN, RISK, CVAR])
SHAPES = st.sampled_from([CONCAVE, NEARLY, STEEP])


def solved(problem: AllocationProblem, *, starts: int = 4, further: tuple[Vector, ...] = ()) -> Allocation:
    return best_cell_allocation(problem, starts=starts, rng=np.random.default_rng(0), further_starts=further)


def brute_force(problem: AllocationProblem, points: int) -> float:
    """Return the best value on a grid; with a fixed total the last cell takes the rest."""
    limits = problem.limits
    axes = [np.linspace(low, high, points) for low, high in zip(limits.lower, limits.upper, strict=True)]
    best = -np.inf
    for plan in product(*(axes[:-1] if limits.fixed_total else axes)):
        rest = limits.total_lower - sum(plan)
        if limits.fixed_total and not limits.lower[-1] <= rest <= limits.upper[-1]:
            continue
        spend = np.array([*plan, rest] if limits.fixed_total else plan)
        best = max(best, cell_value(problem, spend))
    return best


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    shapes=SHAPES,
    objective=OBJECTIVES,
    measure=st.sampled_from(list(Measure)),
    price=st.sampled_from([0.0, 0.015]),
    lower=st.sampled_from([0.0, 0.5]),
)
def test_brute_force_never_beats_the_bound_nor_the_plan_by_more_than_the_gap(
    seed: int,
    shapes: tuple[float, float],
    objective: DrawObjective,
    measure: Measure,
    price: float,
    lower: float,
) -> None:
    curves = random_curves(seed, channels=2, periods=2, shapes=shapes, families=(0,))
    problem = cell_problem_of(
        curves,
        seed=seed,
        objective=objective,
        measure=measure,
        price=price,
        free_total=price > 0.0,
        lower=lower,
    )
    answer = solved(problem, starts=12)
    best = brute_force(problem, 6 if price > 0.0 else 9)
    assert answer.bound >= answer.value
    assert best <= answer.bound + 1e-9 * abs(answer.bound)
    scale = max(abs(answer.bound), abs(cell_value(problem, problem.present)))
    assert best - answer.value <= (answer.gap + 1e-9) * scale
    # the grid is coarse, so this says more of the search: nothing on it is better
    assert best <= answer.value + SMOOTHED * scale


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    shapes=SHAPES,
    objective=OBJECTIVES,
    factor=st.floats(0.8, 1.1),
    rows=st.booleans(),
)
def test_money_is_kept(
    seed: int, shapes: tuple[float, float], objective: DrawObjective, factor: float, rows: bool
) -> None:
    problem = cell_problem_of(
        random_curves(seed, shapes=shapes, adstocks=(0, 1, 2)), seed=seed, factor=factor, objective=objective
    )
    if rows:
        problem = with_rows(problem, less=0.7, more=1.2)
    answer = solved(problem, starts=2)
    assert violation(problem.limits, answer.spend) <= 1e-9
    assert answer.spend.sum() == pytest.approx(problem.limits.total_lower, rel=1e-9)
    assert answer.value == cell_value(problem, answer.spend)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    objective=st.sampled_from([MEAN, CVAR]),
    price=st.sampled_from([0.0, 0.01]),
    adstocks=st.sampled_from([(0,), (1,), (2, 0)]),
    rows=st.booleans(),
)
def test_concave_returns_are_solved_to_the_promised_gap(
    seed: int, objective: DrawObjective, price: float, adstocks: tuple[int, ...], rows: bool
) -> None:
    curves = random_curves(seed, channels=4, families=(0, 1, 2), adstocks=adstocks, shapes=CONCAVE)
    problem = cell_problem_of(curves, seed=seed, objective=objective, price=price, free_total=price > 0.0)
    answer = solved(with_rows(problem, less=0.8, more=1.2) if rows else problem)
    assert 0.0 <= answer.gap <= PROMISED_GAP
    if objective is MEAN:
        assert answer.gap <= 1e-7
        assert answer.searches == 1


def test_cells_inside_their_bounds_have_equal_slopes() -> None:
    problem = cell_problem_of(random_curves(11, channels=6, shapes=(0.7, 1.0)), lower=0.05, upper=4.0)
    answer = solved(problem)
    inside = (answer.spend > problem.limits.lower * 1.001) & (answer.spend < problem.limits.upper * 0.999)
    assert inside.sum() >= 10
    np.testing.assert_allclose(answer.slope[inside], answer.slope[inside].mean(), rtol=1e-5)


def test_with_a_price_the_slopes_equal_it() -> None:
    problem = cell_problem_of(
        random_curves(12, shapes=(0.7, 1.0)), lower=0.01, upper=10.0, price=0.02, free_total=True
    )
    answer = solved(problem)
    inside = (answer.spend > problem.limits.lower * 1.001) & (answer.spend < problem.limits.upper * 0.999)
    assert inside.sum() >= 5
    np.testing.assert_allclose(answer.slope[inside], 0.02, rtol=1e-5)


def test_fixed_cells_stay() -> None:
    problem = cell_problem_of(random_curves(13), factor=1.05)
    fixed = np.arange(18) % 4 == 1
    limits = problem.limits
    limits.lower[fixed] = limits.upper[fixed] = problem.present[fixed]
    answer = solved(problem)
    np.testing.assert_array_equal(answer.spend[fixed], problem.present[fixed])
    assert violation(limits, answer.spend) <= 1e-9


def test_all_cells_fixed_is_an_answer() -> None:
    problem = cell_problem_of(random_curves(14), lower=1.0, upper=1.0)
    answer = solved(problem)
    np.testing.assert_array_equal(answer.spend, problem.present)
    assert answer.gap == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), shapes=SHAPES, objective=OBJECTIVES)
def test_no_plan_is_worse_than_the_present_one_or_a_further_start(
    seed: int, shapes: tuple[float, float], objective: DrawObjective
) -> None:
    problem = cell_problem_of(random_curves(seed, shapes=shapes), seed=seed, objective=objective)
    chance = np.random.default_rng(seed)
    other = chance.permutation(problem.present)
    other = np.minimum(other, problem.limits.upper)
    other += (
        (problem.limits.total_lower - other.sum())
        * (problem.limits.upper - other)
        / (problem.limits.upper - other).sum()
    )
    value = solved(problem, starts=1, further=(other,)).value
    assert value >= cell_value(problem, problem.present) * (1.0 - 1e-12)
    assert value >= cell_value(problem, other) * (1.0 - 1e-12)


@pytest.mark.parametrize("shapes", [CONCAVE, NEARLY, STEEP])
def test_choosing_every_period_is_never_worse_than_choosing_totals(shapes: tuple[float, float]) -> None:
    curves = random_curves(19, shapes=shapes)
    problem = cell_problem_of(curves, lower=0.5, upper=1.5)
    present = problem.present.reshape(3, 6)
    totals = present.sum(axis=1)
    pattern = present / totals[:, None]
    by_total = AllocationProblem(
        SpendCurves(**{**vars(curves), "flight": curves.flight * pattern}),
        box(0.5 * totals, 1.5 * totals, float(totals.sum())),
        totals,
        MEAN,
    )
    tables = tables_of(
        by_total.curves,
        lower=by_total.limits.lower,
        upper=by_total.limits.upper,
        further=[],
        weights=even_weights(curves.draws),
    )
    by_channel = best_allocation(by_total, tables=tables, starts=4, rng=np.random.default_rng(0))
    spread = (by_channel.spend[:, None] * pattern).ravel()
    answer = solved(problem, starts=1, further=(spread,))
    assert answer.value >= by_channel.value * (1.0 - 1e-12)
    assert answer.bound >= by_channel.value


def test_a_better_hill_is_found_from_a_start_in_a_worse_one() -> None:
    """Two S-shaped channels, money for one: the present plan feeds the weaker one."""
    curves = random_curves(1, channels=2, draws=1, units=1, periods=2, carry_in=0.0)
    curves = SpendCurves(
        **{
            **vars(curves),
            "retention": np.full((1, 2), 0.4),
            "half_saturation": np.ones((1, 2)),
            "shape": np.full((1, 2), 4.0),
            "effect": np.array([[[1.0, 1.3]]]),
            "flight": np.full((1, 2, 2), 0.06),
        }
    )
    present = np.array([20.0, 19.0, 0.5, 0.5])
    limits = box(np.zeros(4), np.full(4, 40.0), 40.0)
    problem = AllocationProblem(curves, limits, present, MEAN)
    answer = solved(problem, starts=8)
    assert answer.value > 1.1 * cell_value(problem, present)
    assert answer.value >= brute_force(problem, 41) * (1.0 - 1e-9)


def test_the_same_question_has_the_same_answer_to_the_last_bit() -> None:
    problem = cell_problem_of(random_curves(15, shapes=STEEP), factor=0.6, objective=RISK)
    first, second = solved(problem, starts=6), solved(problem, starts=6)
    assert first.spend.tobytes() == second.spend.tobytes()
    assert (first.bound, first.value, first.gap) == (second.bound, second.value, second.gap)


@pytest.mark.parametrize("solver", [Solver.DIFFERENTIAL_EVOLUTION, Solver.DUAL_ANNEALING])
def test_global_solvers_end_where_the_local_search_does_with_concave_returns(solver: Solver) -> None:
    problem = cell_problem_of(random_curves(18, shapes=CONCAVE))
    chance = np.random.default_rng(0)
    answer = best_cell_allocation(problem, starts=3, rng=chance, solver=solver)
    np.testing.assert_allclose(answer.value, solved(problem).value, rtol=1e-9)
    assert answer.gap <= PROMISED_GAP


def test_an_effect_below_zero_leaves_the_gap_open() -> None:
    curves = random_curves(16)
    effect = curves.effect.copy()
    effect[0, 0, 0] = -0.1
    answer = solved(cell_problem_of(SpendCurves(**{**vars(curves), "effect": effect})), starts=1)
    assert np.isinf(answer.bound)
    assert np.isinf(answer.gap)


def test_mean_less_risk_is_certified_by_weights_of_at_least_zero() -> None:
    curves = random_curves(17, draws=40, shapes=CONCAVE)
    small = cell_problem_of(curves, objective=DrawObjective(Objective.MEAN_MINUS_RISK, risk=0.2))
    assert solved(small).gap <= PROMISED_GAP
    large = cell_problem_of(curves, objective=DrawObjective(Objective.MEAN_MINUS_RISK, risk=1.0))
    assert solved(large).gap <= 0.05
