"""The sampler's coordinates: their gradient, their way back, and that they leave the density as it is."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.maths.arrays import Vector
from mmxlib.maths.arrow import arrow, forth
from mmxlib.maths.density import first_deviation, size
from mmxlib.maths.density_parts import PARAMETERS
from mmxlib.maths.inference import Mode
from mmxlib.maths.unbounded import (
    KNEE,
    Coordinates,
    _log_shares,
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
    count, common = size(made.problem), first_deviation(made.problem)
    channels = made.problem.exposure.shape[2]
    blocks = (count - common) // channels
    spread = arrow(*parts(blocks, rank=1, common=common, own=channels), least=1e-6)
    mode = Mode(rng.normal(size=count) - 0.5, 0.0, 0.0, spread)
    lower, upper = np.full(count, -reach), np.full(count, reach)
    return mode, coordinates(mode, made.problem, lower=lower, upper=upper, learned=learned)


def height(made: Case, place: Coordinates, steps: Vector) -> tuple[float, Vector]:
    gradient = np.empty(len(steps))
    value = density_at(steps, place, made.problem, made.outcome, made.lifts, gradient)
    return value, gradient


def pooled(seed: int, *, units: int = 3, adstocks: tuple[int, ...] = (0,)) -> Case:
    """Return a case whose deviations have no center of their own, as in sampling."""
    made = case(seed, units=units, channels=3, periods=8, adstocks=adstocks)
    return replace(made, problem=made.problem._replace(deviation_center=np.zeros((units, 3))))


@pytest.mark.parametrize("units", [1, 3])
@pytest.mark.parametrize("reach", [30.0, 1.0])
@pytest.mark.parametrize("learned", [False, True])
@pytest.mark.parametrize("adstocks", [(0,), (1, 0, 2)])
def test_gradient_equals_differences_to_1e_6_inside_the_box_and_beyond(
    units: int, reach: float, learned: bool, adstocks: tuple[int, ...]
) -> None:
    made = pooled(units, units=units, adstocks=adstocks)
    _, place = around(made, seed=units, reach=reach, learned=learned and units > 1)
    place.lower[6] = place.upper[6] = 0.0  # one that its family holds fixed
    rng = np.random.default_rng(units)
    for width in (0.5, 2.0):
        steps = width * rng.normal(size=dimension(place))
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


@pytest.mark.parametrize("learned", [False, True])
@pytest.mark.parametrize("adstocks", [(0,), (1, 0, 2)])
def test_steps_to_a_mode_lead_to_it(learned: bool, adstocks: tuple[int, ...]) -> None:
    made = pooled(5, adstocks=adstocks)
    _, place = around(made, learned=learned)
    other = Mode(np.random.default_rng(3).normal(size=len(place.center)) - 0.5, 0.0, 0.0, place.spread)
    steps = steps_to(other, place)
    assert len(steps) == dimension(place) == len(place.center) + learned
    np.testing.assert_allclose(parameters_at(steps[None], place)[0], other.parameters, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("adstocks", [(0,), (1, 0, 2)])
def test_a_step_from_the_mode_is_one_in_its_own_sds(adstocks: tuple[int, ...]) -> None:
    """To first order, which is what makes its Laplace approximation standard normal."""
    mode, place = around(pooled(5, adstocks=adstocks))
    for step in np.eye(len(place.center)):
        ahead, behind = parameters_at(np.stack([1e-5 * step, -1e-5 * step]), place)
        np.testing.assert_allclose((ahead - behind) / 2e-5, forth(mode.spread, step), atol=1e-8)


def test_logits_of_retentions_are_bent_below_minus_one() -> None:
    """There a coordinate w stands for ``w - (w + 1)^2 / 2``, which is -3 for minus the root of 5."""
    mode, _ = around(pooled(5))
    mode.parameters[:3] = [-3.0, -1.0, 0.7]
    bounds = {"lower": np.full(21, -9.0), "upper": np.full(21, 9.0)}
    bent = coordinates(mode, pooled(5).problem, **bounds).center[:3]
    np.testing.assert_allclose(bent, [-np.sqrt(5.0), -1.0, 0.7])
    assert bent[0] - 0.5 * (bent[0] + 1.0) ** 2 == pytest.approx(-3.0)


def test_an_effect_is_measured_by_the_response_at_mean_active_exposure() -> None:
    """Of Hill's curve, the first channel's: the effect times ``1 / (1 + k^s)``."""
    mode, place = around(pooled(5))
    log_half, log_shape, log_effect = mode.parameters[[3, 6, 9]]
    response = np.exp(log_effect) / (1.0 + np.exp(log_half * np.exp(log_shape)))
    assert place.center[9] == pytest.approx(np.log(response))


def test_a_channel_without_any_response_at_usual_exposure_has_coordinates() -> None:
    made = pooled(5)
    mode, _ = around(made)
    mode.parameters[[3, 6]] = [300.0, 1.5]  # half-saturation and shape of Hill's curve
    bounds = {"lower": np.full(21, -400.0), "upper": np.full(21, 400.0)}
    place = coordinates(mode, made.problem, **bounds)
    value, gradient = height(made, place, np.zeros(21))
    assert np.isfinite(value)
    assert np.all(np.isfinite(gradient))
    np.testing.assert_allclose(parameters_at(np.zeros((1, 21)), place)[0], mode.parameters)


def test_information_is_what_a_deviation_knows_beside_its_prior() -> None:
    """A quarter of the prior's variance left is three priors' worth; a variance above it is none."""
    mode, _ = around(pooled(5))
    blocks = np.tile([[0.5, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 2.0]], (3, 1, 1))
    mode = replace(mode, spread=mode.spread._replace(blocks=blocks))
    bounds = {"lower": np.full(21, -9.0), "upper": np.full(21, 9.0)}
    found = coordinates(mode, pooled(5).problem, **bounds).information
    np.testing.assert_allclose(found, np.tile([3.0, 0.0, 0.0], 3))


def test_density_differs_only_by_the_bend_of_retention() -> None:
    made = case(6)
    _, place = around(made)
    channels = place.channels
    for steps in np.random.default_rng(1).normal(size=(5, len(place.center))):
        bent = (place.center + forth(place.spread, steps))[:channels]
        volume = float(np.log(1.0 - np.minimum(bent - KNEE, 0.0)).sum())
        plain = made.value(parameters_at(steps[None], place)[0])
        assert height(made, place, steps)[0] == pytest.approx(plain + volume, rel=1e-10)


def test_draws_are_brought_to_the_nearest_place_of_the_box_but_for_deviations() -> None:
    made = pooled(7, adstocks=(1, 0, 2))
    mode, free = around(made)
    count, last = len(free.center), first_deviation(made.problem)
    lower, upper = np.linspace(-0.9, -0.3, count), np.linspace(0.2, 0.8, count)
    walled = coordinates(mode, made.problem, lower=lower, upper=upper)
    steps = 3.0 * np.random.default_rng(2).normal(size=(20, count))
    bounded, unbounded = parameters_at(steps, walled), parameters_at(steps, free)
    curves = slice(0, 9)
    np.testing.assert_array_equal(bounded[:, curves], np.clip(unbounded, lower, upper)[:, curves])
    np.testing.assert_array_equal(bounded[:, 12:last], np.clip(unbounded, lower, upper)[:, 12:last])
    np.testing.assert_array_equal(bounded[:, last:], unbounded[:, last:])
    # the response at usual exposure stays as it was drawn, of the curve in the box
    responses = [
        [at[9:12] + _log_shares(walled.family, 3, at)[0] for at in draws] for draws in (bounded, unbounded)
    ]
    inside = (bounded[:, 9:12] > lower[9:12]) & (bounded[:, 9:12] < upper[9:12])
    np.testing.assert_allclose(*(np.array(each)[inside] for each in responses))
    assert np.all((lower[9:12] <= bounded[:, 9:12]) & (bounded[:, 9:12] <= upper[9:12]))
    assert 0 < inside.sum() < inside.size


def test_the_density_falls_off_outside_the_box_as_a_normal_of_a_quarter() -> None:
    made = pooled(8, adstocks=(1, 0, 2))
    _, free = around(made, reach=30.0)
    _, walled = around(made, reach=0.4)
    steps = np.random.default_rng(3).normal(size=len(free.center))
    at = parameters_at(steps[None], free)[0, : first_deviation(made.problem)]
    beyond = at - np.clip(at, -0.4, 0.4)
    fallen = height(made, walled, steps)[0] - height(made, free, steps)[0]
    assert fallen == pytest.approx(-0.5 * np.sum((beyond / 0.25) ** 2), rel=1e-9)


def test_an_sd_that_is_not_learned_is_the_problems() -> None:
    made = pooled(9)
    _, place = around(made)
    assert dimension(place) == len(place.center)
    np.testing.assert_array_equal(pooling_at(np.ones((4, 21)), place), np.full(4, made.problem.pooling))


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
        volume = np.log(sd / made.problem.pooling) - 0.5 * (sd / 0.3) ** 2 + np.log(1.0 - below)
        stretch = place.center[first:] + forth(place.spread, steps[:-1])[first:]
        volume += float(np.log(own[first:] / stretch).sum())
        bend = height(made, plain, steps[:-1])[0] - made.value(parameters_at(steps[None, :-1], plain)[0])
        assert height(made, place, steps)[0] == pytest.approx(other.value(own) + volume + bend, rel=1e-9)
