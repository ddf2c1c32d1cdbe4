"""The compiled log density: its gradient, its closed-form parts, its laws."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_t

from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.compiled import unless_default
from mmxlib.maths.density import Problem, log_density, size, timing_places
from mmxlib.maths.experiment_parts import Lifts, Steps
from mmxlib.maths.saturations.registry import SATURATIONS
from mmxlib.terms import AdstockFamily, SaturationFamily


@dataclass(frozen=True)
class Case:
    problem: Problem
    outcome: Matrix
    lifts: Vector

    def value(self, parameters: Vector) -> float:
        return self.with_gradient(parameters)[0]

    def with_gradient(self, parameters: Vector) -> tuple[float, Vector]:
        gradient = np.empty(len(parameters))
        return log_density(parameters, self.problem, self.outcome, self.lifts, gradient), gradient


def case(
    seed: int,
    *,
    units: int = 3,
    channels: int = 5,
    periods: int = 40,
    lifts: int = 2,
    steps: int = 0,
    adstocks: tuple[int, ...] = (0,),
    families: tuple[int, ...] = (0, 1, 2, 3),
) -> Case:
    rng = np.random.default_rng(seed)
    columns = 4
    basis = np.stack([np.linalg.qr(rng.normal(size=(periods, columns)))[0] * 0.9 for _ in range(units)])
    exposure = rng.gamma(1.0, 1.0, size=(units, periods, channels))
    shared = np.arange(channels) == 1
    exposure[:, :, 1] = exposure[0, :, 1]
    adstock = np.resize(np.array(adstocks), channels)
    problem = Problem(
        exposure=exposure,
        shared=shared,
        adstock=unless_default(adstock),
        family=unless_default(np.resize(np.array(families), channels)),
        basis=basis,
        autocorrelation=rng.uniform(0.0, 0.5, units),
        noise_shape=1.0,
        noise_scale=np.full(units, 0.1),
        outcome_scale=rng.uniform(5.0, 50.0, units),
        retention_prior=np.tile([2.0, 3.0], (channels, 1)),
        half_prior=np.tile([0.0, 0.7], (channels, 1)),
        shape_prior=np.tile([0.1, 0.3], (channels, 1)),
        timing_prior=np.tile([0.2, 0.4], (channels, 1)),
        timing_place=timing_places([code > 0 for code in adstock]),
        effect_prior=np.tile([0.2, 0.5], (channels, 1)),
        effect_divisor=np.where(np.arange(channels) >= channels - 2, 50.0, 0.0),
        pooling=0.1 if units > 1 else 0.0,
        deviation_center=rng.normal(size=(units, channels)),
        lifts=Lifts(
            channel=np.arange(lifts) % channels,
            unit=np.array([-1, 0] * lifts)[:lifts],
            window=np.array([[2, 4], [5, 6]] * lifts)[:lifts] * periods // 8,
            change=np.array([-1.0, 0.5] * lifts)[:lifts],
            error=np.full(lifts, 2.0),
        )
        if lifts
        else None,
        steps=Steps(
            channel=np.arange(steps) % channels,
            unit=np.array([-1, units - 1] * steps)[:steps],
            exposure=rng.gamma(1.0, 1.0, size=(steps, 2, units)),
            error=np.full(steps, 3.0),
        )
        if steps
        else None,
    )
    outcome = 1.0 + 0.1 * rng.normal(size=(units, periods))
    return Case(problem, outcome, np.concatenate([np.full(lifts, 4.0), np.full(steps, 5.0)]))


def numeric_gradient(made: Case, parameters: Vector) -> Vector:
    step = 1e-5
    return np.array(
        [
            (made.value(parameters + each) - made.value(parameters - each)) / (2.0 * step)
            for each in step * np.eye(len(parameters))
        ]
    )


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), units=st.sampled_from([1, 3]))
def test_gradient_equals_central_differences_to_1e_6(seed: int, units: int) -> None:
    assert_gradient_equals_differences(case(seed, units=units), seed)


@pytest.mark.parametrize("saturation", SaturationFamily)
@pytest.mark.parametrize("adstock", AdstockFamily)
@pytest.mark.parametrize("units", [1, 3])
def test_gradient_holds_for_every_pair_of_families(
    adstock: AdstockFamily, saturation: SaturationFamily, units: int
) -> None:
    """The second channel is national, the last two state a share, the first two have experiments."""
    codes = {"adstocks": (ADSTOCKS[adstock].code,), "families": (SATURATIONS[saturation].code,)}
    assert_gradient_equals_differences(case(units, units=units, **codes), units)


def test_gradient_holds_for_a_mix_of_families() -> None:
    assert_gradient_equals_differences(case(9, adstocks=(1, 0, 2, 0)), 9)


def test_timings_stand_behind_what_every_channel_has() -> None:
    assert timing_places([False, True, False, True]).tolist() == [0, 16, 0, 17]


def assert_gradient_equals_differences(made: Case, seed: int) -> None:
    rng = np.random.default_rng(seed + 1)
    parameters = 0.5 * rng.normal(size=size(made.problem))
    _, gradient = made.with_gradient(parameters)
    numeric = numeric_gradient(made, parameters)
    np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-6 * np.abs(gradient).max())


def test_outcome_part_equals_a_multivariate_student_density() -> None:
    """With the base and the noise scale integrated out, the outcome is Student: SciPy is the reference."""
    made = case(3, units=1, channels=2, lifts=0)
    problem = made.problem._replace(autocorrelation=np.zeros(1))
    basis = problem.basis[0]
    precision = np.eye(len(basis)) - basis @ basis.T
    reference = multivariate_t(
        shape=np.linalg.inv(precision) * problem.noise_scale[0] / problem.noise_shape,
        df=2.0 * problem.noise_shape,
    )
    parameters = np.full(size(problem), -30.0)  # the media's effect is nil
    parameters[:6] = 0.0
    values = []
    for shift in (0.0, 0.3):
        outcome = made.outcome + shift
        plain = Case(problem, outcome, made.lifts).value(parameters)
        values.append(plain - reference.logpdf(outcome[0]))
    assert values[0] == pytest.approx(values[1], abs=1e-8)


def test_permuting_channels_permutes_the_gradient() -> None:
    made = case(5, lifts=0)
    order = np.array([3, 0, 4, 1, 2])
    by_channel = {
        name: getattr(made.problem, name)[order]
        for name in ("shared", "family", "retention_prior", "half_prior", "shape_prior", "effect_prior")
    }
    moved = Case(
        made.problem._replace(
            exposure=np.ascontiguousarray(made.problem.exposure[:, :, order]),
            effect_divisor=made.problem.effect_divisor[order],
            deviation_center=made.problem.deviation_center[:, order],
            **by_channel,
        ),
        made.outcome,
        made.lifts,
    )
    parameters = 0.3 * np.random.default_rng(0).normal(size=size(made.problem))
    blocks = np.concatenate([order + 5 * block for block in range(4 + 3)])
    value, gradient = made.with_gradient(parameters)
    other, other_gradient = moved.with_gradient(parameters[blocks])
    assert other == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(other_gradient, gradient[blocks], rtol=1e-9, atol=1e-9)


def test_permuting_units_leaves_the_density_alone() -> None:
    made = case(8, lifts=0)
    order = np.array([2, 0, 1])
    moved = Case(
        made.problem._replace(
            exposure=np.ascontiguousarray(made.problem.exposure[order]),
            basis=np.ascontiguousarray(made.problem.basis[order]),
            autocorrelation=made.problem.autocorrelation[order],
            noise_scale=made.problem.noise_scale[order],
            deviation_center=made.problem.deviation_center[order],
            outcome_scale=made.problem.outcome_scale[order],
        ),
        np.ascontiguousarray(made.outcome[order]),
        made.lifts,
    )
    parameters = 0.3 * np.random.default_rng(0).normal(size=size(made.problem))
    other = parameters.copy()
    other[20:] = parameters[20:].reshape(3, 5)[order].ravel()
    assert moved.value(other) == pytest.approx(made.value(parameters), rel=1e-12)


def test_an_experiment_pulls_the_effect_towards_its_lift() -> None:
    made = case(2, channels=2, lifts=1)
    parameters = np.zeros(size(made.problem))
    slope = [
        Case(made.problem, made.outcome, np.array([lift])).with_gradient(parameters)[1][3 * 2]
        for lift in (0.0, 1000.0)
    ]
    assert slope[0] < slope[1]
