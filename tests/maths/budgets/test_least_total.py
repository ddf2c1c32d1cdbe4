from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.budgets.allocation import AllocationProblem
from mmxlib.maths.budgets.least_total import LeastTotal, least_total
from mmxlib.terms import Measure
from tests.maths.budgets.spending import problem_of, random_curves, solved, tables_for, with_groups

PROMISED_GAP = 1e-3


def asked(seed: int, *, steep: bool, channels: int = 3, groups: bool = False) -> AllocationProblem:
    """Return a problem with any total, measured by what falls inside its periods."""
    curves = random_curves(seed, channels=channels, shapes=(2.0, 3.5) if steep else (0.6, 1.2), committed=0.3)
    problem = problem_of(curves, lower=0.1, upper=2.0)
    problem = with_groups(problem) if groups else problem
    limits = replace(
        problem.limits, total_lower=problem.limits.lower.sum(), total_upper=problem.limits.upper.sum()
    )
    if groups:
        limits = replace(limits, row_lower=np.zeros(2))
    return replace(problem, limits=limits, measure=Measure.OUTCOME_IN_PERIODS)


def answered(problem: AllocationProblem, target: float, reached: np.ndarray) -> LeastTotal:
    return least_total(problem, tables_for(problem), target=target, reached=reached)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    steep=st.booleans(),
    groups=st.booleans(),
    channels=st.integers(2, 6),
    share=st.floats(0.3, 0.8),
)
def test_the_best_plan_of_a_total_proves_that_no_less_reaches_its_outcome(
    seed: int, steep: bool, groups: bool, channels: int, share: float
) -> None:
    """The best allocation of a total reaches an outcome; if less money did, it would not be the best."""
    problem = asked(seed, steep=steep, channels=channels, groups=groups)
    limits = problem.limits
    total = limits.total_lower + share * (limits.total_upper - limits.total_lower)
    total = min(total, float(limits.row_upper[0]) if groups else np.inf)
    best = solved(replace(problem, limits=replace(limits, total_lower=total, total_upper=total)))
    found = answered(problem, best.value, best.spend)
    assert found.value <= total * (1.0 + 1e-9)
    slack = (best.bound - best.value) / max(best.slope.min(), 1e-12)
    assert found.value >= total * (1.0 - PROMISED_GAP) - slack


@settings(max_examples=10, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), steep=st.booleans(), share=st.floats(0.3, 0.9))
def test_no_allocation_of_a_grid_reaches_the_target_with_less(seed: int, steep: bool, share: float) -> None:
    problem = asked(seed, steep=steep)
    limits = problem.limits
    low, high = problem.point(limits.lower, 0.0).value, problem.point(limits.upper, 0.0).value
    target = low + share * (high - low)
    axes = [np.linspace(a, b, 13) for a, b in zip(limits.lower, limits.upper, strict=True)]
    reaching = [spend for spend in map(np.array, product(*axes)) if problem.point(spend, 0.0).value >= target]
    cheapest = min(reaching, key=lambda spend: float(spend.sum()))
    assert answered(problem, target, cheapest).value <= cheapest.sum() * (1.0 + 1e-9)


def test_a_target_out_of_reach_has_no_least_total() -> None:
    problem = asked(3, steep=True)
    most = problem.point(problem.limits.upper, 0.0).value
    assert answered(problem, 1.01 * most, problem.present).value == np.inf
    assert answered(problem, (1.0 - 1e-9) * most, problem.limits.upper).value == pytest.approx(
        problem.limits.upper.sum(), rel=1e-3
    )
