"""Carryover that survives as a Weibull lifetime: the weight of lag l is ``r**(l**d)``, d the Weibull's shape.

One is geometric; below one it falls fast at first and then has a long tail, above one it holds on and then
falls.

References
----------
Weibull (1951), A Statistical Distribution Function of Wide Applicability, J. Applied Mechanics 18(3): the
survival function ``exp(-(l / scale)**d)`` with ``r = exp(-scale**-d)``.
"""

import math

import numpy as np

from mmxlib.maths.adstocks.family import Adstock
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.arrays import Matrix
from mmxlib.maths.compiled import inner
from mmxlib.maths.parameter import Parameter

CODE = 2
LOG_LAGS = np.log(np.maximum(np.arange(LAGS), 1.0))


@inner()
def exponents_into(log_timing: float, rows: Matrix) -> None:
    """Fill row 0 with each lag's exponent, row 1 with its slope by the logarithm of the Weibull's shape."""
    power = np.exp(log_timing)
    rows[0, 0] = rows[1, 0] = 0.0
    for lag in range(1, LAGS):
        exponent = np.exp(power * LOG_LAGS[lag])
        rows[0, lag] = exponent
        rows[1, lag] = exponent * power * LOG_LAGS[lag]


def half_life(retention: float, timing: float) -> float:
    """Return the periods after which the effect is half as strong: ``r**(h**d) = 1/2``."""
    return float((math.log(0.5) / math.log(retention)) ** (1.0 / timing))


def retention_of(half_life_periods: float, timing: float) -> float:
    """Return the retention in (0, 1) whose effect is half as strong after so many periods (> 0)."""
    return float(0.5 ** (1.0 / half_life_periods**timing))


def in_words(retention: float, timing: float) -> str:
    """Return the half-life in words, and how the effect fades."""
    if timing < 0.9:
        way = ", falling fast at first, with a long tail"
    elif timing > 1.1:
        way = ", holding on at first, then falling fast"
    else:
        way = ", fading evenly"
    return f"the effect is half as strong after {half_life(retention, timing):.1f} periods{way}"


FAMILY = Adstock(
    code=CODE,
    # with more, a good part of the effect would lie beyond the last lag
    retention=Parameter(0.0, 0.95, 0.3, 0.2),
    timing=Parameter(0.3, 3.0, 1.0, 0.4),
    timing_word="weibull_shape",
    half_life=half_life,
    retention_of=retention_of,
    in_words=in_words,
)
