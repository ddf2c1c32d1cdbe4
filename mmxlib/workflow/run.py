"""A run as its folder tells it: where it stands, what waits, what was found."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mmxlib.agents.agent import Agent
from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.diagnostics import Check
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.note import LOST_WORK
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.config import Config
from mmxlib.errors import DecisionError, RunError
from mmxlib.terms import Checkpoint, StepName, Verdict
from mmxlib.workflow import reviews
from mmxlib.workflow.checkpoints import StepRecord, content
from mmxlib.workflow.default_agents import default_agents
from mmxlib.workflow.journal import GENESIS, Entry
from mmxlib.workflow.orchestrator import CHECKPOINT_AFTER, Position, position, with_replacements
from mmxlib.workflow.record import Basics, Results, basics_of, holding_records, records_of, stored_config
from mmxlib.workflow.status import Review, Status, decision_statuses, remarks_on, state_of, step_statuses
from mmxlib.workflow.store import read_store

ArtifactT = TypeVar("ArtifactT")


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder, read.

    ``journal`` gives the entries as they are now; ``own`` are replacements for agents by the name of their
    step; ``results`` keeps what was read, and ``configs`` the settings, by digest.
    """

    folder: Path
    journal: Callable[[], Sequence[Entry]]
    own: Mapping[str, Agent]
    results: Results
    configs: dict[str, Config]

    @property
    def entries(self) -> Sequence[Entry]:
        """The journal's entries, oldest first."""
        return self.journal()

    @property
    def head(self) -> str:
        """What stands for the whole journal: its last entry's digest."""
        return self.entries[-1].digest if self.entries else GENESIS

    @property
    def count(self) -> int:
        """How many entries the journal has."""
        return len(self.entries)

    @property
    def version(self) -> str:
        """The version of mmxlib that wrote the last entry."""
        return self.entries[-1].version

    @property
    def basics(self) -> Basics:
        """The digests of the data and settings."""
        return basics_of(self.folder, self.entries)

    @property
    def config(self) -> Config:
        """The settings in force, revisions included."""
        digest = self.basics.config
        if digest not in self.configs:
            writers = [each.version for each in self.entries if each.said.get("config") == digest]
            self.configs[digest] = stored_config(self.folder, digest, writers[-1])
        return self.configs[digest]

    @property
    def panel(self) -> Panel:
        """The data."""
        return self.results.get(Panel, self.basics.panel)

    def agents(self) -> dict[StepName, Agent]:
        """Return the six agents, replacements in their places."""
        return with_replacements(default_agents(self.config), self.own)

    def position(self) -> Position:
        """Return where the run stands."""
        return position(
            self.agents(),
            panel=self.basics.panel,
            seed=self.config.seed,
            records=holding_records(self.entries),
            entries=self.entries,
        )

    def digests(self) -> dict[type, str]:
        """Return the digests of all results that hold now, by type."""
        makes = {step: agent.produces for step, agent in self.agents().items()}
        makes[StepName.ALLOCATION] = BudgetPlan
        done = {makes[each.step]: each.artifact for each in self.position().done}
        return {Panel: self.basics.panel, **done}

    def artifact(self, kind: type[ArtifactT]) -> ArtifactT:
        """Return the result of type ``kind``.

        Raises
        ------
        RunError
            If its step is not done for the present data, settings and decisions.
        """
        digest = self.digests().get(kind)
        if digest is None:
            name = re.sub("(?<=[a-z])(?=[A-Z])", " ", kind.__name__).lower()
            raise RunError(
                f"The run has no {name} yet: {position_words(self.position())}.",
                remedy="Go on with `mmx resume`, or decide what waits.",
                code="MMX-W050",
                place=str(self.folder),
            )
        return self.results.get(kind, digest)

    def blocked_by(self, checkpoint: Checkpoint | None) -> tuple[Check, ...]:
        """Return the failed guardrails, without whose override ``checkpoint`` cannot be approved."""
        if checkpoint is not Checkpoint.BUDGET:
            return ()
        fitted = self.artifact(FittedModel)
        return tuple(each for each in fitted.guardrails if each.verdict is Verdict.FAIL)

    def missing(self) -> tuple[str, ...]:
        """Return a sentence per part of the model that is missing since it ended every worker."""
        if FittedModel not in self.digests():
            return ()
        return tuple(note.text for note in self.artifact(FittedModel).notes if note.about == LOST_WORK)

    def partial(self) -> StepRecord | None:
        """Return the finished step whose result misses parts, if there is one."""
        if not self.missing():
            return None
        return next(each for each in self.position().done if each.step is StepName.MODEL_OPTIMIZATION)

    def status(self) -> Status:
        """Return where the run stands, for people."""
        position, entries = self.position(), self.entries
        remarks = _strangers(position, records_of(entries))
        holding = list(position.approvals)
        if position.checkpoint is not None and position.decided is not None:
            shown = content(position.checkpoint, self.basics.panel, position.done)
            remarks = remarks_on(position.decided, shown, entries)
            holding += [position.decided.entry] if position.decided.entry else []
        blocked_by: tuple[Check, ...] = ()
        missing: tuple[str, ...] = ()
        try:
            blocked_by, missing = self.blocked_by(position.checkpoint), self.missing()
        except RunError as error:  # a status is for reading what a version leaves readable
            remarks = (*remarks, *(fault.problem for fault in error.faults))
        return Status(
            state=state_of(position),
            steps=step_statuses(position, records_of(entries)),
            decisions=decision_statuses(entries, holding),
            checkpoint=position.checkpoint,
            content_id=position.content_id,
            blocked_by=blocked_by,
            remarks=remarks,
            missing=missing,
            head=self.head,
            count=self.count,
            version=self.version,
        )

    def review(self) -> Review:
        """Return what waits to be decided, with its content id.

        Raises
        ------
        DecisionError
            If nothing waits.
        """
        status = self.status()
        if status.checkpoint is None:
            raise DecisionError(
                f"Nothing waits for a decision: {position_words(self.position())}.",
                remedy="See `mmx status`.",
                code="MMX-W051",
                place=str(self.folder),
            )
        if status.checkpoint is Checkpoint.BASELINE:
            segments, trends = self.artifact(Segments), self.artifact(Trends)
            baseline = self.artifact(Baseline)
            tables = reviews.baseline_tables(self.panel, segments, trends, baseline)
            notes = (*self.panel.notes, *segments.notes, *trends.notes, *baseline.notes)
        else:
            fitted, scenarios = self.artifact(FittedModel), self.artifact(Scenarios)
            tables = reviews.budget_tables(fitted, scenarios)
            notes = (*fitted.notes, *scenarios.notes)
        return Review(
            checkpoint=status.checkpoint,
            content_id=status.content_id,
            remarks=(*status.remarks, *reviews.doubts(notes)),
            tables=tables,
            blocked_by=status.blocked_by,
        )


def view_run(path: str | Path, *, agents: Mapping[str, Agent] | None = None) -> Run:
    """Return the run in folder ``path`` for looking on, also while another process works on it.

    Raises
    ------
    RunError
        If the folder is damaged or holds no run.
    """
    folder = Path(path).absolute()
    entries = read_store(folder).entries
    run = Run(folder, lambda: entries, agents or {}, Results(folder, {}), {})
    basics_of(folder, entries)  # a folder without a run is refused here
    return run


def _strangers(position: Position, records: Mapping[str, StepRecord]) -> tuple[str, ...]:
    """Return a sentence where the next step was last done by another agent than the present one."""
    past = [each for each in records.values() if each.step is position.step]
    if not past or past[-1].basis["agent"] == position.basis["agent"]:
        return ()
    step = past[-1].step.value.replace("_", " ")
    return (f"The {step} was last done by {past[-1].basis['agent']}, which is not handed in here.",)


def reached(position: Position, checkpoint: Checkpoint) -> bool:
    """Return whether every step before ``checkpoint`` is done."""
    step = next(each for each, after in CHECKPOINT_AFTER.items() if after is checkpoint)
    return any(record.step is step for record in position.done)


def position_words(position: Position) -> str:
    """Return in words where a run stands."""
    if position.checkpoint is not None:
        return f"the run waits at the {position.checkpoint.value} checkpoint"
    if position.step is not None:
        return f"the next step is {position.step.value.replace('_', ' ')}"
    return "all steps are done"
