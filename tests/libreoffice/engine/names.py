"""Defined names, as xlwings asks for them."""

import re
from collections.abc import Iterator
from typing import Any

from xlwings import base_classes

from tests.libreoffice.engine.ranges import Range

_REFERENCE = re.compile(r"=?'?(?P<sheet>[^'!]+)'?!(?P<address>[^!]+)")


class Names(base_classes.Names):
    """The defined names of a workbook or of one sheet."""

    def __init__(self, book: Any, ranges: Any) -> None:
        self._book, self._ranges = book, ranges

    @property
    def api(self) -> Any:
        return self._ranges

    def snapshot(self) -> list[tuple[str, "Name"]]:
        """Return each name as text and as the thing itself."""
        return [(name, Name(self._book, self._ranges, name)) for name in self._ranges.ElementNames]

    def __iter__(self) -> Iterator["Name"]:
        return iter([name for _, name in self.snapshot()])

    def __len__(self) -> int:
        return int(self._ranges.Count)

    def contains(self, name: str) -> bool:
        return bool(self._ranges.hasByName(name))

    def __call__(self, name: str) -> "Name":
        if not self._ranges.hasByName(name):
            raise KeyError(name)
        return Name(self._book, self._ranges, name)

    def add(self, name: str, refers_to: str) -> "Name":
        import uno

        found = _REFERENCE.fullmatch(refers_to)
        if found is None:
            raise ValueError(f"{refers_to} is not a cell range")
        if self._ranges.hasByName(name):
            self._ranges.removeByName(name)
        content = f"$'{found['sheet']}'.{found['address']}"
        origin = uno.createUnoStruct("com.sun.star.table.CellAddress")
        self._ranges.addNewByName(name, content, origin, 0)
        return Name(self._book, self._ranges, name)


class Name(base_classes.Name):
    """One defined name."""

    def __init__(self, book: Any, ranges: Any, name: str) -> None:
        self._book, self._ranges, self._name = book, ranges, name

    @property
    def api(self) -> Any:
        return self._ranges.getByName(self._name)

    @property
    def name(self) -> str:
        return self._name

    @property
    def refers_to(self) -> str:
        cells = self.api.ReferredCells
        if cells is None:
            return f"={self.api.Content}"
        there = self.refers_to_range
        return f"='{there.sheet.name}'!{there.address}"

    @property
    def refers_to_range(self) -> Range:
        cells = self.api.ReferredCells
        if cells is None:
            raise KeyError(f"{self._name} is not a cell range")
        return Range.of_cells(self._book.sheets(cells.Spreadsheet.Name), cells.RangeAddress)

    def delete(self) -> None:
        self._ranges.removeByName(self._name)
