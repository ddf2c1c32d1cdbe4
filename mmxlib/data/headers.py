"""Where a table begins: titles above the names of the columns are passed over, and said."""

from collections.abc import Sequence
from typing import TypeVar

from mmxlib.artifacts.repair import Repair
from mmxlib.data.findings import Findings

CellT = TypeVar("CellT")


def from_header(
    numbered_rows: Sequence[tuple[int, Sequence[CellT]]], file: str, sheet: str, findings: Findings
) -> list[tuple[int, Sequence[CellT]]]:
    """Return the rows from the header on: the first row with two filled cells, as titles have but one.

    Where no row has two, the first row is the header.
    """
    counts = [sum(cell is not None and str(cell).strip() != "" for cell in row) for _, row in numbered_rows]
    start = next((index for index, count in enumerate(counts) if count > 1), 0)
    for number, row in numbered_rows[:start]:
        text = next((str(cell).strip() for cell in row if cell is not None and str(cell).strip()), "")
        findings.repair(
            Repair(
                file, sheet, f"row {number}", text[:120], "left out", "a title above the names of the columns"
            )
        )
    return list(numbered_rows[start:])
