"""The Start sheet: what to do, where the run stands, what waits for a person, and where to read."""

from collections.abc import Mapping, Sequence

from mmxlib.report.columns import Kind
from mmxlib.terms import Decision
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.layout.spec import Block, Button, Column, Field, Role, Sheet, Text
from mmxlib_excel.layout.stage import LABELS, Stage

NAME = "Start"
_TODAY = (
    "1. Paste your tables over the samples on Sales, Media, Events, Controls and Experiments.",
    "2. Press Check data: what is wrong is said beside the cell it concerns.",
    "3. Press Run to next approval: the run goes on until it needs you.",
    "4. Read the sheets named under Waits for, choose a decision below, enter your name, press it again.",
    "5. After the last approval read Insights and Budget, and try your own plan on Planner.",
)
_FIRST_WORDS, _FIELDS, _STAGES, _DECISIONS, _FINDINGS = 4, 10, 18, 30, 35
SCENARIO_NAMES = "=Scenarios!$A$6:$A$35"
"""Where the names of scenarios stand; said here, since that sheet's module takes seconds to import."""

_WIDE, _NEXT, _PRESS = 86.0, 40.0, 20.0
"""The widths of the third to the sixth column; in the last two of them stand the buttons."""

_ROW = 20.0  # points: a button stands in each row of the stages


def _field(number: int, name: str, label: str, note: str, value: str | None = None) -> Field:
    return Field(name, NAME, f"B{_FIELDS + number}", label, Kind.TEXT, note=note, value=value)


STATUS = _field(0, "mmx_status", "Status", "What is done now, or how the last press ended.", "Ready.")
WAITS = _field(1, "mmx_waits", "Waits for", "What needs your decision, and which sheets to read before.")
HEADLINE = _field(2, "mmx_headline", "In one sentence", "The result, once there is one.")
REPORT_PLACE = _field(3, "mmx_report_place", "Report", "The summary as a page for the browser.")
RUN_PLACE = _field(4, "mmx_run_place", "Run folder", "Where every result and decision is kept.")
CANCEL = Field(
    "mmx_cancel_wish",
    NAME,
    f"B{_FIELDS + 5}",
    "Cancel pressed",
    Kind.TEXT,
    note="The button Cancel writes here; the run then ends after the step it is in.",
)

STAGES = Block(
    "mmx_stages",
    NAME,
    f"A{_STAGES}",
    (
        Column("stage", "Stage", Kind.TEXT, "A step of the run, or an approval.", 21.0),
        Column("state", "State", Kind.TEXT, "open, running, done, stale (to do again) or waiting.", 14.0),
        Column("summary", "Summary", Kind.TEXT, "What it found.", _WIDE),
        Column("duration", "Took", Kind.TEXT, "How long the step took.", _NEXT),
    ),
    rows=9,
    title="Stages",
    row_height=_ROW,
)
DECISIONS = Block(
    "mmx_decisions",
    NAME,
    f"A{_DECISIONS}",
    (
        Column("checkpoint", "Approval", Kind.TEXT, "What is decided on.", 21.0, fixed=True),
        Column(
            "decision",
            "Decision",
            Kind.TEXT,
            "approve; revise: take the settings that you changed on the sheets and do again what depends on "
            "them; stop.",
            14.0,
            tuple(Decision),
        ),
        Column("comment", "Comment", Kind.SENTENCE, "Why; it is recorded.", _WIDE),
        Column("answer", "Answer", Kind.SENTENCE, "What became of the decision.", _NEXT, fixed=True),
        Column("reviewer", "Your name", Kind.TEXT, "Who decides; it is recorded.", _PRESS),
        Column("scenario", "Scenario", Kind.TEXT, "At the budget: which one becomes the plan.", _PRESS),
        Column(
            "override",
            "Reason to override",
            Kind.SENTENCE,
            "Only where a guardrail failed: why it is approved all the same.",
            30.0,
        ),
        Column(
            "content_id", "Results shown", Kind.TEXT, "Stands for what was put before you.", 16.0, fixed=True
        ),
        Column("time", "Time (UTC)", Kind.TEXT, "When the decision was recorded.", 20.0, fixed=True),
    ),
    rows=2,
    is_input=True,
    title="Approvals",
    row_height=32.0,
    choices_from={"scenario": SCENARIO_NAMES},
)
FINDINGS = Block(
    "mmx_findings",
    NAME,
    f"A{_FINDINGS}",
    (
        Column("sheet", "Sheet", Kind.TEXT, "Where it is.", 21.0),
        Column("cell", "Cell", Kind.TEXT, "The cell, row or column there.", 14.0),
        Column("what", "What", Kind.SENTENCE, "What is wrong, or worth knowing.", _WIDE),
        Column("remedy", "What to do", Kind.SENTENCE, "What to do about it.", _NEXT),
        Column("code", "Code", Kind.TEXT, "The fault's code; empty: nothing must be done.", _PRESS),
    ),
    rows=25,
    title="What was found in the data and settings",
    row_height=32.0,
)
CHECKPOINT_ROWS = ("baseline", "budget")
"""What the two rows of the decisions are about, in their order."""
STAGE_ROWS: tuple[tuple[str, Stage | None], ...] = (
    (LABELS[Stage.CHECK], Stage.CHECK),
    (LABELS[Stage.SEGMENTS], Stage.SEGMENTS),
    (LABELS[Stage.TRENDS], Stage.TRENDS),
    (LABELS[Stage.BASELINE], Stage.BASELINE),
    ("Approval: baseline", None),
    (LABELS[Stage.MODEL], Stage.MODEL),
    (LABELS[Stage.BUDGET], Stage.BUDGET),
    ("Approval: budget", None),
    (LABELS[Stage.INSIGHTS], Stage.INSIGHTS),
)
"""The rows of the stages: what stands in each, and the stage of its button; an approval has none."""


def macro(stage: Stage) -> str:
    """Return the name of the macro that presses a stage."""
    return f"Mmx_{stage.value.title()}"


def _button(label: str, name: str, cell: str, height: int = 28) -> Button:
    return Button(label, name, cell, width=140, height=height)


def _beside(row: int, stage: Stage) -> Button:
    return _button(LABELS[stage], macro(stage), f"E{_STAGES + 1 + row}", height=24)


_ABOVE = (
    _button(LABELS[Stage.NEXT], macro(Stage.NEXT), f"E{_FIRST_WORDS}"),
    _button(LABELS[Stage.ALL], macro(Stage.ALL), f"F{_FIRST_WORDS}"),
    _button("Cancel", "Mmx_Cancel", f"E{_FIRST_WORDS + 2}"),
    _button(LABELS[Stage.REPORT], macro(Stage.REPORT), f"F{_FIRST_WORDS + 2}"),
    _button(LABELS[Stage.PLANNER], macro(Stage.PLANNER), f"E{_FIRST_WORDS + 4}"),
    _button(LABELS[Stage.CLEAR], macro(Stage.CLEAR), f"F{_FIRST_WORDS + 4}"),
)
"""Beside the words on what to do, in two columns; Cancel below what it stops, away from what clears."""

CONTENTS: Mapping[str, Sequence[Sequence[CellValue]]] = {
    STAGES.name: tuple((label, "open", None, None) for label, _ in STAGE_ROWS),
    DECISIONS.name: tuple((name,) for name in CHECKPOINT_ROWS),
}
"""What stands in the tables before anything is pressed."""

SHEETS: tuple[Sheet, ...] = (
    Sheet(
        NAME,
        "Start",
        Role.START,
        "Marketing mix",
        "What each channel brought, what the next weeks will bring, and which budget is best.",
        blocks=(STAGES, DECISIONS, FINDINGS),
        fields=(STATUS, WAITS, HEADLINE, REPORT_PLACE, RUN_PLACE, CANCEL),
        texts=tuple(Text(f"A{_FIRST_WORDS + row}", words, over=4) for row, words in enumerate(_TODAY)),
        buttons=(
            *_ABOVE,
            *(_beside(row, stage) for row, (_, stage) in enumerate(STAGE_ROWS) if stage is not None),
        ),
    ),
)
