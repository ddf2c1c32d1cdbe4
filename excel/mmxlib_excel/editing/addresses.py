"""Addresses of cells: ``B3`` for people and files, row and column counted from 1 for the code."""

import re
from dataclasses import dataclass
from functools import cache

from mmxlib.errors import WorkbookError

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A cell's row and column, counted from 1."""

    row: int
    column: int

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Return the address that ``B3`` or ``$B$3`` names.

        Raises
        ------
        WorkbookError
            If ``text`` names no cell.
        """
        found = _ADDRESS.fullmatch(text)
        if found is None:
            raise WorkbookError(
                f"the workbook is damaged: {text!r} stands where a cell is named.",
                remedy="Open it in Excel, let Excel repair it, save it and try again.",
                code="MMX-X027",
            )
        return cls(int(found[2]), _number(found[1]))

    def __str__(self) -> str:
        return f"{_letters(self.column)}{self.row}"


@cache
def _number(letters: str) -> int:
    """Return the number of a column; kept, as sheets of thousands of rows ask for the same few."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


@cache
def _letters(column: int) -> str:
    letters = ""
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters


def column_of(text: str) -> int:
    """Return the column of the cell that ``text`` names, as `Address.parse` does at more cost.

    Raises
    ------
    WorkbookError
        If ``text`` names no cell.
    """
    found = _ADDRESS.fullmatch(text)
    return Address.parse(text).column if found is None else _number(found[1])


def is_address(text: str) -> bool:
    """Return whether ``text`` names a cell of a sheet."""
    if not _ADDRESS.fullmatch(text):
        return False
    address = Address.parse(text)
    return address.row <= LAST_ROW and address.column <= LAST_COLUMN


def count(text: str) -> int:
    """Return the whole number that a workbook states, of a row or a column.

    Raises
    ------
    WorkbookError
        If ``text`` is no whole number.
    """
    if not (text.isascii() and text.isdecimal()):
        raise WorkbookError(
            f"the workbook is damaged: {text!r} stands where a row or column is counted.",
            remedy="Open it in Excel, let Excel repair it, save it and try again.",
            code="MMX-X028",
        )
    return int(text)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, both corners included."""

    first: Address
    last: Address

    @classmethod
    def parse(cls, text: str) -> "Area":
        """Return the area that ``A1:C3`` or a single ``A1`` names."""
        first, _, last = text.partition(":")
        return cls(Address.parse(first), Address.parse(last or first))

    def __contains__(self, address: Address) -> bool:
        return (
            self.first.row <= address.row <= self.last.row
            and self.first.column <= address.column <= self.last.column
        )

    def meets(self, other: "Area") -> bool:
        """Return whether the two share a cell."""
        return (
            self.first.row <= other.last.row
            and other.first.row <= self.last.row
            and self.first.column <= other.last.column
            and other.first.column <= self.last.column
        )

    @property
    def single(self) -> bool:
        """Whether it is one cell."""
        return self.first == self.last

    def __str__(self) -> str:
        return str(self.first) if self.single else f"{self.first}:{self.last}"
