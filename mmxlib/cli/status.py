"""``mmx status``: where a run stands, who decided what, and what waits."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmxlib.cli.console import Console, typed
from mmxlib.cli.options import add_run_folder
from mmxlib.errors import ExitCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the run."""
    add_run_folder(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Say where the run stands; reading takes no lock, so that it works while the run does."""
    from mmxlib.workflow.run import view_run
    from mmxlib.workflow.store import holder_of

    run = view_run(arguments.run_dir)
    status, holder = run.status(), holder_of(run.folder)
    for line in _lines(status, arguments.run_dir, holder):
        console.show(line)
    console.document(
        status_document(status, arguments.run_dir) | {"exit_code": 0, "in_use_by": holder or None}
    )
    return ExitCode.DONE


def status_document(status: Any, run_dir: Path) -> dict[str, Any]:
    """Return a status as plain values."""
    return {
        "status": status.state.value,
        "run_dir": str(run_dir),
        "checkpoint": status.checkpoint.value if status.checkpoint else None,
        "content_id": status.content_id or None,
        "blocked_by": [{"check": each.name, "about": each.about} for each in status.blocked_by],
        "remarks": list(status.remarks),
        "missing": list(status.missing),
        "steps": [
            {
                "step": each.step.value,
                "state": each.state.value,
                "seconds": each.seconds,
                "summary": each.summary,
                "at": each.at or None,
            }
            for each in status.steps
        ],
        "decisions": [
            {
                "checkpoint": each.checkpoint.value,
                "decision": each.decision,
                "by": each.by,
                "at": each.at,
                "comment": each.comment,
                "scenario": each.scenario or None,
                "override": each.override or None,
                "content_id": each.content_id,
                "holds": each.holds,
                "changes": dict(each.changes),
            }
            for each in status.decisions
        ],
        "head": status.head,
        "count": status.count,
        "version": status.version,
    }


def next_lines(status: Any, run_dir: Path) -> Iterator[str]:
    """Yield what waits, and the command that comes next."""
    if status.checkpoint is not None and status.state == "waiting":
        yield f"Waiting: the {status.checkpoint.value} checkpoint, content id {status.content_id[:12]}."
        yield f"Next: mmx review --run-dir {typed(run_dir)}"
    elif status.state == "ready":
        yield f"Next: mmx resume --run-dir {typed(run_dir)}"


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
        seconds = f"{each.seconds:.1f} s" if each.seconds is not None and each.state == "done" else ""
        summary = each.summary if each.state == "done" else ""
        name = each.step.value.replace("_", " ")
        yield f"  {name:<19} {each.state.value:<6} {seconds:>7}  {summary}".rstrip()
    if status.decisions:
        yield "Decisions"
    for each in status.decisions:
        more = "".join(
            f", {name}: {text}"
            for name, text in (
                ("scenario", each.scenario),
                ("comment", each.comment),
                ("override", each.override),
            )
            if text
        )
        # the results that a revision sent back are gone once it is done, but its settings stay in force
        holds = "" if each.holds or each.changes else " (no longer holds)"
        more += "".join(f", {name}={value}" for name, value in each.changes.items())
        yield (
            f"  {each.at[:16].replace('T', ' ')}  {each.decision} {each.checkpoint.value} by {each.by}, "
            f"content {each.content_id[:12]}{more}{holds}"
        )
    yield from status.remarks
    yield from status.missing
    if not holder:
        yield from next_lines(status, run_dir)
    yield f"Journal: {status.count} entries, head {status.head}, written by version {status.version}"
