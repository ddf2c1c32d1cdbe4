from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from mmxlib.agents.agent import Agent, Inputs
from mmxlib.agents.budget_optimization import (
    BudgetOptimization,
    BudgetSettings,
    ChannelBoundSettings,
    ScenarioSettings,
)
from mmxlib.artifacts.baseline import Baseline, Constraint
from mmxlib.artifacts.diagnostics import Backtest, Diagnostics
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.plan import Scenarios
from mmxlib.artifacts.response import Response
from mmxlib.errors import InfeasibleError, SettingsError
from mmxlib.terms import Objective, Verdict
from tests.model.budget_responses import hand_made_response, media_mix

EMPTY = pd.DataFrame()


def scenarios(
    settings: BudgetSettings, *, constraints: tuple[Constraint, ...] = (), response: Response | None = None
) -> Scenarios:
    fitted = FittedModel(
        response=response or hand_made_response(media_mix(4)),
        diagnostics=Diagnostics((), EMPTY),
        backtest=Backtest(EMPTY, EMPTY, EMPTY, 0.9),
        guardrails=(),
        notes=(),
    )
    baseline = Baseline(EMPTY, EMPTY, EMPTY, (), constraints, ())
    inputs = Inputs({FittedModel: fitted, Baseline: baseline})
    return BudgetOptimization(settings).run(inputs, np.random.default_rng(0))


def one(**scenario: object) -> BudgetSettings:
    return BudgetSettings(scenarios={"only": ScenarioSettings(**scenario)})  # type: ignore[arg-type]


def test_it_is_an_agent() -> None:
    assert isinstance(BudgetOptimization(BudgetSettings()), Agent)


def test_the_three_default_scenarios_stand_beside_the_present_plan() -> None:
    found = scenarios(BudgetSettings())
    assert list(found.comparison["scenario"]) == ["present", "base", "aggressive", "conservative"]
    assert [plan.scenario for plan in found.plans] == ["base", "aggressive", "conservative"]
    assert found.plans[2].objective is Objective.MEAN_MINUS_RISK
    spends = found.comparison.set_index("scenario")["spend"]
    np.testing.assert_allclose(spends / spends["present"], [1.0, 1.0, 1.2, 0.9], rtol=1e-9)


def test_the_comparison_has_its_documented_columns() -> None:
    columns = (
        "scenario spend change outcome outcome_lower outcome_upper gain gain_lower gain_upper roi "
        "marginal_roi probability_better gap objective"
    )
    assert list(scenarios(BudgetSettings()).comparison.columns) == columns.split()


def test_a_plans_channels_have_their_documented_columns() -> None:
    columns = (
        "channel present_spend spend change lower upper outcome outcome_lower outcome_upper roi "
        "marginal_roi binding observed_maximum beyond_observed reason"
    )
    for plan in (*scenarios(BudgetSettings()).plans, scenarios(BudgetSettings()).present):
        assert list(plan.channels.columns) == columns.split()
        assert list(plan.table.columns) == ["date", "channel", "unit", "spend"]


def test_every_default_plan_keeps_its_scenarios_limits() -> None:
    found = scenarios(BudgetSettings())
    for plan, change in zip(found.plans, (0.3, 0.6, 0.15), strict=True):
        assert plan.channels["change"].abs().max() <= change + 1e-9
        assert plan.gap is not None
        assert plan.gap <= 1e-3


def test_the_present_plan_is_measured_like_the_others() -> None:
    found = scenarios(BudgetSettings())
    assert all(plan.present_outcome == found.present.outcome for plan in found.plans)
    assert found.present.gap is None
    row = found.comparison.iloc[0]
    assert row["gain"] == 0.0
    assert np.isnan(row["probability_better"])


def test_a_total_in_money_replaces_the_factor() -> None:
    present = scenarios(BudgetSettings()).present.total
    found = scenarios(one(total=0.95 * present, budget_factor=1.1))
    assert found.plans[0].total == pytest.approx(0.95 * present, rel=1e-9)


def test_a_channels_own_limits_replace_the_scenarios() -> None:
    own = {"channel_0": ChannelBoundSettings(lower_change=0.0, upper_change=0.0)}
    found = scenarios(one(channels=own))
    assert found.plans[0].channels["change"][0] == pytest.approx(0.0, abs=1e-9)
    assert "leave no choice" in found.plans[0].channels["reason"][0]


def test_limits_in_money_start_a_channel_without_present_spend() -> None:
    response = hand_made_response(media_mix(4))
    spend = response.panel.spend.copy()
    spend[:, -15:, 0] = 0.0
    stopped = replace(response, panel=replace(response.panel, spend=spend))
    own = {"channel_0": ChannelBoundSettings(upper_spend=500.0)}
    found = scenarios(one(channels=own), response=stopped)
    assert 0.0 < found.plans[0].channels["spend"][0] <= 500.0


def test_an_approved_constraint_narrows_a_scenario_and_is_said() -> None:
    constraint = Constraint("channel_0", 0.95, 1.05, "agreed with the agency")
    found = scenarios(one(), constraints=(constraint,))
    row = found.plans[0].channels.iloc[0]
    assert 0.95 <= row["spend"] / row["present_spend"] <= 1.05 + 1e-9
    assert "agreed with the agency" in row["reason"]
    assert any("channel_0" in note.text and "constraints" in note.text for note in found.plans[0].notes)


def test_a_constraint_outside_a_scenarios_limits_wins() -> None:
    found = scenarios(one(), constraints=(Constraint("channel_0", 0.2, 0.5, "contract ended"),))
    row = found.plans[0].channels.iloc[0]
    assert row["spend"] == pytest.approx(0.5 * row["present_spend"], rel=1e-9)


def test_own_limits_outside_the_constraint_are_refused() -> None:
    own = {"channel_0": ChannelBoundSettings(lower_change=0.0, upper_change=0.5)}
    with pytest.raises(SettingsError, match="contract ended"):
        scenarios(one(channels=own), constraints=(Constraint("channel_0", 0.2, 0.5, "contract ended"),))


def test_infeasible_scenarios_are_reported_together() -> None:
    settings = BudgetSettings(
        scenarios={"double": ScenarioSettings(budget_factor=2.0), "half": ScenarioSettings(budget_factor=0.5)}
    )
    with pytest.raises(InfeasibleError) as caught:
        scenarios(settings)
    assert [fault.place for fault in caught.value.faults] == ["scenario double", "scenario half"]
    assert "+30 % of the present spend" in caught.value.faults[0].problem


def test_a_scenario_for_an_unknown_channel_is_refused() -> None:
    with pytest.raises(SettingsError, match="'tv' has no budget"):
        scenarios(one(channels={"tv": ChannelBoundSettings()}))


@pytest.mark.parametrize("name", ["present", " ", "x" * 41])
def test_a_scenario_needs_a_name_of_its_own(name: str) -> None:
    with pytest.raises(ValidationError, match="cannot be named"):
        BudgetSettings(scenarios={name: ScenarioSettings()})


def test_the_order_of_scenarios_does_not_move_their_plans() -> None:
    settings = BudgetSettings()
    turned = BudgetSettings(scenarios=dict(reversed(settings.scenarios.items())))
    first, second = scenarios(settings), scenarios(turned)
    for plan in first.plans:
        other = second.plan(plan.scenario)
        assert other is not None
        np.testing.assert_allclose(other.channels["spend"], plan.channels["spend"], rtol=1e-12)


def test_a_scenario_that_likely_loses_at_no_less_spend_is_a_doubt() -> None:
    stopped = {"channel_0": ChannelBoundSettings(lower_change=-1.0, upper_spend=0.0)}
    found = scenarios(one(channels=stopped))
    assert found.plans[0].probability_better < 0.5
    assert [note.verdict for note in found.notes] == [Verdict.WARN]
    assert all(note.verdict is Verdict.PASS for note in scenarios(BudgetSettings()).notes)


def test_two_runs_agree_to_the_last_bit() -> None:
    first, second = scenarios(BudgetSettings()), scenarios(BudgetSettings())
    pd.testing.assert_frame_equal(first.comparison, second.comparison, check_exact=True)
