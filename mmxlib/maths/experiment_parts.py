"""The inner loops of the log density for experiments: lifts in a window, and steps in spend."""

from typing import NamedTuple

import numpy as np

from mmxlib.maths.adstock import adstock_and_slopes_into
from mmxlib.maths.adstocks import geometric
from mmxlib.maths.arrays import Array, Cube, Vector
from mmxlib.maths.compiled import inner
from mmxlib.maths.saturation import share_and_slopes


class Lifts(NamedTuple):
    """Experiments that found a lift in a window, (experiment,) unless it says otherwise."""

    channel: Array
    """What each was about."""
    unit: Array
    """Where, -1 for all units."""
    window: Array
    """First and last (excluded) period, (experiment, 2)."""
    change: Vector
    """Share of exposure added, negative when withheld."""
    error: Vector
    """Standard error of each lift, in outcome."""


class Steps(NamedTuple):
    """Tests of a step in spend, (test,) unless it says otherwise."""

    channel: Array
    """What each test was about."""
    unit: Array
    """Where, -1 for all units."""
    exposure: Cube
    """Steady exposure over its scale before and after the step, (test, 2, unit)."""
    error: Vector
    """Sd of each test's reading, in outcome per period."""


@inner()
def lift_share(
    exposure: Cube,
    unit: int,
    channel: int,
    adstock: Array | None,
    family: Array | None,
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
        if adstock is None or weights is None:
            geometric.adstock_and_slope_into(series, retention, spread[version])
        else:
            adstock_and_slopes_into(series, adstock[channel], retention, weights[channel], spread[version])
    a, b = spread[0], spread[1]
    total = 0.0
    slopes[:] = 0.0
    for t in range(first, last):
        share, by_a, by_half, by_shape = share_and_slopes(family, channel, a[0, t], log_half, shape)
        other, by_b, other_half, other_shape = share_and_slopes(family, channel, b[0, t], log_half, shape)
        total += share - other
        slopes[0] += by_a * a[1, t] - by_b * b[1, t]
        slopes[1] += by_half - other_half
        slopes[2] += by_shape - other_shape
        slopes[3] += by_a * a[2, t] - by_b * b[2, t]
    sign = 1.0 if change < 0.0 else -1.0
    for i in range(len(slopes)):
        slopes[i] *= sign
    return sign * total


@inner()
def lifts_part(
    parameters: Vector,
    exposure: Cube,
    adstock: Array | None,
    family: Array | None,
    outcome_scale: Vector,
    pooling: float,
    lifts: Lifts | None,
    retention: Vector,
    weights: Cube | None,
    shape: Vector,
    readings: Vector,
    timing_place: Array,
    grad: Vector,
) -> float:
    """Return the lifts' log density; add its gradient (by retention itself, not its logit).

    ``readings`` are those of the experiments, first, and of the step tests.
    """
    if lifts is None:
        return 0.0
    channel, unit, window, change, error = lifts
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
                adstock,
                family,
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
        miss = (readings[k] - total) / error[k]
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
def steps_part(
    parameters: Vector,
    family: Array | None,
    outcome_scale: Vector,
    pooling: float,
    steps: Steps | None,
    shape: Vector,
    readings: Vector,
    grad: Vector,
) -> float:
    """Return the step tests' log density; add its gradient.

    A constant exposure is its own steady state, whatever the carryover, so that retention has no part in it.

    Parameters
    ----------
    parameters
        As in `mmxlib.maths.density.log_density`.
    family
        The channels' saturation codes, (channel,), or None where all are Hill's.
    outcome_scale
        Mean outcome, (unit,).
    pooling
        Prior sd of a unit's log deviation; 0 with a single unit.
    steps
        The tests.
    shape
        Of the channels' curves, (channel,).
    readings
        Those of other experiments, then the change of outcome per period that each test found, (reading,).
    grad
        Added to, (parameter,).

    Notes
    -----
    ``Normal(reading | sum_u effect[u] (S(after[u]) - S(before[u])), error)``.
    """
    if steps is None:
        return 0.0
    channel, unit, exposure, error = steps
    earlier = len(readings) - len(channel)
    units, channels = len(outcome_scale), len(shape)
    pooled = pooling > 0.0
    first = len(parameters) - units * channels  # of the deviations, where there are any
    by_unit = np.empty(units)
    lp = 0.0
    for k in range(len(channel)):
        c, only = channel[k], unit[k]
        log_half = parameters[channels + c]
        total = by_half = by_shape = 0.0
        by_unit[:] = 0.0
        for u in range(units):
            if only >= 0 and u != only:
                continue
            log_effect = parameters[3 * channels + c]
            if pooled:
                log_effect += pooling * parameters[first + u * channels + c]
            full = np.exp(log_effect) * outcome_scale[u]
            before, _, half_before, shape_before = share_and_slopes(
                family, c, exposure[k, 0, u], log_half, shape[c]
            )
            after, _, half_after, shape_after = share_and_slopes(
                family, c, exposure[k, 1, u], log_half, shape[c]
            )
            by_unit[u] = full * (after - before)
            total += by_unit[u]
            by_half += full * (half_after - half_before)
            by_shape += full * (shape_after - shape_before)
        miss = (readings[earlier + k] - total) / error[k]
        lp -= 0.5 * miss * miss
        pull = miss / error[k]
        grad[channels + c] += pull * by_half
        grad[2 * channels + c] += pull * by_shape
        grad[3 * channels + c] += pull * total
        if pooled:
            for u in range(units):
                grad[first + u * channels + c] += pull * pooling * by_unit[u]
    return lp
