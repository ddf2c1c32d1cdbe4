"""Tables whose dates lie 1,462 days apart: days counted from 1904, as Macs once did, pasted among others."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.choices import MacDates
from mmxlib.data.columns import role_column
from mmxlib.data.day_texts import day_of_cell
from mmxlib.data.findings import Findings
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.tables import Table, with_cells

APART = timedelta(days=1_462)
"""How far the two first days lie apart from which workbooks count: 1 January 1900 and 1904."""

_MOSTLY, _HARDLY = 0.9, 0.1  # of a table's days that must, or may, be days of sales


def same_calendar(tables: Sequence[Table], settings: DataSettings, findings: Findings) -> list[Table]:
    """Return the tables with dates moved by 1,462 days where this brings them together.

    Without a choice this is a question; then those beside sales are moved to find what else is wrong.
    """
    days = [_days(table, settings) for table in tables]
    sales = {day for table, own in zip(tables, days, strict=True) if _is_sales(table) for day in own.values()}
    apart = {index: shift for index, own in enumerate(days) if (shift := _shift(own, sales)) is not None}
    if not apart or len(set(apart.values())) > 1:
        return list(tables)
    shift = next(iter(apart.values()))
    choice = settings.mac_dates
    if choice is MacDates.ASK:
        _ask(tables, next(iter(apart)), days, sales, findings)
    others = choice is not MacDates.ASK and (shift > timedelta(0)) is not (choice is MacDates.FORWARD)
    return [
        table
        if not own or (index in apart) is others
        else _moved(table, own, -shift if others else shift, settings, findings)
        for index, (table, own) in enumerate(zip(tables, days, strict=True))
    ]


def _is_sales(table: Table) -> bool:
    return table.role is FileRole.SALES


def _days(table: Table, settings: DataSettings) -> dict[object, date]:
    """Return the day of each distinct cell in a table's dates; none where it is not by date."""
    column = role_column(table, "date", settings)
    if column is None or table.role not in (FileRole.SALES, FileRole.MEDIA, FileRole.CONTROLS):
        return {}
    cells = table.column(column)
    distinct = np.unique(cells) if isinstance(cells, np.ndarray) else dict.fromkeys(cells)
    return {cell: day for cell in distinct if (day := day_of_cell(cell)) is not None}


def _shift(own: Mapping[object, date], sales: set[date]) -> timedelta | None:
    """Return by how much a table's days must move to be those of sales, or None where they are not apart."""
    days = set(own.values())
    if not days or len(days & sales) > _HARDLY * len(days):
        return None
    shifts = (APART, -APART)
    return next(
        (each for each in shifts if len({day + each for day in days} & sales) >= _MOSTLY * len(days)), None
    )


def _ask(
    tables: Sequence[Table],
    index: int,
    days: Sequence[Mapping[object, date]],
    sales: set[date],
    findings: Findings,
) -> None:
    own = days[index].values()
    findings.ask(
        "MMX-D151",
        f"The dates run from {min(own)} to {max(own)} here, but from {min(sales)} to {max(sales)} in sales: "
        f"exactly {APART.days:,} days apart, as days that a Mac's workbook counted.",
        setting="data.mac_dates",
        remedy="Correct the dates, or set data.mac_dates in global.yaml: forward moves the earlier ones, "
        "back the later ones.",
        place=tables[index].place(),
    )


def _moved(
    table: Table, own: Mapping[object, date], shift: timedelta, settings: DataSettings, findings: Findings
) -> Table:
    column = role_column(table, "date", settings)
    assert column is not None  # it has days
    moved = {cell: day + shift for cell, day in own.items()}
    first = next(iter(own))
    if settings.mac_dates is not MacDates.ASK:
        rule = f"dates were moved by {APART.days:,} days, as data.mac_dates says"
        place, count = table.within(0, column), len(table)
        findings.repair(
            Repair(table.file, table.sheet, place, str(own[first]), str(moved[first]), rule, count)
        )
    return with_cells(table, {column: [moved.get(cell, cell) for cell in table.column(column)]})
