"""Cell ranges, as xlwings asks for them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from xlwings import base_classes

from tests.libreoffice.engine.addresses import LAST_COLUMN, LAST_ROW, letters
from tests.libreoffice.engine.refusals import refuse_locked, refuse_while_busy
from tests.libreoffice.engine.values import (
    DATE_FORMAT,
    ERROR_TEXTS,
    LOGICAL_FORMAT,
    CellError,
    entry,
    finite,
    moment,
    serial,
)

DATE, LOGICAL = 2, 1024  # com.sun.star.util.NumberFormat
VALUES, FORMATS, NOTES_AND_STYLES = 1 | 2 | 4 | 16, 32 | 64, 256 | 512  # com.sun.star.sheet.CellFlags
WITH_ERROR = 4  # com.sun.star.sheet.FormulaResult
HUNDREDTHS_PER_POINT = 2540 / 72
HUNDREDTHS_PER_PIXEL = 2540 / 96
PIXELS_PER_CHARACTER, PADDING = 7, 5
STEPS = {"down": (1, 0), "up": (-1, 0), "right": (0, 1), "left": (0, -1)}


class Range(base_classes.Range):
    """A rectangle of cells; rows and columns are counted from 1."""

    sheet: Any = None

    max_cells_per_read = None
    max_cells_per_write = None
    has_array = False

    def __init__(
        self, sheet: Any, first_row: int, first_column: int, last_row: int, last_column: int
    ) -> None:
        self.sheet = sheet
        self.corners = (first_row, first_column, last_row, last_column)

    @classmethod
    def of_cells(cls, sheet: Any, address: Any) -> "Range":
        """Return the range of an address of LibreOffice, which counts from 0."""
        return cls(
            sheet, address.StartRow + 1, address.StartColumn + 1, address.EndRow + 1, address.EndColumn + 1
        )

    @property
    def native(self) -> Any:
        """LibreOffice's own range."""
        refuse_while_busy()
        first_row, first_column, last_row, last_column = self.corners
        return self.sheet.native.getCellRangeByPosition(
            first_column - 1, first_row - 1, last_column - 1, last_row - 1
        )

    @property
    def api(self) -> Any:
        return self.native

    @property
    def coords(self) -> tuple[str, int, int, int]:
        return (self.sheet.name, self.row, self.column, len(self))

    @property
    def row(self) -> int:
        return self.corners[0]

    @property
    def column(self) -> int:
        return self.corners[1]

    @property
    def shape(self) -> tuple[int, int]:
        first_row, first_column, last_row, last_column = self.corners
        return last_row - first_row + 1, last_column - first_column + 1

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, row: int, column: int | None = None) -> "Range":
        if column is None:
            row, column = (row - 1) // self.shape[1] + 1, (row - 1) % self.shape[1] + 1
        row, column = self.row + row - 1, self.column + column - 1
        return Range(self.sheet, row, column, row, column)

    @property
    def address(self) -> str:
        return self.get_address(True, True, False)

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        first_row, first_column, last_row, last_column = self.corners
        before_row, before_column = "$" if row_absolute else "", "$" if col_absolute else ""
        text = f"{before_column}{letters(first_column)}{before_row}{first_row}"
        if len(self) > 1:
            text += f":{before_column}{letters(last_column)}{before_row}{last_row}"
        return f"'[{self.sheet.book.name}]{self.sheet.name}'!{text}" if external else text

    @property
    def raw_value(self) -> list[list[Any]]:
        """The values: numbers, texts, moments (where the format is a date's), booleans, errors, nothing."""
        native = self.native
        rows: list[list[Any]] = [
            [None if value == "" else value for value in row] for row in native.getDataArray()
        ]
        for block in _each(native.getUniqueCellFormatRanges()):
            kind = self._format_kind(block)
            if kind & (DATE | LOGICAL):
                for row, column in self._positions(block):
                    if isinstance(rows[row][column], float):
                        value = rows[row][column]
                        rows[row][column] = moment(value) if kind & DATE else bool(value)
        for row, column in self._positions(native.queryFormulaCells(WITH_ERROR)):
            rows[row][column] = CellError(
                ERROR_TEXTS.get(native.getCellByPosition(column, row).getError(), "#VALUE!")
            )
        return rows

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        if not isinstance(value, list | tuple):
            value = [[value] * self.shape[1]] * self.shape[0]
        rows = [row if isinstance(row, list | tuple) else [row] for row in value]
        target = Range(
            self.sheet, self.row, self.column, self.row + len(rows) - 1, self.column + len(rows[0]) - 1
        )
        native = target.native
        refuse_locked(self.sheet.native, native)
        native.setDataArray(tuple(tuple(_plain(one) for one in row) for row in rows))
        for row_number, row in enumerate(rows):
            for column_number, one in enumerate(row):
                self._write_special(native, row_number, column_number, one)

    def _write_special(self, native: Any, row: int, column: int, value: Any) -> None:
        """Write what a plain number or text cannot be: true and false, dates, and what Excel would read."""
        made = entry(value) if isinstance(value, str) else None
        if made is None and not isinstance(value, bool | dt.date):
            return
        cell = native.getCellByPosition(column, row)
        wanted = LOGICAL_FORMAT if isinstance(value, bool) else DATE_FORMAT
        if made is not None:
            cell.setFormula(made.text)
            wanted = made.number_format
        if wanted and not (wanted == DATE_FORMAT and self._format_kind(cell) & DATE):
            self._set_format(cell, wanted)

    def _format_kind(self, cells: Any) -> int:
        formats = self.sheet.book.api.NumberFormats
        return int(formats.getByKey(cells.NumberFormat).Type)

    def _set_format(self, cells: Any, wanted: str) -> None:
        import uno

        formats = self.sheet.book.api.NumberFormats
        english = uno.createUnoStruct("com.sun.star.lang.Locale")
        english.Language, english.Country = "en", "US"
        key = formats.queryKey(wanted, english, False)
        cells.NumberFormat = formats.addNew(wanted, english) if key == -1 else key

    def _positions(self, blocks: Any) -> Iterator[tuple[int, int]]:
        """Yield row and column, from 0 within this range, of each cell of several ranges."""
        for block in _each(blocks):
            address = block.RangeAddress
            for row in range(address.StartRow, address.EndRow + 1):
                for column in range(address.StartColumn, address.EndColumn + 1):
                    yield row + 1 - self.row, column + 1 - self.column

    @property
    def formula(self) -> Any:
        formulas = tuple(tuple(row) for row in self.native.getFormulaArray())
        return formulas[0][0] if len(self) == 1 else formulas

    @formula.setter
    def formula(self, value: Any) -> None:
        native = self.native
        refuse_locked(self.sheet.native, native)
        rows = value if isinstance(value, list | tuple) else [[value] * self.shape[1]] * self.shape[0]
        native.setFormulaArray(tuple(tuple(str(one) for one in row) for row in rows))

    formula2 = formula

    def end(self, direction: str) -> "Range":
        """Return the last cell of a block, as Ctrl and an arrow key find it."""
        down, right = STEPS[direction]
        last = self.sheet.used_range.corners
        row, column = self.row, self.column

        def inside(row: int, column: int) -> bool:
            return 1 <= row <= last[2] and 1 <= column <= last[3]

        def full(row: int, column: int) -> bool:
            return (
                inside(row, column)
                and self.sheet.native.getCellByPosition(column - 1, row - 1).Type.value != "EMPTY"
            )

        within_block = full(row, column) and full(row + down, column + right)
        row, column = (row, column) if within_block else (row + down, column + right)
        while (
            full(row + down, column + right)
            if within_block
            else inside(row, column) and not full(row, column)
        ):
            row, column = row + down, column + right
        if not within_block and not full(row, column):
            ends = {
                "down": (LAST_ROW, column),
                "up": (1, column),
                "right": (row, LAST_COLUMN),
                "left": (row, 1),
            }
            row, column = ends[direction]
        return Range(self.sheet, row, column, row, column)

    @property
    def current_region(self) -> "Range":
        cursor = self.sheet.native.createCursorByRange(self.native)
        cursor.collapseToCurrentRegion()
        return Range.of_cells(self.sheet, cursor.RangeAddress)

    def clear_contents(self) -> None:
        self._clear(VALUES)

    def clear_formats(self) -> None:
        self._clear(FORMATS)

    def clear(self) -> None:
        self._clear(VALUES | FORMATS | NOTES_AND_STYLES)

    def _clear(self, flags: int) -> None:
        native = self.native
        refuse_locked(self.sheet.native, native)
        native.clearContents(flags)

    @property
    def number_format(self) -> str:
        return str(self.sheet.book.api.NumberFormats.getByKey(self.native.NumberFormat).FormatString)

    @number_format.setter
    def number_format(self, value: str) -> None:
        self._set_format(self.native, value)

    @property
    def color(self) -> tuple[int, int, int] | None:
        color = self.native.CellBackColor
        return None if color == -1 else (color >> 16 & 255, color >> 8 & 255, color & 255)

    @color.setter
    def color(self, value: Sequence[int] | str | None) -> None:
        if isinstance(value, str):
            value = tuple(bytes.fromhex(value.lstrip("#")))
        self.native.CellBackColor = -1 if value is None else (value[0] << 16) + (value[1] << 8) + value[2]

    @property
    def row_height(self) -> float | None:
        """Points; 0 for hidden rows, nothing where rows differ."""
        rows = self.native.Rows
        heights = {
            rows.getByIndex(n).Height if rows.getByIndex(n).IsVisible else 0 for n in range(rows.Count)
        }
        return heights.pop() / HUNDREDTHS_PER_POINT if len(heights) == 1 else None

    @row_height.setter
    def row_height(self, value: float) -> None:
        rows = self.native.Rows
        rows.IsVisible = value > 0
        if value > 0:
            rows.Height = round(value * HUNDREDTHS_PER_POINT)

    @property
    def column_width(self) -> float | None:
        """Characters; 0 for hidden columns, nothing where columns differ."""
        columns = self.native.Columns
        each = [columns.getByIndex(number) for number in range(columns.Count)]
        widths = {column.Width if column.IsVisible else 0 for column in each}
        if len(widths) != 1:
            return None
        width = widths.pop()
        return max(0.0, (width / HUNDREDTHS_PER_PIXEL - PADDING) / PIXELS_PER_CHARACTER) if width else 0.0

    @column_width.setter
    def column_width(self, value: float) -> None:
        columns = self.native.Columns
        columns.IsVisible = value > 0
        if value > 0:
            columns.Width = round((value * PIXELS_PER_CHARACTER + PADDING) * HUNDREDTHS_PER_PIXEL)

    @property
    def row_hidden(self) -> bool:
        return self.row_height == 0

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        self.native.Rows.IsVisible = not value

    @property
    def column_hidden(self) -> bool:
        return self.column_width == 0

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        self.native.Columns.IsVisible = not value

    @property
    def name(self) -> Any:
        for name in self.sheet.book.names:
            cells = name.api.ReferredCells
            if (
                cells is not None
                and Range.of_cells(self.sheet.book.sheets(cells.Spreadsheet.Name), cells.RangeAddress).coords
                == self.coords
            ):
                return name
        return None

    @name.setter
    def name(self, value: str) -> None:
        self.sheet.book.names.add(value, f"='{self.sheet.name}'!{self.address}")

    def select(self) -> None:
        self.sheet.book.api.CurrentController.select(self.native)


def _each(collection: Any) -> Iterator[Any]:
    for number in range(collection.Count):
        yield collection.getByIndex(number)


def _plain(value: Any) -> float | str:
    """Return a value as a plain number or text; what needs more is entered afterwards."""
    if isinstance(value, dt.date):
        return serial(value)
    if isinstance(value, str):
        return "" if entry(value) is not None else value.removeprefix("'")
    return finite(value) if value is not None else ""
