"""The workbook as a file: what is written, what stays, what is refused."""

import os
import random
import stat

import openpyxl
import pytest

from mmxlib.errors import WorkbookError
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.workbooks.file import FileWorkbook
from mmxlib_excel.workbooks.port import Changes, Span
from tests.mmxlib_excel.editing.workbooks import parts, rich_workbook, with_parts

WRITTEN = {"xl/worksheets/sheet1.xml"}


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "plan.xlsm"
    file.write_bytes(rich_workbook())
    return file


def _cell(text: object) -> Changes:
    return Changes((Tile("Spend", "F6", ((text,),)),))


def _refusal(workbook: FileWorkbook) -> str:
    with pytest.raises(WorkbookError) as caught:
        workbook.write(_cell("new"))
    return caught.value.code


def test_a_hundred_rounds_of_editing_lose_no_byte_elsewhere(path):
    before = parts(path.read_bytes())
    chance = random.Random(5)
    workbook = FileWorkbook(path)
    for number in range(100):
        cell = f"{chance.choice('EFGJKL')}{chance.randrange(12, 40)}"
        row = chance.randrange(50, 80)
        hides = (Span("Spend", row, row + 3, shown=number % 3 == 0),)
        columns = (Span("Spend", 20, 22, shown=number % 2 == 0),)
        workbook.write(Changes((Tile("Spend", cell, ((f"round {number}", number),)),), hides, columns))
    after = parts(path.read_bytes())
    assert list(before) == list(after)
    assert {name for name in after if after[name] != before[name]} == WRITTEN


def test_writing_the_same_twice_gives_the_same_bytes(path):
    changes = Changes((Tile("Spend", "F6", (("one", 2.0),)),), (Span("Spend", 30, 31, shown=False),))
    FileWorkbook(path).write(changes)
    once = path.read_bytes()
    FileWorkbook(path).write(changes)
    assert path.read_bytes() == once


def test_a_file_that_changed_since_it_was_read_is_not_overwritten(path):
    workbook = FileWorkbook(path)
    FileWorkbook(path).write(_cell("theirs"))
    theirs = path.read_bytes()
    assert _refusal(workbook) == "MMX-X080"
    assert path.read_bytes() == theirs


@pytest.mark.parametrize("mark", ["~$plan.xlsm", ".~lock.plan.xlsm#"])
def test_a_workbook_that_is_open_in_a_spreadsheet_program_is_not_written(path, mark):
    workbook = FileWorkbook(path)
    path.with_name(mark).write_text("Ana")
    before = path.read_bytes()
    assert _refusal(workbook) == "MMX-X081"
    with pytest.raises(WorkbookError):
        workbook.check_writable()
    assert path.read_bytes() == before


def test_a_file_that_is_held_open_on_windows_is_told_as_open(path, monkeypatch):
    workbook = FileWorkbook(path)

    def held(source, target):
        error = PermissionError(13, "used by another process")
        error.winerror = 32
        raise error

    monkeypatch.setattr(os, "replace", held)
    assert _refusal(workbook) == "MMX-X081"


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(WorkbookError) as caught:
        FileWorkbook(tmp_path / "none.xlsm")
    assert caught.value.code == "MMX-X083"


def test_a_missing_sheet_is_told(path):
    with pytest.raises(WorkbookError) as caught:
        FileWorkbook(path).numbered_rows("Sales")
    assert caught.value.code == "MMX-X084"


def test_the_file_keeps_its_permissions_and_its_link(path, tmp_path):
    path.chmod(0o644)
    link = tmp_path / "link.xlsm"
    link.symlink_to(path)
    FileWorkbook(link).write(_cell("new"))
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert FileWorkbook(path).value("Spend", "F6") == "new"


def test_hidden_rows_and_columns_are_seen_again_with_their_sizes(path):
    def sizes():
        sheet = openpyxl.load_workbook(path)["Spend"]
        columns = {
            letter: (each.width, bool(each.hidden)) for letter, each in sheet.column_dimensions.items()
        }
        rows = {number: (each.height, bool(each.hidden)) for number, each in sheet.row_dimensions.items()}
        return columns, rows

    before = sizes()
    workbook = FileWorkbook(path)
    workbook.write(Changes((), (Span("Spend", 2, 3, shown=False),), (Span("Spend", 4, 7, shown=False),)))
    columns, rows = sizes()
    assert rows[2][1]
    assert rows[3][1]
    assert columns["F"][1]
    assert columns["D"][1]
    workbook.write(Changes((), (Span("Spend", 2, 3, shown=True),), (Span("Spend", 4, 7, shown=True),)))
    columns, rows = sizes()
    assert columns["F"] == before[0]["F"]
    assert rows == before[1]
    assert not any(hidden for _, hidden in columns.values())


def test_damage_in_a_sheet_is_told_in_words(path):

    broken = with_parts(
        path.read_bytes(), replaced={"xl/worksheets/sheet1.xml": ("<sheetData>", "<sheetData")}
    )
    path.write_bytes(broken)
    with pytest.raises(WorkbookError) as caught:
        FileWorkbook(path).numbered_rows("Spend")
    assert caught.value.code == "MMX-X085"
    assert caught.value.faults[0].problem == 'the sheet "Spend" cannot be read: it is damaged.'
