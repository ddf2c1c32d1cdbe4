"""The sheets on the budget: the plan by channel and period, and the scenarios."""

import numpy as np
import pandas as pd

from mmxlib.artifacts.insights import Insights
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.report import style
from mmxlib.report.book import Area, Page
from mmxlib.report.columns import Column, Kind
from mmxlib.report.narrative import Summary
from mmxlib.report.sheets.charts import add_series, chart_height, native_chart, range_bars
from mmxlib.terms import Verdict

NOT_YET = "No plan is approved yet."

EVERYWHERE = "all"
"""The unit of a plan's spend that is not divided among segments."""

PLAN = (
    "channel", "present_spend", "plan_spend", "change", "lower", "upper", "binding", "outcome",
    "outcome_lower", "outcome_upper", "roi", "marginal_roi", "observed_maximum", "beyond_observed", "reason",
)  # fmt: skip
RECOMMENDED = (
    "channel", "action", "confidence", "present_spend", "plan_spend", "change", "roi", "marginal_roi",
    "reason",
)  # fmt: skip
SCENARIOS = (
    "scenario", "spend", "change", "outcome", "outcome_lower", "outcome_upper", "gain", "gain_lower",
    "gain_upper", "roi", "marginal_roi", "probability_better", "gap", "objective",
)  # fmt: skip


def plan_table(plan: BudgetPlan) -> pd.DataFrame:
    """Return the plan by channel, its spend called ``plan_spend``."""
    return plan.channels.rename(columns={"spend": "plan_spend"})


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


def budget_sheet(page: Page, plan: BudgetPlan | None) -> None:
    """Write the approved plan by channel, with a chart of before and after."""
    page.title("Budget", "The approved plan by channel" if plan is not None else "")
    if plan is None:
        page.text(NOT_YET)
        return
    _key_figures(page, plan)
    height = chart_height(len(plan.channels))
    top = page.room_for(height)
    _before_and_after(page, page.table(plan_table(plan), PLAN), top, height)


def _key_figures(page: Page, plan: BudgetPlan) -> None:
    measures = page.book.measures
    worth = measures.outcome_range(plan.outcome_lower, plan.outcome_upper)
    lines = [
        f"Scenario {plan.scenario}: {measures.money(plan.total)} over {measures.periods(plan.periods)} "
        f"(present plan {measures.money(plan.present_total)}).",
        f"It brings {measures.outcome(plan.outcome)} ({worth}); the present plan brings "
        f"{measures.outcome(plan.present_outcome)}.",
        plan.status,
    ]
    for line in lines:
        page.text(line)
    page.row += 1


def _before_and_after(page: Page, area: Area, top: int, height: int) -> None:
    money = {"num_format": page.book.measures.excel_money(), "label_position": "high"}
    chart = native_chart(page.book, "bar", "Spend now and in the plan", x=money)
    add_series(chart, area, "present_spend", categories="channel", color=style.BASE, gap=60)
    add_series(chart, area, "plan_spend", categories="channel", color=style.BLUE)
    chart.set_size({"width": 900, "height": height})
    page.sheet.insert_chart(top, 0, chart, {"description": "Spend by channel, now and in the plan."})


def scenarios_sheet(page: Page, scenarios: Scenarios | None, plan: BudgetPlan | None) -> None:
    """Write all scenarios against the present plan, then each one's spend by channel."""
    chosen = "" if plan is None else f"; approved: {plan.scenario}"
    page.title("Scenarios", f"All measured alike, against the present plan{chosen}")
    if scenarios is None:
        page.text("This run has not come so far yet: scenarios follow the model.")
        return
    words = [str(each).replace("_", " ") for each in scenarios.comparison["objective"]]
    table = scenarios.comparison.assign(objective=words)
    area = page.table(table, [name for name in SCENARIOS if name in table.columns])
    chart = native_chart(
        page.book, "column", "Gain over the present plan, with its range", x={"label_position": "low"},
        y={"num_format": page.book.measures.excel_outcome()},
    )  # fmt: skip
    bars = range_bars(*(table[f"gain{end}"].fillna(0.0).tolist() for end in ("", "_lower", "_upper")))
    add_series(chart, area, "gain", categories="scenario", color=style.BLUE, gap=80, y_error_bars=bars)
    chart.set_legend({"none": True})
    chart.set_size({"width": 620, "height": 320})
    page.sheet.insert_chart(
        page.room_for(320), 0, chart, {"description": "Gain of each scenario, with range."}
    )
    page.heading("Spend by channel")
    _spend_by_scenario(page, scenarios)


def _spend_by_scenario(page: Page, scenarios: Scenarios) -> None:
    columns = {"channel": list(scenarios.present.channels["channel"])}
    described = {}
    for index, plan in enumerate((scenarios.present, *scenarios.plans)):
        spend = dict(zip(plan.channels["channel"], plan.channels["spend"], strict=True))
        place = f"plan {index}"
        columns[place] = [spend.get(name, float("nan")) for name in columns["channel"]]
        described[place] = Column(plan.scenario, f"Spend of each channel in {plan.scenario}.", Kind.MONEY)
    page.table(pd.DataFrame(columns), list(columns), described=described)


def recommendations_sheet(page: Page, summary: Summary, plan: BudgetPlan, table: pd.DataFrame) -> None:
    """Write what to do about each channel, with reasons; a failed model is said first."""
    page.title("Recommendations", summary.about)
    failed = summary.insights.verdict is Verdict.FAIL
    color = style.VERDICT_COLORS["fail"] if failed else style.INK
    for at in range(len(RECOMMENDED)):
        page.widen(at, 14.0)
    page.paragraph(summary.insights.headline, len(RECOMMENDED), "headline", bold=True, font_color=color)
    if failed:
        page.paragraph(
            "A person approved the plan below against the failed checks; the model does not support it.",
            len(RECOMMENDED),
        )
    page.row += 1
    _key_figures(page, plan)
    height = chart_height(len(table))
    top = page.room_for(height)
    _before_and_after(page, page.table(table, RECOMMENDED), top, height)


def plan_by_period_sheet(page: Page, plan: BudgetPlan) -> None:
    """Write the plan's spend by period, channel and unit."""
    page.title("By period", f"The plan {plan.scenario}, period by period")
    units = list(dict.fromkeys(plan.table["unit"]))
    if len(units) > 1:
        page.heading("All together")
        _spend_by_date(page, plan.table)
    for unit in units:
        apart = "For all segments at once" if unit == EVERYWHERE else str(unit)
        page.heading(apart if len(units) > 1 else "Spend by channel")
        _spend_by_date(page, plan.table[plan.table["unit"] == unit])


def _spend_by_date(page: Page, table: pd.DataFrame) -> None:
    """Write a row per period, a column per channel, and the total of each."""
    # a pivot of frames takes ten times as long for the same sums
    row, dates = pd.factorize(table["date"])
    at, channels = pd.factorize(table["channel"])
    spend = np.zeros((len(dates), len(channels)))
    np.add.at(spend, (row, at), table["spend"].to_numpy(float))
    places = [f"channel {index}" for index in range(len(channels))]
    shown = pd.DataFrame(spend, columns=places)
    shown.insert(0, "total", spend.sum(axis=1))
    shown.insert(0, "date", dates)
    described = {
        place: Column(str(name), f"Spend on {name}.", Kind.MONEY)
        for place, name in zip(places, channels, strict=True)
    }
    described["total"] = Column("Total", "Spend on all channels.", Kind.MONEY)
    page.table(shown, ["date", "total", *places], described=described)
