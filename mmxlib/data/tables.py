"""Tables as they stand in files: names of columns, cells unchanged, and where each cell is."""

import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from mmxlib.artifacts.repair import Repair
from mmxlib.data.findings import Findings
from mmxlib.data.roles import FileRole
from mmxlib.data.written_rows import is_blank
from mmxlib.maths.arrays import Array

Cells: TypeAlias = Sequence[object] | Array
"""The cells of one column: text as written, or values as a workbook, Parquet file or frame types them."""

_INVISIBLE = dict.fromkeys([0x200B, 0x2060, 0xFEFF, 0xAD])
"""Signs without width: spaces of none, a mark of byte order, a soft hyphen."""

_PICTURES: dict[int, int | str] = {
    **{code: 0x2400 + code for code in range(0x20)},
    0x7F: 0x2421,
    **{code: f"\u241b{chr(code - 0x40)}" for code in range(0x80, 0xA0)},
}
"""Control characters as signs that show them; each of the second set stands for escape and a letter."""

PathLike: TypeAlias = str | os.PathLike[str]


@dataclass(frozen=True, eq=False)
class Spread:
    """Where the values of a table stand that had a column per date: ``positions`` of each row's, from 0.

    ``dates`` and ``values`` are the names of the two columns that were made of them.
    """

    dates: str
    values: str
    positions: Array


@dataclass(frozen=True, eq=False)
class Table:
    """One table of a file.

    ``cells`` holds a sequence per column, ``rows`` the number of each row as Excel counts them (the header is
    row 1), ``positions`` the place of each column in the file, from 0. ``sheet`` is empty where the file has
    none; ``role`` is None where neither file nor sheet says it; ``hidden_rows`` are the numbers of rows that
    the sheet does not show. ``spread`` is there where columns of dates were turned into rows.
    """

    file: str
    columns: tuple[str, ...]
    cells: tuple[Cells, ...]
    rows: Array
    positions: tuple[int, ...]
    sheet: str = ""
    role: FileRole | None = None
    hidden_rows: frozenset[int] = frozenset()
    spread: Spread | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> Cells:
        """Return the cells of the column ``name``."""
        return self.cells[self.columns.index(name)]

    def within(self, row: int, column: str | None = None) -> str:
        """Return where something is inside its file: a cell of a sheet, else a row and a column."""
        if self.spread is not None and column in (self.spread.dates, self.spread.values):
            named = letters(int(self.spread.positions[row]))
            if column == self.spread.dates:
                return f"column {named}"
            return f"cell {named}{self.rows[row]}" if self.sheet else f"row {self.rows[row]}, column {named}"
        if self.sheet and column is not None:
            return f"cell {letters(self.positions[self.columns.index(column)])}{self.rows[row]}"
        return f"row {self.rows[row]}" + (f", column {column}" if column is not None else "")

    def place(self, row: int | None = None, column: str | None = None) -> str:
        """Return where something is; ``row`` is an index of ``rows``."""
        file = f"{self.file}, sheet {self.sheet}" if self.sheet else self.file
        if row is not None:
            return f"{file}, {self.within(row, column)}"
        return file if column is None else f"{file}, column {column}"


def rows_of_table(table: Table, rows: Array) -> Table:
    """Return the table of some rows alone, by index; each keeps its number in the file."""
    cells = tuple(
        column[rows] if isinstance(column, np.ndarray) else [column[int(row)] for row in rows]
        for column in table.cells
    )
    spread = table.spread and replace(table.spread, positions=table.spread.positions[rows])
    return replace(table, cells=cells, rows=table.rows[rows], spread=spread)


def without_rows(table: Table, rows: Sequence[int] | Array, reason: str, findings: Findings) -> Table:
    """Return the table without some rows, by index, which are counted under ``reason``."""
    if not len(rows):
        return table
    findings.count_left_out(table.file, table.sheet, reason, len(rows))
    return rows_of_table(table, np.setdiff1d(np.arange(len(table)), rows))


def with_cells(table: Table, changed: Mapping[str, Cells]) -> Table:
    """Return the table with other cells in the columns that ``changed`` names."""
    if not changed:
        return table
    return replace(
        table,
        cells=tuple(changed.get(name, cells) for name, cells in zip(table.columns, table.cells, strict=True)),
    )


def letters(position: int) -> str:
    """Return the letters by which Excel names the column at ``position`` (from 0)."""
    text, rest = "", position + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def table_of_frame(frame: pd.DataFrame, name: str, role: FileRole | None = None) -> Table:
    """Return a frame as a table called ``name``; its rows are counted from 1."""
    columns = tuple(str(column) for column in frame.columns)
    cells = tuple(_frame_cells(frame.iloc[:, index]) for index in range(len(columns)))
    rows = np.arange(1, len(frame) + 1)
    return Table(name, columns, cells, rows, tuple(range(len(columns))), role=role)


def table_of_rows(
    file: str,
    numbered_rows: Sequence[tuple[int, Sequence[object]]],
    findings: Findings,
    *,
    sheet: str = "",
    role: FileRole | None = None,
) -> Table | None:
    """Return the table whose first row is the header, or None (and a fault) where there is none.

    Rows are as wide as the header. Empty rows must have been left out; columns without name and values are.
    """
    place = f"{file}, sheet {sheet}" if sheet else file
    if len(numbered_rows) < 2:
        findings.reject(
            "MMX-D011",
            "The table has column names but no rows." if numbered_rows else "The table is empty.",
            remedy="Export it again, with the names of the columns in row 1 and the data below.",
            place=place,
        )
        return None
    written = ["" if name is None else str(name) for name in numbered_rows[0][1]]
    header = [clean_name(name) for name in written]
    for index, (before, after) in enumerate(zip(written, header, strict=True)):
        if before != after:
            where = f"column {letters(index)}"
            rule = "spaces and invisible signs around a name were taken off"
            findings.repair(Repair(file, sheet, where, before, after, rule))
    columns = tuple(zip(*(row for _, row in numbered_rows[1:]), strict=True))
    kept = [index for index, name in enumerate(header) if name or not all(map(is_blank, columns[index]))]
    for index in (index for index in kept if not header[index]):
        findings.reject(
            "MMX-D014",
            f"Column {letters(index)} has values but no name.",
            remedy="Write a name into its first cell, or empty the column.",
            place=place,
        )
    kept = [index for index in kept if header[index]]
    rows = np.array([number for number, _ in numbered_rows[1:]], dtype=np.int64)
    names, cells = tuple(header[index] for index in kept), tuple(columns[index] for index in kept)
    return Table(file, names, cells, rows, tuple(kept), sheet=sheet, role=role)


def clean_name(name: str) -> str:
    """Return a name in composed letters, without spaces around it and without signs that nobody sees.

    Control characters, which a terminal would obey, are shown by their pictures, such as ␉.
    """
    composed = unicodedata.normalize("NFC", name).translate(_INVISIBLE)
    return composed.strip().translate(_PICTURES)


def _frame_cells(column: "pd.Series[Any]") -> Cells:
    """Return a frame's column as numbers or days where it is typed so, else cell by cell."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "fiuM":
        return column.to_numpy()
    return [None if value is pd.NA or value is pd.NaT else value for value in column.tolist()]
