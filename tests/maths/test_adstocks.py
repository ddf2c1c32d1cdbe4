"""The contract that every family of carryover keeps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.adstock import (
    adstock_and_slopes_into,
    adstocked,
    fill_weights,
    lag_weights_into,
    paths_into,
    weights_for,
)
from mmxlib.maths.adstocks import delayed, geometric, weibull
from mmxlib.maths.adstocks.family import Adstock
from mmxlib.maths.adstocks.geometric import adstock
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.compiled import kernel
from mmxlib.maths.parameter import UNUSED, Parameter
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


@kernel()
def adstocked_with_slopes(exposure: Vector, family: int, retention: float, log_timing: float) -> Matrix:
    """Return it for the second of three channels, whose neighbors are geometric."""
    families = np.array([0, family, 0])
    rows = np.zeros((3, len(exposure)))
    weights = weights_for(families, 3)
    fill_weights(weights, families, 1, retention, log_timing)
    adstock_and_slopes_into(exposure, family, retention, weights[1], rows)
    return rows


@kernel()
def filled_paths(
    family: int, retention: float, log_timing: float, carry_in: float, history: Vector, flight: Vector
) -> tuple[Vector, Vector, int]:
    room = len(flight) + LAGS - 1
    left, own = np.full(room, 9.0), np.full(room, 9.0)
    weights = np.empty((3, LAGS))
    count = paths_into(family, retention, log_timing, carry_in, history, flight, weights, left, own)
    return left, own, count


def test_every_name_has_a_family_and_codes_count_from_zero() -> None:
    assert set(ADSTOCKS) == set(AdstockFamily)
    assert sorted(each.code for each in ADSTOCKS.values()) == list(range(len(ADSTOCKS)))
    assert geometric.FAMILY.code == 0  # as loops without codes take it, see unless_default


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


@pytest.mark.parametrize("family", [delayed.FAMILY, weibull.FAMILY], ids=["delayed", "weibull"])
def test_effects_by_lag_end_after_half_a_year_of_weeks(family: Adstock) -> None:
    assert np.flatnonzero(weights(family, 0.95, 1.0) > 0.0).tolist() == list(range(26))


def test_delayed_carryover_peaks_at_its_timing() -> None:
    assert np.argmax(weights(delayed.FAMILY, 0.6, 3.0)) == 3


def test_a_weibull_of_shape_one_is_geometric_but_for_its_end() -> None:
    ended, endless = (weights(each.FAMILY, 0.5, 1.0)[:LAGS] for each in (weibull, geometric))
    np.testing.assert_allclose(ended, endless, rtol=1e-6)


def test_timing_bends_the_weibull() -> None:
    quick_then_long, even, slow_then_short = (weights(weibull.FAMILY, 0.5, each) for each in (0.5, 1.0, 2.0))
    assert quick_then_long[10] > even[10] > slow_then_short[10]


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        (0.5, "falling fast at first, with a long tail"),
        (0.89, "falling fast at first, with a long tail"),
        (0.9, "fading evenly"),
        (1.1, "fading evenly"),
        (1.11, "holding on at first, then falling fast"),
        (2.0, "holding on at first, then falling fast"),
    ],
)
def test_words_tell_how_a_weibull_fades(timing: float, words: str) -> None:
    assert weibull.in_words(0.5, timing).endswith(f" periods, {words}")


def test_no_weight_is_lost_where_retention_is_next_to_nothing() -> None:
    assert weights(delayed.FAMILY, 1e-200, 2.0)[2] == pytest.approx(1.0)


def test_of_a_peak_beyond_the_last_lag_the_last_lag_is_left() -> None:
    assert weights(delayed.FAMILY, 0.001, 60.0)[LAGS - 1] == pytest.approx(1.0)


def test_geometric_carryover_is_unbounded_and_starts_from_what_was_left() -> None:
    assert weights(geometric.FAMILY, 0.9, 1.0)[100] == pytest.approx(0.1 * 0.9**100)
    assert np.all(adstock(np.full(5, 3.0), 0.4, 3.0) == pytest.approx(3.0))


@pytest.mark.parametrize(
    ("family", "retention", "timing"),
    [
        (geometric.FAMILY, Parameter(0.0, 0.98, 0.3, 0.2), UNUSED),
        (delayed.FAMILY, Parameter(0.0, 0.98, 0.5, 0.2), Parameter(0.1, 8.0, 1.5, 0.6)),
        (weibull.FAMILY, Parameter(0.0, 0.95, 0.3, 0.2), Parameter(0.3, 3.0, 1.0, 0.4)),
    ],
    ids=["geometric", "delayed", "weibull"],
)
def test_bounds_and_beliefs_are_those_that_the_evidence_was_measured_with(
    family: Adstock, retention: Parameter, timing: Parameter
) -> None:
    """Any other moves every fit of those who set none: a change of these needs new evidence."""
    assert (family.retention, family.timing) == (retention, timing)


@every_family
@pytest.mark.parametrize("periods", [1, 7, 40])
def test_adstocked_exposure_and_its_slopes_are_those_of_the_formula(family: Adstock, periods: int) -> None:
    exposure = np.random.default_rng(periods).gamma(1.0, 1.0, periods)
    retention, log_timing, step = 0.6, 0.3, 1e-6

    def at(r: float, d: float) -> Vector:
        return adstocked(exposure, family.code, r, float(np.exp(d)))

    rows = adstocked_with_slopes(exposure, family.code, retention, log_timing)
    by_retention = (at(retention + step, log_timing) - at(retention - step, log_timing)) / (2.0 * step)
    by_timing = (at(retention, log_timing + step) - at(retention, log_timing - step)) / (2.0 * step)
    np.testing.assert_allclose(rows[0], at(retention, log_timing), rtol=1e-12)
    np.testing.assert_allclose(rows[1], by_retention, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(rows[2], by_timing, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("family", [delayed.FAMILY, weibull.FAMILY], ids=["delayed", "weibull"])
@pytest.mark.parametrize("periods", [1, 5, 40])
def test_a_flight_and_the_past_add_up_to_the_whole_and_run_to_the_end(family: Adstock, periods: int) -> None:
    rng = np.random.default_rng(periods)
    history, flight = rng.gamma(1.0, 1.0, LAGS), rng.gamma(1.0, 1.0, periods)
    left, own, count = filled_paths(family.code, 0.7, 0.4, 5.0, history, flight)
    after, timing = np.zeros(LAGS - 1), float(np.exp(0.4))
    whole = adstocked(np.concatenate([history, flight, after]), family.code, 0.7, timing)
    alone = adstocked(np.concatenate([flight, after]), family.code, 0.7, timing)
    assert count == periods + LAGS - 1
    np.testing.assert_allclose(own, alone, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(left + own, whole[LAGS:], rtol=1e-12, atol=1e-15)


def test_a_geometric_flight_and_what_was_left_are_told_apart() -> None:
    flight = np.array([1.0, 0.0, 3.0])
    left, own, count = filled_paths(geometric.CODE, 0.7, 0.4, 5.0, np.full(LAGS, 2.0), flight)
    assert count == 3
    np.testing.assert_allclose(left[:3], 5.0 * 0.7 ** np.arange(1, 4), rtol=1e-12)
    np.testing.assert_allclose(own[:3], adstock(flight, 0.7, 0.0), rtol=1e-12)
