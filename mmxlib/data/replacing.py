"""Cells of one column that stand for others, told once for each text that was replaced."""

from collections.abc import Mapping
from typing import Any

from mmxlib.artifacts.repair import Repair
from mmxlib.data.findings import Findings
from mmxlib.data.tables import Cells, Table


def replaced(table: Table, column: str, meant: Mapping[Any, object], rule: str, findings: Findings) -> Cells:
    """Return a column with what its cells mean in their place, and a repair for each distinct one."""
    cells = table.column(column)
    rows: dict[object, list[int]] = {}
    for row, cell in enumerate(cells):
        if cell in meant:
            rows.setdefault(cell, []).append(row)
    for cell, where in rows.items():
        place, after = table.within(where[0], column), str(meant[cell])
        findings.repair(Repair(table.file, table.sheet, place, str(cell), after, rule, len(where)))
    return [meant.get(cell, cell) for cell in cells]
