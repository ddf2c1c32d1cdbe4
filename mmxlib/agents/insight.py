"""The insight agent: plain sentences with numbers, and one action per channel with why and how sure."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import ClassVar

import numpy as np

from mmxlib.agents.agent import Inputs
from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.insights import ChannelAction, Insights, LiftTest
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.response import Response
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.maths.adstock import adstocked
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.arrays import Vector
from mmxlib.model.model import Model
from mmxlib.model.returns import steady_curve, window_returns
from mmxlib.report.actions import Evidence, action_insights, headline, reason
from mmxlib.report.doubts import unknown_insights, warning_insights
from mmxlib.report.sentences import Facts, Ranged, certainty_insights, driver_insights, result_insights
from mmxlib.settings import Settings, setting
from mmxlib.terms import Action, StepName, Verdict


class InsightSettings(Settings):
    """What the executive summary speaks of, and when it dares to advise."""

    recent_periods: int = setting(
        52, "The summary speaks of this many last periods.", unit="periods", ge=4, le=520
    )
    hold_band: float = setting(
        0.05,
        "A planned change of a channel's spend below this share counts as holding it.",
        unit="share",
        ge=0.0,
        le=0.5,
    )
    sureness: float = setting(
        0.75,
        "More or less is advised when it is right with at least this probability; below it, a test is.",
        unit="share",
        ge=0.5,
        le=0.99,
    )
    widest_range: float = setting(
        4.0,
        "A held channel is to be tested when the upper end of its marginal ROI is more than this many times "
        "the lower one.",
        unit="times",
        ge=1.5,
        le=100.0,
    )
    test_change: float = setting(
        0.5, "Change of spend that a lift test tries first; all of it, where that shows too little.",
        unit="share", gt=0.0, le=1.0,
    )  # fmt: skip
    shortest_test: int = setting(4, "The shortest lift test to propose.", unit="periods", ge=1, le=52)
    longest_test: int = setting(12, "The longest lift test to propose.", unit="periods", ge=1, le=104)
    test_power: float = setting(
        0.8, "Probability with which a lift test must find the lift that it looks for.", unit="share",
        ge=0.5, le=0.99,
    )  # fmt: skip
    test_false_alarm: float = setting(
        0.1, "Probability of finding a lift where there is none.", unit="share", ge=0.001, le=0.5
    )


@dataclass(frozen=True, slots=True)
class Insight:
    """Every artifact of a run to the executive summary's content."""

    settings: InsightSettings

    name: ClassVar[StepName] = StepName.INSIGHT
    requires: ClassVar[tuple[type, ...]] = (
        Panel,
        Segments,
        Trends,
        Baseline,
        FittedModel,
        Scenarios,
        BudgetPlan,
    )
    produces: ClassVar[type] = Insights
    calculation_version: ClassVar[int] = 3

    def run(self, inputs: Inputs, rng: np.random.Generator) -> Insights:
        """Return the insights; nothing is left to chance, so ``rng`` is not drawn from."""
        return insights_of(inputs.by_type, self.settings)


def insights_of(by_type: Mapping[type, object], settings: InsightSettings) -> Insights:
    """Return what can be said from the artifacts there are: Scenarios and BudgetPlan may be missing.

    Without an approved plan, or with a model that failed its guardrails, there are no actions.
    """
    facts = facts_of(by_type, settings)
    sound = facts.fitted.verdict is not Verdict.FAIL
    actions = channel_actions(facts, settings) if sound and facts.plan is not None else ()
    sentences = (
        *warning_insights(facts),
        *result_insights(facts),
        *driver_insights(facts),
        *action_insights(facts, actions),
        *certainty_insights(facts),
        *unknown_insights(facts),
    )
    scenario = "" if facts.plan is None else facts.plan.scenario
    return Insights(
        headline=headline(facts),
        verdict=facts.fitted.verdict,
        insights=sentences,
        actions=actions,
        scenario=scenario,
        notes=_notes(settings),
    )


def _notes(settings: InsightSettings) -> tuple[Note, ...]:
    return (
        Note(
            "More or less is advised where the plan moves a channel and the draws agree with probability "
            f"{settings.sureness:g} or more that its next money brings more (less) than the plan's last "
            "money; hold where the plan leaves it; test where the draws do not agree."
        ),
    )


def facts_of(by_type: Mapping[type, object], settings: InsightSettings) -> Facts:
    """Return the facts that sentences are made of."""
    inputs = Inputs(by_type)
    fitted = inputs[FittedModel]
    panel = fitted.response.panel
    recent = min(settings.recent_periods, len(panel.dates))
    first = len(panel.dates) - recent
    level = fitted.backtest.level
    summary = Model(fitted.response).channel_summary(
        (panel.dates[first].item(), panel.dates[-1].item()), level
    )
    contribution = window_returns(fitted.response, first, len(panel.dates)).contribution
    shares = contribution / float(panel.outcome[:, first:].sum())
    paid = np.array([channel.paid for channel in panel.channels], dtype=bool)
    return Facts(
        panel=panel,
        segments=inputs[Segments],
        trends=inputs[Trends],
        baseline=inputs[Baseline],
        fitted=fitted,
        recent=summary,
        recent_periods=recent,
        media_share=_ranged(shares[:, paid].sum(axis=1), level),
        organic_share=None if paid.all() else _ranged(shares[:, ~paid].sum(axis=1), level),
        scenarios=inputs[Scenarios] if Scenarios in by_type else None,
        plan=inputs[BudgetPlan] if BudgetPlan in by_type else None,
    )


def _ranged(draws: Vector, level: float) -> Ranged:
    lower, upper = np.quantile(draws, [0.5 - 0.5 * level, 0.5 + 0.5 * level])
    return Ranged(float(draws.mean()), float(lower), float(upper))


def channel_actions(facts: Facts, settings: InsightSettings) -> tuple[ChannelAction, ...]:
    """Return one action per channel, in the panel's order."""
    assert facts.plan is not None
    panel, plan, level = facts.panel, facts.plan, facts.level
    periods = min(plan.periods, len(panel.dates))
    slope = window_returns(facts.fitted.response, len(panel.dates) - periods, len(panel.dates)).slope
    spend = panel.total_spend(len(panel.dates) - periods)
    worth = panel.money_per_outcome if np.isfinite(panel.money_per_outcome) else 1.0
    average = worth * slope[:, spend > 0.0].sum(axis=1) / max(float(spend.sum()), 1e-300)
    # what the plan's last money brings, with the doubt that all channels share
    hurdle = average * (plan.marginal_roi / max(float(average.mean()), 1e-300))
    rows = {str(row["channel"]): row for row in plan.channels.to_dict("records")}
    actions = []
    for index, channel in enumerate(panel.channels):
        row = rows.get(channel.name)
        if not channel.paid or row is None:
            actions.append(_organic(channel.name))
            continue
        present, planned = float(row["present_spend"]), float(row["spend"])
        marginal = worth * slope[:, index] / spend[index] if spend[index] > 0.0 else None
        evidence = Evidence(
            channel=channel.name,
            present=present,
            planned=planned,
            binding=str(row["binding"]),
            marginal=None if marginal is None else _ranged(marginal, level),
            hurdle=float(hurdle.mean()),
            above=0.5 if marginal is None else _share_above(marginal, hurdle),
            near=0.0
            if marginal is None
            else float(np.mean(np.abs(np.log2(_ratio(marginal, hurdle))) <= 0.585)),
            hold_band=settings.hold_band,
            measures=facts.measures,
        )
        actions.append(_action(evidence, facts, index, settings))
    return tuple(actions)


def _share_above(marginal: Vector, hurdle: Vector) -> float:
    return float(np.mean(marginal > hurdle) + 0.5 * np.mean(marginal == hurdle))


def _ratio(marginal: Vector, hurdle: Vector) -> Vector:
    ratio: Vector = np.maximum(marginal, 1e-12) / np.maximum(hurdle, 1e-12)
    return ratio


def _organic(channel: str) -> ChannelAction:
    words = f"{channel} has no spend, so there is no budget to move; keep doing it."
    return ChannelAction(channel, Action.HOLD, 0.0, 0.0, words, 1.0)


def _action(evidence: Evidence, facts: Facts, index: int, settings: InsightSettings) -> ChannelAction:
    action, confidence = _choice(evidence, settings)
    test = None
    if action is Action.TEST:
        up = evidence.planned >= evidence.present
        test = lift_test(facts.fitted.response, index, _per_period(evidence, facts), up=up, settings=settings)
    return ChannelAction(
        channel=evidence.channel,
        action=action,
        present_spend=evidence.present,
        recommended_spend=evidence.planned,
        reason=reason(evidence, action, confidence, test),
        confidence=confidence,
        test=test,
    )


def _per_period(evidence: Evidence, facts: Facts) -> float:
    assert facts.plan is not None
    # a channel that rests now is tested at what the plan would give it
    return (evidence.present or evidence.planned) / facts.plan.periods


def _choice(evidence: Evidence, settings: InsightSettings) -> tuple[Action, float]:
    """Return the action and the probability that it is right."""
    if evidence.marginal is None:
        return (Action.TEST, 0.5) if evidence.planned > 0.0 else (Action.HOLD, 0.5)
    if evidence.held:
        wide = evidence.marginal.upper > settings.widest_range * max(evidence.marginal.lower, 0.0)
        return (Action.TEST if wide and evidence.near < settings.sureness else Action.HOLD), evidence.near
    up = evidence.change > 0.0
    sure = evidence.above if up else 1.0 - evidence.above
    if sure < settings.sureness:
        return Action.TEST, sure
    return (Action.MORE if up else Action.LESS), sure


def lift_test(
    response: Response, channel: int, spend: float, *, up: bool, settings: InsightSettings
) -> LiftTest:
    """Return the shortest lift test that would show the expected lift, or the strongest one there is.

    ``spend`` is per period and over all units, where the test runs.

    Notes
    -----
    The detectable lift is ``(z[1 - false alarm / 2] + z[power]) * sd`` with ``sd`` that of the summed AR(1)
    noise of all units over the test plus that of the forecast it is held against. The expected lift is the
    steady response's, less what carryover has not yet built up.

    References
    ----------
    Bloom (1995), Minimum Detectable Effects, Evaluation Review 19(5).
    """
    bell = NormalDist()
    z = bell.inv_cdf(1.0 - 0.5 * settings.test_false_alarm) + bell.inv_cdf(settings.test_power)
    longest = max(settings.longest_test, settings.shortest_test)
    design = None
    for change in (settings.test_change if up else -settings.test_change, -1.0):
        gain = _steady_gain(response, channel, spend, change)
        for periods in range(settings.shortest_test, longest + 1):
            expected = gain * _built_up(response, channel, periods)
            design = LiftTest(periods, change, z * _noise_of_sum(response, periods), expected)
            if design.visible:
                return design
    assert design is not None
    return design


def _steady_gain(response: Response, channel: int, spend: float, change: float) -> float:
    """Return by how much the outcome per period differs when spend is changed for good."""
    outcome = steady_curve(response, channel, np.array([spend, spend * (1.0 + change)])).outcome.mean(axis=0)
    return float(abs(outcome[1] - outcome[0]))


def _built_up(response: Response, channel: int, periods: int) -> float:
    """Return the periods' worth of steady effect that falls inside a test of that length."""
    family = ADSTOCKS[response.priors[channel].adstock]
    retention, timing = (
        float(values[:, channel].mean()) for values in (response.draws.retention, response.draws.timing)
    )
    return float(adstocked(np.ones(periods), family.code, retention, timing).sum())


def _noise_of_sum(response: Response, periods: int) -> float:
    """Return the sd of the outcome's noise summed over units and periods, against a forecast."""
    correlation = response.autocorrelation
    lags = np.arange(1, periods)
    shape = periods + 2.0 * ((periods - lags)[None, :] * correlation[:, None] ** lags[None, :]).sum(axis=1)
    variance = response.draws.noise_sd.mean(axis=0) ** 2 / (1.0 - correlation**2) * shape
    known = 1.0 + periods / len(response.panel.dates)
    return float(np.sqrt(known * variance.sum()))
