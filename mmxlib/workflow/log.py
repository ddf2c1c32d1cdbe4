"""The log of a run: what the machine did and how long it took, one JSON object a line, for whoever mends it.

It is no part of the run: a run without it is whole, and a disk that refuses it stops nothing. Without
``debug`` it holds names of steps and codes, counts, times and digests, but no value, name or path from the
data, the settings or the decisions: it may be sent to somebody who must not see them.
"""

import json
import os
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from mmxlib.errors import MmxError, StorageError
from mmxlib.files import append_line
from mmxlib.terms import Verdict
from mmxlib.workflow.checkpoints import DECISIONS
from mmxlib.workflow.journal import Entry, EventKind
from mmxlib.workflow.performing import Phase, Progress
from mmxlib.workflow.status import Status
from mmxlib.workflow.store import JOURNAL, LOG

LIMIT = 1_000_000
"""Bytes after which the log begins anew; the one before it is kept beside it."""

MOST_FRAMES = 30
MOST_CAUSES = 5
LONGEST_TEXT = 20_000


class Level(StrEnum):
    """How much a line matters; ``debug`` alone may hold values from the data."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class RunLog:
    """The log of a run folder that this process holds.

    It has state because it counts the lines that the disk refused, which the next line that is written tells.
    """

    def __init__(self, folder: Path, *, debug: bool) -> None:
        self.path = folder / LOG
        self._debug = debug
        self._lost = 0

    def write(self, level: Level, event: str, facts: Mapping[str, object]) -> None:
        """Add a line, unless it is for debugging and nobody debugs; a disk that refuses is no error."""
        if level is Level.DEBUG and not self._debug:
            return
        lost = {"lost_lines": self._lost} if self._lost else {}
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        said = {"time": at, "level": level.value, "event": event, **_clipped(facts), **lost}
        try:
            # in ASCII, where no name from the data can end a line or speak to a terminal
            append_line(self.path, json.dumps(said, default=str).encode("ascii"), limit=LIMIT)
        except StorageError:
            self._lost += 1
        else:
            self._lost = 0

    def tell_opened(self, version: str, entries: Sequence[Entry]) -> None:
        """Tell that this process took the run up, and whether it had to cut off what was never committed."""
        self.write(Level.INFO, "opened", {"version": version, "pid": os.getpid(), "entries": len(entries)})
        if entries and entries[-1].kind is EventKind.RECOVERY:
            self.tell_entry(entries[-1])

    def telling(self, further: Callable[[Progress], None] | None) -> Callable[[Progress], None]:
        """Return what tells news to the log, and further where somebody else wants them."""

        def tell(news: Progress) -> None:
            self.tell_step(news)
            if further is not None:
                further(news)

        return tell

    def tell_step(self, news: Progress) -> None:
        """Tell of a step that started, finished or is kept."""
        facts: dict[str, object] = {"step": news.step.value}
        if news.phase is not Phase.STARTED:
            facts["seconds"] = news.seconds
        if news.phase is Phase.FINISHED:
            doubts = sum(each.verdict is not Verdict.PASS for each in news.notes)
            facts |= {"notes": len(news.notes), "doubts": doubts}
        self.write(Level.INFO, f"step_{news.phase.value}", facts)
        if news.phase is Phase.FINISHED:
            texts = [each.text for each in news.notes]
            self.write(Level.DEBUG, "step_found", {**facts, "summary": news.summary, "texts": texts})

    def tell_entry(self, entry: Entry) -> None:
        """Tell of a journal entry other than a step's: its kind, its number and how much it changed."""
        said = entry.said
        facts: dict[str, object] = {"entry": entry.number}
        if entry.kind in DECISIONS:
            facts |= {
                "checkpoint": said["checkpoint"],
                "content_id": said["content_id"],
                "changed_settings": len(said.get("patch") or {}),
                "overridden": bool(said.get("override")),
            }
        elif entry.kind is EventKind.OUTPUTS:
            facts["files"] = len(said["files"])
        elif entry.kind is EventKind.RECOVERY:
            facts["cut_bytes"] = said["cut_bytes"]
        else:
            facts |= {name: said[name] for name in ("panel", "config", "step") if name in said}
        level = Level.WARNING if entry.kind is EventKind.RECOVERY else Level.INFO
        self.write(level, entry.kind.value, facts)
        self.write(Level.DEBUG, f"{entry.kind.value}_said", {"said": dict(said)})

    def tell_standing(self, status: Status) -> None:
        """Tell where the run stands once it can go no further by itself."""
        facts = {
            "state": status.state.value,
            "checkpoint": status.checkpoint.value if status.checkpoint else None,
            "failed_guardrails": len(status.blocked_by),
        }
        self.write(Level.INFO, "standing", facts)

    def tell_written(self, files: int, seconds: float) -> None:
        """Tell that the files that people open are there."""
        self.write(Level.INFO, "written", {"files": files, "seconds": round(seconds, 3)})

    def tell_failure(self, error: BaseException) -> None:
        """Tell that an error or an interruption ended the work, and tell the error where that stands.

        Its words may quote the data, so that without ``debug`` there are its kind, its code and the lines of
        the program that it came through.
        """
        if isinstance(error, KeyboardInterrupt):
            self.write(Level.INFO, "interrupted", {})
            return
        codes = [fault.code for fault in error.faults] if isinstance(error, MmxError) else []
        self.write(Level.ERROR, "failed", {"codes": codes, "causes": _causes(error)})
        self.write(Level.DEBUG, "failed_with", {"traceback": "".join(traceback.format_exception(error))})
        error.add_note(f"More in the log: {self.path}")


@contextmanager
def failures_logged(folder: Path, *, debug: bool) -> Iterator[None]:
    """Tell a run's log of an error that comes before the run is opened, such as one in the data.

    No folder is made for it: where there is no run yet, nothing is logged.
    """
    try:
        yield
    except BaseException as error:
        if (folder / JOURNAL).is_file():
            RunLog(folder, debug=debug).tell_failure(error)
        raise


def _causes(error: BaseException) -> list[dict[str, Any]]:
    """Return an error's kind and the way to it, newest call last, and those of the errors behind it."""
    found: list[dict[str, Any]] = []
    behind: BaseException | None = error
    while behind is not None and len(found) < MOST_CAUSES:
        steps = [
            f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
            for frame, line in traceback.walk_tb(behind.__traceback__)
        ]
        found.append({"kind": type(behind).__name__, "frames": steps[-MOST_FRAMES:]})
        behind = behind.__cause__ or (None if behind.__suppress_context__ else behind.__context__)
    return found


def _clipped(facts: Mapping[str, object]) -> dict[str, object]:
    """Return facts whose texts are at most 20,000 characters, the end kept: there a traceback says most."""
    return {
        name: f"…{value[-LONGEST_TEXT:]}" if isinstance(value, str) and len(value) > LONGEST_TEXT else value
        for name, value in facts.items()
    }
