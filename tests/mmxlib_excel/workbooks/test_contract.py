"""What every workbook behind the port does, open or as a file."""

import datetime
import math

import pytest

from mmxlib.errors import WorkbookError
from mmxlib_excel.editing.cell_values import LONGEST_TEXT
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.workbooks.file import FileWorkbook
from mmxlib_excel.workbooks.live import LiveWorkbook
from mmxlib_excel.workbooks.patience import Patience
from mmxlib_excel.workbooks.port import Changes, Span
from tests.mmxlib_excel.editing.workbooks import rich_workbook
from tests.mmxlib_excel.workbooks import fake_excel

NO_WAIT = Patience(seconds=1e9, pause=0.0, wait=lambda _: None)
HOSTILE = [
    f"{start}{rest}"
    for start in ("=", "+", "-", "@", "\t=", "'=", " =", "\n=")
    for rest in ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x.y","z")', "SUM(A1:A9)", "A1")
]
LOOKS_LIKE_SOMETHING_ELSE = [
    "2024-01-02",
    "1/2",
    "1e5",
    "007",
    "12 %",
    "TRUE",
    "false",
    "WAHR",
    "#N/A",
    "'",
    "-5",
]


@pytest.fixture(params=["file", "live"])
def workbook(request, tmp_path):
    path = tmp_path / "plan.xlsm"
    path.write_bytes(rich_workbook())
    if request.param == "file":
        return FileWorkbook(path)
    return LiveWorkbook(fake_excel.Book(path, fake_excel.Excel()), patience=NO_WAIT)


def _write(workbook, *rows, cell="F12"):
    return workbook.write(Changes((Tile("Spend", cell, rows),)))


def test_the_sheets_are_told_in_their_order(workbook):
    assert workbook.sheets()[:2] == ("Spend", "It's ours")


def test_rows_are_numbered_from_one_and_as_wide_as_the_widest(workbook):
    rows = dict(workbook.numbered_rows("Spend"))
    assert rows[1][:4] == ("channel", "spend", "date", "double")
    assert rows[2][:2] == ("tv", 1000.0)
    assert 5 not in rows
    assert len({len(row) for row in rows.values()}) == 1


def test_a_single_value_is_that_of_its_row(workbook):
    assert workbook.value("Spend", "B3") == 2000.0
    assert workbook.value("Spend", "Z99") is None


@pytest.mark.parametrize("text", HOSTILE + LOOKS_LIKE_SOMETHING_ELSE)
def test_text_stays_the_text_it_is(workbook, text):
    assert _write(workbook, (text,)) == ()
    read = workbook.value("Spend", "F12")
    assert read == text
    assert type(read) is str


def test_all_kinds_of_values_come_back(workbook):
    day = datetime.datetime(2026, 1, 5)  # noqa: DTZ001 - cells know no zone
    _write(workbook, (1, 2.5, True, None, "text", math.nan, math.inf))
    _write(workbook, (day.date(), ""), cell="F13")
    rows = dict(workbook.numbered_rows("Spend"))
    assert rows[12][5:12] == (1.0, 2.5, True, None, "text", None, None)[: len(rows[12][5:12])]
    assert rows[12][7] is True
    assert rows[13][5] in (day, 46027.0)  # a file's cell shows a day by its format alone
    assert rows[13][6] is None


def test_nothing_empties_a_cell(workbook):
    _write(workbook, ("a", "b"))
    _write(workbook, (None, "b"))
    assert workbook.value("Spend", "F12") is None
    assert workbook.value("Spend", "G12") == "b"


def test_rows_of_different_lengths_are_written(workbook):
    _write(workbook, ("a", "b"), ("c",))
    assert [workbook.value("Spend", cell) for cell in ("F12", "G12", "F13", "G13")] == ["a", "b", "c", None]


def test_text_that_is_too_long_is_cut_and_said(workbook):
    notes = _write(workbook, ("x" * (LONGEST_TEXT + 5),))
    assert [note.about for note in notes] == ["Spend!F12"]
    assert workbook.value("Spend", "F12") == "x" * LONGEST_TEXT


def test_nothing_is_written_where_a_sheet_is_missing(workbook):
    tiles = (Tile("Spend", "F12", (("new",),)), Tile("None", "A1", (("new",),)))
    with pytest.raises(WorkbookError):
        workbook.write(Changes(tiles))
    assert workbook.value("Spend", "F12") is None
    with pytest.raises(WorkbookError) as caught:
        workbook.numbered_rows("None")
    assert caught.value.code == "MMX-X084"


def test_hidden_rows_and_columns_are_still_read(workbook):
    _write(workbook, ("a", "b"))
    workbook.write(Changes((), (Span("Spend", 12, 12, shown=False),), (Span("Spend", 6, 6, shown=False),)))
    assert workbook.value("Spend", "F12") == "a"
