"""Budgets: a plan, the scenarios side by side."""

from dataclasses import dataclass, field

import pandas as pd

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.short_repr import short_repr
from mmxlib.terms import Detail, Goal, Objective, Solver

NOT_THERE = float("nan")


@dataclass(frozen=True, slots=True)
class Target:
    """An outcome that a plan's periods shall reach, and how it stands.

    ``outcome`` is the target for all units and periods together. ``probability`` is the chance with which it
    shall be reached; None asks for the mean. ``reached`` says whether the plan does; ``chance`` is the share
    of draws, noise included, in which its periods reach the target.
    """

    outcome: float
    probability: float | None
    reached: bool
    chance: float


@dataclass(frozen=True, eq=False)
class BudgetPlan:
    """A budget by channel, unit and period, with what it brings.

    ``scenario`` names the question that it answers, ``objective`` what was made as large as possible,
    ``total`` the spend over its ``periods``, in money (``present_total``: of the present plan); ``solver``
    and ``detail`` say how it was sought.

    ``table``: date, channel, unit (``all`` for national channels), spend. ``channels``: a row per channel
    (channel, present_spend, spend, change, lower, upper, outcome, outcome_lower, outcome_upper, roi,
    marginal_roi, binding (``lower``, ``upper`` or empty), shadow_price (what one unit of money past the
    binding limit brings more, in money), observed_maximum, beyond_observed, reason).
    ``outcome``: contribution_of_spend of the plan, mean over draws, tail included; ``outcome_lower`` and
    ``outcome_upper`` its interval at ``level``; ``present_outcome`` the same of the present plan.
    ``outcome_in_periods``: what falls inside the plan's periods, carry-in from earlier spend included.
    ``gap``: certified relative gap to the best possible (None where no bound is known).
    ``probability_better``: share of draws that beat the present plan. ``roi`` and ``marginal_roi`` in money.
    ``status`` is the solver's sentence.

    ``forecast_outcome``: the whole outcome expected within the plan's periods, base included, over all units;
    its interval (``forecast_lower`` and ``forecast_upper``) holds the noise. ``forecast``: date, unit,
    component, mean, lower, upper (components as in `mmxlib.forecast`). ``profit`` (``profit_lower`` to
    ``profit_upper``): the margin on the plan's contribution_of_spend less its spend, missing without a
    margin. ``goal`` says what settled the total, ``target`` how a goal seek ended. ``limits``: a row per
    limit on several cells (kind: group, segment, period or total; name, lower, upper, spend, binding,
    shadow_price, reason). ``cells``: with detail channel_and_period, a row per date and channel (date,
    channel, spend, lower, upper, marginal_roi, binding); else empty.
    """

    __repr__ = short_repr

    scenario: str
    objective: Objective
    table: pd.DataFrame
    channels: pd.DataFrame
    periods: int
    total: float
    present_total: float
    outcome: float
    outcome_lower: float
    outcome_upper: float
    present_outcome: float
    outcome_in_periods: float
    roi: float
    marginal_roi: float
    probability_better: float
    gap: float | None
    level: float
    status: str
    notes: tuple[Note, ...]
    goal: Goal = Goal.TOTAL
    detail: Detail = Detail.CHANNEL
    solver: Solver = Solver.SLSQP
    forecast_outcome: float = NOT_THERE
    forecast_lower: float = NOT_THERE
    forecast_upper: float = NOT_THERE
    profit: float = NOT_THERE
    profit_lower: float = NOT_THERE
    profit_upper: float = NOT_THERE
    target: Target | None = None
    limits: pd.DataFrame = field(default_factory=pd.DataFrame)
    cells: pd.DataFrame = field(default_factory=pd.DataFrame)
    forecast: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, eq=False)
class Scenarios:
    """Every scenario's plan and the present plan, side by side.

    ``plans`` are in the order of the settings; ``present`` is the present plan, measured like the others.
    ``comparison``: scenario, spend, change, forecast_outcome, forecast_lower, forecast_upper (all that falls
    inside the periods, base included), outcome, outcome_lower, outcome_upper (contribution_of_spend), gain
    (over the present plan), gain_lower, gain_upper, roi, marginal_roi, profit, probability_better, gap,
    objective, goal (empty for the present plan). The present plan is the first row.
    """

    __repr__ = short_repr

    plans: tuple[BudgetPlan, ...]
    present: BudgetPlan
    comparison: pd.DataFrame
    notes: tuple[Note, ...]

    def plan(self, scenario: str) -> BudgetPlan | None:
        """Return the plan of the scenario called ``scenario``, or None."""
        return next((plan for plan in self.plans if plan.scenario == scenario), None)
