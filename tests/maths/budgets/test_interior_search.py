import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.budgets.cell_bound import linear_most
from mmxlib.maths.budgets.interior_search import inside_of, interior_climb
from mmxlib.maths.budgets.limits import Limits, nearest, violation
from mmxlib.maths.budgets.local_search import Terrain
from mmxlib.maths.budgets.points import Point
from tests.maths.budgets.spending import box


class Hill:
    """A concave quadratic with a known peak, and as many variables as the peak has."""

    def __init__(self, seed: int, peak: Vector, price: float = 0.0) -> None:
        chance = np.random.default_rng(seed)
        root = chance.standard_normal((len(peak), len(peak)))
        self.bend: Matrix = root @ root.T + np.eye(len(peak))
        self.peak, self.price = peak, price

    def point(self, spend: Vector, temperature: float) -> Point:
        away = spend - self.peak
        slope = -self.bend @ away
        value = 0.5 * float(away @ slope) - self.price * float(spend.sum())
        return Point(spend, value, value, slope, np.ones(1))

    def curvature(self, point: Point, temperature: float) -> Matrix:
        return self.bend


def end_of(hill: Hill, limits: Limits, start: Vector) -> Point:
    terrain = Terrain(hill.point, limits, hill.price, 1.0)
    return interior_climb(terrain, inside_of(limits), hill.curvature, start)


def some_limits(chance: np.random.Generator, count: int) -> Limits:
    """Return random feasible limits with rows, one of them fixed."""
    lower = chance.uniform(0.0, 1.0, count)
    upper = lower + chance.uniform(0.0, 3.0, count)
    upper[0] = lower[0]
    within = lower + chance.uniform(0.2, 0.8, count) * (upper - lower)
    rows = (chance.random((4, count)) < 0.5) * chance.uniform(0.5, 2.0, (4, count))
    sums = rows @ within
    room = np.array([0.0, 0.3, 1.0, np.inf])
    return Limits(
        lower, upper, float(within.sum()), float(within.sum()) + 0.5, rows, sums - room, sums + room
    )


def test_a_peak_inside_is_found() -> None:
    peak = np.array([2.0, 3.0, 4.0])
    limits = Limits(np.zeros(3), np.full(3, 10.0), 0.0, 100.0, np.empty((0, 3)), np.empty(0), np.empty(0))
    np.testing.assert_allclose(end_of(Hill(1, peak), limits, np.ones(3)).spend, peak, rtol=1e-6)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), count=st.integers(4, 12))
def test_limits_hold_and_nothing_within_them_is_higher(seed: int, count: int) -> None:
    chance = np.random.default_rng(seed)
    limits = some_limits(chance, count)
    hill = Hill(seed, chance.uniform(-1.0, 5.0, count))
    start = nearest(limits, 0.5 * (limits.lower + limits.upper))
    end = end_of(hill, limits, start)
    assert violation(limits, end.spend) <= 1e-9
    # concave: nothing within the limits is above the tangent
    left = linear_most(end.slope, limits) - float(end.slope @ end.spend)
    assert left <= 1e-7 * (1.0 + abs(end.value))


def test_variables_held_back_by_a_bound_end_on_it() -> None:
    peak = np.array([-3.0, 20.0, 2.0])
    hill = Hill(1, peak)
    hill.bend = np.eye(3)
    limits = box(np.zeros(3), np.full(3, 10.0), 13.0)
    end = end_of(hill, limits, np.full(3, 13.0 / 3.0))
    np.testing.assert_allclose(end.spend[:2], [0.0, 10.0], atol=1e-12)


def test_a_price_lowers_what_is_spent() -> None:
    limits = Limits(np.zeros(3), np.full(3, 10.0), 0.0, 100.0, np.empty((0, 3)), np.empty(0), np.empty(0))
    end = end_of(Hill(2, np.full(3, 5.0), price=0.5), limits, np.ones(3))
    np.testing.assert_allclose(end.slope, 0.5, rtol=1e-5)


def test_limits_without_choice_leave_the_start() -> None:
    limits = box(np.ones(3), np.ones(3), 3.0)
    assert inside_of(limits) is None
    np.testing.assert_array_equal(end_of(Hill(3, np.zeros(3)), limits, np.ones(3)).spend, np.ones(3))


@pytest.mark.parametrize("total", [3.0, 9.0])
def test_limits_that_leave_one_point_give_it(total: float) -> None:
    limits = box(np.ones(3), np.full(3, 3.0), total)
    end = end_of(Hill(4, np.full(3, 2.0)), limits, np.full(3, total / 3.0))
    np.testing.assert_allclose(end.spend, np.full(3, total / 3.0), rtol=1e-6)
    assert violation(limits, end.spend) <= 1e-9


def test_sums_that_repeat_each_other_are_no_obstacle() -> None:
    rows = np.vstack((np.kron(np.eye(2), np.ones(2)), np.kron(np.eye(2), np.ones(2))))
    sums = np.array([3.0, 5.0, 3.0, 5.0])
    limits = Limits(np.zeros(4), np.full(4, 4.0), 8.0, 8.0, rows, sums, sums)
    hill = Hill(5, np.array([2.0, 1.0, 1.0, 4.0]))
    end = end_of(hill, limits, np.array([1.5, 1.5, 2.5, 2.5]))
    np.testing.assert_allclose(end.spend, hill.peak, rtol=1e-6)


def test_what_is_fixed_counts_against_a_sum_of_others() -> None:
    """Twice all three is at most 8, the fixed one being 2: the others share what is left."""
    limits = Limits(
        np.array([0.0, 2.0, 0.0]),
        np.array([3.0, 2.0, 3.0]),
        0.0,
        99.0,
        np.full((1, 3), 2.0),
        np.array([-np.inf]),
        np.array([8.0]),
    )
    hill = Hill(6, np.array([2.5, 9.0, 2.0]))
    hill.bend = np.eye(3)
    end = end_of(hill, limits, np.array([0.5, 2.0, 0.5]))
    np.testing.assert_allclose(end.spend, [1.25, 2.0, 0.75], atol=1e-6)


def test_a_bound_takes_what_it_holds_back_and_nothing_else() -> None:
    """Two peaks lie beyond the bounds, two close to them, closer than what is put on a bound that holds."""
    peak = np.array([-3.0, 20.0, 4e-4, 10.0 - 4e-4])
    hill = Hill(1, peak)
    hill.bend = np.eye(4)
    none = np.empty(0)
    limits = Limits(np.zeros(4), np.full(4, 10.0), 0.0, 100.0, np.empty((0, 4)), none, none)
    end = end_of(hill, limits, np.full(4, 5.0))
    assert end.spend[:2].tolist() == [0.0, 10.0]
    np.testing.assert_allclose(end.spend[2:], peak[2:], rtol=0.0, atol=1e-7)
