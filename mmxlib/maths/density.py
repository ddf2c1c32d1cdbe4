"""The log density of the model's parameters, with its gradient, in one compiled pass.

The base's coefficients and the noise scale are integrated out; what is left are, per channel, retention,
half-saturation, shape and effect, and per unit and channel the deviation of the effect. All live on the real
line.

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

from typing import NamedTuple

import numba as nb
import numpy as np

from mmxlib.maths.arrays import Array, Cube, Matrix, Vector

PARAMETERS = 4
"""Parameters of a channel before its units' deviations: retention, half-saturation, shape, effect."""


class Problem(NamedTuple):
    """Everything the density needs but the outcome, which a resample changes.

    Axes: unit u, period t, channel c, column j, experiment k.
    """

    exposure: Cube
    """Exposure over its scale, (u, t, c)."""
    shared: Array
    """Whether a channel's exposure is one series for every unit, (c,)."""
    family: Array
    """Saturation family's code, (c,)."""
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
    effect_prior: Matrix
    """Half-normal: (scale, unused); log-normal: median's log and log-sd, (c, 2)."""
    effect_divisor: Vector
    """0.

    Half-normal on the effect; else the total (spend in outcome, or outcome) a contribution is divided by,
    (c,).
    """
    pooling: float
    """Prior sd of a unit's log deviation; 0 with a single unit."""
    lift_channel: Array
    """Channel of each experiment, (k,)."""
    lift_unit: Array
    """Unit of each experiment, -1 for all, (k,)."""
    lift_window: Array
    """First and last (excluded) period, (k, 2)."""
    lift_change: Vector
    """Share of exposure added, negative when withheld, (k,)."""
    lift_error: Vector
    """Standard error of each lift, in outcome, (k,)."""


def size(problem: Problem) -> int:
    """Return the number of free parameters."""
    units, _, channels = problem.exposure.shape
    deviations = units * channels if problem.pooling > 0.0 else 0
    return int(PARAMETERS * channels + deviations)


@nb.njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _share(family: int, a: float, log_half: float, shape: float) -> tuple[float, float, float, float]:
    """Return response share and its slopes by exposure, log half-saturation and log shape."""
    if a <= 1e-12:
        return 0.0, 0.0, 0.0, 0.0
    if family == 0:
        z = shape * (np.log(a) - log_half)
        share = 1.0 / (1.0 + np.exp(-z))
        slope = share * (1.0 - share)
        return share, slope * shape / a, -slope * shape, slope * z
    v = a * np.exp(-log_half)
    if family == 1:
        left = np.exp(-v)
        return 1.0 - left, left * v / a, -left * v, 0.0
    if family == 2:
        share = np.tanh(0.5 * v)
        slope = 0.5 * (1.0 - share * share) * v
        return share, slope / a, -slope, 0.0
    return v, v / a, -v, 0.0


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _lift(
    problem: Problem, k: int, unit: int, retention: float, log_half: float, shape: float, slopes: Vector
) -> float:
    """Return experiment k's summed share of response in one unit; fill its slopes by the three parameters."""
    channel = problem.lift_channel[k]
    first, last = problem.lift_window[k, 0], problem.lift_window[k, 1]
    factor = 1.0 + problem.lift_change[k]
    a = b = da = db = 0.0
    total = 0.0
    slopes[:] = 0.0
    for t in range(last):
        x = problem.exposure[unit, t, channel]
        changed = x * factor if t >= first else x
        da = a + retention * da - x
        a = retention * a + (1.0 - retention) * x
        db = b + retention * db - changed
        b = retention * b + (1.0 - retention) * changed
        if t >= first:
            share, by_a, by_half, by_shape = _share(problem.family[channel], a, log_half, shape)
            other, by_b, other_half, other_shape = _share(problem.family[channel], b, log_half, shape)
            total += share - other
            slopes[0] += by_a * da - by_b * db
            slopes[1] += by_half - other_half
            slopes[2] += by_shape - other_shape
    sign = 1.0 if problem.lift_change[k] < 0.0 else -1.0
    slopes *= sign
    return sign * total


@nb.njit(cache=True, nogil=True, error_model="numpy")
def log_density(
    theta: Vector, problem: Problem, outcome: Matrix, lifts: Vector, tilt: Vector, grad: Vector
) -> float:
    """Return the log density at ``theta`` up to a constant, and fill its gradient.

    Parameters
    ----------
    theta
        Logit retention, log half-saturation, log shape, log effect (channel each), then deviations (unit,
        channel) row by row when units are pooled. Shape (parameter,).
    problem
        The fixed parts, see `Problem`.
    outcome
        Whitened outcome over its scale, (unit, period).
    lifts
        Readings of the experiments, in outcome, (experiment,).
    tilt
        Perturbation of the prior for randomize-then-optimize, (parameter,); zeros for the plain density. It
        adds ``tilt * theta``, for half-normal effects ``tilt * effect / scale``.
    grad
        Filled with the gradient, (parameter,).
    """
    units, periods, channels = problem.exposure.shape
    columns = problem.basis.shape[2]
    pooled = problem.pooling > 0.0
    share = np.zeros((channels, periods))
    by_retention = np.zeros((channels, periods))
    by_half = np.zeros((channels, periods))
    by_shape = np.zeros((channels, periods))
    effect = np.empty(channels)
    media = np.empty(periods)
    white = np.empty(periods)
    weight = np.empty(periods)
    projected = np.empty(columns)
    totals = np.zeros((4, channels))
    retention = np.empty(channels)
    shape = np.empty(channels)
    for c in range(channels):
        retention[c] = 1.0 / (1.0 + np.exp(-theta[c]))
        shape[c] = np.exp(theta[2 * channels + c])
    grad[:] = 0.0
    lp = 0.0
    for u in range(units):
        media[:] = 0.0
        for c in range(channels):
            if u == 0 or not problem.shared[c]:
                r = retention[c]
                a = da = 0.0
                for t in range(periods):
                    x = problem.exposure[u, t, c]
                    da = a + r * da - x
                    a = r * a + (1.0 - r) * x
                    value, slope, half, steep = _share(problem.family[c], a, theta[channels + c], shape[c])
                    share[c, t] = value
                    by_retention[c, t] = slope * da
                    by_half[c, t] = half
                    by_shape[c, t] = steep
            effect[c] = theta[3 * channels + c]
            if pooled:
                effect[c] += problem.pooling * theta[PARAMETERS * channels + u * channels + c]
            effect[c] = np.exp(effect[c])
            for t in range(periods):
                media[t] += effect[c] * share[c, t]
            if problem.effect_divisor[c] > 0.0:
                scale = problem.outcome_scale[u]
                for t in range(periods):
                    totals[0, c] += scale * share[c, t]
                    totals[1, c] += scale * by_retention[c, t]
                    totals[2, c] += scale * by_half[c, t]
                    totals[3, c] += scale * by_shape[c, t]
        # residual of the whitened series, with the base's part shrunk away
        rho = problem.autocorrelation[u]
        start = np.sqrt(1.0 - rho * rho)
        white[0] = outcome[u, 0] - start * media[0]
        for t in range(1, periods):
            white[t] = outcome[u, t] - media[t] + rho * media[t - 1]
        projected[:] = 0.0
        for t in range(periods):
            for j in range(columns):
                projected[j] += problem.basis[u, t, j] * white[t]
        quadratic = 0.0
        for t in range(periods):
            fitted = 0.0
            for j in range(columns):
                fitted += problem.basis[u, t, j] * projected[j]
            weight[t] = white[t] - fitted
            quadratic += white[t] * weight[t]
        order = problem.noise_shape + 0.5 * periods
        spread = problem.noise_scale[u] + 0.5 * quadratic
        lp -= order * np.log(spread)
        for t in range(periods):
            weight[t] *= order / spread
        # from whitened back to plain periods
        media[0] = start * weight[0]
        for t in range(1, periods):
            media[t] = weight[t]
        for t in range(periods - 1):
            media[t] -= rho * weight[t + 1]
        for c in range(channels):
            g0 = g1 = g2 = g3 = 0.0
            for t in range(periods):
                g0 += media[t] * by_retention[c, t]
                g1 += media[t] * by_half[c, t]
                g2 += media[t] * by_shape[c, t]
                g3 += media[t] * share[c, t]
            grad[c] += effect[c] * g0
            grad[channels + c] += effect[c] * g1
            grad[2 * channels + c] += effect[c] * g2
            grad[3 * channels + c] += effect[c] * g3
            if pooled:
                grad[PARAMETERS * channels + u * channels + c] += problem.pooling * effect[c] * g3
    lp += _experiments(theta, problem, retention, shape, lifts, grad)
    for c in range(channels):  # d retention / d logit
        grad[c] *= retention[c] * (1.0 - retention[c])
    return lp + _prior(theta, problem, retention, totals, tilt, grad)


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _experiments(
    theta: Vector, problem: Problem, retention: Vector, shape: Vector, lifts: Vector, grad: Vector
) -> float:
    """Return the experiments' log density; add its gradient (by retention itself, not its logit)."""
    units, _, channels = problem.exposure.shape
    pooled = problem.pooling > 0.0
    lp = 0.0
    slopes = np.empty(3)
    sums = np.empty(3)
    by_unit = np.empty(units)
    for k in range(len(lifts)):
        c = problem.lift_channel[k]
        only = problem.lift_unit[k]
        total = 0.0
        sums[:] = 0.0
        by_unit[:] = 0.0
        for u in range(units):
            if only >= 0 and u != only:
                continue
            log_effect = theta[3 * channels + c]
            if pooled:
                log_effect += problem.pooling * theta[PARAMETERS * channels + u * channels + c]
            full = np.exp(log_effect) * problem.outcome_scale[u]
            by_unit[u] = full * _lift(problem, k, u, retention[c], theta[channels + c], shape[c], slopes)
            total += by_unit[u]
            sums += full * slopes
        miss = (lifts[k] - total) / problem.lift_error[k]
        lp -= 0.5 * miss * miss
        pull = miss / problem.lift_error[k]
        grad[c] += pull * sums[0]
        grad[channels + c] += pull * sums[1]
        grad[2 * channels + c] += pull * sums[2]
        grad[3 * channels + c] += pull * total
        if pooled:
            for u in range(units):
                grad[PARAMETERS * channels + u * channels + c] += pull * problem.pooling * by_unit[u]
    return lp


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _prior(
    theta: Vector, problem: Problem, retention: Vector, totals: Matrix, tilt: Vector, grad: Vector
) -> float:
    """Return the log prior with its tilt; add its gradient."""
    channels = len(retention)
    lp = 0.0
    for c in range(channels):
        first, second = problem.retention_prior[c, 0], problem.retention_prior[c, 1]
        lp += first * np.log(retention[c]) + second * np.log1p(-retention[c]) + tilt[c] * theta[c]
        grad[c] += first * (1.0 - retention[c]) - second * retention[c] + tilt[c]
        i = channels + c
        z = (theta[i] - problem.half_prior[c, 0]) / problem.half_prior[c, 1]
        lp += tilt[i] * theta[i] - 0.5 * z * z
        grad[i] += tilt[i] - z / problem.half_prior[c, 1]
        i = 2 * channels + c
        z = (theta[i] - problem.shape_prior[c, 0]) / problem.shape_prior[c, 1]
        lp += tilt[i] * theta[i] - 0.5 * z * z
        grad[i] += tilt[i] - z / problem.shape_prior[c, 1]
        i = 3 * channels + c
        if problem.effect_divisor[c] > 0.0:
            total = max(totals[0, c], 1e-300)
            z = theta[i] + np.log(total / problem.effect_divisor[c]) - problem.effect_prior[c, 0]
            z /= problem.effect_prior[c, 1]
            pull = -z / problem.effect_prior[c, 1]
            lp += tilt[i] * theta[i] - 0.5 * z * z
            grad[i] += tilt[i] + pull
            grad[c] += pull * totals[1, c] / total * retention[c] * (1.0 - retention[c])
            grad[channels + c] += pull * totals[2, c] / total
            grad[2 * channels + c] += pull * totals[3, c] / total
        else:
            x = np.exp(theta[i]) / problem.effect_prior[c, 0]
            lp += theta[i] - 0.5 * x * x + tilt[i] * x
            grad[i] += 1.0 - x * x + tilt[i] * x
    for i in range(PARAMETERS * channels, len(theta)):
        lp += tilt[i] * theta[i] - 0.5 * theta[i] * theta[i]
        grad[i] += tilt[i] - theta[i]
    return lp
