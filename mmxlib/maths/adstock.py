"""How exposure spreads over later periods.

The geometric family is normalized: ``a[t] = r * a[t-1] + (1 - r) * x[t]``, so that a constant exposure is its
own steady state and a half-saturation is read in exposure per period.

References
----------
Broadbent (1979), One Way TV Advertisements Work, Journal of the Market Research Society 21(3).
"""

import numpy as np

from mmxlib.maths.arrays import Vector
from mmxlib.maths.compiled import kernel


@kernel()
def adstock(exposure: Vector, retention: float, carry_in: float) -> Vector:
    """Return the adstocked exposure, shape (period,).

    ``exposure`` has shape (period,), ``retention`` lies in [0, 1), ``carry_in`` is the adstocked exposure of
    the period before the first.
    """
    out = np.empty_like(exposure)
    state = carry_in
    for t in range(len(exposure)):
        state = retention * state + (1.0 - retention) * exposure[t]
        out[t] = state
    return out


def half_life(retention: Vector) -> Vector:
    """Return the periods after which half of the carryover is left.

    Parameters
    ----------
    retention
        Share of the effect kept from one period to the next, in (0, 1). Any shape.

    Returns
    -------
    Periods, of the same shape.

    Notes
    -----
    ``ln(1/2) / ln(retention)``, from ``retention**h = 1/2``.
    """
    periods: Vector = np.log(0.5) / np.log(retention)
    return periods


def retention_of(half_life_periods: float) -> float:
    """Return the retention in (0, 1) whose half-life is ``half_life_periods`` (> 0): ``2 ** (-1 / h)``."""
    return float(0.5 ** (1.0 / half_life_periods))
