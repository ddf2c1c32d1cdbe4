"""The curvature of small problems, each part against differences of every parameter by itself."""

import numpy as np
import pytest

from mmxlib.maths.curvature import curvature
from mmxlib.maths.density import size
from tests.maths.test_arrow import dense
from tests.maths.test_curvature import by_differences
from tests.maths.test_density import case


@pytest.mark.parametrize(("units", "lifts"), [(1, 2), (2, 4), (3, 0)])
def test_equals_the_whole_hessian_of_two_channels(units: int, lifts: int) -> None:
    made = case(11, units=units, channels=2, lifts=lifts, families=(0,))
    parameters = 0.3 * np.random.default_rng(units).normal(size=size(made.problem))
    known = np.zeros(len(parameters), dtype=bool)
    known[[2, len(parameters) - 1]] = True
    found = curvature(parameters, made.problem, outcome=made.outcome, lifts=made.lifts, known=known)
    whole = by_differences(made, parameters, known)
    np.testing.assert_allclose(dense(*found), whole, atol=2e-6 * np.abs(whole).max())


@pytest.mark.parametrize(("units", "across"), [(1, 0), (2, 2)])
def test_only_experiments_on_several_units_stand_across_them(units: int, across: int) -> None:
    """Every other of the four is on the first unit alone."""
    made = case(11, units=units, channels=2, lifts=4, families=(0,))
    parameters = np.zeros(size(made.problem))
    known = np.zeros(len(parameters), dtype=bool)
    found = curvature(parameters, made.problem, outcome=made.outcome, lifts=made.lifts, known=known)
    assert found.across.shape == (len(parameters), across)


def test_without_media_nothing_bends() -> None:
    made = case(11, units=2, channels=2, lifts=0, families=(0,))
    by_channel = {
        name: getattr(made.problem, name)[:0]
        for name in made.problem._fields
        if name.endswith("_prior") or name in ("shared", "timing_place", "effect_divisor")
    }
    problem = made.problem._replace(
        exposure=made.problem.exposure[:, :, :0],
        deviation_center=made.problem.deviation_center[:, :0],
        **by_channel,
    )
    found = curvature(
        np.empty(0), problem, outcome=made.outcome, lifts=made.lifts, known=np.empty(0, dtype=bool)
    )
    assert [part.shape for part in found] == [(0, 0), (0, 0, 0), (0, 0, 0), (0, 0)]
