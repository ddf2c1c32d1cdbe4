"""What to do: the headline, the plan in a sentence, and why each channel gets its action."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.insights import ChannelAction, Insight, LiftTest
from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.report.numbers import Measures, between, chance, listed, percent, ratio, short, signed_percent
from mmxlib.report.plan_insights import plan_insights
from mmxlib.report.plan_words import unit_of_money
from mmxlib.report.sentences import Facts, Ranged, insight
from mmxlib.terms import Action, Verdict

CLEARLY_BETTER = 0.75
"""A plan that beats the present one with less than this probability is no improvement worth a headline."""

EVEN = 0.5
"""Odds below which a planned move is rather wrong than right."""

MOST_NAMED = 8
"""The channels named in one sentence; the rest are counted."""

SAME_BUDGET = 0.0005


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for or against moving a channel's spend.

    ``marginal`` is its marginal ROI at the present spend (None where it has none), ``hurdle`` what the plan's
    last money brings; ``above`` the probability that the first exceeds the second, ``near`` that they differ
    by less than half. ``binding`` is the bound that the plan stands at: ``lower``, ``upper`` or empty. A
    planned change up to ``hold_band`` counts as none.
    """

    channel: str
    present: float
    planned: float
    binding: str
    marginal: Ranged | None
    hurdle: float
    above: float
    near: float
    hold_band: float
    measures: Measures

    @property
    def change(self) -> float:
        """The planned change of spend as a share."""
        return self.planned / self.present - 1.0 if self.present > 0.0 else float(np.sign(self.planned))

    @property
    def held(self) -> bool:
        """Whether the plan leaves the channel about where it is."""
        return abs(self.change) <= self.hold_band


def reason(evidence: Evidence, action: Action, confidence: float, test: LiftTest | None) -> str:
    """Return why a channel gets its action, in two short sentences."""
    if evidence.marginal is None:
        return _resting(evidence, test)
    marginal = evidence.marginal
    base = (
        f"The next {unit_of_money(evidence.measures)} returns {ratio(marginal.mean)} "
        f"({between(marginal.lower, marginal.upper, ratio)}); the plan's last money {ratio(evidence.hurdle)}."
    )
    if action is Action.TEST:
        move = "about its present spend" if evidence.held else signed_percent(evidence.change)
        odds = f"Odds that {move} is right: {chance(confidence)}"
        first = ", so test before moving it" if confidence < EVEN and not evidence.held else ""
        return f"{base} {odds}{first}.{_design(test, evidence.measures)}"
    if action is Action.HOLD:
        return f"{base} {_held(evidence)}"
    word = "most" if action is Action.MORE else "least"
    bound = "upper" if action is Action.MORE else "lower"
    limit = f" {signed_percent(evidence.change)} is the {word} that the limits allow."
    return base + (limit if evidence.binding == bound else "")


def _held(evidence: Evidence) -> str:
    if evidence.binding:
        side = {"upper": "rise", "lower": "fall"}.get(evidence.binding, "move")
        return f"The limits do not let it {side} further."
    return "A move would gain little."


def _resting(evidence: Evidence, test: LiftTest | None) -> str:
    if evidence.planned <= 0.0:
        return "It has no spend at present and the plan gives it none."
    return f"It has no spend at present, so its next return cannot be read.{_design(test, evidence.measures)}"


def _design(test: LiftTest | None, measures: Measures) -> str:
    if test is None:
        return ""
    expected, seen = measures.outcome(test.expected_lift), measures.outcome(test.detectable_lift)
    if not test.visible:
        return (
            f" Too faint to test in the whole market: stopping it for {measures.periods(test.periods)} would "
            f"show {expected}, less than the {seen} that can be told from chance."
        )
    what = "stop it" if test.change <= -1.0 else f"spend {signed_percent(test.change)}"
    length = measures.periods(test.periods)
    return f" Test: {what} for {length}; {expected} of lift is expected, and {seen} can be told from chance."


def headline(facts: Facts) -> str:
    """Return the first line of the executive summary."""
    if facts.fitted.verdict is Verdict.FAIL:
        failed = [check for check in facts.fitted.guardrails if check.verdict is Verdict.FAIL]
        count = "a check" if len(failed) == 1 else f"{len(failed)} checks"
        return f"The model failed {count}, so nothing is recommended: {_clause(failed[0].meaning)}"
    share = facts.media_share
    media = (
        f"Paid media brought {percent(share.mean)} ({between(share.lower, share.upper, percent)}) of "
        f"{facts.outcome_word.lower()} in the last {facts.measures.periods(facts.recent_periods)}"
    )
    if facts.plan is None:
        return f"{media}; no plan is approved yet, so nothing is recommended."
    gain = plan_gain(facts)
    plan = short(facts.plan.scenario)
    warned = " Read the warnings first." if facts.fitted.verdict is Verdict.WARN else ""
    if unmoved(facts.plan):
        return f"{media}; the plan {plan} leaves the present one as it is.{warned}"
    if gain.mean <= 0.0 or not facts.plan.probability_better >= CLEARLY_BETTER:
        return f"{media}; the plan {plan} does not clearly beat the present one.{warned}"
    amount = facts.measures.outcome(gain.mean)
    ranges = facts.measures.outcome_range(gain.lower, gain.upper)
    return (
        f"{media}; the plan {plan} should bring {amount} ({ranges}) more than the "
        f"present one over {facts.measures.periods(facts.plan.periods)}, {_budget(facts.plan)}.{warned}"
    )


def _clause(text: str) -> str:
    """Return a sentence as it goes on after a colon; names keep their capitals."""
    text = text if text.endswith((".", "!", "?")) else f"{text}."
    return f"{text[:1].lower()}{text[1:]}" if text.startswith(("The ", "In ", "Forecasts ")) else text


def _budget(plan: BudgetPlan) -> str:
    change = plan.total / plan.present_total - 1.0 if plan.present_total > 0.0 else float("nan")
    if not np.isfinite(change) or abs(change) < SAME_BUDGET:
        return "for the same money"
    return f"for {percent(abs(change))} {'more' if change > 0.0 else 'less'} money"


def unmoved(plan: BudgetPlan) -> bool:
    """Return whether a plan spends on every channel what the present one does."""
    present, planned = (plan.channels[name].to_numpy(float) for name in ("present_spend", "spend"))
    return bool(np.all(np.abs(planned - present) <= SAME_BUDGET * np.maximum(present, 1e-12)))


def plan_gain(facts: Facts) -> Ranged:
    """Return what the plan brings over the present one, with its range where the comparison has it."""
    plan = facts.plan
    assert plan is not None
    if facts.scenarios is not None:
        table = facts.scenarios.comparison
        rows = table[table["scenario"] == plan.scenario]
        if len(rows):
            row = rows.iloc[0]
            return Ranged(float(row["gain"]), float(row["gain_lower"]), float(row["gain_upper"]))
    gain = plan.outcome - plan.present_outcome
    return Ranged(gain, float("nan"), float("nan"))


def action_insights(facts: Facts, actions: Sequence[ChannelAction]) -> list[Insight]:
    """Return what to do in sentences: the plan as a whole, then channels by action."""
    if facts.fitted.verdict is Verdict.FAIL:
        text = "Nothing, until the failed checks are mended: no action rests on this model."
        return [insight("action", text)]
    if facts.plan is None:
        return [insight("action", "Approve a scenario at the budget checkpoint, or revise its settings.")]
    return [
        _plan(facts, facts.plan),
        *plan_insights(facts, facts.plan),
        *_by_action(actions),
        *_faint(actions),
    ]


def _plan(facts: Facts, plan: BudgetPlan) -> Insight:
    measures, gain = facts.measures, plan_gain(facts)
    amount = measures.outcome(abs(gain.mean))
    ranges = measures.outcome_range(gain.lower, gain.upper)
    text = (
        f"The plan {short(plan.scenario)} spends {measures.money(plan.total)} over "
        f"{measures.periods(plan.periods)}, {_budget(plan).removeprefix('for ')} than now, and should bring "
        f"{amount} {'more' if gain.mean >= 0.0 else 'less'} ({ranges}); it beats the present plan with a "
        f"probability of {chance(plan.probability_better)}."
    ).replace("the same money than now", "the same money as now")
    if unmoved(plan):
        text = (
            f"The plan {short(plan.scenario)} spends {measures.money(plan.total)} over "
            f"{measures.periods(plan.periods)}, channel by channel what is spent now: within its limits "
            "nothing better was found."
        )
    source = f"scenarios.comparison[{plan.scenario}]"
    return insight(
        "action",
        text,
        spend=(plan.total, "budget_plan.total"),
        gain=(gain.mean, f"{source}.gain"),
        probability_better=(plan.probability_better, "budget_plan.probability_better"),
    )


def _by_action(actions: Sequence[ChannelAction]) -> list[Insight]:
    words = {
        Action.MORE: "Spend more on {}.",
        Action.LESS: "Spend less on {}.",
        Action.HOLD: "Leave {} as it is.",
        Action.TEST: "Test {} before moving much.",
    }
    found = []
    for action, text in words.items():
        chosen = [each for each in actions if each.action is action and _has_budget(each)]
        if not chosen:
            continue
        said = _moved(chosen)
        if action is Action.HOLD and len(chosen) > 1:
            text = "Leave {} as they are."
        figures = {
            f"confidence_{index}": (each.confidence, f"insights.actions[{each.channel}].confidence")
            for index, each in enumerate(chosen)
        }
        found.append(insight("action", text.format(said), **figures))
    resting = [short(each.channel) for each in actions if not _has_budget(each)]
    if resting:
        verb = "has" if len(resting) == 1 else "have"
        found.append(insight("action", f"{listed(resting, MOST_NAMED)} {verb} no spend to move."))
    return found


def _has_budget(action: ChannelAction) -> bool:
    return action.present_spend > 0.0 or action.recommended_spend > 0.0


def _faint(actions: Sequence[ChannelAction]) -> list[Insight]:
    """Return how to test what a test in the whole market would not show."""
    tests = [each for each in actions if each.test is not None]
    faint = [each for each in tests if each.test is not None and not each.test.visible]
    if not faint:
        return []
    some = f"{len(faint)} of these {len(tests)} tests"
    whose = "that test" if len(tests) == 1 else "these tests" if len(faint) == len(tests) else some
    text = (
        f"In the whole market the effect of {whose} would be lost in the ups and downs of sales: change "
        "spend in some regions and not in others, and record sales by region."
    )
    return [insight("action", text, faint=(len(faint), "insights.actions.test"))]


def _moved(actions: Sequence[ChannelAction]) -> str:
    """Return the channels with the move of each; those that move alike share one bracket."""
    groups: dict[str, list[str]] = {}
    for each in actions:
        groups.setdefault(_move(each), []).append(short(each.channel))
    said = []
    for move, names in groups.items():
        each_of = " each" if len(names) > 1 else ""
        said.append(f"{listed(names, MOST_NAMED)} ({move}{each_of})" if move else listed(names, MOST_NAMED))
    return listed(said, MOST_NAMED)


def _move(action: ChannelAction) -> str:
    if action.action not in (Action.MORE, Action.LESS) or action.present_spend <= 0.0:
        return ""
    return signed_percent(action.recommended_spend / action.present_spend - 1.0)
