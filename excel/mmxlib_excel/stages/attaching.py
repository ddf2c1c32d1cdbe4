"""The open workbook found again by another process: by Excel's process number and the book's full name."""

from typing import Any

from mmxlib.errors import WorkbookError
from mmxlib_excel.layout.results import SHEETS
from mmxlib_excel.workbooks.live import LiveWorkbook
from mmxlib_excel.workbooks.patience import Patience, patiently


def attached(fullname: str, pid: int, *, patience: Patience | None = None) -> LiveWorkbook:
    """Return the workbook of that full name, open in the Excel of that process number.

    Raises
    ------
    WorkbookError
        If it is not open there any more, or Excel stays busy.
    """
    import xlwings

    waited = patience or Patience()

    def find() -> Any:
        found = [each for each in xlwings.apps[pid].books if each.fullname == fullname]
        return found[0] if found else None

    try:
        book = patiently(find, patience=waited, place=fullname)
    except KeyError:
        book = None
    if book is None:
        raise WorkbookError(
            "the workbook is not open in Excel any more.",
            remedy="Open it and press the button again.",
            code="MMX-X092",
            place=fullname,
        )
    return live(book, patience=waited)


def live(book: Any, *, patience: Patience | None = None) -> LiveWorkbook:
    """Return an open book behind the port; its sheets of results are unlocked while they are written."""
    protected = frozenset(sheet.name for sheet in SHEETS)
    return LiveWorkbook(book, protected=protected, patience=patience)
