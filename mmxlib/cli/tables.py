"""Tables for a terminal: plain text, numbers to the right."""

from datetime import datetime
from typing import Any

import pandas as pd

WIDEST = 46
MOST_ROWS = 40


def table_text(frame: pd.DataFrame) -> str:
    """Return a frame as aligned text, at most 40 rows; longer cells are cut."""
    if frame.empty:
        return "  (none)"
    shown = frame.head(MOST_ROWS)
    cells = [[str(name).replace("_", " ") for name in shown.columns]]
    cells += [[_cell(value) for value in row] for row in shown.itertuples(index=False)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(shown.columns))]
    numeric = [pd.api.types.is_numeric_dtype(shown.iloc[:, index]) for index in range(len(widths))]
    lines = [
        "  "
        + "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in cells
    ]
    lines.insert(1, "  " + "  ".join("-" * width for width in widths))
    if len(frame) > MOST_ROWS:
        lines.append(f"  … and {len(frame) - MOST_ROWS} more rows")
    return "\n".join(lines)


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


def _cell(value: Any) -> str:
    value = _plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number_text(value)
    text = " ".join(str(value).split())
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def number_text(value: float) -> str:
    """Return a number as people write it: no fraction from a thousand on, three digits below."""
    size = abs(value)
    if size >= 1000.0 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}" if size >= 100.0 else f"{value:.3g}" if size < 1.0 else f"{value:.2f}"
