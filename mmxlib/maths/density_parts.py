"""The inner loops of the log density: response and slopes, the outcome's part, experiments, priors.

They are handed the arrays they need: handing on the whole problem costs time at every call.
"""

import numpy as np

from mmxlib.maths.arrays import Array, Cube, Indices, Matrix, Vector
from mmxlib.maths.compiled import inner
from mmxlib.maths.elementary import exp_into, log_into

LEAST_EXPOSURE = 1e-12
"""Adstocked exposure, as a multiple of its scale, below which there is no response."""
PARAMETERS = 4
"""Parameters of a channel before its units' deviations: retention, half-saturation, shape, effect."""


@inner()
def share_and_slopes(
    family: int, a: float, log_half: float, shape: float
) -> tuple[float, float, float, float]:
    """Return response share and its slopes by exposure, log half-saturation and log shape."""
    if a <= LEAST_EXPOSURE:
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


@inner()
def lift_share(
    exposure: Cube,
    unit: int,
    channel: int,
    family: int,
    first: int,
    last: int,
    change: float,
    retention: float,
    log_half: float,
    shape: float,
    slopes: Vector,
) -> float:
    """Return an experiment's summed share of response in one unit; fill its three slopes."""
    factor = 1.0 + change
    a = b = da = db = 0.0
    total = 0.0
    for i in range(3):
        slopes[i] = 0.0
    for t in range(last):
        x = exposure[unit, t, channel]
        changed = x * factor if t >= first else x
        da = a + retention * da - x
        a = retention * a + (1.0 - retention) * x
        db = b + retention * db - changed
        b = retention * b + (1.0 - retention) * changed
        if t >= first:
            share, by_a, by_half, by_shape = share_and_slopes(family, a, log_half, shape)
            other, by_b, other_half, other_shape = share_and_slopes(family, b, log_half, shape)
            total += share - other
            slopes[0] += by_a * da - by_b * db
            slopes[1] += by_half - other_half
            slopes[2] += by_shape - other_shape
    sign = 1.0 if change < 0.0 else -1.0
    for i in range(3):
        slopes[i] *= sign
    return sign * total


@inner(sums_reordered=True)
def fill_series(
    exposure: Cube,
    family: int,
    u: int,
    c: int,
    retention: float,
    log_half: float,
    shape: float,
    series: Cube,
    room: Matrix,
    bits: Indices,
) -> None:
    """Fill one channel's share of response, (4, channel, period), and its slopes.

    The slopes are by retention, log half-saturation and log shape. ``room`` (4, period) and ``bits``
    (period,) are scratch space.
    """
    periods = exposure.shape[1]
    a = da = 0.0
    for t in range(periods):
        x = exposure[u, t, c]
        da = a + retention * da - x
        a = retention * a + (1.0 - retention) * x
        room[0, t] = a
        series[1, c, t] = da
    if family != 0:
        for t in range(periods):
            share, slope, by_half, by_shape = share_and_slopes(family, room[0, t], log_half, shape)
            series[0, c, t] = share
            series[1, c, t] *= slope
            series[2, c, t] = by_half
            series[3, c, t] = by_shape
        return
    for t in range(periods):
        room[1, t] = max(room[0, t], LEAST_EXPOSURE)
    log_into(room[1], room[2], room[3])
    for t in range(periods):
        room[2, t] = shape * (room[2, t] - log_half)
        room[3, t] = -room[2, t]
    exp_into(room[3], room[3], bits)
    for t in range(periods):
        active = 1.0 if room[0, t] > LEAST_EXPOSURE else 0.0
        share = active / (1.0 + room[3, t])
        slope = share * (1.0 - share)
        series[0, c, t] = share
        series[1, c, t] *= slope * shape / room[1, t]
        series[2, c, t] = -slope * shape
        series[3, c, t] = slope * room[2, t]


@inner(sums_reordered=True)
def outcome_part(
    basis: Cube,
    u: int,
    rho: float,
    noise_shape: float,
    noise_scale: float,
    outcome: Matrix,
    media: Vector,
    pull: Vector,
) -> float:
    """Return one unit's log density of the outcome; fill its derivative by each period's media."""
    periods, columns = basis.shape[1:]
    start = np.sqrt(1.0 - rho * rho)
    white = np.empty(periods)
    white[0] = outcome[u, 0] - start * media[0]
    for t in range(1, periods):
        white[t] = outcome[u, t] - media[t] + rho * media[t - 1]
    projected = np.zeros(columns)
    for t in range(periods):
        for j in range(columns):
            projected[j] += basis[u, t, j] * white[t]
    quadratic = 0.0
    for t in range(periods):  # the base's part is shrunk away
        fitted = 0.0
        for j in range(columns):
            fitted += basis[u, t, j] * projected[j]
        pull[t] = white[t] - fitted
        quadratic += white[t] * pull[t]
    order = noise_shape + 0.5 * periods
    spread = noise_scale + 0.5 * quadratic
    for t in range(periods):
        pull[t] *= order / spread
    pull[0] *= start  # from whitened back to plain periods
    for t in range(periods - 1):
        pull[t] -= rho * pull[t + 1]
    return float(-order * np.log(spread))


@inner()
def experiments_part(
    parameters: Vector,
    exposure: Cube,
    family: Array,
    outcome_scale: Vector,
    pooling: float,
    channel: Array,
    unit: Array,
    window: Array,
    change: Vector,
    error: Vector,
    retention: Vector,
    shape: Vector,
    lifts: Vector,
    grad: Vector,
) -> float:
    """Return the experiments' log density; add its gradient (by retention itself, not its logit)."""
    units, _, channels = exposure.shape
    pooled = pooling > 0.0
    lp = 0.0
    slopes = np.empty(3)
    sums = np.empty(3)
    by_unit = np.empty(units)
    for k in range(len(channel)):
        c = channel[k]
        only = unit[k]
        total = 0.0
        sums[:] = 0.0
        by_unit[:] = 0.0
        for u in range(units):
            if only >= 0 and u != only:
                continue
            log_effect = parameters[3 * channels + c]
            if pooled:
                log_effect += pooling * parameters[PARAMETERS * channels + u * channels + c]
            full = np.exp(log_effect) * outcome_scale[u]
            by_unit[u] = full * lift_share(
                exposure,
                u,
                c,
                family[c],
                window[k, 0],
                window[k, 1],
                change[k],
                retention[c],
                parameters[channels + c],
                shape[c],
                slopes,
            )
            total += by_unit[u]
            for i in range(3):
                sums[i] += full * slopes[i]
        miss = (lifts[k] - total) / error[k]
        lp -= 0.5 * miss * miss
        pull = miss / error[k]
        grad[c] += pull * sums[0]
        grad[channels + c] += pull * sums[1]
        grad[2 * channels + c] += pull * sums[2]
        grad[3 * channels + c] += pull * total
        if pooled:
            for u in range(units):
                grad[PARAMETERS * channels + u * channels + c] += pull * pooling * by_unit[u]
    return lp


@inner()
def prior_part(
    parameters: Vector,
    retention_prior: Matrix,
    half_prior: Matrix,
    shape_prior: Matrix,
    effect_prior: Matrix,
    divisor: Vector,
    deviation_center: Matrix,
    retention: Vector,
    totals: Matrix,
    grad: Vector,
) -> float:
    """Return the log prior; add its gradient."""
    channels = len(retention)
    lp = 0.0
    for c in range(channels):
        first, second = retention_prior[c, 0], retention_prior[c, 1]
        lp += first * np.log(retention[c]) + second * np.log1p(-retention[c])
        grad[c] += first * (1.0 - retention[c]) - second * retention[c]
        i = channels + c
        z = (parameters[i] - half_prior[c, 0]) / half_prior[c, 1]
        lp -= 0.5 * z * z
        grad[i] -= z / half_prior[c, 1]
        i = 2 * channels + c
        z = (parameters[i] - shape_prior[c, 0]) / shape_prior[c, 1]
        lp -= 0.5 * z * z
        grad[i] -= z / shape_prior[c, 1]
        i = 3 * channels + c
        if divisor[c] > 0.0:
            total = max(totals[0, c], 1e-300)
            z = parameters[i] + np.log(total / divisor[c]) - effect_prior[c, 0]
            z /= effect_prior[c, 1]
            pull = -z / effect_prior[c, 1]
            lp -= 0.5 * z * z
            grad[i] += pull
            grad[c] += pull * totals[1, c] / total * retention[c] * (1.0 - retention[c])
            grad[channels + c] += pull * totals[2, c] / total
            grad[2 * channels + c] += pull * totals[3, c] / total
        else:
            x = np.exp(parameters[i]) / effect_prior[c, 0]
            lp += parameters[i] - 0.5 * x * x
            grad[i] += 1.0 - x * x
    for i in range(PARAMETERS * channels, len(parameters)):
        u, c = divmod(i - PARAMETERS * channels, channels)
        z = parameters[i] - deviation_center[u, c]
        lp -= 0.5 * z * z
        grad[i] -= z
    return lp


@inner(sums_reordered=True)
def add_slopes(
    pull: Vector,
    series: Cube,
    effect: Vector,
    u: int,
    pooling: float,
    grad: Vector,
) -> None:
    """Add one unit's slopes to the gradient, by retention itself; ``pull`` is (period,)."""
    _, channels, periods = series.shape
    slopes = np.empty(4)
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
        if pooling > 0.0:
            grad[PARAMETERS * channels + u * channels + c] += pooling * slopes[0]
