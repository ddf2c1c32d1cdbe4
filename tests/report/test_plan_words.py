"""Plans in words: the sentence of each goal, of a target, of a forecast and of the limits."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.report.numbers import Measures, finer
from mmxlib.report.plan_tables import limits_table, marginal_table, scenario_table
from mmxlib.report.plan_words import (
    beyond_sentence,
    binding_sentence,
    equal_sentence,
    forecast_sentence,
    goal_sentence,
    goal_words,
    plan_sentences,
)
from mmxlib.terms import Goal, Objective, OutcomeKind
from tests.report.builder import Story, story
from tests.report.plans import as_of_old, scenarios_of_old, seeking

EURO = Measures("EUR")


@pytest.fixture(scope="module")
def made() -> Story:
    return story()


def test_each_goal_has_its_sentence(made: Story) -> None:
    plan = replace(made.plan, total=4.7e6, marginal_roi=1.25, profit=2e5, profit_lower=1e5, profit_upper=3e5)
    assert goal_sentence(plan, EURO) == "The total of €4.7 M was given; the plan divides it."
    assert goal_sentence(replace(plan, goal=Goal.PROFIT), EURO) == (
        "The total was free: €4.7 M leaves the most profit, €200 k (€100 k to €300 k)."
    )
    assert goal_sentence(replace(plan, goal=Goal.MARGINAL_ROI), EURO) == (
        "The total was free: €4.7 M is where the next €1 no longer brings what it must; the last one brings "
        "1.2."
    )
    sought = seeking(plan, outcome=12e6, probability=0.8)
    assert goal_sentence(sought, EURO) == (
        "€4.7 M is the least spend that reaches €12,000,000 with a probability of 80 % in 13 weeks."
    )
    on_average = goal_sentence(seeking(plan, outcome=12e6), EURO)
    assert on_average.endswith("reaches €12,000,000 on average in 13 weeks (probability 80 %).")


def test_a_target_out_of_reach_says_the_most_there_is(made: Story) -> None:
    plan = seeking(
        replace(made.plan, total=4.7e6, forecast_outcome=20_680_962.4),
        outcome=25e6,
        probability=0.8,
        reached=False,
    )
    assert goal_sentence(plan, EURO) == (
        "€25,000,000 with a probability of 80 % cannot be reached within the limits: the most is €20,680,962 "
        "on average, for €4.7 M; the probability that this reaches the target is 7 %."
    )
    assert goal_sentence(replace(plan, forecast_outcome=float("nan")), EURO) == (
        "€25,000,000 with a probability of 80 % cannot be reached within the limits: this plan comes closest."
    )
    assert "25,000,000 units" in goal_sentence(plan, Measures("EUR", OutcomeKind.UNITS))


def test_every_goal_has_words_for_a_table_and_the_present_plan_has_none() -> None:
    assert all(goal_words(str(goal)) != str(goal) for goal in Goal)
    assert (goal_words(None), goal_words(float("nan")), goal_words("")) == ("", "", "")


def test_the_forecast_is_told_with_its_periods_and_its_range(made: Story) -> None:
    plan = replace(made.plan, forecast_outcome=20.68e6, forecast_lower=19.44e6, forecast_upper=21.92e6)
    present = replace(made.scenarios.present, forecast_outcome=20.64e6)
    assert forecast_sentence(plan, EURO) == (
        "Under this plan, sales in the 13 weeks from 30 Jun 2025 are forecast at €20.68 M (€19.44 M to "
        "€21.92 M)."
    )
    assert forecast_sentence(plan, EURO, present=present).endswith("; under the present plan at €20.64 M.")
    units = forecast_sentence(plan, Measures("", OutcomeKind.UNITS))
    assert "units sold in the 13 weeks" in units
    assert "20.68 M units" in units
    assert forecast_sentence(as_of_old(plan), EURO) == ""


def test_the_dearest_limits_are_named_with_their_prices(made: Story) -> None:
    channels = made.plan.channels.assign(
        binding=["", "lower", "upper", "", ""], shadow_price=[0.0, 0.1, 0.3, 0.0, 0.0]
    )
    plan = replace(made.plan, channels=channels)
    said = binding_sentence(plan, EURO)
    assert said == (
        "What holds the plan back: social at its upper limit (€1 more would bring €0.30 more); group video "
        "at its upper limit (€1 more would bring €0.25 more); search at its lower limit (€1 less would bring "
        "€0.10 more); one more of its limits binds."
    )
    nothing = replace(plan, channels=channels.assign(binding=""), limits=plan.limits.iloc[:0])
    assert binding_sentence(nothing, EURO) == ""


def test_a_limit_that_costs_nothing_is_not_said_to_hold_the_plan_back(made: Story) -> None:
    channels = made.plan.channels.assign(
        binding=["", "lower", "upper", "", ""], shadow_price=[0.0, 0.004, 0.3, 0.0, 0.0]
    )
    plan = replace(made.plan, channels=channels, limits=made.plan.limits.iloc[:0])
    assert binding_sentence(plan, EURO) == (
        "What holds the plan back: social at its upper limit (€1 more would bring €0.30 more); one more of "
        "its limits binds."
    )
    idle = replace(plan, channels=channels.assign(shadow_price=0.0))
    assert binding_sentence(idle, EURO) == ""


def test_one_marginal_roi_is_claimed_only_where_there_is_one(made: Story) -> None:
    assert "3 channels that no limit holds" in equal_sentence(made.plan)
    assert equal_sentence(replace(made.plan, objective=Objective.CVAR)) == ""
    inside = made.plan.channels.assign(marginal_roi=np.linspace(0.5, 1.0, 5))
    assert equal_sentence(replace(made.plan, channels=inside)) == ""


def test_spend_never_tried_is_named(made: Story) -> None:
    assert "more on print and radio than was ever spent" in beyond_sentence(made.plan)
    known = replace(made.plan, channels=made.plan.channels.assign(beyond_observed=False))
    assert beyond_sentence(known) == ""


def test_the_marginal_rois_are_those_of_both_plans(made: Story) -> None:
    table = marginal_table(made.plan, made.scenarios.present)
    assert list(table["present_marginal_roi"]) == list(made.scenarios.present.channels["marginal_roi"])
    assert list(table["marginal_roi"]) == list(made.plan.channels["marginal_roi"])
    bound = (table["binding"] != "").to_numpy()
    assert list(table["shadow_price"].notna()) == list(bound)


def test_binding_limits_come_first_and_say_no_infinity(made: Story) -> None:
    table = limits_table(made.plan)
    assert list(table["binding"] != "") == [True, True, True, False]
    assert list(table["limit"]) == ["Whole budget", "Group video", "Period from 7 Jul 2025", "Segment S1"]
    assert not np.isinf(table[["lower", "upper"]].to_numpy(float)).any()


def test_scenarios_are_the_artifacts_numbers_under_names_that_tell_them_apart(made: Story) -> None:
    table, comparison = scenario_table(made.scenarios), made.scenarios.comparison
    assert "outcome" not in table.columns
    assert list(table["contribution_of_spend"]) == list(comparison["outcome"])
    for name in ("forecast_outcome", "forecast_lower", "forecast_upper", "gain", "roi", "profit"):
        assert list(table[name]) == list(comparison[name])


def test_plans_of_old_have_tables_without_holes(made: Story) -> None:
    old = scenarios_of_old(made.scenarios)
    table = scenario_table(old)
    assert not {"forecast_outcome", "profit", "goal"} & set(table.columns)
    plan = old.plans[0]
    assert limits_table(plan).empty
    assert "shadow_price" not in marginal_table(plan, old.present).columns
    assert all("nan" not in each and "not known" not in each for each in plan_sentences(plan, EURO))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.58e6, "1.580 M"),
        (20.68e6, "20.68 M"),
        (999_960.0, "1.000 M"),
        (-340_200.0, "-340.2 k"),
        (12.5, "12.5"),
    ],
)
def test_neighboring_forecasts_are_told_apart(value: float, words: str) -> None:
    assert finer(value) == words
