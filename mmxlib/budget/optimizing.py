"""The best plan for a budget: one question, or scenarios side by side with the present plan."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from mmxlib.artifacts.note import Note, percent
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.budget.amounts import figure
from mmxlib.budget.arguments import stated_question
from mmxlib.budget.beside_media import Assumed
from mmxlib.budget.choices import (
    TARGET_CHANGE,
    Bounds,
    CellSpends,
    GroupBounds,
    PeriodBounds,
    check_target,
    choice,
    choices_of,
)
from mmxlib.budget.goal_seek import target_plan
from mmxlib.budget.measured_plan import measured_present
from mmxlib.budget.plan_basis import PlanBasis, assuming, plan_basis
from mmxlib.budget.plan_tables import Account, budget_plan, compared
from mmxlib.budget.question import BudgetQuestion, check_stated
from mmxlib.budget.reasons import STILL
from mmxlib.budget.solving import STARTS, Search, solved_plan
from mmxlib.errors import Fault, InfeasibleError
from mmxlib.forecasting.future_drivers import FutureControls, FutureEvents
from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.model.model import Model
from mmxlib.model.windows import Window, window_periods
from mmxlib.terms import Detail, Goal, Objective, Solver, Verdict

PRESENT = "present"
"""The present plan's name among the scenarios."""


def optimize_budget(
    model: Model,
    budget: float | tuple[float, float] | None = None,
    periods: int = 13,
    *,
    bounds: Bounds | None = None,
    groups: GroupBounds | None = None,
    segments: Bounds | None = None,
    period_bounds: PeriodBounds | None = None,
    fixed: CellSpends | None = None,
    detail: Detail | str = Detail.CHANNEL,
    objective: Objective | str = Objective.MEAN,
    risk: float = 1.0,
    tail: float = 0.1,
    marginal_roi_floor: float | None = None,
    margin: float | Mapping[str, float] | None = None,
    window: Window | None = None,
    events: FutureEvents = None,
    controls: FutureControls = None,
    solver: Solver | str = Solver.SLSQP,
    starts: int = STARTS,
    level: float = 0.9,
    seed: int = 0,
) -> BudgetPlan:
    """Return the best plan for the periods after the data, and how far from the best it can be at most.

    Parameters
    ----------
    model
        The fitted model.
    budget
        Money to spend over the plan's periods, > 0; by default as much as in the last ``periods``. A pair
        limits a total that ``marginal_roi_floor`` or ``margin`` leaves free.
    periods
        Length of the plan, from 1 to the number of observed periods.
    bounds
        Least and most spend by channel, in money over the plan's periods. A channel that is not named may
        move by 30 % around its present share of the budget (around its present spend where the total is
        free).
    groups
        Least and most spend of several channels together: ``{"video": (("tv", "youtube"), 2e5, 4e5)}``.
    segments
        Least and most spend by unit, over the channels that are not national.
    period_bounds
        Least and most spend in a period: one pair for every period, or pairs by date.
    fixed
        Spend that is settled: a frame with date, channel, spend and perhaps unit, or a mapping from
        ``(channel, date)`` or ``(channel, date, unit)`` to money.
    detail
        ``channel``: each channel's total, spread over units and periods as in the present plan.
        ``channel_and_period``: each channel's spend in every period, spread over units.
    objective
        ``mean`` over the draws; ``mean_minus_risk``: less ``risk`` standard deviations; ``cvar``: the mean of
        the worst ``tail`` share of the draws.
    risk, tail
        See ``objective``; risk >= 0, tail in (0, 1].
    marginal_roi_floor
        Leaves the total free: money is spent as long as the last unit of it brings so much, > 0.
    margin
        Profit on one unit of outcome before the spend, one for all or by unit of the panel. Without
        ``budget`` the plan makes the profit as large as possible; with a total, the margin earned.
    window
        First and last date of observed periods, to plan them in hindsight; ``periods`` is not used then.
    events, controls
        The future that the plan's forecast assumes: see `mmxlib.forecast`.
    solver
        ``slsqp``: sequential quadratic programming from several starts, for channel_and_period an interior
        point search with second derivatives. Or ``differential_evolution`` or ``dual_annealing``.
    starts
        Starting points of the local search, >= 1.
    level
        Probability inside the reported intervals, in [0.5, 1).
    seed
        The source of all chance: starting points beyond the named ones, and the noise of the forecast.

    Returns
    -------
    The plan with what it brings, why, and how far from the best possible it can be at most.

    Raises
    ------
    InfeasibleError
        If no plan keeps the limits; the error names those in conflict.
    UsageError
        If a limit names what the model does not know, or an argument is out of range.

    Notes
    -----
    ``outcome`` of a plan is what its spend causes, with minus without its exposure, over its periods and the
    carryover after them; ``outcome_in_periods`` is what falls inside its periods, whenever it was spent.

    References
    ----------
    Falk and Soland (1969), An Algorithm for Separable Nonconvex Programming Problems, Management Science
    15(9) (the bound behind ``gap``).
    """
    panel = model.response.panel
    span = None if window is None else window_periods(panel, window)
    basis = plan_basis(
        model.response,
        periods=periods if span is None else span[1] - span[0],
        first=None if span is None else span[0],
        assumed=Assumed(events, controls, seed),
    )
    chosen = choices_of(
        bounds=bounds,
        groups=groups,
        segments=segments,
        period_bounds=period_bounds,
        fixed=fixed,
        detail=detail,
        solver=solver,
        objective=DrawObjective(choice(Objective, objective), risk=risk, tail=tail),
    )
    question = stated_question(basis, chosen, budget=budget, floor=marginal_roi_floor, margin=margin)
    check_stated(basis, [question])
    search = Search(starts, level, seed)
    return solved_scenarios(basis, [question], search).plans[0]


def budget_for_target(
    model: Model,
    outcome: float,
    periods: int = 13,
    *,
    probability: float | None = None,
    bounds: Bounds | None = None,
    groups: GroupBounds | None = None,
    segments: Bounds | None = None,
    period_bounds: PeriodBounds | None = None,
    fixed: CellSpends | None = None,
    detail: Detail | str = Detail.CHANNEL,
    events: FutureEvents = None,
    controls: FutureControls = None,
    solver: Solver | str = Solver.SLSQP,
    starts: int = STARTS,
    level: float = 0.9,
    seed: int = 0,
) -> BudgetPlan:
    """Return the plan of least spend under which the periods after the data reach an outcome.

    Parameters
    ----------
    model
        The fitted model.
    outcome
        What all units shall reach within the plan's periods, base included, > 0: the sum of
        `mmxlib.forecast`.
    periods
        Length of the plan, from 1 to the number of observed periods.
    probability
        Chance with which it shall be reached, in (0, 1), noise included; None asks for the mean.
    bounds
        Least and most spend by channel, in money over the plan's periods. A channel that is not named may
        move by 60 % around its present spend.
    groups, segments, period_bounds, fixed, detail, events, controls, solver, starts, level, seed
        As in `optimize_budget`.

    Returns
    -------
    The plan; ``target`` says whether it reaches the outcome, and ``gap`` by which share of its spend a plan
    that does could be cheaper at most (None with a ``probability``). What cannot be reached within the limits
    is an answer: the plan is then the one that reaches the most.

    Raises
    ------
    InfeasibleError
        If no plan keeps the limits; the error names those in conflict.
    UsageError
        If a limit names what the model does not know, or an argument is out of range.
    """
    check_target(outcome, probability)
    basis = plan_basis(model.response, periods=periods, assumed=Assumed(events, controls, seed))
    chosen = choices_of(
        bounds=bounds,
        groups=groups,
        segments=segments,
        period_bounds=period_bounds,
        fixed=fixed,
        detail=detail,
        solver=solver,
        objective=DrawObjective(Objective.MEAN),
        change=TARGET_CHANGE,
    )
    stated = stated_question(basis, chosen, budget=None, floor=None, margin=None, goal=Goal.TARGET)
    question = replace(stated, target=outcome, probability=probability)
    check_stated(basis, [question])
    return solved_scenarios(basis, [question], Search(starts, level, seed)).plans[0]


def solved_scenarios(basis: PlanBasis, questions: Sequence[BudgetQuestion], search: Search) -> Scenarios:
    """Return the plan of every question beside the present plan.

    ``questions`` have distinct scenarios and were checked (`check_stated`).

    Raises
    ------
    InfeasibleError
        If a question has no plan; all such questions are named.
    """
    margin = next((each.margin for each in questions if each.margin is not None), None)
    now = measured_present(basis, margin)
    present = budget_plan(basis, now, _present_account(basis), present=now, level=search.level)
    rows = [compared(basis, present, now, present=now, level=search.level)]
    plans: list[BudgetPlan] = []
    faults: list[Fault] = []
    for question in questions:
        try:
            answer = target_plan if question.goal is Goal.TARGET else solved_plan
            own = basis if question.assumed is None else assuming(basis, question.assumed)
            solved = answer(own, question, present=now, search=search)
        except InfeasibleError as error:
            faults += error.faults
            continue
        plans.append(solved.plan)
        rows.append(compared(basis, solved.plan, solved.own, present=now, level=search.level))
    if faults:
        raise InfeasibleError.of(faults)
    return Scenarios(tuple(plans), present, pd.DataFrame(rows), _scenario_notes(plans, present))


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
        shadow_price=np.zeros(count),
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
        cheaper = plan.total < present.total * (1.0 - STILL)
        doubtful = plan.probability_better < 0.5 and not cheaper
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
