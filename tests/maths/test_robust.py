import numpy as np
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


def test_equal_values_score_zero() -> None:
    assert not robust_scores(np.full(30, 7.3)).any()


def test_rolling_median_ignores_a_lone_spike_and_keeps_a_step() -> None:
    series = np.repeat([1.0, 5.0], 20)
    spiked = series.copy()
    spiked[8] = 100.0
    np.testing.assert_array_equal(rolling_median(spiked, 7), series)
