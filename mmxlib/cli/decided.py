"""What the commands that decide share: a decision is taken down, and said."""

import argparse
from collections.abc import Callable, Iterator

from mmxlib.cli.console import Console, journal_lines, wrapped
from mmxlib.cli.documents import status_document
from mmxlib.cli.status import next_lines
from mmxlib.errors import ExitCode
from mmxlib.terms import Decision
from mmxlib.workflow.session import Session
from mmxlib.workflow.status import Status, StepState


def decide(
    arguments: argparse.Namespace, console: Console, decision: Callable[[Session], Status]
) -> ExitCode:
    """Take down a decision; say what was recorded, what it means for the steps, and what comes next."""
    with Session.open(arguments.run_dir, debug=arguments.debug) as session:
        before = len(session.entries)
        status = decision(session)
    for line in _lines(status, arguments.checkpoint, before):
        console.show(line)
    for line in next_lines(status, arguments.run_dir):
        console.show(line)
    for line in journal_lines(status):
        console.show(line)
    console.document(status_document(status, arguments.run_dir) | {"exit_code": 0})
    return ExitCode.DONE


def _lines(status: Status, checkpoint: str | None, entries_before: int) -> Iterator[str]:
    last = [each for each in status.decisions if checkpoint in (None, each.checkpoint)][-1]
    verb = {Decision.APPROVE: "Approved", Decision.REVISE: "Revised", Decision.STOP: "Stopped"}[
        Decision(last.decision)
    ]
    if status.count == entries_before:
        verb = "Nothing new; approved before"
    scenario = f", scenario {last.scenario}" if last.scenario else ""
    yield wrapped(
        f"{verb}: the {last.checkpoint.value} checkpoint{scenario}, by {last.by}, content "
        f"{last.content_id[:12]}."
    )
    stale = [each.step.value.replace("_", " ") for each in status.steps if each.state == StepState.STALE]
    if stale and last.decision != Decision.STOP:
        yield f"To be done again: {', '.join(stale)}."
    elif last.decision == Decision.REVISE:
        yield wrapped(
            "No step that is done depends on what you changed: the same results wait for your decision."
        )
