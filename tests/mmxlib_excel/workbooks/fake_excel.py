"""A small Excel in memory, as far as the live adapter speaks to it: it reads what is written as Excel does.

Text that looks like a formula, a number, a day or a truth does not stay text unless an apostrophe stands
before it; sheets may be protected; and any call may be refused as by an Excel whose user edits a cell.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter

from mmxlib_excel.editing.addresses import Area

_NUMBER = re.compile(r"\s*[+-]?(\d+(,\d{3})*|\d*)(\.\d*)?([eE][+-]?\d+)?\s*%?\s*")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[-/]\d{1,2}([-/]\d{2,4})?")


class com_error(Exception):  # noqa: N801, N818 - the name that Excel's refusals bear on Windows
    def __init__(self, hresult: int, text: str) -> None:
        super().__init__(hresult, text, None, None)
        self.hresult = hresult


@dataclass
class Excel:
    """The program: ``refuse`` says of each call, by its number, whether it is refused as busy."""

    refuse: Callable[[int], bool] = lambda number: False
    calls: int = 0
    pid: int = 7
    updating: list[bool] = field(default_factory=list)

    def called(self) -> None:
        self.calls += 1
        if self.refuse(self.calls):
            raise com_error(-2147418111, "Call was rejected by callee.")

    @property
    def screen_updating(self) -> bool:
        return not self.updating or self.updating[-1]

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        self.called()
        self.updating.append(value)


class Book:
    """An open workbook, filled from a file's bytes."""

    def __init__(self, path, excel: Excel, *, protected: frozenset[str] = frozenset()) -> None:
        self.app, self.fullname, self._name = excel, str(path), path.name
        self.locked = set(protected)
        self.protected = protected
        loaded = openpyxl.load_workbook(path, data_only=True)
        self._sheets = {sheet.title: Sheet(self, sheet) for sheet in loaded.worksheets}

    @property
    def name(self) -> str:
        self.app.called()
        return self._name

    @property
    def sheets(self) -> "Sheets":
        self.app.called()
        return Sheets(self._sheets)

    def macro(self, name: str) -> Callable[[], None]:
        def run() -> None:
            self.app.called()
            self.locked = set(self.protected) if name == "MmxLock" else set()

        return run


class Sheets:
    def __init__(self, by_name) -> None:
        self._by_name = by_name

    def __iter__(self):
        return iter(self._by_name.values())

    def __getitem__(self, name):
        return self._by_name[name]

    def __delitem__(self, name) -> None:
        self._by_name.pop(name).deleted = True


class Sheet:
    def __init__(self, book: Book, loaded) -> None:
        self.book, self.name = book, loaded.title
        self.cells = {
            (cell.row, cell.column): cell.value
            for row in loaded.iter_rows()
            for cell in row
            if cell.value is not None
        }
        self.deleted = False
        self.heights: dict[int, float] = {}
        self.widths: dict[int, float] = {}

    @property
    def used_range(self) -> "Range":
        self.book.app.called()
        rows = [row for row, _ in self.cells] or [1]
        columns = [column for _, column in self.cells] or [1]
        return Range(self, min(rows), min(columns), max(rows), max(columns))

    def range(self, first, last=None) -> "Range":
        if self.deleted:
            raise com_error(-2146827864, "Object required.")
        if isinstance(first, tuple):
            return Range(self, *first, *last)
        start, _, end = first.partition(":")
        if start.isdigit():
            return Range(self, int(start), 1, int(end), 1)
        if start.isalpha():
            return Range(self, 1, column_index_from_string(start), 1, column_index_from_string(end))
        area = Area.parse(first)
        return Range(self, area.first.row, area.first.column, area.last.row, area.last.column)


@dataclass
class Count:
    count: int


class Range:
    def __init__(self, sheet: Sheet, row: int, column: int, last_row: int, last_column: int) -> None:
        self.sheet, self.row, self.column = sheet, row, column
        self.last_row, self.last_column = last_row, last_column
        self.rows, self.columns = Count(last_row - row + 1), Count(last_column - column + 1)
        self.wide = False

    def options(self, ndim=None, err_to_str=False) -> "Range":
        self.wide = ndim == 2
        return self

    @property
    def value(self):
        self.sheet.book.app.called()
        rows = [
            [self.sheet.cells.get((row, column)) for column in range(self.column, self.last_column + 1)]
            for row in range(self.row, self.last_row + 1)
        ]
        return rows if self.wide else rows[0][0]

    @value.setter
    def value(self, rows) -> None:
        self.sheet.book.app.called()
        if self.sheet.name in self.sheet.book.locked:
            raise com_error(-2147352567, f"The sheet {self.sheet.name} is protected.")
        for down, row in enumerate(rows if isinstance(rows, list) else [[rows]]):
            for right, one in enumerate(row):
                place = (self.row + down, self.column + right)
                kept = understood(one)
                if kept is None:
                    self.sheet.cells.pop(place, None)
                else:
                    self.sheet.cells[place] = kept

    @property
    def row_height(self):
        self.sheet.book.app.called()
        return _same(self.sheet.heights.get(row, 15.0) for row in range(self.row, self.last_row + 1))

    @row_height.setter
    def row_height(self, value) -> None:
        self.sheet.book.app.called()
        self.sheet.heights |= dict.fromkeys(range(self.row, self.last_row + 1), value)

    @property
    def column_width(self):
        self.sheet.book.app.called()
        return _same(self.sheet.widths.get(each, 8.43) for each in range(self.column, self.last_column + 1))

    @column_width.setter
    def column_width(self, value) -> None:
        self.sheet.book.app.called()
        self.sheet.widths |= dict.fromkeys(range(self.column, self.last_column + 1), value)

    def __repr__(self) -> str:
        return f"{self.sheet.name}!{get_column_letter(self.column)}{self.row}"


def _same(sizes):
    found = set(sizes)
    return found.pop() if len(found) == 1 else None


def understood(value):
    """Return what a cell holds after something was entered as Excel enters it."""
    if not isinstance(value, str):
        return value
    if value.startswith("'"):
        return value[1:] or None
    if value[:1] in ("=", "+", "-", "@") and len(value) > 1 and not _NUMBER.fullmatch(value):
        return Formula(value)
    bare = value.strip()
    if any(letter.isdigit() for letter in bare) and _NUMBER.fullmatch(bare):
        return float(bare.replace(",", "").rstrip("% "))
    if _DATE.fullmatch(bare) or bare.upper() in ("TRUE", "FALSE"):
        return Formula(bare)
    return value or None


class Formula(str):
    """What was entered as text and is none any more."""

    __slots__ = ()
