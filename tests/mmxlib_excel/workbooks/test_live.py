"""The workbook open in Excel: protection, a still screen, a busy user, sizes of hidden rows."""

import random

import pytest

from mmxlib.errors import WorkbookError
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.workbooks.live import LiveWorkbook
from mmxlib_excel.workbooks.patience import Patience
from mmxlib_excel.workbooks.port import Changes, Span
from tests.mmxlib_excel.editing.workbooks import rich_workbook
from tests.mmxlib_excel.workbooks import fake_excel

NO_WAIT = Patience(seconds=1e9, pause=0.0, wait=lambda _: None)
CHANGES = Changes(
    (Tile("Spend", "F12", (("=1+1", 2.0),)), Tile("It's ours", "B5", (("x",), ("y",)))),
    (Span("Spend", 12, 14, shown=False),),
    (Span("Spend", 20, 22, shown=False),),
)


def _book(tmp_path, excel=None, protected=()):
    path = tmp_path / "plan.xlsm"
    path.write_bytes(rich_workbook())
    return fake_excel.Book(path, excel or fake_excel.Excel(), protected=frozenset(protected))


def _live(book, patience=NO_WAIT):
    return LiveWorkbook(book, protected=book.protected, patience=patience)


def test_protected_sheets_are_unlocked_for_the_writing_alone(tmp_path):
    book = _book(tmp_path, protected=["Spend"])
    _live(book).write(CHANGES)
    assert book.locked == {"Spend"}
    assert book.sheets["Spend"].cells[(12, 6)] == "=1+1"


def test_the_screen_stands_still_for_the_writing_alone(tmp_path):
    book = _book(tmp_path)
    _live(book).write(CHANGES)
    assert book.app.updating == [False, True]


def test_a_failed_write_locks_the_sheets_again(tmp_path):
    book = _book(tmp_path, protected=["Spend", "It's ours"])
    workbook = LiveWorkbook(book, protected=frozenset({"Spend"}), patience=NO_WAIT)
    book.macro = lambda name: (
        lambda: book.locked.discard("Spend") if name == "MmxUnlock" else book.locked.add("Spend")
    )
    with pytest.raises(fake_excel.com_error):
        workbook.write(CHANGES)
    assert "Spend" in book.locked
    assert book.app.screen_updating


@pytest.mark.parametrize("seed", range(20))
def test_a_user_who_edits_cells_delays_and_loses_nothing(tmp_path, seed):
    chance = random.Random(seed)
    book = _book(tmp_path, fake_excel.Excel(lambda number: chance.random() < 0.6), protected=["Spend"])
    workbook = _live(book)
    workbook.write(CHANGES)
    assert workbook.value("Spend", "F12") == "=1+1"
    assert workbook.value("It's ours", "B6") == "y"
    assert book.locked == {"Spend"}
    assert book.app.screen_updating


def test_a_user_who_never_stops_editing_is_told(tmp_path):
    book = _book(tmp_path)
    workbook = _live(book, Patience(seconds=0.0, pause=0.0, wait=lambda _: None))
    book.app.refuse = lambda number: True
    with pytest.raises(WorkbookError) as caught:
        workbook.write(CHANGES)
    assert caught.value.code == "MMX-X086"


def test_rows_and_columns_hide_and_come_back_with_a_size(tmp_path):
    book = _book(tmp_path)
    workbook = _live(book)
    sheet = book.sheets["Spend"]
    sheet.heights[13] = 40.0
    workbook.write(CHANGES)
    assert [sheet.heights[row] for row in (12, 13, 14)] == [0, 0, 0]
    assert sheet.widths[21] == 0
    rows = (Span("Spend", 12, 14, shown=True, size=30.0),)
    workbook.write(Changes((), rows, (Span("Spend", 20, 22, shown=True, size=9.0),)))
    assert [sheet.heights[row] for row in (12, 13, 14)] == [30.0, 30.0, 30.0]
    assert sheet.widths[21] == 9.0


def test_rows_that_are_seen_keep_their_own_sizes(tmp_path):
    book = _book(tmp_path)
    sheet = book.sheets["Spend"]
    sheet.heights |= {12: 40.0, 13: 0.0}
    _live(book).write(Changes((), (Span("Spend", 12, 14, shown=True, size=30.0),)))
    assert [sheet.heights.get(row, 15.0) for row in (12, 13, 14)] == [40.0, 30.0, 15.0]


def test_few_calls_find_the_hidden_rows_among_hundreds(tmp_path):
    book = _book(tmp_path)
    workbook = _live(book)
    sheet = book.sheets["Spend"]
    sheet.heights |= dict.fromkeys(range(12, 412), 0.0) | dict.fromkeys(range(112, 212), 40.0)
    book.app.calls = 0
    workbook.write(Changes((), (Span("Spend", 12, 511, shown=True, size=30.0),)))
    heights = [sheet.heights.get(row, 15.0) for row in range(12, 512)]
    assert heights == [30.0] * 100 + [40.0] * 100 + [30.0] * 200 + [15.0] * 100
    assert book.app.calls < 100


def test_a_sheet_that_goes_while_work_is_done_is_told(tmp_path):
    book = _book(tmp_path)
    workbook = _live(book)
    workbook.write(CHANGES)
    del book.sheets["Spend"]
    for act in (
        lambda: workbook.write(CHANGES),
        lambda: workbook.value("Spend", "F12"),
        lambda: workbook.numbered_rows("Spend"),
    ):
        with pytest.raises(WorkbookError) as caught:
            act()
        assert caught.value.code == "MMX-X084"
