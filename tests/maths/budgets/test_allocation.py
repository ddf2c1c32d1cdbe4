from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.budgets.allocation import Allocation, AllocationProblem
from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.maths.budgets.limits import ROUNDING, violation
from mmxlib.maths.budgets.spend_response import SpendCurves
from mmxlib.terms import Measure, Objective
from tests.maths.budgets.spending import (
    CVAR,
    MEAN,
    RISK,
    box,
    mixed_problem,
    problem_of,
    random_curves,
    solved,
    two_hills,
    with_free_total,
    with_groups,
)

PROMISED_GAP = 1e-3


def value(problem: AllocationProblem, totals: np.ndarray) -> float:
    return problem.point(totals, 0.0).value


def scale(problem: AllocationProblem, answer: Allocation) -> float:
    """Return what a gap is relative to."""
    return max(abs(answer.bound), abs(value(problem, problem.present)))


def brute_force(problem: AllocationProblem, *, points: int) -> float:
    """Return the best value on a grid within the limits; of a fixed total the last channel takes the rest."""
    limits = problem.limits
    axes = [np.linspace(low, high, points) for low, high in zip(limits.lower, limits.upper, strict=True)]
    if limits.fixed_total:
        heads = map(np.array, product(*axes[:-1]))
        tried = (np.append(head, limits.total_lower - head.sum()) for head in heads)
    else:
        tried = map(np.array, product(*axes))
    return max(value(problem, each) for each in tried if violation(limits, each) <= 1e-12)


problems = st.builds(
    lambda seed, steep, objective, channels, factor: problem_of(
        random_curves(seed, channels=channels, shapes=(2.0, 4.0) if steep else (0.6, 1.3)),
        factor=factor,
        lower=0.0,
        upper=2.5,
        objective=objective,
    ),
    seed=st.integers(0, 10**6),
    steep=st.booleans(),
    objective=st.sampled_from([MEAN, RISK, CVAR]),
    channels=st.integers(2, 5),
    factor=st.floats(0.3, 1.5),
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(problem=problems, groups=st.booleans(), free_total=st.booleans())
def test_every_limit_holds(problem: AllocationProblem, groups: bool, free_total: bool) -> None:
    problem = with_free_total(problem, price=0.05) if free_total else problem
    problem = with_groups(problem) if groups else problem
    spend = solved(problem).spend
    assert violation(problem.limits, spend) <= ROUNDING
    assert np.all((spend >= problem.limits.lower) & (spend <= problem.limits.upper))


@pytest.mark.parametrize("seed", range(40))
def test_the_mean_is_certified_to_a_thousandth(seed: int) -> None:
    """A short version of the two hundred instances of ``python -m tests.benchmarks budget_gap``."""
    answer = solved(mixed_problem(seed, groups=seed % 5 == 3, free_total=seed % 5 == 4))
    assert answer.bound >= answer.value
    assert 0.0 <= answer.gap <= PROMISED_GAP


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    groups=st.booleans(),
    objective=st.sampled_from([RISK, CVAR, DrawObjective(Objective.CVAR, tail=0.1)]),
    channels=st.integers(2, 8),
    factor=st.floats(0.4, 1.4),
)
def test_risk_is_certified_to_a_thousandth_where_returns_diminish(
    seed: int, groups: bool, objective: DrawObjective, channels: int, factor: float
) -> None:
    curves = random_curves(seed, channels=channels, draws=60, shapes=(0.6, 1.0))
    problem = problem_of(curves, factor=factor, lower=0.1, upper=2.0, objective=objective)
    assert solved(with_groups(problem) if groups else problem).gap <= PROMISED_GAP


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    steep=st.booleans(),
    objective=st.sampled_from([MEAN, RISK, CVAR]),
    groups=st.booleans(),
    free_total=st.booleans(),
    committed=st.sampled_from([0.0, 0.6]),
    measure=st.sampled_from(Measure),
    factor=st.floats(0.4, 1.4),
)
def test_brute_force_never_beats_the_plan_by_more_than_the_gap(
    seed: int,
    steep: bool,
    objective: DrawObjective,
    groups: bool,
    free_total: bool,
    committed: float,
    measure: Measure,
    factor: float,
) -> None:
    curves = random_curves(
        seed, channels=2 + seed % 2, shapes=(2.0, 4.0) if steep else (0.6, 1.3), committed=committed
    )
    problem = problem_of(curves, factor=factor, lower=0.0, upper=2.0, objective=objective)
    problem = with_free_total(problem, price=0.05) if free_total else problem
    problem = replace(with_groups(problem) if groups else problem, measure=measure)
    answer, best = solved(problem), brute_force(problem, points=15 if free_total else 31)
    assert best <= answer.bound + 1e-9 * abs(answer.bound)
    assert best - answer.value <= (answer.gap + 1e-9) * scale(problem, answer)


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
    problem = two_hills(periods=6, flight=0.02)
    answer = solved(problem)
    assert answer.value > 1.1 * value(problem, problem.present)
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


@pytest.mark.parametrize("measure", list(Measure))
@pytest.mark.parametrize("objective", [MEAN, DrawObjective(Objective.MEAN_MINUS_RISK, risk=2.0), CVAR])
def test_the_objective_slope_equals_finite_differences(objective: DrawObjective, measure: Measure) -> None:
    curves = random_curves(16, draws=9, committed=0.5)
    problem = replace(problem_of(curves, objective=objective), price=0.1, measure=measure)
    at = problem.point(problem.present, 0.2)
    for c in range(3):
        step = np.zeros(3)
        step[c] = 1e-2
        above, below = (problem.point(problem.present + sign * step, 0.2).smooth for sign in (1.0, -1.0))
        assert (above - below) / 2e-2 == pytest.approx(at.slope[c] - 0.1, rel=1e-6)


def test_a_free_total_spends_until_a_unit_of_money_brings_its_price() -> None:
    problem = problem_of(random_curves(18, channels=5, shapes=(0.7, 1.0)), lower=0.0, upper=9.0)
    price = float(solved(problem).slope.mean())
    answer = solved(with_free_total(problem, price=price))
    assert answer.spend.sum() == pytest.approx(problem.present.sum(), rel=1e-3)
    np.testing.assert_allclose(answer.slope, price, rtol=1e-4)


def test_a_higher_price_never_spends_more() -> None:
    problem = problem_of(random_curves(19, channels=4), lower=0.0, upper=4.0)
    spent = [
        solved(with_free_total(problem, price=price)).spend.sum() for price in (0.0, 0.04, 0.07, 0.1, 0.2)
    ]
    assert all(more >= less * (1.0 - 1e-6) for more, less in pairwise(spent))
    assert spent[0] > 1.2 * spent[-1]


def test_cvar_protects_the_worst_draws_better_than_the_mean_does() -> None:
    curves = random_curves(20, channels=5, draws=40)
    worst = DrawObjective(Objective.CVAR, tail=0.1)
    cautious, plain = (problem_of(curves, lower=0.0, upper=3.0, objective=each) for each in (worst, MEAN))
    for_worst, for_mean = solved(cautious).spend, solved(plain).spend
    assert value(cautious, for_worst) > value(cautious, for_mean)
    assert value(plain, for_worst) < value(plain, for_mean)
