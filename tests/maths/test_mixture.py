"""Quantiles of mixtures of normals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from mmxlib.maths.mixture import mixture_quantile

quick = settings(max_examples=60, deadline=None, derandomize=True)
shares = st.floats(0.01, 0.99)


@quick
@given(share=shares, mean=st.floats(-1e6, 1e6), sd=st.floats(1e-3, 1e3))
def test_one_component_has_the_quantile_of_its_normal(share: float, mean: float, sd: float) -> None:
    found = mixture_quantile(np.array([[mean]]), np.array([sd]), share)
    assert found[0] == pytest.approx(norm.ppf(share, mean, sd), rel=1e-9, abs=1e-9 * sd)


@quick
@given(
    share=shares,
    components=st.lists(st.tuples(st.floats(-50.0, 50.0), st.floats(0.01, 20.0)), min_size=1, max_size=8),
)
def test_as_much_probability_lies_below_as_was_asked(
    share: float, components: list[tuple[float, float]]
) -> None:
    mean, sd = (np.array(each) for each in zip(*components, strict=True))
    found = mixture_quantile(np.stack([mean, mean + 7.0], axis=1), sd, share)
    assert norm.cdf(found[0], mean, sd).mean() == pytest.approx(share, abs=1e-8)
    assert found[1] - found[0] == pytest.approx(7.0, abs=1e-8)


def test_components_far_apart_leave_no_gap_unfound() -> None:
    """Between the two the density is nothing, so that Newton's steps alone would leap out of the world."""
    mean, sd = np.array([[0.0], [1e6]]), np.array([1.0, 1.0])
    low, high = (mixture_quantile(mean, sd, share)[0] for share in (0.25, 0.75))
    assert low == pytest.approx(0.0, abs=1e-5)
    assert high == pytest.approx(1e6, abs=1e-5)
