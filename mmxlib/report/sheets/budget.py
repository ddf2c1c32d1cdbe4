"""The sheets on the budget: the plan by channel and by period."""

import numpy as np
import pandas as pd

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.report import style
from mmxlib.report.book import Area, Page
from mmxlib.report.columns import Column, Kind
from mmxlib.report.narrative import Summary
from mmxlib.report.numbers import Measures
from mmxlib.report.plan_tables import plan_table
from mmxlib.report.plan_words import beyond_sentence, forecast_sentence, goal_sentence, profit_sentence
from mmxlib.report.sheets.charts import add_series, chart_height, native_chart
from mmxlib.report.sheets.reasons import reasons_part
from mmxlib.terms import Verdict

NOT_YET = "No plan is approved yet."

AGAINST_CHECKS = "A person approved the plan below against the failed checks; the model does not support it."

EVERYWHERE = "all"
"""The unit of a plan's spend that is not divided among segments."""

PLAN = (
    "channel", "present_spend", "plan_spend", "change", "lower", "upper", "binding", "contribution_of_spend",
    "contribution_of_spend_lower", "contribution_of_spend_upper", "roi", "observed_maximum",
    "beyond_observed", "reason",
)  # fmt: skip
RECOMMENDED = (
    "channel", "action", "confidence", "present_spend", "plan_spend", "change", "roi", "marginal_roi",
    "reason",
)  # fmt: skip


def budget_sheet(page: Page, plan: BudgetPlan | None, present: BudgetPlan | None) -> None:
    """Write the approved plan by channel, with a chart of before and after, and why it is as it is."""
    page.title("Budget", "The approved plan by channel" if plan is not None else "")
    if plan is None:
        page.text(NOT_YET)
        return
    _key_figures(page, plan, present)
    height = chart_height(len(plan.channels))
    top = page.room_for(height)
    _before_and_after(page, page.table(plan_table(plan), PLAN), top, height)
    reasons_part(page, plan, present)


def _key_figures(page: Page, plan: BudgetPlan, present: BudgetPlan | None) -> None:
    """Write the warning first, then what the plan spends, what is forecast, what it causes, its goal."""
    beyond = beyond_sentence(plan)
    if beyond:
        page.text(beyond, page.book.look("warned", bold=True, font_color=style.VERDICT_COLORS[Verdict.WARN]))
    for line in plan_lines(plan, page.book.measures, present=present):
        page.text(line)
    page.row += 1


def plan_lines(plan: BudgetPlan, measures: Measures, *, present: BudgetPlan | None) -> list[str]:
    """Return in sentences what a plan spends, what is forecast, what it causes and its goal."""
    worth = measures.outcome_range(plan.outcome_lower, plan.outcome_upper)
    lines = [
        f"Scenario {plan.scenario}: {measures.money(plan.total)} over {measures.periods(plan.periods)} "
        f"(present plan {measures.money(plan.present_total)}).",
        forecast_sentence(plan, measures, present=present),
        f"What the spend causes, tail included: {measures.outcome(plan.outcome)} ({worth}); the present "
        f"plan's spend causes {measures.outcome(plan.present_outcome)}.",
        profit_sentence(plan, measures),
        goal_sentence(plan, measures),
        plan.status,
    ]
    return [line for line in lines if line]


def _before_and_after(page: Page, area: Area, top: int, height: int) -> None:
    money = {"num_format": page.book.measures.excel_money(), "label_position": "high"}
    chart = native_chart(page.book, "bar", "Spend now and in the plan", x=money)
    add_series(chart, area, "present_spend", categories="channel", color=style.BASE, gap=60)
    add_series(chart, area, "plan_spend", categories="channel", color=style.BLUE)
    chart.set_size({"width": 900, "height": height})
    page.sheet.insert_chart(top, 0, chart, {"description": "Spend by channel, now and in the plan."})


def recommendations_sheet(page: Page, summary: Summary, plan: BudgetPlan, table: pd.DataFrame) -> None:
    """Write what to do about each channel, with reasons; a failed model is said first."""
    page.title("Recommendations", summary.about)
    failed = summary.insights.verdict is Verdict.FAIL
    color = style.VERDICT_COLORS["fail"] if failed else style.INK
    for at in range(len(RECOMMENDED)):
        page.widen(at, 14.0)
    page.paragraph(summary.insights.headline, len(RECOMMENDED), "headline", bold=True, font_color=color)
    if failed:
        page.paragraph(AGAINST_CHECKS, len(RECOMMENDED))
    page.row += 1
    _key_figures(page, plan, None)
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
    wide = spend_by_date(table)
    channels = wide.columns[2:]
    places = [f"channel {index}" for index in range(len(channels))]
    shown = wide.set_axis(["date", "total", *places], axis=1)
    described = {
        place: Column(str(name), f"Spend on {name}.", Kind.MONEY)
        for place, name in zip(places, channels, strict=True)
    }
    described["total"] = Column("Total", "Spend on all channels.", Kind.MONEY)
    page.table(shown, ["date", "total", *places], described=described)


def spend_by_date(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row per period of a plan's table: its date, the total, then each channel's spend by name."""
    # a pivot of frames takes ten times as long for the same sums
    row, dates = pd.factorize(table["date"])
    at, channels = pd.factorize(table["channel"])
    spend = np.zeros((len(dates), len(channels)))
    np.add.at(spend, (row, at), table["spend"].to_numpy(float))
    wide = pd.DataFrame(spend, columns=pd.RangeIndex(len(channels)))
    wide.insert(0, "total", spend.sum(axis=1))
    wide.insert(0, "date", dates)
    return wide.set_axis(["date", "total", *channels], axis=1)
