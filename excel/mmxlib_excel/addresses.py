"""Addresses of cells: ``B3`` for people and files, row and column counted from 1 for the code."""

import re
from dataclasses import dataclass

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
        """Return the address that ``B3`` or ``$B$3`` names; its form must have been checked."""
        found = _ADDRESS.fullmatch(text)
        assert found is not None, text
        column = 0
        for letter in found[1]:
            column = column * 26 + ord(letter) - ord("A") + 1
        return cls(int(found[2]), column)

    def __str__(self) -> str:
        letters, column = "", self.column
        while column:
            column, remainder = divmod(column - 1, 26)
            letters = chr(ord("A") + remainder) + letters
        return f"{letters}{self.row}"


def is_address(text: str) -> bool:
    """Return whether ``text`` names a cell of a sheet."""
    if not _ADDRESS.fullmatch(text):
        return False
    address = Address.parse(text)
    return address.row <= LAST_ROW and address.column <= LAST_COLUMN


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
