"""Tests of a step in spend in the log density: their part alone, its gradient and its value."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.arrays import Vector
from mmxlib.maths.compiled import unless_default
from mmxlib.maths.density import size
from mmxlib.maths.saturations.registry import SATURATIONS
from mmxlib.terms import SaturationFamily
from tests.maths.test_density import Case, case, numeric_gradient

FAMILIES = tuple(SaturationFamily)


def with_family(made: Case, family: SaturationFamily) -> Case:
    codes = np.full(made.problem.exposure.shape[2], SATURATIONS[family].code)
    return Case(made.problem._replace(family=unless_default(codes)), made.outcome, made.lifts)


def steps_alone(made: Case, parameters: Vector, readings: Vector) -> float:
    """Return what the step tests add to the density: the whole less the same without them."""
    problem = made.problem
    none = problem._replace(steps=None)
    lifts = made.lifts[: len(made.lifts) - len(readings)]
    whole = Case(problem, made.outcome, np.concatenate([lifts, readings])).value(parameters)
    return whole - Case(none, made.outcome, lifts).value(parameters)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("units", [1, 3])
@settings(max_examples=5, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000))
def test_gradient_equals_central_differences_to_1e_6(family: SaturationFamily, units: int, seed: int) -> None:
    made = with_family(case(seed, units=units, channels=3, lifts=2, steps=4), family)
    parameters = 0.5 * np.random.default_rng(seed + 1).normal(size=size(made.problem))
    _, gradient = made.with_gradient(parameters)
    numeric = numeric_gradient(made, parameters)
    np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-6 * np.abs(gradient).max())


@pytest.mark.parametrize("only", [-1, 1])
def test_a_step_test_is_a_normal_around_the_rise_of_the_hill_curve(only: int) -> None:
    made = with_family(case(4, units=3, channels=2, lifts=1, steps=1), SaturationFamily.HILL)
    tests = made.problem.steps
    assert tests is not None
    problem = made.problem._replace(steps=tests._replace(unit=np.array([only])))
    made = Case(problem, made.outcome, made.lifts)
    parameters = 0.4 * np.random.default_rng(1).normal(size=size(made.problem))
    half, shape = np.exp(parameters[2]), np.exp(parameters[4])
    deviations = parameters[8:].reshape(3, 2)[:, 0]
    effect = np.exp(parameters[6] + made.problem.pooling * deviations) * made.problem.outcome_scale
    before, after = tests.exposure[0]
    rise = effect * (
        after**shape / (after**shape + half**shape) - before**shape / (before**shape + half**shape)
    )
    expected = rise.sum() if only < 0 else rise[only]
    for reading in (0.0, 7.0):
        found = steps_alone(made, parameters, np.array([reading]))
        assert found == pytest.approx(-0.5 * ((reading - expected) / 3.0) ** 2, rel=1e-9, abs=1e-9)


def test_carryover_has_no_part_in_a_step_test() -> None:
    made = case(7, units=2, channels=2, lifts=0, steps=2)
    parameters = 0.3 * np.random.default_rng(2).normal(size=size(made.problem))
    slower = parameters.copy()
    slower[:2] += 1.5
    assert steps_alone(made, slower, np.array([1.0, 2.0])) == pytest.approx(
        steps_alone(made, parameters, np.array([1.0, 2.0])), rel=1e-9
    )
