"""Where a run stands, for people: states, steps, decisions, and what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from mmxlib.artifacts.diagnostics import Check
from mmxlib.terms import Checkpoint, StepName
from mmxlib.workflow.checkpoints import DECISIONS, CheckpointDecisions, Standing, StepRecord, changes
from mmxlib.workflow.journal import Entry, EventKind
from mmxlib.workflow.orchestrator import Position


class RunState(StrEnum):
    """Where a run stands."""

    READY = "ready"
    WAITING = "waiting"
    STOPPED = "stopped"
    DONE = "done"


class StepState(StrEnum):
    """Where a step stands: ``stale`` was done, for other data, settings or decisions than the present."""

    DONE = "done"
    STALE = "stale"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Origin:
    """What a step's result was made from, how and by what.

    ``key`` stands for all of it, ``artifact`` is the result's digest, ``reads`` the digests of what the step
    read, by type; ``version`` is the one of mmxlib that did it, ``agent`` and ``calculation_version`` what
    did it, ``seed`` and ``settings`` how.
    """

    key: str
    artifact: str
    reads: Mapping[str, str]
    version: str
    agent: str
    calculation_version: int
    seed: int
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StepStatus:
    """A step's state, and when and from what it was last done; ``origin`` is None before it ever was."""

    step: StepName
    state: StepState
    seconds: float | None
    summary: str
    at: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class DecisionStatus:
    """A decision in the journal; ``holds`` says whether it counts for the present results.

    ``changes`` are a revision's new values by the name of the setting.
    """

    checkpoint: Checkpoint
    decision: str
    by: str
    at: str
    comment: str
    scenario: str
    override: str
    content_id: str
    holds: bool
    changes: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Status:
    """Where a run stands.

    ``checkpoint`` and ``content_id`` name what waits for a person; ``blocked_by`` the guardrails that failed,
    without whose override it cannot be approved; ``remarks`` are sentences on what happened to earlier
    decisions, ``missing`` on parts of the model that could not be fitted. ``head`` and ``count`` stand for
    the whole journal.
    """

    state: RunState
    steps: tuple[StepStatus, ...]
    decisions: tuple[DecisionStatus, ...]
    checkpoint: Checkpoint | None
    content_id: str
    blocked_by: tuple[Check, ...]
    remarks: tuple[str, ...]
    missing: tuple[str, ...]
    head: str
    count: int
    version: str


@dataclass(frozen=True, eq=False)
class Review:
    """What is put before a person at a checkpoint.

    ``remarks`` are sentences to read first, ``tables`` what the decision is about, by title. Approving with
    ``content_id`` is approving exactly this.
    """

    checkpoint: Checkpoint
    content_id: str
    remarks: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]
    blocked_by: tuple[Check, ...]


def state_of(position: Position) -> RunState:
    """Return a run's state."""
    if position.checkpoint is not None:
        stopped = position.decided is not None and position.decided.standing is Standing.STOPPED
        return RunState.STOPPED if stopped else RunState.WAITING
    return RunState.READY if position.step is not None else RunState.DONE


def step_statuses(position: Position, records: Mapping[str, StepRecord]) -> tuple[StepStatus, ...]:
    """Return every step's state, in order."""
    done = {each.step: each for each in position.done}
    past = {each.step: each for each in records.values()}
    found = []
    for step in StepName:
        record = done.get(step) or past.get(step)
        state = StepState.DONE if step in done else StepState.STALE if record else StepState.OPEN
        found.append(
            StepStatus(
                step=step,
                state=state,
                seconds=record.seconds if record else None,
                summary=record.summary if record else "",
                at=record.at if record else "",
                origin=origin_of(record, records) if record else None,
            )
        )
    return tuple(found)


def origin_of(record: StepRecord, records: Mapping[str, StepRecord]) -> Origin:
    """Return what a finished step was made from; ``records`` are all of the run, by key."""
    basis = record.basis
    return Origin(
        key=record.key,
        artifact=record.artifact,
        reads={
            **basis["inputs"],
            **{name: records[key].artifact for name, key in basis["requires"].items() if key in records},
        },
        version=record.version,
        agent=basis["agent"],
        calculation_version=basis["calculation_version"],
        seed=basis["seed"],
        settings=basis["settings"],
    )


def decision_statuses(entries: Sequence[Entry], holding: Sequence[Entry]) -> tuple[DecisionStatus, ...]:
    """Return all decisions of a run, oldest first; ``holding`` are those that count now."""
    numbers = {each.number for each in holding}
    return tuple(
        DecisionStatus(
            checkpoint=Checkpoint(each.said["checkpoint"]),
            decision=DECISIONS[each.kind].value,
            by=each.said["by"],
            at=each.at,
            comment=each.said["comment"],
            scenario=each.said.get("scenario") or "",
            override=each.said.get("override") or "",
            content_id=each.said["content_id"],
            holds=each.number in numbers,
            changes=each.said.get("patch") or {},
        )
        for each in entries
        if each.kind in DECISIONS
    )


def remarks_on(
    decided: CheckpointDecisions, now: Mapping[str, object], entries: Sequence[Entry]
) -> tuple[str, ...]:
    """Return sentences on earlier decisions at the checkpoint that waits."""
    if decided.void is not None:
        said = decided.void.said
        causes = "; ".join(changes(said["content"], now, entries)) or "a decision before it changed"
        return (
            f"The approval by {said['by']} of {decided.void.at[:10]} no longer holds: the results changed "
            f"since they were reviewed ({causes}).",
        )
    if decided.entry is not None and decided.entry.kind is EventKind.STOP:
        reason = f": {decided.entry.said['comment']}" if decided.entry.said["comment"] else ""
        return (f"{decided.entry.said['by']} stopped the run on {decided.entry.at[:10]}{reason}.",)
    if decided.entry is not None and decided.entry.kind is EventKind.REVISE:
        return (f"{decided.entry.said['by']} asked for a revision on {decided.entry.at[:10]}.",)
    return ()
