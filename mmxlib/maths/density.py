"""The log density of the model's parameters, with its gradient, in one compiled pass.

The base's coefficients and the noise scale are integrated out; what is left are, per channel, retention,
half-saturation, shape and effect, per unit and channel the deviation of the effect, and the timing of
channels whose carryover has one. All live on the real line.

Notes
-----
Unit u has whitened, scaled outcome ``y`` (its AR(1) noise made white), whitened base columns ``Z`` with prior
``beta ~ N(0, sigma^2 V)``, and whitened media ``m``. With ``r = y - m`` and ``B = Z L^-T``, ``L L' = V^-1 +
Z'Z``::

    q = r' (I + Z V Z')^-1 r = r' (r - B B' r)
    log p = -(a + n/2) log(b + q/2)          noise variance ~ InverseGamma(a, b)

References
----------
Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 14.2 (regression with the variance integrated
out).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mmxlib.maths.adstock import fill_weights, weights_for
from mmxlib.maths.arrays import Array, Cube, Indices, Matrix, Vector
from mmxlib.maths.compiled import kernel
from mmxlib.maths.density_parts import (
    PARAMETERS,
    SLOPES,
    add_slopes,
    fill_series,
    outcome_part,
    prior_part,
)
from mmxlib.maths.experiment_parts import Lifts, Steps, lifts_part, steps_part


class Problem(NamedTuple):
    """Everything the density needs but the outcome, which a resample changes.

    Axes: unit u, period t, channel c, column j. What there is none of is None, not empty: loops are then
    compiled without it.
    """

    exposure: Cube
    """Exposure over its scale, (u, t, c)."""
    shared: Array
    """Whether a channel's exposure is one series for every unit, (c,)."""
    adstock: Array | None
    """Adstock family's code, (c,), see `mmxlib.maths.compiled.unless_default`."""
    family: Array | None
    """Saturation family's code, (c,), see `mmxlib.maths.compiled.unless_default`."""
    basis: Cube
    """``B`` of the notes, (u, t, j)."""
    autocorrelation: Vector
    """Of the noise, (u,)."""
    noise_shape: float
    """``a`` of the noise variance's prior."""
    noise_scale: Vector
    """``b`` of the noise variance's prior, (u,)."""
    outcome_scale: Vector
    """Mean outcome, (u,)."""
    retention_prior: Matrix
    """Beta's two parameters, (c, 2)."""
    half_prior: Matrix
    """Mean and sd of log half-saturation, (c, 2)."""
    shape_prior: Matrix
    """Mean and sd of log shape, (c, 2)."""
    timing_prior: Matrix
    """Mean and sd of log timing, (c, 2)."""
    timing_place: Array
    """Where a channel's log timing stands, 0 where its family has none, (c,)."""
    effect_prior: Matrix
    """Half-normal: (scale, unused); log-normal: median's log and log-sd, (c, 2)."""
    effect_divisor: Vector
    """0.

    Half-normal on the effect; else the total (spend in outcome, or outcome) a contribution is divided by,
    (c,).
    """
    pooling: float
    """Prior sd of a unit's log deviation; 0 with a single unit."""
    deviation_center: Matrix
    """Prior mean of the deviations, in their sds: zero but for a resample, (u, c)."""
    lifts: Lifts | None
    """Experiments that found a lift in a window."""
    steps: Steps | None
    """Tests of a step in spend."""


def size(problem: Problem) -> int:
    """Return the number of free parameters."""
    units, _, channels = problem.exposure.shape
    return first_deviation(problem) + (units * channels if problem.pooling > 0.0 else 0)


def reading_errors(problem: Problem) -> Vector:
    """Return the sd of every experiment's reading, lifts first, (reading,)."""
    kinds = [kind.error for kind in (problem.lifts, problem.steps) if kind is not None]
    return np.concatenate([np.empty(0), *kinds])


def timing_places(timed: Sequence[bool]) -> Indices:
    """Return each channel's `Problem.timing_place`, (channel,), from whether its carryover has a timing."""
    has = np.array(timed, dtype=np.int64)
    places: Indices = has * (PARAMETERS * len(has) + np.cumsum(has) - 1)
    return places


def first_deviation(problem: Problem) -> int:
    """Return how many parameters all units share: where the deviations begin."""
    return int(PARAMETERS * problem.exposure.shape[2] + np.sum(problem.timing_place > 0))


def log_timings(parameters: Vector, problem: Problem) -> Vector:
    """Return every channel's log timing, zero where its family has none, (channel,)."""
    place = problem.timing_place
    known = np.concatenate([parameters, [0.0]])
    found: Vector = known[np.where(place > 0, place, len(parameters))]
    return found


@kernel(sums_reordered=True)
def log_density(parameters: Vector, problem: Problem, outcome: Matrix, lifts: Vector, grad: Vector) -> float:
    """Return the log density at ``parameters`` up to a constant, and fill its gradient.

    Parameters
    ----------
    parameters
        Logit retention, log half-saturation, log shape, log effect (channel each), then the log timings there
        are, then deviations (unit, channel) row by row when units are pooled. Shape (parameter,).
    problem
        The fixed parts, see `Problem`.
    outcome
        Whitened outcome over its scale, (unit, period).
    lifts
        Readings of the experiments, in outcome: of the lifts, then of the step tests, (reading,).
    grad
        Filled with the gradient, (parameter,).
    """
    exposure, family, shared = problem.exposure, problem.family, problem.shared
    adstock, timing_place = problem.adstock, problem.timing_place
    outcome_scale, divisor, pooling = problem.outcome_scale, problem.effect_divisor, problem.pooling
    basis, autocorrelation = problem.basis, problem.autocorrelation
    noise_shape, noise_scale = problem.noise_shape, problem.noise_scale
    units, periods, channels = exposure.shape
    pooled = pooling > 0.0
    first = len(parameters) - units * channels  # of the deviations, where there are any
    series = np.empty((channels, SLOPES, periods))
    effect = np.empty(channels)
    media = np.empty(periods)
    pull = np.empty(periods)
    totals = np.zeros((SLOPES, channels))
    weights = weights_for(adstock, channels)
    plain, spread = np.empty(periods), np.empty((3, periods))
    retention = np.empty(channels)
    shape = np.empty(channels)
    log_timing = np.zeros(channels)
    for c in range(channels):
        retention[c] = 1.0 / (1.0 + np.exp(-parameters[c]))
        shape[c] = np.exp(parameters[2 * channels + c])
        if timing_place[c] > 0:
            log_timing[c] = parameters[timing_place[c]]
        fill_weights(weights, adstock, c, retention[c], log_timing[c])
    for i in range(len(grad)):
        grad[i] = 0.0
    lp = 0.0
    for u in range(units):
        media[:] = 0.0
        for c in range(channels):
            if u == 0 or not shared[c]:
                fill_series(
                    exposure,
                    adstock,
                    family,
                    u,
                    c,
                    retention[c],
                    weights,
                    parameters[channels + c],
                    shape[c],
                    series[c],
                    plain,
                    spread,
                )
            effect[c] = parameters[3 * channels + c]
            if pooled:
                effect[c] += pooling * parameters[first + u * channels + c]
            effect[c] = np.exp(effect[c])
            for t in range(periods):
                media[t] += effect[c] * series[c, 0, t]
            if divisor[c] > 0.0:
                for i in range(SLOPES if timing_place[c] > 0 else SLOPES - 1):
                    for t in range(periods):
                        totals[i, c] += outcome_scale[u] * series[c, i, t]
        lp += outcome_part(basis, u, autocorrelation[u], noise_shape, noise_scale[u], outcome, media, pull)
        add_slopes(pull, series, effect, u, pooling, adstock, timing_place, first, grad)
    lp += lifts_part(
        parameters,
        exposure,
        adstock,
        family,
        outcome_scale,
        pooling,
        problem.lifts,
        retention,
        weights,
        shape,
        lifts,
        timing_place,
        grad,
    )
    lp += steps_part(parameters, family, outcome_scale, pooling, problem.steps, shape, lifts, grad)
    for c in range(channels):  # d retention / d logit
        grad[c] *= retention[c] * (1.0 - retention[c])
    return lp + prior_part(
        parameters,
        problem.retention_prior,
        problem.half_prior,
        problem.shape_prior,
        problem.effect_prior,
        divisor,
        problem.deviation_center,
        problem.timing_prior,
        adstock,
        timing_place,
        pooled,
        retention,
        totals,
        grad,
    )
