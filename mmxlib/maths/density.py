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
    deviation_center: Matrix
    """Prior mean of the deviations, in their sds: zero but for a resample, (u, c)."""
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
def log_density(parameters: Vector, problem: Problem, outcome: Matrix, lifts: Vector, grad: Vector) -> float:
    """Return the log density at ``parameters`` up to a constant, and fill its gradient.

    Parameters
    ----------
    parameters
        Logit retention, log half-saturation, log shape, log effect (channel each), then deviations (unit,
        channel) row by row when units are pooled. Shape (parameter,).
    problem
        The fixed parts, see `Problem`.
    outcome
        Whitened outcome over its scale, (unit, period).
    lifts
        Readings of the experiments, in outcome, (experiment,).
    grad
        Filled with the gradient, (parameter,).
    """
    units, periods, channels = problem.exposure.shape
    pooled = problem.pooling > 0.0
    series = np.zeros((4, channels, periods))
    effect = np.empty(channels)
    media = np.empty(periods)
    pull = np.empty(periods)
    slopes = np.empty(4)
    totals = np.zeros((4, channels))
    retention = np.empty(channels)
    shape = np.empty(channels)
    for c in range(channels):
        retention[c] = 1.0 / (1.0 + np.exp(-parameters[c]))
        shape[c] = np.exp(parameters[2 * channels + c])
    grad[:] = 0.0
    lp = 0.0
    for u in range(units):
        media[:] = 0.0
        for c in range(channels):
            if u == 0 or not problem.shared[c]:
                _fill_series(problem, u, c, retention[c], parameters[channels + c], shape[c], series)
            effect[c] = parameters[3 * channels + c]
            if pooled:
                effect[c] += problem.pooling * parameters[PARAMETERS * channels + u * channels + c]
            effect[c] = np.exp(effect[c])
            for t in range(periods):
                media[t] += effect[c] * series[0, c, t]
            if problem.effect_divisor[c] > 0.0:
                for i in range(4):
                    for t in range(periods):
                        totals[i, c] += problem.outcome_scale[u] * series[i, c, t]
        lp += _outcome_part(problem, u, outcome, media, pull)
        for c in range(channels):
            for i in range(4):
                slopes[i] = 0.0
                for t in range(periods):
                    slopes[i] += pull[t] * series[i, c, t]
                slopes[i] *= effect[c]
            grad[c] += slopes[1]
            grad[channels + c] += slopes[2]
            grad[2 * channels + c] += slopes[3]
            grad[3 * channels + c] += slopes[0]
            if pooled:
                grad[PARAMETERS * channels + u * channels + c] += problem.pooling * slopes[0]
    lp += _experiments(parameters, problem, retention, shape, lifts, grad)
    for c in range(channels):  # d retention / d logit
        grad[c] *= retention[c] * (1.0 - retention[c])
    return lp + _prior(parameters, problem, retention, totals, grad)


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _fill_series(
    problem: Problem, u: int, c: int, retention: float, log_half: float, shape: float, series: Cube
) -> None:
    """Fill one channel's share of response, (4, channel, period), and its slopes.

    The slopes are by retention, log half-saturation and log shape.
    """
    a = da = 0.0
    for t in range(problem.exposure.shape[1]):
        x = problem.exposure[u, t, c]
        da = a + retention * da - x
        a = retention * a + (1.0 - retention) * x
        share, slope, by_half, by_shape = _share(problem.family[c], a, log_half, shape)
        series[0, c, t] = share
        series[1, c, t] = slope * da
        series[2, c, t] = by_half
        series[3, c, t] = by_shape


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _outcome_part(problem: Problem, u: int, outcome: Matrix, media: Vector, pull: Vector) -> float:
    """Return one unit's log density of the outcome; fill its derivative by each period's media."""
    periods, columns = problem.basis.shape[1:]
    rho = problem.autocorrelation[u]
    start = np.sqrt(1.0 - rho * rho)
    white = np.empty(periods)
    white[0] = outcome[u, 0] - start * media[0]
    for t in range(1, periods):
        white[t] = outcome[u, t] - media[t] + rho * media[t - 1]
    projected = np.zeros(columns)
    for t in range(periods):
        for j in range(columns):
            projected[j] += problem.basis[u, t, j] * white[t]
    quadratic = 0.0
    for t in range(periods):  # the base's part is shrunk away
        fitted = 0.0
        for j in range(columns):
            fitted += problem.basis[u, t, j] * projected[j]
        pull[t] = white[t] - fitted
        quadratic += white[t] * pull[t]
    order = problem.noise_shape + 0.5 * periods
    spread = problem.noise_scale[u] + 0.5 * quadratic
    pull *= order / spread
    pull[0] *= start  # from whitened back to plain periods
    for t in range(periods - 1):
        pull[t] -= rho * pull[t + 1]
    return float(-order * np.log(spread))


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _experiments(
    parameters: Vector, problem: Problem, retention: Vector, shape: Vector, lifts: Vector, grad: Vector
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
            log_effect = parameters[3 * channels + c]
            if pooled:
                log_effect += problem.pooling * parameters[PARAMETERS * channels + u * channels + c]
            full = np.exp(log_effect) * problem.outcome_scale[u]
            by_unit[u] = full * _lift(problem, k, u, retention[c], parameters[channels + c], shape[c], slopes)
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
def _prior(parameters: Vector, problem: Problem, retention: Vector, totals: Matrix, grad: Vector) -> float:
    """Return the log prior; add its gradient."""
    channels = len(retention)
    lp = 0.0
    for c in range(channels):
        first, second = problem.retention_prior[c, 0], problem.retention_prior[c, 1]
        lp += first * np.log(retention[c]) + second * np.log1p(-retention[c])
        grad[c] += first * (1.0 - retention[c]) - second * retention[c]
        i = channels + c
        z = (parameters[i] - problem.half_prior[c, 0]) / problem.half_prior[c, 1]
        lp -= 0.5 * z * z
        grad[i] -= z / problem.half_prior[c, 1]
        i = 2 * channels + c
        z = (parameters[i] - problem.shape_prior[c, 0]) / problem.shape_prior[c, 1]
        lp -= 0.5 * z * z
        grad[i] -= z / problem.shape_prior[c, 1]
        i = 3 * channels + c
        if problem.effect_divisor[c] > 0.0:
            total = max(totals[0, c], 1e-300)
            z = parameters[i] + np.log(total / problem.effect_divisor[c]) - problem.effect_prior[c, 0]
            z /= problem.effect_prior[c, 1]
            pull = -z / problem.effect_prior[c, 1]
            lp -= 0.5 * z * z
            grad[i] += pull
            grad[c] += pull * totals[1, c] / total * retention[c] * (1.0 - retention[c])
            grad[channels + c] += pull * totals[2, c] / total
            grad[2 * channels + c] += pull * totals[3, c] / total
        else:
            x = np.exp(parameters[i]) / problem.effect_prior[c, 0]
            lp += parameters[i] - 0.5 * x * x
            grad[i] += 1.0 - x * x
    for i in range(PARAMETERS * channels, len(parameters)):
        u, c = divmod(i - PARAMETERS * channels, channels)
        z = parameters[i] - problem.deviation_center[u, c]
        lp -= 0.5 * z * z
        grad[i] -= z
    return lp
