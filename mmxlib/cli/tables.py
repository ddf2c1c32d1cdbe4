"""Tables for a terminal: plain text, numbers to the right."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

WIDEST_CELL = 72
WIDEST_TABLE = 132  # where there is no terminal to ask
MOST_ROWS = 40


def table_text(frame: pd.DataFrame) -> str:
    """Return a frame as aligned text, at most 40 rows; longer cells are cut.

    A table wider than the terminal is shown in several parts, each beginning with the first column.
    """
    if frame.empty:
        return "  (none)"
    shown = frame.head(MOST_ROWS)
    columns = [_column(shown, index) for index in range(len(shown.columns))]
    parts = [_aligned([columns[0], *part]) for part in _parts(columns)]
    if len(frame) > MOST_ROWS:
        parts.append(f"  … and {len(frame) - MOST_ROWS} more rows")
    return "\n\n".join(parts)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column's cells as text, its name first, all of one width."""

    cells: tuple[str, ...]

    @property
    def width(self) -> int:
        return len(self.cells[0])


def _column(frame: pd.DataFrame, index: int) -> _Column:
    values = frame.iloc[:, index]
    texts = [str(frame.columns[index]).replace("_", " "), *_texts([_plain(each) for each in values])]
    width = max(map(len, texts))
    right = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return _Column(tuple(text.rjust(width) if right else text.ljust(width) for text in texts))


def _parts(columns: Sequence[_Column]) -> list[list[_Column]]:
    """Return the columns after the first in groups that fit the terminal beside the first."""
    room = shutil.get_terminal_size((WIDEST_TABLE, 24)).columns - columns[0].width - 2
    parts: list[list[_Column]] = [[]]
    left = room
    for column in columns[1:]:
        if parts[-1] and column.width + 2 > left:
            parts.append([])
            left = room
        parts[-1].append(column)
        left -= column.width + 2
    return parts


def _aligned(columns: Sequence[_Column]) -> str:
    rows = ["  " + "  ".join(cells).rstrip() for cells in zip(*(each.cells for each in columns), strict=True)]
    rule = "  " + "  ".join("-" * each.width for each in columns)
    return "\n".join([rows[0], rule, *rows[1:]])


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame's rows as plain values for JSON; empty cells are null."""
    return [
        {str(name): _plain(value) for name, value in zip(frame.columns, row, strict=True)}
        for row in frame.itertuples(index=False)
    ]


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, float) and not abs(value) < float("inf")):
        return None if value is None or value != value else str(value)
    if pd.isna(value):
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.item() if hasattr(value, "item") else value


def _texts(values: Sequence[Any]) -> list[str]:
    """Return a column's cells as text; its numbers have the same number of decimals."""
    sizes = [abs(each) for each in values if isinstance(each, float)]
    largest = max(sizes, default=0.0)
    whole = all(size == int(size) for size in sizes)
    decimals = 0 if whole or largest >= 1000.0 else 1 if largest >= 100.0 else 2 if largest >= 1.0 else 3
    return [_cell(each, decimals) for each in values]


def _cell(value: Any, decimals: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.{decimals}f}"
    text = " ".join(str(value).split())
    return text if len(text) <= WIDEST_CELL else f"{text[: WIDEST_CELL - 1]}…"
