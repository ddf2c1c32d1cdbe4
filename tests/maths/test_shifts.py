import numpy as np

from mmxlib.maths.seasonality import fourier, trend_terms, year_phase
from mmxlib.maths.shifts import level_shifts, steps
from mmxlib.maths.threads import single_threaded

YEARS = year_phase(np.arange("2022-01-03", "2024-12-30", 7, dtype="datetime64[D]"))
COLUMNS = np.column_stack([trend_terms(YEARS, 50.0), fourier(YEARS, 4)])
LENGTH = len(YEARS)


def series_of(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    slope, wave = rng.normal(0.0, 5.0), rng.uniform(5.0, 12.0)
    return 100.0 + slope * YEARS + wave * np.sin(2.0 * np.pi * YEARS) + 4.0 * rng.normal(size=LENGTH)


def found_in(series: np.ndarray, threshold: float = 3.5, most: int = 5) -> tuple:
    return level_shifts(series, COLUMNS, threshold=threshold, margin=8, most=most)


@single_threaded
def test_one_wild_value_is_no_step() -> None:
    series = series_of(3)
    series[70] *= 50.0
    assert found_in(series) == ()


@single_threaded
def test_size_and_place_of_a_clear_step_are_right() -> None:
    (shift,) = found_in(series_of(5) + 30.0 * (np.arange(LENGTH) >= 90))
    assert shift.period == 90
    assert abs(shift.size - 30.0) < 4.0
    assert shift.score > 5.0


@single_threaded
def test_a_level_that_comes_back_is_two_steps() -> None:
    place = np.arange(LENGTH)
    shifts = found_in(series_of(6) - 30.0 * ((place >= 60) & (place < 90)))
    assert [shift.period for shift in shifts] == [60, 90]
    assert [np.sign(shift.size) for shift in shifts] == [-1.0, 1.0]


@single_threaded
def test_threshold_and_most_limit_what_is_found() -> None:
    place = np.arange(LENGTH)
    series = series_of(7) + 25.0 * (place >= 50) + 25.0 * (place >= 110)
    assert len(found_in(series)) == 2
    assert len(found_in(series, most=1)) == 1
    assert found_in(series, threshold=40.0) == ()


@single_threaded
def test_a_series_without_noise_or_too_short_has_no_steps() -> None:
    assert found_in(COLUMNS @ np.ones(COLUMNS.shape[1])) == ()
    assert level_shifts(series_of(1)[:20], COLUMNS[:20], threshold=3.5, margin=8, most=5) == ()


@single_threaded
def test_steps_are_zero_before_and_one_from_their_period_on() -> None:
    np.testing.assert_array_equal(steps([2], 4)[:, 0], [0.0, 0.0, 1.0, 1.0])
    assert steps([], 4).shape == (4, 0)
