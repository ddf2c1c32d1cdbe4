"""Adstock, saturation and media series."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.adstock import adstock, half_life, retention_of
from mmxlib.maths.media import media_series, window_outcome
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
