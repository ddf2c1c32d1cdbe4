"""Real presses of real buttons: macro, add-in, Python, xlwings, cell."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.libreoffice.calls import OfficeError
from tests.libreoffice.macro_books import MACROS, WRITE_DONE, plan_book
from tests.libreoffice.office import Office
from tests.libreoffice.pressing import OpenBook, opened_book


@pytest.fixture
def plan(office: Office, tmp_path: Path) -> Iterator[OpenBook]:
    with opened_book(office, plan_book(tmp_path / "plan.xlsm")) as book:
        yield book


def test_a_pressed_button_runs_python_that_writes_the_cell(plan: OpenBook) -> None:
    assert plan.buttons() == [("Start", "Do it"), ("Start", "Break it")]
    pressed = plan.press("Do it", watch="state", until="^done")
    assert [text for _, text in pressed.shown] == ["STARTED", "done tv"]
    assert pressed.first_seconds <= pressed.seconds
    (call,) = plan.ended_calls()
    assert (call.book, call.code) == ("plan.xlsm", WRITE_DONE)
    assert (call.exit_code, call.output, call.errors) == (0, "", "")


def test_a_callback_of_the_ribbon_runs_the_same(plan: OpenBook) -> None:
    pressed = plan.ribbon("Ribbon_Done", watch="Start!B2", until="^done")
    assert pressed.shown[-1][1] == "done tv"


def test_what_python_says_when_it_fails_is_told(plan: OpenBook) -> None:
    with pytest.raises(OfficeError, match=r"(?s)did not match.*it broke"):
        plan.press("Break it", watch="state", until="^done", seconds=2.0)
    (call,) = plan.ended_calls()
    assert (call.exit_code, call.output, call.errors) == (1, "half way\n", "it broke\n")


def test_without_the_add_in_no_python_starts(office: Office, tmp_path: Path) -> None:
    with opened_book(office, plan_book(tmp_path / "plan.xlsm"), add_in=False) as book:
        book.press("Do it", watch="state", until="^STARTED")
        assert book.python_calls() == []


def test_a_label_that_no_button_bears_is_refused(plan: OpenBook) -> None:
    with pytest.raises(OfficeError, match=r"0 buttons are labeled 'Run'; labels are \['Do it', 'Break it'\]"):
        plan.press("Run", watch="state", until="")


def test_a_macro_returns_its_value(plan: OpenBook) -> None:
    assert plan.macro("Ping") == "pong"
    assert plan.macro("Main.Twice", 2.25) == 4.5


def test_a_project_that_does_not_compile_answers_nothing(office: Office, tmp_path: Path) -> None:
    broken = MACROS + "\nPublic Sub Broken()\n    If True Then Then\nEnd Sub\n"
    with opened_book(office, plan_book(tmp_path / "plan.xlsm", macros=broken)) as book:
        assert book.macro("Ping") is None


def test_cells_are_read_exactly_and_as_they_are_shown(plan: OpenBook) -> None:
    places = ["Start!A1", "state", "Start!B3", "Start!B4", "Start!B5", "'Our results'!A1"]
    assert plan.cells(places) == ["who", None, 45663.0, 1 / 3, "#DIV/0!", "locked"]
    assert plan.shown(places) == ["who", "", "2025-01-06", "0.333333333333333", "#DIV/0!", "locked"]


def test_values_are_typed_as_a_user_types_them(plan: OpenBook) -> None:
    typed = {
        "Start!C1": 12.5,
        "Start!C2": "=C1*2",
        "Start!C3": "'=C1",
        "Start!C4": "2025-02-03",
        "Start!C5": "text",
    }
    for place, value in typed.items():
        plan.type_value(place, value)
    plan.recalculate()
    assert plan.cells(list(typed)) == [12.5, 25.0, "=C1", 45691.0, "text"]


def test_a_locked_cell_refuses_the_typist_and_an_open_one_does_not(plan: OpenBook) -> None:
    with pytest.raises(OfficeError, match="'Our results'!A1 is locked"):
        plan.type_value("'Our results'!A1", "changed")
    plan.type_value("'Our results'!A2", "changed")
    assert plan.cells(["'Our results'!A1", "'Our results'!A2"]) == ["locked", "changed"]


def test_a_copy_holds_what_was_typed(plan: OpenBook, tmp_path: Path) -> None:
    plan.type_value("Start!C1", 12.5)
    plan.save_copy(tmp_path / "copy.xlsm")
    assert openpyxl.load_workbook(tmp_path / "copy.xlsm", data_only=True)["Start"]["C1"].value == 12.5
