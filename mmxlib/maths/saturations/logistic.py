"""The logistic curve, ``S(a) = (1 - exp(-a/k)) / (1 + exp(-a/k))``: nearly straight at first, then flat.

References
----------
Jin, Wang, Sun, Chan, Koehler (2017), Bayesian Methods for Media Mix Modeling with Carryover and Shape
Effects, section 2.2 (the logistic function, shifted so that nothing brings nothing).
"""

import math

import numpy as np

from mmxlib.maths.arrays import Matrix
from mmxlib.maths.compiled import inner
from mmxlib.maths.elementary import exponential
from mmxlib.maths.parameter import UNUSED, Parameter
from mmxlib.maths.saturations.family import Saturation, half_in_words

CODE = 2


@inner()
def response(a: float, k: float) -> float:
    """Return the response at ``a``."""
    return float(np.tanh(0.5 * a / k))


@inner()
def slope(a: float, k: float) -> float:
    """Return the derivative of `response` by ``a``."""
    share = np.tanh(0.5 * a / k)
    return float(0.5 * (1.0 - share * share) / k)


@inner()
def share_and_slopes(a: float, log_half: float) -> tuple[float, float, float, float]:
    """Return the response and its slopes by ``a`` > 0, log half-saturation and log shape (none)."""
    v = a * np.exp(-log_half)
    share = np.tanh(0.5 * v)
    slope = 0.5 * (1.0 - share * share) * v
    return share, slope / a, -slope, 0.0


@inner(sums_reordered=True)
def shares_into(log_half: float, spread: Matrix, rows: Matrix) -> None:
    """Fill responses and slopes; the arguments are those of `mmxlib.maths.saturations.hill.shares_into`."""
    rate = np.exp(-log_half)
    for t in range(rows.shape[1]):
        v = rate * spread[0, t]
        left = exponential(-v)
        share = (1.0 - left) / (1.0 + left)
        slope = 0.5 * (1.0 - share * share)
        rows[0, t] = share
        rows[1, t] = spread[1, t] * slope * rate
        rows[2, t] = -slope * v
        rows[3, t] = 0.0


def in_words(k: float, s: float = 1.0) -> str:
    """Return where half of the full response is reached."""
    return half_in_words(k * math.log(3.0))


FAMILY = Saturation(
    code=CODE,
    half_saturation=Parameter(0.05, 20.0, 1.0, 0.7),
    shape=UNUSED,
    series=(1.0 / 2.0, 0.0, -1.0 / 24.0, 0.0, 1.0 / 240.0, 0.0),
    in_words=in_words,
)
