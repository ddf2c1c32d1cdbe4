"""Weeks that have not come yet: left out behind ``data.as_of``, asked about where sales end in zeros."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.columns import role_column
from mmxlib.data.day_texts import day_of_cell
from mmxlib.data.findings import Findings
from mmxlib.data.grid import Grid
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.tables import Table, without_rows
from mmxlib.maths.arrays import Matrix

_FEWEST_ZEROS = 2  # weeks: a single one can be a closed shop


def known_weeks(tables: Sequence[Table], settings: DataSettings, findings: Findings) -> list[Table]:
    """Return the tables without the rows of sales that begin after ``data.as_of``, each told."""
    end = settings.as_of
    if end is None:
        return list(tables)
    return [_until(table, end, settings, findings) for table in tables]


def ask_about_future(grid: Grid, outcome: Matrix, settings: DataSettings, findings: Findings) -> None:
    """Ask about weeks at the end in which nothing was sold anywhere: a plan, or a shop that closed."""
    sold = np.flatnonzero(outcome.any(axis=0))
    first = int(sold[-1]) + 1 if len(sold) else outcome.shape[1]
    zeros = outcome.shape[1] - first
    if settings.as_of is not None or zeros < _FEWEST_ZEROS:
        return
    dates = grid.calendar.dates
    row = int(np.argmax(grid.used & (grid.placed.period == first)))
    findings.ask(
        "MMX-D152",
        f"The last {zeros} weeks, from {dates[first]} on, have sales of 0 everywhere: are they to come?",
        setting="data.as_of",
        remedy=f"Set data.as_of in global.yaml to the last day that the data know: {dates[first] - 1} leaves "
        f"these weeks out, {dates[-1]} keeps them.",
        place=grid.placed.place(row),
    )


def _until(table: Table, end: date, settings: DataSettings, findings: Findings) -> Table:
    column = role_column(table, "date", settings)
    if table.role is not FileRole.SALES or column is None:
        return table
    cells = table.column(column)
    if isinstance(cells, np.ndarray) and cells.dtype.kind == "M":
        late = np.flatnonzero(cells > np.datetime64(end))
    else:
        after = {cell for cell in dict.fromkeys(cells) if (day := day_of_cell(cell)) and day > end}
        late = np.flatnonzero(np.array([cell in after for cell in cells], dtype=bool))
    if not len(late):
        return table
    place = table.within(int(late[0]))
    rule = f"rows after {end} were left out, as data.as_of says"
    findings.repair(
        Repair(table.file, table.sheet, place, str(cells[int(late[0])])[:10], "left out", rule, len(late))
    )
    return without_rows(table, late, "after data.as_of", findings)
