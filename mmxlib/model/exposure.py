"""Exposure's scales and what exposure costs."""

import numpy as np

from mmxlib.artifacts.panel import Panel
from mmxlib.maths.arrays import Cube, Matrix, Vector
from mmxlib.terms import ExposureScale

COST_PERIODS = 13
"""Active periods whose spend and exposure give the cost per exposure of the future."""


def exposure_scale(panel: Panel, measure: ExposureScale = ExposureScale.MEAN) -> Matrix:
    """Return what each unit's exposure is measured by, shape (unit, channel); one where there is none.

    It is the mean of the unit's active exposure (above zero), or a multiple of its highest exposure or of its
    outcome whose geometric mean over units is the same: ``half_saturation`` stays a multiple of mean active
    exposure in the typical unit. A national channel has the same scale in every unit, since its series is the
    same.
    """
    active = panel.exposure > 0.0
    count = active.sum(axis=1)
    total = np.where(active, panel.exposure, 0.0).sum(axis=1)
    mean: Matrix = np.where(count > 0, total / np.maximum(count, 1), 1.0)
    if measure is ExposureScale.MEAN or not len(panel.channels):
        return mean
    if measure is ExposureScale.PEAK:
        size = panel.exposure.max(axis=1)
    else:
        size = np.repeat(panel.outcome.mean(axis=1)[:, None], mean.shape[1], axis=1)
    used = (count > 0) & (size > 0.0)
    logs = np.log(mean / np.where(used, size, 1.0))
    typical = np.exp(np.where(used, logs, 0.0).sum(axis=0) / np.maximum(used.sum(axis=0), 1))
    scale: Matrix = np.where(used & ~panel.national, size * typical, mean)
    return scale


def scaled_exposure(panel: Panel, scale: Matrix) -> Cube:
    """Return exposure as multiples of its scale, shape (unit, period, channel)."""
    scaled: Cube = panel.exposure / scale[:, None, :]
    return np.ascontiguousarray(scaled)


def cost_per_exposure(panel: Panel) -> Matrix:
    """Return what one unit of exposure costs, shape (unit, channel).

    It is 1 where exposure is spend, and 0 for organic channels.

    The spend of the last `COST_PERIODS` periods with exposure over their exposure; a unit that never had any
    takes the cost of all units.
    """
    costs = np.ones((len(panel.units), len(panel.channels)))
    for index, channel in enumerate(panel.channels):
        if not channel.paid:
            costs[:, index] = 0.0
        elif channel.has_exposure:
            spend, exposure = panel.spend[:, :, index], panel.exposure[:, :, index]
            overall = spend.sum() / max(float(exposure.sum()), 1e-300)
            for unit in range(len(panel.units)):
                recent = np.flatnonzero(exposure[unit] > 0.0)[-COST_PERIODS:]
                paid = float(spend[unit, recent].sum())
                costs[unit, index] = paid / exposure[unit, recent].sum() if paid > 0.0 else overall
    return costs


def steady_exposure(panel: Panel, cost: Matrix, channel: int, spend: Vector) -> Matrix:
    """Return each unit's exposure per period at a steady spend over all units, shape (unit, point).

    ``spend`` is (point,), exposure for an organic channel; ``cost`` is `cost_per_exposure`. Spend is split
    over units as in the data; exposure is spend over its cost.
    """
    paid, national = panel.channels[channel].paid, panel.channels[channel].national
    series = (panel.spend if paid else panel.exposure)[:, :, channel]
    share = np.ones(len(panel.units)) if national else series.sum(axis=1) / max(float(series.sum()), 1e-300)
    price = cost[:, channel] if paid else np.ones(len(panel.units))
    exposure: Matrix = spend[None, :] * share[:, None] / np.where(price > 0.0, price, 1.0)[:, None]
    return exposure
