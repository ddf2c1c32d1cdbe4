from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.allocation import (
    Allocation,
    AllocationProblem,
    best_allocation,
    draw_weights,
    fitted,
    objective_value,
    tables_of,
)
from mmxlib.maths.spend_response import SpendCurves, spend_response
from mmxlib.terms import Objective
from tests.maths.spending import problem_of, random_curves

PROMISED_GAP = 1e-3


def solved(problem: AllocationProblem, *, starts: int = 8) -> Allocation:
    even = np.full(problem.curves.draws, 1.0 / problem.curves.draws)
    tables = tables_of(problem.curves, lower=problem.lower, upper=problem.upper, further=[], weights=even)
    return best_allocation(problem, tables=tables, starts=starts, rng=np.random.default_rng(0))


def value(problem: AllocationProblem, totals: np.ndarray) -> float:
    return objective_value(spend_response(problem.curves, totals), problem.objective, problem.risk)[0]


def brute_force(problem: AllocationProblem, *, points: int) -> float:
    """Return the best value on a grid of all channels but the last, which takes the rest."""
    axes = [np.linspace(low, high, points) for low, high in zip(problem.lower, problem.upper, strict=True)]
    best = -np.inf
    for head in product(*axes[:-1]):
        rest = problem.total - sum(head)
        if problem.lower[-1] <= rest <= problem.upper[-1]:
            best = max(best, value(problem, np.array([*head, rest])))
    return best


problems = st.builds(
    lambda seed, steep, risky, channels, factor: problem_of(
        random_curves(seed, channels=channels, shapes=(2.0, 4.0) if steep else (0.6, 1.3)),
        factor=factor,
        lower=0.0,
        upper=2.5,
        objective=Objective.MEAN_MINUS_RISK if risky else Objective.MEAN,
    ),
    seed=st.integers(0, 10**6),
    steep=st.booleans(),
    risky=st.booleans(),
    channels=st.integers(2, 5),
    factor=st.floats(0.3, 1.5),
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(problem=problems)
def test_the_total_is_met_within_the_bounds(problem: AllocationProblem) -> None:
    totals = solved(problem).totals
    assert totals.sum() == pytest.approx(problem.total, rel=1e-9)
    assert np.all(totals >= problem.lower)
    assert np.all(totals <= problem.upper)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(problem=problems)
def test_the_gap_is_certified_and_small(problem: AllocationProblem) -> None:
    answer = solved(problem)
    assert answer.bound >= answer.value
    steep = problem.curves.shape.min() > 1.5
    minimax_holds = not steep or problem.objective is Objective.MEAN  # it needs concave returns
    assert 0.0 <= answer.gap <= (PROMISED_GAP if minimax_holds else 1.0)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), steep=st.booleans(), risky=st.booleans(), factor=st.floats(0.4, 1.4))
def test_brute_force_never_beats_the_plan_by_more_than_the_gap(
    seed: int, steep: bool, risky: bool, factor: float
) -> None:
    problem = problem_of(
        random_curves(seed, channels=3, shapes=(2.0, 4.0) if steep else (0.6, 1.3)),
        factor=factor,
        lower=0.0,
        upper=2.0,
        objective=Objective.MEAN_MINUS_RISK if risky else Objective.MEAN,
    )
    answer, best = solved(problem), brute_force(problem, points=31)
    assert best <= answer.bound + 1e-9 * abs(answer.bound)
    scale = max(abs(answer.bound), abs(value(problem, problem.present)))
    assert best - answer.value <= (answer.gap + 1e-9) * scale


@settings(max_examples=15, deadline=None, derandomize=True)
@given(problem=problems)
def test_no_plan_is_worse_than_a_feasible_present_plan(problem: AllocationProblem) -> None:
    same = AllocationProblem(**{**vars(problem), "total": float(problem.present.sum())})
    assert solved(same).value >= value(same, same.present)


def test_channels_within_their_limits_have_equal_slopes() -> None:
    problem = problem_of(random_curves(11, channels=6, shapes=(0.7, 1.0)), lower=0.05, upper=4.0)
    answer = solved(problem)
    inside = (answer.totals > problem.lower * 1.001) & (answer.totals < problem.upper * 0.999)
    assert inside.sum() >= 3
    np.testing.assert_allclose(answer.slope[inside], answer.slope[inside].mean(), rtol=1e-4)


def test_scaling_money_scales_totals() -> None:
    curves = random_curves(12, channels=4)
    dear = SpendCurves(**{**vars(curves), "flight": curves.flight / 2.0})
    answer, doubled = solved(problem_of(curves)), solved(problem_of(dear, money=2.0))
    np.testing.assert_allclose(doubled.totals, 2.0 * answer.totals, rtol=1e-9)
    assert doubled.value == pytest.approx(answer.value, rel=1e-12)


def test_a_better_hill_is_found_from_a_start_in_a_worse_one() -> None:
    """Two S-shaped channels, money for one: the present plan feeds the weaker one."""
    curves = SpendCurves(
        family=np.zeros(2, dtype=np.int64),
        adstock=np.zeros(2, dtype=np.int64),
        retention=np.full((1, 2), 0.4),
        timing=np.ones((1, 2)),
        history=np.zeros((1, 2, LAGS)),
        half_saturation=np.ones((1, 2)),
        shape=np.full((1, 2), 4.0),
        effect=np.array([[[1.0, 1.3]]]),
        carry_in=np.zeros((1, 1, 2)),
        flight=np.full((1, 2, 6), 0.02),
    )
    present = np.array([69.0, 1.0])
    problem = AllocationProblem(curves, 70.0, np.zeros(2), np.full(2, 70.0), present, Objective.MEAN, 0.0)
    answer = solved(problem)
    assert answer.value > 1.1 * value(problem, present)
    assert answer.gap <= PROMISED_GAP
    assert answer.value >= brute_force(problem, points=701) * (1.0 - 1e-9)


def test_fixed_channels_stay() -> None:
    problem = problem_of(random_curves(13, channels=3), factor=1.05)
    lower, upper = problem.lower.copy(), problem.upper.copy()
    lower[1] = upper[1] = problem.present[1]
    answer = solved(AllocationProblem(**{**vars(problem), "lower": lower, "upper": upper}))
    assert answer.totals[1] == problem.present[1]


def test_all_channels_fixed_is_an_answer() -> None:
    problem = problem_of(random_curves(14), lower=1.0, upper=1.0)
    answer = solved(problem)
    np.testing.assert_array_equal(answer.totals, problem.present)
    assert answer.gap == pytest.approx(0.0, abs=1e-12)


def test_the_same_question_has_the_same_answer_to_the_last_bit() -> None:
    problem = problem_of(random_curves(15, shapes=(2.0, 4.0)), lower=0.0, upper=3.0, factor=0.6)
    first, second = solved(problem, starts=20), solved(problem, starts=20)
    assert first.totals.tobytes() == second.totals.tobytes()
    assert first.bound == second.bound


def test_weights_give_the_mean_less_a_multiple_of_the_standard_deviation() -> None:
    outcome = np.array([3.0, 5.0, 10.0, 2.0])
    weights = draw_weights(outcome, Objective.MEAN_MINUS_RISK, 1.5)
    assert weights @ outcome == pytest.approx(outcome.mean() - 1.5 * outcome.std(), rel=1e-14)
    assert weights.sum() == pytest.approx(1.0, rel=1e-14)


def test_the_objective_slope_equals_finite_differences_with_risk() -> None:
    problem = problem_of(random_curves(16), objective=Objective.MEAN_MINUS_RISK, risk=2.0)
    response = spend_response(problem.curves, problem.present)
    slope = objective_value(response, problem.objective, problem.risk)[1]
    for c in range(3):
        step = np.zeros(3)
        step[c] = 1e-3
        rise = value(problem, problem.present + step) - value(problem, problem.present - step)
        assert rise / 2e-3 == pytest.approx(slope[c], rel=1e-6)


def test_fitting_totals_keeps_the_sum_and_the_bounds() -> None:
    lower, upper = np.array([0.0, 10.0, 0.0]), np.array([5.0, 20.0, 100.0])
    totals = fitted(np.array([50.0, 0.0, 1.0]), lower=lower, upper=upper, total=60.0)
    assert totals.sum() == pytest.approx(60.0, rel=1e-12)
    assert np.all((totals >= lower) & (totals <= upper))
