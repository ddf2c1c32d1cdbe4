from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.budgets.allocation import AllocationProblem
from mmxlib.maths.budgets.ceiling_bound import least_total_bound, limited_bound, whole_ranges
from mmxlib.maths.budgets.limits import nearest
from mmxlib.maths.budgets.majorant import Ceiling, ceiling
from mmxlib.maths.budgets.points import Point
from tests.maths.budgets.spending import (
    problem_of,
    random_curves,
    tables_for,
    with_free_total,
    with_groups,
)

problems = st.builds(
    lambda seed, steep, groups, free, factor: asked(
        seed, steep=steep, groups=groups, free=free, factor=factor
    ),
    seed=st.integers(0, 10**6),
    steep=st.booleans(),
    groups=st.booleans(),
    free=st.booleans(),
    factor=st.floats(0.4, 1.5),
)


def asked(seed: int, *, steep: bool, groups: bool, free: bool, factor: float) -> AllocationProblem:
    curves = random_curves(seed, channels=3, shapes=(2.0, 4.0) if steep else (0.6, 1.2))
    problem = problem_of(curves, factor=factor, lower=0.0, upper=2.0)
    problem = with_free_total(problem, price=0.05) if free else problem
    return with_groups(problem) if groups else problem


def feasible_points(problem: AllocationProblem, count: int) -> list[Point]:
    """Return points of random allocations within the limits."""
    chance, limits = np.random.default_rng(1), problem.limits
    tried = limits.lower + chance.uniform(size=(count, len(limits.lower))) * (limits.upper - limits.lower)
    return [problem.point(nearest(limits, each), 0.0) for each in tried]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(problem=problems, cuts=st.integers(0, 5))
def test_no_feasible_allocation_exceeds_the_bound(problem: AllocationProblem, cuts: int) -> None:
    roofs, breaks = [ceiling(table) for table in tables_for(problem)], whole_ranges(problem.limits)
    bound = limited_bound(
        roofs, problem.limits, price=problem.price, enough=-np.inf, breaks=breaks, cuts=cuts
    )
    best = max(point.value for point in feasible_points(problem, 150))
    assert bound.value >= best - 1e-9 * abs(best)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(problem=problems)
def test_more_cuts_never_raise_the_bound(problem: AllocationProblem) -> None:
    roofs, breaks = [ceiling(table) for table in tables_for(problem)], whole_ranges(problem.limits)
    bounds = [
        limited_bound(
            roofs, problem.limits, price=problem.price, enough=-np.inf, breaks=breaks, cuts=cuts
        ).value
        for cuts in (0, 2, 6)
    ]
    assert bounds[0] >= bounds[1] >= bounds[2]


def steps() -> list[Ceiling]:
    """Return two S-shaped ceilings whose best point is a corner of their steps."""
    x = np.array([0.0, 2.0, 4.0, 5.0, 6.0, 8.0, 10.0])
    return [
        Ceiling(x, np.array([0.0, 0.0, 0.0, 3.0, 6.0, 6.0, 6.0])),
        Ceiling(x, np.array([0.0, 0.0, 0.0, 2.0, 4.0, 5.0, 5.0])),
    ]


def test_cuts_close_what_majorants_leave_between_steps() -> None:
    limits = replace(
        problem_of(random_curves(1, channels=2)).limits, lower=np.zeros(2), upper=np.full(2, 10.0)
    )
    limits = replace(limits, total_lower=0.0, total_upper=9.0)
    loose, tight = (
        limited_bound(steps(), limits, price=0.0, enough=-np.inf, breaks=whole_ranges(limits), cuts=cuts)
        for cuts in (0, 8)
    )
    assert loose.value == pytest.approx(6.0 + 3.0 * 4.0 / 6.0, rel=1e-6)
    assert tight.value == pytest.approx(6.0, rel=1e-5)
    assert tight.value >= 6.0


@pytest.mark.parametrize(("target", "least"), [(6.0, 6.0), (7.0, 10.5), (10.0, 12.0), (11.0, 14.0)])
def test_the_least_total_is_exact_for_steps(target: float, least: float) -> None:
    limits = problem_of(random_curves(1, channels=2)).limits
    limits = replace(limits, lower=np.zeros(2), upper=np.full(2, 10.0), total_lower=0.0, total_upper=20.0)
    found = least_total_bound(steps(), limits, target=target, enough=np.inf, breaks=whole_ranges(limits))
    assert found.value == pytest.approx(least, rel=1e-4)
    assert found.value <= least


def test_what_no_allocation_reaches_has_an_infinite_least_total() -> None:
    limits = problem_of(random_curves(1, channels=2)).limits
    limits = replace(limits, lower=np.zeros(2), upper=np.full(2, 10.0), total_lower=0.0, total_upper=20.0)
    breaks = whole_ranges(limits)
    assert least_total_bound(steps(), limits, target=11.5, enough=np.inf, breaks=breaks).value == np.inf
