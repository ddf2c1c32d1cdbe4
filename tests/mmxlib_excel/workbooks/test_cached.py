"""A workbook that is read once."""

from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.workbooks.cached import CachedWorkbook
from mmxlib_excel.workbooks.live import LiveWorkbook
from mmxlib_excel.workbooks.port import Changes
from tests.mmxlib_excel.editing.workbooks import rich_workbook
from tests.mmxlib_excel.workbooks import fake_excel


def _book(tmp_path):
    path = tmp_path / "plan.xlsm"
    path.write_bytes(rich_workbook())
    return fake_excel.Book(path, fake_excel.Excel())


def test_what_was_read_is_not_asked_for_again(tmp_path):
    book = _book(tmp_path)
    held = CachedWorkbook(LiveWorkbook(book))
    rows, names = held.numbered_rows("Spend"), held.sheets()
    book.app.calls = 0
    assert held.numbered_rows("Spend") == rows
    assert held.sheets() == names
    assert held.value("Spend", "A1") == rows[0][1][0]
    assert book.app.calls == 0


def test_what_was_written_is_read_anew(tmp_path):
    held = CachedWorkbook(LiveWorkbook(_book(tmp_path)))
    assert held.value("Spend", "F12") is None
    held.write(Changes((Tile("Spend", "F12", ((7.0,),)),)))
    assert held.value("Spend", "F12") == 7.0
