"""``mmx status``: where a run stands, who decided what, and what waits."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmxlib.cli.console import Console, journal_lines, typed, wrapped
from mmxlib.cli.documents import status_document
from mmxlib.cli.options import add_run_folder
from mmxlib.cli.trail import show_source, show_trail
from mmxlib.errors import ExitCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the run and the views."""
    add_run_folder(parser)
    views = parser.add_mutually_exclusive_group()
    views.add_argument(
        "--trail", action="store_true", help="tell everything that happened, in order: the audit trail"
    )
    views.add_argument(
        "--file", metavar="NAME", help="say which steps and settings a file in out/ comes from"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Say where the run stands; reading takes no lock, so that it works while the run does."""
    from mmxlib.workflow.run import view_run
    from mmxlib.workflow.store import holder_of

    if arguments.trail:
        return show_trail(arguments.run_dir, console)
    if arguments.file is not None:
        return show_source(arguments.run_dir, arguments.file, console)
    run = view_run(arguments.run_dir)
    status, holder = run.status(), holder_of(run.folder)
    for line in _lines(status, arguments.run_dir, holder):
        console.show(line)
    console.document(
        status_document(status, arguments.run_dir) | {"exit_code": 0, "in_use_by": holder or None}
    )
    return ExitCode.DONE


def next_lines(status: Any, run_dir: Path) -> Iterator[str]:
    """Yield what waits, and the command that comes next."""
    if status.checkpoint is not None and status.state == "waiting":
        yield f"Waiting: the {status.checkpoint.value} checkpoint, content id {status.content_id[:12]}."
        yield f"Next: mmx review --run-dir {typed(run_dir)}"
    elif status.checkpoint is not None and status.state == "stopped":
        yield "Approving the same results takes the run up again:"
        yield f"  mmx approve {status.checkpoint.value} --run-dir {typed(run_dir)} --by NAME"
    elif status.state == "ready":
        yield f"Next: mmx resume --run-dir {typed(run_dir)}"
    if status.missing:
        yield f"To do what is missing: mmx resume --retry --run-dir {typed(run_dir)}"


def _lines(status: Any, run_dir: Path, holder: str) -> Iterator[str]:
    said = {
        "ready": "can go on",
        "waiting": "waits for a decision",
        "stopped": "was stopped",
        "done": "is done",
    }
    if holder:
        yield f"The run in {run_dir} is in use by {holder}; so far:"
    else:
        yield f"The run in {run_dir} {said[status.state.value]}."
    for each in status.steps:
        yield from _step_lines(each)
    if status.decisions:
        yield "Decisions"
    for each in status.decisions:
        yield from _decision_lines(each)
    for remark in (*status.remarks, *status.missing):
        yield wrapped(remark)
    if not holder:
        yield from next_lines(status, run_dir)
    yield from journal_lines(status)


def _step_lines(step: Any) -> Iterator[str]:
    from mmxlib.workflow.trail import DIGITS, read_words

    done = step.state == "done"
    seconds = f"{step.seconds:.1f} s" if step.seconds is not None and done else ""
    name = step.step.value.replace("_", " ")
    line = f"  {name:<19} {step.state.value:<6} {seconds:>7}"
    yield wrapped(step.summary, f"{line}  ", " " * 38) if done and step.summary else line.rstrip()
    if step.origin is not None:
        origin = step.origin
        said = f"key {origin.key[:DIGITS]}, version {origin.version}, read {read_words(origin.reads)}"
        yield wrapped(said, " " * 6, " " * 8)


def _decision_lines(decision: Any) -> Iterator[str]:
    # the results that a revision sent back are gone once it is done, but its settings stay in force
    holds = "" if decision.holds or decision.changes else " (no longer holds)"
    yield wrapped(
        f"{decision.at[:16].replace('T', ' ')} {decision.decision} {decision.checkpoint.value} by "
        f"{decision.by}, content {decision.content_id[:12]}{holds}",
        "  ",
        "    ",
    )
    for name in ("scenario", "comment", "override"):
        if getattr(decision, name):
            yield wrapped(f"{name}: {getattr(decision, name)}", "    ", "      ")
    for name, value in decision.changes.items():
        yield wrapped(f"{name} = {value}", "    ", "      ")
