"""Plans in words: what settled the total, how a target stands, the forecast, the limits that hold."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.plan import BudgetPlan, Target
from mmxlib.report.numbers import Measures, between, chance, day, listed, percent, ratio, short
from mmxlib.terms import Goal, Objective, OutcomeKind

GOAL_WORDS: Mapping[str, str] = {
    Goal.TOTAL: "given total",
    Goal.MARGINAL_ROI: "floor on marginal ROI",
    Goal.PROFIT: "most profit",
    Goal.TARGET: "least spend for a target",
}

ALIKE = 0.02
"""Marginal ROIs that differ by less than this share are one number."""

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

MOST_LIMITS = 3
"""The binding limits named in one sentence."""


@dataclass(frozen=True, slots=True)
class BindingLimit:
    """A limit that holds a plan: on what, ``lower`` or ``upper``, and what one unit past it brings more.

    ``place`` is its row in the plan, such as ``channels[tv]``.
    """

    what: str
    side: str
    price: float
    place: str


def goal_words(goal: object) -> str:
    """Return what settles a plan's total, in a few words; the present plan has no goal."""
    said = text_of(goal)
    return GOAL_WORDS.get(said, said.replace("_", " "))


def goal_sentence(plan: BudgetPlan, measures: Measures) -> str:
    """Return what settled the total of a plan, in a sentence."""
    spent = measures.money(plan.total)
    match plan.goal:
        case Goal.TARGET if plan.target is not None:
            return target_sentence(plan, plan.target, measures)
        case Goal.PROFIT:
            return f"The total was free: {spent} leaves the most profit{_profit(plan, measures)}."
        case Goal.MARGINAL_ROI:
            return (
                f"The total was free: {spent} is where the next {unit_of_money(measures)} no longer brings "
                f"what it must; the last one brings {ratio(plan.marginal_roi)}."
            )
        case _:
            return f"The total of {spent} was given; the plan divides it."


def _profit(plan: BudgetPlan, measures: Measures) -> str:
    if not np.isfinite(plan.profit):
        return ""
    return f", {measures.money(plan.profit)}{bracketed(plan.profit_lower, plan.profit_upper, measures.money)}"


def profit_sentence(plan: BudgetPlan, measures: Measures) -> str:
    """Return what a plan's spend leaves at the margin given; empty without a margin."""
    if not np.isfinite(plan.profit):
        return ""
    return (
        "At the given margin, what the spend causes less the spend itself leaves "
        f"{measures.money(plan.profit)}{bracketed(plan.profit_lower, plan.profit_upper, measures.money)}."
    )


def target_sentence(plan: BudgetPlan, target: Target, measures: Measures) -> str:
    """Return how a goal seek ended: the least spend that reaches the target, or the most that there is."""
    wanted = measures.exact_outcome(target.outcome)
    sure = (
        "on average" if target.probability is None else f"with a probability of {chance(target.probability)}"
    )
    if target.reached:
        also = "" if target.probability is not None else f" (probability {chance(target.chance)})"
        return (
            f"{measures.money(plan.total)} is the least spend that reaches {wanted} {sure} in "
            f"{measures.periods(plan.periods)}{also}."
        )
    text = f"{wanted} {sure} cannot be reached within the limits"
    if not np.isfinite(plan.forecast_outcome):
        return f"{text}: this plan comes closest."
    most = measures.exact_outcome(plan.forecast_outcome)
    return (
        f"{text}: the most is {most} on average, for {measures.money(plan.total)}; the probability that this "
        f"reaches the target is {chance(target.chance)}."
    )


def forecast_sentence(plan: BudgetPlan, measures: Measures, *, present: BudgetPlan | None = None) -> str:
    """Return what is forecast for the plan's periods, beside the present plan; empty where nothing is."""
    if not np.isfinite(plan.forecast_outcome) or plan.table.empty:
        return ""
    word = "sales" if measures.outcome_kind is OutcomeKind.MONEY else "units sold"
    first = np.datetime64(plan.table["date"].min(), "D")
    expected = measures.finer_outcome(plan.forecast_outcome)
    ranges = bracketed(plan.forecast_lower, plan.forecast_upper, measures.finer_outcome)
    beside = ""
    if present is not None and np.isfinite(present.forecast_outcome):
        beside = f"; under the present plan at {measures.finer_outcome(present.forecast_outcome)}"
    return (
        f"Under this plan, {word} in the {measures.periods(plan.periods)} from {day(first)} are forecast at "
        f"{expected}{ranges}{beside}."
    )


def bracketed(lower: float, upper: float, form: Callable[[float], str]) -> str:
    """Return a range in brackets after its number, or nothing where it is not known."""
    if not (np.isfinite(lower) and np.isfinite(upper)):
        return ""
    return f" ({between(lower, upper, form)})"


def unit_of_money(measures: Measures) -> str:
    """Return what one unit of money is called."""
    return f"{measures.symbol}1" if measures.symbol else "unit of money"


def limit_words(kind: str, name: str) -> str:
    """Return what a limit on several cells is about: ``Group video``, ``Whole budget``."""
    if kind == "total":
        return "Whole budget"
    if kind == "period" and DATE.fullmatch(name):
        return f"Period from {day(np.datetime64(name, 'D'))}"
    return f"{kind[:1].upper()}{kind[1:]} {name}"


def text_of(value: object) -> str:
    """Return a cell's text; a missing one is empty."""
    return "" if value is None or value != value else str(value)


def _bound_words(limit: BindingLimit, measures: Measures) -> str:
    """Return where a limit holds the plan, and what lies beyond it."""
    beyond = "less" if limit.side == "lower" else "more"
    worth = f"{measures.symbol}{ratio(limit.price)}"
    unit = unit_of_money(measures) if measures.symbol else f"a {unit_of_money(measures)}"
    return f"at its {limit.side} limit ({unit} {beyond} would bring {worth} more)"


def binding_limits(plan: BudgetPlan) -> list[BindingLimit]:
    """Return the limits that bind and whose price is known, dearest first; the whole budget is none."""
    found = [
        BindingLimit(
            str(row["channel"]),
            text_of(row["binding"]),
            float(row.get("shadow_price", np.nan)),
            f"channels[{row['channel']}]",
        )
        for row in plan.channels.to_dict("records")
    ]
    for row in plan.limits.to_dict("records"):
        what = limit_words(str(row["kind"]), str(row["name"]))
        side = "" if row["kind"] == "total" else text_of(row["binding"])
        place = f"limits[{row['kind']} {row['name']}]"
        found.append(BindingLimit(f"{what[:1].lower()}{what[1:]}", side, float(row["shadow_price"]), place))
    known = [each for each in found if each.side and np.isfinite(each.price)]
    return sorted(known, key=lambda each: -each.price)


def binding_sentence(plan: BudgetPlan, measures: Measures) -> str:
    """Return which limits hold the plan back most, with their prices; empty where none does.

    A limit whose price rounds to nothing binds, but holds nothing back.
    """
    limits = binding_limits(plan)
    dear = [each for each in limits if ratio(each.price) != ratio(0.0)]
    if not dear:
        return ""
    said = [f"{short(each.what)} {_bound_words(each, measures)}" for each in dear[:MOST_LIMITS]]
    rest = len(limits) - len(said)
    more = (
        f"; {rest} more of its limits bind" if rest > 1 else "; one more of its limits binds" if rest else ""
    )
    return f"What holds the plan back: {'; '.join(said)}{more}."


def equal_sentence(plan: BudgetPlan) -> str:
    """Return that channels away from their limits have one marginal ROI; empty where it is not so."""
    inside = plan.channels[(plan.channels["binding"].map(text_of) == "") & (plan.channels["spend"] > 0.0)]
    values = inside["marginal_roi"].to_numpy(float)
    if len(values) < 2 or plan.objective is not Objective.MEAN or not np.isfinite(values).all():
        return ""
    if values.max() - values.min() > ALIKE * abs(values.mean()):
        return ""
    return (
        f"Between the {len(values)} channels that no limit holds, the next money brings the same, "
        f"{ratio(float(values.mean()))}: moving some from one to another gains nothing."
    )


def beyond_sentence(plan: BudgetPlan) -> str:
    """Return where the plan spends more than was ever spent; empty where it does nowhere."""
    if plan.channels.empty:
        return ""
    beyond = plan.channels[plan.channels["beyond_observed"].astype(bool)]
    if beyond.empty:
        return ""
    names = listed([short(str(name)) for name in beyond["channel"]])
    return f"The plan spends more on {names} than was ever spent: there the curve is an extrapolation."


def cell_sentence(plan: BudgetPlan) -> str:
    """Return how many cells of a plan by channel and period stand at a limit."""
    bound = (plan.cells["binding"].map(text_of) != "").sum()
    share = percent(float(bound) / len(plan.cells))
    return f"{bound} of {len(plan.cells)} cells ({share}) stand at their limit." if bound else ""


def plan_sentences(plan: BudgetPlan, measures: Measures) -> Sequence[str]:
    """Return why the plan is as it is: its goal, the limits that hold it, and equal marginal ROI."""
    said = (goal_sentence(plan, measures), binding_sentence(plan, measures), equal_sentence(plan))
    return [each for each in said if each]
