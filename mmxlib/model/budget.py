"""The best plan for a budget: one question, or scenarios side by side with the present plan."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mmxlib.artifacts.note import Note, percent
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.errors import UsageError
from mmxlib.maths.allocation import Allocation, AllocationProblem, best_allocation
from mmxlib.maths.certificate import tables_of
from mmxlib.maths.draw_objectives import DrawObjective
from mmxlib.maths.limits import box
from mmxlib.maths.slope_table import SlopeTable
from mmxlib.model.budget_question import BudgetQuestion, check_feasible
from mmxlib.model.budget_words import STILL, SolvedTotals, figure, gap_words, reasons
from mmxlib.model.measured_plan import Account, budget_plan, compared, measured
from mmxlib.model.model import Model
from mmxlib.model.planning import PlanBasis, plan_basis
from mmxlib.terms import Objective, Verdict

PRESENT = "present"
"""The present plan's name among the scenarios."""

STARTS = 8
"""Starting points of the local search where the caller says nothing."""

CHANGE = 0.3
"""How far a channel may move, as a share, where the caller gives no bounds."""


def optimize_budget(
    model: Model,
    *,
    budget: float | None = None,
    periods: int = 13,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    objective: Objective | str = Objective.MEAN,
    risk: float = 1.0,
    starts: int = STARTS,
    level: float = 0.9,
    seed: int = 0,
) -> BudgetPlan:
    """Return the best plan for the periods after the data.

    Parameters
    ----------
    model
        The fitted model.
    budget
        Money to spend over the plan's periods, > 0; by default as much as in the last ``periods``.
    periods
        Length of the plan, from 1 to the number of observed periods.
    bounds
        Least and most spend by channel, in money over the plan's periods. A channel that is not named may
        move by 30 % around its present share of the budget.
    objective
        ``mean`` over the draws, or ``mean_minus_risk``: less ``risk`` standard deviations.
    risk
        See ``objective``; >= 0.
    starts
        Starting points of the local search, >= 1.
    level
        Probability inside the reported intervals, in [0.5, 1).
    seed
        Draws the starting points beyond the named ones (present plan, equal, corners and the like).

    Returns
    -------
    The plan with what it brings, why, and how far from the best possible it can be at most.

    Raises
    ------
    InfeasibleError
        If no plan satisfies the bounds; the error names those in conflict.
    UsageError
        If a bound names an unknown channel or an argument is out of range.

    Notes
    -----
    A plan scales each channel's flighting and split by unit of the present plan. What it brings is the
    outcome with minus without its exposure, over its periods and the carryover after them.
    """
    basis = plan_basis(model.response, periods=periods)
    _check_arguments(basis, bounds or {}, risk=risk, starts=starts, level=level)
    present = float(basis.present.sum())
    question = _asked(basis, present if budget is None else budget, bounds or {}, Objective(objective), risk)
    check_feasible(basis, [question])
    solved = solved_scenarios(basis, [question], starts=starts, level=level, rng=np.random.default_rng(seed))
    return solved.plans[0]


def solved_scenarios(
    basis: PlanBasis,
    questions: Sequence[BudgetQuestion],
    *,
    starts: int,
    level: float,
    rng: np.random.Generator,
) -> Scenarios:
    """Return the plan of every question beside the present plan.

    ``questions`` are feasible (`check_feasible`) and have distinct scenarios. ``starts`` and ``rng`` are
    those of `mmxlib.maths.allocation.best_allocation`; ``level`` is the probability inside the intervals.
    """
    now = measured(basis, basis.present)
    present = budget_plan(basis, now, _present_account(basis), present=now, level=level)
    rows = [compared(basis, present, now, present=now, level=level)]
    tables = _shared_tables(basis, questions)
    plans = []
    for question in questions:
        allocation = best_allocation(_problem(basis, question), tables=tables, starts=starts, rng=rng)
        own = measured(basis, allocation.spend)
        plan = budget_plan(basis, own, _account(basis, question, allocation), present=now, level=level)
        plans.append(plan)
        rows.append(compared(basis, plan, own, present=now, level=level))
    return Scenarios(tuple(plans), present, pd.DataFrame(rows), _scenario_notes(plans, present))


def _check_arguments(
    basis: PlanBasis,
    bounds: Mapping[str, tuple[float, float]],
    *,
    risk: float,
    starts: int,
    level: float,
) -> None:
    unknown = [name for name in bounds if name not in basis.channels]
    if unknown:
        raise UsageError(
            f"Bounds name {', '.join(map(repr, unknown))}, but the paid channels are "
            f"{', '.join(basis.channels)}.",
            remedy="Correct the channel's name.",
            code="MMX-B007",
        )
    if risk < 0.0 or starts < 1 or not 0.5 <= level < 1.0:
        raise UsageError(
            f"risk {risk:g}, starts {starts} and level {level:g} are not all in range.",
            remedy="Choose risk from 0 up, at least one start, and a level from 0.5 to below 1.",
            code="MMX-B008",
        )


def _asked(
    basis: PlanBasis,
    total: float,
    bounds: Mapping[str, tuple[float, float]],
    objective: Objective,
    risk: float,
) -> BudgetQuestion:
    present = basis.present
    factor = total / present.sum() if present.sum() > 0.0 else 0.0
    lower, upper = present * factor * (1.0 - CHANGE), present * factor * (1.0 + CHANGE)
    origin = [f"{percent(CHANGE)} around its present share"] * len(present)
    for c, name in enumerate(basis.channels):
        if name in bounds:
            lower[c], upper[c] = bounds[name]
            origin[c] = "as given"
    return BudgetQuestion("custom", total, lower, upper, tuple(origin), tuple(origin), objective, risk)


def _problem(basis: PlanBasis, question: BudgetQuestion) -> AllocationProblem:
    return AllocationProblem(
        basis.curves,
        box(question.lower, question.upper, question.total),
        basis.present,
        DrawObjective(question.objective, risk=question.risk),
    )


def _shared_tables(basis: PlanBasis, questions: Sequence[BudgetQuestion]) -> tuple[SlopeTable, ...]:
    """Return tables over the widest bounds, with knots at the bounds of every question."""
    if not questions:
        return ()
    lowers, uppers = [each.lower for each in questions], [each.upper for each in questions]
    even = np.full(basis.curves.draws, 1.0 / basis.curves.draws)
    return tables_of(
        basis.curves,
        lower=np.min(lowers, axis=0),
        upper=np.max(uppers, axis=0),
        further=[*lowers, *uppers],
        weights=even,
    )


def _account(basis: PlanBasis, question: BudgetQuestion, allocation: Allocation) -> Account:
    solved = SolvedTotals(
        totals=allocation.spend,
        lower=question.lower,
        upper=question.upper,
        lower_origin=question.lower_origin,
        upper_origin=question.upper_origin,
        slope=allocation.slope,
        gap=allocation.gap,
        objective=question.objective,
    )
    said = reasons(basis, solved)
    searches = "one start" if allocation.searches == 1 else f"{allocation.searches} starts"
    return Account(
        scenario=question.scenario,
        objective=question.objective,
        gap=allocation.gap,
        status=f"Solved from {searches}; no plan can be better by more than {gap_words(allocation.gap)}.",
        lower=question.lower,
        upper=question.upper,
        reason=said.reason,
        binding=said.binding,
        notes=said.notes + question.notes,
    )


def _present_account(basis: PlanBasis) -> Account:
    count = len(basis.channels)
    return Account(
        scenario=PRESENT,
        objective=Objective.MEAN,
        gap=None,
        status="Measured, not solved for.",
        lower=basis.present,
        upper=basis.present,
        reason=("The spend of the last observed periods.",) * count,
        binding=("",) * count,
        notes=basis.notes,
    )


def _scenario_notes(plans: Sequence[BudgetPlan], present: BudgetPlan) -> tuple[Note, ...]:
    """Return a sentence per scenario on what it brings over the present plan."""
    notes = []
    for plan in plans:
        gain = plan.outcome - present.outcome
        word = "more" if gain >= 0.0 else "less"
        if np.allclose(plan.channels["spend"], present.channels["spend"], rtol=STILL):
            text = f"{plan.scenario}: is the present plan; nothing better was found within its limits."
            notes.append(Note(text, plan.scenario))
            continue
        doubtful = plan.probability_better < 0.5 and plan.total >= present.total
        notes.append(
            Note(
                f"{plan.scenario}: spends {figure(plan.total)} against {figure(present.total)} now and "
                f"brings {figure(abs(gain))} of outcome {word}; it beats the present plan in "
                f"{percent(plan.probability_better)} of the draws.",
                about=plan.scenario,
                verdict=Verdict.WARN if doubtful else Verdict.PASS,
            )
        )
    return tuple(notes)
