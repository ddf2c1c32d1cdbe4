"""The best allocation of a total over channels, with a certificate of how good it is.

Local searches by sequential quadratic programming with exact gradients start from several points; an upper
bound (`mmxlib.maths.majorant`) says how far the best of them can be from the global optimum. The bound needs
a sum of one function per channel. The mean over draws is one. The mean less a multiple of the standard
deviation is the smallest of the sums that weigh the draws by ``1/n + z``, where ``z`` sums to zero and has at
most a given length; so the best under any such weights bounds the best, and the weights at the found optimum
are taken: for concave returns they make the bound exact (the minimax theorem), for others it stays a bound.

References
----------
Kraft (1988), A Software Package for Sequential Quadratic Programming, DFVLR-FB 88-28.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Vector
from mmxlib.maths.majorant import Bound, ceiling, certified_bound
from mmxlib.maths.slope_table import SlopeTable, refined, slope_table
from mmxlib.maths.spend_response import SpendCurves, SpendResponse, spend_response
from mmxlib.terms import Objective

CERTAIN = 1e-5
"""The relative gap at which the search ends: a hundredth of what is promised (0.1 %)."""

SAME_START = 1e-3
"""Starts closer than this share of the total lead to the same answer, and only the first is used."""

ROUNDS = 6
"""Refinements of the bound's knots; each lowers what the tents leave by an order or more."""

STALLED = 0.8
"""With risk, the share of the gap that a round must not leave: what is left is then not the knots' doing."""

PARTS = 150
"""Parts of the branch and bound in one round: about 0.1 s with ten channels."""

KNOTS = 33
"""Even knots over a channel's range; with 32 cells tents leave about 0.01 % of a smooth response."""


@dataclass(frozen=True, eq=False)
class AllocationProblem:
    """What is to be allocated, within what, and by which measure.

    ``total`` > 0 is spent in full; ``lower``, ``upper`` and ``present`` have shape (channel,), in money.
    ``risk`` is the multiple of the standard deviation over draws, used by ``mean_minus_risk``.
    """

    curves: SpendCurves
    total: float
    lower: Vector
    upper: Vector
    present: Vector
    objective: Objective
    risk: float


@dataclass(frozen=True, eq=False)
class Allocation:
    """An allocation and its certificate.

    ``totals``: (channel,). ``value``: the objective; ``slope``: (channel,), its derivative by each total.
    ``bound``: what no allocation exceeds; ``gap``: (bound - value) / max(|bound|, |present plan's value|).
    ``searches`` counts the local searches.
    """

    totals: Vector
    value: float
    slope: Vector
    bound: float
    gap: float
    searches: int


@dataclass(frozen=True, eq=False)
class _Point:
    totals: Vector
    value: float
    slope: Vector
    weights: Vector


def draw_weights(outcome: Vector, objective: Objective, risk: float) -> Vector:
    """Return the weights (draw,) under which ``outcome``, and any slope of it, adds up to the objective's."""
    even = np.full(len(outcome), 1.0 / len(outcome))
    deviation = outcome - outcome.mean()
    spread = float(np.sqrt((deviation * deviation).mean()))
    if objective is Objective.MEAN or spread <= 1e-14 * float(np.abs(outcome).max(initial=0.0)):
        return even
    weights: Vector = even - risk * deviation / (len(outcome) * spread)
    return weights


def tables_of(
    curves: SpendCurves, *, lower: Vector, upper: Vector, further: Sequence[Vector], weights: Vector
) -> tuple[SlopeTable, ...]:
    """Return each channel's table from ``lower`` to ``upper`` (channel,), with knots at ``further`` as well.

    ``further`` holds vectors of totals (channel,) within the range, such as the bounds of each question that
    the tables are to serve.
    """
    return tuple(
        slope_table(
            curves,
            c,
            _knots(float(lower[c]), float(upper[c]), [float(each[c]) for each in further]),
            weights=weights,
        )
        for c in range(len(lower))
    )


def _knots(lower: float, upper: float, further: Sequence[float]) -> Vector:
    even = np.linspace(lower, upper, KNOTS)
    step = (upper - lower) / (KNOTS - 1)
    near_zero = (
        upper * np.geomspace(1e-9, 1.0, 19) if lower < step else np.empty(0)
    )  # Hill with s < 1 is steep
    near_zero = near_zero[(near_zero > lower) & (near_zero < lower + step)]
    knots: Vector = np.unique(np.concatenate((even, near_zero, [lower, upper], further)))
    return knots[(knots >= lower) & (knots <= upper)]


def best_allocation(
    problem: AllocationProblem, *, tables: Sequence[SlopeTable], starts: int, rng: np.random.Generator
) -> Allocation:
    """Return the best allocation found, with its certificate.

    Parameters
    ----------
    problem
        A feasible problem: the sums of the bounds enclose the total.
    tables
        The channels' tables under equal weights of the draws, with knots at the problem's bounds.
    starts
        Starting points of the local search, the present plan first (>= 1). Beyond the named ones (the
        majorants' answer, equal, by marginal return, corners) they are drawn at random.
    rng
        Draws the starts beyond the named ones.
    """
    size = abs(_point(problem, problem.present).value)
    first = certified_bound(
        [ceiling(table) for table in tables],
        lower=problem.lower,
        upper=problem.upper,
        total=problem.total,
        enough=np.inf,
        parts=1,
    )
    waiting = _starts(problem, first.totals, starts, rng)
    best, searches = _searched(problem, waiting[:2], size), min(2, len(waiting))
    best, bound, tables = _certified(problem, best, tables, size)
    if len(waiting) > 2 and _gap(bound, best, size) > CERTAIN:
        other = _searched(problem, waiting[2:], size)
        searches = len(waiting)
        if other.value > best.value:
            best, bound, tables = _certified(problem, other, tables, size)
    return Allocation(
        best.totals, best.value, best.slope, max(bound.value, best.value), _gap(bound, best, size), searches
    )


def objective_value(
    response: SpendResponse, objective: Objective, risk: float
) -> tuple[float, Vector, Vector]:
    """Return the objective, its slope by channel and the weights of the draws."""
    outcome = response.outcome.sum(axis=1)
    weights = draw_weights(outcome, objective, risk)
    return float(weights @ outcome), weights @ response.slope, weights


def _point(problem: AllocationProblem, totals: Vector) -> _Point:
    value, slope, weights = objective_value(
        spend_response(problem.curves, totals), problem.objective, problem.risk
    )
    return _Point(totals, value, slope, weights)


def _gap(bound: Bound, best: _Point, size: float) -> float:
    scale = max(abs(bound.value), size)
    return max(bound.value - best.value, 0.0) / scale if scale > 0.0 else 0.0


def fitted(totals: Vector, *, lower: Vector, upper: Vector, total: float) -> Vector:
    """Return ``totals`` moved within the bounds to add up to ``total``, in proportion to the room left."""
    inside = np.clip(totals, lower, upper)
    for _ in range(2):  # the second pass takes up rounding
        missing = total - inside.sum()
        room = upper - inside if missing > 0.0 else inside - lower
        if room.sum() > 0.0:
            inside = np.clip(inside + missing * room / room.sum(), lower, upper)
    return inside


def _starts(
    problem: AllocationProblem, majorant: Vector, count: int, rng: np.random.Generator
) -> list[Vector]:
    """Return distinct feasible starts: present, majorants', equal, by marginal return, corners, random."""
    lower, upper, total = problem.lower, problem.upper, problem.total
    channels = len(lower)
    slope = np.maximum(_point(problem, problem.present).slope, 0.0)
    proposed = [problem.present, majorant, np.full(channels, total / channels)]
    if slope.sum() > 0.0:
        proposed.append(total * slope / slope.sum())
    rise = spend_response(problem.curves, upper).outcome.mean(axis=0)
    for c in np.argsort(-rise / np.maximum(upper, 1e-300), kind="stable"):
        corner = np.where(np.arange(channels) == c, min(upper[c], lower[c] + total - lower.sum()), lower)
        proposed.append(corner)
    while len(proposed) < count:
        proposed.append(rng.dirichlet(np.ones(channels)) * total)
    starts: list[Vector] = []
    for each in proposed:
        start = fitted(each, lower=lower, upper=upper, total=total)
        if all(np.abs(start - other).max() > SAME_START * total for other in starts):
            starts.append(start)
    return starts[:count]


def _searched(problem: AllocationProblem, starts: Sequence[Vector], size: float) -> _Point:
    """Return the best point of the local searches from ``starts``; the starts count as well."""
    best: _Point | None = None
    for start in starts:
        for point in (_point(problem, start), _climbed(problem, start, size)):
            if best is None or point.value > best.value:
                best = point
    assert best is not None, "there is always a start"
    return best


def _climbed(problem: AllocationProblem, start: Vector, size: float) -> _Point:
    """Return the end of one local search, in shares of the total and multiples of the present value."""
    from scipy.optimize import Bounds, LinearConstraint, minimize  # half a second to import

    free = problem.upper > problem.lower
    scale, total = size or 1.0, problem.total
    fixed = np.where(free, 0.0, problem.lower)

    def whole(shares: Vector) -> Vector:
        totals = fixed.copy()
        totals[free] = np.clip(shares * total, problem.lower[free], problem.upper[free])
        return totals

    def loss(shares: Vector) -> tuple[float, Vector]:
        point = _point(problem, whole(shares))
        return -point.value / scale, -point.slope[free] * (total / scale)

    if free.sum() < 2:  # the total leaves nothing to choose
        return _point(problem, start)
    ones = np.ones((1, int(free.sum())))
    rest = 1.0 - fixed.sum() / total
    answer = minimize(
        loss,
        start[free] / total,
        jac=True,
        method="SLSQP",
        bounds=Bounds(problem.lower[free] / total, problem.upper[free] / total),
        constraints=LinearConstraint(ones, rest, rest),
        options={"maxiter": 200, "ftol": 1e-13},
    )
    totals = fitted(whole(answer.x), lower=problem.lower, upper=problem.upper, total=total)
    return _point(problem, totals)


def _certified(
    problem: AllocationProblem, best: _Point, tables: Sequence[SlopeTable], size: float
) -> tuple[_Point, Bound, Sequence[SlopeTable]]:
    """Return the best point and its bound, in turns: finer knots, then a search from where the bound is."""
    lower, upper, total = problem.lower, problem.upper, problem.total
    even = draw_weights(np.zeros(problem.curves.draws), Objective.MEAN, 0.0)
    risky = problem.objective is not Objective.MEAN
    weights = best.weights if risky else even
    if risky:
        tables = tables_of(problem.curves, lower=lower, upper=upper, further=[], weights=weights)
    where, lowest = best.totals, None
    for _ in range(ROUNDS):
        near = [_around(best.totals, where, tables, c) for c in range(len(lower))]
        tables = [
            refined(problem.curves, c, tables[c], points=near[c], weights=weights) for c in range(len(lower))
        ]
        bound = certified_bound(
            [ceiling(table) for table in tables],
            lower=lower,
            upper=upper,
            total=total,
            enough=best.value + 0.5 * CERTAIN * size,
            parts=PARTS,
        )
        before = np.inf if lowest is None else _gap(lowest, best, size)
        if lowest is None or bound.value < lowest.value:
            lowest = bound
        where = bound.totals
        if _gap(lowest, best, size) <= CERTAIN:
            break
        start = fitted(where, lower=lower, upper=upper, total=total)
        better = _searched(problem, [start], size)
        if better.value > best.value:
            best = better
        if risky and _gap(lowest, best, size) > STALLED * before:
            break
    assert lowest is not None, "there is at least one round"
    return best, lowest, tables


def _around(best: Vector, where: Vector, tables: Sequence[SlopeTable], channel: int) -> Vector:
    """Return new knots at and beside the best total and the bound's, ever closer as the cells shrink."""
    knots = tables[channel].knots
    points = []
    for x in (best[channel], where[channel]):
        cell = min(max(int(np.searchsorted(knots, x)) - 1, 0), max(len(knots) - 2, 0))
        width = knots[min(cell + 1, len(knots) - 1)] - knots[cell]
        points += [x, *(x + sign * share * width for share in (1 / 64, 1 / 8) for sign in (-1.0, 1.0))]
    return np.array(points)
