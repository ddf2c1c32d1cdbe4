"""Center and spread that a few wild values cannot move."""

import numpy as np

from mmxlib.maths.arrays import Vector

MAD_TO_SD = 1.482602218505602
"""The sd of a normal distribution in median absolute deviations."""


def robust_sd(values: Vector) -> float:
    """Return the sd by the median absolute deviation.

    Where more than half of the values are equal, so that it is zero, by the mean absolute deviation, scaled
    for a normal distribution; zero when all are equal.
    """
    deviations = np.abs(values - np.median(values))
    spread = MAD_TO_SD * float(np.median(deviations))
    return spread if spread > 0.0 else float(np.sqrt(np.pi / 2.0) * deviations.mean())


def robust_scores(values: Vector) -> Vector:
    """Return each value's distance from the median in robust sds; zeros when all are equal."""
    spread = robust_sd(values)
    center = float(np.median(values))
    floor = 1e-12 * max(1.0, float(np.abs(values).max(initial=0.0)))  # rounding is not a deviation
    if spread <= floor:
        return np.zeros_like(values)
    scores: Vector = (values - center) / spread
    return scores


def rolling_median(values: Vector, width: int) -> Vector:
    """Return the median of the ``width`` (odd) values around each; the ends repeat their last value."""
    half = width // 2
    padded = np.pad(values, half, mode="edge")
    medians: Vector = np.median(np.lib.stride_tricks.sliding_window_view(padded, width), axis=-1)
    return medians
