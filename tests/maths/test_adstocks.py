"""The contract that every family of carryover keeps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.adstock import adstocked, lag_weights_into
from mmxlib.maths.adstocks import delayed, geometric, weibull
from mmxlib.maths.adstocks.family import Adstock
from mmxlib.maths.adstocks.geometric import adstock
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.compiled import kernel
from mmxlib.terms import AdstockFamily

every_family = pytest.mark.parametrize("family", ADSTOCKS.values(), ids=ADSTOCKS)
quick = settings(max_examples=50, deadline=None, derandomize=True)
shares = st.floats(0.01, 0.95)
timings = st.floats(0.3, 3.0)


def weights(family: Adstock, retention: float, timing: float, *, lags: int = 800) -> Vector:
    """Return the effect of one unit of exposure in the first period."""
    pulse = np.zeros(lags)
    pulse[0] = 1.0
    return adstocked(pulse, family.code, retention, timing)


@kernel()
def weights_and_slopes(code: int, retention: float, log_timing: float) -> Matrix:
    rows = np.empty((3, LAGS))
    lag_weights_into(code, retention, log_timing, rows)
    return rows


def test_every_name_has_a_family_and_every_family_a_code_of_its_own() -> None:
    assert set(ADSTOCKS) == set(AdstockFamily)
    assert len({each.code for each in ADSTOCKS.values()}) == len(ADSTOCKS)


@every_family
@quick
@given(retention=shares, timing=timings)
def test_weights_sum_to_one_and_are_not_negative(family: Adstock, retention: float, timing: float) -> None:
    found = weights(family, retention, timing)
    assert found.sum() == pytest.approx(1.0, rel=1e-12)
    assert found.min() >= 0.0


@every_family
def test_no_exposure_leaves_nothing(family: Adstock) -> None:
    assert np.all(adstocked(np.zeros(40), family.code, 0.6, 1.5) == 0.0)


@every_family
@quick
@given(retention=shares, timing=timings)
def test_constant_exposure_becomes_its_own_steady_state(
    family: Adstock, retention: float, timing: float
) -> None:
    assert adstocked(np.full(800, 3.0), family.code, retention, timing)[-1] == pytest.approx(3.0, rel=1e-9)


@every_family
@quick
@given(exposure=st.lists(st.floats(0.0, 10.0), min_size=1, max_size=40), retention=shares, timing=timings)
def test_total_exposure_is_preserved_up_to_its_tail(
    family: Adstock, exposure: list[float], retention: float, timing: float
) -> None:
    series = np.concatenate([exposure, np.zeros(800)])
    spread = adstocked(series, family.code, retention, timing)
    assert spread.sum() == pytest.approx(series.sum(), rel=1e-9, abs=1e-9)


@every_family
def test_more_exposure_never_leaves_less(family: Adstock) -> None:
    rng = np.random.default_rng(0)
    exposure, more = rng.gamma(1.0, 1.0, (2, 60))
    plain, raised = (adstocked(each, family.code, 0.7, 2.2) for each in (exposure, exposure + more))
    assert np.all(raised >= plain)


@every_family
def test_adstock_is_linear_and_shifts_with_its_exposure(family: Adstock) -> None:
    exposure = np.random.default_rng(1).gamma(1.0, 1.0, 60)
    plain = adstocked(exposure, family.code, 0.6, 1.7)
    doubled = adstocked(2.0 * exposure, family.code, 0.6, 1.7)
    later = adstocked(np.concatenate([np.zeros(5), exposure]), family.code, 0.6, 1.7)
    np.testing.assert_allclose(doubled, 2.0 * plain, rtol=1e-12)
    np.testing.assert_allclose(later[5:], plain, rtol=1e-12)


@every_family
@quick
@given(retention=st.floats(0.05, 0.9), timing=timings)
def test_the_parameter_of_a_half_life_has_that_half_life(
    family: Adstock, retention: float, timing: float
) -> None:
    periods = family.half_life(retention, timing)
    assert family.retention_of(periods, timing) == pytest.approx(retention, rel=1e-9)


@every_family
@pytest.mark.parametrize("periods", [1, 2, 4])
def test_half_the_strength_is_left_after_the_half_life(family: Adstock, periods: int) -> None:
    """Counted from the peak, which the delayed family has at the lag of its timing."""
    timing = 2.0
    peak = 2 if family is delayed.FAMILY else 0
    found = weights(family, family.retention_of(periods, timing), timing)
    assert found[peak + periods] == pytest.approx(0.5 * found[peak], rel=1e-9)


@every_family
@pytest.mark.parametrize("retention", [0.1, 0.5, 0.9])
def test_words_give_the_half_life(family: Adstock, retention: float) -> None:
    assert f"{family.half_life(retention, 1.5):.1f} periods" in family.in_words(retention, 1.5)


@every_family
def test_the_default_belief_lies_within_the_bounds(family: Adstock) -> None:
    for each in (family.retention, family.timing):
        assert each.lower <= each.center <= each.upper
        assert each.spread > 0.0
    assert family.timing.held == (family.timing_word == "")


@pytest.mark.parametrize("family", [delayed.FAMILY, weibull.FAMILY], ids=["delayed", "weibull"])
@pytest.mark.parametrize("retention", [1e-4, 0.3, 0.9])
@pytest.mark.parametrize("log_timing", [-1.0, 0.4, 2.0])
def test_slopes_of_the_weights_equal_central_differences(
    family: Adstock, retention: float, log_timing: float
) -> None:
    def rows(r: float, d: float) -> Vector:
        return weights(family, r, float(np.exp(d)), lags=LAGS)

    found = weights_and_slopes(family.code, retention, log_timing)
    step = 1e-6 * retention
    by_retention = (rows(retention + step, log_timing) - rows(retention - step, log_timing)) / (2.0 * step)
    by_timing = (rows(retention, log_timing + 1e-6) - rows(retention, log_timing - 1e-6)) / 2e-6
    np.testing.assert_allclose(found[0], rows(retention, log_timing), rtol=1e-12)
    # differences of weights of up to one are known to about 1e-10
    np.testing.assert_allclose(found[1], by_retention, rtol=1e-5, atol=1e-9 / retention)
    np.testing.assert_allclose(found[2], by_timing, rtol=1e-5, atol=1e-9)


def test_delayed_carryover_peaks_at_its_timing() -> None:
    assert np.argmax(weights(delayed.FAMILY, 0.6, 3.0)) == 3


def test_a_weibull_of_shape_one_is_geometric_but_for_its_end() -> None:
    ended, endless = (weights(each.FAMILY, 0.5, 1.0)[:LAGS] for each in (weibull, geometric))
    np.testing.assert_allclose(ended, endless, rtol=1e-6)


def test_timing_bends_the_weibull() -> None:
    quick_then_long, even, slow_then_short = (weights(weibull.FAMILY, 0.5, each) for each in (0.5, 1.0, 2.0))
    assert quick_then_long[10] > even[10] > slow_then_short[10]
    words = [weibull.in_words(0.5, each) for each in (0.5, 1.0, 2.0)]
    assert ["long tail" in each for each in words] == [True, False, False]


def test_no_weight_is_lost_where_retention_is_next_to_nothing() -> None:
    assert weights(delayed.FAMILY, 1e-200, 2.0)[2] == pytest.approx(1.0)


def test_geometric_carryover_is_unbounded_and_starts_from_what_was_left() -> None:
    assert weights(geometric.FAMILY, 0.9, 1.0)[100] == pytest.approx(0.1 * 0.9**100)
    assert np.all(adstock(np.full(5, 3.0), 0.4, 3.0) == pytest.approx(3.0))
