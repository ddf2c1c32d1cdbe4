"""The budget on a page: scenarios side by side, the forecast of the plan, and why the plan is as it is."""

from collections.abc import Sequence

from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.report.forecast import forecast_table, plan_forecast
from mmxlib.report.numbers import percent
from mmxlib.report.page_tables import PageTable
from mmxlib.report.plan_tables import limits_table, marginal_table, scenario_table, shown
from mmxlib.report.plan_words import beyond_sentence, equal_sentence

EXPECTED = ("scenario", "spend", "change", "forecast_outcome", "contribution_of_spend", "roi", "marginal_roi")
AGAINST_PRESENT = ("scenario", "gain", "probability_better", "profit", "gap", "objective", "goal")
RANGES = {
    "forecast_outcome": ("forecast_lower", "forecast_upper"),
    "contribution_of_spend": ("contribution_of_spend_lower", "contribution_of_spend_upper"),
    "gain": ("gain_lower", "gain_upper"),
    "expected": ("expected_lower", "expected_upper"),
}

MOST_APART = 6
"""The channels that a page shows apart in the table of the forecast; more are added up."""


def budget_page(
    scenarios: Scenarios | None, plan: BudgetPlan | None, channels: Sequence[str]
) -> list[PageTable]:
    """Return the tables on the budget, as far as there are any."""
    tables = []
    if scenarios is not None:
        compared = scenario_table(scenarios)
        tables += [
            PageTable(heading, compared, [name for name in names if name in compared.columns], ranges=RANGES)
            for heading, names in (
                ("Scenarios: what is spent, and what comes of it", EXPECTED),
                ("Scenarios against the present plan", AGAINST_PRESENT),
            )
        ]
    if plan is not None:
        present = None if scenarios is None else scenarios.present
        tables += [
            *_forecast(plan, channels),
            *_reasons(plan, present),
        ]
    return tables


def _forecast(plan: BudgetPlan, channels: Sequence[str]) -> list[PageTable]:
    forecast = plan_forecast(plan, channels)
    if forecast is None:
        return []
    table = forecast_table(forecast.whole, forecast.channels, most=MOST_APART)
    heading = f"Forecast under the plan {plan.scenario}, with the {percent(plan.level)} range"
    names = ["date", "base", *table.described, "expected"]
    return [PageTable(heading, table.frame, names, ranges=RANGES, described=table.described)]


def _reasons(plan: BudgetPlan, present: BudgetPlan | None) -> list[PageTable]:
    """Return what the next money brings and what the limits are worth; spend never tried comes first."""
    said = [each for each in (beyond_sentence(plan), equal_sentence(plan)) if each]
    table = marginal_table(plan, present)
    tables = [PageTable("Why the plan is as it is", table, shown(table, list(table.columns)), said)]
    limits = limits_table(plan)
    if len(limits):
        tables.append(PageTable("Limits on groups, segments and periods", limits, list(limits.columns)))
    return tables
