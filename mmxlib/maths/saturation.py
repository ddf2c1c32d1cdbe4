"""Families of diminishing returns: from adstocked exposure to the share of the full response.

Every family maps ``a >= 0`` to a response that is zero at zero and never falls. ``k`` is the half-saturation
(for ``exponential`` and ``logistic`` the curve's own scale, for ``none`` the unit of exposure), ``s`` the
shape (used by ``hill`` alone).

References
----------
Jin, Wang, Sun, Chan, Koehler (2017), Bayesian Methods for Media Mix Modeling with Carryover and Shape
Effects, eq. 6-8.
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.maths.compiled import kernel
from mmxlib.terms import SaturationFamily

FAMILY_CODE = {
    SaturationFamily.HILL: 0,
    SaturationFamily.EXPONENTIAL: 1,
    SaturationFamily.LOGISTIC: 2,
    SaturationFamily.NONE: 3,
}
"""The integer by which compiled loops tell families apart."""

FLOOR = 1e-6
"""The exposure, as a share of its scale, below which a slope is taken at the floor: Hill's is infinite at 0
for s < 1."""


@kernel()
def saturation(family: int, a: float, k: float, s: float) -> float:
    """Return the response share at adstocked exposure ``a``; ``a`` and ``k`` in one unit."""
    if a <= 0.0:
        return 0.0
    if family == 0:
        return float(1.0 / (1.0 + np.exp(-s * np.log(a / k))))
    if family == 1:
        return float(-np.expm1(-a / k))
    if family == 2:
        return float(np.tanh(0.5 * a / k))
    return a / k


@kernel()
def saturation_slope(family: int, a: float, k: float, s: float) -> float:
    """Return the derivative of `saturation` with respect to ``a``, taken at `FLOOR` below it."""
    a = max(a, FLOOR)
    if family == 0:
        share = 1.0 / (1.0 + np.exp(-s * np.log(a / k)))
        return float(s * share * (1.0 - share) / a)
    if family == 1:
        return float(np.exp(-a / k) / k)
    if family == 2:
        share = np.tanh(0.5 * a / k)
        return float(0.5 * (1.0 - share * share) / k)
    return 1.0 / k


@dataclass(frozen=True, slots=True)
class SaturationBounds:
    """Where a family's parameters may lie: half-saturation in multiples of the scale, and shape."""

    half_saturation: tuple[float, float]
    shape: tuple[float, float]
    uses_shape: bool


BOUNDS = {
    SaturationFamily.HILL: SaturationBounds((0.05, 20.0), (0.5, 4.0), True),
    SaturationFamily.EXPONENTIAL: SaturationBounds((0.05, 20.0), (1.0, 1.0), False),
    SaturationFamily.LOGISTIC: SaturationBounds((0.05, 20.0), (1.0, 1.0), False),
    SaturationFamily.NONE: SaturationBounds((1.0, 1.0), (1.0, 1.0), False),
}
"""The admissible range of each family's parameters."""
