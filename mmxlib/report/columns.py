"""What each column of a report is called, what it means in plain words, and how its numbers are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What a column holds; ``expected`` is outcome whose rows differ by little, told to four digits."""

    TEXT = "text"
    SENTENCE = "sentence"
    MONEY = "money"
    OUTCOME = "outcome"
    EXPECTED = "expected"
    SHARE = "share"
    CHANCE = "chance"
    CHANGE = "change"
    RATIO = "ratio"
    NUMBER = "number"
    COUNT = "count"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading, its note and its kind."""

    label: str
    note: str
    kind: Kind


def _column(label: str, kind: Kind, note: str) -> Column:
    return Column(label, note, kind)


COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "channel": _column("Channel", Kind.TEXT, "A way of spending on media."),
        "unit": _column("Unit", Kind.TEXT, "The segment; 'all' where one series serves every segment."),
        "segment": _column("Segment", Kind.TEXT, "A group of sub-categories that behave alike."),
        "date": _column("Period from", Kind.DAY, "First day of the period."),
        "spend": _column("Spend", Kind.MONEY, "Money spent on the channel."),
        "contribution": _column(
            "Contribution",
            Kind.OUTCOME,
            "Outcome credited to the channel in the window, carryover of earlier spend included.",
        ),
        "contribution_lower": _column("Contribution from", Kind.OUTCOME, "Lower end of its range."),
        "contribution_upper": _column("Contribution to", Kind.OUTCOME, "Upper end of its range."),
        "share": _column("Share", Kind.SHARE, "Part of the whole outcome."),
        "contribution_of_spend": _column(
            "What the spend causes (tail included)",
            Kind.OUTCOME,
            "Outcome that this spend causes, in its periods and by carryover after them; base not included.",
        ),
        "contribution_of_spend_lower": _column("Caused from", Kind.OUTCOME, "Lower end of its range."),
        "contribution_of_spend_upper": _column("Caused to", Kind.OUTCOME, "Upper end of its range."),
        "forecast_outcome": _column(
            "Sales in the periods (base included)",
            Kind.EXPECTED,
            "All that is expected within the plan's periods: the base, earlier spend's carryover, the plan.",
        ),
        "forecast_lower": _column("Sales from", Kind.EXPECTED, "Lower end of the forecast's range."),
        "forecast_upper": _column("Sales to", Kind.EXPECTED, "Upper end of the forecast's range."),
        "base": _column("Base", Kind.EXPECTED, "Expected without any media; what each channel adds follows."),
        "expected": _column(
            "Sales in the period (base included)", Kind.EXPECTED, "The base and all channels together."
        ),
        "expected_lower": _column("Sales from", Kind.EXPECTED, "Lower end of the forecast's range."),
        "expected_upper": _column("Sales to", Kind.EXPECTED, "Upper end of the forecast's range."),
        "roi": _column("ROI", Kind.RATIO, "Money brought for each unit of money spent; sales, not profit."),
        "roi_lower": _column("ROI from", Kind.RATIO, "Lower end of the ROI's range."),
        "roi_upper": _column("ROI to", Kind.RATIO, "Upper end of the ROI's range."),
        "marginal_roi": _column("Marginal ROI", Kind.RATIO, "What the next unit of money brings."),
        "marginal_roi_lower": _column("Marginal ROI from", Kind.RATIO, "Lower end of its range."),
        "marginal_roi_upper": _column("Marginal ROI to", Kind.RATIO, "Upper end of its range."),
        "present_marginal_roi": _column(
            "Marginal ROI now", Kind.RATIO, "What the next unit of money brings under the present plan."
        ),
        "shadow_price": _column(
            "Worth of the limit",
            Kind.RATIO,
            "What one unit of money past the limit would bring more, in money; empty where it does not bind.",
        ),
        "profit": _column(
            "Profit", Kind.MONEY, "The margin on what the spend causes, less the spend; base not included."
        ),
        "immediate": _column(
            "At once", Kind.OUTCOME, "The contribution's part from exposure of the very period."
        ),
        "carryover": _column(
            "Carryover", Kind.OUTCOME, "The contribution's part from exposure of earlier periods."
        ),
        "carryover_share": _column(
            "Carried over",
            Kind.SHARE,
            "Part of the contribution from exposure of earlier periods.",
        ),
        "outcome": _column("Outcome", Kind.OUTCOME, "What the spend brings: the KPI, such as sales."),
        "outcome_lower": _column("Outcome from", Kind.OUTCOME, "Lower end of its range."),
        "outcome_upper": _column("Outcome to", Kind.OUTCOME, "Upper end of its range."),
        "exposure": _column(
            "Exposure",
            Kind.COUNT,
            "What people see for that spend (the spend itself where nothing else is known).",
        ),
        "present_spend": _column(
            "Present spend", Kind.MONEY, "Spend of the last periods, as many as the plan has."
        ),
        "plan_spend": _column("Plan", Kind.MONEY, "Spend in the plan."),
        "change": _column("Change", Kind.CHANGE, "Change against the present plan."),
        "lower": _column("Allowed from", Kind.MONEY, "The least that the limits allow."),
        "upper": _column("Allowed to", Kind.MONEY, "The most that the limits allow."),
        "binding": _column(
            "At its limit", Kind.TEXT, "The limit that the plan stands at; empty where it moves freely."
        ),
        "observed_maximum": _column(
            "Most ever spent", Kind.MONEY, "The most that was spent in so many periods of the data."
        ),
        "beyond_observed": _column(
            "Never tried",
            Kind.TEXT,
            "Yes where the plan spends more than was ever spent: the curve is extrapolated.",
        ),
        "reason": _column("Why", Kind.SENTENCE, "The reason in words."),
        "action": _column("Action", Kind.TEXT, "What to do: more, hold, less or test."),
        "confidence": _column(
            "How sure",
            Kind.CHANCE,
            "The probability that the action's direction is right, by the model's draws.",
        ),
        "scenario": _column(
            "Scenario", Kind.TEXT, "A named budget question; the first row is the present plan."
        ),
        "gain": _column(
            "Gain over the present plan",
            Kind.OUTCOME,
            "What the spend causes over what the present plan's spend causes.",
        ),
        "gain_lower": _column("Gain from", Kind.OUTCOME, "Lower end of the gain's range."),
        "gain_upper": _column("Gain to", Kind.OUTCOME, "Upper end of the gain's range."),
        "probability_better": _column(
            "Probability better", Kind.CHANCE, "Probability that the plan beats the present one."
        ),
        "gap": _column(
            "Gap to the best",
            Kind.SHARE,
            "How far, at most, the plan is from the best possible; empty: not known.",
        ),
        "objective": _column("Objective", Kind.TEXT, "What the plan maximizes over the draws."),
        "goal": _column("Goal", Kind.TEXT, "What settles how much the plan spends."),
        "limit": _column("Limit on", Kind.TEXT, "The group, segment, period or budget that is limited."),
        "name": _column("Check", Kind.TEXT, "What was checked."),
        "about": _column("About", Kind.TEXT, "The unit or channel; empty: the whole model."),
        "value": _column("Value", Kind.NUMBER, "What was measured."),
        "threshold": _column("Should be", Kind.TEXT, "The value that passes."),
        "verdict": _column("Verdict", Kind.TEXT, "pass, warn or fail."),
        "meaning": _column("Meaning", Kind.SENTENCE, "The check in plain words."),
        "remedy": _column("What to do", Kind.SENTENCE, "What helps where the check does not pass."),
        "r2": _column("R2", Kind.NUMBER, "Part of the variation that the model explains; 1 is all."),
        "mape": _column("Mean error", Kind.SHARE, "Mean absolute error as a share of the outcome."),
        "nrmse": _column("Scaled error", Kind.SHARE, "Root mean square error over the mean outcome."),
        "method": _column("Method", Kind.TEXT, "How the forecast was made."),
        "coverage": _column(
            "Coverage",
            Kind.SHARE,
            "Part of the values that fell inside their range; should be near its level.",
        ),
        "fold": _column("Fold", Kind.COUNT, "One forecast into periods that the model had not seen."),
        "horizon": _column("Periods ahead", Kind.COUNT, "Periods forecast."),
        "model_mape": _column("Model's error", Kind.SHARE, "Mean absolute error of the model's forecast."),
        "seasonal_naive_mape": _column(
            "Last year's error", Kind.SHARE, "Mean absolute error of repeating the same period of last year."
        ),
        "no_media_mape": _column(
            "Error without media", Kind.SHARE, "Mean absolute error of the model without media."
        ),
        "parameter": _column("Parameter", Kind.TEXT, "What is believed about."),
        "family": _column("Family", Kind.TEXT, "The shape of the belief."),
        "center": _column("Center", Kind.NUMBER, "Mean or median of the belief."),
        "spread": _column(
            "Spread", Kind.NUMBER, "Its standard deviation (of the logarithm where it is log-normal)."
        ),
        "bound_lower": _column("At least", Kind.NUMBER, "The parameter cannot lie below."),
        "bound_upper": _column("At most", Kind.NUMBER, "The parameter cannot lie above; empty: no limit."),
        "scale": _column("Stated on", Kind.TEXT, "What the belief is stated on."),
        "origin": _column("Where from", Kind.SENTENCE, "Where the number comes from."),
        "lower_factor": _column(
            "Least factor", Kind.SHARE, "The least allowed, as a share of present spend."
        ),
        "upper_factor": _column("Most factor", Kind.SHARE, "The most allowed, as a share of present spend."),
        "baseline": _column("Baseline", Kind.OUTCOME, "Outcome without paid media."),
        "residual": _column("Left over", Kind.OUTCOME, "What the model does not explain."),
        "file": _column("File", Kind.TEXT, "The file of input that a repair is about."),
        "sheet": _column("Sheet", Kind.TEXT, "The sheet of that file, where it has sheets."),
        "place": _column("Place", Kind.TEXT, "The cell, row or column where the repair was needed first."),
        "before": _column("Before", Kind.TEXT, "What stands there."),
        "after": _column("After", Kind.TEXT, "What it was read as; empty: left out."),
        "rule": _column("Rule", Kind.SENTENCE, "Why there was only one reading."),
        "cells": _column("Cells", Kind.COUNT, "How often the same stands in that column."),
    }
)


def column(name: str) -> Column:
    """Return what is known of a column; one that nobody described keeps its name."""
    known = COLUMNS.get(name)
    if known is not None:
        return known
    label = name.replace("_", " ")
    return Column(label[:1].upper() + label[1:], "As recorded.", Kind.TEXT)
