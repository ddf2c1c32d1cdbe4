"""Media series of parameter draws, compiled: contributions, their immediate part, windows, steady states."""

from typing import NamedTuple

import numpy as np

from mmxlib.maths.adstock import adstock_into, lag_weights_into, weights_for
from mmxlib.maths.adstocks import geometric
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.arrays import Array, Cube, Matrix, Vector
from mmxlib.maths.compiled import kernel, unless_default
from mmxlib.maths.saturation import response_of, saturation, saturation_slope


class Curves(NamedTuple):
    """Every channel's carryover and diminishing returns, draw by draw.

    ``adstock`` and ``saturation`` are the families' codes, (channel,); the parameters have shape (draw,
    channel), ``half_saturation`` in multiples of the exposure's scale.
    """

    adstock: Array
    saturation: Array
    retention: Matrix
    timing: Matrix
    half_saturation: Matrix
    shape: Matrix


def media_series(exposure: Matrix, curves: Curves, effect: Matrix) -> Cube:
    """Return each draw's contribution by period and channel, shape (draw, period, channel).

    Parameters
    ----------
    exposure
        Of one unit, over its scale, from the first period of the data on, (period, channel).
    curves
        Of each draw.
    effect
        Of each draw in units of outcome, (draw, channel).
    """
    adstock, families = unless_default(curves.adstock), unless_default(curves.saturation)
    shapes = curves.retention, curves.timing, curves.half_saturation, curves.shape
    return _media_series(exposure, adstock, families, *shapes, effect)


@kernel()
def _media_series(
    exposure: Matrix,
    adstock: Array | None,
    saturation: Array | None,
    retention: Matrix,
    timing: Matrix,
    half_saturation: Matrix,
    shape: Matrix,
    effect: Matrix,
) -> Cube:
    draws, channels = retention.shape
    periods = exposure.shape[0]
    out = np.empty((draws, periods, channels))
    weights = weights_for(adstock, 1)
    series, spread = np.empty(periods), np.empty((2, periods))
    for c in range(channels):
        for t in range(periods):
            series[t] = exposure[t, c]
        for d in range(draws):
            r, k, s = retention[d, c], half_saturation[d, c], shape[d, c]
            if adstock is None or weights is None:
                geometric.adstock_and_slope_into(series, r, spread)
            else:
                lag_weights_into(adstock[c], r, np.log(timing[d, c]), weights[0])
                adstock_into(series, adstock[c], r, weights[0], spread[0])
            for t in range(periods):
                out[d, t, c] = effect[d, c] * response_of(saturation, c, spread[0, t], k, s)
    return out


@kernel()
def immediate_series(exposure: Matrix, curves: Curves, effect: Matrix) -> Cube:
    """Return what each period's exposure alone would bring within it, shape (draw, period, channel).

    Arguments are those of `media_series`, from which this differs in that all earlier exposure is switched
    off: what is adstocked is the period's exposure times the weight of lag zero (geometric: ``1 - r``).
    """
    draws, channels = curves.retention.shape
    periods = exposure.shape[0]
    out = np.empty((draws, periods, channels))
    pulse, at_once, weights = np.ones(1), np.empty(1), np.empty((3, LAGS))
    for d in range(draws):
        for c in range(channels):
            k, s, family = curves.half_saturation[d, c], curves.shape[d, c], curves.saturation[c]
            adstock, r = curves.adstock[c], curves.retention[d, c]
            lag_weights_into(adstock, r, np.log(curves.timing[d, c]), weights)
            adstock_into(pulse, adstock, r, weights, at_once)
            for t in range(periods):
                out[d, t, c] = effect[d, c] * saturation(family, at_once[0] * exposure[t, c], k, s)
    return out


@kernel()
def steady_response(exposure: Vector, channel: int, curves: Curves, effect: Vector) -> Cube:
    """Return what a constant exposure of one channel and unit brings per period, shape (draw, point, 2).

    ``exposure`` (point,) of ``channel`` is over its scale and is its own steady state whatever the carryover;
    ``effect`` (draw,) is the channel's. Column 0: outcome. Column 1: its derivative with respect to
    ``exposure``.
    """
    draws, family = len(effect), curves.saturation[channel]
    out = np.empty((draws, len(exposure), 2))
    for d in range(draws):
        k, s = curves.half_saturation[d, channel], curves.shape[d, channel]
        for i in range(len(exposure)):
            out[d, i, 0] = effect[d] * saturation(family, exposure[i], k, s)
            out[d, i, 1] = effect[d] * saturation_slope(family, exposure[i], k, s)
    return out


@kernel()
def window_outcome(
    exposure: Vector, first: int, last: int, channel: int, curves: Curves, effect: Vector
) -> Matrix:
    """Return what a window's exposure of one channel and unit causes and its derivative, shape (draw, 2).

    ``exposure`` (period,) of ``channel`` is over its scale and already runs on, with zeros, as far as
    carryover matters; ``effect`` (draw,) is the channel's. The window is ``first`` to ``last`` (excluded).
    Column 0: outcome with minus without the window's exposure, later carryover included. Column 1: derivative
    when all exposure of the window is scaled.
    """
    draws, periods = len(effect), len(exposure)
    out = np.zeros((draws, 2))
    series = np.empty((3, periods))  # all exposure, without the window's, the window's alone
    for t in range(periods):
        inside = first <= t < last
        series[0, t] = exposure[t]
        series[1, t] = 0.0 if inside else exposure[t]
        series[2, t] = exposure[t] if inside else 0.0
    adstocked, weights = np.empty((3, periods)), np.empty((3, LAGS))
    family, adstock = curves.saturation[channel], curves.adstock[channel]
    for d in range(draws):
        r = curves.retention[d, channel]
        lag_weights_into(adstock, r, np.log(curves.timing[d, channel]), weights)
        k, s = curves.half_saturation[d, channel], curves.shape[d, channel]
        for i in range(3):
            adstock_into(series[i], adstock, r, weights, adstocked[i])
        for t in range(first, periods):
            own = adstocked[2, t]
            if own > 0.0:
                out[d, 0] += saturation(family, adstocked[0, t], k, s)
                out[d, 0] -= saturation(family, adstocked[1, t], k, s)
                out[d, 1] += saturation_slope(family, adstocked[0, t], k, s) * own
        out[d, 0] *= effect[d]  # a number at a time: rows take three times as long to compile
        out[d, 1] *= effect[d]
    return out
