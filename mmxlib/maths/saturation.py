"""From adstocked exposure to the share of the full response, by any family of diminishing returns.

Every family maps ``a >= 0`` to a response that is zero at zero and never falls. ``k`` is the half-saturation
(for ``exponential`` and ``logistic`` the curve's own scale, for ``none`` the unit of exposure), ``s`` the
shape (used by ``hill`` alone). Here alone compiled loops tell the families apart; they are in
`mmxlib.maths.saturations`.
"""

from mmxlib.maths.arrays import Array, Matrix
from mmxlib.maths.compiled import inner, kernel
from mmxlib.maths.saturations import exponential, hill, logistic, none

HILL, EXPONENTIAL, LOGISTIC = hill.CODE, exponential.CODE, logistic.CODE

FLOOR = 1e-6
"""The exposure, as a share of its scale, below which a slope is taken at the floor: Hill's is infinite at 0
for s < 1."""


@kernel()
def saturation(family: int, a: float, k: float, s: float) -> float:
    """Return the response share at adstocked exposure ``a``; ``a`` and ``k`` in one unit."""
    if a <= 0.0:
        return 0.0
    if family == HILL:
        return hill.response(a, k, s)
    if family == EXPONENTIAL:
        return exponential.response(a, k)
    if family == LOGISTIC:
        return logistic.response(a, k)
    return none.response(a, k)


@kernel()
def saturation_slope(family: int, a: float, k: float, s: float) -> float:
    """Return the derivative of `saturation` with respect to ``a``, taken at `FLOOR` below it."""
    a = max(a, FLOOR)
    if family == HILL:
        return hill.slope(a, k, s)
    if family == EXPONENTIAL:
        return exponential.slope(a, k)
    if family == LOGISTIC:
        return logistic.slope(a, k)
    return none.slope(k)


@inner()
def response_of(families: Array | None, c: int, a: float, k: float, s: float) -> float:
    """Return `saturation` of channel ``c``; ``families`` as in `mmxlib.maths.compiled.unless_default`."""
    if families is None:
        return hill.response(a, k, s) if a > 0.0 else 0.0
    return saturation(families[c], a, k, s)


@inner()
def share_and_slopes(
    families: Array | None, c: int, a: float, log_half: float, shape: float
) -> tuple[float, float, float, float]:
    """Return response share and its slopes by exposure, log half-saturation and log shape.

    Of ``families``, see `mmxlib.maths.compiled.unless_default`, that of channel ``c`` is meant.
    """
    if a <= hill.LEAST_EXPOSURE:
        return 0.0, 0.0, 0.0, 0.0
    if families is None:
        return hill.share_and_slopes(a, log_half, shape)
    return _any_share_and_slopes(families[c], a, log_half, shape)


@inner()
def _any_share_and_slopes(
    family: int, a: float, log_half: float, shape: float
) -> tuple[float, float, float, float]:
    if family == HILL:
        return hill.share_and_slopes(a, log_half, shape)
    if family == EXPONENTIAL:
        return exponential.share_and_slopes(a, log_half)
    if family == LOGISTIC:
        return logistic.share_and_slopes(a, log_half)
    return none.share_and_slopes(a, log_half)


@inner(sums_reordered=True)
def shares_into(family: int, log_half: float, shape: float, spread: Matrix, rows: Matrix) -> None:
    """Fill response shares and their slopes, ``rows`` (4 or more, period).

    Rows: response, its slopes by retention, log half-saturation and log shape. ``spread`` (2 or more, period)
    holds the adstocked exposure and its slope by retention.
    """
    if family == HILL:
        hill.shares_into(log_half, shape, spread, rows)
    elif family == EXPONENTIAL:
        exponential.shares_into(log_half, spread, rows)
    elif family == LOGISTIC:
        logistic.shares_into(log_half, spread, rows)
    else:
        none.shares_into(log_half, spread, rows)
