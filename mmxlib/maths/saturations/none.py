"""No diminishing returns, ``S(a) = a/k``: the response is the exposure, in multiples of its scale."""

import numpy as np

from mmxlib.maths.arrays import Matrix
from mmxlib.maths.compiled import inner
from mmxlib.maths.parameter import UNUSED
from mmxlib.maths.saturations.family import Saturation

CODE = 3


@inner()
def response(a: float, k: float) -> float:
    """Return the response at ``a``."""
    return a / k


@inner()
def slope(k: float) -> float:
    """Return the derivative of `response` by exposure, the same everywhere."""
    return 1.0 / k


@inner()
def share_and_slopes(a: float, log_half: float) -> tuple[float, float, float, float]:
    """Return the response and its slopes by ``a`` > 0, log half-saturation and log shape (none)."""
    v = a * np.exp(-log_half)
    return v, v / a, -v, 0.0


@inner()
def shares_into(log_half: float, spread: Matrix, rows: Matrix) -> None:
    """Fill responses and slopes; the arguments are those of `mmxlib.maths.saturations.hill.shares_into`."""
    rate = np.exp(-log_half)
    for t in range(rows.shape[1]):
        a = spread[0, t]
        v = a * rate
        rows[0, t] = v
        rows[1, t] = spread[1, t] * (v / a if a > 0.0 else 0.0)
        rows[2, t] = -v
        rows[3, t] = 0.0


def in_words(k: float, s: float = 1.0) -> str:
    """Return in words that nothing diminishes."""
    return "every further exposure brings as much as the first"


FAMILY = Saturation(
    code=CODE,
    half_saturation=UNUSED,
    shape=UNUSED,
    series=(1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    in_words=in_words,
)
