"""Every button really pressed, from the first check to the report: macro, add-in, worker, cells.

One workbook goes its whole way once, its cells and its journal are kept, and the tests look at them; a twin
goes the same way by ``mmx excel run``.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import mmxlib as mmx
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.cli.main import main
from mmxlib.model.model import Model
from mmxlib.terms import StepName
from mmxlib.workflow.journal import Entry, EventKind, read_journal
from mmxlib.workflow.session import Session
from mmxlib_excel.layout import start
from mmxlib_excel.layout.book import SHEETS
from mmxlib_excel.layout.planner import planner_places as at
from mmxlib_excel.layout.planner.planner_sheet import RECOMMENDED
from mmxlib_excel.layout.spec import Role
from mmxlib_excel.layout.stage import LABELS, Stage
from mmxlib_excel.stages.pressing import SUMMARY
from mmxlib_excel.stages.showing import result_changes
from mmxlib_excel.workbooks.file import FileWorkbook
from tests.libreoffice import with_xlwings
from tests.libreoffice.desk import Desk, desk_at, opened_pages
from tests.libreoffice.engine.values import serial
from tests.libreoffice.office import Office
from tests.libreoffice.pressing import Pressed
from tests.mmxlib_excel.planner.market import component
from tests.mmxlib_excel.small_book import decide, small_book

pytestmark = pytest.mark.slow  # a dozen presses, each of which starts Python twice

RESULTS = [sheet.name for sheet in SHEETS if sheet.role is Role.RESULT]
RTOL = 1e-9
"""Formulas sum in another order, and powers and exponentials are the spreadsheet's own."""

BASELINE = {"decision": "approve", "reviewer": "Ana", "comment": "as expected"}
BUDGET = {"decision": "approve", "reviewer": "Ben", "scenario": "aggressive"}
WAY: tuple[tuple[Stage, str], ...] = (
    (Stage.CHECK, "^The data and settings can be used: 3 sub-category series of 110 periods"),
    (Stage.SEGMENTS, "^Segments: done"),
    (Stage.TRENDS, "^Trends: done"),
    (Stage.BASELINE, "^Waiting for your decision on the baseline"),
    (Stage.MODEL, "^Model: done"),
    (Stage.BUDGET, "^Waiting for your decision on the budget"),
    (Stage.INSIGHTS, "^Done: every step holds"),
    (Stage.PLANNER, "^The planner has the present model"),
    (Stage.REPORT, "^The report is "),
    (Stage.NEXT, "^Done: every step holds"),
    (Stage.CLEAR, "Left as they are"),
)
DECIDED: Mapping[Stage, tuple[str, Mapping[str, str]]] = {
    Stage.MODEL: ("baseline", BASELINE),
    Stage.INSIGHTS: ("budget", BUDGET),
}
"""What is typed before a button is pressed."""

BY_RIBBON = (Stage.TRENDS, Stage.BUDGET, Stage.PLANNER)
OWN_SHEET = """
sheet = book.sheets.add("Mine")
sheet["A1"].value = "my own"
sheet["A2"].value = 1234.5
sheet["A2"].number_format = "0.00"
sheet["A2"].color = (255, 0, 0)
sheet["B1"].formula = "=A2*2"
sheet["B2"].formula = "=SUM(Sales!D:D)"
sheet["B3"].formula = "=my_number+1"
book.names.add("my_number", "=Mine!$A$2")
"""
OWN_SHEET_READ = """
sheet = book.sheets["Mine"]
found = (
    sheet["A1"].value, sheet["A2"].value, sheet["A2"].number_format, sheet["A2"].color,
    sheet["B1"].formula, sheet["B2"].formula, sheet["B3"].formula, sheet["B3"].value,
    book.names["my_number"].refers_to,
)
"""


@dataclass
class Story:
    """What was seen on the way: statuses by stage, sheets at its end, formulas before and after."""

    desk: Desk
    own_before: str
    formulas_before: Mapping[str, str]
    shown: dict[Stage, Pressed] = field(default_factory=dict)
    pages: Sequence[str] = ()
    answers: Sequence[str] = ()


@pytest.fixture(scope="module")
def story(persons_office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    path = tmp_path_factory.mktemp("desk") / "plan.xlsm"
    with desk_at(persons_office, path, small_book()) as desk:
        _evaluated(desk, OWN_SHEET)
        told = Story(desk, _evaluated(desk, OWN_SHEET_READ), desk.book.formulas())
        for stage, until in WAY:
            if stage in DECIDED:
                checkpoint, values = DECIDED[stage]
                desk.decide(checkpoint, **values)
            pressed = desk.ribbon if stage in BY_RIBBON else desk.press
            told.shown[stage] = pressed(stage, until)
            desk.book.ended_calls()
        told.pages = opened_pages(persons_office)
        told.answers = [desk.decided(each, "answer") for each in start.CHECKPOINT_ROWS]
        yield told


@pytest.fixture(scope="module")
def twin(story: Story, tmp_path_factory: pytest.TempPathFactory) -> tuple[FileWorkbook, Path]:
    """A copy of the workbook and its run, made by the command line in the same steps."""
    folder = tmp_path_factory.mktemp("twin")
    path, run = folder / "plan.xlsm", folder / "run"
    path.write_bytes(small_book())
    for stage, _ in WAY:
        if stage in DECIDED:
            checkpoint, values = DECIDED[stage]
            decide(FileWorkbook(path), checkpoint, **values)
        main(["excel", "run", str(path), "--stage", stage.value, "--run-dir", str(run)])
    return FileWorkbook(path), run


def _evaluated(desk: Desk, lines: str) -> str:
    said: str = desk.book.office.answer(with_xlwings.evaluated, name=desk.book.name, lines=lines)
    return said


def _cells(rows: Sequence[Sequence[object]]) -> dict[tuple[int, int], str]:
    """Return what stands in cells as text by row and column; cells with nothing are left out."""
    return {
        (r, c): _exactly(value)
        for r, row in enumerate(rows, start=1)
        for c, value in enumerate(row, start=1)
        if value not in (None, "")
    }


def _exactly(value: object) -> str:
    """Return a value as text that no other value has; a day is a number in a cell."""
    if isinstance(value, dt.date):
        return repr(float(serial(value)))
    return repr(float(value)) if isinstance(value, int | float) else str(value)


def _with_formulas(path: Path, sheet: str) -> set[tuple[int, int]]:
    cells = openpyxl.load_workbook(path)[sheet].iter_rows()
    return {(cell.row, cell.column) for row in cells for cell in row if cell.data_type == "f"}


def _said(entries: Sequence[Entry]) -> list[tuple[object, ...]]:
    """Return a journal without its times and what they change: durations and files that quote times."""
    free = ("seconds", "files", "made_with")
    return [
        (each.kind, {name: value for name, value in each.said.items() if name not in free})
        for each in entries
    ]


@pytest.mark.parametrize("stage", [stage for stage, _ in WAY])
def test_a_press_says_that_it_starts_and_how_it_ended(story: Story, stage: Stage) -> None:
    texts = [text for _, text in story.shown[stage].shown]
    assert f"{LABELS[stage]}: starting …" in texts[:3]
    assert len(texts) >= 2


def test_no_started_python_wrote_or_failed(story: Story) -> None:
    calls = story.desk.book.ended_calls()
    assert len(calls) == len(WAY)
    assert {(call.exit_code, call.output, call.errors) for call in calls} == {(0, "", "")}


def test_no_worker_left_a_traceback(story: Story) -> None:
    assert "Traceback" not in (story.desk.home / "worker.log").read_text("utf-8")


def test_decisions_are_taken_down_as_typed(story: Story) -> None:
    approved = [each.said for each in story.desk.entries() if each.kind is EventKind.APPROVE]
    assert [(said["by"], said["comment"], said["scenario"]) for said in approved] == [
        ("Ana", "as expected", None),
        ("Ben", "", "aggressive"),
    ]
    assert story.answers[0].startswith("Approved by Ana at ")
    assert story.answers[1].endswith("UTC, scenario aggressive.")


def test_the_stages_are_all_done(story: Story) -> None:
    places = [f"Start!{start.STAGES.address('state', row)}" for row in range(start.STAGES.rows)]
    states = story.desk.book.cells(places)
    assert states == ["done", "done", "done", "done", "approved", "done", "done", "approved", "done"]


def test_the_report_is_opened_in_the_browser(story: Story) -> None:
    report = story.desk.run / "out" / "decks" / SUMMARY
    assert report.is_file()
    assert story.pages == [report.as_uri()]


def test_data_that_are_no_sample_are_not_cleared(story: Story) -> None:
    assert "Left as they are, since they were changed: Sales, Media and Events" in story.desk.status()


def test_cells_hold_what_python_holds(story: Story) -> None:
    with Session.open(story.desk.run) as session:
        changes = result_changes(session, list(StepName))
    sheets = sorted({tile.sheet for tile in changes.cells})
    shown = {sheet: _cells(rows) for sheet, rows in story.desk.book.rows(sheets).items()}
    wanted: dict[str, dict[tuple[int, int], str]] = {}
    for tile in changes.cells:
        first = tile.area.first
        for (r, c), text in _cells(tile.rows).items():
            wanted.setdefault(tile.sheet, {})[first.row + r - 1, first.column + c - 1] = text
    assert sum(map(len, wanted.values())) > 2000
    for sheet, cells in wanted.items():
        found = {place: shown[sheet].get(place) for place in cells}
        assert found == cells, sheet


@pytest.mark.parametrize("sheet", [each for each in RESULTS if each != "Journal"])
def test_an_open_workbook_shows_what_the_command_line_writes(
    story: Story, twin: tuple[FileWorkbook, Path], sheet: str
) -> None:
    shown = _cells(story.desk.book.rows([sheet])[sheet])
    numbered = dict(twin[0].numbered_rows(sheet))
    wanted = _cells([numbered.get(number, ()) for number in range(1, max(numbered) + 1)])
    for place in _with_formulas(twin[0].path, sheet):  # nothing calculates them in a file
        shown.pop(place, None)
        wanted.pop(place, None)
    assert wanted
    assert shown == wanted


def test_the_journal_is_that_of_the_command_line_but_for_times(
    story: Story, twin: tuple[FileWorkbook, Path]
) -> None:
    by_command = read_journal(twin[1] / "journal.jsonl").entries
    assert _said(story.desk.entries()) == _said(by_command)


def test_the_planner_calculates_the_reference_forecast(story: Story, tmp_path: Path) -> None:
    book = story.desk.book
    book.type_value(at.PLAN.away(), RECOMMENDED)
    book.recalculate()
    with Session.open(story.desk.run) as session:
        response = session.artifact(FittedModel).response
        chosen = session.artifact(BudgetPlan)
    forecast = mmx.forecast(Model(response), chosen, estimate="reference")
    panel = response.panel
    wanted = [(at.BY_UNIT, u, component(forecast, "outcome", unit)) for u, unit in enumerate(panel.units)]
    for c, channel in enumerate(panel.channel_names):
        brought = np.sum([component(forecast, channel, unit) for unit in panel.units], axis=0)
        wanted.append((at.CONTRIBUTIONS, c, brought))
    for grid, row, values in wanted:
        shown = book.cells([grid.away(row, week) for week in range(len(values))])
        np.testing.assert_allclose(np.array(shown, dtype=float), values, rtol=RTOL)


def test_no_cell_became_a_formula_and_none_ceased_to_be_one(story: Story) -> None:
    assert story.desk.book.formulas() == story.formulas_before


def test_a_sheet_of_the_user_is_left_as_it_is(story: Story) -> None:
    assert _evaluated(story.desk, OWN_SHEET_READ) == story.own_before
