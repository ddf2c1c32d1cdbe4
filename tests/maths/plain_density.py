"""The log density written out term by term in NumPy and SciPy: the slow reference of the compiled one."""

import numpy as np
from scipy.stats import beta, halfnorm, multivariate_t, norm

from mmxlib.maths.adstock import adstocked
from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.density import Problem
from mmxlib.maths.saturation import saturation

Curve = tuple[int, int, float, float, float, float]
"""Codes of adstock and saturation; retention, timing, half-saturation, shape."""


def curves(problem: Problem, parameters: Vector) -> list[Curve]:
    channels = problem.exposure.shape[2]
    none = np.zeros(channels, dtype=int)
    adstock = none if problem.adstock is None else problem.adstock
    family = none if problem.family is None else problem.family
    timings = iter(parameters[4 * channels :])
    return [
        (
            int(adstock[c]),
            int(family[c]),
            1.0 / (1.0 + np.exp(-parameters[c])),
            np.exp(next(timings)) if adstock[c] > 0 else 1.0,
            np.exp(parameters[channels + c]),
            np.exp(parameters[2 * channels + c]),
        )
        for c in range(channels)
    ]


def shares(exposure: Vector, curve: Curve) -> Vector:
    """Return a series' share of the full response, (period,)."""
    adstock, family, retention, timing, half, shape = curve
    spread = adstocked(np.ascontiguousarray(exposure), adstock, retention, timing)
    return np.array([saturation(family, a, half, shape) for a in spread])


def deviations(problem: Problem, parameters: Vector) -> Matrix:
    units, _, channels = problem.exposure.shape
    if problem.pooling == 0.0:
        return np.zeros((units, channels))
    return parameters[-units * channels :].reshape(units, channels)


def effects(problem: Problem, parameters: Vector) -> Matrix:
    """Return the full effect over a unit's mean outcome, (unit, channel)."""
    channels = problem.exposure.shape[2]
    common = parameters[3 * channels : 4 * channels]
    return np.exp(common + problem.pooling * deviations(problem, parameters))


def log_outcome(problem: Problem, outcome: Matrix, parameters: Vector) -> float:
    """Return the log density of the outcome: Student, as base and noise variance are integrated out."""
    made, effect = curves(problem, parameters), effects(problem, parameters)
    total = 0.0
    for u, exposure in enumerate(problem.exposure):
        media = sum(effect[u, c] * shares(exposure[:, c], made[c]) for c in range(len(made)))
        rho, periods = problem.autocorrelation[u], np.arange(len(exposure))
        memory = rho ** np.abs(np.subtract.outer(periods, periods)) / (1.0 - rho**2)
        white = np.linalg.solve(np.linalg.cholesky(memory), media)
        known = np.eye(len(exposure)) - problem.basis[u] @ problem.basis[u].T
        total += multivariate_t(
            white,
            np.linalg.inv(known) * problem.noise_scale[u] / problem.noise_shape,
            df=2.0 * problem.noise_shape,
        ).logpdf(outcome[u])
    return float(total)


def units_of(unit: int, units: int) -> list[int]:
    return list(range(units)) if unit < 0 else [unit]


def log_lifts(problem: Problem, readings: Vector, parameters: Vector) -> float:
    """Return the log density of lifts: response with minus without what an experiment added or withheld."""
    made, effect = curves(problem, parameters), effects(problem, parameters) * problem.outcome_scale[:, None]
    total = 0.0
    lifts = problem.lifts
    for k in range(0 if lifts is None else len(lifts.channel)):
        c, (first, last) = lifts.channel[k], lifts.window[k]
        lift = 0.0
        for u in units_of(lifts.unit[k], len(effect)):
            plain = problem.exposure[u, :, c]
            changed = plain.copy()
            changed[first:] *= 1.0 + lifts.change[k]
            more = (shares(changed, made[c]) - shares(plain, made[c]))[first:last].sum()
            lift += effect[u, c] * (more if lifts.change[k] > 0.0 else -more)
        total += norm.logpdf(readings[k], lift, lifts.error[k])
    return float(total)


def log_steps(problem: Problem, readings: Vector, parameters: Vector) -> float:
    """Return the log density of step tests: the rise between two steady states."""
    made, effect = curves(problem, parameters), effects(problem, parameters) * problem.outcome_scale[:, None]
    total = 0.0
    steps = problem.steps
    for k in range(0 if steps is None else len(steps.channel)):
        c = steps.channel[k]
        _, family, _, _, half, shape = made[c]
        rise = 0.0
        for u in units_of(steps.unit[k], len(effect)):
            before, after = (saturation(family, a, half, shape) for a in steps.exposure[k, :, u])
            rise += effect[u, c] * (after - before)
        reading = readings[len(readings) - len(steps.channel) + k]
        total += norm.logpdf(reading, rise, steps.error[k])
    return float(total)


def log_prior(problem: Problem, parameters: Vector) -> float:
    """Return the log prior on the parameters' own line: of retention's logit and effect's logarithm, too."""
    made, channels = curves(problem, parameters), problem.exposure.shape[2]
    total = 0.0
    for c, curve in enumerate(made):
        retention, timing = curve[2], curve[3]
        total += beta.logpdf(retention, *problem.retention_prior[c]) + np.log(retention * (1.0 - retention))
        total += norm.logpdf(parameters[channels + c], *problem.half_prior[c])
        total += norm.logpdf(parameters[2 * channels + c], *problem.shape_prior[c])
        if curve[0] > 0:
            total += norm.logpdf(np.log(timing), *problem.timing_prior[c])
        log_effect = parameters[3 * channels + c]
        if problem.effect_divisor[c] > 0.0:
            responses = [shares(exposure[:, c], curve).sum() for exposure in problem.exposure]
            share = np.exp(log_effect) * (problem.outcome_scale @ responses) / problem.effect_divisor[c]
            total += norm.logpdf(np.log(share), *problem.effect_prior[c])
        else:
            total += halfnorm.logpdf(np.exp(log_effect), scale=problem.effect_prior[c, 0]) + log_effect
    if problem.pooling > 0.0:
        total += norm.logpdf(deviations(problem, parameters), problem.deviation_center).sum()
    return float(total)
