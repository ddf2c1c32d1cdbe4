"""What durability costs: a journal entry, an artifact of 100 kB, and its share of the main job.

The share of all of it (keys, encoding, reading back, journal, lock, flushing) is measured twice: against the
same steps done by the agents alone, by turns, where a busy machine moves both; and by itself, in runs whose
agents and reports are there at once. The times are those of the disk under the folder for temporary files.
"""

import gc
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd

from mmxlib import files
from mmxlib.agents.agent import Inputs
from mmxlib.artifacts.panel import Panel
from mmxlib.cli.main import main as mmx
from mmxlib.config import Config
from mmxlib.data.reading import read_folder
from mmxlib.terms import StepName
from mmxlib.workflow.audit import audit_table
from mmxlib.workflow.default_agents import default_agents
from mmxlib.workflow.journal import EventKind
from mmxlib.workflow.orchestrator import Allocation, stream
from mmxlib.workflow.outputs import outputs
from mmxlib.workflow.run import view_run
from mmxlib.workflow.session import Session
from mmxlib.workflow.store import FolderStore
from tests.benchmarks.benchmark import Setup
from tests.benchmarks.main_job import contents
from tests.benchmarks.results import figures

TOOL = "mmxlib"
ROUNDS = 200
TURNS = 12
SIZE = "--sub-categories 12 --channels 6 --periods 156 --seed 7"
BY = "Ana"


@dataclass(frozen=True)
class Approved:
    """What decisions add to a run: the step that takes the approved budget, and the journal's table."""

    allocation: Allocation
    journal: pd.DataFrame


@dataclass(frozen=True)
class Known:
    """What a run made: each agent's result by the agent's type, and the files for people."""

    results: Mapping[type, object]
    files: Mapping[str, bytes]


def milliseconds(act: Callable[[int], object]) -> dict[str, float]:
    """Return the median and the 95th percentile of many rounds."""
    times = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        act(number)
        times.append((time.perf_counter() - began) * 1e3)
    return {"milliseconds": statistics.median(times), "milliseconds_95": float(np.quantile(times, 0.95))}


class Timed:
    """The module `os` for the one module that writes, with a watch on what flushes.

    It has state because it adds up.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.flushes = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def fsync(self, descriptor: int) -> None:
        began = time.perf_counter()
        os.fsync(descriptor)
        self.seconds += time.perf_counter() - began
        self.flushes += 1


def single_writes(place: Path) -> pd.DataFrame:
    """Return the times of entries and artifacts by themselves."""
    store = FolderStore(place / "run", "1.0")
    said = {"files": {f"model/table_{number}.csv": "0" * 64 for number in range(8)}}
    entry = milliseconds(lambda _: store.journal.add(EventKind.OUTPUTS, said))
    rng = np.random.default_rng(0)
    artifacts = [rng.bytes(100_000) for _ in range(ROUNDS)]
    artifact = milliseconds(lambda each: store.put_text(artifacts[each]))
    store.close()
    return pd.concat(
        [figures("a journal entry", TOOL, **entry), figures("an artifact of 100 kB", TOOL, **artifact)]
    )


def flushes(place: Path) -> pd.DataFrame:
    """Return how much of the main job's command flushes."""
    words = ["run", "--input", str(place / "data"), "--auto-approve", "--json", "--run-dir"]
    disk = Timed()
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        mmx([*words, str(place / "warm")])
        began = time.perf_counter()
        with patch.object(files, "os", disk):
            mmx([*words, str(place / "timed")])
        seconds = time.perf_counter() - began
    return figures("flushes of the main job", TOOL, count=disk.flushes, share=disk.seconds / seconds)


def durable(panel: Panel, folder: Path) -> Path:
    """Do the main job in a run folder, its files for people included, and return where they are."""
    with Session.open(folder, Config(), panel) as session:
        status = session.advance()
        while status.checkpoint is not None:
            override = "measured" if status.blocked_by else None
            session.approve(status.checkpoint, by=BY, content_id=status.content_id, override=override)
            status = session.advance()
        return session.write_outputs().folder


def bare(panel: Panel, folder: Path, approved: Approved) -> Path:
    """Do the same steps, their results kept in memory alone and the files written as any program would."""
    config = Config()
    found: dict[type, object] = {Panel: panel}
    agents = default_agents(config)
    for step in StepName:
        agent = approved.allocation if step is StepName.ALLOCATION else agents[step]
        inputs = Inputs({kind: found[kind] for kind in agent.requires})
        found[agent.produces] = agent.run(inputs, stream(config.seed, step))
    for name, content in outputs(found, journal=approved.journal, insight=config.insight).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def approved_in(folder: Path) -> Approved:
    """Return what a run adds to its steps' results: the table of its journal, and what was approved."""
    run = view_run(folder)
    position = run.position()
    said = position.approvals[-1].said
    journal = audit_table(position.done, run.entries)
    return Approved(Allocation(said["scenario"], said["override"] or ""), journal)


def overhead(place: Path, rounds: int) -> pd.DataFrame:
    """Return what the main job takes more durably than bare, and durability by itself, measured by turns."""
    panel = read_folder([place / "data"])
    whole = durable(panel, place / "first")
    approved = approved_in(place / "first")
    assert contents(bare(panel, place / "plain", approved)) == contents(whole)
    known, times = known_in(place / "first"), []
    for number in range(rounds):
        acts: list[Callable[[], object]] = [
            partial(durable, panel, place / f"run{number}"),
            partial(bare, panel, place / f"plain{number}", approved),
            partial(durability_alone, panel, known, place / f"alone{number}"),
        ]
        turn = number % len(acts)
        taken = seconds_of([*acts[turn:], *acts[:turn]])
        times.append([*taken[len(acts) - turn :], *taken[: len(acts) - turn]])
    difference = statistics.median(one / other - 1.0 for one, other, _ in times)
    seconds = statistics.median(own for _, _, own in times)
    share = statistics.median(own / other for _, other, own in times)
    return pd.concat(
        [
            figures("the main job beside its steps kept in memory", TOOL, share=difference),
            figures("durability of the main job by itself", TOOL, seconds=seconds, share=share),
        ]
    )


def known_in(folder: Path) -> Known:
    """Return the results and files of a run."""
    run, agents = view_run(folder), default_agents(Config()).values()
    results = {type(agent): run.artifact(agent.produces) for agent in agents}
    return Known(results, contents(folder / "out"))


def durability_alone(panel: Panel, known: Known, folder: Path) -> None:
    """Do the main job with agents and reports that have their results already: what is left is durability."""
    with ExitStack() as stack:
        for kind, result in known.results.items():
            stack.enter_context(patch.object(kind, "run", lambda *_, result=result: result))
        stack.enter_context(patch("mmxlib.workflow.session.outputs", lambda *_, **__: known.files))
        durable(panel, folder)


def seconds_of(acts: Sequence[Callable[[], object]]) -> list[float]:
    """Return how long each act takes."""
    taken = []
    for act in acts:
        gc.collect()
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return taken


def measure(setup: Setup) -> pd.DataFrame:
    """Return the times of single writes, and durability's share of the main job."""
    with redirect_stdout(StringIO()):
        mmx(["simulate", *SIZE.split(), "--out", str(setup.folder / "data")])
    rounds = 1 if setup.short else TURNS
    return pd.concat([single_writes(setup.folder), flushes(setup.folder), overhead(setup.folder, rounds)])
