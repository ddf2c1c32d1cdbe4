from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mmxlib.maths.budgets.conflicts import Conflict, conflict
from mmxlib.maths.budgets.limits import Limits
from tests.maths.budgets.spending import box
from tests.maths.budgets.test_limits import random_limits

PLENTY = 1e4
"""More than anything asks for: bounds of variables are finite."""


def shaken(seed: int, rows: int) -> Limits:
    """Return limits of which some are moved, so that they often contradict each other."""
    limits, chance = random_limits(seed, rows=rows, fixed=False), np.random.default_rng(seed + 7)

    def moved(bound: np.ndarray) -> np.ndarray:
        return bound * np.where(chance.uniform(size=len(bound)) < 0.4, chance.uniform(0.3, 2.0), 1.0)

    total = float(limits.total_lower * chance.uniform(0.5, 1.6))
    return replace(
        limits,
        lower=moved(limits.lower),
        upper=moved(limits.upper),
        total_lower=total,
        total_upper=total + 1.0,
        row_lower=moved(limits.row_lower),
        row_upper=moved(limits.row_upper),
    )


def members(found: Conflict) -> list[tuple[str, int]]:
    """Return the name and the index of each limit in conflict."""
    named = [
        (name, int(i)) for name in ("lower", "upper", "row_lower", "row_upper") for i in getattr(found, name)
    ]
    return named + [(name, 0) for name in ("total_lower", "total_upper") if getattr(found, name)]


def without(limits: Limits, name: str, index: int) -> Limits:
    """Return ``limits`` with one of them given up."""
    none = {"lower": 0.0, "upper": PLENTY}.get(name, -np.inf if name.endswith("lower") else np.inf)
    if name.startswith("total"):
        return replace(limits, **{name: none})
    bound = getattr(limits, name).copy()
    bound[index] = none
    return replace(limits, **{name: bound})


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), rows=st.integers(0, 4))
def test_giving_up_any_one_limit_in_conflict_makes_those_in_conflict_possible(seed: int, rows: int) -> None:
    limits = shaken(seed, rows)
    found = conflict(limits)
    assume(found is not None)
    assert found is not None
    named = members(found)
    only = only_these(limits, named)
    assert conflict(only) is not None
    for name, index in named:
        assert conflict(without(only, name, index)) is None


def only_these(limits: Limits, named: list[tuple[str, int]]) -> Limits:
    """Return ``limits`` with all given up that are not in ``named``."""
    rows, variables = len(limits.rows), len(limits.lower)
    every = [(name, i) for name in ("lower", "upper") for i in range(variables)]
    every += [(name, i) for name in ("row_lower", "row_upper") for i in range(rows)]
    every += [("total_lower", 0), ("total_upper", 0)]
    for name, index in every:
        if (name, index) not in named:
            limits = without(limits, name, index)
    return limits


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), rows=st.integers(0, 4), fixed=st.booleans())
def test_limits_around_an_allocation_are_in_no_conflict(seed: int, rows: int, fixed: bool) -> None:
    assert conflict(random_limits(seed, rows=rows, fixed=fixed)) is None


def test_a_single_way_out_makes_the_rest_possible() -> None:
    """One conflict alone: lower bounds of two channels above what their group may spend."""
    limits = Limits(
        np.array([30.0, 40.0, 0.0]),
        np.full(3, 100.0),
        150.0,
        150.0,
        np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]),
        np.array([-np.inf, 10.0]),
        np.array([60.0, 180.0]),
    )
    found = conflict(limits)
    assert found is not None
    assert members(found) == [("lower", 0), ("lower", 1), ("row_upper", 0)]
    for name, index in members(found):
        assert conflict(without(limits, name, index)) is None


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (10.0, [("lower", 0), ("lower", 1), ("total_upper", 0)]),
        (99.0, [("upper", 0), ("upper", 1), ("total_lower", 0)]),
    ],
)
def test_a_total_out_of_reach_is_in_conflict_with_the_bounds(
    total: float, expected: list[tuple[str, int]]
) -> None:
    found = conflict(box(np.array([8.0, 9.0]), np.array([20.0, 30.0]), total))
    assert found is not None
    assert members(found) == expected


@pytest.mark.parametrize("money", [1e-6, 1.0, 1e9])
def test_crossed_bounds_are_in_conflict_with_each_other_alone(money: float) -> None:
    found = conflict(box(money * np.array([8.0, 9.0]), money * np.array([20.0, 7.0]), 20.0 * money))
    assert found is not None
    assert members(found) == [("lower", 1), ("upper", 1)]


@pytest.mark.parametrize("money", [1e-6, 1.0, 1e9])
def test_sums_that_miss_each_other_by_rounding_are_in_no_conflict(money: float) -> None:
    missed = money * 0.3 * (1.0 - 1e-10)
    assert conflict(box(money * np.full(3, 0.1), money * np.full(3, 0.2), missed)) is None
