"""What a person decided at a checkpoint, on which content, and whether that still holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mmxlib.artifacts.codec import canonical, sha256
from mmxlib.terms import Checkpoint, Decision, StepName
from mmxlib.workflow.journal import Entry, EventKind

DECISIONS = {
    EventKind.APPROVE: Decision.APPROVE,
    EventKind.REVISE: Decision.REVISE,
    EventKind.STOP: Decision.STOP,
}
SHORT = 12
"""Digits of an identity that people are shown and may type."""


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A finished step as its journal entry tells it.

    ``key`` stands for everything the result depends on, ``artifact`` is the result's digest, ``basis`` what
    the key was made of, ``version`` the one of mmxlib that did it.
    """

    step: StepName
    key: str
    artifact: str
    basis: Mapping[str, Any]
    seconds: float
    summary: str
    at: str
    version: str


class Standing(StrEnum):
    """Where a checkpoint stands for the content that is there now."""

    UNDECIDED = "undecided"
    APPROVED = "approved"
    REJECTED = "rejected"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class CheckpointDecisions:
    """The decisions on a checkpoint: ``entry`` the latest on this content, ``void`` the latest on another."""

    standing: Standing
    entry: Entry | None
    void: Entry | None


def record_of(entry: Entry) -> StepRecord:
    """Return the finished step that a journal entry tells of."""
    said = entry.said
    return StepRecord(
        step=StepName(said["step"]),
        key=said["key"],
        artifact=said["artifact"],
        basis=said["basis"],
        seconds=said["seconds"],
        summary=said["summary"],
        at=entry.at,
        version=entry.version,
    )


def content(checkpoint: Checkpoint, panel: str, records: Sequence[StepRecord]) -> Mapping[str, Any]:
    """Return what is put before a person at ``checkpoint``: the data and every step's key and result.

    A key stands for the step's inputs, settings and calculation version, so that a change of any of them, or
    of a result, changes the content.
    """
    return {
        "checkpoint": checkpoint.value,
        "panel": panel,
        "steps": {each.step.value: [each.key, each.artifact] for each in records},
    }


def content_id(shown: Mapping[str, Any]) -> str:
    """Return the identity of a content."""
    return sha256(canonical(shown))


def decisions(checkpoint: Checkpoint, identity: str, entries: Sequence[Entry]) -> CheckpointDecisions:
    """Return what was decided at ``checkpoint`` on the content of that identity; the latest decision wins."""
    about = [
        each for each in entries if each.kind in DECISIONS and each.said["checkpoint"] == checkpoint.value
    ]
    own = [each for each in about if each.said["content_id"] == identity]
    approvals = [each for each in about if each.kind is EventKind.APPROVE and each not in own]
    latest = own[-1] if own else None
    standings = {
        EventKind.APPROVE: Standing.APPROVED,
        EventKind.REVISE: Standing.REJECTED,
        EventKind.STOP: Standing.STOPPED,
    }
    return CheckpointDecisions(
        standing=Standing.UNDECIDED if latest is None else standings[latest.kind],
        entry=latest,
        void=approvals[-1] if approvals and latest is None else None,
    )


def changes(before: Mapping[str, Any], now: Mapping[str, Any], entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return in words what differs between two contents; the causes first, and their consequences not.

    Parameters
    ----------
    before, now
        Contents as `content` makes them.
    entries
        The journal, in which the steps' keys are explained.
    """
    basis = {each.said["key"]: each.said["basis"] for each in entries if each.kind is EventKind.STEP}
    retried = {(each.said["key"], each.said["artifact"]) for each in entries if each.kind is EventKind.RETRY}
    said = ["the data changed"] if before["panel"] != now["panel"] else []
    for step, (key, artifact) in now["steps"].items():
        old_key, old_artifact = before["steps"].get(step, (None, None))
        name = step.replace("_", " ")
        if old_key != key:
            said += _causes(name, basis.get(old_key, {}), basis.get(key, {}))
        elif old_artifact != artifact and (old_key, old_artifact) in retried:
            said.append(f"missing parts of {name} were tried again")
        elif old_artifact != artifact:
            said.append(f"the result of {name} is another")
    return tuple(dict.fromkeys(said))


def _causes(name: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    said = []
    if before.get("seed") != now.get("seed"):
        said.append("the seed changed")
    if before.get("settings") != now.get("settings"):
        said.append(f"the settings of {name} changed")
    if before.get("agent") != now.get("agent"):
        said.append(f"another agent does the {name}")
    elif before.get("calculation_version") != now.get("calculation_version"):
        said.append(f"the calculation of {name} is a newer one")
    return said
