"""The insight agent: which action, how sure, what test."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from mmxlib.agents.agent import Agent, Inputs
from mmxlib.agents.insight import Insight, InsightSettings, insights_of, lift_test
from mmxlib.artifacts.experiments import Experiment, StepTest
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.insights import ChannelAction, Insights
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.errors import UsageError
from mmxlib.terms import Action, Verdict
from tests.report.builder import Story, story

ORDER = ["warning", "result", "drivers", "action", "certainty", "unknown"]


def insights(made: Story, **settings: object) -> Insights:
    return insights_of(made.by_type(), InsightSettings.model_validate(settings))


def planned(made: Story, changes: Mapping[str, float], hurdle: float = 0.6) -> Story:
    """Return the run with a plan that changes these channels and leaves the others."""
    table = made.plan.channels.copy()
    change = np.array([changes.get(name, 0.0) for name in table["channel"]])
    table["spend"] = table["present_spend"] * (1.0 + change)
    table["change"] = change
    table["binding"] = ""
    return replace(made, plan=replace(made.plan, channels=table, marginal_roi=hurdle))


def action_of(found: Insights, channel: str) -> ChannelAction:
    return next(each for each in found.actions if each.channel == channel)


@pytest.fixture(scope="module")
def usual() -> Story:
    return story()


def test_the_agent_keeps_the_contract(usual: Story) -> None:
    agent = Insight(InsightSettings())
    assert isinstance(agent, Agent)
    rng = np.random.default_rng(1)
    found = agent.run(Inputs(usual.by_type()), rng)
    assert isinstance(found, agent.produces)
    assert rng.random() == np.random.default_rng(1).random(), "the agent draws nothing"
    with pytest.raises(UsageError, match="MMX-A001"):
        agent.run(Inputs({}), rng)


def test_sentences_come_in_the_order_of_the_page(usual: Story) -> None:
    topics = [each.topic for each in insights(usual).insights]
    assert sorted(topics, key=ORDER.index) == topics
    assert set(topics) == set(ORDER)


def test_every_channel_gets_one_action_with_a_reason(usual: Story) -> None:
    found = insights(usual)
    assert [each.channel for each in found.actions] == list(usual.panel.channel_names)
    assert all(each.reason and 0.0 <= each.confidence <= 1.0 for each in found.actions)
    assert [each.test is not None for each in found.actions] == [
        each.action is Action.TEST for each in found.actions
    ]


def test_a_move_that_the_draws_support_is_advised(usual: Story) -> None:
    up = action_of(insights(planned(usual, {"tv": 0.3}, hurdle=0.1)), "tv")
    down = action_of(insights(planned(usual, {"tv": -0.3}, hurdle=5.0)), "tv")
    assert (up.action, down.action) == (Action.MORE, Action.LESS)
    assert up.confidence > 0.9
    assert down.confidence > 0.9


def test_a_move_against_the_draws_is_to_be_tested_first(usual: Story) -> None:
    found = action_of(insights(planned(usual, {"tv": 0.3}, hurdle=5.0)), "tv")
    assert found.action is Action.TEST
    assert found.confidence < 0.1
    assert found.test is not None
    assert "Test: spend +50 %" in found.reason or "Test in some regions" in found.reason


def test_a_small_move_is_a_hold(usual: Story) -> None:
    assert action_of(insights(planned(usual, {"tv": 0.03})), "tv").action is Action.HOLD
    assert action_of(insights(planned(usual, {"tv": 0.03}), hold_band=0.01), "tv").action is not Action.HOLD


def test_more_sureness_turns_moves_into_tests(usual: Story) -> None:
    made = planned(usual, dict.fromkeys(usual.panel.channel_names, 0.3), hurdle=0.5)
    tests = [
        sum(each.action is Action.TEST for each in insights(made, sureness=sure).actions)
        for sure in (0.5, 0.75, 0.99)
    ]
    assert tests == sorted(tests)
    assert tests[-1] > tests[0]


def test_media_without_spend_get_no_budget_action(usual: Story) -> None:
    found = action_of(insights(usual), "newsletter")
    assert (found.action, found.present_spend, found.recommended_spend) == (Action.HOLD, 0.0, 0.0)
    assert "no spend" in found.reason


def test_a_failed_model_gets_no_action_and_says_so_first() -> None:
    found = insights(story(failed=True))
    assert found.verdict is Verdict.FAIL
    assert found.actions == ()
    assert found.headline.startswith("The model failed a check")
    assert "nothing is recommended" in found.headline
    assert [each.text for each in found.insights if each.topic == "action"] == [
        "Nothing, until the failed checks are mended: no action rests on this model."
    ]
    assert next(each for each in found.insights if each.topic == "warning").sources


def test_without_an_approved_plan_there_is_a_summary_and_no_action(usual: Story) -> None:
    by_type = usual.by_type()
    del by_type[BudgetPlan], by_type[Scenarios]
    found = insights_of(by_type, InsightSettings())
    assert found.actions == ()
    assert "no plan is approved yet" in found.headline


def test_the_share_of_the_baseline_is_one_minus_paid_media(usual: Story) -> None:
    numbers = {name: value for each in insights(usual).insights for name, value in each.numbers.items()}
    recent = usual.frames.recent
    paid = recent.loc[recent["spend"] > 0.0, "share"].sum()
    assert numbers["media_share"] == pytest.approx(paid, rel=1e-9)
    assert numbers["baseline_share"] == pytest.approx(1.0 - paid, rel=1e-9)


def test_the_window_follows_its_setting(usual: Story) -> None:
    text = insights(usual, recent_periods=26).insights
    assert any("in the 26 weeks to" in each.text for each in text)


def test_experiments_are_said_to_anchor_the_model(usual: Story) -> None:
    tested = Experiment("tv", date(2024, 1, 1), date(2024, 2, 1), 1e5, 2e4)
    panel = replace(usual.panel, experiments=(tested,))
    fitted = replace(usual.fitted, response=replace(usual.fitted.response, panel=panel))
    found = insights_of({**usual.by_type(), FittedModel: fitted}, InsightSettings())
    texts = " ".join(each.text for each in found.insights)
    assert "Experiments on tv anchor the model" in texts
    assert "No experiment has tested any channel" not in texts


def test_tests_of_a_step_in_spend_are_told_from_lift_tests(usual: Story) -> None:
    tested = StepTest("tv", 100.0, 50.0, 10.0, 2.0)
    panel = replace(usual.panel, experiments=(tested,))
    fitted = replace(usual.fitted, response=replace(usual.fitted.response, panel=panel))
    found = insights_of({**usual.by_type(), FittedModel: fitted}, InsightSettings())
    texts = " ".join(each.text for each in found.insights)
    assert "Tests of a step in spend on tv anchor the response curves." in texts
    assert "Experiments on" not in texts
    assert "No experiment has tested any channel" not in texts


def test_many_warnings_are_counted_not_told() -> None:
    made = story()
    worry = made.fitted.guardrails[1]
    many = tuple(replace(worry, name=f"check_{k}", meaning=f"Worry {k}.") for k in range(20))
    found = insights(replace(made, fitted=replace(made.fitted, guardrails=many)))
    warnings = [each.text for each in found.insights if each.topic == "warning"]
    assert len(warnings) == 6
    assert warnings[-1].startswith("15 further warnings")


def test_one_worry_about_many_channels_is_told_once() -> None:
    made = story()
    worry = made.fitted.guardrails[1]
    many = tuple(replace(worry, about=name) for name in made.panel.channel_names)
    found = insights(replace(made, fitted=replace(made.fitted, guardrails=many)))
    warnings = [each.text for each in found.insights if each.topic == "warning"]
    assert len(warnings) == 1
    assert "The same goes for search, social, print, radio and newsletter." in warnings[0]


def test_a_lift_test_is_the_shortest_that_shows_its_lift(usual: Story) -> None:
    settings = InsightSettings()
    response = usual.fitted.response
    found = lift_test(response, 0, 2e5, up=False, settings=settings)
    assert found.expected_lift >= found.detectable_lift
    assert found.change < 0.0
    if found.periods > settings.shortest_test:
        shorter = InsightSettings(longest_test=found.periods - 1, test_change=abs(found.change))
        again = lift_test(response, 0, 2e5, up=False, settings=shorter)
        assert (again.periods, again.change) != (found.periods, found.change)


def test_the_noise_of_a_test_is_that_of_simulated_noise(usual: Story) -> None:
    from mmxlib.agents.insight import _noise_of_sum

    response = usual.fitted.response
    rng = np.random.default_rng(0)
    periods, correlation = 8, response.autocorrelation
    scale = response.draws.noise_sd.mean(axis=0)
    state = rng.standard_normal((20_000, len(scale))) * scale / np.sqrt(1.0 - correlation**2)
    total = np.zeros(len(state))
    for _period in range(periods):
        total += state.sum(axis=1)
        state = correlation * state + rng.standard_normal(state.shape) * scale
    against_forecast = np.sqrt(1.0 + periods / len(response.panel.dates))
    assert _noise_of_sum(response, periods) == pytest.approx(total.std() * against_forecast, rel=0.02)


def test_a_tiny_channel_is_too_faint_to_test_and_the_reason_says_so(usual: Story) -> None:
    found = lift_test(usual.fitted.response, 4, 1.0, up=True, settings=InsightSettings())
    assert found.expected_lift < found.detectable_lift
    assert (found.change, found.periods) == (-1.0, 12)


def test_the_same_run_gives_the_same_insights(usual: Story) -> None:
    assert repr(insights(usual)) == repr(insights(usual))


def test_one_channel_and_thirty_both_get_their_actions() -> None:
    assert len(insights(story(("tv",), 1, organic=())).actions) == 1
    assert len(insights(story([f"c{k}" for k in range(30)], 2, organic=())).actions) == 30
