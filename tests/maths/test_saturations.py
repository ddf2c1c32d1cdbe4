"""The contract that every family of diminishing returns keeps."""

import math
import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.compiled import kernel
from mmxlib.maths.parameter import UNUSED, Parameter
from mmxlib.maths.saturation import (
    response_of,
    saturation,
    saturation_slope,
    share_and_slopes,
    shares_into,
)
from mmxlib.maths.saturations import hill
from mmxlib.maths.saturations.family import Saturation
from mmxlib.maths.saturations.registry import SATURATIONS
from mmxlib.terms import SaturationFamily

every_family = pytest.mark.parametrize("family", SATURATIONS.values(), ids=SATURATIONS)
bounded_family = pytest.mark.parametrize(
    "family", [SATURATIONS[name] for name in SATURATIONS if name is not SaturationFamily.NONE]
)
positive = st.floats(0.05, 20.0)
steepness = st.floats(0.5, 4.0)
log_scales = st.floats(-2.0, 2.5)
quick = settings(max_examples=50, deadline=None, derandomize=True)


@kernel()
def share_in_loops(family: int, a: float, log_half: float, shape: float) -> tuple[float, float, float, float]:
    return share_and_slopes(np.array([family]), 0, a, log_half, shape)


@kernel()
def default_share_in_loops(a: float, log_half: float, shape: float) -> tuple[float, float, float, float]:
    return share_and_slopes(None, 0, a, log_half, shape)


@kernel()
def responses_in_loops(family: int, a: float, k: float, s: float) -> tuple[float, float]:
    return response_of(None, 0, a, k, s), response_of(np.array([0, family]), 1, a, k, s)


@kernel()
def fill_shares(family: int, log_half: float, shape: float, spread: Matrix, rows: Matrix) -> None:
    shares_into(family, log_half, shape, spread, rows)


def by_differences(family: Saturation, a: float, log_half: float, shape: float) -> Vector:
    """Return the response's slopes by exposure, log half-saturation and log shape."""

    def response(at: Vector) -> float:
        return saturation(family.code, at[0], float(np.exp(at[1])), float(np.exp(at[2])))

    point = np.array([a, log_half, np.log(shape)])
    steps = np.diag([1e-5 * a, 1e-5, 1e-5])
    return np.array(
        [(response(point + step) - response(point - step)) / (2.0 * step.sum()) for step in steps]
    )


def test_every_name_has_a_family_and_codes_count_from_zero() -> None:
    assert set(SATURATIONS) == set(SaturationFamily)
    assert sorted(each.code for each in SATURATIONS.values()) == list(range(len(SATURATIONS)))


@every_family
def test_zero_exposure_has_zero_response(family: Saturation) -> None:
    assert saturation(family.code, 0.0, 1.0, 2.0) == 0.0


@every_family
@quick
@given(a=st.floats(0.0, 50.0), more=st.floats(0.0, 50.0), k=positive, s=steepness)
def test_more_exposure_never_lowers_the_response(
    family: Saturation, a: float, more: float, k: float, s: float
) -> None:
    assert saturation(family.code, a + more, k, s) >= saturation(family.code, a, k, s) - 1e-12


@bounded_family
@quick
@given(a=st.floats(0.0, 1e6), k=positive, s=steepness)
def test_the_response_never_exceeds_one(family: Saturation, a: float, k: float, s: float) -> None:
    assert 0.0 <= saturation(family.code, a, k, s) <= 1.0


@every_family
@quick
@given(a=st.floats(0.1, 20.0), k=positive, s=steepness)
def test_slope_equals_central_differences(family: Saturation, a: float, k: float, s: float) -> None:
    step = 1e-5
    above, below = (saturation(family.code, a + each, k, s) for each in (step, -step))
    slope = saturation_slope(family.code, a, k, s)
    assert slope == pytest.approx((above - below) / (2.0 * step), rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "exposure_at"),
    [
        (SaturationFamily.HILL, lambda share, k, s: k * (share / (1.0 - share)) ** (1.0 / s)),
        (SaturationFamily.EXPONENTIAL, lambda share, k, s: -k * math.log1p(-share)),
        (SaturationFamily.LOGISTIC, lambda share, k, s: 2.0 * k * math.atanh(share)),
        (SaturationFamily.NONE, lambda share, k, s: k * share),
    ],
)
@quick
@given(share=st.floats(0.01, 0.99), k=positive, s=steepness)
def test_the_inverse_in_closed_form_leads_back(
    name: SaturationFamily, exposure_at: Callable[..., float], share: float, k: float, s: float
) -> None:
    response = saturation(SATURATIONS[name].code, exposure_at(share, k, s), k, s)
    assert response == pytest.approx(share, rel=1e-9)


@every_family
@quick
@given(a=st.floats(1e-3, 20.0), k=positive, s=steepness)
def test_scaling_exposure_and_half_saturation_changes_nothing(
    family: Saturation, a: float, k: float, s: float
) -> None:
    assert saturation(family.code, 7.0 * a, 7.0 * k, s) == pytest.approx(saturation(family.code, a, k, s))


@every_family
def test_the_series_is_the_response_where_exposure_is_small(family: Saturation) -> None:
    shape = 1.0
    small = 0.02
    expected = sum(each * small ** (power + 1) for power, each in enumerate(family.series))
    assert saturation(family.code, small, 1.0, shape) == pytest.approx(expected, rel=1e-9)


@bounded_family
def test_words_say_where_half_of_the_response_is(family: Saturation) -> None:
    found = re.search(r"half of the full response at ([\d.]+) times", family.in_words(130.0, 2.0))
    assert found is not None
    assert saturation(family.code, float(found[1]), 130.0, 2.0) == pytest.approx(0.5, abs=1e-4)


def test_words_say_that_nothing_diminishes() -> None:
    assert "as much as the first" in SATURATIONS[SaturationFamily.NONE].in_words(1.0, 1.0)


@every_family
def test_the_default_belief_lies_within_the_bounds(family: Saturation) -> None:
    for each in (family.half_saturation, family.shape):
        assert each.lower <= each.center <= each.upper
        assert each.spread > 0.0


def test_hill_reaches_half_at_its_half_saturation() -> None:
    assert saturation(hill.CODE, 1.7, 1.7, 2.3) == pytest.approx(0.5)
    assert "S-shaped" in hill.in_words(1.0, 2.0)
    assert "S-shaped" not in hill.in_words(1.0, 1.0)
    assert "S-shaped" not in hill.in_words(1.0, 0.9)
    assert np.isfinite(saturation_slope(hill.CODE, 0.0, 1.0, 0.5))


@every_family
@quick
@given(a=st.floats(0.01, 20.0), log_half=log_scales, shape=steepness)
def test_slopes_of_one_response_equal_central_differences(
    family: Saturation, a: float, log_half: float, shape: float
) -> None:
    share, *slopes = share_in_loops(family.code, a, log_half, shape)
    assert share == pytest.approx(saturation(family.code, a, np.exp(log_half), shape), rel=1e-10)
    np.testing.assert_allclose(slopes, by_differences(family, a, log_half, shape), rtol=1e-6, atol=1e-8)


@every_family
@quick
@given(
    spread=st.lists(st.floats(0.01, 20.0), min_size=3, max_size=3),
    carried=st.floats(-3.0, 3.0),
    log_half=log_scales,
    shape=steepness,
)
def test_slopes_of_many_responses_are_those_of_each(
    family: Saturation, spread: list[float], carried: float, log_half: float, shape: float
) -> None:
    """The slope by retention is that by exposure times how retention moves the exposure."""
    exposure = np.array([[0.0, *spread], [carried] * 4])
    rows = np.full((5, 4), np.nan)
    fill_shares(family.code, log_half, shape, exposure, rows)
    for t, a in enumerate(spread, start=1):
        share, by_exposure, by_half, by_shape = share_in_loops(family.code, a, log_half, shape)
        expected = [share, carried * by_exposure, by_half, by_shape]
        np.testing.assert_allclose(rows[:4, t], expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(rows[[0, 2, 3], 0], 0.0, atol=1e-15)


@pytest.mark.parametrize("a", [0.0, 1e-12, 1e-9, 0.3, 2.0])
def test_hill_alone_is_what_stands_where_no_families_are_given(a: float) -> None:
    assert default_share_in_loops(a, 0.4, 1.3) == share_in_loops(hill.CODE, a, 0.4, 1.3)
    assert default_share_in_loops(a, 0.4, 1.3)[0] == pytest.approx(saturation(hill.CODE, a, np.exp(0.4), 1.3))


@every_family
@pytest.mark.parametrize("a", [-0.5, 0.0, 0.3, 2.0])
def test_a_channel_has_the_response_of_its_own_family(family: Saturation, a: float) -> None:
    expected = (saturation(hill.CODE, a, 1.7, 1.2), saturation(family.code, a, 1.7, 1.2))
    assert responses_in_loops(family.code, a, 1.7, 1.2) == expected


@pytest.mark.parametrize(
    ("family", "share"),
    [
        (SaturationFamily.HILL, 2.0**1.5 / (2.0**1.5 + 3.0**1.5)),
        (SaturationFamily.EXPONENTIAL, 1.0 - np.exp(-2.0 / 3.0)),
        (SaturationFamily.LOGISTIC, (1.0 - np.exp(-2.0 / 3.0)) / (1.0 + np.exp(-2.0 / 3.0))),
        (SaturationFamily.NONE, 2.0 / 3.0),
    ],
)
def test_each_family_is_its_formula(family: SaturationFamily, share: float) -> None:
    assert saturation(SATURATIONS[family].code, 2.0, 3.0, 1.5) == pytest.approx(share, rel=1e-14)


@every_family
def test_a_slope_is_taken_at_the_floor_below_it(family: Saturation) -> None:
    at_floor = saturation_slope(family.code, 1e-6, 1.0, 0.7)
    assert saturation_slope(family.code, 0.0, 1.0, 0.7) == at_floor
    if family is SATURATIONS[SaturationFamily.HILL]:  # 0.7 x^-0.3 where x is small
        assert at_floor == pytest.approx(0.7 * 1e-6**-0.3, rel=1e-3)


def test_the_whole_of_a_bounded_response_is_out_of_reach() -> None:
    for name in (SaturationFamily.HILL, SaturationFamily.EXPONENTIAL, SaturationFamily.LOGISTIC):
        assert saturation(SATURATIONS[name].code, 5.0, 1.0, 1.0) < 1.0


def test_hill_has_no_response_at_the_least_exposure() -> None:
    rows = np.full((4, 2), np.nan)
    fill_shares(hill.CODE, 0.0, 0.5, np.array([[hill.LEAST_EXPOSURE, 1e-9], [1.0, 1.0]]), rows)
    np.testing.assert_allclose(rows[:, 0], 0.0)
    assert rows[0, 1] > 1e-5


@pytest.mark.parametrize(
    ("family", "coefficients"),
    [
        (SaturationFamily.HILL, [(-1.0) ** n for n in range(6)]),
        (SaturationFamily.EXPONENTIAL, [(-1.0) ** n / math.factorial(n + 1) for n in range(6)]),
        # tanh(x / 2), with the Bernoulli numbers 1/6, -1/30, 1/42
        (
            SaturationFamily.LOGISTIC,
            [
                2.0 * (2.0**n - 1.0) / math.factorial(n) * {2: 1 / 6, 4: -1 / 30, 6: 1 / 42}.get(n, 0.0)
                for n in range(2, 8)
            ],
        ),
        (SaturationFamily.NONE, [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
    ],
)
def test_the_series_is_taylors(family: SaturationFamily, coefficients: list[float]) -> None:
    np.testing.assert_allclose(SATURATIONS[family].series, coefficients, rtol=1e-14)


@pytest.mark.parametrize(
    ("family", "half_saturation", "shape"),
    [
        (SaturationFamily.HILL, Parameter(0.05, 20.0, 1.8, 0.6), Parameter(0.5, 4.0, 1.15, 0.2)),
        (SaturationFamily.EXPONENTIAL, Parameter(0.05, 20.0, 1.0, 0.7), UNUSED),
        (SaturationFamily.LOGISTIC, Parameter(0.05, 20.0, 1.0, 0.7), UNUSED),
        (SaturationFamily.NONE, UNUSED, UNUSED),
    ],
)
def test_bounds_and_beliefs_are_those_that_the_evidence_was_measured_with(
    family: SaturationFamily, half_saturation: Parameter, shape: Parameter
) -> None:
    """Any other moves every fit of those who set none: a change of these needs new evidence."""
    assert SATURATIONS[family].half_saturation == half_saturation
    assert SATURATIONS[family].shape == shape


@every_family
@pytest.mark.parametrize("a", [0.0, hill.LEAST_EXPOSURE])
def test_no_exposure_has_no_response_and_no_slopes(family: Saturation, a: float) -> None:
    assert share_in_loops(family.code, a, 0.4, 1.3) == (0.0, 0.0, 0.0, 0.0)
    assert default_share_in_loops(a, 0.4, 1.3) == (0.0, 0.0, 0.0, 0.0)
