"""Why a plan is as it is, in words: what holds each channel, what more room or money would bring, doubts."""

from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.note import Note, percent
from mmxlib.budget.amounts import (
    change_words,
    figure,
    gap_words,
    one_unit_of_money,
    one_unit_of_money_at_start,
    unit_of_money,
)
from mmxlib.budget.plan_basis import PlanBasis
from mmxlib.budget.plan_sensitivity import AT_LIMIT, UPPER, LimitedSpend, PlanSensitivity
from mmxlib.budget.plan_tables import beyond_observed
from mmxlib.budget.question import BudgetQuestion
from mmxlib.maths.arrays import Vector
from mmxlib.terms import Goal, Objective, Verdict

STILL = 0.005
"""A change of less than this share of the present spend counts as none."""

HARDLY = 0.005
"""What one unit of money brings counts for nothing up to this much money."""

PROMISED_GAP = 1e-3
"""The certified gap above which a reader is warned."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What one unit of the objective is called: ``money`` per unit (NaN where it has none), and its noun."""

    money: float
    noun: str
    currency: str

    def words(self, value: float) -> str:
        """Return an amount of the objective in words."""
        if np.isfinite(self.money):
            return " ".join(each for each in (figure(value * self.money), self.currency, self.noun) if each)
        return f"{figure(value)} of outcome"

    def gain(self, value: float) -> str:
        """Return what would be gained: ``hardly anything more`` where it rounds to none."""
        least = HARDLY if np.isfinite(self.money) else 0.0
        amount = value * self.money if np.isfinite(self.money) else value
        return f"{self.words(value)} more" if amount > least else "hardly anything more"


def worth_of(basis: PlanBasis, question: BudgetQuestion) -> Worth:
    """Return how amounts of the question's objective are said."""
    if question.margin is not None and question.goal is not Goal.TARGET:
        return Worth(1.0, "of margin", basis.currency)
    money = 1.0 if question.goal is Goal.MARGINAL_ROI else basis.money_per_outcome
    return Worth(money, "", basis.currency)


def channel_reasons(basis: PlanBasis, question: BudgetQuestion, plan: PlanSensitivity) -> tuple[str, ...]:
    """Return why each channel of a solved plan is where it is."""
    worth = worth_of(basis, question)
    return tuple(_reason(basis, question, c, plan, worth) for c in range(len(basis.channels)))


def plan_notes(basis: PlanBasis, question: BudgetQuestion, plan: PlanSensitivity) -> tuple[Note, ...]:
    """Return what a reader of a solved plan must know, warnings about it included."""
    worth = worth_of(basis, question)
    spend = np.array([each.spend for each in plan.channels])
    return (
        _gap_note(question, plan.gap),
        _total_note(basis, question, plan, worth),
        *_equal_note(basis, question, plan, worth),
        *_binding_notes(basis, question, plan, worth),
        *_cell_note(plan),
        *beyond_notes(basis, spend),
        *_organic_note(basis),
        *basis.notes,
        *question.notes,
    )


def _reason(basis: PlanBasis, question: BudgetQuestion, c: int, plan: PlanSensitivity, worth: Worth) -> str:
    held, slope = plan.channels[c], float(plan.slope[c])
    present = float(basis.present[c])
    risk = {Objective.MEAN_MINUS_RISK: ", less its risk", Objective.CVAR: " in the worst draws"}
    own = (
        f"its last {unit_of_money(basis)} brings {worth.words(slope)}{risk.get(question.objective.kind, '')}"
    )
    total = sum(each.spend for each in plan.channels)
    if held.upper - held.lower <= AT_LIMIT * total:
        if present <= 0.0 and held.spend <= 0.0:
            return "It has no present spend and no limit in money, so it stays at zero."
        return f"Its limits leave no choice ({held.upper_origin}); {own}."
    moved = _moved(present, held.spend)
    if held.binding:
        end = f"{moved}, its {held.binding} limit ({held.origin}): {own}"
        return f"{end}, and {_past_limit(basis, question, held, worth)}."
    if plan.crowded[c]:
        return f"{moved}, where {own}, as far as limits on several channels together allow."
    if question.goal in (Goal.MARGINAL_ROI, Goal.PROFIT):
        least = "as much as it must" if question.goal is Goal.MARGINAL_ROI else "as much as it costs"
        return f"{moved}, where {own}, {least}."
    alike = "as much as elsewhere" if len(_within(plan)) > 1 else "with what the limits of the others leave"
    if moved.startswith("Not moved"):
        return f"Not moved: at the present spend {own}, {alike}."
    return f"{moved}, where {own}, {alike}."


def _past_limit(basis: PlanBasis, question: BudgetQuestion, held: LimitedSpend, worth: Worth) -> str:
    """Return what moving past a binding limit would bring."""
    above = held.binding == UPPER
    if question.goal in (Goal.MARGINAL_ROI, Goal.PROFIT):
        least = "it must" if question.goal is Goal.MARGINAL_ROI else "it costs"
        return (
            f"the next {unit_of_money(basis)} there brings {worth.words(held.price)} "
            f"{'more' if above else 'less'} than {least}"
        )
    gain = worth.gain(held.price)
    if above:
        return f"{one_unit_of_money(basis)} moved here from elsewhere would bring {gain}"
    return f"{one_unit_of_money(basis)} moved from here to elsewhere would bring {gain}"


def _moved(present: float, total: float) -> str:
    if present <= 0.0:
        return f"Started with {figure(total)}" if total > 0.0 else "Not started"
    share = total / present - 1.0
    if abs(share) < STILL:
        return "Not moved"
    return f"{'Raised' if share > 0.0 else 'Cut'} by {change_words(abs(share))[1:]}"


def _gap_note(question: BudgetQuestion, gap: float | None) -> Note:
    measure = {
        Objective.MEAN: "brings",
        Objective.MEAN_MINUS_RISK: "brings, less its risk,",
        Objective.CVAR: "brings in its worst draws",
    }[question.objective.kind]
    if gap is None:
        return Note(
            "How far a better plan could be is not known for this question; the best of several searches is "
            "given.",
            verdict=Verdict.WARN,
        )
    if gap > PROMISED_GAP:
        return Note(
            f"It is certain only that no plan within these limits {measure} more than "
            f"{percent(gap, 2)} beyond this one; a better one may exist.",
            verdict=Verdict.WARN,
        )
    same = "of this total " if question.goal is Goal.TOTAL else ""
    beyond = "beyond this one, after its cost" if question.goal is Goal.PROFIT else "beyond this one"
    return Note(
        f"No plan {same}within these limits {measure} more than {gap_words(gap)} {beyond} (certified)."
    )


def _total_note(basis: PlanBasis, question: BudgetQuestion, plan: PlanSensitivity, worth: Worth) -> Note:
    one = one_unit_of_money_at_start(basis)
    if question.goal is Goal.MARGINAL_ROI:
        return Note(
            f"Money is spent as long as the last {unit_of_money(basis)} of a channel brings "
            f"{worth.words(question.floor)} or more."
        )
    if question.goal is Goal.PROFIT:
        return Note(
            f"Money is spent as long as the last {unit_of_money(basis)} of a channel earns its own cost."
        )
    if all(each.binding == UPPER for each in plan.channels):
        return Note("Every channel is at its upper limit: more money could not be spent within these limits.")
    return Note(
        f"{one} more in total would bring {worth.words(plan.put)}; "
        f"{one_unit_of_money(basis)} less would cost {worth.words(plan.taken)}."
    )


def _within(plan: PlanSensitivity) -> list[int]:
    """Return the channels that no limit holds, of their own or with others."""
    return [
        c
        for c, (held, crowded) in enumerate(zip(plan.channels, plan.crowded, strict=True))
        if not held.binding and not crowded
    ]


def _equal_note(
    basis: PlanBasis, question: BudgetQuestion, plan: PlanSensitivity, worth: Worth
) -> list[Note]:
    inside = _within(plan)
    if len(inside) < 2:
        return []
    names = ", ".join(basis.channels[c] for c in inside)
    shifts = "so shifting money among them gains nothing"
    return [
        Note(
            f"The channels within their limits ({names}) all bring about "
            f"{worth.words(float(plan.slope[inside].mean()))} for the last {unit_of_money(basis)}, {shifts}."
        )
    ]


def _binding_notes(
    basis: PlanBasis, question: BudgetQuestion, plan: PlanSensitivity, worth: Worth
) -> list[Note]:
    """Return the limit of a channel that costs the most, and every limit on several cells that holds."""
    notes = []
    held = [each for each in plan.channels if each.binding]
    worst = max(held, key=lambda each: each.price, default=None)
    if worst is not None and worst.price > 0.0:
        names = ", ".join(f"{each.name} ({each.binding})" for each in held)
        notes.append(
            Note(
                f"Limits hold {names}. The {worst.binding} limit of {worst.name} costs most: "
                f"{_past_limit(basis, question, worst, worth)}.",
                about=worst.name,
            )
        )
    notes += [
        Note(
            f"The {each.binding} limit of {each.kind} {each.name} ({figure(each.spend)}; {each.origin}) "
            f"holds: {one_unit_of_money(basis)} past it would bring {worth.gain(each.price)}.",
            about=each.name,
        )
        for each in plan.sums
        if each.binding
    ]
    return notes


def _cell_note(plan: PlanSensitivity) -> list[Note]:
    if not plan.held_cells:
        return []
    return [
        Note(
            f"{plan.held_cells} of {plan.cells} cells of channel and period are at a limit of their own, "
            "zero or the most in one period; the others of a channel bring alike for the last unit of money."
        )
    ]


def beyond_notes(basis: PlanBasis, spend: Vector) -> list[Note]:
    """Return a warning for each channel that a plan takes beyond all spend ever observed."""
    notes = []
    for c in np.flatnonzero(beyond_observed(basis, spend)):
        most = float(basis.observed_maximum[c])
        ever = (
            f"the most ever spent was {figure(most / basis.periods)}" if most > 0.0 else "none was ever spent"
        )
        notes.append(
            Note(
                f"{basis.channels[c]}: the plan spends {figure(float(spend[c]) / basis.periods)} per "
                f"period; over as many periods {ever}. What it brings there is extrapolated.",
                about=basis.channels[c],
                verdict=Verdict.WARN,
            )
        )
    return notes


def _organic_note(basis: PlanBasis) -> list[Note]:
    if not np.any(basis.organic):
        return []
    return [
        Note(
            f"What falls inside the periods includes {figure(float(basis.organic.mean()))} from organic "
            "channels at their present exposure; they have no budget."
        )
    ]
