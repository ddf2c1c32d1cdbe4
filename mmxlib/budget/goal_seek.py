"""The least spend whose periods reach a target: the best allocation of a total, and the total to the target.

The most that a total can bring within the periods grows with the total, so the least total that reaches a
target is where the two meet. A bracket of totals is narrowed, each searched for its best allocation; between
the ends of the last bracket spend is blended until the forecast is the target, and all starts check that no
better plan of that total is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mmxlib.artifacts.note import Note, percent
from mmxlib.artifacts.plan import Target
from mmxlib.budget.amounts import figure, gap_words
from mmxlib.budget.measured_plan import Measured, measured
from mmxlib.budget.plan_basis import PlanBasis
from mmxlib.budget.plan_sensitivity import AT_LIMIT, known_gap
from mmxlib.budget.plan_tables import budget_plan
from mmxlib.budget.question import BudgetQuestion
from mmxlib.budget.solving import (
    Search,
    Setup,
    SolvedPlan,
    account_of,
    allocated,
    climbed,
    setup_of,
)
from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.allocation import Allocation
from mmxlib.maths.budgets.least_total import least_total
from mmxlib.maths.budgets.limits import least_sum, nearest
from mmxlib.terms import Detail, Measure, Verdict

CLOSE = 1e-6
"""The share of the target from which a blend of both ends of the bracket takes over from the search."""

EXACT = 1e-9
"""The share of the target by which the blend may miss it."""

STEPS = 40
"""Most totals that are searched; where returns diminish, Newton's steps need about five."""

CHECKS = 3
"""How often all starts may find a better plan of the total that local searches ended with."""


@dataclass(frozen=True, eq=False)
class _End:
    """An end of the bracket: variables, their sum, the outcome that they reach.

    ``gap`` says how far a better plan of the same total can be.
    """

    variables: Vector
    total: float
    reached: float
    gap: float | None = None


def target_plan(
    basis: PlanBasis, question: BudgetQuestion, *, present: Measured, search: Search
) -> SolvedPlan:
    """Return the plan of least spend that reaches the question's target, or the one that comes nearest.

    Raises
    ------
    InfeasibleError
        If no plan keeps the limits; it names those in conflict.
    """
    setup = setup_of(basis, question, measure=Measure.OUTCOME_IN_PERIODS)
    found = _sought(setup, search)
    own = measured(basis, setup.layout, found.variables, margin=question.margin)
    reached = found.reached >= question.target * (1.0 - EXACT)
    gap = found.gap if question.probability is None else None
    if reached and question.probability is None:
        gap = _gap(setup, found, search)
    allocation = _at(setup, found.variables, gap)
    target = Target(
        outcome=question.target,
        probability=question.probability,
        reached=reached,
        chance=float((own.forecast >= question.target).mean()),
    )
    account = account_of(
        setup.with_total(found.total), allocation, status=_status(question, found, reached, gap)
    )
    notes = (_target_note(question, own, found, target), *account.notes)
    told = replace(account, target=target, notes=notes)
    return SolvedPlan(budget_plan(basis, own, told, present=present, level=search.level), own)


def _sought(setup: Setup, search: Search) -> _End:
    """Return the end of the goal seek: the target met, or the nearest that the limits allow."""
    target, limits = setup.question.target, setup.problem.limits
    low = _climbed(setup.with_total(least_sum(limits)), [limits.lower])
    if low.reached >= target:
        return low
    high = _climbed(setup, [limits.upper])
    if high.reached < target:
        high = _settled(setup, search)  # by all starts, and certified: it may be the answer
    if high.reached <= target:
        return high
    found = _between(setup, low, high)
    for _ in range(CHECKS):
        best = _settled(setup.with_total(found.total), search)
        if best.reached <= target * (1.0 + EXACT):
            break
        found = _between(setup, low, best)  # all starts know a better plan of this total: less will do
    return found


def _between(setup: Setup, low: _End, high: _End) -> _End:
    """Return where the target is met between two ends, by Newton's steps within the bracket.

    What the last unit of money brings is the slope of the most that a total can reach.
    """
    target, latest = setup.question.target, low
    for _ in range(STEPS):
        price = _price(setup, latest)
        total = latest.total + (target - latest.reached) / price if price > 0.0 else np.inf
        if not low.total < total < high.total:
            total = 0.5 * (low.total + high.total)
        latest = _climbed(setup.with_total(total), [_blend(low, high, total)])
        low, high = (low, latest) if latest.reached >= target else (latest, high)
        if abs(latest.reached - target) <= CLOSE * abs(target) or high.total - low.total <= EXACT * total:
            break
    return _blended(setup, low, high)


def _blend(low: _End, high: _End, total: float) -> Vector:
    """Return the variables of ``total`` on the line between two ends."""
    share = (total - low.total) / (high.total - low.total)
    return low.variables + share * (high.variables - low.variables)


def _climbed(setup: Setup, starts: Sequence[Vector]) -> _End:
    """Return the end of local searches from ``starts``, moved within the limits."""
    return _end(setup, climbed(setup, [nearest(setup.problem.limits, start) for start in starts]))


def _settled(setup: Setup, search: Search) -> _End:
    """Return the best plan by all starts."""
    allocation = allocated(setup, search)
    return replace(_end(setup, allocation.spend), gap=known_gap(allocation))


def _end(setup: Setup, variables: Vector) -> _End:
    return _End(variables, float(variables.sum()), reached(setup, variables))


def _price(setup: Setup, end: _End) -> float:
    """Return what one unit of money more brings within the periods where it is put best."""
    limits, slope = setup.problem.limits, setup.point(end.variables).slope
    near = AT_LIMIT * max(end.total, 1.0)
    inside = (end.variables > limits.lower + near) & (end.variables < limits.upper - near)
    return float(slope[inside].mean()) if inside.any() else float(slope.max(initial=0.0))


def reached(setup: Setup, variables: Vector) -> float:
    """Return the outcome within the periods that variables reach: the mean, or with the asked probability."""
    own = measured(setup.basis, setup.layout, variables)
    probability = setup.question.probability
    if probability is None:
        return float(own.expected.mean())
    return float(np.quantile(own.forecast, 1.0 - probability))


def _blended(setup: Setup, low: _End, high: _End) -> _End:
    """Return the point between both ends of a bracket that meets the target."""
    from scipy.optimize import brentq  # half a second to import

    target = setup.question.target

    def between(share: float) -> Vector:
        return low.variables + share * (high.variables - low.variables)

    if high.reached <= target:
        return high
    share = brentq(lambda each: reached(setup, between(each)) - target, 0.0, 1.0, xtol=1e-15, rtol=1e-12)
    spend = between(float(share))
    return _End(spend, float(spend.sum()), reached(setup, spend))


def _at(setup: Setup, variables: Vector, gap: float | None) -> Allocation:
    """Return variables that were sought as an allocation, with the slope of what falls inside the periods."""
    point = setup.point(variables)
    known = np.inf if gap is None else gap
    return Allocation(variables, point.value, point.slope, np.inf, known, searches=1)


def _gap(setup: Setup, found: _End, search: Search) -> float | None:
    """Return by which share of the plan's spend a plan that reaches as much could be cheaper at most."""
    floor, whole = least_sum(setup.problem.limits), found.total + setup.named.committed
    if found.total <= floor * (1.0 + EXACT):
        return 0.0
    value = setup.point(found.variables).value
    if setup.question.detail is Detail.CHANNEL:
        least = least_total(setup.problem, setup.tables, target=value, reached=found.variables).value
    else:
        least = _least_by_price(setup, found, value, search)
    return min(max(found.total - max(least, floor), 0.0) / whole, 1.0)


def _least_by_price(setup: Setup, found: _End, value: float, search: Search) -> float:
    """Return a total below which no plan brings ``value`` in the periods, minus infinity if none is known.

    At a price per unit of money, no plan is worth more than the bound ``U`` of outcome less price times
    spend; so whatever brings the outcome ``v`` spends at least ``(v - U) / price``. The price that makes it
    tight is what the last unit of money brings.
    """
    price = _price(setup, found)
    if price <= 0.0:
        return -np.inf
    priced = allocated(replace(setup, problem=replace(setup.problem, price=price)), search)
    return (value - priced.bound) / price


def _status(question: BudgetQuestion, found: _End, met: bool, gap: float | None) -> str:
    if not met:
        return f"The target cannot be reached within the limits: the most is {figure(found.reached)}."
    if gap is None:
        return "The least spend found that reaches the target; how much less could do is not known."
    return (
        f"The least spend that reaches the target; none that does is cheaper by more than {gap_words(gap)}."
    )


def _target_note(question: BudgetQuestion, own: Measured, found: _End, target: Target) -> Note:
    """Return the answer in one sentence."""
    asked = figure(question.target)
    if question.probability is not None:
        asked += f" with a probability of {percent(question.probability)}"
    spend = figure(float(own.spend.sum()))
    if not target.reached:
        most = figure(found.reached)
        sure = (
            "" if question.probability is None else f" with a probability of {percent(question.probability)}"
        )
        return Note(
            f"The periods cannot reach {asked} within the limits: the most is {most}{sure}, with a spend of "
            f"{spend}. Raise the upper limits, or lower the target.",
            verdict=Verdict.WARN,
        )
    return Note(
        f"A spend of {spend} is the least that reaches {asked} within the periods, base included; they reach "
        f"it in {percent(target.chance)} of the draws."
    )
