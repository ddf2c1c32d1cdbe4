"""What a reader must be warned of, and what nobody knows yet."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest

import numpy as np

from mmxlib.artifacts.diagnostics import Check
from mmxlib.artifacts.insights import Insight
from mmxlib.artifacts.note import Note
from mmxlib.report.numbers import between, counted, listed, ratio, short
from mmxlib.report.plan_words import beyond_sentence
from mmxlib.report.sentences import Facts, insight
from mmxlib.terms import Verdict

MOST_WARNINGS = 5
"""The warnings a first page can carry; the rest are counted and listed in the workbook."""

WIDE = 4.0
"""A ROI whose upper end is this many times the lower one is hardly known."""


def warning_insights(facts: Facts) -> list[Insight]:
    """Return the warnings, worst first: failed guardrails, warned ones, then doubts in the notes."""
    guardrails = [check for check in facts.fitted.guardrails if check.verdict is not Verdict.PASS]
    failed = [check for check in guardrails if check.verdict is Verdict.FAIL]
    warned = [check for check in guardrails if check.verdict is Verdict.WARN]
    found = [*_grouped(failed), *_grouped(warned), *_noted(facts)]
    unique = list({each.text: each for each in reversed(found)}.values())[::-1]
    if len(unique) <= MOST_WARNINGS:
        return unique
    rest = len(unique) - MOST_WARNINGS
    more = insight(
        "warning",
        f"{counted(rest, 'further warning')}: see the sheet Diagnostics of mmx_summary_report.xlsx.",
        further=(rest, "guardrails"),
    )
    return [*unique[:MOST_WARNINGS], more]


def _grouped(checks: Sequence[Check]) -> list[Insight]:
    """Return one warning per kind of check: its first in full, the others by name."""
    groups: dict[tuple[str, str], list[Check]] = {}
    for check in checks:
        groups.setdefault((check.name, check.verdict.value), []).append(check)
    found = []
    for group in groups.values():
        first = group[0]
        text = " ".join(part.strip() for part in (first.meaning, first.remedy) if part.strip())
        others = [short(check.about) for check in group[1:] if check.about]
        if others:
            text += f" The same goes for {listed(others)}."
        about = f", {first.about}" if first.about else ""
        source = f"guardrails[{first.name}{about}].value"
        found.append(insight("warning", text, value=(first.value, source)))
    return found


def _noted(facts: Facts) -> list[Insight]:
    """Return the doubts in the notes, the first of every artifact before the second of any.

    What a recommendation rests on comes first: data, model, plan; then what was found on the way.
    """
    fitted = facts.fitted  # its own notes repeat the guardrails
    makers = (
        *(facts.panel, fitted.response, fitted.diagnostics, fitted.backtest, facts.plan, facts.scenarios),
        *(facts.baseline, facts.segments, facts.trends),
    )
    units = facts.panel.units
    names = facts.panel.channel_names
    doubts = [doubts_in(_merged(maker.notes, names), units=units) for maker in makers if maker is not None]
    ranked = [each for rank in zip_longest(*doubts) for each in rank if each is not None]
    return [insight("warning", text) for text in ranked]


def _merged(notes: Iterable[Note], channels: Sequence[str]) -> list[Note]:
    """Return the notes; of those on channels that differ in name and numbers alone, one names all."""
    groups: dict[tuple[str, Verdict], list[Note]] = {}
    for note in notes:
        of_channel = note.about in channels and note.text.startswith(f"{note.about}: ")
        words = re.sub(r"[\d.,]+", "#", note.text.removeprefix(note.about)) if of_channel else note.text
        groups.setdefault((words, note.verdict), []).append(note)
    return [
        replace(
            group[0],
            text=f"{group[0].text} The same goes for {listed([short(each.about) for each in group[1:]])}.",
        )
        if len(group) > 1 and group[0].text != group[1].text
        else group[0]
        for group in groups.values()
    ]


def doubts_in(notes: Iterable[Note], *, units: Sequence[str]) -> list[str]:
    """Return the texts of the notes that state a doubt, each once; a single unit is not named."""
    doubts = dict.fromkeys(note.text for note in notes if note.verdict is not Verdict.PASS)
    if len(units) != 1:
        return list(doubts)
    plain = (text.removeprefix(f"{units[0]}: ") for text in doubts)
    return [f"{text[:1].upper()}{text[1:]}" for text in plain]


def unknown_insights(facts: Facts) -> list[Insight]:
    """Return what we do not know: causes without experiments, vague channels, spend never tried."""
    found = [_cause(facts), _vague(facts), _never_tried(facts), _long_run(facts)]
    return [each for each in found if each is not None]


def _cause(facts: Facts) -> Insight | None:
    tested = {each.channel for each in facts.panel.experiments}
    untested = [
        channel.name for channel in facts.panel.channels if channel.paid and channel.name not in tested
    ]
    if not untested:
        return None
    whom = "any channel" if not tested else listed([short(name) for name in untested])
    text = (
        f"No experiment has tested {whom}: the model reads cause from what moved together, and what moved "
        "with media but is not in the data would be credited to media."
    )
    return insight("unknown", text, untested=(len(untested), "panel.experiments"))


def _vague(facts: Facts) -> Insight | None:
    paid = facts.recent[facts.recent["roi"].notna()]
    lower, upper = paid["roi_lower"].to_numpy(float), paid["roi_upper"].to_numpy(float)
    vague = paid[upper > WIDE * np.maximum(lower, 1e-12)]
    if vague.empty:
        return None
    ordered = vague.sort_values("spend", ascending=False, kind="stable")
    said = [
        f"{short(str(row['channel']))} ({between(float(row['roi_lower']), float(row['roi_upper']), ratio)})"
        for row in ordered.to_dict("records")
    ]
    text = f"The ROI of {counted(len(said), 'channel')} is known only roughly: {listed(said, 4)}."
    return insight("unknown", text, channels=(len(said), "response.channel_summary.roi"))


def _never_tried(facts: Facts) -> Insight | None:
    text = "" if facts.plan is None else beyond_sentence(facts.plan)
    if facts.plan is None or not text:
        return None
    beyond = int(facts.plan.channels["beyond_observed"].astype(bool).sum())
    return insight("unknown", text, channels=(beyond, "budget_plan.channels.beyond_observed"))


def _long_run(facts: Facts) -> Insight:
    return insight(
        "unknown",
        "Effects that last longer than the data, such as a brand that grows over years, are not measured; "
        "nor does ROI count what the goods cost.",
    )
