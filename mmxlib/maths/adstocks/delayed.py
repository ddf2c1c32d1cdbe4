"""Carryover that peaks some periods after the exposure: the weight of lag l is ``r**((l - peak)**2)``.

References
----------
Jin, Wang, Sun, Chan, Koehler (2017), Bayesian Methods for Media Mix Modeling with Carryover and Shape
Effects, eq. 3.
"""

import math

import numpy as np

from mmxlib.maths.adstocks.family import Adstock
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.arrays import Matrix
from mmxlib.maths.compiled import inner
from mmxlib.maths.parameter import Parameter

CODE = 1


@inner()
def exponents_into(log_timing: float, rows: Matrix) -> None:
    """Fill row 0 with each lag's exponent, row 1 with its slope by the peak's logarithm."""
    peak = np.exp(log_timing)
    for lag in range(LAGS):
        away = lag - peak
        rows[0, lag] = away * away
        rows[1, lag] = -2.0 * away * peak


def half_life(retention: float, timing: float = 1.0) -> float:
    """Return the periods after the peak at which the effect is half as strong: ``r**(h**2) = 1/2``."""
    return math.sqrt(math.log(0.5) / math.log(retention))


def retention_of(half_life_periods: float, timing: float = 1.0) -> float:
    """Return the retention in (0, 1) whose effect is half as strong so many periods (> 0) after its peak."""
    return float(0.5 ** (1.0 / half_life_periods**2))


def in_words(retention: float, timing: float) -> str:
    """Return peak and half-life in words."""
    return (
        f"the effect peaks {timing:.1f} periods after the exposure and is half as strong "
        f"{half_life(retention):.1f} periods later"
    )


FAMILY = Adstock(
    code=CODE,
    retention=Parameter(0.0, 0.98, 0.5, 0.2),
    timing=Parameter(0.1, 8.0, 1.5, 0.6),
    timing_word="peak",
    half_life=half_life,
    retention_of=retention_of,
    in_words=in_words,
)
