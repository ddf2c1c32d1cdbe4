"""The inner loops of the log density: response and slopes, the outcome's part, priors.

They are handed the arrays they need: handing on the whole problem costs time at every call.
"""

import numpy as np

from mmxlib.maths.adstock import GEOMETRIC, adstock_and_slopes_into
from mmxlib.maths.adstocks import geometric
from mmxlib.maths.arrays import Array, Cube, Matrix, Vector
from mmxlib.maths.compiled import inner
from mmxlib.maths.saturation import shares_into
from mmxlib.maths.saturations import hill
from mmxlib.maths.saturations.hill import LEAST_EXPOSURE

PARAMETERS = 4
"""Parameters of every channel, which come first: retention, half-saturation, shape, effect. Then come the
timings, of channels alone whose carryover has one, and last the units' deviations."""
SLOPES = 5
"""Rows of a channel's series: share of the response and its slopes by retention, log half-saturation, log
shape and log timing."""


@inner(sums_reordered=True)
def fill_series(
    exposure: Cube,
    adstock: Array | None,
    family: Array | None,
    u: int,
    c: int,
    retention: float,
    weights: Cube | None,
    log_half: float,
    shape: float,
    series: Matrix,
    plain: Vector,
    spread: Matrix,
) -> None:
    """Fill one channel's share of response and its slopes, (`SLOPES`, period).

    ``weights`` are those of `mmxlib.maths.adstock.fill_weights`; ``plain`` (period,) and ``spread`` (3,
    period) are scratch space.
    """
    periods = exposure.shape[1]
    for t in range(periods):
        plain[t] = exposure[u, t, c]
    if adstock is None or weights is None:
        geometric.adstock_and_slope_into(plain, retention, spread)
    else:
        adstock_and_slopes_into(plain, adstock[c], retention, weights[c], spread)
    if family is None:
        hill.shares_into(log_half, shape, spread, series)
    else:
        shares_into(family[c], log_half, shape, spread, series)
    if adstock is not None and adstock[c] != GEOMETRIC:
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
def prior_part(
    parameters: Vector,
    retention_prior: Matrix,
    half_prior: Matrix,
    shape_prior: Matrix,
    effect_prior: Matrix,
    divisor: Vector,
    deviation_center: Matrix,
    timing_prior: Matrix,
    adstock: Array | None,
    timing_place: Array,
    pooled: bool,
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
        lp += _normal(parameters, channels + c, half_prior, c, grad)
        lp += _normal(parameters, 2 * channels + c, shape_prior, c, grad)
        if adstock is not None and timing_place[c] > 0:
            lp += _normal(parameters, timing_place[c], timing_prior, c, grad)
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
            if adstock is not None and timing_place[c] > 0:
                grad[timing_place[c]] += pull * totals[4, c] / total
        else:
            x = np.exp(parameters[i]) / effect_prior[c, 0]
            lp += parameters[i] - 0.5 * x * x
            grad[i] += 1.0 - x * x
    if pooled:
        i = len(parameters) - deviation_center.size
        for u in range(deviation_center.shape[0]):
            for c in range(channels):
                z = parameters[i] - deviation_center[u, c]
                lp -= 0.5 * z * z
                grad[i] -= z
                i += 1
    return lp


@inner()
def _normal(parameters: Vector, at: int, prior: Matrix, c: int, grad: Vector) -> float:
    z = (parameters[at] - prior[c, 0]) / prior[c, 1]
    grad[at] -= z / prior[c, 1]
    return float(-0.5 * z * z)


@inner(sums_reordered=True)
def add_slopes(
    pull: Vector,
    series: Cube,
    effect: Vector,
    u: int,
    pooling: float,
    adstock: Array | None,
    timing_place: Array,
    first: int,
    grad: Vector,
) -> None:
    """Add one unit's slopes to the gradient, by retention itself; ``pull`` is (period,).

    ``first`` is the place of the first unit's first deviation, where there are any.
    """
    channels, _, periods = series.shape
    for c in range(channels):
        for i in range(SLOPES):  # by effect, retention, half-saturation, shape, timing
            at = ((i + 3) % PARAMETERS) * channels + c
            if i == PARAMETERS:
                if adstock is None or timing_place[c] == 0:
                    continue
                at = timing_place[c]
            slope = 0.0
            for t in range(periods):
                slope += pull[t] * series[c, i, t]
            grad[at] += effect[c] * slope
            if i == 0 and pooling > 0.0:
                grad[first + u * channels + c] += pooling * effect[c] * slope
