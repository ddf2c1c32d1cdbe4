from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.limits import ROUNDING, Limits, drawn_in, fitted, least_sum, nearest, violation
from tests.maths.budgets.spending import box, in_money


def random_limits(seed: int, *, rows: int, fixed: bool) -> Limits:
    """Return feasible limits: all are drawn around one allocation that keeps them."""
    chance = np.random.default_rng(seed)
    count = int(chance.integers(2, 12))
    inside = chance.uniform(0.0, 100.0, count)
    weights = chance.uniform(0.0, 1.0, (rows, count)) * (chance.uniform(size=(rows, count)) < 0.6)
    room = 0.0 if fixed else 5.0
    return Limits(
        inside * chance.uniform(0.0, 1.0, count),
        inside * chance.uniform(1.0, 2.0, count),
        float(inside.sum()) - room,
        float(inside.sum()) + room,
        weights,
        np.where(np.arange(rows) % 2 == 0, 0.98 * weights @ inside, -np.inf),
        np.where(np.arange(rows) % 3 == 0, np.inf, 1.01 * weights @ inside),
    )


def least_distance(limits: Limits, spend: Vector) -> float:
    """Return the L1 distance of the nearest point, by the textbook program in points and distances."""
    each, none = np.eye(len(spend)), np.zeros((1 + len(limits.rows), len(spend)))
    most, least = np.isfinite(limits.sum_upper), np.isfinite(limits.sum_lower)
    sums = np.hstack((limits.sums, none))
    answer = linprog(
        np.concatenate((np.zeros(len(spend)), np.ones(len(spend)))),
        A_ub=np.vstack((np.hstack((each, -each)), np.hstack((-each, -each)), sums[most], -sums[least])),
        b_ub=np.concatenate((spend, -spend, limits.sum_upper[most], -limits.sum_lower[least])),
        bounds=[*zip(limits.lower, limits.upper, strict=True), *[(0.0, None)] * len(spend)],
    )
    return float(answer.fun)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), rows=st.integers(0, 4), fixed=st.booleans())
def test_the_nearest_allocation_keeps_every_limit_and_is_the_nearest(
    seed: int, rows: int, fixed: bool
) -> None:
    limits = random_limits(seed, rows=rows, fixed=fixed)
    spend = np.random.default_rng(seed + 1).uniform(-20.0, 250.0, len(limits.lower))
    moved = nearest(limits, spend)
    assert violation(limits, moved) <= ROUNDING
    assert np.all((moved >= limits.lower) & (moved <= limits.upper))
    assert np.abs(moved - spend).sum() == pytest.approx(least_distance(limits, spend), rel=1e-6)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), rows=st.integers(0, 4))
def test_an_allocation_within_the_limits_stays(seed: int, rows: int) -> None:
    limits = random_limits(seed, rows=rows, fixed=False)
    inside = nearest(limits, limits.upper)
    np.testing.assert_allclose(nearest(limits, inside), inside, rtol=1e-9, atol=1e-7)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), rows=st.integers(0, 4), fixed=st.booleans())
def test_what_is_drawn_in_keeps_every_limit_and_stays_where_it_keeps_them(
    seed: int, rows: int, fixed: bool
) -> None:
    limits = random_limits(seed, rows=rows, fixed=fixed)
    anchor, spend = nearest(limits, limits.lower), np.random.default_rng(seed).uniform(-20.0, 250.0)
    moved = drawn_in(limits, spend * np.ones(len(limits.lower)), anchor)
    assert violation(limits, moved) <= 2.0 * ROUNDING
    np.testing.assert_allclose(drawn_in(limits, moved, anchor), moved, rtol=1e-7, atol=1e-6)


def test_limits_that_meet_only_up_to_rounding_have_a_nearest_allocation() -> None:
    limits = replace(
        box(np.array([10.0, 20.0]), np.array([15.0, 30.0]), 30.0 * (1.0 - 1e-10)),
        rows=np.ones((1, 2)),
        row_lower=np.array([30.0]),
        row_upper=np.array([np.inf]),
    )
    assert nearest(limits, np.array([40.0, 0.0])) == pytest.approx([10.0, 20.0], rel=1e-8)
    above = replace(limits, total_lower=30.0, total_upper=30.0, row_lower=-limits.row_upper)
    above = replace(above, row_upper=np.array([30.0 * (1.0 - 1e-10)]))
    assert nearest(above, np.array([40.0, 0.0])) == pytest.approx([10.0, 20.0], rel=1e-8)


def test_fitting_totals_keeps_the_sum_and_the_bounds() -> None:
    lower, upper = np.array([0.0, 10.0, 0.0]), np.array([5.0, 20.0, 100.0])
    totals = fitted(np.array([50.0, 0.0, 1.0]), lower=lower, upper=upper, total=60.0)
    assert totals.sum() == pytest.approx(60.0, rel=1e-12)
    assert np.all((totals >= lower) & (totals <= upper))


@pytest.mark.parametrize("unit", [1e-4, 1.0, 1e6])
def test_what_is_missing_is_spread_in_proportion_to_the_room(unit: float) -> None:
    lower, upper = np.zeros(2), unit * np.array([1.0, 4.0])
    spend = unit * np.array([0.5, 1.0])
    up = fitted(spend, lower=lower, upper=upper, total=2.2 * unit)
    down = fitted(spend, lower=lower, upper=upper, total=0.9 * unit)
    np.testing.assert_allclose(up, unit * np.array([0.6, 1.6]), rtol=1e-12)
    np.testing.assert_allclose(down, unit * np.array([0.3, 0.6]), rtol=1e-12)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), rows=st.integers(1, 4), fixed=st.booleans())
def test_nothing_is_drawn_in_farther_than_rows_ask_for(seed: int, rows: int, fixed: bool) -> None:
    limits = random_limits(seed, rows=rows, fixed=fixed)
    spend = np.random.default_rng(seed).uniform(-20.0, 250.0, len(limits.lower))
    free = replace(limits, row_lower=np.full(rows, -np.inf), row_upper=np.full(rows, np.inf))
    anchor, unbound = nearest(limits, limits.lower), nearest(free, spend)
    np.testing.assert_allclose(drawn_in(free, spend, anchor), unbound, rtol=1e-12)
    moved = drawn_in(limits, spend, anchor)
    if violation(limits, unbound) <= ROUNDING:
        np.testing.assert_allclose(moved, unbound, rtol=1e-6, atol=1e-6)
    else:  # a row is met to the last cent
        reached = limits.rows @ moved
        left = np.minimum(limits.row_upper - reached, reached - limits.row_lower)
        assert left.min() <= 1e-8 * limits.scale


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), rows=st.integers(0, 4), unit=st.sampled_from([1e-3, 1.0, 1e5]))
def test_the_least_sum_is_that_of_the_textbook_program(seed: int, rows: int, unit: float) -> None:
    drawn = random_limits(seed, rows=rows, fixed=False)
    sums, most, least = drawn.sums, np.isfinite(drawn.sum_upper), np.isfinite(drawn.sum_lower)
    answer = linprog(
        np.ones(len(drawn.lower)),
        A_ub=np.vstack((sums[most], -sums[least])),
        b_ub=np.concatenate((drawn.sum_upper[most], -drawn.sum_lower[least])),
        bounds=np.column_stack((drawn.lower, drawn.upper)),
    )
    assert least_sum(in_money(drawn, unit)) == pytest.approx(unit * float(answer.fun), rel=1e-7)


def test_a_row_can_ask_for_more_than_the_bounds_and_the_total_do() -> None:
    limits = replace(
        box(np.array([10.0, 20.0]), np.array([15.0, 30.0]), 45.0),
        total_lower=0.0,
        rows=np.array([[2.0, 1.0]]),
        row_lower=np.array([52.0]),
        row_upper=np.array([np.inf]),
    )
    assert least_sum(limits) == pytest.approx(37.0, rel=1e-9)  # the first is full, two more of the other


def test_a_violation_is_a_share_of_the_scale() -> None:
    limits = box(np.zeros(2), np.array([60.0, 40.0]), 50.0)
    assert violation(limits, np.array([30.0, 20.0])) == 0.0
    assert violation(limits, np.array([30.0, 21.0])) == pytest.approx(0.02)
    assert violation(limits, np.array([-5.0, 55.0])) == pytest.approx(0.3)
    boundless = replace(limits, upper=np.full(2, 1e12))
    assert violation(boundless, np.array([30.0, 21.0])) == pytest.approx(0.02)
