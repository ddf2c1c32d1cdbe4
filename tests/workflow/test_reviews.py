"""What a person is shown before an approval."""

from dataclasses import replace

import pytest

from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ChannelPriorSettings, PriorSettings
from mmxlib.terms import AdstockFamily, SaturationFamily
from mmxlib.workflow.reviews import budget_tables, prior_table
from mmxlib.workflow.summaries import summary
from tests.model.panels import known
from tests.report.builder import Story, story
from tests.report.plans import as_of_old, scenarios_of_old, seeking


def test_carryover_and_saturation_are_said_in_words() -> None:
    stated = PriorSettings(
        channels={
            "c1": ChannelPriorSettings(adstock=AdstockFamily.DELAYED, saturation=SaturationFamily.LOGISTIC),
            "c2": ChannelPriorSettings(half_life=3.0),
        }
    )
    table = prior_table(resolved_priors(stated, known(channels=2).panel)).set_index("channel")
    assert "peaks 1.5 periods after" in table.loc["c1", "carryover"]
    assert table.loc["c2", "carryover"] == "half of the carryover is left after 3.0 periods"
    assert "half of the full response at 1.10 times" in table.loc["c1", "diminishing returns"]


@pytest.fixture(scope="module")
def made() -> Story:
    return story()


def test_the_budget_is_reviewed_with_both_outcomes_told_apart(made: Story) -> None:
    table = budget_tables(made.fitted, made.scenarios)["Scenarios"]
    comparison = made.scenarios.comparison
    assert list(table["sales in the periods (base included)"]) == list(comparison["forecast_outcome"])
    assert list(table["what the spend causes (tail included)"]) == list(comparison["outcome"])
    assert list(table["gain over the present plan"]) == list(comparison["gain"])
    assert list(table["goal"]) == ["", "given total", "given total", "given total"]


def test_the_budget_is_reviewed_with_reasons_and_warnings_first(made: Story) -> None:
    plans = made.scenarios.plans
    sought = replace(
        made.scenarios, plans=(seeking(plans[0], outcome=25e6, probability=0.8, reached=False), *plans[1:])
    )
    tables = budget_tables(made.fitted, sought)
    words = tables["Why the scenarios are as they are"]
    of_base = list(words.loc[words["scenario"] == "base", "in words"])
    assert "than was ever spent" in of_base[0]
    assert "cannot be reached within the limits" in of_base[1]
    assert set(tables["Limits that bind"]["scenario"]) == {"base", "aggressive", "conservative"}
    assert not (tables["Limits that bind"]["binding"] == "").any()


def test_scenarios_of_old_are_reviewed_without_what_they_lack(made: Story) -> None:
    tables = budget_tables(made.fitted, scenarios_of_old(made.scenarios))
    assert "sales in the periods (base included)" not in tables["Scenarios"].columns
    assert "Limits that bind" not in tables
    assert not tables["Why the scenarios are as they are"]["in words"].str.contains("nan").any()


def test_the_channels_of_every_scenario_stand_in_the_order_of_the_plan(made: Story) -> None:
    table = budget_tables(made.fitted, made.scenarios)["Spend by channel"]
    assert list(table["channel"]) == list(made.plan.channels["channel"])
    assert list(table["base"]) == list(made.plan.channels["spend"])


def test_the_line_on_a_plan_tells_its_forecast_and_a_target_missed(made: Story) -> None:
    plan = replace(made.plan, total=4_656_234.0, forecast_outcome=20_680_962.0)
    assert summary(plan) == "base: 4,656,234 over 13 periods, 20,680,962 of sales expected in them"
    missed = seeking(plan, outcome=25e6, reached=False)
    assert summary(missed).endswith("; the target cannot be reached")
    assert summary(as_of_old(plan)) == "base: 4,656,234 over 13 periods"
