"""What media bring, for a first look: each channel's curve near its prior's, and an effect above nothing."""

from collections.abc import Sequence

import numpy as np

from mmxlib.artifacts.baseline import ChannelPrior
from mmxlib.artifacts.panel import Panel
from mmxlib.maths.arrays import Array, Cube, Indices, Matrix, Vector
from mmxlib.maths.media import Curves, media_series
from mmxlib.maths.regression import basis, least_squares
from mmxlib.model.curves import adstock_codes, saturation_codes

LEAST_FREEDOM = 20
"""Periods that must be left over beside all columns before media are told from the rest."""

RETENTION_STEPS = (0.0, -1.0, 1.0, 2.0, 3.0)
SATURATION_STEPS = (0.0, -2.0, -1.0, 1.0)
"""The curves tried: spreads of the prior from its center, the center first."""

LONGEST_RETENTION = 0.9

SWEEPS = 2
"""Rounds in which each channel's curve is chosen beside those of the others."""


def media_brought(
    panel: Panel,
    unit: int,
    priors: Sequence[ChannelPrior],
    *,
    series: Vector,
    base: Matrix,
    usable: Array,
    effect_sd: float,
) -> Matrix:
    """Return what each channel brings in every period of one unit, (period, channel).

    Parameters
    ----------
    panel, unit
        The panel and the unit's index.
    priors
        Of each channel; curves are tried around their centers, and their spreads say how far a curve may go.
    series
        The outcome, (period,).
    base
        What else explains it, (period, column).
    usable
        The periods that tell, (period,).
    effect_sd
        Prior standard deviation of a channel's full response, as a share of the mean outcome.

    Notes
    -----
    Effects are not negative and shrunk (ridge). Each channel's curve in turn is the one that leaves the
    smallest sum of squares, in variances of the noise, plus the squares of the prior's spreads between curve
    and center. Zeros where too few periods are left over to tell media from the rest.
    """
    channels = len(priors)
    curves, distance = _curves(priors)
    response = _responses(panel, unit, priors, curves)
    known = basis(base[usable])
    freedom = int(usable.sum()) - known.shape[1] - channels
    if freedom < LEAST_FREEDOM or not channels:
        return np.zeros((len(series), channels))
    rest = series[usable] - known @ (known.T @ series[usable])
    own = response[:, usable]
    own = own - known @ (known.T @ own)
    place = np.arange(channels)
    chosen = np.zeros(channels, dtype=np.int64)
    noise = float(np.sqrt((least_squares(own[0], rest).residual ** 2).sum() / freedom))
    scale = effect_sd * max(abs(float(series[usable].mean())), np.finfo(np.float64).tiny)
    if noise > 0.0:
        chosen = _chosen(own, rest, distance, noise, scale)
    effects = _effects(own[chosen, :, place].T, rest, noise / scale)[0]
    brought: Matrix = response[chosen, :, place].T * effects
    return brought


def _curves(priors: Sequence[ChannelPrior]) -> tuple[Cube, Matrix]:
    """Return retention and half saturation of every curve tried, (2, curve, channel), and their distances.

    A distance is the sum of the squares of the spreads from the center, (curve, channel).
    """
    steps = np.array([(one, other) for one in RETENTION_STEPS for other in SATURATION_STEPS])
    retention = np.array([(each.retention.center, each.retention.spread) for each in priors]).reshape(-1, 2)
    half = np.array([(each.half_saturation.center, each.half_saturation.spread) for each in priors])
    half = half.reshape(-1, 2)
    moved = np.clip(retention[:, 0] + steps[:, :1] * retention[:, 1], 0.0, None)
    moved = np.minimum(moved, np.maximum(LONGEST_RETENTION, retention[:, 0]))
    bent = half[:, 0] * np.exp(steps[:, 1:] * half[:, 1])
    distance: Matrix = (steps**2).sum(axis=1, keepdims=True) * np.ones(len(priors))
    return np.stack([moved, bent]), distance


def _responses(panel: Panel, unit: int, priors: Sequence[ChannelPrior], curves: Cube) -> Cube:
    """Return each channel's response, between 0 and 1, by each curve, (curve, period, channel)."""
    exposure = panel.exposure[unit]
    active = exposure > 0.0
    scale = np.where(active, exposure, 0.0).sum(axis=0) / np.maximum(active.sum(axis=0), 1)
    scaled = np.ascontiguousarray(exposure / np.where(scale > 0.0, scale, 1.0))
    fixed = np.array([(each.timing.center, each.shape.center) for each in priors]).reshape(-1, 2)
    timing, shape = (np.ascontiguousarray(np.tile(row, (curves.shape[1], 1))) for row in fixed.T)
    retention, half = (np.ascontiguousarray(each) for each in curves)
    family = Curves(adstock_codes(priors), saturation_codes(priors), retention, timing, half, shape)
    response: Cube = media_series(scaled, family, np.ones(retention.shape))
    return response


def _chosen(own: Cube, rest: Vector, distance: Matrix, noise: float, scale: float) -> Indices:
    """Return the curve of each channel, (channel,)."""
    channels = own.shape[2]
    place = np.arange(channels)
    chosen = np.zeros(channels, dtype=np.int64)
    for _ in range(SWEEPS):
        before = chosen.copy()
        for channel in range(channels):
            losses = []
            for curve in range(len(own)):
                tried = chosen.copy()
                tried[channel] = curve
                loss = _effects(own[tried, :, place].T, rest, noise / scale)[1] / noise**2
                losses.append(loss + distance[curve, channel])
            chosen[channel] = int(np.argmin(losses))
        if np.array_equal(before, chosen):
            break
    return chosen


def _effects(own: Matrix, rest: Vector, shrinking: float) -> tuple[Vector, float]:
    """Return each channel's effect, (channel,), and the squares that they leave, shrinking included."""
    from scipy.optimize import nnls

    rows = np.vstack([own, shrinking * np.eye(own.shape[1])])
    effects, left = nnls(rows, np.concatenate([rest, np.zeros(own.shape[1])]))
    return effects, float(left) ** 2
