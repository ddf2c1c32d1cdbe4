"""Media series, and what a window's exposure causes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.adstock import adstocked
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.media import Curves, immediate_series, media_series, steady_response, window_outcome
from mmxlib.maths.saturation import saturation
from mmxlib.maths.saturations.registry import SATURATIONS
from mmxlib.terms import AdstockFamily, SaturationFamily

every_adstock = pytest.mark.parametrize("adstock", AdstockFamily)
EXPOSURE = np.concatenate([np.random.default_rng(0).gamma(1.0, 1.0, 50), np.zeros(100)])


def curves(adstock: AdstockFamily, saturation: SaturationFamily = SaturationFamily.HILL) -> Curves:
    one = np.ones((1, 1))
    codes = (np.array([each]) for each in (ADSTOCKS[adstock].code, SATURATIONS[saturation].code))
    return Curves(*codes, 0.6 * one, 1.6 * one, 0.8 * one, 1.4 * one)


def window(adstock: AdstockFamily, exposure: np.ndarray, first: int, last: int) -> np.ndarray:
    return window_outcome(exposure, first, last, 0, curves(adstock), np.full(1, 2.0))


@every_adstock
@pytest.mark.parametrize("family", SaturationFamily)
def test_media_are_the_effect_times_the_curve_of_adstocked_exposure(
    adstock: AdstockFamily, family: SaturationFamily
) -> None:
    series = media_series(EXPOSURE[:, None], curves(adstock, family), np.full((1, 1), 2.0))[0, :, 0]
    spread = adstocked(EXPOSURE, ADSTOCKS[adstock].code, 0.6, 1.6)
    expected = [2.0 * saturation(SATURATIONS[family].code, each, 0.8, 1.4) for each in spread]
    np.testing.assert_allclose(series, expected, rtol=1e-12)


@every_adstock
def test_whole_window_causes_exactly_its_contribution(adstock: AdstockFamily) -> None:
    series = media_series(EXPOSURE[:, None], curves(adstock), np.full((1, 1), 2.0))
    assert window(adstock, EXPOSURE, 0, 50)[0, 0] == pytest.approx(series.sum(), rel=1e-12)


@every_adstock
def test_a_window_causes_the_difference_that_its_exposure_makes(adstock: AdstockFamily) -> None:
    paused = EXPOSURE.copy()
    paused[20:30] = 0.0
    with_it, without = (
        media_series(each[:, None], curves(adstock), np.full((1, 1), 2.0)).sum()
        for each in (EXPOSURE, paused)
    )
    [[caused, _]] = window(adstock, EXPOSURE, 20, 30)
    assert caused == pytest.approx(with_it - without, rel=1e-9)


@every_adstock
def test_window_slope_equals_central_differences(adstock: AdstockFamily) -> None:
    step, inside = 1e-6, np.zeros(150)
    inside[20:30] = 1.0
    above, below = (
        window(adstock, EXPOSURE * (1.0 + sign * step * inside), 20, 30)[0, 0] for sign in (1.0, -1.0)
    )
    slope = window(adstock, EXPOSURE, 20, 30)[0, 1]
    assert slope == pytest.approx((above - below) / (2.0 * step), rel=1e-6)


def parts(exposure: np.ndarray, which: Curves) -> tuple[np.ndarray, np.ndarray]:
    effect = np.full((1, 1), 2.0)
    whole, at_once = (each(exposure[:, None], which, effect) for each in (media_series, immediate_series))
    return whole[0, :, 0], at_once[0, :, 0]


@every_adstock
@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    exposure=st.lists(st.floats(0.0, 10.0), min_size=1, max_size=20),
    retention=st.floats(0.0, 0.95),
    shape=st.floats(0.5, 4.0),
)
def test_what_comes_at_once_is_what_the_period_brings_after_silence(
    adstock: AdstockFamily, exposure: list[float], retention: float, shape: float
) -> None:
    one = np.ones((1, 1))
    which = curves(adstock)._replace(retention=retention * one, shape=shape * one)
    whole, at_once = parts(np.array(exposure), which)
    alone = [parts(np.array([0.0] * t + [exposure[t]]), which)[0][t] for t in range(len(exposure))]
    np.testing.assert_allclose(at_once, alone, rtol=1e-12, atol=1e-15)
    assert np.all(at_once <= whole * (1.0 + 1e-12))


def test_without_carryover_everything_comes_at_once() -> None:
    which = curves(AdstockFamily.GEOMETRIC)._replace(retention=np.zeros((1, 1)))
    whole, at_once = parts(np.random.default_rng(0).gamma(1.0, 1.0, 30), which)
    np.testing.assert_array_equal(whole, at_once)


@every_adstock
@pytest.mark.parametrize("family", SaturationFamily)
def test_the_steady_response_is_where_a_constant_exposure_ends(
    adstock: AdstockFamily, family: SaturationFamily
) -> None:
    which, effect = curves(adstock, family), np.full(1, 2.0)
    points = np.array([0.0, 0.3, 1.0, 4.0])
    found = steady_response(points, 0, which, effect)[0]
    for point, (response, slope) in zip(points, found, strict=True):
        series = media_series(np.full((200, 1), point), which, effect[:, None])
        assert response == pytest.approx(series[0, -1, 0], rel=1e-9)
        if point > 0.0:
            step = 1e-5
            beside = steady_response(point + step * np.array([-1.0, 1.0]), 0, which, effect)
            assert slope == pytest.approx((beside[0, 1, 0] - beside[0, 0, 0]) / (2.0 * step), rel=1e-6)
