"""The sheet that shows all scenarios side by side."""

import pandas as pd

from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.report import style
from mmxlib.report.book import Area, Page
from mmxlib.report.columns import Column, Kind
from mmxlib.report.numbers import percent
from mmxlib.report.plan_tables import scenario_table
from mmxlib.report.sheets.charts import add_series, native_chart, range_bars

EXPECTED = (
    "scenario", "spend", "change", "forecast_outcome", "forecast_lower", "forecast_upper",
    "contribution_of_spend", "contribution_of_spend_lower", "contribution_of_spend_upper", "roi",
    "marginal_roi",
)  # fmt: skip
AGAINST_PRESENT = (
    "scenario", "gain", "gain_lower", "gain_upper", "probability_better", "profit", "gap", "objective",
    "goal",
)  # fmt: skip
CHART_HEIGHT = 320


def scenarios_sheet(page: Page, scenarios: Scenarios | None, plan: BudgetPlan | None) -> None:
    """Write all scenarios against the present plan, then each one's spend by channel."""
    chosen = "" if plan is None else f"; approved: {plan.scenario}"
    page.title("Scenarios", f"All measured alike, against the present plan{chosen}")
    if scenarios is None:
        page.text("This run has not come so far yet: scenarios follow the model.")
        return
    table = scenario_table(scenarios)
    periods, level = page.book.measures.periods(scenarios.present.periods), scenarios.present.level
    page.heading(f"What is spent in {periods}, and what comes of it, with {percent(level)} ranges")
    page.table(table, [name for name in EXPECTED if name in table.columns])
    page.heading("Against the present plan")
    area = page.table(table, [name for name in AGAINST_PRESENT if name in table.columns])
    _gain_chart(page, area, table)
    page.heading("Spend by channel")
    _spend_by_scenario(page, scenarios)


def _gain_chart(page: Page, area: Area, table: pd.DataFrame) -> None:
    chart = native_chart(
        page.book, "column", "Gain over the present plan, with its range", x={"label_position": "low"},
        y={"num_format": page.book.measures.excel_outcome()},
    )  # fmt: skip
    bars = range_bars(*(table[f"gain{end}"].fillna(0.0).tolist() for end in ("", "_lower", "_upper")))
    add_series(chart, area, "gain", categories="scenario", color=style.BLUE, gap=80, y_error_bars=bars)
    chart.set_legend({"none": True})
    chart.set_size({"width": 620, "height": CHART_HEIGHT})
    options = {"description": "Gain of each scenario, with range."}
    page.sheet.insert_chart(page.room_for(CHART_HEIGHT), 0, chart, options)


def _spend_by_scenario(page: Page, scenarios: Scenarios) -> None:
    columns = {"channel": list(scenarios.present.channels["channel"])}
    described = {}
    for index, plan in enumerate((scenarios.present, *scenarios.plans)):
        spend = dict(zip(plan.channels["channel"], plan.channels["spend"], strict=True))
        place = f"plan {index}"
        columns[place] = [spend.get(name, float("nan")) for name in columns["channel"]]
        described[place] = Column(plan.scenario, f"Spend of each channel in {plan.scenario}.", Kind.MONEY)
    page.table(pd.DataFrame(columns), list(columns), described=described)
