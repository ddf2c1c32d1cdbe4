from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from mmxlib.agents.agent import Agent, Inputs
from mmxlib.agents.budget_optimization import BudgetOptimization
from mmxlib.agents.scenario_settings import (
    BoundSettings,
    BudgetSettings,
    FixedCellSettings,
    FutureEventSettings,
    GroupSettings,
    ScenarioSettings,
)
from mmxlib.artifacts.baseline import Baseline, Constraint
from mmxlib.artifacts.diagnostics import Backtest, Diagnostics
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.panel import Control, Event
from mmxlib.artifacts.plan import Scenarios
from mmxlib.artifacts.response import Response
from mmxlib.errors import InfeasibleError, SettingsError
from mmxlib.terms import ControlKind, Goal, Objective, Part, Verdict
from tests.budget.responses import hand_made_response, media_mix

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
        "scenario spend change forecast_outcome forecast_lower forecast_upper outcome outcome_lower "
        "outcome_upper gain gain_lower gain_upper roi marginal_roi profit probability_better gap objective "
        "goal"
    )
    assert list(scenarios(BudgetSettings()).comparison.columns) == columns.split()


def test_a_plans_channels_have_their_documented_columns() -> None:
    columns = (
        "channel present_spend spend change lower upper outcome outcome_lower outcome_upper roi "
        "marginal_roi binding shadow_price observed_maximum beyond_observed reason"
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
    own = {"channel_0": BoundSettings(lower_change=0.0, upper_change=0.0)}
    found = scenarios(one(channels=own))
    assert found.plans[0].channels["change"][0] == pytest.approx(0.0, abs=1e-9)
    assert "leave no choice" in found.plans[0].channels["reason"][0]


def test_limits_in_money_start_a_channel_without_present_spend() -> None:
    response = hand_made_response(media_mix(4))
    spend = response.panel.spend.copy()
    spend[:, -15:, 0] = 0.0
    stopped = replace(response, panel=replace(response.panel, spend=spend))
    own = {"channel_0": BoundSettings(upper_spend=500.0)}
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
    own = {"channel_0": BoundSettings(lower_change=0.0, upper_change=0.5)}
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
        scenarios(one(channels={"tv": BoundSettings()}))


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
    stopped = {"channel_0": BoundSettings(lower_change=-1.0, upper_spend=0.0)}
    found = scenarios(one(channels=stopped))
    assert found.plans[0].probability_better < 0.5
    assert [note.verdict for note in found.notes] == [Verdict.WARN]
    assert all(note.verdict is Verdict.PASS for note in scenarios(BudgetSettings()).notes)


def test_two_runs_agree_to_the_last_bit() -> None:
    first, second = scenarios(BudgetSettings()), scenarios(BudgetSettings())
    pd.testing.assert_frame_equal(first.comparison, second.comparison, check_exact=True)


def priced_response() -> Response:
    """Return a response with a price, an event and a year and more of data."""
    response = hand_made_response(media_mix(4))
    panel, base = response.panel, response.base
    control = Control("price", ControlKind.PRICE)
    sale = Event("sale", date(2023, 3, 6), date(2023, 3, 19))
    priced = replace(
        panel,
        controls=(control,),
        control_values=np.full((2, 60, 1), 4.0),
        events=(sale,),
    )
    columns = np.concatenate([base.values, np.zeros((2, 60, 2))], axis=2)
    columns[:, 9:11, 2] = 1.0
    design = replace(
        base,
        columns=(*base.columns, "sale", "price"),
        parts=(*base.parts, Part.EVENTS, Part.CONTROLS),
        values=columns,
        control_center=np.full((2, 1), np.log(4.0)),
        control_scale=np.full((2, 1), 0.1),
        prior_sd=np.ones(4),
    )
    effects = np.broadcast_to(np.array([100.0, -50.0]), (30, 2, 2))
    draws = replace(response.draws, base=np.concatenate([response.draws.base, effects], axis=2))
    return replace(response, panel=priced, base=design, draws=draws, reference=draws)


def test_a_scenario_may_leave_the_total_to_a_goal() -> None:
    goals = {
        "floor": ScenarioSettings(goal=Goal.MARGINAL_ROI, marginal_roi_floor=0.05),
        "profit": ScenarioSettings(goal=Goal.PROFIT),
    }
    found = scenarios(BudgetSettings(scenarios=goals, margin=20.0))
    assert [plan.goal for plan in found.plans] == [Goal.MARGINAL_ROI, Goal.PROFIT]
    assert list(found.comparison["goal"]) == ["", "marginal_roi", "profit"]
    assert found.comparison["profit"].notna().all()
    assert found.plans[1].profit >= found.present.profit


def test_a_scenario_may_seek_a_target() -> None:
    present = scenarios(BudgetSettings()).present
    wanted = present.forecast_outcome * 1.02
    found = scenarios(one(goal=Goal.TARGET, target=wanted, lower_change=-0.6, upper_change=2.0))
    assert found.plans[0].forecast_outcome == pytest.approx(wanted, rel=1e-6)
    assert found.plans[0].target is not None


def test_goals_need_what_they_are_about() -> None:
    with pytest.raises(ValidationError, match="goal target needs a target"):
        ScenarioSettings(goal=Goal.TARGET)
    with pytest.raises(ValidationError, match=r"goal profit needs budget\.margin"):
        one(goal=Goal.PROFIT)


def test_a_scenarios_limits_on_groups_segments_periods_and_cells_hold() -> None:
    day = date(2024, 3, 11)
    settings = one(
        groups={"two": GroupSettings(channels=("channel_0", "channel_1"), upper_change=0.02)},
        segments={"S1": BoundSettings(upper_change=0.01)},
        each_period=BoundSettings(upper_change=0.25),
        fixed=(FixedCellSettings(channel="channel_2", date=day, spend=500.0),),
    )
    plan = scenarios(settings).plans[0]
    spend = plan.channels.set_index("channel")
    two = spend.loc[["channel_0", "channel_1"]]
    assert two["spend"].sum() <= 1.02 * two["present_spend"].sum() * (1.0 + 1e-9)
    cell = plan.table[(plan.table["channel"] == "channel_2") & (plan.table["date"] == str(day))]
    assert cell["spend"].sum() == pytest.approx(500.0, rel=1e-12)
    assert list(plan.limits["kind"]) == ["group", "segment"] + ["period"] * 13
    assert (plan.limits["spend"] <= plan.limits["upper"] * (1.0 + 1e-9)).all()


def test_a_scenarios_events_and_prices_move_its_forecast_and_not_its_plan() -> None:
    sale = FutureEventSettings(name="sale", start=date(2024, 3, 4), end=date(2024, 3, 17))
    settings = BudgetSettings(
        scenarios={
            "plain": ScenarioSettings(),
            "sale": ScenarioSettings(events=(sale,)),
            "dear": ScenarioSettings(controls={"price": 0.1}),
        }
    )
    plain, with_sale, dear = scenarios(settings, response=priced_response()).plans
    np.testing.assert_array_equal(plain.channels["spend"], with_sale.channels["spend"])
    assert with_sale.forecast_outcome - plain.forecast_outcome == pytest.approx(2 * 2 * 100.0, rel=1e-6)
    lost = 2 * 13 * 50.0 * np.log(1.1) / 0.1
    assert plain.forecast_outcome - dear.forecast_outcome == pytest.approx(lost, rel=1e-6)


def test_wrong_names_of_a_scenario_are_reported_together() -> None:
    settings = one(
        groups={"g": GroupSettings(channels=("radio",))},
        segments={"north": BoundSettings(upper_spend=1.0)},
        fixed=(FixedCellSettings(channel="channel_0", date=date(2030, 1, 1), spend=1.0),),
    )
    with pytest.raises(SettingsError) as caught:
        scenarios(settings)
    assert [fault.place.rpartition(".")[2] for fault in caught.value.faults] == ["g", "segments", "fixed"]
