"""The tables on plans that every report shows: the scenarios, the plan by channel, its limits, its cells.

Columns keep one idea each: ``forecast_outcome`` is all that is expected within the periods, base included;
``contribution_of_spend`` is what the spend causes, tail included.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mmxlib.artifacts.insights import Insights
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.report.plan_words import goal_words, limit_words, text_of
from mmxlib.terms import Detail

CAUSED = {
    "outcome": "contribution_of_spend",
    "outcome_lower": "contribution_of_spend_lower",
    "outcome_upper": "contribution_of_spend_upper",
}
"""What the artifacts' ``outcome`` of a plan is called where people read it beside the forecast."""

SCENARIO_COLUMNS = (
    "scenario", "spend", "change", "forecast_outcome", "forecast_lower", "forecast_upper",
    "contribution_of_spend", "contribution_of_spend_lower", "contribution_of_spend_upper", "gain",
    "gain_lower", "gain_upper", "roi", "marginal_roi", "profit", "probability_better", "gap", "objective",
    "goal",
)  # fmt: skip

MARGINALS = ("channel", "present_marginal_roi", "marginal_roi", "binding", "shadow_price")
LIMITS = ("limit", "lower", "upper", "plan_spend", "binding", "shadow_price", "reason")

OPTIONAL = frozenset(
    {"forecast_outcome", "forecast_lower", "forecast_upper", "profit", "goal", "shadow_price", "gap"}
)
"""Columns that a plan may lack: without a margin, without a bound, or made before they were told."""


def shown(frame: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """Return the ``names`` that a table shows: those optional ones that hold nothing are left out."""
    return [
        name
        for name in names
        if name in frame.columns and (name not in OPTIONAL or not _blank(frame[name].tolist()))
    ]


def _blank(values: Sequence[object]) -> bool:
    return all(value is None or value == "" or value != value for value in values)


def scenario_table(scenarios: Scenarios) -> pd.DataFrame:
    """Return the scenarios as rows, the present plan first, goals and objectives in words."""
    table = scenarios.comparison.rename(columns=CAUSED)
    for name, words in (("objective", _plain), ("goal", goal_words)):
        if name in table.columns:
            table[name] = [words(each) for each in table[name]]
    return table[shown(table, SCENARIO_COLUMNS)]


def _plain(name: object) -> str:
    return text_of(name).replace("_", " ")


def plan_table(plan: BudgetPlan) -> pd.DataFrame:
    """Return the plan by channel, its spend called ``plan_spend``."""
    table = plan.channels.rename(columns={"spend": "plan_spend", **CAUSED})
    if "shadow_price" in table.columns:
        table = table.assign(shadow_price=_where_bound(table))
    return table


def _where_bound(table: pd.DataFrame) -> list[float]:
    """Return the shadow prices; where no limit binds there is none to state."""
    pairs = zip(table["binding"], table["shadow_price"].to_numpy(float), strict=True)
    return [float(price) if text_of(bound) else float("nan") for bound, price in pairs]


def recommendation_table(plan: BudgetPlan, insights: Insights | None) -> pd.DataFrame:
    """Return the plan by channel with action and confidence where the insights have them."""
    table = plan_table(plan)
    actions = {} if insights is None else {each.channel: each for each in insights.actions}
    found = [actions.get(str(name)) for name in table["channel"]]
    table.insert(1, "action", ["" if each is None else str(each.action) for each in found])
    table.insert(2, "confidence", [float("nan") if each is None else each.confidence for each in found])
    why = zip(found, table["reason"], strict=True)
    table["reason"] = [str(said) if each is None else each.reason for each, said in why]
    return table


def marginal_table(plan: BudgetPlan, present: BudgetPlan | None) -> pd.DataFrame:
    """Return what the next money brings on each channel, under the present plan and under this one."""
    table = plan_table(plan)
    now: dict[object, float] = {}
    if present is not None:
        now = dict(zip(present.channels["channel"], present.channels["marginal_roi"], strict=True))
    table["present_marginal_roi"] = [now.get(name, float("nan")) for name in table["channel"]]
    return table[[name for name in MARGINALS if name in table.columns]]


def limits_table(plan: BudgetPlan) -> pd.DataFrame:
    """Return the limits on several cells, a row each, those that bind first; empty without any."""
    table = plan.limits
    if table.empty:
        return pd.DataFrame(columns=list(LIMITS))
    rows = table.to_dict("records")
    made = table.rename(columns={"spend": "plan_spend"}).assign(
        limit=[limit_words(str(row["kind"]), str(row["name"])) for row in rows],
        reason=[text_of(row["reason"]) for row in rows],
        binding=[text_of(row["binding"]) for row in rows],
    )
    made["shadow_price"] = _where_bound(made)
    made = made.replace([np.inf, -np.inf], np.nan)
    free = (made["binding"] == "").to_numpy()
    ordered: pd.DataFrame = made.iloc[np.argsort(free, kind="stable")][list(LIMITS)].reset_index(drop=True)
    return ordered


def has_cells(plan: BudgetPlan) -> bool:
    """Return whether the plan chose every period of each channel freely."""
    return plan.detail is Detail.CHANNEL_AND_PERIOD and not plan.cells.empty


def cells_table(plan: BudgetPlan) -> pd.DataFrame:
    """Return the spend of a plan by period and channel: dates as index, channels in the plan's order."""
    wide = plan.cells.pivot_table(index="date", columns="channel", values="spend", aggfunc="sum", sort=True)
    order = [name for name in plan.channels["channel"] if name in wide.columns]
    table: pd.DataFrame = wide.loc[:, order]
    table.columns = pd.Index(order, name=None)
    return table
