import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.robust import robust_scores, robust_sd, rolling_median


def test_sd_of_normal_values_is_found() -> None:
    drawn = np.random.default_rng(0).normal(5.0, 2.0, 20_000)
    assert abs(robust_sd(drawn) - 2.0) < 0.05


def test_one_wild_value_does_not_move_the_sd() -> None:
    drawn = np.random.default_rng(1).normal(size=200)
    wild = drawn.copy()
    wild[7] = 1e9
    assert abs(robust_sd(wild) / robust_sd(drawn) - 1.0) < 0.05


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.01, 1000.0), st.floats(-1000.0, 1000.0))
def test_scores_do_not_depend_on_unit_or_origin(seed: int, unit: float, origin: float) -> None:
    drawn = np.random.default_rng(seed).standard_t(3, size=50)
    np.testing.assert_allclose(robust_scores(drawn * unit + origin), robust_scores(drawn), atol=1e-6)


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e6])
def test_scores_are_distances_from_the_median_in_robust_sds(unit: float) -> None:
    values = unit * np.array([1.0, 2.0, 3.0, 4.0, 90.0])
    expected = np.array([-2.0, -1.0, 0.0, 1.0, 87.0]) / 1.482602218505602
    np.testing.assert_allclose(robust_scores(values), expected, rtol=1e-12)


def test_where_most_values_are_equal_the_mean_deviation_measures() -> None:
    """For a normal distribution the sd is sqrt(pi / 2) mean absolute deviations."""
    assert robust_sd(np.array([7.0, 7.0, 7.0, 7.0, 10.0])) == pytest.approx(np.sqrt(np.pi / 2.0) * 3.0 / 5.0)


def test_rounding_is_no_deviation() -> None:
    assert not robust_scores(1e6 + np.arange(5) * np.spacing(1e6)).any()
    assert not robust_scores(-1e6 + np.arange(5) * np.spacing(1e6)).any()


def test_equal_values_score_zero() -> None:
    assert not robust_scores(np.full(30, 7.3)).any()


def test_rolling_median_ignores_a_lone_spike_and_keeps_a_step() -> None:
    series = np.repeat([1.0, 5.0], 20)
    spiked = series.copy()
    spiked[8] = 100.0
    np.testing.assert_array_equal(rolling_median(spiked, 7), series)
