"""The contract that every family of diminishing returns keeps."""

import math
import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.saturation import saturation, saturation_slope
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
quick = settings(max_examples=50, deadline=None, derandomize=True)


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
    assert "S-shaped" not in hill.in_words(1.0, 0.9)
    assert np.isfinite(saturation_slope(hill.CODE, 0.0, 1.0, 0.5))
