"""Media series of parameter draws, compiled: contributions, their immediate part, windows, steady states."""

import numpy as np

from mmxlib.maths.arrays import Array, Cube, Matrix, Vector
from mmxlib.maths.compiled import kernel
from mmxlib.maths.saturation import saturation, saturation_slope


@kernel()
def media_series(
    exposure: Matrix, family: Array, retention: Matrix, half_saturation: Matrix, shape: Matrix, effect: Matrix
) -> Cube:
    """Return each draw's contribution by period and channel, shape (draw, period, channel).

    Parameters
    ----------
    exposure
        Of one unit, over its scale, from the first period of the data on, (period, channel).
    family
        Saturation family's code, (channel,).
    retention, half_saturation, shape, effect
        Of each draw, (draw, channel); ``effect`` in units of outcome.
    """
    draws, channels = retention.shape
    periods = exposure.shape[0]
    out = np.empty((draws, periods, channels))
    for d in range(draws):
        for c in range(channels):
            r = retention[d, c]
            state = 0.0
            for t in range(periods):
                state = r * state + (1.0 - r) * exposure[t, c]
                out[d, t, c] = effect[d, c] * saturation(family[c], state, half_saturation[d, c], shape[d, c])
    return out


@kernel()
def immediate_series(
    exposure: Matrix, family: Array, retention: Matrix, half_saturation: Matrix, shape: Matrix, effect: Matrix
) -> Cube:
    """Return what each period's exposure alone would bring within it, shape (draw, period, channel).

    Arguments are those of `media_series`, from which this differs in that all earlier exposure is switched
    off: what is adstocked is the period's own share of its exposure, ``(1 - r) * x[t]``.
    """
    draws, channels = retention.shape
    periods = exposure.shape[0]
    out = np.empty((draws, periods, channels))
    for d in range(draws):
        for c in range(channels):
            at_once = 1.0 - retention[d, c]
            for t in range(periods):
                own = at_once * exposure[t, c]
                out[d, t, c] = effect[d, c] * saturation(family[c], own, half_saturation[d, c], shape[d, c])
    return out


@kernel()
def steady_response(
    exposure: Vector, family: int, half_saturation: Vector, shape: Vector, effect: Vector
) -> Cube:
    """Return what a constant exposure of one channel and unit brings per period, shape (draw, point, 2).

    ``exposure`` (point,) is over its scale and is its own steady state whatever the carryover. Column 0:
    outcome. Column 1: its derivative with respect to ``exposure``.
    """
    draws = len(effect)
    out = np.empty((draws, len(exposure), 2))
    for d in range(draws):
        for i in range(len(exposure)):
            out[d, i, 0] = effect[d] * saturation(family, exposure[i], half_saturation[d], shape[d])
            out[d, i, 1] = effect[d] * saturation_slope(family, exposure[i], half_saturation[d], shape[d])
    return out


@kernel()
def window_outcome(
    exposure: Vector,
    first: int,
    last: int,
    family: int,
    retention: Vector,
    half_saturation: Vector,
    shape: Vector,
    effect: Vector,
) -> Matrix:
    """Return what a window's exposure of one channel and unit causes and its derivative, shape (draw, 2).

    ``exposure`` (period,) is over its scale and already runs on, with zeros, as far as carryover matters. The
    window is ``first`` to ``last`` (excluded). Column 0: outcome with minus without the window's exposure,
    later carryover included. Column 1: derivative when all exposure of the window is scaled.
    """
    draws = len(retention)
    out = np.zeros((draws, 2))
    for d in range(draws):
        r = retention[d]
        with_window = without = own = 0.0
        for t in range(len(exposure)):
            x = exposure[t]
            inside = first <= t < last
            with_window = r * with_window + (1.0 - r) * x
            without = r * without + (0.0 if inside else (1.0 - r) * x)
            own = r * own + ((1.0 - r) * x if inside else 0.0)
            if t >= first and own > 0.0:
                out[d, 0] += saturation(family, with_window, half_saturation[d], shape[d])
                out[d, 0] -= saturation(family, without, half_saturation[d], shape[d])
                out[d, 1] += saturation_slope(family, with_window, half_saturation[d], shape[d]) * own
        out[d] *= effect[d]
    return out
