"""A budget question: how much to spend, within which limits, and what makes one plan better than another."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from mmxlib.artifacts.note import Note
from mmxlib.budget.amounts import figure
from mmxlib.budget.beside_media import Assumed
from mmxlib.budget.plan_basis import PlanBasis
from mmxlib.errors import Fault, InfeasibleError
from mmxlib.maths.arrays import Cube, Vector
from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.terms import Detail, Goal, Objective, Solver

MEAN = DrawObjective(Objective.MEAN)

SUM_SLACK = 1e-9
"""The share of a total by which bounds may miss it through rounding alone."""


class LimitKind(StrEnum):
    """What a limit on several cells adds up."""

    GROUP = "group"
    SEGMENT = "segment"
    PERIOD = "period"


@dataclass(frozen=True, eq=False)
class SumLimit:
    """A limit on the spend of several cells together.

    ``cells``: (unit, channel, period), one where a cell counts, zero elsewhere; a national channel's cells
    count in its first unit alone, and not in any segment. ``lower`` and ``upper`` in money over the plan's
    periods, the upper one infinite where there is none. ``origin`` says where they come from.
    """

    kind: LimitKind
    name: str
    cells: Cube
    lower: float
    upper: float
    origin: str


@dataclass(frozen=True, eq=False)
class BudgetQuestion:
    """Limits on spend, and what makes one plan better than another.

    ``total_lower`` and ``total_upper``: what may be spent in all, equal for a fixed total. ``lower`` and
    ``upper``: (channel,), money over the plan's periods; their origins say in words where each bound comes
    from. ``sums`` limit groups, segments and periods. ``fixed``: (unit, channel, period), spend of fixed
    cells, NaN where a cell is free; None fixes none. ``cell_upper``: (channel,), the most in one period, for
    detail channel_and_period. ``floor`` is the least marginal ROI of goal marginal_roi; ``margin`` (unit,)
    the profit on one unit of outcome, before the spend; None where only the outcome counts. ``target`` is
    what goal target shall reach within the periods, base included, with ``probability`` or, without one, on
    the mean. ``assumed`` is the future of the scenario's forecast; None takes that of the basis. ``notes``
    are passed on to the plan.
    """

    scenario: str
    total_lower: float
    total_upper: float
    lower: Vector
    upper: Vector
    lower_origin: tuple[str, ...]
    upper_origin: tuple[str, ...]
    goal: Goal = Goal.TOTAL
    detail: Detail = Detail.CHANNEL
    objective: DrawObjective = MEAN
    sums: tuple[SumLimit, ...] = ()
    fixed: Cube | None = None
    cell_upper: Vector | None = None
    floor: float = 1.0
    margin: Vector | None = None
    target: float = float("nan")
    probability: float | None = None
    assumed: Assumed | None = None
    solver: Solver = Solver.SLSQP
    notes: tuple[Note, ...] = ()


def check_stated(basis: PlanBasis, questions: Sequence[BudgetQuestion]) -> None:
    """Raise one error with every reason for which a question cannot be meant, or has plainly no plan.

    Raises
    ------
    InfeasibleError
        If a total is not above zero, bounds cross, or channels' bounds alone cannot add up to the total; it
        names the bounds in conflict.
    """
    faults = [fault for question in questions for fault in _faults(basis, question)]
    if faults:
        raise InfeasibleError.of(faults)


def _faults(basis: PlanBasis, question: BudgetQuestion) -> list[Fault]:
    place = f"scenario {question.scenario}"
    low, high = question.total_lower, question.total_upper
    if not (high > 0.0 and 0.0 <= low <= high and np.isfinite(low)):
        return [
            Fault(
                "MMX-B003",
                f"A budget of {_range_words(low, high)} leaves nothing to plan.",
                "Set a total above zero; without spend in the last periods a factor of it is zero.",
                place,
            )
        ]
    faults = [*_crossing(basis, question, place), *_endless(basis, question, place)]
    if faults:
        return faults
    slack = SUM_SLACK * high
    if question.lower.sum() > high + slack:
        return [_sum_fault(basis, question, place, least=True)]
    if question.upper.sum() < low - slack:
        return [_sum_fault(basis, question, place, least=False)]
    return []


def _crossing(basis: PlanBasis, question: BudgetQuestion, place: str) -> list[Fault]:
    """Return a fault for each limit whose lower end is above its upper one, or below zero."""
    stated = [
        (f"channel {name}", name, float(low), float(high), f" ({from_low})", f" ({from_high})")
        for name, low, high, from_low, from_high in zip(
            basis.channels,
            question.lower,
            question.upper,
            question.lower_origin,
            question.upper_origin,
            strict=True,
        )
    ]
    stated += [
        (f"{each.kind.value} {each.name}", f"{each.kind.value} {each.name}", each.lower, each.upper, "", "")
        for each in question.sums
    ]
    return [
        Fault(
            "MMX-B004",
            f"{name} is to spend from {figure(low)}{from_low} to {figure(high)}{from_high}.",
            "Set limits from zero up, the lower one below the upper one.",
            f"{place}, {where}",
        )
        for where, name, low, high, from_low, from_high in stated
        if not 0.0 <= low <= high
    ]


def _endless(basis: PlanBasis, question: BudgetQuestion, place: str) -> list[Fault]:
    """Return a fault for each channel that nothing keeps from spending without end."""
    if np.isfinite(question.total_upper):
        return []
    return [
        Fault(
            "MMX-B027",
            f"{name} has no upper limit, and the total is free.",
            "Give the channel an upper limit, or a pair of budgets between which the total may be.",
            f"{place}, channel {name}",
        )
        for name, high in zip(basis.channels, question.upper, strict=True)
        if not np.isfinite(high)
    ]


def _range_words(low: float, high: float) -> str:
    return figure(high) if low == high else f"{figure(low)} to {figure(high)}"


def _sum_fault(basis: PlanBasis, question: BudgetQuestion, place: str, *, least: bool) -> Fault:
    """Return the fault of bounds that cannot add up, which names them from the largest down."""
    limits = question.lower if least else question.upper
    origins = question.lower_origin if least else question.upper_origin
    order = [int(c) for c in np.argsort(-limits, kind="stable") if limits[c] > 0.0 or not least]
    named = "; ".join(f"{basis.channels[c]} {figure(float(limits[c]))} ({origins[c]})" for c in order)
    total = figure(question.total_upper if least else question.total_lower)
    reach = figure(float(limits.sum()))
    if least:
        return Fault(
            "MMX-B005",
            f"The budget is {total}, but the lower limits already add up to {reach}: {named}.",
            f"Raise the budget to {reach} or more, or lower some of these limits.",
            place,
        )
    return Fault(
        "MMX-B006",
        f"The budget is {total}, but the upper limits add up to only {reach}: {named}.",
        f"Lower the budget to {reach} or less, or raise some of these limits.",
        place,
    )
