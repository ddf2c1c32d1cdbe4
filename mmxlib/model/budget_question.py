"""A budget question: a total, bounds with their origins, an objective; and whether it has any answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.note import Note
from mmxlib.errors import Fault, InfeasibleError
from mmxlib.maths.arrays import Vector
from mmxlib.model.budget_words import figure
from mmxlib.model.planning import PlanBasis
from mmxlib.terms import Objective

SUM_SLACK = 1e-9
"""The share of a total by which bounds may miss it through rounding alone."""


@dataclass(frozen=True, eq=False)
class BudgetQuestion:
    """A total to spend within bounds, and what makes one plan better than another.

    ``lower`` and ``upper``: (channel,), money over the plan's periods; their origins say in words where each
    bound comes from. ``risk`` is the multiple of the standard deviation that ``mean_minus_risk`` takes off.
    ``notes`` are passed on to the plan.
    """

    scenario: str
    total: float
    lower: Vector
    upper: Vector
    lower_origin: tuple[str, ...]
    upper_origin: tuple[str, ...]
    objective: Objective = Objective.MEAN
    risk: float = 1.0
    notes: tuple[Note, ...] = ()


def check_feasible(basis: PlanBasis, questions: Sequence[BudgetQuestion]) -> None:
    """Raise one error with every reason for which a question has no plan.

    Raises
    ------
    InfeasibleError
        If bounds cross or cannot add up to the total; it names the bounds in conflict.
    """
    faults = [fault for question in questions for fault in _faults(basis, question)]
    if faults:
        raise InfeasibleError.of(faults)


def _faults(basis: PlanBasis, question: BudgetQuestion) -> list[Fault]:
    place, total = f"scenario {question.scenario}", question.total
    if not (np.isfinite(total) and total > 0.0):
        return [
            Fault(
                "MMX-B003",
                f"A budget of {figure(total)} leaves nothing to plan.",
                "Set a total above zero; without spend in the last periods a factor of it is zero.",
                place,
            )
        ]
    faults = [
        Fault(
            "MMX-B004",
            f"{name} is to spend from {figure(low)} ({from_low}) to {figure(high)} ({from_high}).",
            "Set limits from zero up, the lower one below the upper one.",
            f"{place}, channel {name}",
        )
        for name, low, high, from_low, from_high in zip(
            basis.channels,
            question.lower,
            question.upper,
            question.lower_origin,
            question.upper_origin,
            strict=True,
        )
        if not 0.0 <= low <= high
    ]
    if faults:
        return faults
    slack = SUM_SLACK * total
    if question.lower.sum() > total + slack:
        return [_sum_fault(basis, question, place, least=True)]
    if question.upper.sum() < total - slack:
        return [_sum_fault(basis, question, place, least=False)]
    return []


def _sum_fault(basis: PlanBasis, question: BudgetQuestion, place: str, *, least: bool) -> Fault:
    """Return the fault of bounds that cannot add up, which names them from the largest down."""
    limits = question.lower if least else question.upper
    origins = question.lower_origin if least else question.upper_origin
    order = [int(c) for c in np.argsort(-limits, kind="stable") if limits[c] > 0.0 or not least]
    named = "; ".join(f"{basis.channels[c]} {figure(float(limits[c]))} ({origins[c]})" for c in order)
    total, reach = figure(question.total), figure(float(limits.sum()))
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
