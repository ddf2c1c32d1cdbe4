"""Rows as a file or sheet has them, before any column has a name."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, TypeVar

CellT = TypeVar("CellT")

WrittenRows = Sequence[tuple[int, Sequence[CellT]]]
"""Rows with their numbers as Excel counts them; rows without any value are not among them."""

NumberedRows = list[tuple[int, Sequence[object]]]
"""The same with cells of any kind, as a list of our own."""


def is_blank(cell: Any) -> bool:
    """Return whether a cell holds nothing that can be seen: nothing, spaces, or a missing value."""
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or bool(cell != cell)  # only a missing value differs from itself


def filled(cell: object) -> bool:
    """Return whether a cell holds something that can be seen."""
    return not is_blank(cell)


def is_value(cell: object) -> bool:
    """Return whether a cell holds a number or a date rather than a name: half of its signs are digits."""
    if not isinstance(cell, str):
        return cell is not None
    text = cell.strip()
    return bool(text) and 2 * sum(map(str.isdigit, text)) >= len(text)


def is_header(row: Sequence[object]) -> bool:
    """Return whether a row can hold the names of columns: two texts or more, and no value."""
    return sum(map(filled, row)) > 1 and not any(map(is_value, row))


def is_empty_column(rows: WrittenRows[object], position: int) -> bool:
    """Return whether no row has anything at ``position``."""
    return not any(position < len(row) and filled(row[position]) for _, row in rows)


def blank_names(rows: WrittenRows[object]) -> list[int]:
    """Return the positions at which the first row holds no name, up to the width of the widest row."""
    header = rows[0][1]
    return [at for at in range(width_of(rows)) if at >= len(header) or not filled(header[at])]


def width_of(rows: WrittenRows[object]) -> int:
    """Return the width of the widest row."""
    return max(map(len, map(itemgetter(1), rows)))
