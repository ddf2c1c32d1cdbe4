"""The record of a run as tables: what is true of its results, and everything that ever happened."""

from collections.abc import Sequence

import pandas as pd

from mmxlib.workflow.checkpoints import DECISIONS, StepRecord
from mmxlib.workflow.journal import Entry, EventKind


def audit_table(done: Sequence[StepRecord], entries: Sequence[Entry]) -> pd.DataFrame:
    """Return the steps behind the present results and all decisions, in order and without times.

    Columns: number, event, subject, by, comment, scenario, override, details, content. Times and durations
    stay in the journal, so that the same data, settings and decisions give the same table.
    """
    records = {each.key: each for each in done}
    # a step that was taken back and done again counts where its present result was made
    last = {each.said["key"]: each.number for each in entries if each.kind is EventKind.STEP}
    rows = []
    for entry in entries:
        said = entry.said
        if entry.kind is EventKind.STEP and said["key"] in records and last[said["key"]] == entry.number:
            record = records[said["key"]]
            rows.append(_row("step", record.step.value, details=record.summary, content=record.artifact))
        elif entry.kind in DECISIONS:
            rows.append(
                _row(
                    DECISIONS[entry.kind].value,
                    said["checkpoint"],
                    by=said["by"],
                    comment=said["comment"],
                    scenario=said.get("scenario") or "",
                    override=said.get("override") or "",
                    details=_patch(said.get("patch") or {}),
                    content=said["content_id"],
                )
            )
    table = pd.DataFrame(rows, columns=list(_row("", "")), dtype="str")
    table.insert(0, "number", range(1, len(table) + 1))
    return table


def _row(
    event: str,
    subject: str,
    *,
    by: str = "",
    comment: str = "",
    scenario: str = "",
    override: str = "",
    details: str = "",
    content: str = "",
) -> dict[str, str]:
    return {
        "event": event,
        "subject": subject,
        "by": by,
        "comment": comment,
        "scenario": scenario,
        "override": override,
        "details": details,
        "content": content,
    }


def _patch(patch: dict[str, object]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in patch.items())
