"""The audit trail in words: everything that happened to a run, in order, and where each file comes from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmxlib.config import Config
from mmxlib.terms import StepName
from mmxlib.workflow.journal import Entry, EventKind
from mmxlib.workflow.record import records_of
from mmxlib.workflow.status import Origin, origin_of
from mmxlib.workflow.store import get_bytes

DIGITS = 12
"""Digits of a digest that a sentence gives."""

READ_WORDS: Mapping[str, str] = {"Panel": "data", "FittedModel": "model", "BudgetPlan": "plan"}

SOURCES: Mapping[str, tuple[StepName, ...]] = {
    "segmentation": (StepName.SEGMENTATION,),
    "trends": (StepName.TREND_SCANNER,),
    "baseline": (StepName.BASELINE,),
    "model": (StepName.MODEL_OPTIMIZATION,),
    "budget": (StepName.BUDGET_OPTIMIZATION, StepName.ALLOCATION),
    "decks": tuple(StepName),
}
"""The steps whose results the files show, by their folder in ``out``."""


SECTION_OF: Mapping[StepName, str] = {
    StepName.MODEL_OPTIMIZATION: "model",
    StepName.BUDGET_OPTIMIZATION: "budget",
    **{
        step: step.value
        for step in (StepName.SEGMENTATION, StepName.TREND_SCANNER, StepName.BASELINE, StepName.INSIGHT)
    },
}
"""What the settings call the section that is an agent's own."""


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One event: when, a sentence on what happened, and more on it, a line each."""

    number: int
    at: str
    text: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileSource:
    """Where a file in ``out`` comes from: its digest as written, and the origins of the steps it shows."""

    name: str
    digest: str
    at: str
    steps: Mapping[StepName, Origin]


def trail(folder: Path, entries: Sequence[Entry]) -> tuple[TrailLine, ...]:
    """Return everything that happened to the run in ``folder``, oldest first.

    What was stored is read as it stands, so that a run that another version wrote can be read too.

    Raises
    ------
    RunError
        If settings that the journal names are missing or were changed.
    """

    def settings(digest: str) -> Mapping[str, str]:
        return flat_settings(json.loads(get_bytes(folder, digest)))

    told = []
    before: Mapping[str, str] = flat_settings(Config().model_dump(mode="json"))
    config = ""
    files: Mapping[str, str] = {}
    results: dict[str, str] = {}
    for entry in entries:
        said = entry.said
        changes: tuple[str, ...] = ()
        if said.get("config", config) != config:
            now = settings(said["config"])
            changes, before, config = _changes(before, now), now, said["config"]
        text, details = _told(entry, changes, files, results)
        files = said["files"] if entry.kind is EventKind.OUTPUTS else files
        results |= {said["key"]: said["artifact"]} if entry.kind is EventKind.STEP else {}
        told.append(TrailLine(entry.number, entry.at, text, details))
    return tuple(told)


def file_sources(entries: Sequence[Entry]) -> tuple[FileSource, ...]:
    """Return where each file that was last written to ``out`` comes from."""
    written = [each for each in entries if each.kind is EventKind.OUTPUTS]
    if not written:
        return ()
    said, records = written[-1].said, records_of(entries)
    origins = {
        StepName(step): origin_of(records[key], records) for step, key in said.get("steps", {}).items()
    }
    return tuple(
        FileSource(
            name=name,
            digest=digest,
            at=written[-1].at,
            steps={
                step: origins[step] for step in SOURCES.get(name.partition("/")[0], ()) if step in origins
            },
        )
        for name, digest in said["files"].items()
    )


def settings_lines(step: StepName, origin: Origin) -> tuple[str, ...]:
    """Return the settings that a step's result was made with, ``name = value``, a line each."""
    named = {
        SECTION_OF.get(step, name) if name == "settings" else name: tree
        for name, tree in origin.settings.items()
    }
    return tuple(f"{name} = {value}" for name, value in flat_settings(named).items())


def read_words(reads: Mapping[str, str]) -> str:
    """Return in words what a step read, with the first digits of each digest."""
    return ", ".join(
        f"{READ_WORDS.get(name, name.lower())} {digest[:DIGITS]}" for name, digest in reads.items()
    )


def _told(
    entry: Entry, changes: tuple[str, ...], files: Mapping[str, str], results: Mapping[str, str]
) -> tuple[str, tuple[str, ...]]:
    """Return a sentence on an event, and more on it."""
    said = entry.said
    match entry.kind:
        case EventKind.START:
            made = ", ".join(f"{name} {version}" for name, version in said["made_with"].items())
            text = (
                f"The run was started by version {entry.version} on data {said['panel'][:DIGITS]} with "
                f"settings {said['config'][:DIGITS]}."
            )
            return text, (*_listed("Settings other than the defaults", changes), f"Computed with {made}.")
        case EventKind.INPUT:
            words = {"panel": "other data", "config": "other settings, which replaced all before them"}
            given = [f"{text} ({said[name][:DIGITS]})" for name, text in words.items() if name in said]
            return f"The run was given {' and '.join(given)}.", _listed("Settings changed", changes)
        case EventKind.STEP:
            return _step(entry, results)
        case EventKind.PART:
            key, result = said["key"][:DIGITS], said["artifact"][:DIGITS]
            return f"{said['part'].capitalize()} was done, a part of the next step.", (
                f"For key {key}, result {result}.",
            )
        case EventKind.RETRY:
            name = said["step"].replace("_", " ").capitalize()
            return f"{name} was taken back to be done again, since parts of it were missing.", (
                f"Key {said['key'][:DIGITS]}, result {said['artifact'][:DIGITS]}.",
            )
        case EventKind.OUTPUTS:
            return _outputs(said["files"], files), ()
        case EventKind.RECOVERY:
            return (
                f"{said['cut_bytes']} bytes at the journal's end were cut off: they were never committed.",
                (),
            )
        case EventKind.APPROVE | EventKind.REVISE | EventKind.STOP:
            return _decision(entry, changes)


def _step(entry: Entry, results: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    said, basis = entry.said, entry.said["basis"]
    name = said["step"].replace("_", " ").capitalize()
    found = f": {said['summary']}" if said["summary"] else ""
    reads = {**basis["inputs"], **{kind: results.get(key, key) for kind, key in basis["requires"].items()}}
    return (
        f"{name} was done in {said['seconds']:.1f} s{found.rstrip('.')}.",
        (
            f"It read {read_words(reads)}.",
            f"Version {entry.version}, calculation {basis['calculation_version']} of {basis['agent']}.",
            f"Key {said['key'][:DIGITS]}, result {said['artifact'][:DIGITS]}.",
        ),
    )


def _decision(entry: Entry, changes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    said = entry.said
    deeds = {
        EventKind.APPROVE: "approved the {} checkpoint",
        EventKind.REVISE: "sent the {} checkpoint back with other settings",
        EventKind.STOP: "stopped the run at the {} checkpoint",
    }
    deed = deeds[entry.kind].format(said["checkpoint"])
    more = []
    if said.get("scenario"):
        more.append(f"Scenario: {said['scenario']}")
    if said.get("override"):
        more.append(f"Although a guardrail failed, because: {said['override']}")
    if said.get("comment"):
        more.append(f"Comment: {said['comment']}")
    if entry.kind is EventKind.REVISE and not changes:
        more.append("The settings named had these values already.")
    more += _listed("Settings changed", changes)
    return f"{said['by']} {deed}, content {said['content_id'][:DIGITS]}.", tuple(more)


def _outputs(files: Mapping[str, str], before: Mapping[str, str]) -> str:
    new = sum(name not in before for name in files)
    changed = sum(name in before and before[name] != digest for name, digest in files.items())
    gone = sum(name not in files for name in before)
    said = f"{new} new, {changed} changed, {gone} taken away" if new + changed + gone else "all as before"
    return f"{len(files)} files were written for people: {said}."


def _listed(title: str, lines: Sequence[str]) -> tuple[str, ...]:
    return (f"{title}: {'; '.join(lines)}.",) if lines else ()


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Return the settings that differ; one that is null says no more than one that is not there."""
    pairs = {name: (_set(before, name), _set(now, name)) for name in dict.fromkeys([*before, *now])}
    return tuple(f"{name} {old} -> {new}" for name, (old, new) in pairs.items() if old != new)


def _set(settings: Mapping[str, str], name: str) -> str:
    value = settings.get(name, "null")
    return "unset" if value == "null" else value


def flat_settings(tree: object, prefix: str = "") -> dict[str, str]:
    """Return settings by dotted name, their values as text.

    Named settings are an object in stored settings and a list of pairs in a step's record.
    """
    if isinstance(tree, list) and tree and all(map(_is_named, tree)):
        tree = dict(tree)
    if not isinstance(tree, Mapping):
        return {prefix: json.dumps(tree, ensure_ascii=False)}
    found: dict[str, str] = {}
    for name, value in tree.items():
        found |= flat_settings(value, f"{prefix}.{name}" if prefix else str(name))
    return found


def _is_named(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], Mapping)
