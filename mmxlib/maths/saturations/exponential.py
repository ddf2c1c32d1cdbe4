"""The exponential curve, ``S(a) = 1 - exp(-a/k)``: returns diminish from the first exposure on."""

import math

import numpy as np

from mmxlib.maths.arrays import Matrix
from mmxlib.maths.compiled import inner
from mmxlib.maths.elementary import exponential
from mmxlib.maths.parameter import UNUSED, Parameter
from mmxlib.maths.saturations.family import Saturation, half_in_words

CODE = 1


@inner()
def response(a: float, k: float) -> float:
    """Return the response at ``a``."""
    return float(-np.expm1(-a / k))


@inner()
def slope(a: float, k: float) -> float:
    """Return the derivative of `response` by ``a``."""
    return float(np.exp(-a / k) / k)


@inner()
def share_and_slopes(a: float, log_half: float) -> tuple[float, float, float, float]:
    """Return the response and its slopes by ``a`` > 0, log half-saturation and log shape (none)."""
    v = a * np.exp(-log_half)
    left = np.exp(-v)
    return 1.0 - left, left * v / a, -left * v, 0.0


@inner(sums_reordered=True)
def shares_into(log_half: float, spread: Matrix, rows: Matrix) -> None:
    """Fill responses and slopes; the arguments are those of `mmxlib.maths.saturations.hill.shares_into`."""
    rate = np.exp(-log_half)
    for t in range(rows.shape[1]):
        v = rate * spread[0, t]
        left = exponential(-v)
        rows[0, t] = 1.0 - left
        rows[1, t] = spread[1, t] * left * rate
        rows[2, t] = -left * v
        rows[3, t] = 0.0


def in_words(k: float, s: float = 1.0) -> str:
    """Return where half of the full response is reached."""
    return half_in_words(k * math.log(2.0))


FAMILY = Saturation(
    code=CODE,
    half_saturation=Parameter(0.05, 20.0, 1.0, 0.7),
    shape=UNUSED,
    series=(1.0, -1.0 / 2.0, 1.0 / 6.0, -1.0 / 24.0, 1.0 / 120.0, -1.0 / 720.0),
    in_words=in_words,
)
