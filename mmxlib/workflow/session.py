"""The one door to a run: command line, Excel and scripts all hold a `Session`."""

import importlib.metadata
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from mmxlib.agents.agent import Agent
from mmxlib.artifacts.codec import encode
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import Scenarios
from mmxlib.config import Config, check_channels, revised, settled
from mmxlib.errors import DecisionError
from mmxlib.terms import Checkpoint, StepName
from mmxlib.workflow import deciding
from mmxlib.workflow.audit import audit_table
from mmxlib.workflow.deciding import ShownContent
from mmxlib.workflow.journal import Entry, EventKind
from mmxlib.workflow.log import RunLog
from mmxlib.workflow.orchestrator import step_of
from mmxlib.workflow.outputs import outputs
from mmxlib.workflow.performing import Progress, kept_news, perform
from mmxlib.workflow.publishing import Published, digests, publish
from mmxlib.workflow.record import FORMAT, Results, encoded_config, made_with
from mmxlib.workflow.run import Run
from mmxlib.workflow.showing import sent_back, shown_now
from mmxlib.workflow.status import Review, Status
from mmxlib.workflow.store import JOURNAL, OUT, FolderStore, no_run

ArtifactT = TypeVar("ArtifactT")


class Session:
    """A run, open for work: it goes on by itself up to the next checkpoint, where a person decides.

    It has state because it holds the run folder's lock. Everything it knows is in the folder: a session that
    ends in any way is opened again and goes on. Use it as a context manager, or `close` it.
    """

    def __init__(
        self, store: FolderStore, agents: Mapping[str, Agent], executor: Executor | None, log: RunLog
    ) -> None:
        self._store = store
        self._executor = executor
        self._log = log
        self._run = Run(
            folder=store.folder,
            journal=lambda: store.journal.entries,
            own=agents,
            results=Results(store.folder, {}),
            configs={},
        )

    @classmethod
    def open(
        cls,
        path: str | Path,
        config: Config | None = None,
        panel: Panel | None = None,
        *,
        agents: Mapping[str, Agent] | None = None,
        executor: Executor | None = None,
        debug: bool = False,
    ) -> Self:
        """Return the run in folder ``path``, held by this process alone; a new one needs ``panel``.

        Parameters
        ----------
        path
            The run folder; made when it is not there.
        config
            Settings. For a run that is there: None goes on with those in force. The settings that the run was
            last given change nothing either, so that a schedule may repeat its call after a revision; any
            other take the place of all settings, revisions included.
        panel
            Data. For a run that is there: None goes on with those stored; other data make the steps that
            depend on them stale.
        agents
            Replacements for agents, by the name of their step. They are not stored: hand them in each time.
        executor
            Who does independent parts of a step, such as a Dask client's ``get_executor()``; None does them
            in this process. It does not move a digit of any result, and the caller shuts it down.
        debug
            The run's log (``mmx.log`` in the folder) also says what was found, decided and went wrong, in
            words that may quote the data; without it, only what was done, how long it took and codes.

        Raises
        ------
        RunInUseError
            If another process holds the run; it is named.
        RunError
            If the folder is damaged or holds something else, or a new run has no data.
        SettingsError
            If settings name a channel that the data do not have.
        UsageError
            If the run's name is unsafe, or a replacement does not fit.
        StorageError
            If the disk refuses.
        """
        folder = Path(path).absolute()
        if panel is None and not (folder / JOURNAL).is_file():
            raise no_run(folder)
        version = importlib.metadata.version("mmxlib")
        session = cls(FolderStore(folder, version), agents or {}, executor, RunLog(folder, debug=debug))
        try:
            session._log.tell_opened(version, session.entries)
            session._take(config, panel)
            session._run.agents()  # replacements that do not fit are refused here
        except BaseException as error:
            session._log.tell_failure(error)
            session.close()
            raise
        return session

    def close(self) -> None:
        """Release the run; closing twice is harmless."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._log.tell_failure(error)
        self.close()

    @property
    def folder(self) -> Path:
        """The run folder."""
        return self._run.folder

    @property
    def config(self) -> Config:
        """The settings in force, revisions included."""
        return self._run.config

    @property
    def panel(self) -> Panel:
        """The data of the run."""
        return self._run.panel

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The journal's entries, oldest first."""
        return self._store.journal.entries

    def artifact(self, kind: type[ArtifactT]) -> ArtifactT:
        """Return the result of type ``kind`` for the present data, settings and decisions.

        Raises
        ------
        RunError
            If its step is not done.
        """
        return self._run.artifact(kind)

    def status(self) -> Status:
        """Return where the run stands."""
        return self._run.status()

    def review(self) -> Review:
        """Return what waits to be decided, with its content id.

        Raises
        ------
        DecisionError
            If nothing waits.
        """
        return self._run.review()

    def advance(
        self, progress: Callable[[Progress], None] | None = None, *, until: str | None = None
    ) -> Status:
        """Run until a checkpoint waits or all is done, and return where the run then stands.

        A step whose result is stored for the present data, settings and decisions is not run again.

        Parameters
        ----------
        progress
            Is told of every step that starts, finishes or is kept.
        until
            The step after which to return, such as ``model_optimization``; None goes on.

        Raises
        ------
        UsageError
            If there is no step ``until``.
        """
        last = None if until is None else step_of(until)
        tell = self._log.telling(progress)
        ran, told = set[StepName](), 0
        while True:
            position = self._run.position()
            for record in position.done[told:]:
                if record.step not in ran:
                    tell(kept_news(record))
            told = len(position.done)
            if position.step is None or last in {record.step for record in position.done}:
                status = self.status()
                self._log.tell_standing(status)
                return status
            ran.add(position.step)
            perform(self._store, self._run, position, tell=tell, executor=self._executor)

    def approve(
        self,
        checkpoint: str,
        *,
        by: str,
        comment: str = "",
        content_id: str | None = None,
        scenario: str | None = None,
        override: str | None = None,
    ) -> Status:
        """Record an approval of what the checkpoint shows now, and return where the run then stands.

        Parameters
        ----------
        checkpoint
            ``baseline`` or ``budget``; its steps must be done.
        by, comment
            Who approves, and why.
        content_id
            What was reviewed (its first digits are enough). None approves what is there now.
        scenario
            At the budget: which scenario becomes the allocation; None means ``base``.
        override
            The reason for approving although a guardrail failed.

        Raises
        ------
        DecisionError
            If the checkpoint is not reached, the results changed since they were reviewed, the scenario is
            unknown, or a guardrail failed and no reason is given.
        """
        shown = shown_now(self._run, checkpoint, by, content_id)
        budget = shown.checkpoint is Checkpoint.BUDGET
        chosen = deciding.chosen_scenario(
            shown.checkpoint, scenario, self.artifact(Scenarios) if budget else None
        )
        deciding.check_override(override, self._run.blocked_by(shown.checkpoint))
        said = {"scenario": chosen, "override": override.strip() if override else None}
        before = [
            each for each in self._run.position().approvals if each.said["content_id"] == shown.identity
        ]
        if not any({name: each.said[name] for name in said} == said for each in before):
            self._decide(EventKind.APPROVE, shown, by, comment, said)
        return self.status()

    def revise(
        self,
        patch: Mapping[str, object],
        *,
        by: str,
        checkpoint: str | None = None,
        comment: str = "",
        content_id: str | None = None,
    ) -> Status:
        """Record changed settings instead of an approval, and return where the run then stands.

        Exactly the steps that depend on the changed settings become stale. A revision whose steps are not
        done again yet may be revised further, so that a mistake in it never holds the run up.

        Parameters
        ----------
        patch
            New values by dotted name, such as ``{"priors.tv.half_life": 3}``.
        by, comment
            Who revises, and why.
        checkpoint
            The checkpoint whose results are sent back; None means the one that waits, or the last one passed.
        content_id
            What was reviewed; None revises what is there now.

        Raises
        ------
        SettingsError
            If a setting is unknown, a value is not allowed, or the setting says how files are read.
        DecisionError
            If no checkpoint is reached yet, or the results changed since they were reviewed.
        """
        shown = sent_back(self._run, checkpoint, by, content_id) or shown_now(
            self._run, checkpoint, by, content_id
        )
        if not patch:
            raise DecisionError(
                "A revision needs at least one changed setting.",
                remedy="Name it, such as priors.tv.half_life=3.",
                code="MMX-W048",
            )
        changed = revised(self.config, patch)
        deciding.check_revision(self.config, changed)
        check_channels(changed, self.panel)
        config = self._store.put_text(encoded_config(changed))
        self._decide(
            EventKind.REVISE, shown, by, comment, {"patch": settled(patch, changed), "config": config}
        )
        return self.status()

    def stop(
        self,
        *,
        by: str,
        checkpoint: str | None = None,
        comment: str = "",
        content_id: str | None = None,
    ) -> Status:
        """Record that the run stops here, until these results are approved; return where it stands.

        ``by``, ``checkpoint``, ``comment`` and ``content_id`` are those of `revise`.

        Raises
        ------
        DecisionError
            If no checkpoint is reached yet, or the results changed since they were reviewed.
        """
        self._decide(EventKind.STOP, shown_now(self._run, checkpoint, by, content_id), by, comment, {})
        return self.status()

    def retry(self) -> Status:
        """Take back a model that misses parts, so that `advance` does it again; say how the run stands.

        Folds of the backtest that were finished are kept. What was made from the model goes with it, and an
        approval of that counts again only if the same comes out. A run that misses nothing stays as it is.
        """
        partial = self._run.partial()
        if partial is not None:
            said = {"step": partial.step.value, "key": partial.key, "artifact": partial.artifact}
            self._record(EventKind.RETRY, said)
        return self.status()

    def write_outputs(self) -> Published:
        """Write the files that people open into ``out``, for the results that hold now; say what was written.

        A run that waits has the files of what is done; a model whose guardrails failed has its report too,
        without a recommendation.

        Raises
        ------
        StorageError
            If the disk refuses.
        """
        start = time.perf_counter()
        position = self._run.position()
        found: dict[type, object] = {
            kind: self._run.results.get(kind, digest) for kind, digest in self._run.digests().items()
        }
        journal = audit_table(position.done, self.entries)
        tree = outputs(found, journal=journal, insight=self.config.insight)
        earlier = [each for each in self.entries if each.kind is EventKind.OUTPUTS]
        names = list(dict.fromkeys(name for each in earlier for name in each.said["files"]))
        wanted = {"files": digests(tree), "steps": {each.step.value: each.key for each in position.done}}
        # said before it is done, so that files of a write that broke off are known and taken away later
        if not earlier or earlier[-1].said != wanted:
            self._record(EventKind.OUTPUTS, wanted)
        published = publish(self.folder / OUT, tree, names)
        self._log.tell_written(len(tree), time.perf_counter() - start)
        return published

    def _take(self, config: Config | None, panel: Panel | None) -> None:
        """Record the data and settings that were handed in, where they are not those the run has."""
        given: dict[str, str] = {}
        started = any(each.kind is EventKind.START for each in self.entries)
        if panel is not None:
            given["panel"] = self._store.put(encode(panel))
        if config is not None or not started:
            given["config"] = self._store.put_text(encoded_config(config or Config()))
        if not started:
            if panel is None:
                raise no_run(self.folder)
            check_channels(config or Config(), panel)
            self._record(EventKind.START, {"format": FORMAT, "made_with": made_with(), **given})
            return
        basics = self._run.basics
        known = {"panel": basics.panel, "config": basics.given}
        news = {name: digest for name, digest in given.items() if digest != known[name]}
        if news:
            check_channels(config or self.config, self.panel if panel is None else panel)
            self._record(EventKind.INPUT, {"made_with": made_with(), **news})

    def _decide(
        self, kind: EventKind, shown: ShownContent, by: str, comment: str, more: Mapping[str, object]
    ) -> None:
        said = {
            "checkpoint": shown.checkpoint.value,
            "by": by.strip(),
            "comment": comment.strip(),
            "content_id": shown.identity,
            "content": shown.content,
        }
        self._record(kind, {**said, **more})

    def _record(self, kind: EventKind, said: Mapping[str, object]) -> None:
        self._log.tell_entry(self._store.journal.add(kind, said))
