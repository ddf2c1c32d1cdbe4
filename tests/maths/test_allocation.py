from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.allocation import Allocation, AllocationProblem, best_allocation
from mmxlib.maths.certificate import tables_of
from mmxlib.maths.draw_objectives import DrawObjective, even_weights
from mmxlib.maths.limits import box
from mmxlib.maths.spend_response import SpendCurves
from mmxlib.terms import Objective
from tests.maths.spending import MEAN, RISK, problem_of, random_curves

PROMISED_GAP = 1e-3


def solved(problem: AllocationProblem, *, starts: int = 8) -> Allocation:
    tables = tables_of(
        problem.curves,
        lower=problem.limits.lower,
        upper=problem.limits.upper,
        further=[],
        weights=even_weights(problem.curves.draws),
        measure=problem.measure,
    )
    return best_allocation(problem, tables=tables, starts=starts, rng=np.random.default_rng(0))


def value(problem: AllocationProblem, totals: np.ndarray) -> float:
    return problem.point(totals, 0.0).value


def brute_force(problem: AllocationProblem, *, points: int) -> float:
    """Return the best value on a grid of all channels but the last, which takes the rest."""
    axes = [
        np.linspace(low, high, points)
        for low, high in zip(problem.limits.lower, problem.limits.upper, strict=True)
    ]
    best = -np.inf
    for head in product(*axes[:-1]):
        rest = problem.limits.total_lower - sum(head)
        if problem.limits.lower[-1] <= rest <= problem.limits.upper[-1]:
            best = max(best, value(problem, np.array([*head, rest])))
    return best


problems = st.builds(
    lambda seed, steep, risky, channels, factor: problem_of(
        random_curves(seed, channels=channels, shapes=(2.0, 4.0) if steep else (0.6, 1.3)),
        factor=factor,
        lower=0.0,
        upper=2.5,
        objective=RISK if risky else MEAN,
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
    totals = solved(problem).spend
    assert totals.sum() == pytest.approx(problem.limits.total_lower, rel=1e-9)
    assert np.all(totals >= problem.limits.lower)
    assert np.all(totals <= problem.limits.upper)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(problem=problems)
def test_the_gap_is_certified_and_small(problem: AllocationProblem) -> None:
    answer = solved(problem)
    assert answer.bound >= answer.value
    steep = problem.curves.shape.min() > 1.5
    minimax_holds = not steep or problem.objective is MEAN  # it needs concave returns
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
        objective=RISK if risky else MEAN,
    )
    answer, best = solved(problem), brute_force(problem, points=31)
    assert best <= answer.bound + 1e-9 * abs(answer.bound)
    scale = max(abs(answer.bound), abs(value(problem, problem.present)))
    assert best - answer.value <= (answer.gap + 1e-9) * scale


@settings(max_examples=15, deadline=None, derandomize=True)
@given(problem=problems)
def test_no_plan_is_worse_than_a_feasible_present_plan(problem: AllocationProblem) -> None:
    limits = box(problem.limits.lower, problem.limits.upper, float(problem.present.sum()))
    same = replace(problem, limits=limits)
    assert solved(same).value >= value(same, same.present)


def test_channels_within_their_limits_have_equal_slopes() -> None:
    problem = problem_of(random_curves(11, channels=6, shapes=(0.7, 1.0)), lower=0.05, upper=4.0)
    answer = solved(problem)
    inside = (answer.spend > problem.limits.lower * 1.001) & (answer.spend < problem.limits.upper * 0.999)
    assert inside.sum() >= 3
    np.testing.assert_allclose(answer.slope[inside], answer.slope[inside].mean(), rtol=1e-4)


def test_scaling_money_scales_totals() -> None:
    curves = random_curves(12, channels=4)
    dear = SpendCurves(**{**vars(curves), "flight": curves.flight / 2.0})
    answer, doubled = solved(problem_of(curves)), solved(problem_of(dear, money=2.0))
    np.testing.assert_allclose(doubled.spend, 2.0 * answer.spend, rtol=1e-9)
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
        committed=np.zeros((1, 2, 6)),
    )
    present = np.array([69.0, 1.0])
    problem = AllocationProblem(curves, box(np.zeros(2), np.full(2, 70.0), 70.0), present, MEAN)
    answer = solved(problem)
    assert answer.value > 1.1 * value(problem, present)
    assert answer.gap <= PROMISED_GAP
    assert answer.value >= brute_force(problem, points=701) * (1.0 - 1e-9)


def test_fixed_channels_stay() -> None:
    problem = problem_of(random_curves(13, channels=3), factor=1.05)
    lower, upper = problem.limits.lower.copy(), problem.limits.upper.copy()
    lower[1] = upper[1] = problem.present[1]
    answer = solved(replace(problem, limits=box(lower, upper, problem.limits.total_lower)))
    assert answer.spend[1] == problem.present[1]


def test_all_channels_fixed_is_an_answer() -> None:
    problem = problem_of(random_curves(14), lower=1.0, upper=1.0)
    answer = solved(problem)
    np.testing.assert_array_equal(answer.spend, problem.present)
    assert answer.gap == pytest.approx(0.0, abs=1e-12)


def test_the_same_question_has_the_same_answer_to_the_last_bit() -> None:
    problem = problem_of(random_curves(15, shapes=(2.0, 4.0)), lower=0.0, upper=3.0, factor=0.6)
    first, second = solved(problem, starts=20), solved(problem, starts=20)
    assert first.spend.tobytes() == second.spend.tobytes()
    assert first.bound == second.bound


def test_the_objective_slope_equals_finite_differences_with_risk() -> None:
    problem = problem_of(random_curves(16), objective=DrawObjective(Objective.MEAN_MINUS_RISK, risk=2.0))
    slope = problem.point(problem.present, 0.0).slope
    for c in range(3):
        step = np.zeros(3)
        step[c] = 1e-3
        rise = value(problem, problem.present + step) - value(problem, problem.present - step)
        assert rise / 2e-3 == pytest.approx(slope[c], rel=1e-6)
