"""Budgets: a plan, the scenarios side by side."""

from dataclasses import dataclass

import pandas as pd

from mmxlib.artifacts.note import Note
from mmxlib.terms import Objective


@dataclass(frozen=True, eq=False)
class BudgetPlan:
    """A budget by channel, unit and period, with what it brings.

    ``table``: date, channel, unit (``all`` for national channels), spend. ``channels``: a row per channel
    (channel, present_spend, spend, change, lower, upper, outcome, outcome_lower, outcome_upper, roi,
    marginal_roi, binding (``lower``, ``upper`` or empty), observed_maximum, beyond_observed, reason).
    ``outcome``: contribution_of_spend of the plan, mean over draws, tail included; ``outcome_lower`` and
    ``…_upper`` its interval at ``level``; ``present_outcome`` the same of the present plan.
    ``outcome_in_periods``: what falls inside the plan's periods, carry-in from earlier spend included.
    ``gap``: certified relative gap to the best possible (None where no bound is known).
    ``probability_better``: share of draws that beat the present plan. ``roi`` and ``marginal_roi`` in money.
    ``status`` is the solver's sentence.
    """

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


@dataclass(frozen=True, eq=False)
class Scenarios:
    """Every scenario's plan and the present plan, side by side.

    ``present`` is the present plan, measured like the others. ``comparison``: scenario, spend, change,
    outcome, outcome_lower, outcome_upper, gain (over the present plan), gain_lower, gain_upper, roi,
    marginal_roi, probability_better, gap, objective. The present plan is the first row.
    """

    plans: tuple[BudgetPlan, ...]
    present: BudgetPlan
    comparison: pd.DataFrame
    notes: tuple[Note, ...]

    def plan(self, scenario: str) -> BudgetPlan | None:
        """Return the plan of that scenario, or None."""
        return next((plan for plan in self.plans if plan.scenario == scenario), None)
