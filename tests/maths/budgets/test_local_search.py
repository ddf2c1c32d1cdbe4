"""Local searches over hills whose highest point within the limits is known."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.limits import ROUNDING, Limits, violation
from mmxlib.maths.budgets.local_search import Terrain, best_climb, climb
from mmxlib.maths.budgets.points import Point
from tests.maths.budgets.spending import box, in_money

FREE = float("inf")


class Hills:
    """A hill with one peak, seen through any unit of money and of worth."""

    def __init__(
        self, peaks: list[float], *, money: float = 1.0, size: float = 1.0, price: float = 0.0
    ) -> None:
        self.peaks, self.money, self.size, self.price = np.array(peaks), money, size, price
        self.seen: list[tuple[Vector, float]] = []

    def point(self, spend: Vector, temperature: float) -> Point:
        """A temperature moves the peaks, so that a search at another one ends elsewhere."""
        self.seen.append((spend.copy(), temperature))
        away = spend / self.money - self.peaks - temperature
        value = -self.size * float(away @ away)
        cost = self.price * float(spend.sum())
        exact = -self.size * float((spend / self.money - self.peaks) @ (spend / self.money - self.peaks))
        slope = -2.0 * self.size / self.money * away
        return Point(spend, exact - cost, value - cost, slope, np.ones(1))


def limits_of(
    lower: list[float],
    upper: list[float],
    total: tuple[float, float],
    *rows: tuple[list[float], float, float],
) -> Limits:
    return Limits(
        np.array(lower, dtype=np.float64),
        np.array(upper, dtype=np.float64),
        *total,
        np.array([each[0] for each in rows], dtype=np.float64).reshape(-1, len(lower)),
        np.array([each[1] for each in rows], dtype=np.float64),
        np.array([each[2] for each in rows], dtype=np.float64),
    )


def climbed(hills: Hills, limits: Limits, start: list[float], temperature: float = 0.0) -> Vector:
    return climb(Terrain(hills.point, limits, hills.price, hills.size), np.array(start), temperature)


CASES = {
    "inside": (limits_of([0, 0], [9, 9], (0.0, 18.0)), [3.0, 4.0]),
    "bound": (limits_of([0, 5], [2, 9], (0.0, 18.0)), [2.0, 5.0]),
    "fixed total": (limits_of([0, 0], [9, 9], (5.0, 5.0)), [2.0, 3.0]),
    "most": (limits_of([0, 0], [9, 9], (0.0, 6.0)), [2.5, 3.5]),
    "least": (limits_of([0, 0], [9, 9], (9.0, 18.0)), [4.0, 5.0]),
    "row above": (limits_of([0, 0], [9, 9], (0.0, FREE), ([2, 0], -FREE, 4.0)), [2.0, 4.0]),
    "row below": (limits_of([0, 0], [9, 9], (0.0, FREE), ([0, 0.5], 3.0, FREE)), [3.0, 6.0]),
    "fixed row": (limits_of([0, 0], [9, 9], (0.0, FREE), ([1, -1], 0.0, 0.0)), [3.5, 3.5]),
    "rows of both kinds": (limits_of([0, 0], [9, 9], (8.0, 8.0), ([1, 0], 0.0, 3.0)), [3.0, 5.0]),
    "no money in a row": (limits_of([0, 0], [9, 9], (0.0, 18.0), ([0, 0], 0.0, 0.0)), [3.0, 4.0]),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("money", "size"), [(1.0, 1.0), (1e6, 1e-3), (1e-3, 1e5)])
def test_the_highest_point_within_the_limits_is_found(case: str, money: float, size: float) -> None:
    limits, best = CASES[case]
    scaled = in_money(limits, money)
    start = np.clip(
        np.array([4.0, 4.0]) if case == "fixed row" else np.array([2.5, 2.5]), limits.lower, limits.upper
    )
    hills = Hills([3.0, 4.0], money=money, size=size)
    found = climbed(hills, scaled, list(money * start))
    np.testing.assert_allclose(found / money, best, atol=1e-5)
    assert violation(scaled, found) <= ROUNDING
    inside = [spend for spend, _ in hills.seen]
    np.testing.assert_allclose(inside[0], money * start, rtol=1e-12)
    assert all(np.all((s >= scaled.lower) & (s <= scaled.upper)) for s in inside)


def test_variables_without_choice_stay_and_count_in_every_sum() -> None:
    limits = limits_of([0, 2, 0], [9, 2, 9], (7.0, 7.0), ([1, 1, 0], 0.0, 4.0))
    found = climbed(Hills([4.0, 9.0, 4.0]), limits, [1.0, 2.0, 4.0])
    np.testing.assert_allclose(found, [2.0, 2.0, 3.0], atol=1e-6)
    assert found[1] == 2.0


def test_what_is_fixed_counts_against_a_sum_of_others() -> None:
    """Twice all three is at most 8, the fixed one being 2: the others share what is left."""
    limits = limits_of([0, 2, 0], [3, 2, 3], (0.0, 99.0), ([2, 2, 2], -FREE, 8.0))
    hills = Hills([2.5, 9.0, 2.0])
    found = climbed(hills, limits, [0.5, 2.0, 0.5])
    np.testing.assert_allclose(found, [1.25, 2.0, 0.75], atol=1e-5)
    np.testing.assert_allclose(hills.seen[0][0], [0.5, 2.0, 0.5], rtol=1e-12)


@pytest.mark.parametrize(
    ("limits", "start"),
    [
        (limits_of([1, 2], [1, 2], (0.0, 9.0)), [1.0, 2.0]),
        (limits_of([1, 0], [1, 9], (4.0, 4.0)), [1.0, 3.0]),
    ],
)
def test_without_a_choice_nothing_is_tried(limits: Limits, start: list[float]) -> None:
    hills = Hills([3.0, 4.0])
    assert climbed(hills, limits, start).tolist() == start
    assert hills.seen == []


def test_one_free_variable_of_a_free_total_is_searched() -> None:
    found = climbed(Hills([3.0, 4.0]), limits_of([1, 0], [1, 9], (0.0, 9.0)), [1.0, 3.0])
    np.testing.assert_allclose(found, [1.0, 4.0], atol=1e-6)


def test_money_is_spent_until_it_brings_its_price() -> None:
    found = climbed(Hills([3.0, 4.0], price=2.0), limits_of([0, 0], [9, 9], (0.0, 18.0)), [1.0, 1.0])
    np.testing.assert_allclose(found, [2.0, 3.0], atol=1e-6)


def test_the_best_of_all_starts_is_searched_at_the_cooler_temperatures() -> None:
    hills = Hills([3.0, 4.0])
    limits = limits_of([0, 0], [9, 9], (0.0, 18.0))
    terrain = Terrain(hills.point, limits, 0.0, 1.0, (1.0, 0.25, 0.0))
    best = best_climb(terrain, [np.array([1.0, 1.0]), np.array([8.0, 8.0])])
    np.testing.assert_allclose(best.spend, [3.0, 4.0], atol=1e-6)
    assert best.smooth == best.value
    assert {temperature for _, temperature in hills.seen} == {1.0, 0.25, 0.0}
    first = best_climb(replace(terrain, temperatures=(1.0,)), [np.array([1.0, 1.0])])
    np.testing.assert_allclose(first.spend, [4.0, 5.0], atol=1e-6)


def test_a_start_is_kept_where_no_search_ends_higher() -> None:
    """Smoothed by one, the search leaves the true peak: its start is the better point."""
    hills = Hills([3.0, 4.0])
    terrain = Terrain(hills.point, limits_of([0, 0], [9, 9], (0.0, 18.0)), 0.0, 1.0, (1.0,))
    peak = np.array([3.0, 4.0])
    assert best_climb(terrain, [np.array([1.0, 1.0]), peak]).spend.tolist() == [3.0, 4.0]


def test_a_point_is_smoothed_by_the_last_temperature() -> None:
    terrain = Terrain(Hills([3.0]).point, box(np.zeros(1), np.ones(1), 1.0), 0.0, 1.0, (2.0, 0.5))
    assert terrain.point(np.array([3.0])).smooth == pytest.approx(-0.25)
    bare = Terrain(Hills([3.0]).point, box(np.zeros(1), np.ones(1), 1.0), 0.0, 1.0)
    assert bare.point(np.array([3.0])).smooth == 0.0
