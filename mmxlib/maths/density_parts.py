"""The inner loops of the log density: response and slopes, the outcome's part, experiments, priors.

They are handed the arrays they need: handing on the whole problem costs time at every call.
"""

import numpy as np

from mmxlib.maths.adstock import GEOMETRIC, adstock_and_slopes_into
from mmxlib.maths.arrays import Array, Cube, Indices, Matrix, Vector
from mmxlib.maths.compiled import inner
from mmxlib.maths.saturation import share_and_slopes, shares_into
from mmxlib.maths.saturations.hill import LEAST_EXPOSURE

PARAMETERS = 4
"""Parameters of every channel, which come first: retention, half-saturation, shape, effect. Then come the
timings, of channels alone whose carryover has one, and last the units' deviations."""
SLOPES = 5
"""Rows of a channel's series: share of the response and its slopes by retention, log half-saturation, log
shape and log timing."""


@inner()
def lift_share(
    exposure: Cube,
    unit: int,
    channel: int,
    adstock: int,
    family: int,
    first: int,
    last: int,
    change: float,
    retention: float,
    weights: Cube | None,
    log_half: float,
    shape: float,
    slopes: Vector,
) -> float:
    """Return an experiment's summed share of response in one unit; fill its four slopes."""
    series = np.empty(last)
    spread = np.zeros((2, 3, last))  # without and with the change: adstocked, by retention, by timing
    for version in range(2):
        for t in range(last):
            factor = 1.0 + change if version == 1 and t >= first else 1.0
            series[t] = exposure[unit, t, channel] * factor
        adstock_and_slopes_into(series, adstock, retention, weights, channel, spread[version])
    a, b = spread[0], spread[1]
    total = 0.0
    slopes[:] = 0.0
    for t in range(first, last):
        share, by_a, by_half, by_shape = share_and_slopes(family, a[0, t], log_half, shape)
        other, by_b, other_half, other_shape = share_and_slopes(family, b[0, t], log_half, shape)
        total += share - other
        slopes[0] += by_a * a[1, t] - by_b * b[1, t]
        slopes[1] += by_half - other_half
        slopes[2] += by_shape - other_shape
        slopes[3] += by_a * a[2, t] - by_b * b[2, t]
    sign = 1.0 if change < 0.0 else -1.0
    for i in range(len(slopes)):
        slopes[i] *= sign
    return sign * total


@inner(sums_reordered=True)
def fill_series(
    exposure: Cube,
    adstock: int,
    family: int,
    u: int,
    c: int,
    retention: float,
    weights: Cube | None,
    log_half: float,
    shape: float,
    series: Matrix,
    spread: Matrix,
    room: Matrix,
    bits: Indices,
) -> None:
    """Fill one channel's share of response and its slopes, (`SLOPES`, period).

    ``weights`` are those of `mmxlib.maths.adstock.fill_weights`; ``spread`` and ``room`` (3, period) and
    ``bits`` (period,) are scratch space.
    """
    periods = exposure.shape[1]
    for t in range(periods):
        room[0, t] = exposure[u, t, c]
    adstock_and_slopes_into(room[0], adstock, retention, weights, c, spread)
    shares_into(family, log_half, shape, spread, series, room, bits)
    if adstock != GEOMETRIC:
        for t in range(periods):  # as every curve is one of a / k, a dS/da = -dS/dlog k
            series[4, t] = -spread[2, t] * series[2, t] / max(spread[0, t], LEAST_EXPOSURE)


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
    adstock: Array,
    family: Array,
    outcome_scale: Vector,
    pooling: float,
    channel: Array,
    unit: Array,
    window: Array,
    change: Vector,
    error: Vector,
    retention: Vector,
    weights: Cube | None,
    shape: Vector,
    lifts: Vector,
    timing_place: Array,
    grad: Vector,
) -> float:
    """Return the experiments' log density; add its gradient (by retention itself, not its logit)."""
    units, _, channels = exposure.shape
    pooled = pooling > 0.0
    first = len(parameters) - units * channels  # of the deviations, where there are any
    lp = 0.0
    slopes = np.empty(4)
    sums = np.empty(4)
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
                log_effect += pooling * parameters[first + u * channels + c]
            full = np.exp(log_effect) * outcome_scale[u]
            by_unit[u] = full * lift_share(
                exposure,
                u,
                c,
                adstock[c],
                family[c],
                window[k, 0],
                window[k, 1],
                change[k],
                retention[c],
                weights,
                parameters[channels + c],
                shape[c],
                slopes,
            )
            total += by_unit[u]
            for i in range(len(sums)):
                sums[i] += full * slopes[i]
        miss = (lifts[k] - total) / error[k]
        lp -= 0.5 * miss * miss
        pull = miss / error[k]
        grad[c] += pull * sums[0]
        grad[channels + c] += pull * sums[1]
        grad[2 * channels + c] += pull * sums[2]
        grad[3 * channels + c] += pull * total
        if timing_place[c] > 0:
            grad[timing_place[c]] += pull * sums[3]
        if pooled:
            for u in range(units):
                grad[first + u * channels + c] += pull * pooling * by_unit[u]
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
    timing_prior: Matrix,
    timing_place: Array,
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
        at = timing_place[c]
        if at > 0:
            z = (parameters[at] - timing_prior[c, 0]) / timing_prior[c, 1]
            lp -= 0.5 * z * z
            grad[at] -= z / timing_prior[c, 1]
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
            if at > 0:
                grad[at] += pull * totals[4, c] / total
        else:
            x = np.exp(parameters[i]) / effect_prior[c, 0]
            lp += parameters[i] - 0.5 * x * x
            grad[i] += 1.0 - x * x
    begin = PARAMETERS * channels + int(np.sum(timing_place > 0))
    for i in range(begin, len(parameters)):
        u, c = divmod(i - begin, channels)
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
    timing_place: Array,
    grad: Vector,
) -> None:
    """Add one unit's slopes to the gradient, by retention itself; ``pull`` is (period,)."""
    channels, _, periods = series.shape
    first = PARAMETERS * channels + int(np.sum(timing_place > 0))
    slopes = np.empty(SLOPES)
    for c in range(channels):
        for i in range(SLOPES if timing_place[c] > 0 else SLOPES - 1):
            slopes[i] = 0.0
            for t in range(periods):
                slopes[i] += pull[t] * series[c, i, t]
            slopes[i] *= effect[c]
        grad[c] += slopes[1]
        grad[channels + c] += slopes[2]
        grad[2 * channels + c] += slopes[3]
        grad[3 * channels + c] += slopes[0]
        if timing_place[c] > 0:
            grad[timing_place[c]] += slopes[4]
        if pooling > 0.0:
            grad[first + u * channels + c] += pooling * slopes[0]
