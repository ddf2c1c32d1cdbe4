import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.seasonal import STL

from mmxlib.maths.seasonality import (
    filled,
    fourier,
    fourier_decomposition,
    periods_per_year,
    stl,
    strength,
    trend_terms,
    year_phase,
)

DATES = np.arange("2022-01-03", "2024-12-30", 7, dtype="datetime64[D]")
YEARS = year_phase(DATES)


def market(rng: np.random.Generator, noise: float = 2.0) -> np.ndarray:
    trend = 100.0 + 5.0 * (YEARS - YEARS[0])
    season = 12.0 * np.sin(2.0 * np.pi * YEARS) + 4.0 * np.cos(4.0 * np.pi * YEARS)
    return trend + season + noise * rng.normal(size=len(YEARS))


def test_a_year_has_52_weeks_and_365_days() -> None:
    assert [periods_per_year(days) for days in (7, 1, 28)] == [52, 365, 13]


def test_a_period_longer_than_a_year_is_a_year_of_one_period() -> None:
    assert periods_per_year(800) == 1


def test_fourier_terms_repeat_every_year_and_are_orthogonal() -> None:
    phase = np.arange(520) / 52.0
    terms = fourier(phase, 3)
    assert terms.shape == (520, 6)
    np.testing.assert_allclose(terms[:52], terms[52:104], atol=1e-9)
    np.testing.assert_allclose(terms.T @ terms / 260.0, np.eye(6), atol=1e-9)


def test_trend_terms_hold_a_straight_line_and_bends_away_from_the_ends() -> None:
    terms = trend_terms(YEARS, 1.0)
    assert terms.shape[1] == 3
    assert (terms[: len(YEARS) // 6, 2] == 0.0).all()
    assert trend_terms(YEARS[:40], 1.0).shape[1] == 2


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(0, 1000), st.floats(0.01, 100.0))
def test_strength_lies_between_0_and_1_and_ignores_units(seed: int, unit: float) -> None:
    rng = np.random.default_rng(seed)
    component, residual = rng.normal(size=80), rng.normal(size=80)
    found = strength(component, residual)
    assert 0.0 <= found <= 1.0
    assert found == pytest.approx(strength(component * unit, residual * unit), abs=1e-9)


def test_strength_is_one_without_residual_and_zero_without_component() -> None:
    wave = np.sin(np.arange(60.0))
    assert strength(wave, np.zeros(60)) == 1.0
    assert strength(np.zeros(60), wave) == 0.0
    assert strength(np.zeros(60), np.zeros(60)) == 0.0


def test_parts_add_up_to_the_series() -> None:
    series = market(np.random.default_rng(0))
    for parts in (stl(series, 52, season_window=11, smoothing=5), fourier_decomposition(series, YEARS, 2)):
        np.testing.assert_allclose(parts.trend + parts.seasonal + parts.residual, series, rtol=1e-12)


@pytest.mark.parametrize("season_window", [7, 11, 35])
@pytest.mark.parametrize("length", [104, 105, 130, 156, 157, 260])
def test_without_smoothing_it_is_the_stl_of_statsmodels(length: int, season_window: int) -> None:
    series = 100.0 + np.cumsum(np.random.default_rng(length).normal(size=length))
    given = {"period": 52, "seasonal": season_window, "seasonal_deg": 0, "robust": False}
    same = STL(series, trend_jump=8, low_pass_jump=5, **given).fit()
    parts = stl(series, 52, season_window=season_window, smoothing=1)
    np.testing.assert_allclose(parts.seasonal, same.seasonal, rtol=0.0, atol=1e-9)
    np.testing.assert_allclose(parts.trend, same.trend, rtol=0.0, atol=1e-9)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(4, 30), st.data())
def test_of_any_season_and_length_it_is_the_stl_of_statsmodels(period: int, drawn: st.DataObject) -> None:
    length = drawn.draw(st.integers(2 * period, 6 * period))
    series = np.random.default_rng(length).normal(size=length)
    jumps = {"trend_jump": max(1, period // 6), "low_pass_jump": max(1, period // 10)}
    same = STL(series, period=period, seasonal=11, seasonal_deg=0, robust=False, **jumps).fit()
    parts = stl(series, period, season_window=11, smoothing=1)
    np.testing.assert_allclose(parts.seasonal, same.seasonal, rtol=0.0, atol=1e-9)
    np.testing.assert_allclose(parts.trend, same.trend, rtol=0.0, atol=1e-9)


def test_straight_lines_between_fitted_periods_move_the_trend_by_little() -> None:
    series = market(np.random.default_rng(1))
    every = STL(series, period=52, seasonal=11, seasonal_deg=0, robust=False).fit()
    parts = stl(series, 52, season_window=11, smoothing=1)
    np.testing.assert_allclose(parts.trend, every.trend, rtol=0.001)


def test_smoothing_brings_the_season_nearer_to_the_truth() -> None:
    rng = np.random.default_rng(2)
    truth = 12.0 * np.sin(2.0 * np.pi * YEARS) + 4.0 * np.cos(4.0 * np.pi * YEARS)
    series = market(rng, 4.0)
    errors = [np.std(stl(series, 52, season_window=11, smoothing=width).seasonal - truth) for width in (1, 5)]
    assert errors[1] < 0.7 * errors[0]


def test_a_peak_of_every_year_stays_in_the_season() -> None:
    series = market(np.random.default_rng(3), 1.0)
    series[[50, 102, 154]] += 30.0
    parts = stl(series, 52, season_window=11, smoothing=5)
    assert np.abs(parts.residual[[50, 102, 154]]).max() < 6.0


def test_short_histories_find_the_season_by_regression_despite_a_wild_value() -> None:
    years = YEARS[:80]
    series = market(np.random.default_rng(4), 1.0)[:80]
    series[30] *= 10.0
    parts = fourier_decomposition(series, years, 2)
    truth = 12.0 * np.sin(2.0 * np.pi * years) + 4.0 * np.cos(4.0 * np.pi * years)
    assert np.corrcoef(parts.seasonal, truth)[0, 1] > 0.97
    assert np.argmax(np.abs(parts.residual)) == 30


def test_by_regression_the_trend_may_bend_once_a_year() -> None:
    """Bends lie a year apart, as far from one end as from the other: a little over three years have two."""
    elapsed = np.arange(160.0) * 7.0 / 365.25
    bends = 0.5 * (elapsed[-1] - 1.0) + np.arange(2.0)
    series = 50.0 + 4.0 * elapsed
    series += np.maximum(elapsed[:, None] - bends, 0.0) @ [-9.0, 7.0]
    found = fourier_decomposition(series, 2022.0 + elapsed, 1)
    np.testing.assert_allclose(found.trend, series, atol=1e-6)
    np.testing.assert_allclose(found.seasonal, 0.0, atol=1e-6)


def test_missing_periods_are_bridged_by_a_line() -> None:
    np.testing.assert_allclose(
        filled(np.array([np.nan, 2.0, np.nan, np.nan, 8.0, np.nan])), [2.0, 2.0, 4.0, 6.0, 8.0, 8.0]
    )
    assert not filled(np.full(3, np.nan)).any()
