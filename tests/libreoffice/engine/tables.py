"""Tables, as xlwings asks for them; LibreOffice calls them database ranges."""

from collections.abc import Iterator
from typing import Any

from xlwings import base_classes

from tests.libreoffice.engine.ranges import Range


class Tables(base_classes.Tables):
    """The tables of a sheet."""

    parent: Any = None

    def __init__(self, sheet: Any) -> None:
        self.parent = sheet

    @property
    def api(self) -> Any:
        return self.parent.book.api.DatabaseRanges

    def __iter__(self) -> Iterator["Table"]:
        here = self.parent.index - 1
        names = [name for name in self.api.ElementNames if self.api.getByName(name).DataArea.Sheet == here]
        return iter([Table(self.parent, name) for name in names])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, name: str) -> bool:
        return any(table.name == name for table in self)

    def __call__(self, name_or_index: int | str) -> "Table":
        if isinstance(name_or_index, int):
            return list(iter(self))[name_or_index - 1]
        if name_or_index not in self:
            raise KeyError(name_or_index)
        return Table(self.parent, name_or_index)


class Table(base_classes.Table):
    """One table: a row of headings and rows below."""

    parent: Any = None

    def __init__(self, sheet: Any, name: str) -> None:
        self.parent, self._name = sheet, name

    @property
    def api(self) -> Any:
        return self.parent.book.api.DatabaseRanges.getByName(self._name)

    @property
    def name(self) -> str:
        return self._name

    @property
    def display_name(self) -> str:
        return self._name

    @property
    def show_headers(self) -> bool:
        return bool(self.api.ContainsHeader)

    @property
    def show_totals(self) -> bool:
        return bool(self.api.TotalsRow)

    @property
    def range(self) -> Range:
        return Range.of_cells(self.parent, self.api.DataArea)

    @property
    def header_row_range(self) -> Range | None:
        first_row, first_column, _, last_column = self.range.corners
        return (
            Range(self.parent, first_row, first_column, first_row, last_column) if self.show_headers else None
        )

    @property
    def data_body_range(self) -> Range | None:
        first_row, first_column, last_row, last_column = self.range.corners
        first, last = first_row + self.show_headers, last_row - self.show_totals
        return Range(self.parent, first, first_column, last, last_column) if first <= last else None

    def resize(self, range: Any) -> None:  # noqa: A002 - xlwings' own
        """Let the table cover another range; its first row has to stay, as in Excel."""
        wanted = range.impl
        if wanted.corners[0] != self.range.corners[0]:
            raise ValueError("the headings of a table stay in their row")
        self.api.setDataArea(wanted.native.RangeAddress)
