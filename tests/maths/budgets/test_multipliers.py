"""Shadow prices of points whose multipliers are known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.budgets.limits import Limits
from mmxlib.maths.budgets.shadow_prices import AT_LIMIT, shadow_prices
from tests.maths.budgets.spending import box, in_money

FREE = float("inf")
SPEND = np.array([2.0, 9.0, 5.0, 6.0])


def limits_at(chance: np.random.Generator) -> tuple[Limits, dict[str, np.ndarray]]:
    """Return limits around `SPEND`, and multipliers of those that bind there: the first two bounds, a row."""
    rows = chance.uniform(0.5, 2.0, (3, 4))
    reached = rows @ SPEND
    kind = int(chance.integers(0, 4))
    row_lower, row_upper = reached - 1.0, reached + np.array([1.0, FREE, 1.0])
    total = np.array([-1.0, 1.0]) + SPEND.sum()
    prices = {
        name: np.zeros(count)
        for name, count in (("lower", 4), ("upper", 4), ("row_lower", 3), ("row_upper", 3), ("total", 2))
    }
    prices["lower"][0], prices["upper"][1] = chance.uniform(0.5, 3.0, 2)
    prices["row_lower" if kind % 2 else "row_upper"][2] = chance.uniform(0.5, 3.0)
    (row_lower if kind % 2 else row_upper)[2] = reached[2]
    if kind >= 2:
        side = int(chance.integers(0, 2))
        total[side] = SPEND.sum()
        prices["total"][side] = chance.uniform(0.5, 3.0)
    lower, upper = np.array([2.0, 1.0, 0.0, 0.0]), np.array([9.0, 9.0, 10.0, 12.0])
    return Limits(lower, upper, float(total[0]), float(total[1]), rows, row_lower, row_upper), prices


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    size=st.sampled_from([1e-5, 1.0, 1e5]),
    money=st.sampled_from([1e-3, 1.0, 1e6]),
)
def test_multipliers_that_make_up_a_slope_are_found(seed: int, size: float, money: float) -> None:
    limits, prices = limits_at(np.random.default_rng(seed))
    slope = prices["upper"] - prices["lower"] + prices["total"][1] - prices["total"][0]
    slope = size * (slope + limits.rows.T @ (prices["row_upper"] - prices["row_lower"]))
    scaled = in_money(limits, money)
    found = shadow_prices(scaled, money * SPEND, slope)
    for name in ("lower", "upper", "row_lower", "row_upper"):
        np.testing.assert_allclose(getattr(found, name), size * prices[name], atol=1e-8 * size)
    assert [found.total_lower, found.total_upper] == pytest.approx(size * prices["total"], abs=1e-8 * size)
    assert np.abs(found.unexplained).max() <= 1e-8 * size


@pytest.mark.parametrize("weight", [0.01, 1.0, 200.0])
def test_the_price_of_a_row_is_per_unit_of_its_sum(weight: float) -> None:
    rows = np.array([[weight, weight]])
    limits = Limits(np.zeros(2), np.full(2, 9.0), 0.0, 99.0, rows, np.array([0.0]), np.array([7.0 * weight]))
    prices = shadow_prices(limits, np.array([3.0, 4.0]), np.array([5.0, 5.0]))
    assert prices.row_upper == pytest.approx([5.0 / weight])
    assert np.abs(prices.unexplained).max() <= 1e-9


@pytest.mark.parametrize("share", [0.5, 2.0])
def test_a_limit_binds_within_a_millionth(share: float) -> None:
    """Of a variable's range, or of all money for a sum."""
    near = share * AT_LIMIT
    limits = Limits(
        np.array([0.0, 0.0]),
        np.array([8.0, 20.0]),
        0.0,
        20.0,
        np.array([[2.0, 0.0]]),
        np.array([0.0]),
        np.array([99.0]),
    )
    by_range = shadow_prices(limits, np.array([8.0 - 8.0 * near, 3.0]), np.array([1.0, 0.0]))
    assert by_range.upper == pytest.approx([1.0 if share < 1.0 else 0.0, 0.0])
    by_floor = shadow_prices(limits, np.array([8.0 * near, 3.0]), np.array([-1.0, 0.0]))
    assert by_floor.lower == pytest.approx([1.0 if share < 1.0 else 0.0, 0.0])
    by_total = shadow_prices(limits, np.array([4.0, 16.0 - 20.0 * near]), np.array([1.0, 1.0]))
    assert by_total.total_upper == pytest.approx(1.0 if share < 1.0 else 0.0)
    row = Limits(limits.lower, limits.upper, 0.0, 20.0, limits.rows, np.array([0.0]), np.array([8.0]))
    by_row = shadow_prices(row, np.array([4.0 - 20.0 * near, 3.0]), np.array([1.0, 0.0]))
    assert by_row.row_upper == pytest.approx([0.5 if share < 1.0 else 0.0])
    least = Limits(limits.lower, limits.upper, 4.0, 20.0, limits.rows, np.array([8.0]), np.array([99.0]))
    by_least = shadow_prices(least, np.array([4.0 + 20.0 * near, 3.0]), np.array([-1.0, 0.0]))
    assert by_least.row_lower == pytest.approx([0.5 if share < 1.0 else 0.0])


def test_a_wide_range_binds_within_a_millionth_of_all_money() -> None:
    """A bound that nobody can reach says nothing of what is near."""
    limits = box(np.zeros(2), np.full(2, 1e9), 20.0)
    prices = shadow_prices(limits, np.array([1e-3, 20.0 - 1e-3]), np.array([0.0, 1.0]))
    assert prices.lower == pytest.approx([0.0, 0.0])


def test_more_money_is_worth_what_its_next_best_use_brings() -> None:
    limits = box(np.zeros(2), np.array([10.0, 10.0]), 10.0)
    prices = shadow_prices(limits, np.array([10.0, 0.0]), np.array([5.0, 1.0]))
    assert prices.total_upper == pytest.approx(1.0)
    assert prices.upper == pytest.approx([4.0, 0.0])
    assert prices.lower == pytest.approx([0.0, 0.0])


def test_a_free_total_within_its_range_has_no_price() -> None:
    limits = Limits(
        np.zeros(2), np.full(2, 9.0), 1.0, 17.0, np.array([[2.0, 0.0]]), np.array([0.0]), np.array([8.0])
    )
    prices = shadow_prices(limits, np.array([4.0, 5.0]), np.array([3.0, 0.0]))
    assert prices.total_lower == prices.total_upper == 0.0
    assert prices.row_upper == pytest.approx([1.5])


def test_a_point_that_is_no_optimum_leaves_slope_unexplained() -> None:
    limits = box(np.zeros(2), np.full(2, 10.0), 10.0)
    prices = shadow_prices(limits, np.array([4.0, 6.0]), np.array([2.0, 1.0]))
    assert np.abs(prices.unexplained).sum() == pytest.approx(1.0)
    free = replace(limits, total_lower=0.0, total_upper=20.0)
    apart = shadow_prices(free, np.array([4.0, 6.0]), np.array([2.0, -1.0]))
    assert apart.unexplained == pytest.approx([2.0, -1.0])


def test_without_a_slope_nothing_has_a_price() -> None:
    limits = box(np.zeros(2), np.array([10.0, 10.0]), 10.0)
    prices = shadow_prices(limits, np.array([10.0, 0.0]), np.zeros(2))
    for each in (prices.lower, prices.upper, prices.total_lower, prices.total_upper, prices.unexplained):
        assert np.all(np.asarray(each) == 0.0)


@pytest.mark.parametrize("slope", [5.0, -5.0])
def test_a_variable_without_choice_is_held_by_the_bound_that_its_slope_presses_on(slope: float) -> None:
    none = np.empty(0)
    limits = Limits(np.array([3.0, 0.0]), np.array([3.0, 9.0]), 0.0, 20.0, np.empty((0, 2)), none, none)
    prices = shadow_prices(limits, np.array([3.0, 4.0]), np.array([slope, 0.0]))
    assert prices.upper == pytest.approx([max(slope, 0.0), 0.0])
    assert prices.lower == pytest.approx([max(-slope, 0.0), 0.0])
    assert np.abs(prices.unexplained).max() <= 1e-9
