"""What happened, what drove it and how sure we are: sentences, each with its numbers and their sources."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.experiments import Experiment, StepTest
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.insights import Insight
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.report.numbers import (
    Measures,
    between,
    counted,
    day,
    listed,
    month,
    percent,
    plural,
    ratio,
    short,
    signed_percent,
)
from mmxlib.terms import OutcomeKind, Verdict

NARROW = 0.08
"""A coverage this much below its level is no chance any more: the ranges are too narrow."""


@dataclass(frozen=True, slots=True)
class Ranged:
    """A number with its range."""

    mean: float
    lower: float
    upper: float


@dataclass(frozen=True, eq=False)
class Facts:
    """Everything the executive summary speaks of; what is not done yet is None.

    ``panel`` is the model's. ``recent`` is `Model.channel_summary` of the last ``recent_periods`` periods;
    ``media_share`` the share of their outcome that paid media brought; ``organic_share`` the same of media
    without spend (None where there is none).
    """

    panel: Panel
    segments: Segments
    trends: Trends
    baseline: Baseline
    fitted: FittedModel
    recent: pd.DataFrame
    recent_periods: int
    media_share: Ranged
    organic_share: Ranged | None
    scenarios: Scenarios | None = None
    plan: BudgetPlan | None = None

    @property
    def measures(self) -> Measures:
        """How numbers are written."""
        return Measures.of(self.panel)

    @property
    def outcome_word(self) -> str:
        """What the outcome is called in a sentence."""
        return "Sales" if self.panel.outcome_kind is OutcomeKind.MONEY else "Units sold"

    @property
    def level(self) -> float:
        """The probability inside the ranges."""
        return self.fitted.backtest.level


def insight(topic: str, text: str, **figures: tuple[float, str]) -> Insight:
    """Return a sentence with its figures, each a number and the path of its source."""
    numbers: Mapping[str, float] = {name: float(value) for name, (value, _source) in figures.items()}
    return Insight(topic, text, numbers, {name: source for name, (_value, source) in figures.items()})


def result_insights(facts: Facts) -> list[Insight]:
    """Return what happened: the outcome and its change, segments, season, events and unusual periods."""
    found = [_outcome(facts), _fastest_and_slowest(facts), _season(facts), _event(facts), _unusual(facts)]
    return [each for each in found if each is not None]


def _outcome(facts: Facts) -> Insight:
    panel, measures, periods = facts.panel, facts.measures, facts.recent_periods
    total = float(panel.outcome[:, -periods:].sum())
    window = f"the {measures.periods(periods)} to {_end(panel)}"
    text = f"{facts.outcome_word} were {measures.outcome(total)} in {window}"
    figures = {"outcome": (total, f"panel.outcome[-{periods}:]"), "periods": (periods, "panel.dates")}
    before = panel.outcome[:, -2 * periods : -periods]
    if before.shape[1] < periods or before.sum() <= 0.0:
        return insight("result", f"{text}.", **figures)
    growth = total / float(before.sum()) - 1.0
    word = "above" if growth >= 0.0 else "below"
    text = f"{text}, {percent(abs(growth))} {word} the {measures.periods(periods)} before."
    return insight("result", text, **figures, growth=(growth, f"panel.outcome[-{2 * periods}:-{periods}]"))


def _end(panel: Panel) -> str:
    last = panel.dates[-1] + np.timedelta64(panel.period_days - 1, "D")
    return day(last)


def _fastest_and_slowest(facts: Facts) -> Insight | None:
    panel, periods = facts.panel, facts.recent_periods
    before = panel.outcome[:, -2 * periods : -periods]
    if len(panel.units) < 2 or before.shape[1] < periods or np.any(before.sum(axis=1) <= 0.0):
        return None
    growth = panel.outcome[:, -periods:].sum(axis=1) / before.sum(axis=1) - 1.0
    best, worst = int(np.argmax(growth)), int(np.argmin(growth))
    text = (
        f"Of {counted(len(panel.units), panel.unit_word)}, {_named(facts, best)} did best "
        f"({signed_percent(float(growth[best]))}) and {_named(facts, worst)} worst "
        f"({signed_percent(float(growth[worst]))})."
    )
    source = "panel.outcome[{}]"
    return insight(
        "result",
        text,
        best=(growth[best], source.format(panel.units[best])),
        worst=(growth[worst], source.format(panel.units[worst])),
    )


def _named(facts: Facts, unit: int) -> str:
    label = facts.panel.units[unit]
    name = next((each.name for each in facts.segments.segments if each.label == label), label)
    return label if name == label else f"{label} ({short(name, 40)})"


def _season(facts: Facts) -> Insight | None:
    table = facts.trends.seasonality
    if table.empty:
        return None
    weights = facts.panel.outcome.sum(axis=1)
    sizes = {unit: float(weight) for unit, weight in zip(facts.panel.units, weights, strict=True)}
    rows = table.to_dict("records")
    main = max(rows, key=lambda row: sizes.get(str(row["segment"]), 0.0))
    strength = float(main["seasonal_strength"])
    where = f" in {main['segment']}, the largest segment," if len(rows) > 1 else ""
    source = f"trends.seasonality[{main['segment']}]"
    figures = {"strength": (strength, f"{source}.seasonal_strength")}
    if strength < 0.3:
        return insight("result", f"There is little or no yearly season{where.rstrip(',')}.", **figures)
    figures["peak_week"] = (float(main["peak_week"]), f"{source}.peak_week")
    figures["trough_week"] = (float(main["trough_week"]), f"{source}.trough_week")
    text = (
        f"The season{where} peaks around week {int(main['peak_week'])} of the year and is lowest around week "
        f"{int(main['trough_week'])}."
    )
    return insight("result", text, **figures)


def _event(facts: Facts) -> Insight | None:
    table = facts.trends.event_impact
    sure = table[table["reliable"].astype(bool)] if len(table) else table
    if sure.empty:
        return None
    row = sure.iloc[int(np.argmax(sure["lift"].abs().to_numpy(float)))]
    when = month(np.datetime64(row["start"], "D"))
    where = f" in {row['segment']}" if facts.trends.event_impact["segment"].nunique() > 1 else ""
    percents = between(float(row["percent_lower"]), float(row["percent_upper"]), signed_percent)
    text = (
        f"The strongest event was {short(str(row['event']), 40)} in {when}{where}: "
        f"{signed_percent(float(row['percent']))} ({percents}) while it lasted."
    )
    source = f"trends.event_impact[{row['segment']}, {row['event']}].percent"
    return insight("result", text, percent=(float(row["percent"]), source))


def _unusual(facts: Facts) -> Insight | None:
    flagged = facts.trends.flagged_periods
    if flagged.empty:
        return None
    anomalies = flagged[flagged["kind"] == "anomaly"]
    explained = int((anomalies["event"].fillna("").astype(str) != "").sum())
    shifts = int((flagged["kind"] == "level_shift").sum())
    period = facts.measures.period
    alone = len(anomalies) == 1
    parts = [counted(len(anomalies), f"unusual {period}")] if len(anomalies) else []
    parts += [counted(shifts, "lasting shift")] if shifts else []
    text = f"The scan flagged {' and '.join(parts)}"
    if alone:
        which = f"the unusual {period}" if shifts else "it"
        text += f"; {which} coincides with {'a' if explained else 'no'} known event"
    elif len(anomalies):
        verb = "coincides" if explained <= 1 else "coincide"
        which = "none of the unusual" if explained == 0 else f"{explained} of the unusual"
        text += f"; {which} {plural(period)} {verb} with a known event"
    return insight(
        "result",
        f"{text}.",
        anomalies=(len(anomalies), "trends.flagged_periods[anomaly]"),
        level_shifts=(shifts, "trends.flagged_periods[level_shift]"),
    )


def driver_insights(facts: Facts) -> list[Insight]:
    """Return what drove the outcome: the baseline, media, the largest channel, the best and the least ROI."""
    found = [_caution(facts), _baseline(facts), _largest(facts), _returns(facts)]
    return [each for each in found if each is not None]


def _caution(facts: Facts) -> Insight | None:
    """Return what to make of all that a failed model says; None for one that passed."""
    if facts.fitted.verdict is not Verdict.FAIL:
        return None
    return insight("drivers", "This is what the failed model says; do not rely on it.")


def _baseline(facts: Facts) -> Insight:
    share = facts.media_share
    text = (
        f"In these {facts.measures.periods(facts.recent_periods)}, "
        f"{percent(1.0 - share.mean)} ({between(1.0 - share.upper, 1.0 - share.lower, percent)}) of "
        f"{facts.outcome_word.lower()} would have come without paid media: that is the baseline; paid media "
        f"brought {percent(share.mean)} ({between(share.lower, share.upper, percent)})."
    )
    figures = {
        "baseline_share": (1.0 - share.mean, "response.channel_summary.share"),
        "media_share": (share.mean, "response.channel_summary.share"),
    }
    if facts.organic_share is not None:
        text += f" Media without spend, inside the baseline, brought {percent(facts.organic_share.mean)}."
        figures["organic_share"] = (facts.organic_share.mean, "response.channel_summary.share")
    return insight("drivers", text, **figures)


def _largest(facts: Facts) -> Insight | None:
    if facts.recent.empty:
        return None
    row = facts.recent.iloc[int(np.argmax(facts.recent["contribution"].to_numpy(float)))]
    name = str(row["channel"])
    measures = facts.measures
    ranges = measures.outcome_range(float(row["contribution_lower"]), float(row["contribution_upper"]))
    most = " the most of all media:" if len(facts.recent) > 1 else ""
    text = (
        f"{short(name)} brought{most} {measures.outcome(float(row['contribution']))} ({ranges}), "
        f"{percent(float(row['share']))} of {facts.outcome_word.lower()}."
    )
    source = f"response.channel_summary[{name}]"
    return insight(
        "drivers",
        text,
        contribution=(float(row["contribution"]), f"{source}.contribution"),
        share=(float(row["share"]), f"{source}.share"),
    )


def _returns(facts: Facts) -> Insight | None:
    paid = facts.recent[facts.recent["roi"].notna()]
    if paid.empty:
        return None
    ordered = paid.sort_values("roi", ascending=False, kind="stable").to_dict("records")
    best, worst = ordered[0], ordered[-1]

    def said(row: Mapping[object, object]) -> str:
        lower, upper = float(str(row["roi_lower"])), float(str(row["roi_upper"]))
        return f"{ratio(float(str(row['roi'])))} ({between(lower, upper, ratio)})"

    symbol = facts.measures.symbol
    one = f"Every {symbol}1" if symbol else "Each unit of money"
    text = f"{one} spent on {short(str(best['channel']))} returned {said(best)}"
    figures = {"best_roi": (float(best["roi"]), f"response.channel_summary[{best['channel']}].roi")}
    if len(ordered) > 1:
        text += f", the most; on {short(str(worst['channel']))} {said(worst)}, the least"
        figures["least_roi"] = (float(worst["roi"]), f"response.channel_summary[{worst['channel']}].roi")
    return insight("drivers", f"{text}.", **figures)


def certainty_insights(facts: Facts) -> list[Insight]:
    """Return how sure we are: fit, error on periods not seen, coverage of ranges, checks passed."""
    return [_accuracy(facts), _held_out(facts), _checks(facts)]


def _accuracy(facts: Facts) -> Insight:
    table = facts.fitted.diagnostics.accuracy
    rows = table[table["unit"] == "all"] if (table["unit"] == "all").any() else table
    explained, error = float(rows["r2"].mean()), float(rows["mape"].mean())
    period = facts.measures.period
    text = (
        f"The model explains {percent(explained)} of the differences between {plural(period)} (R2 "
        f"{explained:.2f}) and is off by {percent(error)} on average where it was fitted."
    )
    source = "diagnostics.accuracy[all]"
    return insight("certainty", text, r2=(explained, f"{source}.r2"), mape=(error, f"{source}.mape"))


def _held_out(facts: Facts) -> Insight:
    summary = facts.fitted.backtest.summary
    period = plural(facts.measures.period)
    if summary.empty or not (summary["method"] == "model").any():
        return insight("certainty", "The history is too short for a test on periods the model had not seen.")
    rows = {str(row["method"]): row for row in summary.to_dict("records")}
    model = rows["model"]
    error, coverage = float(model["mape"]), float(model["coverage"])
    text = f"On {period} it had not seen, its forecasts were off by {percent(error)} on average"
    figures = {"out_of_sample_mape": (error, "backtest.summary[model].mape")}
    naive = float(rows["seasonal_naive"]["mape"]) if "seasonal_naive" in rows else float("nan")
    if np.isfinite(naive):
        text += f"; repeating last year would have been off by {percent(naive)}"
        figures["seasonal_naive_mape"] = (naive, "backtest.summary[seasonal_naive].mape")
    if np.isfinite(coverage):
        text += f". Its {percent(facts.level)} ranges held {percent(coverage)} of what came"
        text += ", so they are too narrow" if coverage < facts.level - NARROW else ""
        figures["coverage"] = (coverage, "backtest.summary[model].coverage")
    return insight("certainty", f"{text}.", **figures)


def _checks(facts: Facts) -> Insight:
    checks = facts.fitted.guardrails
    passed = sum(check.verdict is Verdict.PASS for check in checks)
    failed = sum(check.verdict is Verdict.FAIL for check in checks)
    text = f"{passed} of {counted(len(checks), 'guardrail')} passed"
    rest = ((len(checks) - passed - failed, "warned"), (failed, "failed"))
    others = [f"{count} {word}" for count, word in rest if count]
    text = f"{listed([f'{text}', *others])}."
    tested: dict[type, dict[str, None]] = {Experiment: {}, StepTest: {}}
    for each in facts.panel.experiments:
        tested[type(each)][each.channel] = None
    if tested[Experiment]:
        text += f" Experiments on {listed(list(tested[Experiment]))} anchor the model."
    if tested[StepTest]:
        text += f" Tests of a step in spend on {listed(list(tested[StepTest]))} anchor the response curves."
    return insight("certainty", text, passed=(passed, "guardrails"), failed=(failed, "guardrails"))
