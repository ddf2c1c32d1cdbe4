"""How much further than expected the base went in the data's own past, as forecasts from there would tell.

Trends bend and levels shift in ways that no prior foresees. Forecasts of the base from earlier origins, each
from the data before it, show by how much such things usually matter.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.response import Response
from mmxlib.forecasting.continuation import damped_growth
from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.model.problem import whitened
from mmxlib.terms import Part

LEAST_HISTORY = 52
"""Periods that an origin must have before it, and at least half of the data."""
APART = 3
"""Periods from one origin to the next: nearer ones tell the same once more."""
MOST_UNITS = 50
"""Units whose past is looked at, evenly spaced among all: they tell what is usual."""


@dataclass(frozen=True, slots=True)
class Misses:
    """Variances that past forecasts missed by beyond those expected, of outcome over its unit's mean.

    ``offset`` is that of an error from the first period on; ``step`` that of a random walk, per period.
    """

    offset: float
    step: float


def past_misses(response: Response, left: Matrix, ahead: int) -> Misses:
    """Return what forecasts of the base over ``ahead`` periods from earlier origins missed by.

    They reach less far where the data are too short, half as far as the periods that come after the first
    origin; where there is none, nothing is known of misses and they are zero. ``left`` is the outcome less
    the mean of media, (unit, period).

    Notes
    -----
    From each origin the base is estimated from the periods before and carried
    on as the forecast does it; both are linear and Gaussian, so that the mean error of the first h periods
    has a known variance ``v(h)``. Over origins and units the excess ``E[error(h)^2] - v(h)`` is fitted by
    ``offset + step (h+1)(2h+1) / (6h)``, both at least zero: the second is the variance of the mean of h
    steps of a random walk.
    """
    reach = min(ahead, (left.shape[1] - _first_origin(left.shape[1])) // 2)
    if reach < 1:
        return Misses(0.0, 0.0)
    found = [each for unit in _some_units(response) for each in _errors(response, unit, left[unit], reach)]
    from scipy.optimize import nnls  # slow to load, and only forecasts need it

    errors, variances = (np.stack(each) for each in zip(*found, strict=True))
    h = np.arange(1.0, reach + 1.0)
    shapes = np.column_stack([np.ones(reach), (h + 1.0) * (2.0 * h + 1.0) / (6.0 * h)])
    weight = 1.0 / variances.mean(axis=0)
    (offset, step), _ = nnls(shapes * weight[:, None], (errors**2 - variances).mean(axis=0) * weight)
    return Misses(float(offset), float(step))


def _first_origin(periods: int) -> int:
    return max(periods // 2, LEAST_HISTORY)


def _some_units(response: Response) -> Array:
    count = len(response.panel.units)
    return np.unique(np.linspace(0, count - 1, min(count, MOST_UNITS)).round().astype(np.int64))


def _errors(response: Response, unit: int, left: Vector, ahead: int) -> Iterator[tuple[Vector, Vector]]:
    """Yield, by origin, the mean error of the first 1, 2, … periods and its variance expected, relative."""
    scale, periods = float(response.outcome_scale[unit]), len(left)
    rho = float(response.autocorrelation[unit])
    variance = float(np.mean(response.draws.noise_sd[:, unit] ** 2))
    values = response.base.values[unit]
    white, target = whitened(values, rho), whitened(left[:, None], rho)[:, 0]
    steps = np.arange(1, ahead + 1)
    fading, averaging = rho**steps, np.tril(np.ones((ahead, ahead))) / steps[:, None]
    noise = variance * _noise_shape(rho, ahead)
    prior = np.diag((response.base.prior_sd * scale) ** -2.0)
    for origin in range(_first_origin(periods), periods - ahead + 1, APART):
        known = white[:origin]
        covariance = np.linalg.inv(known.T @ known / variance + prior)
        base = covariance @ (known.T @ target[:origin]) / variance
        columns = _carried_on(response, values, origin, ahead) - np.outer(fading, values[origin - 1])
        expected = columns @ base + fading * left[origin - 1]
        spread = averaging @ (columns @ covariance @ columns.T + noise) @ averaging.T
        yield averaging @ (left[origin : origin + ahead] - expected) / scale, np.diag(spread) / scale**2


def _noise_shape(rho: float, ahead: int) -> Matrix:
    """Return the covariance of AR(1) noise that starts from nothing, for innovations of variance one."""
    apart = np.subtract.outer(np.arange(ahead), np.arange(ahead))
    root = np.where(apart >= 0, rho ** np.maximum(apart, 0), 0.0)
    covariance: Matrix = root @ root.T
    return covariance


def _carried_on(response: Response, values: Matrix, origin: int, ahead: int) -> Matrix:
    """Return the base's columns after ``origin``, the trend damped where it was under way by then."""
    trend = np.array(response.base.parts) == Part.TREND
    under_way = trend & (values[origin - 1] != values[origin - 2])
    lost = damped_growth(ahead, response.panel.period_days)
    columns: Matrix = values[origin : origin + ahead] - np.where(under_way, lost[:, None], 0.0)
    return columns
