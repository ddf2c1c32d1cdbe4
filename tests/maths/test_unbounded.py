"""The sampler's coordinates: their gradient, their way back, and that they leave the density as it is."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.maths.arrays import Vector
from mmxlib.maths.arrow import arrow, forth
from mmxlib.maths.density import size
from mmxlib.maths.density_parts import PARAMETERS
from mmxlib.maths.inference import Mode
from mmxlib.maths.unbounded import (
    KNEE,
    POOLING_SCALE,
    Coordinates,
    coordinates,
    density_at,
    dimension,
    parameters_at,
    pooling_at,
    steps_to,
)
from tests.maths.test_arrow import parts
from tests.maths.test_density import Case, case


def around(
    made: Case, *, seed: int = 0, reach: float = 30.0, learned: bool = False
) -> tuple[Mode, Coordinates]:
    """Return a mode and its coordinates, in a box that ends ``reach`` from zero."""
    rng = np.random.default_rng(seed)
    count = size(made.problem)
    channels = made.problem.exposure.shape[2]
    blocks = (count - PARAMETERS * channels) // channels
    spread = arrow(*parts(blocks, rank=1, common=PARAMETERS * channels, own=channels), least=1e-6)
    mode = Mode(rng.normal(size=count) - 0.5, 0.0, 0.0, spread)
    lower, upper = np.full(count, -reach), np.full(count, reach)
    return mode, coordinates(mode, made.problem, lower=lower, upper=upper, learned=learned)


def height(made: Case, place: Coordinates, steps: Vector) -> tuple[float, Vector]:
    gradient = np.empty(len(steps))
    value = density_at(steps, place, made.problem, made.outcome, made.lifts, gradient)
    return value, gradient


def pooled(seed: int, *, units: int = 3) -> Case:
    """Return a case whose deviations have no center of their own, as in sampling."""
    made = case(seed, units=units, channels=3, periods=8)
    return replace(made, problem=made.problem._replace(deviation_center=np.zeros((units, 3))))


@pytest.mark.parametrize("units", [1, 3])
@pytest.mark.parametrize("reach", [30.0, 1.0])
@pytest.mark.parametrize("learned", [False, True])
def test_gradient_equals_differences_to_1e_6_inside_the_box_and_beyond(
    units: int, reach: float, learned: bool
) -> None:
    made = pooled(units, units=units)
    _, place = around(made, seed=units, reach=reach, learned=learned and units > 1)
    place.lower[6] = place.upper[6] = 0.0  # one that its family holds fixed
    rng = np.random.default_rng(units)
    for _ in range(3):
        steps = rng.normal(size=dimension(place))
        expected = np.empty(len(steps))
        for i in range(len(steps)):
            step = np.eye(len(steps))[i] * 1e-5
            expected[i] = (height(made, place, steps + step)[0] - height(made, place, steps - step)[0]) / 2e-5
        gradient = height(made, place, steps)[1]
        np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-6 * np.abs(gradient).max())


def test_the_mode_lies_at_zero_and_comes_back_from_there() -> None:
    made = case(5)
    mode, place = around(made)
    np.testing.assert_allclose(steps_to(mode, place), 0.0, atol=1e-12)
    back = parameters_at(np.zeros((1, len(place.center))), place)[0]
    np.testing.assert_allclose(back, mode.parameters, rtol=1e-12, atol=1e-12)


def test_density_differs_only_by_the_bend_of_retention() -> None:
    made = case(6)
    _, place = around(made)
    channels = place.channels
    for steps in np.random.default_rng(1).normal(size=(5, len(place.center))):
        bent = (place.center + forth(place.spread, steps))[:channels]
        volume = float(np.log(1.0 - np.minimum(bent - KNEE, 0.0)).sum())
        plain = made.value(parameters_at(steps[None], place)[0])
        assert height(made, place, steps)[0] == pytest.approx(plain + volume, rel=1e-10)


def test_nothing_is_brought_back_from_outside_the_box() -> None:
    made = case(7)
    _, place = around(made, reach=0.4)
    steps = 3.0 * np.random.default_rng(2).normal(size=(50, len(place.center)))
    bounded = parameters_at(steps, place)[:, : PARAMETERS * place.channels]
    assert np.abs(bounded).max() == pytest.approx(0.4)


def test_the_density_falls_off_outside_the_box() -> None:
    made = case(8)
    _, free = around(made, reach=30.0)
    _, walled = around(made, reach=0.4)
    steps = np.random.default_rng(3).normal(size=len(free.center))
    assert height(made, walled, steps)[0] < height(made, free, steps)[0]


def test_a_learned_sd_is_one_of_the_problems_under_its_half_normal_prior() -> None:
    """Given the sd, the density is that of a problem with this pooling; what is added is prior and volume."""
    made = pooled(9)
    _, plain = around(made)
    _, place = around(made, learned=True)
    rng = np.random.default_rng(4)
    first = PARAMETERS * place.channels
    for last in (-2.0, -0.3, 0.0, 0.8):
        steps = np.append(0.3 * rng.normal(size=len(place.center)), last)
        at = parameters_at(steps[None], place)[0]
        sd = pooling_at(steps[None], place)[0]
        below = min(last, 0.0)
        assert sd == pytest.approx(made.problem.pooling * np.exp(last - 0.5 * below**2))
        own = at.copy()  # the same effects, in deviations of the drawn sd
        own[first:] *= made.problem.pooling / sd
        other = Case(made.problem._replace(pooling=sd), made.outcome, made.lifts)
        volume = np.log(sd / made.problem.pooling) - 0.5 * (sd / POOLING_SCALE) ** 2 + np.log(1.0 - below)
        stretch = place.center[first:] + forth(place.spread, steps[:-1])[first:]
        volume += float(np.log(own[first:] / stretch).sum())
        bend = height(made, plain, steps[:-1])[0] - made.value(parameters_at(steps[None, :-1], plain)[0])
        assert height(made, place, steps)[0] == pytest.approx(other.value(own) + volume + bend, rel=1e-9)
