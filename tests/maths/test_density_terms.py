"""The compiled log density and its gradient, in small cases, against the density written out in full."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.maths.arrays import Vector
from mmxlib.maths.density import first_deviation, log_timings, reading_errors, size
from tests.maths import plain_density as plain
from tests.maths.test_density import Case, assert_gradient_equals_differences, case

DEFAULT = {"adstocks": (0,), "families": (0,)}
MIXED = {"adstocks": (1, 0, 2), "families": (1, 2, 3)}


def small(seed: int, *, units: int = 2, lifts: int = 3, steps: int = 3, **families: tuple[int, ...]) -> Case:
    """Return a case of three channels, the second national, the last two with a stated share."""
    made = case(seed, units=units, channels=3, periods=8, lifts=lifts, steps=steps, **families)
    rng = np.random.default_rng(seed)
    spread = rng.uniform(0.5, 2.0, size=(6, 3, 2))
    problem = made.problem._replace(
        noise_shape=1.7,
        noise_scale=rng.uniform(0.05, 0.2, units),
        retention_prior=1.0 + spread[0],
        half_prior=spread[1],
        shape_prior=0.3 * spread[2],
        timing_prior=0.3 * spread[3],
        effect_prior=spread[4],
        effect_divisor=made.problem.effect_divisor * spread[5, :, 0],
    )
    return Case(problem, made.outcome, made.lifts)


def written_out(made: Case, parameters: Vector) -> float:
    problem, readings = made.problem, made.lifts
    return (
        plain.log_outcome(problem, made.outcome, parameters)
        + plain.log_lifts(problem, readings, parameters)
        + plain.log_steps(problem, readings, parameters)
        + plain.log_prior(problem, parameters)
    )


def assert_density_is_the_one_written_out(made: Case) -> None:
    """Up to a constant: at two places, the differences agree."""
    first, second = 0.5 * np.random.default_rng(1).normal(size=(2, size(made.problem)))
    moved = made.value(second) - made.value(first)
    assert moved == pytest.approx(written_out(made, second) - written_out(made, first), rel=1e-9, abs=1e-9)
    assert_gradient_equals_differences(made, 3)


@pytest.mark.parametrize("families", [DEFAULT, MIXED])
@pytest.mark.parametrize("units", [1, 2])
def test_every_term_is_there_with_its_slope(units: int, families: dict[str, tuple[int, ...]]) -> None:
    assert_density_is_the_one_written_out(small(units, units=units, **families))


def test_without_experiments_outcome_and_priors_are_left() -> None:
    assert_density_is_the_one_written_out(small(3, lifts=0, steps=0, families=(1, 2, 3)))


def test_a_timing_of_the_last_channel_alone_is_found_behind_the_effects() -> None:
    assert_density_is_the_one_written_out(small(4, adstocks=(0, 0, 1), families=(1, 2, 3)))


def test_experiments_in_each_unit_alone_and_in_all_are_told_apart() -> None:
    made = small(9, **MIXED)
    lifts, steps, where = made.problem.lifts, made.problem.steps, np.array([0, 1, -1])
    assert lifts is not None
    assert steps is not None
    problem = made.problem._replace(lifts=lifts._replace(unit=where), steps=steps._replace(unit=where))
    assert_density_is_the_one_written_out(replace(made, problem=problem))


def test_periods_before_the_first_exposure_have_no_response() -> None:
    made = small(5, **MIXED)
    exposure = made.problem.exposure.copy()
    exposure[:, :5] = 0.0
    assert_density_is_the_one_written_out(replace(made, problem=made.problem._replace(exposure=exposure)))


@pytest.mark.parametrize("families", [DEFAULT, MIXED])
def test_a_channel_that_was_never_on_leaves_the_density_finite(families: dict[str, tuple[int, ...]]) -> None:
    """Its stated share cannot be had; all that it does is to be very unlikely, wherever its curve lies."""
    made = small(6, **families)
    exposure = made.problem.exposure.copy()
    exposure[:, :, 2] = 0.0
    off = replace(made, problem=made.problem._replace(exposure=exposure))
    value, gradient = off.with_gradient(np.zeros(size(off.problem)))
    assert np.isfinite(value)
    assert np.all(np.isfinite(gradient))
    assert value < made.value(np.zeros(size(made.problem)))


def test_timings_follow_the_channels_parameters_and_deviations_follow_them() -> None:
    """Four of each of three channels, two timings, and one deviation of each unit and channel."""
    pooled, alone = small(7, **MIXED).problem, small(7, units=1, **MIXED).problem
    assert first_deviation(pooled) == first_deviation(alone) == 12 + 2
    assert size(pooled) == 14 + 2 * 3
    assert size(alone) == 14
    parameters = np.arange(20.0) + 0.5
    np.testing.assert_array_equal(log_timings(parameters, pooled), [12.5, 0.0, 13.5])


def test_errors_of_readings_are_those_of_lifts_and_then_of_step_tests() -> None:
    np.testing.assert_array_equal(
        reading_errors(small(8, lifts=2, steps=3).problem), [2.0, 2.0, 3.0, 3.0, 3.0]
    )
    assert reading_errors(small(8, lifts=0, steps=0).problem).shape == (0,)
