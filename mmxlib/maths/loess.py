"""Local regression over periods at equal distances: its weights depend on the place alone, not on values.

References
----------
Cleveland (1979), Robust Locally Weighted Regression and Smoothing Scatterplots, Journal of the American
Statistical Association 74(368): the tricube weights. Cleveland, Cleveland, McRae, Terpenning (1990), STL: A
Seasonal-Trend Decomposition Procedure Based on Loess, Journal of Official Statistics 6(1), section 2: windows
that are longer than the series.
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Indices, Matrix, Vector

FLAT = 0.001
"""Of a window's reach: what is nearer weighs fully, what is as near to its edge weighs nothing."""


@dataclass(frozen=True, slots=True)
class Smoother:
    """Local regression as weighted sums: ``places`` and ``weights``, both of shape (point, neighbor)."""

    places: Indices
    weights: Matrix

    def of(self, values: Matrix) -> Matrix:
        """Return the smooth of ``values``, shape (…, period), at the smoother's points, shape (…, point)."""
        smooth: Matrix = (self.weights * values[..., self.places]).sum(axis=-1)
        return smooth


def smoother(points: Indices, length: int, window: int, *, sloped: bool) -> Smoother:
    """Return the local regression at ``points`` of a series of ``length`` periods.

    Parameters
    ----------
    points
        Periods at which the smooth is wanted, counted from 0; they may lie beyond both ends. Shape (point,).
    length
        Periods of the series, at least 2.
    window
        Periods that take part in each point, odd and at least 3; more than the series has makes it stiffer.
    sloped
        Whether a line is fitted in each window, else a mean.

    Notes
    -----
    ``w = (1 - (|period - point| / reach)**3)**3``, where ``reach`` is the distance to the farthest period of
    the window. A window that would pass an end stays inside, as long as it is.
    """
    taken = min(window, length)
    first = np.clip(points - (window - 1) // 2, 0, length - taken)
    places = first[:, None] + np.arange(taken)
    reach = np.maximum(points - first, first + taken - 1 - points) + max(0, window - length) // 2
    gaps = np.abs(places - points[:, None]) / reach[:, None]
    weights = np.where(gaps <= FLAT, 1.0, (1.0 - gaps**3) ** 3)
    weights = np.where(gaps <= 1.0 - FLAT, weights, 0.0)
    weights /= weights.sum(axis=1, keepdims=True)
    if sloped:
        center = (weights * places).sum(axis=1, keepdims=True)
        offsets = places - center
        variance = (weights * offsets**2).sum(axis=1, keepdims=True)
        wide = np.sqrt(variance) > FLAT * (length - 1)
        slope = np.where(wide, points[:, None] - center, 0.0) / np.where(wide, variance, 1.0)
        weights = weights * (slope * offsets + 1.0)
    return Smoother(places, weights)


@dataclass(frozen=True, slots=True)
class BentLine:
    """A sloped smooth of a whole series, fitted at every ``jump``-th period and straight between."""

    smoother: Smoother
    points: Indices
    length: int

    def of(self, series: Vector) -> Vector:
        """Return the smooth of ``series``, both of shape (period,)."""
        smooth: Vector = np.interp(np.arange(self.length), self.points, self.smoother.of(series))
        return smooth


def bent_line(length: int, window: int, jump: int) -> BentLine:
    """Return the sloped smooth of a series of ``length`` periods, with ``window`` as of `smoother`."""
    points = np.unique(np.append(np.arange(0, length, jump), length - 1))
    return BentLine(smoother(points, length, window, sloped=True), points, length)
