"""Tables for a terminal: plain text, numbers to the right."""

import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

WIDEST_CELL = 72
WIDEST_TABLE = 132  # where there is no terminal to ask
NARROWEST_CELL = 20  # words are not broken into less, whatever the terminal
MOST_ROWS = 40


def table_text(frame: pd.DataFrame) -> str:
    """Return a frame as aligned text, at most 40 rows; longer cells go on below.

    A table wider than the terminal is shown in several parts, each beginning with the first column, and with
    further ones where that does not tell the rows apart.
    """
    if frame.empty:
        return "  (none)"
    shown = frame.head(MOST_ROWS)
    widest = shutil.get_terminal_size((WIDEST_TABLE, 24)).columns - 2
    columns = [_column(shown, index, widest) for index in range(len(shown.columns))]
    first = _leading(shown, columns, widest)
    parts = [_aligned([*columns[:first], *part]) for part in _parts(columns, first, widest)]
    if len(frame) > MOST_ROWS:
        parts.append(f"  … and {len(frame) - MOST_ROWS} more rows")
    return "\n\n".join(parts)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column's cells, its name first: each the lines of its text, all of one width."""

    cells: tuple[tuple[str, ...], ...]
    width: int


def _column(frame: pd.DataFrame, index: int, widest: int) -> _Column:
    values = frame.iloc[:, index]
    texts = [str(frame.columns[index]).replace("_", " "), *_texts([_plain(each) for each in values])]
    room = min(WIDEST_CELL, max(widest // 2 - 4, NARROWEST_CELL))  # the leading columns have half
    cells = [textwrap.wrap(text, room) or [""] for text in texts]
    width = max(len(line) for lines in cells for line in lines)
    right = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return _Column(
        tuple(tuple(line.rjust(width) if right else line.ljust(width) for line in lines) for lines in cells),
        width,
    )


def _leading(frame: pd.DataFrame, columns: Sequence[_Column], widest: int) -> int:
    """Return how many first columns tell the rows apart: at least one, at most what fits half the room."""
    for count in range(1, len(columns)):
        if sum(each.width + 2 for each in columns[: count + 1]) > widest // 2:
            return count
        if not frame.iloc[:, :count].duplicated().any():
            return count
    return 1


def _parts(columns: Sequence[_Column], first: int, widest: int) -> list[list[_Column]]:
    """Return the columns after the first ones in groups that fit the terminal beside them."""
    room = widest - sum(each.width + 2 for each in columns[:first]) + 2
    parts: list[list[_Column]] = [[]]
    left = room
    for column in columns[first:]:
        if parts[-1] and column.width + 2 > left:
            parts.append([])
            left = room
        parts[-1].append(column)
        left -= column.width + 2
    return parts


def _aligned(columns: Sequence[_Column]) -> str:
    rows = []
    for cells in zip(*(each.cells for each in columns), strict=True):
        for line in range(max(map(len, cells))):
            beside = (
                lines[line] if line < len(lines) else " " * each.width
                for lines, each in zip(cells, columns, strict=True)
            )
            rows.append("  " + "  ".join(beside).rstrip())
        if len(rows) and cells[0] is columns[0].cells[0]:
            rows.append("  " + "  ".join("-" * each.width for each in columns))
    return "\n".join(rows)


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
    return " ".join(str(value).split())
