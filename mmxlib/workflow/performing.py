"""Doing one step: the agent's work, its result made durable, and the news of it."""

import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from mmxlib.agents.agent import Agent, Inputs
from mmxlib.artifacts.codec import encode
from mmxlib.artifacts.note import Note
from mmxlib.errors import UsageError
from mmxlib.terms import StepName
from mmxlib.workflow.checkpoints import StepRecord
from mmxlib.workflow.journal import EventKind
from mmxlib.workflow.orchestrator import Position, stream
from mmxlib.workflow.run import Run
from mmxlib.workflow.shelf import StepShelf
from mmxlib.workflow.store import FolderStore
from mmxlib.workflow.summaries import summary


class Phase(StrEnum):
    """What just happened to a step: ``kept`` means that its stored result still holds."""

    STARTED = "started"
    FINISHED = "finished"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Progress:
    """News of a step: ``number`` of ``total`` in order.

    Once it has finished: its seconds, one line on what it found, and the notes of its result.
    """

    step: StepName
    phase: Phase
    number: int
    total: int
    seconds: float = 0.0
    summary: str = ""
    notes: tuple[Note, ...] = ()


def perform(
    store: FolderStore,
    run: Run,
    position: Position,
    *,
    tell: Callable[[Progress], None],
    executor: Executor | None,
) -> None:
    """Do the step that is next; it is done once its result and then its journal line are durable."""
    step, agent = position.step, position.agent
    assert step is not None
    assert agent is not None
    number, total = len(position.done) + 1, len(StepName)
    tell(Progress(step, Phase.STARTED, number, total))
    start = time.perf_counter()
    inputs = Inputs(
        {kind: run.artifact(kind) for kind in agent.requires}, executor, StepShelf(store, position.key)
    )
    made = _result(agent, inputs, stream(run.config.seed, step))
    digest = store.put(encode(made))
    seconds = round(time.perf_counter() - start, 3)
    line = summary(made)
    store.journal.add(
        EventKind.STEP,
        {
            "step": step.value,
            "key": position.key,
            "artifact": digest,
            "basis": position.basis,
            "seconds": seconds,
            "summary": line,
        },
    )
    tell(Progress(step, Phase.FINISHED, number, total, seconds, line, _notes(made)))


def kept_news(record: StepRecord) -> Progress:
    """Return the news that a step's stored result holds."""
    steps = list(StepName)
    number = steps.index(record.step) + 1
    return Progress(record.step, Phase.KEPT, number, len(steps), record.seconds, record.summary)


def _notes(made: object) -> tuple[Note, ...]:
    return tuple(note for note in getattr(made, "notes", ()) if isinstance(note, Note))


def _result(agent: Agent, inputs: Inputs, rng: np.random.Generator) -> object:
    """Return what an agent makes of stored results.

    They are always read back from the folder, so that a run that goes on and a run that was resumed
    compute with the same bytes in memory.
    """
    made = agent.run(inputs, rng)
    if type(made) is not agent.produces:
        raise UsageError(
            f"The agent of {agent.name} returned {type(made).__name__}, not {agent.produces.__name__}.",
            remedy="Correct its `run` or its `produces`.",
            code="MMX-W034",
        )
    return made
