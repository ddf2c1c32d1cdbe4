"""The one port to a workbook: read cells, write many together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mmxlib.artifacts.note import Note
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.editing.spans import Span
from mmxlib_excel.layout.spec import Block

__all__ = ["Changes", "Span", "Workbook", "filled"]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is written together: cells, and which rows and columns are seen."""

    cells: tuple[Tile, ...] = ()
    rows: tuple[Span, ...] = ()
    columns: tuple[Span, ...] = ()

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(self.cells + other.cells, self.rows + other.rows, self.columns + other.columns)


class Workbook(Protocol):
    """A user's workbook, open in Excel or lying as a file."""

    @property
    def place(self) -> str:
        """How messages name it."""
        ...

    def sheets(self) -> tuple[str, ...]:
        """Return the names of its sheets in their order."""
        ...

    def numbered_rows(self, sheet: str) -> tuple[tuple[int, tuple[object, ...]], ...]:
        """Return the rows of a sheet that hold any value, by number from 1, all from column A and as wide."""
        ...

    def value(self, sheet: str, cell: str) -> object:
        """Return a cell's value: text, number, truth, day (`datetime`) or None."""
        ...

    def write(self, changes: Changes) -> tuple[Note, ...]:
        """Write all of it or nothing; return notes on what could not be written whole."""
        ...


def filled(
    block: Block, rows: Sequence[Sequence[CellValue]], headings: Sequence[str] | None = None
) -> Changes:
    """Return the changes that make a block of results hold ``rows`` and nothing else.

    Parameters
    ----------
    block
        The block; rows it has no values for are emptied and, in a block of results, hidden.
    rows
        A value for each of its columns; a block with own headings may get fewer, the rest is emptied and its
        columns are hidden.
    headings
        The headings, of a block that has its own.
    """
    width, top = len(block.columns), block.head
    body = [(*row, *([None] * (width - len(row)))) for row in rows]
    body += [(None,) * width] * (block.rows - len(body))
    cells: tuple[Tile, ...] = (Tile(block.sheet, str(block.body().first), tuple(body)),)
    columns: tuple[Span, ...] = ()
    if headings is not None:
        cells += (Tile(block.sheet, block.cell, ((*headings, *([None] * (width - len(headings)))),)),)
        used = len(headings)
        columns = _halves(block.sheet, top.column, used, width, size=block.columns[0].width)
    hides = (
        ()
        if block.is_input
        else _halves(block.sheet, top.row + 1, len(rows), block.rows, size=block.row_height)
    )
    return Changes(cells, hides, columns)


def _halves(sheet: str, first: int, used: int, room: int, *, size: float | None) -> tuple[Span, ...]:
    """Return the spans of the used part, shown, and of the rest, hidden."""
    shown = (Span(sheet, first, first + used - 1, shown=True, size=size),) if used else ()
    hidden = (Span(sheet, first + used, first + room - 1, shown=False),) if used < room else ()
    return shown + hidden
