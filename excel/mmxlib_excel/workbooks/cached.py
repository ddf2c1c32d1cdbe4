"""A workbook read once: what many readers ask of the same sheets is fetched for the first of them."""

from mmxlib.artifacts.note import Note
from mmxlib_excel.workbooks.file import value_in
from mmxlib_excel.workbooks.port import Changes, Workbook
from mmxlib_excel.workbooks.reading import NumberedRows


class CachedWorkbook:
    """A workbook whose sheets are read once, so that all readers see the same moment of an open one.

    It has state because it keeps the rows that it has read; what is written goes through, and is read anew.
    """

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._names: tuple[str, ...] | None = None
        self._rows: dict[str, NumberedRows] = {}

    @property
    def place(self) -> str:
        """How messages name it."""
        return self._workbook.place

    def sheets(self) -> tuple[str, ...]:
        """Return the names of its sheets in their order."""
        if self._names is None:
            self._names = self._workbook.sheets()
        return self._names

    def numbered_rows(self, sheet: str) -> NumberedRows:
        """Return the rows of a sheet that hold any value, by number from 1, all from column A and as wide."""
        if sheet not in self._rows:
            self._rows[sheet] = self._workbook.numbered_rows(sheet)
        return self._rows[sheet]

    def value(self, sheet: str, cell: str) -> object:
        """Return a cell's value: text, number, truth, day or None."""
        return value_in(self.numbered_rows(sheet), cell)

    def write(self, changes: Changes) -> tuple[Note, ...]:
        """Write all of it or nothing; return notes on what could not be written whole."""
        notes = self._workbook.write(changes)
        self._rows.clear()
        return notes
