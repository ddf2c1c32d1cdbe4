"""Adstock, saturation and media series."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.adstock import adstock, half_life, retention_of
from mmxlib.maths.media import immediate_series, media_series, steady_response, window_outcome
from mmxlib.maths.saturation import FAMILY_CODE, saturation, saturation_slope
from mmxlib.terms import SaturationFamily

families = st.sampled_from(list(SaturationFamily))
shares = st.floats(0.0, 0.95)
positive = st.floats(0.05, 20.0)
steepness = st.floats(0.5, 4.0)
quick = settings(max_examples=50, deadline=None, derandomize=True)


@quick
@given(family=families, a=st.floats(0.0, 50.0), more=st.floats(0.0, 50.0), k=positive, s=steepness)
def test_more_exposure_never_lowers_the_response(
    family: SaturationFamily, a: float, more: float, k: float, s: float
) -> None:
    code = FAMILY_CODE[family]
    assert saturation(code, a + more, k, s) >= saturation(code, a, k, s) - 1e-12


@pytest.mark.parametrize("family", SaturationFamily)
def test_zero_exposure_has_zero_response(family: SaturationFamily) -> None:
    assert saturation(FAMILY_CODE[family], 0.0, 1.0, 2.0) == 0.0


@quick
@given(family=families, a=st.floats(0.1, 20.0), k=positive, s=steepness)
def test_slope_equals_central_differences(family: SaturationFamily, a: float, k: float, s: float) -> None:
    code, step = FAMILY_CODE[family], 1e-5
    numeric = (saturation(code, a + step, k, s) - saturation(code, a - step, k, s)) / (2.0 * step)
    assert saturation_slope(code, a, k, s) == pytest.approx(numeric, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("family", [SaturationFamily.HILL])
def test_hill_reaches_half_at_its_half_saturation(family: SaturationFamily) -> None:
    assert saturation(FAMILY_CODE[family], 1.7, 1.7, 2.3) == pytest.approx(0.5)


@quick
@given(retention=shares, carry_in=st.floats(0.0, 5.0))
def test_constant_exposure_is_its_own_steady_state(retention: float, carry_in: float) -> None:
    out = adstock(np.full(400, 3.0), retention, carry_in)
    assert out[-1] == pytest.approx(3.0, rel=1e-6)
    assert np.all(adstock(np.full(5, 3.0), retention, 3.0) == pytest.approx(3.0))


@quick
@given(exposure=st.lists(st.floats(0.0, 10.0), min_size=1, max_size=20), retention=shares)
def test_adstock_preserves_total_exposure_up_to_its_tail(exposure: list[float], retention: float) -> None:
    series = np.concatenate([exposure, np.zeros(600)])
    assert adstock(series, retention, 0.0).sum() == pytest.approx(sum(exposure), rel=1e-9, abs=1e-9)


@quick
@given(periods=st.floats(0.2, 52.0))
def test_half_life_inverts_retention(periods: float) -> None:
    assert half_life(np.array([retention_of(periods)]))[0] == pytest.approx(periods)


def window(exposure: np.ndarray, first: int, last: int, effect: float = 2.0) -> np.ndarray:
    one = np.ones(1)
    return window_outcome(exposure, first, last, 0, 0.6 * one, 0.8 * one, 1.4 * one, effect * one)


def test_whole_window_causes_exactly_its_contribution() -> None:
    exposure = np.concatenate([np.random.default_rng(0).gamma(1.0, 1.0, 50), np.zeros(100)])
    one = np.ones((1, 1))
    series = media_series(
        exposure[:, None], np.zeros(1, dtype=np.int64), 0.6 * one, 0.8 * one, 1.4 * one, 2.0 * one
    )
    assert window(exposure, 0, 50)[0, 0] == pytest.approx(series.sum(), rel=1e-12)


def test_window_slope_equals_central_differences() -> None:
    exposure = np.concatenate([np.random.default_rng(0).gamma(1.0, 1.0, 50), np.zeros(100)])
    step, inside = 1e-6, np.zeros(150)
    inside[20:30] = 1.0
    above, below = (window(exposure * (1.0 + sign * step * inside), 20, 30)[0, 0] for sign in (1.0, -1.0))
    assert window(exposure, 20, 30)[0, 1] == pytest.approx((above - below) / (2.0 * step), rel=1e-6)


def parts(exposure: np.ndarray, retention: float, shape: float = 1.4) -> tuple[np.ndarray, np.ndarray]:
    one = np.ones((1, 1))
    settled = (np.zeros(1, dtype=np.int64), retention * one, 0.8 * one, shape * one, 2.0 * one)
    whole, at_once = (series(exposure[:, None], *settled) for series in (media_series, immediate_series))
    return whole[0, :, 0], at_once[0, :, 0]


@quick
@given(exposure=st.lists(st.floats(0.0, 10.0), min_size=1, max_size=20), retention=shares, s=steepness)
def test_what_comes_at_once_is_what_the_period_brings_after_silence(
    exposure: list[float], retention: float, s: float
) -> None:
    whole, at_once = parts(np.array(exposure), retention, s)
    alone = [parts(np.array([0.0] * t + [exposure[t]]), retention, s)[0][t] for t in range(len(exposure))]
    np.testing.assert_allclose(at_once, alone, rtol=1e-12, atol=1e-15)
    assert np.all(at_once <= whole * (1.0 + 1e-12))


def test_without_carryover_everything_comes_at_once() -> None:
    whole, at_once = parts(np.random.default_rng(0).gamma(1.0, 1.0, 30), 0.0)
    np.testing.assert_array_equal(whole, at_once)


@pytest.mark.parametrize("family", SaturationFamily)
def test_the_steady_response_is_where_a_constant_exposure_ends(family: SaturationFamily) -> None:
    code, one = FAMILY_CODE[family], np.ones(1)
    points = np.array([0.0, 0.3, 1.0, 4.0])
    found = steady_response(points, code, 0.8 * one, 1.4 * one, 2.0 * one)[0]
    for point, (response, slope) in zip(points, found, strict=True):
        settled = (np.array([code]), 0.6 * np.ones((1, 1)), 0.8 * np.ones((1, 1)), 1.4 * np.ones((1, 1)))
        series = media_series(np.full((200, 1), point), *settled, 2.0 * np.ones((1, 1)))
        assert response == pytest.approx(series[0, -1, 0], rel=1e-9)
        if point > 0.0:
            step = 1e-5
            beside = steady_response(
                point + step * np.array([-1.0, 1.0]), code, 0.8 * one, 1.4 * one, 2.0 * one
            )
            assert slope == pytest.approx((beside[0, 1, 0] - beside[0, 0, 0]) / (2.0 * step), rel=1e-6)
