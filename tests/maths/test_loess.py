"""Local regression keeps what it fits, and weighs by distance as the paper says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.arrays import Vector
from mmxlib.maths.loess import bent_line, smoother

LENGTHS = st.integers(3, 80)
WINDOWS = st.integers(1, 60).map(lambda half: 2 * half + 1)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(LENGTHS, WINDOWS, st.booleans())
def test_a_constant_series_stays_as_it_is_also_beyond_its_ends(
    length: int, window: int, sloped: bool
) -> None:
    smooth = smoother(np.arange(-1, length + 1), length, window, sloped=sloped)
    np.testing.assert_allclose(smooth.of(np.full(length, 7.0)), 7.0, rtol=1e-9)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(LENGTHS, WINDOWS.filter(lambda window: window >= 5), st.integers(1, 9))
def test_a_straight_series_stays_straight(length: int, window: int, jump: int) -> None:
    series = 3.0 + 0.5 * np.arange(length)
    np.testing.assert_allclose(bent_line(length, window, jump).of(series), series, rtol=1e-9)


def test_weights_are_tricubes_of_the_distance() -> None:
    found = smoother(np.array([10]), 21, 7, sloped=False)
    assert found.places.tolist() == [[7, 8, 9, 10, 11, 12, 13]]
    tricubes = (1.0 - (np.abs(np.arange(-3, 4)) / 3.0) ** 3) ** 3
    np.testing.assert_allclose(found.weights[0], tricubes / tricubes.sum(), atol=1e-12)


def test_a_window_at_an_end_stays_inside_and_is_as_long() -> None:
    found = smoother(np.array([-1, 0, 20, 21]), 21, 7, sloped=False)
    assert found.places[:, 0].tolist() == [0, 0, 14, 14]
    assert found.places.shape == (4, 7)


def test_a_window_longer_than_the_series_smooths_more() -> None:
    points = np.arange(9)
    tightest = smoother(points, 9, 9, sloped=False).of(np.arange(9.0))
    stiffest = smoother(points, 9, 99, sloped=False).of(np.arange(9.0))
    assert np.ptp(stiffest) < 0.2 * np.ptp(tightest)


@pytest.mark.parametrize("jump", [2, 5, 50])
def test_between_fitted_periods_the_smooth_is_straight(jump: int) -> None:
    series = np.random.default_rng(0).normal(size=41)
    smooth = bent_line(41, 9, jump).of(series)
    bends = np.flatnonzero(np.abs(np.diff(smooth, 2)) > 1e-9) + 1
    assert len(bends) == len(range(jump, 40, jump))
    assert (bends % jump == 0).all()


@pytest.mark.parametrize("jump", [1, 7, 8, 50])
def test_every_jump_and_the_last_period_are_fitted_themselves(jump: int) -> None:
    series = np.random.default_rng(2).normal(size=41)
    points = np.array([*range(0, 40, jump), 40])
    fitted = smoother(points, 41, 9, sloped=True).of(series)
    np.testing.assert_allclose(bent_line(41, 9, jump).of(series)[points], fitted, rtol=1e-12)


def test_rows_are_smoothed_as_each_alone() -> None:
    rows = np.random.default_rng(1).normal(size=(4, 12))
    smooth = smoother(np.arange(12), 12, 5, sloped=True)
    np.testing.assert_array_equal(smooth.of(rows), np.stack([smooth.of(row) for row in rows]))


def by_hand(series: Vector, point: int, window: int, *, sloped: bool) -> float:
    """Return the smooth at a point: a weighted mean, or a weighted line by least squares."""
    length = len(series)
    first = min(max(point - window // 2, 0), max(length - window, 0))
    periods = np.arange(first, min(first + window, length))
    distances = np.abs(periods - point)
    gaps = distances / (distances.max() + max(window - length, 0) // 2)
    weights = (1.0 - np.minimum(gaps, 1.0) ** 3) ** 3
    weights[gaps > 0.999] = 0.0
    weights[gaps <= 0.001] = 1.0
    if sloped and np.count_nonzero(weights) > 1:
        line = np.polynomial.Polynomial.fit(periods, series[periods], 1, w=np.sqrt(weights))
        return float(line(point))
    return float(weights @ series[periods] / weights.sum())


@pytest.mark.parametrize("length", [3, 4, 7, 12])
@pytest.mark.parametrize("window", [3, 5, 7, 9, 13, 21])
@pytest.mark.parametrize("sloped", [False, True])
def test_each_smooth_is_a_weighted_mean_or_line(length: int, window: int, sloped: bool) -> None:
    series = np.random.default_rng(length + window).normal(size=length)
    points = np.arange(-2, length + 2)
    expected = [by_hand(series, point, window, sloped=sloped) for point in points]
    found = smoother(points, length, window, sloped=sloped).of(series)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_what_is_next_to_a_point_weighs_fully_and_what_is_next_to_the_edge_nothing() -> None:
    """As far as a thousandth of the window's reach, that itself included."""
    weights = smoother(np.array([0]), 2001, 2001, sloped=False).weights[0]
    assert (weights[:3] == weights[0]).all()
    assert weights[3] < weights[0]
    assert weights[1998] > 0.0
    assert (weights[1999:] == 0.0).all()


@pytest.mark.parametrize(("length", "straight"), [(491, True), (492, False)])
def test_a_window_narrower_than_a_thousandth_of_the_series_fits_no_line(length: int, straight: bool) -> None:
    """The sd of a window's first two periods, by their weights, is 0.49."""
    first = [smoother(np.array([0]), length, 3, sloped=sloped) for sloped in (False, True)]
    mean, line = (each.of(np.arange(float(length)))[0] for each in first)
    assert mean == pytest.approx(0.67 / 1.67, abs=1e-3)
    assert line == pytest.approx(0.0 if straight else mean, abs=1e-12)
