"""Rows of raw tables in batches: every cell as it stands, columns as codes or as numbers."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from mmxlib.artifacts.repair import Repair
from mmxlib.data.delimited import rectangular
from mmxlib.data.findings import Findings
from mmxlib.data.raw.columns import BLANKS, Roles
from mmxlib.data.raw.text_blocks import Block, Layout, numbered_rows
from mmxlib.data.tables import Table
from mmxlib.data.values import name_of
from mmxlib.maths.arrays import Array, Vector

Column: TypeAlias = "pd.Series[Any]"

ROWS = 1 << 20
"""Rows of a batch of what is no text file."""


@dataclass(frozen=True, eq=False)
class Labels:
    """A column of names, codes or dates: the text of each row is ``texts[codes[row]]``."""

    codes: Array
    texts: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column of numbers.

    ``values`` are NaN where a cell is blank or not read as a plain number; ``cells`` holds every cell as it
    stands there, or None where all that is not blank was read. Both have shape (row,).
    """

    values: Vector
    cells: Array | None


@dataclass(frozen=True, eq=False)
class Batch:
    """Some rows of a raw table: ``rows`` are their numbers as Excel counts them."""

    rows: Array
    labels: Mapping[str, Labels]
    numbers: Mapping[str, Numbers]


def batch_of_block(
    block: Block, layout: Layout, roles: Roles, decimal: str, findings: Findings
) -> Batch | None:
    """Return the rows of a block of text, or None and the fault where a row has too many or few values.

    Numbers with the sign ``decimal`` before their decimals are read at once; others stay text.

    Raises
    ------
    csv.Error
        If a quotation mark is not closed, or is followed by other text.
    """
    frame = _fast_frame(block, layout, roles, decimal) if block.regular else None
    if frame is not None:
        rows = np.arange(block.first_row, block.first_row + len(frame))
        return _batch(frame, rows, roles)
    numbered = list(numbered_rows(block, layout))
    if not rectangular(layout.file, [(0, layout.columns), *numbered], findings):
        return None
    _tell_empty_rows(layout.file, block.first_row, [number for number, _ in numbered], findings)
    columns = list(zip(*(row for _, row in numbered), strict=True))
    positions = {name: layout.columns.index(name) for name in (*roles.labels, *roles.values)}
    careful = pd.DataFrame(
        {name: pd.Series(columns[at], dtype=object) for name, at in positions.items()} if columns else {},
        columns=list(positions),
    )
    return _batch(careful, np.array([number for number, _ in numbered], dtype=np.int64), roles)


def _tell_empty_rows(file: str, first: int, numbers: Sequence[int], findings: Findings) -> None:
    """Say how many rows are empty among those of a block, and which one is the first."""
    expected = first
    empty: list[int] = []
    for number in numbers:
        empty += range(expected, number)
        expected = number + 1
    if empty:
        findings.repair(Repair(file, "", f"row {empty[0]}", "(empty)", "left out", "empty rows", len(empty)))


def batches_of_table(table: Table, roles: Roles) -> Iterator[Batch]:
    """Yield the rows of a table that was read already, such as a sheet of a workbook."""
    for start in range(0, len(table), ROWS):
        part = slice(start, start + ROWS)
        cells = {name: table.column(name)[part] for name in (*roles.labels, *roles.values)}
        columns = {
            name: each if isinstance(each, np.ndarray) else np.array([*each, None], dtype=object)[:-1]
            for name, each in cells.items()
        }
        yield _batch(pd.DataFrame(columns), table.rows[part], roles)


def batch_of_frame(frame: pd.DataFrame, first_row: int, roles: Roles) -> Batch:
    """Return the rows of a frame as a batch."""
    return _batch(frame, np.arange(first_row, first_row + len(frame)), roles)


def _batch(frame: pd.DataFrame, rows: Array, roles: Roles) -> Batch:
    labels = {name: _labels(frame[name]) for name in roles.labels}
    return Batch(rows, labels, {name: _numbers(frame[name]) for name in roles.values})


def _fast_frame(block: Block, layout: Layout, roles: Roles, decimal: str) -> pd.DataFrame | None:
    """Return the columns that have a role, read at once, or None where that cannot be."""
    every = [str(index) for index in range(len(layout.columns))]
    wanted = {name: str(layout.columns.index(name)) for name in (*roles.labels, *roles.values)}
    values = [wanted[name] for name in roles.values]
    labels = [wanted[name] for name in roles.labels if name not in roles.values]
    try:
        frame = pd.read_csv(
            io.BytesIO(block.content),
            sep=layout.separator,
            decimal=decimal,
            header=None,
            names=every,
            usecols=list(wanted.values()),
            index_col=False,
            dtype=dict.fromkeys(labels, object),  # as categories, 007 would be the number 7
            keep_default_na=False,
            na_values={name: [""] for name in values},
            skip_blank_lines=False,
            low_memory=False,
        )
    except (pd.errors.ParserError, OverflowError):
        return None
    return frame.rename(columns={at: name for name, at in wanted.items()})


def _labels(column: Column) -> Labels:
    """Return a column as codes of its distinct texts, without blanks around them."""
    codes, cells = pd.factorize(column, use_na_sentinel=True)
    texts = [name_of(cell).strip(BLANKS) for cell in cells.tolist()]
    return Labels(np.where(codes < 0, len(texts), codes).astype(np.int64), (*texts, ""))


def _numbers(column: Column) -> Numbers:
    """Return a column as numbers where each cell is one, else with the cells that are not."""
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        return Numbers(column.to_numpy(dtype=np.float64, na_value=np.nan), None)
    cells = column.to_numpy(dtype=object)
    values = np.array([_plain(cell) for cell in cells], dtype=np.float64)
    return Numbers(values, cells)


def _plain(cell: object) -> float:
    """Return a cell that is typed as a number, or NaN."""
    if isinstance(cell, bool | np.bool_):
        return np.nan
    return float(cell) if isinstance(cell, int | float | Decimal | np.number) else np.nan
