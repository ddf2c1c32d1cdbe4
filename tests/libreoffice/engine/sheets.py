"""Sheets, as xlwings asks for them."""

from collections.abc import Iterator
from typing import Any

from xlwings import base_classes

from tests.libreoffice.engine.addresses import LAST_COLUMN, LAST_ROW, corners
from tests.libreoffice.engine.names import Names
from tests.libreoffice.engine.pictures import Pictures
from tests.libreoffice.engine.ranges import Range
from tests.libreoffice.engine.tables import Tables


class Sheets(base_classes.Sheets):
    """The sheets of a workbook in their order."""

    book: Any = None

    def __init__(self, book: Any) -> None:
        self.book = book

    @property
    def api(self) -> Any:
        return self.book.api.Sheets

    @property
    def active(self) -> "Sheet":
        return Sheet(self.book, self.book.api.CurrentController.ActiveSheet)

    def __len__(self) -> int:
        return int(self.api.Count)

    def __iter__(self) -> Iterator["Sheet"]:
        return iter([self(number) for number in range(1, len(self) + 1)])

    def __contains__(self, name: str) -> bool:
        return bool(self.api.hasByName(name))

    def __call__(self, name_or_index: int | str) -> "Sheet":
        if isinstance(name_or_index, int):
            return Sheet(self.book, self.api.getByIndex(name_or_index - 1))
        if not self.api.hasByName(name_or_index):
            raise KeyError(name_or_index)
        return Sheet(self.book, self.api.getByName(name_or_index))

    def add(self, before: Any = None, after: Any = None, name: str | None = None) -> "Sheet":
        position = before.index - 1 if before else after.index if after else len(self)
        chosen = name or next(f"Sheet{number}" for number in range(1, 999) if f"Sheet{number}" not in self)
        self.api.insertNewByName(chosen, position)
        return self(chosen)


class NativeSheet:
    """What Excel's own sheet offers by way of protection, over LibreOffice's, which answers all else."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sheet, name)

    @property
    def ProtectContents(self) -> bool:
        return bool(self._sheet.isProtected())

    def Protect(self, Password: str = "", **_options: object) -> None:
        self._sheet.protect(Password)

    def Unprotect(self, Password: str = "") -> None:
        self._sheet.unprotect(Password)


class Sheet(base_classes.Sheet):
    """One sheet."""

    book: Any = None

    def __init__(self, book: Any, sheet: Any) -> None:
        self.book, self.native = book, sheet

    @property
    def api(self) -> NativeSheet:
        return NativeSheet(self.native)

    @property
    def name(self) -> str:
        return str(self.native.Name)

    @name.setter
    def name(self, value: str) -> None:
        self.native.Name = value

    @property
    def index(self) -> int:
        return int(self.native.RangeAddress.Sheet) + 1

    @property
    def names(self) -> Names:
        return Names(self.book, self.native.NamedRanges)

    @property
    def tables(self) -> Tables:
        return Tables(self)

    @property
    def pictures(self) -> Pictures:
        return Pictures(self)

    @property
    def visible(self) -> bool:
        return bool(self.native.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.native.IsVisible = bool(value)

    @property
    def cells(self) -> Range:
        return Range(self, 1, 1, LAST_ROW, LAST_COLUMN)

    @property
    def used_range(self) -> Range:
        cursor = self.native.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        return Range(self, 1, 1, end.EndRow + 1, end.EndColumn + 1)

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        first = self._corners(arg1)
        last = self._corners(arg2) if arg2 is not None else first
        return Range(
            self,
            min(first[0], last[0]),
            min(first[1], last[1]),
            max(first[2], last[2]),
            max(first[3], last[3]),
        )

    def _corners(self, place: Any) -> tuple[int, int, int, int]:
        if isinstance(place, Range):
            return place.corners
        if isinstance(place, tuple):
            row, column = place[:2]
            rows, columns = place[2:] if len(place) == 4 else (1, 1)
            return row, column, row + rows - 1, column + columns - 1
        for scope in (self.native.NamedRanges, self.book.api.NamedRanges):
            if scope.hasByName(place):
                cells = scope.getByName(place).ReferredCells
                if cells is None or cells.Spreadsheet.Name != self.name:
                    raise KeyError(f"{place} is not on the sheet {self.name}")
                return Range.of_cells(self, cells.RangeAddress).corners
        return corners(place)

    def activate(self) -> None:
        self.book.api.CurrentController.setActiveSheet(self.native)

    select = activate

    def clear_contents(self) -> None:
        self.used_range.clear_contents()

    def clear(self) -> None:
        self.used_range.clear()

    def delete(self) -> None:
        self.book.api.Sheets.removeByName(self.name)
