"""Which limits contradict each other: an irreducible set of them, so that giving up any one leaves a way.

A linear program gives every limit a slack and makes the slacks' sum as small as it can be; where it is not
zero, the limits with a price contradict each other. Of these one after the other is left out for good if the
rest still contradict (the deletion filter).

References
----------
Chinneck and Dravnieks (1991), Locating minimal infeasible constraint sets in linear programs, ORSA Journal on
Computing 3(2).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.budgets.limits import ROUNDING, Limits
from mmxlib.maths.budgets.linear_programs import LinearAnswer, LinearProgram, solved


@dataclass(frozen=True, eq=False)
class Conflict:
    """Limits that no allocation keeps together, while it can keep all but any one of them.

    ``lower`` and ``upper`` index variables, ``row_lower`` and ``row_upper`` rows, ascending.
    """

    lower: Array
    upper: Array
    row_lower: Array
    row_upper: Array
    total_lower: bool
    total_upper: bool


@dataclass(frozen=True, eq=False)
class _Demands:
    """Each limit as ``weights @ spend >= least``: (demand, variable) and (demand,), of order one."""

    weights: Matrix
    least: Vector

    def of(self, which: Array) -> "_Demands":
        return _Demands(self.weights[which], self.least[which])


def conflict(limits: Limits) -> Conflict | None:
    """Return limits in conflict, or None where an allocation keeps them all.

    Without its lower limit a variable still is at least zero. Sums that miss each other by rounding alone are
    not in conflict.
    """
    demands = _demands(limits)
    floor = np.minimum(limits.lower, 0.0) / limits.scale
    waiting = np.flatnonzero(np.isfinite(demands.least))
    strained = _strained(demands.of(waiting), floor)
    if strained.cost <= ROUNDING:
        return None
    priced = waiting[strained.row_price > 0.0]
    # the prices prove a conflict up to their own rounding
    kept = priced if _strained(demands.of(priced), floor).cost > ROUNDING else waiting
    for each in kept:
        rest = kept[kept != each]
        if _strained(demands.of(rest), floor).cost > ROUNDING:
            kept = rest
    return _named(limits, kept)


def _demands(limits: Limits) -> _Demands:
    """Return all limits: of variables from below, from above, of sums from below, from above."""
    each, sums, scale = np.eye(len(limits.lower)), limits.sums, limits.scale
    size = np.maximum(np.abs(sums).max(axis=1), np.finfo(np.float64).tiny)
    sums = sums / size[:, None]
    bounds = (limits.lower, -limits.upper, limits.sum_lower / size, -limits.sum_upper / size)
    return _Demands(np.vstack((each, -each, sums, -sums)), np.concatenate(bounds) / scale)


def _strained(demands: _Demands, floor: Vector) -> LinearAnswer:
    """Return the least sum of slacks with which all demands are met from ``floor`` (variable,) up."""
    count, variables = demands.weights.shape
    answer = solved(
        LinearProgram(
            cost=np.concatenate((np.zeros(variables), np.ones(count))),
            lower=np.concatenate((floor, np.zeros(count))),
            upper=np.full(variables + count, np.inf),
            rows=np.hstack((demands.weights, np.eye(count))),
            row_lower=demands.least,
            row_upper=np.full(count, np.inf),
        )
    )
    assert answer is not None, "slack meets every demand"
    return answer


def _named(limits: Limits, members: Array) -> Conflict:
    """Return the demands ``members`` by what they are limits of."""
    variables, sums = len(limits.lower), 1 + len(limits.rows)
    ends = np.cumsum([0, variables, variables, sums, sums])
    lower, upper, least, most = (
        members[(members >= first) & (members < last)] - first for first, last in pairwise(ends)
    )
    return Conflict(lower, upper, least[least > 0] - 1, most[most > 0] - 1, bool(0 in least), bool(0 in most))
