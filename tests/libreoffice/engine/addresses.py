"""Addresses of cells as people write them."""

import re

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]+)")


def letters(column: int) -> str:
    """Return the letters of a column, the first one being 1."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def corners(address: str) -> tuple[int, int, int, int]:
    """Return first row, first column, last row and last column of ``A1``, ``A1:B2``, ``A:B`` or ``1:2``."""
    first, _, last = address.replace("$", "").partition(":")
    ends = [first, last or first]
    if all(end.isalpha() for end in ends):
        ends = [f"{ends[0]}1", f"{ends[1]}{LAST_ROW}"]
    elif all(end.isdigit() for end in ends):
        ends = [f"A{ends[0]}", f"{letters(LAST_COLUMN)}{ends[1]}"]
    (first_row, first_column), (last_row, last_column) = (_cell(end) for end in ends)
    return first_row, first_column, last_row, last_column


def _cell(address: str) -> tuple[int, int]:
    found = _CELL.fullmatch(address)
    if found is None:
        raise KeyError(f"{address!r} is neither a cell nor a defined name")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column
