"""How the slopes of a plan by cell bend: second derivatives of the weighted outcome, a block per channel.

No term holds cells of two channels, so the second derivatives form one block (period, period) per channel.
With ``h`` the sum of what a term's curvature adds backward, ``h[t] = S''(a[t]) + r^2 h[t+1]``, geometric
carryover gives ``(1-r)^2 f[i] f[j] r^(j-i) h[j]`` for i <= j; carryover by lag weights gives
``f[i] f[j] sum over t of w[t-i] w[t-j] S''(a[t])``.
"""

import numpy as np

from mmxlib.maths.adstock import GEOMETRIC
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.arrays import Cube, Matrix, Vector
from mmxlib.maths.budgets.cell_lines import Lines, lined_tail, put_lines
from mmxlib.maths.budgets.cell_response import Cells
from mmxlib.maths.budgets.cell_terms import adstocked_into, floors_into, terms_into
from mmxlib.maths.budgets.spend_response import tail_response
from mmxlib.maths.compiled import inner, kernel
from mmxlib.maths.media import Curves
from mmxlib.maths.saturation import FLOOR

TAIL_STEP = 1e-4
"""The relative step of the difference that gives the curvature of a tail."""

FADED = 1e-8
"""A product of two lags' weights, which sum to one, that is left out."""


def cell_curvature(cells: Cells, spend: Vector, weights: Vector) -> Cube:
    """Return the second derivatives of what counts, (channel, period, period), weighted over draws.

    ``spend``: (variable,), see `budgets.cell_response.cell_response`; ``weights``: (draw,). Those
    of geometric carryover after the plan are differences of slopes: they serve a search, not a certificate.
    """
    curves = cells.curves
    return _curvature(
        cells.families,
        cells.lag_weights,
        curves.effect,
        curves.carry_in,
        curves.history,
        curves.flight,
        curves.committed,
        np.ascontiguousarray(spend, dtype=np.float64).reshape(cells.shape),
        np.ascontiguousarray(weights, dtype=np.float64),
        cells.whole,
        cells.lines,
    )


@inner()
def _tail_curvature(family: int, last: float, k: float, s: float, r: float) -> float:
    """Return the second derivative, by the last exposure of the plan, of what geometric carryover brings."""
    step = TAIL_STEP * max(last, FLOOR)
    above, below = (
        tail_response(family, last + step, k, s, r)[1],
        tail_response(family, last - step, k, s, r)[1],
    )
    return float((above - below) / (2.0 * step))


@inner(sums_reordered=True)
def _add_geometric(bend: Vector, r: float, size: float, powers: Vector, block: Matrix) -> None:
    """Add to ``block`` (later period, periods between), without the flights, from the terms' ``bend``."""
    ahead = 0.0
    for j in range(len(bend) - 1, -1, -1):
        ahead = bend[j] + r * r * ahead
        each = size * (1.0 - r) * (1.0 - r) * ahead
        for n in range(j + 1):
            block[j, n] += each * powers[n]


@inner(sums_reordered=True)
def _add_lagged(bend: Vector, weights: Vector, size: float, block: Matrix) -> None:
    """Add to ``block``, see `_add_geometric`; ``bend`` runs until the last cell has no more effect."""
    periods = len(block)
    for n in range(min(periods, LAGS)):
        for lag in range(LAGS - n):
            together = weights[lag] * weights[lag + n]
            if together < FADED:
                continue
            each = size * together
            for j in range(n, periods):
                block[j, n] += each * bend[j + lag]


@kernel(sums_reordered=True)
def _curvature(
    curves: Curves,
    lag_weights: Cube,
    effect: Cube,
    carry_in: Cube,
    history: Cube,
    flight: Cube,
    committed: Cube,
    spend: Matrix,
    weights: Vector,
    whole: bool,
    lines: Lines | None,
) -> Cube:
    draws, units, channels = effect.shape
    periods = flight.shape[2]
    out = np.zeros((channels, periods, periods))
    exposure, spread = np.empty(LAGS + periods + LAGS), np.empty(periods + LAGS)
    rows, floors = np.empty((3, periods + LAGS)), np.empty(periods + LAGS)
    powers, block = np.ones(periods), np.empty((periods, periods))
    for c in range(channels):
        geometric, family = curves.adstock[c] == GEOMETRIC, curves.saturation[c]
        for u in range(units):
            block[:] = 0.0
            for d in range(draws):
                size = weights[d] * effect[d, u, c]
                if size == 0.0:
                    continue
                r, k, s = curves.retention[d, c], curves.half_saturation[d, c], curves.shape[d, c]
                floors_into(geometric, lag_weights[d, c], periods, floors)
                past = carry_in[d, u, c], history[u, c], flight[u, c], committed[u, c]
                count = adstocked_into(geometric, r, lag_weights[d, c], *past, spend[c], exposure, spread)
                terms_into(family, k, s, floors, spread[:count], rows)
                if lines is not None:
                    put_lines(lines, d, u, c, family, k, s, floors, spread[:count], rows)
                if not whole:
                    rows[2, periods:count] = 0.0
                if not geometric:
                    _add_lagged(rows[2, :count], lag_weights[d, c], size, block)
                    continue
                if whole:
                    last = spread[periods - 1]
                    if lines is not None and lines.first[d, u, c] >= 0:
                        rows[2, periods - 1] += lined_tail(lines, d, u, c, family, last, r, k, s, periods)[2]
                    else:
                        rows[2, periods - 1] += _tail_curvature(family, last, k, s, r)
                for n in range(1, periods):
                    powers[n] = r * powers[n - 1]
                _add_geometric(rows[2, :count], r, size, powers, block)
            for j in range(periods):
                for n in range(j + 1):
                    out[c, j, j - n] += block[j, n] * flight[u, c, j] * flight[u, c, j - n]
        for j in range(periods):
            out[c, : j + 1, j] = out[c, j, : j + 1]
    return out
