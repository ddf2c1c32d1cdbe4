"""However a worker ends, the status cell says so in words and the log tells the rest."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from mmxlib.errors import ExitCode, WorkbookError
from mmxlib_excel import __main__ as worker
from mmxlib_excel.layout import start
from mmxlib_excel.layout.stage import Stage
from mmxlib_excel.stages.folders import LOG
from mmxlib_excel.stages.press_result import PressResult
from mmxlib_excel.stages.pressing import SUMMARY
from mmxlib_excel.stages.start_sheet import field_changes
from mmxlib_excel.stages.worker import working
from mmxlib_excel.workbooks.port import Changes


@dataclass
class Book:
    """An open workbook of which only what is written is kept."""

    written: list[Changes] = field(default_factory=list)

    def write(self, changes: Changes) -> None:
        self.written.append(changes)


def press(home: Path, stage: Stage = Stage.NEXT) -> int:
    return worker.main([stage.value, "--book", "plan.xlsm", "--pid", "7", "--home", str(home)])


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Book:
    """Return the workbook to which the worker finds its way."""
    found = Book()
    monkeypatch.setattr(worker, "attached", lambda name, pid: found)
    return found


def performing(monkeypatch: pytest.MonkeyPatch, result: PressResult | Exception) -> None:
    """Let a press end in that way."""

    def perform(*arguments: object, **others: object) -> PressResult:
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(worker, "perform", perform)


def test_a_second_worker_of_a_workbook_leaves_it_alone(
    tmp_path: Path, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    with working(tmp_path) as free:
        assert free
        assert press(tmp_path) == ExitCode.IN_USE
    assert "next: another worker is at work" in capsys.readouterr().err
    assert book.written == []


@pytest.mark.parametrize("apps", [{}, {7: SimpleNamespace(books=[])}])
def test_a_workbook_that_was_closed_meanwhile_is_named_in_the_log(
    tmp_path: Path, apps: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "xlwings", SimpleNamespace(apps=apps))
    assert press(tmp_path) == WorkbookError.exit_code
    said = capsys.readouterr().err
    assert "plan.xlsm: the workbook is not open in Excel any more" in said
    assert "MMX-X092" in said


def test_a_fault_of_the_workbook_stands_in_its_status(
    tmp_path: Path, book: Book, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = WorkbookError("The sheet Sales is gone.", remedy="Bring it back.", code="MMX-X001")
    performing(monkeypatch, fault)
    assert press(tmp_path) == fault.exit_code
    said = "Stopped: The sheet Sales is gone. Bring it back. [MMX-X001]"
    assert book.written == [field_changes(start.STATUS, said)]
    assert "The sheet Sales is gone" in capsys.readouterr().err


def test_a_fault_of_ours_is_owned_in_the_status_and_traced_in_the_log_alone(
    tmp_path: Path, book: Book, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    performing(monkeypatch, ZeroDivisionError("by nothing"))
    assert press(tmp_path) == ExitCode.INTERNAL
    said = "Something went wrong inside mmxlib (ZeroDivisionError). This is our fault, not yours. "
    assert book.written == [field_changes(start.STATUS, f"{said}The log tells more: {tmp_path / LOG}")]
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(("stage", "opened"), [(Stage.REPORT, True), (Stage.ALL, False)])
def test_the_summary_is_opened_only_where_the_report_was_asked_for(
    tmp_path: Path, book: Book, stage: Stage, *, opened: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(worker.webbrowser, "open_new_tab", shown.append)
    files = (tmp_path / "plan.csv", tmp_path / SUMMARY)
    performing(monkeypatch, PressResult(stage, ExitCode.DONE, "Done.", tmp_path, files=files))
    assert press(tmp_path, stage) == 0
    assert shown == ([(tmp_path / SUMMARY).as_uri()] if opened else [])
