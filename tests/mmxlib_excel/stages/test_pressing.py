"""What each button does, told by the cells it leaves."""

import random
import signal
import subprocess
import sys

import pytest

from mmxlib.artifacts.fitted import FittedModel
from mmxlib.errors import ExitCode, RunError
from mmxlib.workflow.journal import EventKind, read_journal
from mmxlib.workflow.session import Session
from mmxlib_excel.layout import inputs, start
from mmxlib_excel.layout.book import SHEETS
from mmxlib_excel.layout.spec import Role
from mmxlib_excel.layout.stage import Stage
from mmxlib_excel.stages.pressing import perform
from mmxlib_excel.workbooks.file import FileWorkbook
from mmxlib_excel.workbooks.live import LiveWorkbook
from mmxlib_excel.workbooks.patience import Patience
from tests.mmxlib_excel.editing.workbooks import parts
from tests.mmxlib_excel.small_book import (
    decide,
    row_of,
    set_cell,
    small_book,
    small_file,
    status_of,
)
from tests.mmxlib_excel.stages.conftest import STRICT, Desk
from tests.mmxlib_excel.workbooks import fake_excel

NO_WAIT = Patience(seconds=1e9, pause=0.0, wait=lambda _: None)
PROTECTED = frozenset(sheet.name for sheet in SHEETS if sheet.role is Role.RESULT)


def _states(workbook):
    first = start.STAGES.body().first.row
    rows = dict(workbook.numbered_rows(start.NAME))
    return [rows[first + row][1] for row in range(start.STAGES.rows)]


def _steps(desk):
    entries = read_journal(desk.run / "journal.jsonl").entries
    return [each.said["step"] for each in entries if each.kind is EventKind.STEP]


def _live(desk, excel=None):
    book = fake_excel.Book(desk.folder / "plan.xlsm", excel or fake_excel.Excel(), protected=PROTECTED)
    return book, LiveWorkbook(book, protected=PROTECTED, patience=NO_WAIT)


def test_the_stages_say_where_the_run_stands(at_baseline, at_budget):
    before = ["done", "done", "done", "done", "waiting", "open", "open", "open", "open"]
    assert _states(at_baseline.workbook) == before
    after = ["done", "done", "done", "done", "approved", "done", "done", "waiting", "open"]
    assert _states(at_budget.workbook) == after


def test_only_sheets_that_are_written_change(at_baseline):
    before, after = parts(small_book(**STRICT)), parts((at_baseline.folder / "plan.xlsm").read_bytes())
    assert list(before) == list(after)
    changed = {name for name in after if after[name] != before[name]}
    assert changed
    assert all(name.startswith("xl/worksheets/sheet") for name in changed)


def test_a_step_alone_stops_after_its_step(at_baseline, tmp_path):
    desk = Desk(tmp_path)
    (tmp_path / "plan.xlsm").write_bytes((at_baseline.folder / "plan.xlsm").read_bytes())
    outcome = desk.press(Stage.SEGMENTS)
    assert outcome.code == ExitCode.DONE
    assert status_of(desk.workbook).startswith("Segments: done.")
    assert _states(desk.workbook)[:4] == ["done", "done", "open", "open"]
    assert (desk.run / "out" / "decks" / "executive_summary.html").is_file()


def test_cancel_is_obeyed_between_two_steps(at_baseline, tmp_path):
    desk = Desk(tmp_path)
    (tmp_path / "plan.xlsm").write_bytes((at_baseline.folder / "plan.xlsm").read_bytes())
    book, workbook = _live(desk)

    def say(sentence):
        if sentence.startswith("Scanning trends"):
            row, column = int(start.CANCEL.cell[1:]), 2
            book.sheets[start.NAME].cells[(row, column)] = "cancel"

    outcome = perform(workbook, Stage.NEXT, home=tmp_path, live=True, say=say)
    assert outcome.code == ExitCode.INTERRUPTED
    assert status_of(workbook).startswith("Canceled between two steps; what is done is kept.")
    assert workbook.value(start.NAME, start.CANCEL.cell) is None
    assert _steps(desk) == ["segmentation", "trend_scanner"]
    assert perform(workbook, Stage.NEXT, home=tmp_path, live=True).code == ExitCode.WAITING


def test_an_open_workbook_and_a_file_get_the_same_cells(at_baseline, tmp_path):
    desk = Desk(tmp_path)
    small_file(tmp_path, **STRICT)
    chance = random.Random(3)
    book, workbook = _live(desk, fake_excel.Excel(lambda number: chance.random() < 0.2))
    said = []
    outcome = perform(workbook, Stage.NEXT, home=tmp_path, live=True, say=said.append)
    assert outcome.code == ExitCode.WAITING
    assert said[0] == "Reading the data and settings …"
    own = (start.NAME, "Journal")  # times differ there, and the folder
    for sheet in workbook.sheets():
        if sheet not in own:
            assert workbook.numbered_rows(sheet) == at_baseline.workbook.numbered_rows(sheet), sheet
    assert _states(workbook) == _states(at_baseline.workbook)
    assert book.locked == set(PROTECTED)


def test_faults_are_said_beside_their_cells_and_nothing_runs(at_baseline, tmp_path):
    desk = at_baseline.copied(tmp_path)
    before = read_journal(desk.run / "journal.jsonl").entries
    sales = inputs.SALES.blocks[0]
    set_cell(desk.workbook, "Sales", str(sales.address("sales", 3)), "many")
    outcome = desk.press(Stage.CHECK)
    assert outcome.code == ExitCode.INPUT
    assert "MMX-D" in str(desk.workbook.value("Sales", str(sales.address("check", 3))))
    assert status_of(desk.workbook).startswith("Stopped: 1 thing is wrong on the sheets")
    assert _states(desk.workbook)[0] == "faults"
    first = str(start.FINDINGS.address("sheet", 0))
    assert desk.workbook.value(start.NAME, first) == "Sales"
    assert desk.press(Stage.NEXT).code == ExitCode.INPUT
    assert read_journal(desk.run / "journal.jsonl").entries == before
    set_cell(desk.workbook, "Sales", str(sales.address("sales", 3)), 1000.0)
    assert desk.press(Stage.CHECK).code == ExitCode.DONE
    assert desk.workbook.value("Sales", str(sales.address("check", 3))) is None


def test_a_planner_without_a_model_is_refused_in_words(at_baseline, tmp_path):
    desk = at_baseline.copied(tmp_path)
    outcome = desk.press(Stage.PLANNER)
    assert outcome.code == ExitCode.INPUT
    assert status_of(desk.workbook).startswith("Stopped: ")
    with Session.open(desk.run) as session, pytest.raises(RunError):
        session.artifact(FittedModel)


def test_the_report_says_where_it_is(at_budget, tmp_path):
    desk = at_budget.copied(tmp_path)
    assert desk.press(Stage.REPORT).code == ExitCode.DONE
    assert str(desk.run / "out" / "decks" / "executive_summary.html") in status_of(desk.workbook)


@pytest.mark.parametrize("stage", [Stage.PLANNER, Stage.REPORT])
def test_before_the_first_run_a_button_says_what_to_press(tmp_path, stage):
    small_file(tmp_path, **STRICT)
    desk = Desk(tmp_path)
    assert desk.press(stage).code == ExitCode.INPUT
    said = status_of(desk.workbook)
    assert "Nothing was run from this workbook yet. Press Run to next approval first." in said


def test_a_workbook_of_another_name_begins_a_run_of_its_own_and_says_where_the_earlier_one_is(
    at_baseline, tmp_path
):
    desk = at_baseline.copied(tmp_path / "old")
    desk.press()
    renamed = tmp_path / "new.xlsm"
    renamed.write_bytes((desk.folder / "plan.xlsm").read_bytes())
    workbook, home = FileWorkbook(renamed), tmp_path / "home"
    decide(workbook, "baseline", decision="approve", reviewer="Ana")
    assert perform(workbook, Stage.NEXT, home=home).code == ExitCode.WAITING
    said = status_of(workbook)
    assert "This workbook was moved, renamed or copied" in said
    assert str(desk.run) in said
    row = row_of(workbook, "baseline")
    assert "nothing was put before you yet" in row.answer
    assert row.content_id == desk.row("baseline").content_id
    assert perform(workbook, Stage.NEXT, home=home).code == ExitCode.WAITING
    assert "moved" not in status_of(workbook)


def test_a_run_in_use_is_told(at_baseline, tmp_path):
    desk = at_baseline.copied(tmp_path)
    with Session.open(desk.run):
        assert desk.press(Stage.NEXT).code == ExitCode.IN_USE
    assert "in use" in status_of(desk.workbook)


def test_data_that_are_no_sample_are_never_cleared(at_baseline, tmp_path):
    desk = at_baseline.copied(tmp_path)
    before = desk.workbook.numbered_rows("Sales")
    assert desk.press(Stage.CLEAR).code == ExitCode.DONE
    assert desk.workbook.numbered_rows("Sales") == before
    assert "Left as they are, since they were changed: Sales, Media and Events" in status_of(desk.workbook)


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")
@pytest.mark.parametrize("turn", ["Finding segments", "Measuring the baseline", "Writing the reports"])
def test_a_kill_leaves_a_whole_workbook_and_a_run_that_goes_on(at_baseline, tmp_path, turn):
    desk = Desk(tmp_path)
    path = tmp_path / "plan.xlsm"
    path.write_bytes((at_baseline.folder / "plan.xlsm").read_bytes())
    before = path.read_bytes()
    words = ["-m", "mmxlib", "excel", "run", str(path), "--run-dir", str(desk.run)]
    child = subprocess.Popen([sys.executable, *words], stderr=subprocess.PIPE, text=True)
    assert child.stderr is not None
    for line in child.stderr:  # a sentence for each turn of the press
        if line.startswith(turn):
            break
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stderr.close()
    content = path.read_bytes()
    assert content == before or FileWorkbook(path).value(start.NAME, "A1") is not None
    outcome = desk.press()
    assert outcome.code == ExitCode.WAITING
    assert _steps(desk) == ["segmentation", "trend_scanner", "baseline"]
    assert desk.row("baseline").content_id == at_baseline.row("baseline").content_id
