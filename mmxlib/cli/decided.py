"""What the commands that decide say when a decision was taken down."""

from pathlib import Path

from mmxlib.cli.console import Console
from mmxlib.cli.status import status_document
from mmxlib.workflow.status import Status


def say_decided(verb: str, status: Status, run_dir: Path, console: Console) -> None:
    """Say what was recorded, what it means for the steps, and what comes next."""
    last = status.decisions[-1]
    scenario = f", scenario {last.scenario}" if last.scenario else ""
    console.show(
        f"{verb}: the {last.checkpoint.value} checkpoint{scenario}, by {last.by}, "
        f"content {last.content_id[:12]}."
    )
    stale = [each.step.value.replace("_", " ") for each in status.steps if each.state == "stale"]
    if stale:
        console.show(f"To be done again: {', '.join(stale)}.")
    console.show(f"Next: mmx resume --run-dir {run_dir}")
    console.show(f"Journal: {status.count} entries, head {status.head}")
    console.document(status_document(status, run_dir) | {"exit_code": 0})
