"""A bound that no plan by channel and period exceeds, proved by one linear program.

Where every term is concave, or replaced by its least concave majorant (`budgets.cell_lines`), and every
draw has a weight of at least zero, or its terms are replaced by lines below them, the weighted outcome is
concave in the cells: it lies below its tangent at any plan. The best of the tangent within the limits is a
linear program, and weak duality bounds that from above whatever the accuracy of the program's answer::

    best <= w' M(x) - price sum(x) + max over plans y of (w' M'(x) - price) (y - x)

It is tight where ``x`` is the majorants' best plan, which the search finds; it holds for every ``x`` and all
weights ``w`` under which the sum of an outcome is at least its objective.
"""

from dataclasses import dataclass, replace

import numpy as np

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.cell_lines import lines_of
from mmxlib.maths.budgets.cell_objective import CellObjective
from mmxlib.maths.budgets.cell_response import Cells, cell_response, counted
from mmxlib.maths.budgets.interior_search import Inside, interior_climb
from mmxlib.maths.budgets.limits import Limits
from mmxlib.maths.budgets.linear_programs import LinearProgram, solved
from mmxlib.maths.budgets.local_search import Terrain

PASSES = 3
"""Passes over all sums that tighten the bounds of single cells."""

LOOSE = 1e-12
"""The share of all money by which tightened bounds are loosened again: rounding must rule nothing out."""


@dataclass(frozen=True, eq=False)
class CellBound:
    """What no plan exceeds, and the plan ``spend`` (variable,) where the majorants were touched."""

    value: float
    spend: Vector


def concave_above(
    objective: CellObjective, limits: Limits, weights: Vector | None = None
) -> CellObjective | None:
    """Return a concave objective that is nowhere below ``objective`` within ``limits``.

    By default weights of draws follow the outcome and those below zero are ruled out. Valid fixed ``weights``
    (draw,), under which the sum of any outcome is at least its objective, may be below zero: the terms of
    those draws are replaced by lines below them, which costs little where the ranges are narrow. None where
    no such objective is known: an effect below zero turns a term's bend over.
    """
    curves, cells = objective.cells.curves, objective.cells
    if (curves.effect < 0.0).any():
        return None
    lower, upper = tightened(limits)
    lines = lines_of(
        cells.families,
        cells.lag_weights,
        effect=curves.effect,
        carry_in=curves.carry_in,
        history=curves.history,
        flight=curves.flight,
        committed=curves.committed,
        lower=lower.reshape(cells.shape),
        upper=upper.reshape(cells.shape),
        whole=cells.whole,
        below=np.zeros(curves.draws, dtype=np.bool_) if weights is None else weights < 0.0,
    )
    return replace(
        objective, cells=Cells(curves, cells.measure, lines), enveloped=True, fixed_weights=weights
    )


def bound_at(above: CellObjective, limits: Limits, spend: Vector, temperature: float) -> CellBound:
    """Return the bound by the tangent of ``above``, a concave objective, at ``spend`` (variable,)."""
    response = cell_response(above.cells, spend)
    outcome = counted(above.cells, response)
    weights = above.smooth(outcome, temperature).weights
    gain = np.einsum("d,dv->v", weights, response.slope) - above.price
    height = float(weights @ outcome) - above.price * float(spend.sum())
    return CellBound(height + linear_most(gain, limits) - float(gain @ spend), spend)


def lowest_bound(
    above: CellObjective, terrain: Terrain, inside: Inside | None, start: Vector, *, enough: float
) -> CellBound:
    """Return the bound at ``start`` (variable,) or, above ``enough``, the lower of it and the best one's."""
    temperature = terrain.temperatures[-1]
    first = bound_at(above, terrain.limits, start, temperature)
    if first.value <= enough:
        return first
    best = interior_climb(replace(terrain, evaluate=above.point), inside, above.curvature, start)
    second = bound_at(above, terrain.limits, best.spend, temperature)
    return CellBound(min(first.value, second.value), best.spend)


def linear_most(gain: Vector, limits: Limits) -> float:
    """Return what ``gain @ spend`` cannot exceed within ``limits``: the most it reaches, but for rounding.

    For any prices of the sums, what the cells can gain beyond those prices and what the sums are worth at
    them is a bound (weak duality); the program's own prices make it the least.
    """
    size, money = float(np.abs(gain).max(initial=0.0)) or 1.0, limits.scale
    width = np.abs(limits.sums).max(axis=1)
    rows = limits.sums / np.where(width > 0.0, width, 1.0)[:, None]
    least = limits.sum_lower / np.where(width > 0.0, width, 1.0) / money
    most = limits.sum_upper / np.where(width > 0.0, width, 1.0) / money
    program = LinearProgram(-gain / size, limits.lower / money, limits.upper / money, rows, least, most)
    answer = solved(program)
    price = np.zeros(len(rows)) if answer is None else -answer.row_price
    side = np.where(price > 0.0, most, least)
    price, side = np.where(np.isfinite(side), price, 0.0), np.where(np.isfinite(side), side, 0.0)
    further = gain / size - rows.T @ price
    ends = np.maximum(further * program.lower, further * program.upper).sum()
    return float(ends + price @ side) * size * money


def tightened(limits: Limits) -> tuple[Vector, Vector]:
    """Return the bounds of each variable that the sums leave, lower and upper, both (variable,)."""
    lower, upper = limits.lower.copy(), limits.upper.copy()
    slack = LOOSE * limits.scale
    for _ in range(PASSES):
        for weights, least, most in zip(limits.sums, limits.sum_lower, limits.sum_upper, strict=True):
            used = weights != 0.0
            each = weights[used]
            low, high = (
                np.minimum(each * lower[used], each * upper[used]),
                np.maximum(each * lower[used], each * upper[used]),
            )
            above, below = most - (low.sum() - low), least - (high.sum() - high)
            first, second = below / each, above / each
            lower[used] = np.maximum(lower[used], np.where(each > 0.0, first, second) - slack)
            upper[used] = np.minimum(upper[used], np.where(each > 0.0, second, first) + slack)
    upper = np.maximum(upper, lower)
    return lower, upper
