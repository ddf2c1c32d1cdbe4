"""The least total of two channels, against all of a grid."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from mmxlib.maths.budgets.allocation import AllocationProblem
from mmxlib.maths.budgets.least_total import least_total
from mmxlib.terms import Measure
from tests.maths.budgets.spending import problem_of, random_curves, tables_for

STEEP, CONCAVE = (2.0, 3.5), (0.6, 1.0)


def asked(seed: int, shapes: tuple[float, float]) -> AllocationProblem:
    """Return a problem with any total, measured by what falls inside its periods."""
    curves = random_curves(seed, channels=2, draws=3, units=1, periods=2, shapes=shapes, committed=0.3)
    problem = problem_of(curves, lower=0.1, upper=2.0)
    limits = problem.limits
    free = replace(limits, total_lower=limits.lower.sum(), total_upper=limits.upper.sum())
    return replace(problem, limits=free, measure=Measure.OUTCOME_IN_PERIODS)


def second(problem: AllocationProblem, first: float, target: float) -> float:
    """Return the least that the second channel must spend beside ``first`` to reach a target."""
    low, high = float(problem.limits.lower[1]), float(problem.limits.upper[1])
    if problem.point(np.array([first, high]), 0.0).value < target:
        return np.inf
    for _ in range(30):
        middle = 0.5 * (low + high)
        reached = problem.point(np.array([first, middle]), 0.0).value >= target
        low, high = (low, middle) if reached else (middle, high)
    return high


def cheapest(problem: AllocationProblem, target: float) -> np.ndarray:
    """Return the allocation of a grid that reaches a target with the least."""
    grid = np.linspace(problem.limits.lower[0], problem.limits.upper[0], 25)
    pairs = [np.array([first, second(problem, first, target)]) for first in grid]
    return min(pairs, key=lambda pair: float(pair.sum()))


def optimum(problem: AllocationProblem, target: float) -> np.ndarray:
    """Return the allocation that reaches a target with the least, near the best of the grid."""
    near, limits = cheapest(problem, target), problem.limits
    step = (limits.upper[0] - limits.lower[0]) / 24
    found = minimize_scalar(
        lambda first: min(first + second(problem, first, target), 1e6),
        bounds=(max(near[0] - step, limits.lower[0]), min(near[0] + step, limits.upper[0])),
        method="bounded",
        options={"xatol": 1e-6},
    )
    finer = np.array([found.x, second(problem, found.x, target)])
    return min(near, finer, key=lambda pair: float(pair.sum()))


@pytest.mark.parametrize(
    ("shapes", "seed", "share"), [(CONCAVE, 2, 0.3), (CONCAVE, 5, 0.6), (STEEP, 3, 0.6), (STEEP, 6, 0.3)]
)
def test_the_least_total_is_that_of_the_cheapest_allocation_wherever_the_search_was(
    shapes: tuple[float, float], seed: int, share: float
) -> None:
    problem = asked(seed, shapes)
    low, high = (problem.point(each, 0.0).value for each in (problem.limits.lower, problem.limits.upper))
    target = low + share * (high - low)
    spend = optimum(problem, target)
    for reached in (spend, problem.limits.upper):
        found = least_total(problem, tables_for(problem), target=target, reached=reached)
        assert found.value <= spend.sum() * (1.0 + 1e-8)
        assert found.value >= spend.sum() * (1.0 - 2e-6)
        assert found.spend.sum() == pytest.approx(found.value, rel=1e-3)


def test_a_target_out_of_reach_has_no_least_total() -> None:
    problem = asked(3, STEEP)
    most = problem.point(problem.limits.upper, 0.0).value
    found = least_total(problem, tables_for(problem), target=1.01 * most, reached=problem.present)
    assert found.value == np.inf
    whole = least_total(
        problem, tables_for(problem), target=(1.0 - 1e-9) * most, reached=problem.limits.upper
    )
    assert whole.value == pytest.approx(problem.limits.upper.sum(), rel=1e-3)
