"""Carryover that fades by the same share every period.

Normalized: ``a[t] = r * a[t-1] + (1 - r) * x[t]``, so that a constant exposure is its own steady state and a
half-saturation is read in exposure per period. The weight of lag l is ``(1 - r) * r**l``, without an end.

References
----------
Broadbent (1979), One Way TV Advertisements Work, Journal of the Market Research Society 21(3).
"""

import math

import numpy as np

from mmxlib.maths.adstocks.family import Adstock
from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.compiled import inner, kernel
from mmxlib.maths.parameter import UNUSED, Parameter

CODE = 0


@kernel()
def adstock(exposure: Vector, retention: float, carry_in: float) -> Vector:
    """Return the adstocked exposure, shape (period,).

    ``exposure`` has shape (period,), ``retention`` lies in [0, 1), ``carry_in`` is the adstocked exposure of
    the period before the first.
    """
    out = np.empty_like(exposure)
    adstock_into(exposure, retention, carry_in, out)
    return out


@inner()
def adstock_into(exposure: Vector, retention: float, carry_in: float, out: Vector) -> None:
    """Fill ``out`` with what `adstock` returns."""
    state = carry_in
    for t in range(len(exposure)):
        state = retention * state + (1.0 - retention) * exposure[t]
        out[t] = state


@inner(sums_reordered=True)
def adstock_and_slope_into(exposure: Vector, retention: float, rows: Matrix) -> None:
    """Fill the adstocked exposure from a start at zero, row 0, and its slope by retention, row 1."""
    a = da = 0.0
    for t in range(len(exposure)):
        x = exposure[t]
        da = a + retention * da - x
        a = retention * a + (1.0 - retention) * x
        rows[0, t] = a
        rows[1, t] = da


def half_life(retention: float, timing: float = 1.0) -> float:
    """Return the periods after which half of the carryover is left: ``ln(1/2) / ln(r)``, r in (0, 1)."""
    return math.log(0.5) / math.log(retention)


def retention_of(half_life_periods: float, timing: float = 1.0) -> float:
    """Return the retention in (0, 1) whose half-life is ``half_life_periods`` (> 0): ``2 ** (-1 / h)``."""
    return float(0.5 ** (1.0 / half_life_periods))


def in_words(retention: float, timing: float = 1.0) -> str:
    """Return the half-life in words."""
    return f"half of the carryover is left after {half_life(retention):.1f} periods"


FAMILY = Adstock(
    code=CODE,
    retention=Parameter(0.0, 0.98, 0.3, 0.2),
    timing=UNUSED,
    timing_word="",
    half_life=half_life,
    retention_of=retention_of,
    in_words=in_words,
)
