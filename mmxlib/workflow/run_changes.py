"""What differs between two runs before any result: data, settings, decisions, versions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mmxlib.artifacts.panel import Panel
from mmxlib.terms import StepName
from mmxlib.workflow.checkpoints import StepRecord
from mmxlib.workflow.data_changes import Difference, data_differences
from mmxlib.workflow.journal import EventKind
from mmxlib.workflow.run import Run
from mmxlib.workflow.store import get_bytes
from mmxlib.workflow.trail import flat_settings

ABSENT = "none"


class ChangeKind(StrEnum):
    """What a run is made of besides its results."""

    DATA = "data"
    SETTINGS = "settings"
    DECISIONS = "decisions"
    VERSIONS = "versions"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between two runs, in words."""

    kind: ChangeKind
    about: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StepChange:
    """How one step of two runs compares.

    ``causes`` are the kinds of change in what the step itself was given, besides the results of earlier
    steps; ``same`` says that its two results are the same, byte for byte.
    """

    step: StepName
    causes: tuple[ChangeKind, ...]
    same: bool


def changes_between(before: Run, after: Run) -> tuple[Change, ...]:
    """Return everything that differs between two runs, data first."""
    return (
        *(_change(ChangeKind.DATA, each) for each in _data(before, after)),
        *_differing(ChangeKind.SETTINGS, _stored(before), _stored(after)),
        *_differing(ChangeKind.DECISIONS, _decided(before), _decided(after)),
        *_differing(ChangeKind.VERSIONS, _made_with(before), _made_with(after)),
    )


def step_changes(before: Sequence[StepRecord], after: Sequence[StepRecord]) -> tuple[StepChange, ...]:
    """Return how each step that both runs have done compares, in order."""
    found = {each.step: each for each in after}
    return tuple(_step(each, found[each.step]) for each in before if each.step in found)


def _step(before: StepRecord, after: StepRecord) -> StepChange:
    old, new = before.basis, after.basis
    same = before.artifact == after.artifact
    causes = []
    if old["inputs"] != new["inputs"]:
        causes.append(ChangeKind.DATA)
    if old["settings"] != new["settings"] or old["seed"] != new["seed"]:
        chosen = before.step is StepName.ALLOCATION and old["seed"] == new["seed"]
        causes.append(ChangeKind.DECISIONS if chosen else ChangeKind.SETTINGS)
    calculation = ("agent", "calculation_version")
    if any(old[name] != new[name] for name in calculation) or (before.key == after.key and not same):
        causes.append(ChangeKind.VERSIONS)
    return StepChange(before.step, tuple(causes), same)


def _change(kind: ChangeKind, difference: Difference) -> Change:
    return Change(kind, difference.about, difference.before, difference.after)


def _data(before: Run, after: Run) -> tuple[Difference, ...]:
    if before.basics.panel == after.basics.panel:
        return ()
    old, new = before.panel, after.panel
    found = data_differences(old, new)
    return found or (Difference("what was noted while reading", _noted(old), _noted(new)),)


def _noted(panel: Panel) -> str:
    return f"{len(panel.notes)} notes, {len(panel.repairs)} repairs"


def _differing(kind: ChangeKind, before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """Return what differs by name; what only one of the runs has is absent in the other."""
    pairs = {name: (before.get(name, ABSENT), after.get(name, ABSENT)) for name in (*before, *after)}
    return tuple(Change(kind, name, old, new) for name, (old, new) in pairs.items() if old != new)


def _stored(run: Run) -> Mapping[str, str]:
    """Return the settings that are set; one that is null says no more than one that is not there."""
    settings = flat_settings(json.loads(get_bytes(run.folder, run.basics.config)))
    return {name: value for name, value in settings.items() if value != "null"}


def _decided(run: Run) -> Mapping[str, str]:
    """Return the approvals that hold, and all revisions, in words; times are left out."""
    found = {}
    for entry in run.position().approvals:
        said = entry.said
        words = [f"approved by {said['by']}"]
        words += [f"scenario {said['scenario']}"] if said.get("scenario") else []
        words += [f"although a guardrail failed: {said['override']}"] if said.get("override") else []
        words += [f"comment: {said['comment']}"] if said.get("comment") else []
        found[f"the {said['checkpoint']} checkpoint"] = "; ".join(words)
    revisions = [each for each in run.entries if each.kind is EventKind.REVISE]
    for number, entry in enumerate(revisions, start=1):
        patch = ", ".join(f"{name} = {value}" for name, value in entry.said["patch"].items())
        found[f"revision {number}"] = f"{patch}, by {entry.said['by']}"
    return found


def _made_with(run: Run) -> Mapping[str, str]:
    """Return the versions of libraries at the run's start, and those of mmxlib that did its steps."""
    start = next(each for each in run.entries if each.kind is EventKind.START)
    done = run.position().done
    versions = dict.fromkeys(each.version for each in done) or {start.version: None}
    agents = {
        f"calculation of {each.step.value.replace('_', ' ')}": (
            f"{each.basis['calculation_version']} of {each.basis['agent']}"
        )
        for each in done
    }
    return {"mmxlib": ", ".join(versions), **start.said["made_with"], **agents}
