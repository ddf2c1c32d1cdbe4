"""The audit trail as changes of its sheet."""

from collections.abc import Sequence

from mmxlib.workflow.status import Status
from mmxlib.workflow.trail import TrailLine
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.layout.results.journal import COUNT, DECISIONS, EVENTS, HEAD, SHEET, STEPS, VERSION
from mmxlib_excel.results.writing import (
    Row,
    cell,
    cut_sentence,
    field_changes,
    fitting,
    in_lines,
    state_changes,
    written,
)
from mmxlib_excel.workbooks.port import Changes

SECOND = len("2025-12-31T23:59:59")
"""The characters of a time to the second."""

DIGITS = 12
"""The digits of an identity that a cell shows."""


def journal_changes(status: Status, trail: Sequence[TrailLine]) -> Changes:
    """Return the changes that show what happened in a run.

    Parameters
    ----------
    status
        Where the run stands.
    trail
        Everything that happened, oldest first, as `mmxlib.workflow.trail.trail` tells it.
    """
    decisions = status.decisions[-DECISIONS.rows :]
    events: list[Row] = [
        (*((float(each.number), _time(each.at)) if at == 0 else (None, None)), line[-1])
        for each in reversed(trail)
        for at, line in enumerate(in_lines(None, " ".join((each.text, *each.details)), before=0))
    ]
    sentences = (
        f"{status.state.value.capitalize()}.",
        *status.remarks,
        cut_sentence(len(status.decisions), DECISIONS, "decisions", "the latest ones"),
        cut_sentence(len(events), EVENTS, "lines on events", "the latest ones"),
    )
    return (
        state_changes(SHEET, sentences)
        + field_changes(HEAD, status.head)
        + field_changes(COUNT, status.count)
        + field_changes(VERSION, status.version)
        + written(STEPS, _steps(status))
        + written(
            DECISIONS,
            [
                (
                    str(each.checkpoint), each.decision, _time(each.at), cell(each.by),
                    "yes" if each.holds else None, cell(each.comment), cell(each.override),
                    cell(each.scenario), each.content_id[:DIGITS],
                )
                for each in decisions
            ],
        )
        + written(EVENTS, fitting(events, EVENTS))
    )  # fmt: skip


def _steps(status: Status) -> list[Row]:
    return [
        (
            each.step.value.replace("_", " ").capitalize(), each.state.value, _time(each.at),
            cell(each.seconds), cell(each.origin.version if each.origin else ""), cell(each.summary),
        )
        for each in status.steps
    ]  # fmt: skip


def _time(at: str) -> CellValue:
    """Return a time to the second, in UTC as the headings say."""
    return cell(at[:SECOND].replace("T", " "))
