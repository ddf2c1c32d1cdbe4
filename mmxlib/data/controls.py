"""The panel's controls: price and promotion, the columns that the settings name, and files of controls."""

from collections.abc import Sequence

import numpy as np

from mmxlib.artifacts.panel import Control
from mmxlib.data.columns import found_column, missing_mapped_column, role_column
from mmxlib.data.findings import Findings
from mmxlib.data.grid import Grid, column_values
from mmxlib.data.outcome import Outcome
from mmxlib.data.roles import DataSettings, FileRole, matching_key
from mmxlib.data.tables import Table
from mmxlib.maths.arrays import Matrix
from mmxlib.terms import ControlKind

_BLANK_REMEDY = "Fill the cell, or take the column out of the controls."

NamedControl = tuple[Control, Matrix]


def panel_controls(
    grids: Sequence[Grid], outcome: Outcome, settings: DataSettings, findings: Findings
) -> tuple[NamedControl, ...]:
    """Return every control with its values (unit, period): price, promotion, then the named ones.

    ``grids`` are the tables with a row per unit and week, those of sales first. A control that never changes
    is left out, and a note says so.
    """
    found: list[NamedControl] = []
    if outcome.price is not None and ControlKind.PRICE not in settings.controls.values():
        found.append((Control("price", ControlKind.PRICE), outcome.price))
    promotion = _promotion(grids[0], settings, findings)
    if promotion is not None:
        found.append((Control("promotion", ControlKind.PROMOTION), promotion))
    for name, kind in settings.controls.items():
        values = _named(grids, name, findings)
        if values is not None:
            found.append((Control(name, kind), values))
    taken = {matching_key(control.name) for control, _ in found}
    for grid in grids:
        for name in _columns_of_controls(grid, settings):
            if matching_key(name) not in taken:
                values = _named([grid], name, findings)
                if values is not None:
                    found.append((Control(name, _kind(name)), values))
    return tuple(each for each in found if _varies(each, findings))


def _promotion(grid: Grid, settings: DataSettings, findings: Findings) -> Matrix | None:
    def column_of(table: Table) -> str | None:
        return role_column(table, "promotion", settings)

    values = column_values(grid, column_of, findings, remedy="Write 0 where there was no promotion.")
    return None if values is None else grid.means(values)


def _named(grids: Sequence[Grid], name: str, findings: Findings) -> Matrix | None:
    """Return the column ``name`` of the first grid that has it; that none has it is a fault."""

    def column_of(table: Table) -> str | None:
        return found_column(table, name)

    for grid in grids:
        if any(column_of(rows.table) for rows in grid.rows):
            values = column_values(grid, column_of, findings, remedy=_BLANK_REMEDY)
            return None if values is None else grid.means(values)
    missing_mapped_column(
        "data.controls", name, [rows.table for grid in grids for rows in grid.rows], findings
    )
    return None


def _columns_of_controls(grid: Grid, settings: DataSettings) -> tuple[str, ...]:
    """Return the columns of the grid's files of controls that are neither date nor unit."""
    tables = [rows.table for rows in grid.rows if rows.table.role is FileRole.CONTROLS]
    keys = {
        role_column(table, role, settings) for table in tables for role in ("date", "sub_category", "geo")
    }
    return tuple(dict.fromkeys(name for table in tables for name in table.columns if name not in keys))


def _kind(name: str) -> ControlKind:
    return next((kind for kind in ControlKind if kind.value == matching_key(name)), ControlKind.OTHER)


def _varies(named: NamedControl, findings: Findings) -> bool:
    control, values = named
    constant = bool(np.all(values == values.flat[0]))
    if constant and not findings.rejected:
        findings.review(
            f"{control.name} never changes, so it was left out of the controls.", about=control.name
        )
    return not constant
