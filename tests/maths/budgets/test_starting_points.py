import numpy as np
import pytest

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.limits import Limits, violation
from mmxlib.maths.budgets.starting_points import SAME_START, starting_points
from tests.maths.budgets.spending import box

FREE = Limits(
    np.array([1.0, 2.0, 3.0]),
    np.array([10.0, 6.0, 9.0]),
    8.0,
    15.0,
    np.empty((0, 3)),
    np.empty(0),
    np.empty(0),
)


def starts_of(
    limits: Limits,
    count: int,
    *,
    named: list[list[float]],
    slope: list[float],
    rise: list[float],
    seed: int = 0,
) -> list[Vector]:
    return starting_points(
        limits,
        named=[np.array(each) for each in named],
        slope=np.array(slope),
        rise=np.array(rise),
        count=count,
        rng=np.random.default_rng(seed),
    )


def test_named_points_are_first_then_an_even_one_one_by_slope_and_corners_by_their_rise() -> None:
    starts = starts_of(
        FREE, 6, named=[[4.0, 4.0, 4.0], [1.0, 2.0, 9.0]], slope=[3.0, 2.0, -1.0], rise=[0.2, 0.9, 0.5]
    )
    expected = [
        [4.0, 4.0, 4.0],
        [1.0, 2.0, 9.0],
        [5.0, 5.0, 5.0],
        [7.0, 5.0, 3.0],  # 9 and 6, and the third at its least: 3 too much, and each has as far to its least
        [1.0, 6.0, 3.0],
        [10.0, 2.0, 3.0],  # the corner between is named already
    ]
    assert len(starts) == 6
    np.testing.assert_allclose(starts, expected, rtol=1e-12)


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_the_start_by_slope_is_in_proportion_to_it(unit: float) -> None:
    limits = box(np.zeros(3), np.full(3, 20.0), 15.0)
    starts = starts_of(
        limits, 3, named=[[15.0, 0.0, 0.0]], slope=[unit, 3.0 * unit, unit], rise=[0.0, 0.0, 0.0]
    )
    assert starts[1] == pytest.approx([5.0, 5.0, 5.0])
    assert starts[2] == pytest.approx([3.0, 9.0, 3.0])


@pytest.mark.parametrize("slope", [[0.0, 0.0, 0.0], [-1.0, -2.0, -3.0]])
def test_without_a_rise_anywhere_no_start_is_by_slope(slope: list[float]) -> None:
    limits = box(np.zeros(3), np.full(3, 20.0), 15.0)
    starts = starts_of(limits, 3, named=[[3.0, 4.0, 8.0]], slope=slope, rise=[0.1, 0.3, 0.2])
    assert starts[1] == pytest.approx([5.0, 5.0, 5.0])
    assert starts[2] == pytest.approx([0.0, 15.0, 0.0])


def test_a_corner_gives_what_is_left_to_one_variable() -> None:
    """Up to its bound, of the most that may be spent."""
    starts = starts_of(FREE, 4, named=[[4.0, 4.0, 4.0]], slope=[0.0, 0.0, 0.0], rise=[0.9, 0.5, 0.1])
    assert starts[2] == pytest.approx([10.0, 2.0, 3.0])
    assert starts[3] == pytest.approx([1.0, 6.0, 3.0])


def test_the_most_that_may_be_spent_is_that_of_the_bounds_where_the_total_allows_more() -> None:
    limits = Limits(
        np.zeros(2), np.array([4.0, 8.0]), 0.0, np.inf, np.empty((0, 2)), np.empty(0), np.empty(0)
    )
    starts = starts_of(limits, 3, named=[[1.0, 1.0]], slope=[0.0, 0.0], rise=[0.0, 1.0])
    assert starts[1] == pytest.approx([4.0, 6.0])
    assert starts[2] == pytest.approx([0.0, 8.0])


def test_at_most_so_many_starts_are_given() -> None:
    for count in (1, 2, 5, 12):
        starts = starts_of(FREE, count, named=[[4.0, 4.0, 4.0]], slope=[3.0, 2.0, 1.0], rise=[0.2, 0.9, 0.5])
        assert len(starts) <= count
        assert starts[0] == pytest.approx([4.0, 4.0, 4.0])


@pytest.mark.parametrize("share", [0.5, 2.0])
def test_of_starts_that_are_one_but_for_a_thousandth_the_first_is_given(share: float) -> None:
    limits = box(np.zeros(2), np.full(2, 100.0), 100.0)
    near = 30.0 + share * SAME_START * 100.0
    starts = starts_of(
        limits, 2, named=[[30.0, 70.0], [near, 100.0 - near]], slope=[0.0, 0.0], rise=[0.0, 0.0]
    )
    assert starts[1] == pytest.approx([50.0, 50.0] if share < 1.0 else [near, 100.0 - near])


def test_starts_beyond_the_named_are_drawn_within_the_limits() -> None:
    known = {"named": [[4.0, 4.0, 4.0]], "slope": [3.0, 2.0, 1.0], "rise": [0.2, 0.9, 0.5]}
    first, again, other = (starts_of(FREE, 12, seed=seed, **known) for seed in (1, 1, 2))
    assert len(first) > 6
    assert all(violation(FREE, start) <= 1e-12 for start in first)
    assert [start.tolist() for start in first] == [start.tolist() for start in again]
    assert any(np.abs(a - b).max() > 0.1 for a, b in zip(first[6:], other[6:], strict=False))
    apart = [np.abs(a - b).max() for i, a in enumerate(first) for b in first[:i]]
    assert min(apart) > SAME_START * 15.0
