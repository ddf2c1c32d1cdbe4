"""The executive summary as sections of sentences, and as Markdown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from mmxlib.artifacts.insights import ChannelAction, Insights
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.report.numbers import (
    Measures,
    between,
    chance,
    counted,
    day,
    one_line,
    percent,
    ratio,
    signed_percent,
)
from mmxlib.report.page_tables import PageTable, heads_of, rows_of_table
from mmxlib.terms import Action, Verdict

TITLE = "Marketing mix: executive summary"

SECTIONS = (
    ("result", "What happened"),
    ("drivers", "What drove it"),
    ("action", "What to do"),
    ("certainty", "How sure we are"),
    ("unknown", "What we do not know"),
)
"""The topics in the order in which they are told; warnings come before all."""

MOST_ON_FIRST_PAGE = 6
"""The channels whose action is explained on the first page, those that move most money."""

MANY_CHANNELS = 12
"""With more channels than these, sentences that name them need room: fewer are explained."""

FEWER_ON_FIRST_PAGE = 3

READING_GUIDE = (
    ("Baseline", "what would have been sold without paid media."),
    ("Sales in the periods", "all that is expected while a plan runs, the baseline included."),
    ("What the spend causes", "what a plan's spend adds while it runs and after it; no baseline in it."),
    ("Contribution", "the outcome credited to a channel, carryover from earlier spend included."),
    ("ROI", "the money that one unit of spend brings, now and later; sales, not profit."),
    ("Marginal ROI", "what the next unit of spend brings; it falls as spend rises."),
    ("Draws", "versions of the model that the data allow equally; ranges and odds are counted over them."),
    ("Range", "holds the truth with the stated probability, if the model is right."),
)


@dataclass(frozen=True, eq=False)
class Summary:
    """What the executive summary shows, in either form.

    ``channels`` is a row per channel as in `channel_table` (None while no model is fitted); ``level`` the
    probability inside its ranges, ``recent_periods`` the window that it covers.
    """

    about: str
    insights: Insights
    measures: Measures
    channels: pd.DataFrame | None = None
    level: float = 0.9
    recent_periods: int = 52

    def texts(self, topic: str) -> list[str]:
        """Return the sentences of a topic."""
        return [each.text for each in self.insights.insights if each.topic == topic]

    def first_page_actions(self) -> list[ChannelAction]:
        """Return the actions explained on the first page, most money moved first, then tests."""
        actions = [each for each in self.insights.actions if not _resting(each)]
        moved = sorted(actions, key=lambda each: -max(abs(each.recommended_spend - each.present_spend), 0.0))
        return moved[: MOST_ON_FIRST_PAGE if len(actions) <= MANY_CHANNELS else FEWER_ON_FIRST_PAGE]


def about_data(panel: Panel, segments: int | None) -> str:
    """Return one line on the data behind a report."""
    measures = Measures.of(panel)
    last = panel.dates[-1] + (panel.period_days - 1)
    parts = [
        f"{day(panel.dates[0])} to {day(last)} ({measures.periods(len(panel.dates))})",
        counted(len(panel.units), panel.unit_word),
        *([counted(segments, "segment")] if segments is not None and len(panel.units) > 1 else []),
        counted(len(panel.channels), "channel"),
    ]
    return f"Data: {', '.join(parts)}" + (f", {measures.money_unit}." if measures.currency else ".")


def early_insights(headline: str, notes: Sequence[Note]) -> Insights:
    """Return the insights of a run that has no model yet: the notes of what is done."""
    from mmxlib.report.sentences import insight

    doubts = [insight("warning", note.text) for note in notes if note.verdict is not Verdict.PASS]
    facts = [insight("result", note.text) for note in notes if note.verdict is Verdict.PASS]
    return Insights(headline, Verdict.PASS, (*doubts, *facts), (), "")


def channel_table(recent: pd.DataFrame, actions: Sequence[ChannelAction]) -> pd.DataFrame:
    """Return a row per channel: what it brought lately, and what to do about it."""
    table = recent.copy()
    by_channel = {each.channel: each for each in actions}
    found = [by_channel.get(str(name)) for name in table["channel"]]
    nothing = float("nan")
    table["action"] = ["" if each is None else str(each.action) for each in found]
    table["present_spend"] = [nothing if each is None else each.present_spend for each in found]
    table["plan_spend"] = [nothing if each is None else each.recommended_spend for each in found]
    table["change"] = [nothing if each is None else _change(each) for each in found]
    table["confidence"] = [nothing if each is None or _resting(each) else each.confidence for each in found]
    table["reason"] = ["" if each is None else each.reason for each in found]
    return table


def _resting(action: ChannelAction) -> bool:
    return action.present_spend <= 0.0 and action.recommended_spend <= 0.0


def _change(action: ChannelAction) -> float:
    if action.present_spend <= 0.0:
        return float("nan")
    return action.recommended_spend / action.present_spend - 1.0


def move_words(action: ChannelAction, measures: Measures) -> str:
    """Return a channel's spend before and after in words."""
    if _resting(action):
        return "no spend"
    change = _change(action)
    said = f" ({signed_percent(change)})" if change == change else ""
    return f"{measures.money(action.present_spend)} to {measures.money(action.recommended_spend)}{said}"


def sure_words(action: ChannelAction) -> str:
    """Return how sure an action is; the reason of a test states its own odds."""
    return "not sure" if action.action is Action.TEST else f"{chance(action.confidence)} sure"


def markdown_summary(summary: Summary, tables: Sequence[PageTable] = ()) -> bytes:
    """Return the executive summary as Markdown, UTF-8, with ``tables`` after that by channel."""
    lines = [f"# {TITLE}", "", f"**{escaped(summary.insights.headline)}**", "", escaped(summary.about), ""]
    warnings = summary.texts("warning")
    if warnings:
        lines += ["> **Read this first**", ">", *(f"> - {escaped(each)}" for each in warnings), ""]
    for topic, heading in SECTIONS:
        sentences = summary.texts(topic)
        if not sentences:
            continue
        lines += [f"## {heading}", "", *(f"- {escaped(each)}" for each in sentences), ""]
        if topic == "action":
            lines += _actions(summary)
    lines += _channels(summary)
    lines += [line for table in tables for line in _table(table, summary.measures)]
    guide = " ".join(f"*{word}*: {meaning}" for word, meaning in READING_GUIDE)
    lines += [f"How to read it. {guide}"]
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def _actions(summary: Summary) -> list[str]:
    chosen = summary.first_page_actions()
    lines = [
        f"- **{escaped(each.channel)}: {each.action}**, {move_words(each, summary.measures)}, "
        f"{sure_words(each)}. {escaped(each.reason)}"
        for each in chosen
    ]
    rest = len(summary.insights.actions) - len(chosen)
    if chosen and rest > 0:
        lines.append(f"- {counted(rest, 'further channel')}: see the table.")
    return [*lines, ""] if lines else []


def _channels(summary: Summary) -> list[str]:
    table = summary.channels
    if table is None or table.empty:
        return []
    outcome = (
        "Sales brought" if summary.measures.outcome_unit == summary.measures.money_unit else "Units brought"
    )
    head = f"| Channel | Spend | {outcome} | ROI ({percent(summary.level)} range) | Marginal ROI | Action |"
    lines = [f"## By channel, {period_words(summary)}", "", head, "| --- | ---: | ---: | ---: | ---: | --- |"]
    for row in table.to_dict("records"):
        roi, lower, upper = float(row["roi"]), float(row["roi_lower"]), float(row["roi_upper"])
        returned = f"{ratio(roi)} ({between(lower, upper, ratio)})" if roi == roi else "no spend"
        marginal = ratio(float(row["marginal_roi"])) if roi == roi else ""
        cells = (
            escaped(str(row["channel"])),
            summary.measures.money(float(row["spend"])),
            summary.measures.outcome(float(row["contribution"])),
            returned,
            marginal,
            str(row["action"]),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def _table(table: PageTable, measures: Measures) -> list[str]:
    """Return a table with its heading; a range stands in brackets after its number."""
    heads = heads_of(table)
    lines = [f"## {escaped(table.heading)}", ""]
    if table.said:
        lines += [*(f"- {escaped(each)}" for each in table.said), ""]
    lines.append(f"| {' | '.join(escaped(label) for label, _note, _numeric in heads)} |")
    lines.append(f"| {' | '.join('---:' if numeric else '---' for _label, _note, numeric in heads)} |")
    for row in rows_of_table(table, measures):
        words = [escaped(f"{cell.words} ({cell.below})" if cell.below else cell.words) for cell in row]
        lines.append(f"| {' | '.join(words)} |")
    return [*lines, ""]


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is: no tags, no emphasis, no links, no table cells."""
    plain = re.sub(r"([\\`*\[\]|])", r"\\\1", one_line(text))
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def period_words(summary: Summary) -> str:
    """Return the window of the table by channel: ``last 52 weeks``."""
    return f"last {summary.measures.periods(summary.recent_periods)}"
