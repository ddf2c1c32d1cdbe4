"""The Start sheet read and written: status, stages, decisions, cancel."""

from collections.abc import Mapping
from dataclasses import dataclass

from mmxlib.terms import Checkpoint, StepName
from mmxlib.workflow.status import RunState, Status, StepState
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.layout import start
from mmxlib_excel.layout.spec import Field
from mmxlib_excel.layout.stage import Stage
from mmxlib_excel.workbooks.file import value_in
from mmxlib_excel.workbooks.port import Changes, Workbook

STEP_OF: Mapping[Stage, StepName] = {
    Stage.SEGMENTS: StepName.SEGMENTATION,
    Stage.TRENDS: StepName.TREND_SCANNER,
    Stage.BASELINE: StepName.BASELINE,
    Stage.MODEL: StepName.MODEL_OPTIMIZATION,
    Stage.BUDGET: StepName.BUDGET_OPTIMIZATION,
    Stage.INSIGHTS: StepName.INSIGHT,
}
"""The step that each button of a step ends with."""

SAID_ABOVE = "in one sentence above, in full on the sheet Insights"
"""What the table says of the summary, whose sentence is longer than its cell."""


@dataclass(frozen=True, slots=True)
class TypedDecision:
    """One row of the decisions as it stands on the sheet; nothing typed is empty text."""

    checkpoint: Checkpoint
    decision: str
    scenario: str
    comment: str
    reviewer: str
    answer: str
    override: str
    content_id: str
    time: str


def typed_decisions(workbook: Workbook) -> tuple[TypedDecision, ...]:
    """Return what stands in the rows of the decisions."""
    rows = workbook.numbered_rows(start.NAME)
    block = start.DECISIONS
    found = []
    for row, checkpoint in enumerate(start.CHECKPOINT_ROWS):
        said = {
            column.name: text_of(value_in(rows, str(block.address(column.name, row))))
            for column in block.columns
            if column.name != "checkpoint"
        }
        found.append(TypedDecision(Checkpoint(checkpoint), **said))
    return tuple(found)


def text_of(value: object) -> str:
    """Return what was typed into a cell as text."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def cancel_wanted(workbook: Workbook) -> bool:
    """Return whether the button Cancel was pressed."""
    return bool(text_of(workbook.value(start.NAME, start.CANCEL.cell)))


def field_changes(field: Field, value: CellValue) -> Changes:
    """Return the change that puts a value into a single cell."""
    return Changes((Tile(field.sheet, field.cell, ((value,),)),))


def decision_changes(checkpoint: Checkpoint, values: Mapping[str, CellValue]) -> Changes:
    """Return the changes of some cells in a checkpoint's row of decisions."""
    block, row = start.DECISIONS, start.CHECKPOINT_ROWS.index(checkpoint)
    return Changes(
        tuple(Tile(block.sheet, str(block.address(name, row)), ((value,),)) for name, value in values.items())
    )


def stage_changes(
    status: Status | None, *, checked: tuple[str, str], running: StepName | None = None
) -> Changes:
    """Return the changes that make the table of stages say where the run stands.

    Parameters
    ----------
    status
        The run's; None before there is one.
    checked
        State and summary of the data check.
    running
        The step that runs now.
    """
    rows: list[tuple[CellValue, ...]] = []
    for number, (label, stage) in enumerate(start.STAGE_ROWS):
        if stage is Stage.CHECK:
            rows.append((label, checked[0], checked[1] or None, None))
        elif stage is None:
            checkpoint = Checkpoint.BASELINE if number < len(start.STAGE_ROWS) // 2 + 1 else Checkpoint.BUDGET
            rows.append((label, *_approval(status, checkpoint)))
        else:
            rows.append((label, *_step(status, STEP_OF[stage], running)))
    block = start.STAGES
    return Changes((Tile(block.sheet, str(block.body().first), tuple(rows)),))


def _step(status: Status | None, step: StepName, running: StepName | None) -> tuple[CellValue, ...]:
    found = None if status is None else next(each for each in status.steps if each.step is step)
    if running is step:
        return ("running", None, None)
    if found is None or found.state is StepState.OPEN:
        return (StepState.OPEN.value, None, None)
    took = None if found.seconds is None else f"{found.seconds:.1f} s"
    summary = SAID_ABOVE if step is StepName.INSIGHT and found.summary else found.summary
    return (found.state.value, summary or None, took)


def _approval(status: Status | None, checkpoint: Checkpoint) -> tuple[CellValue, ...]:
    if status is None:
        return (StepState.OPEN.value, None, None)
    if status.checkpoint is checkpoint:
        state = "stopped" if status.state is RunState.STOPPED else "waiting"
        return (state, " ".join(status.remarks) or None, None)
    holding = [each for each in status.decisions if each.checkpoint is checkpoint and each.holds]
    if not holding:
        return (StepState.OPEN.value, None, None)
    last = holding[-1]
    scenario = f", scenario {last.scenario}" if last.scenario else ""
    return ("approved", f"by {last.by}{scenario}", None)
