"""Tents over the cells of a table by hand, and the least concave majorant of points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.budgets.majorant import ceiling, upper_hull
from mmxlib.maths.budgets.slope_table import SlopeTable

HIGH = 1e3
"""A peak that no tent reaches."""


def table(
    knots: list[float], values: list[float], upper: list[float], lower: list[float], peak: list[float]
) -> SlopeTable:
    return SlopeTable(*(np.array(each, dtype=np.float64) for each in (knots, values, upper, lower, peak)))


def test_a_tent_stands_where_the_steepest_rise_meets_the_flattest() -> None:
    """Up from the left by 2, down from the right by 1/2: 2 x = 1 + x / 2."""
    roof = ceiling(table([1, 3, 7], [5, 7, 11], [2, 3], [0.5, 0.25], [HIGH, HIGH]))
    assert roof.x == pytest.approx([1.0, 1.0 + 2.0 / 3.0, 3.0, 3.0 + 3.0 / 2.75, 7.0], rel=1e-14)
    assert roof.y == pytest.approx([5.0, 5.0 + 4.0 / 3.0, 7.0, 7.0 + 9.0 / 2.75, 11.0], rel=1e-14)


def test_a_cell_of_one_slope_is_a_line() -> None:
    roof = ceiling(table([0, 2, 4], [0, 3, 3], [1.5, 0], [1.5, 0], [HIGH, 3]))
    assert roof.x.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert roof.y.tolist() == [0.0, 1.5, 3.0, 3.0, 3.0]


def test_a_line_stays_a_line_under_a_peak_that_rounding_put_below_it() -> None:
    roof = ceiling(table([0, 2], [0, 3], [1.5], [1.5], [1.0]))
    assert roof.y.tolist() == [0.0, 1.5, 3.0]


@pytest.mark.parametrize(("upper", "lower"), [(1.4, 1.0), (2.0, 1.6)])
def test_a_bound_short_of_the_chord_by_rounding_gives_the_chord(upper: float, lower: float) -> None:
    roof = ceiling(table([0, 2], [0, 3], [upper], [lower], [HIGH]))
    assert np.interp([0.5, 1.0, 1.5], roof.x, roof.y) == pytest.approx([0.75, 1.5, 2.25], rel=1e-14)


@pytest.mark.parametrize(
    ("upper", "lower"), [(np.inf, 0.5), (2.0, -np.inf), (np.inf, -np.inf), (np.inf, np.inf)]
)
def test_where_a_slope_has_no_bound_the_peak_stands_from_end_to_end(upper: float, lower: float) -> None:
    roof = ceiling(table([0, 2, 4], [0, 2, 3], [upper, 1], [lower, 0], [2.5, HIGH]))
    assert roof.y.tolist() == [2.5, 2.5, 2.5, 3.0, 3.0]
    assert 0.0 <= roof.x[1] <= 2.0


def test_a_tent_higher_than_the_peak_gives_way_to_the_peak() -> None:
    roof = ceiling(table([0, 2, 4], [0, 2, 2], [2, 1], [0, 0], [1.9, 3]))
    assert roof.y.tolist() == [1.9, 1.9, 2.0, 2.0, 2.0]
    flat = ceiling(table([0, 2], [0, 0.2], [0.5], [-0.5], [0.3]))
    assert flat.y.tolist() == [0.3, 0.3, 0.3]


def test_a_tent_as_high_as_the_peak_stands() -> None:
    roof = ceiling(table([0, 2], [0, 2], [2], [0], [2]))
    assert roof.x.tolist() == [0.0, 1.0, 2.0]
    assert roof.y.tolist() == [0.0, 2.0, 2.0]


def test_of_two_peaks_that_meet_the_higher_stands_at_the_knot() -> None:
    roof = ceiling(table([0, 2, 4], [0, 2, 3], [np.inf, np.inf], [0, 0], [2.5, 4]))
    assert roof.y.tolist() == [2.5, 2.5, 4.0, 4.0, 4.0]
    turned = ceiling(table([0, 2, 4], [0, 2, 3], [np.inf, np.inf], [0, 0], [4, 3.5]))
    assert turned.y.tolist() == [4.0, 4.0, 4.0, 3.5, 3.5]


def test_a_single_knot_is_its_own_ceiling() -> None:
    roof = ceiling(table([3], [2], [], [], []))
    assert roof.x.tolist() == [3.0]
    assert roof.y.tolist() == [2.0]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_the_ceiling_is_the_highest_function_that_a_table_allows(seed: int) -> None:
    """It rises as steeply as can be and then as little as can be, through every knot."""
    chance = np.random.default_rng(seed)
    knots = np.cumsum(chance.uniform(0.1, 2.0, 5))
    chords = chance.normal(0.0, 2.0, 4)
    values = 3.0 + np.concatenate(([0.0], np.cumsum(chords * np.diff(knots))))
    upper, lower = chords + chance.uniform(0.0, 2.0, 4), chords - chance.uniform(0.0, 2.0, 4)
    roof = ceiling(SlopeTable(knots, values, upper, lower, np.full(4, HIGH)))
    for i in range(4):
        x = np.linspace(knots[i], knots[i + 1], 17)
        highest = np.minimum(
            values[i] + upper[i] * (x - knots[i]), values[i + 1] - lower[i] * (knots[i + 1] - x)
        )
        assert np.all(np.interp(x, roof.x, roof.y) >= highest - 1e-12)
        top = roof.x[2 * i + 1]
        assert roof.y[2 * i + 1] == pytest.approx(values[i] + upper[i] * (top - knots[i]), abs=1e-12)
        assert roof.y[2 * i + 1] == pytest.approx(values[i + 1] - lower[i] * (knots[i + 1] - top), abs=1e-12)


def hull_of(x: list[float], y: list[float], first: int = 0, last: int | None = None) -> list[int]:
    end = len(x) - 1 if last is None else last
    return list(upper_hull(np.array(x, dtype=np.float64), np.array(y, dtype=np.float64), first, end))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 9))
def test_the_hull_is_the_least_concave_function_above_all_points(seed: int, count: int) -> None:
    chance = np.random.default_rng(seed)
    x = np.cumsum(chance.choice([0.0, 0.5, 1.0, 3.0], count))
    y = chance.choice([0.0, 1.0, 2.0, 2.5, 7.0], count)
    hull = upper_hull(x, y, 0, count - 1)
    assert np.all(np.diff(x[hull]) > 0.0)
    assert np.all(np.diff(np.diff(y[hull]) / np.diff(x[hull])) < 0.0)
    assert np.all(np.interp(x, x[hull], y[hull]) >= y - 1e-12)
    assert [x[hull[0]], x[hull[-1]]] == [x[0], x[-1]]


def test_points_on_a_line_between_others_are_left_out() -> None:
    assert hull_of([0, 1, 2, 3], [0, 2, 4, 4]) == [0, 2, 3]


def test_of_vertices_with_one_x_the_highest_counts() -> None:
    assert hull_of([0, 0, 1, 1, 1], [1, 2, 0, 3, 1]) == [1, 3]
    assert hull_of([0, 0, 1], [2, 1, 0]) == [0, 2]
    assert hull_of([0, 0, 1], [2, 2, 0]) == [0, 2]
    assert hull_of([0, 1, 1, 2], [0, 1, 5, 0]) == [0, 2, 3]


def test_a_part_of_the_points_has_a_hull_of_its_own() -> None:
    x, y = [0, 1, 2, 3, 4], [9, 1, 0, 2, 9]
    assert hull_of(x, y) == [0, 4]
    assert hull_of(x, y, 1, 3) == [1, 3]
    assert hull_of(x, y, 2, 2) == [2]
