"""A sheet while it is drawn: cells written as what they are, widths and heights gathered."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mmxlib.report.book import LINE, Book, lines_of
from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.layout.spec import Sheet

_NARROW = 8.43
"""The width of a column that nobody set, in characters."""

_HIGHEST = 409.0
"""The height in points beyond which Excel calls a file damaged."""


@dataclass(eq=False)
class Canvas:
    """One sheet while it is drawn. It holds XlsxWriter's state, hence it is no frozen value."""

    book: Book
    spec: Sheet
    sheet: Any
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    corner: Address = field(default_factory=lambda: Address(1, 1))

    def write(self, address: Address, value: CellValue, look: Any) -> None:
        """Write a value; text stays text, whatever it begins with."""
        self.reach(address)
        at = (address.row - 1, address.column - 1)
        if value is None:
            self.sheet.write_blank(*at, None, look)
        elif isinstance(value, bool):
            self.sheet.write_boolean(*at, value, look)
        elif isinstance(value, str):
            self.sheet.write_string(*at, value, look)
        elif isinstance(value, datetime.date):
            self.sheet.write_datetime(*at, value, look)
        else:
            self.sheet.write_number(*at, value, look)

    def note(self, address: Address, words: str) -> None:
        """Hang a note on a cell, as large as its words need."""
        if words:
            scale = {"x_scale": 1.6, "y_scale": max(0.6, 0.22 * lines_of(words, 34.0)), "author": ""}
            self.sheet.write_comment(address.row - 1, address.column - 1, words, scale)

    def reach(self, address: Address) -> None:
        """Remember how far the sheet is used, for its printed area."""
        corner = self.corner
        self.corner = Address(max(corner.row, address.row), max(corner.column, address.column))

    def widen(self, column: int, width: float) -> None:
        """Ask for a width of a column in characters; the widest that was asked for stands."""
        self.widths[column] = max(width, self.widths.get(column, 0.0))

    def room(self, column: int, over: int) -> float:
        """Return the width of so many columns in characters."""
        return sum(self.widths.get(each, _NARROW) for each in range(column, column + over))

    def heighten(self, row: int, lines: float) -> None:
        """Ask for room for so many lines in a row."""
        if lines > 1:
            self.heights[row] = min(max(LINE * lines, self.heights.get(row, 0.0)), _HIGHEST)

    def set_sizes(self, hidden_columns: set[int]) -> None:
        """Set every width and height that was asked for; hide what is empty so far."""
        for column in sorted({*self.widths, *hidden_columns}):
            options = {"hidden": True} if column in hidden_columns else {}
            self.sheet.set_column(column - 1, column - 1, self.widths.get(column, _NARROW), None, options)
        for row in sorted({*self.heights, *self.hidden_rows}):
            options = {"hidden": True} if row in self.hidden_rows else {}
            self.sheet.set_row(row - 1, self.heights.get(row), None, options)


def set_widths(canvas: Canvas, widths: Mapping[str, float]) -> None:
    """Take over a sheet's own widths by letters; they stand against those of its blocks."""
    for letters, width in widths.items():
        first, _, last = letters.partition(":")
        start, end = (Address.parse(f"{each}1").column for each in (first, last or first))
        canvas.widths.update(dict.fromkeys(range(start, end + 1), width))
