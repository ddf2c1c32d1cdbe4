"""The approved plan in sentences with their numbers: its forecast, its goal, the limits that hold it."""

import numpy as np

from mmxlib.artifacts.insights import Insight
from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.report.numbers import ratio
from mmxlib.report.plan_words import (
    MOST_LIMITS,
    binding_limits,
    binding_sentence,
    forecast_sentence,
    goal_sentence,
    unit_of_money,
)
from mmxlib.report.sentences import Facts, insight
from mmxlib.terms import Goal


def plan_insights(facts: Facts, plan: BudgetPlan) -> list[Insight]:
    """Return what is forecast under the plan, what settled its total, what its last money and limits cost."""
    return [
        *_forecast(facts, plan),
        *_goal(facts, plan),
        *_last_money(facts, plan),
        *_held_back(facts, plan),
    ]


def _forecast(facts: Facts, plan: BudgetPlan) -> list[Insight]:
    """Return what is forecast under the plan, where it carries a forecast."""
    present = None if facts.scenarios is None else facts.scenarios.present
    text = forecast_sentence(plan, facts.measures, present=present)
    if not text:
        return []
    figures = {
        name: (getattr(plan, name), f"budget_plan.{name}")
        for name in ("forecast_outcome", "forecast_lower", "forecast_upper")
    }
    if present is not None and np.isfinite(present.forecast_outcome):
        figures["present_forecast"] = (present.forecast_outcome, "scenarios.present.forecast_outcome")
    return [insight("action", text, **figures)]


def _goal(facts: Facts, plan: BudgetPlan) -> list[Insight]:
    """Return what settled the total where it was not given, and whether a target is reached."""
    if plan.goal is Goal.TOTAL:
        return []
    figures = {"total": (plan.total, "budget_plan.total")}
    if plan.goal is Goal.PROFIT and np.isfinite(plan.profit):
        figures["profit"] = (plan.profit, "budget_plan.profit")
    if plan.goal is Goal.MARGINAL_ROI:
        figures["marginal_roi"] = (plan.marginal_roi, "budget_plan.marginal_roi")
    if plan.target is not None:
        figures["target"] = (plan.target.outcome, "budget_plan.target.outcome")
        figures["chance"] = (plan.target.chance, "budget_plan.target.chance")
    return [insight("action", goal_sentence(plan, facts.measures), **figures)]


def _last_money(facts: Facts, plan: BudgetPlan) -> list[Insight]:
    """Return that a given total goes beyond what comes back for its last money, where it does."""
    if plan.goal is not Goal.TOTAL or not plan.marginal_roi < 1.0:
        return []
    text = (
        f"The last {unit_of_money(facts.measures)} of this budget brings {facts.measures.symbol}"
        f"{ratio(plan.marginal_roi)} of sales, less than it costs: somewhat less spend would save more money "
        "than it loses in sales."
    )
    return [insight("action", text, marginal_roi=(plan.marginal_roi, "budget_plan.marginal_roi"))]


def _held_back(facts: Facts, plan: BudgetPlan) -> list[Insight]:
    """Return which limits cost most."""
    text = binding_sentence(plan, facts.measures)
    if not text:
        return []
    figures = {
        f"shadow_price_{index}": (each.price, f"budget_plan.{each.place}.shadow_price")
        for index, each in enumerate(binding_limits(plan)[:MOST_LIMITS])
    }
    return [insight("action", text, **figures)]
