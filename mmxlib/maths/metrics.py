"""How well fitted or forecast values agree with what came.

All functions take actual and estimated values of one shape and reduce over all elements. Where a measure has
no meaning (nothing varies, nothing is above zero) it is NaN, and never infinite.
"""

import numpy as np

from mmxlib.maths.arrays import Array


def r_squared(actual: Array, estimate: Array) -> float:
    """Return the share of the variance that the estimate explains: ``1 - SSE / SST``, at most 1.

    NaN when ``actual`` does not vary.
    """
    total = float(((actual - actual.mean()) ** 2).sum())
    if total <= 0.0:
        return float("nan")
    return 1.0 - float(((actual - estimate) ** 2).sum()) / total


def mape(actual: Array, estimate: Array) -> float:
    """Return the mean absolute error as a share of the actual value, over the elements that are not zero."""
    counted = actual != 0.0
    if not counted.any():
        return float("nan")
    shares = np.abs((actual[counted] - estimate[counted]) / actual[counted])
    return float(shares.mean())


def nrmse(actual: Array, estimate: Array) -> float:
    """Return the root mean squared error as a share of the mean absolute actual value."""
    size = float(np.abs(actual).mean()) if actual.size else 0.0
    if size <= 0.0:
        return float("nan")
    return float(np.sqrt(((actual - estimate) ** 2).mean())) / size


def coverage(actual: Array, lower: Array, upper: Array) -> float:
    """Return the share of actual values inside their intervals, bounds included."""
    if not actual.size:
        return float("nan")
    return float(((actual >= lower) & (actual <= upper)).mean())
