"""The inner loop of the log density for tests of a step in spend: points of the steady response curve."""

from typing import NamedTuple

import numpy as np

from mmxlib.maths.arrays import Array, Cube, Vector
from mmxlib.maths.compiled import inner
from mmxlib.maths.saturation import share_and_slopes


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
