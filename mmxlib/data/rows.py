"""Rows of tables with their day and unit, and where they fall in the panel."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.data.calendar import Calendar
from mmxlib.data.columns import needed_column, role_column
from mmxlib.data.findings import Findings
from mmxlib.data.roles import DataSettings
from mmxlib.data.tables import Table
from mmxlib.data.values import days, names
from mmxlib.maths.arrays import Array, Dates, Matrix, Vector

NATIONAL = -1
"""The index of a row that belongs to no single unit."""

UNKNOWN = -2
"""The index of a row whose unit the sales do not have."""

DAY_SPAN = 1_000_000
"""More days than any calendar has: with it, unit and day make one key."""

WHOLE_WEEK = 1.0 - 1e-9
"""What seven sevenths come to, in floating point."""

ALL = "all"
"""The one unit of sales that name none."""


@dataclass(frozen=True, eq=False)
class KeyedRows:
    """One table's rows with day and unit.

    ``days`` holds NaT and ``units`` empty text where a cell is faulty or blank; ``units`` is None where the
    table has no column for it. ``unit_columns`` are the columns that make the unit.
    """

    table: Table
    days: Dates
    units: Array | None
    unit_columns: tuple[str, ...]


def keyed_rows(
    table: Table, settings: DataSettings, findings: Findings, *, blank_units: bool = False
) -> KeyedRows | None:
    """Return the table's rows with day and unit, or None (and a fault) without a column of dates.

    Sub-category and geo together make a unit ``sub-category / geo``. A blank unit is a fault unless
    ``blank_units`` lets it mean all units.
    """
    date_column = needed_column(table, "date", settings, findings)
    columns = unit_columns(table, settings)
    found = [names(table, column, findings, blank_allowed=blank_units) for column in columns.values()]
    if date_column is None:
        return None
    units = joined_units(found)
    return KeyedRows(table, days(table, date_column, findings), units, tuple(columns))


def unit_columns(table: Table, settings: DataSettings) -> dict[str, str]:
    """Return the columns that make the unit, by role: of ``sub_category`` and ``geo`` those that exist."""
    found = {role: role_column(table, role, settings) for role in ("sub_category", "geo")}
    return {role: column for role, column in found.items() if column is not None}


def joined_units(parts: Sequence[Array]) -> Array | None:
    """Return the name of each row's unit: empty where all parts are blank."""
    if len(parts) < 2:
        return parts[0] if parts else None
    rows = list(zip(*parts, strict=True))
    known = {row: " / ".join(part for part in row if part) for row in dict.fromkeys(rows)}
    return np.array([known[row] for row in rows], dtype=object)


def unit_index(rows: KeyedRows, units: Sequence[str]) -> Array:
    """Return each row's index in ``units``; `NATIONAL` without one, `UNKNOWN` where sales lack it."""
    if rows.units is None:
        return np.full(len(rows.table), NATIONAL)
    index = {"": NATIONAL, **{unit: position for position, unit in enumerate(units)}}
    return np.array([index.get(unit, UNKNOWN) for unit in rows.units], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Placed:
    """Rows of several tables in one list: where each falls in the panel, and where it came from.

    ``unit`` may be `NATIONAL`; ``day`` counts days from the calendar's first.
    """

    unit: Array
    day: Array
    tables: tuple[Table, ...]
    table: Array
    row: Array

    @property
    def period(self) -> Array:
        """The index of each row's week."""
        return np.floor_divide(self.day, 7)

    def place(self, index: int) -> str:
        """Return the file and row of one entry."""
        source: Table = self.tables[int(self.table[index])]
        return source.place(int(self.row[index]))


def placed(rows: Sequence[KeyedRows], units: Sequence[str], calendar: Calendar) -> Placed:
    """Return all rows of ``rows`` in one list, in order."""
    return Placed(
        unit=np.concatenate([unit_index(each, units) for each in rows]),
        day=np.concatenate([(each.days - calendar.first).astype(np.int64) for each in rows]),
        tables=tuple(each.table for each in rows),
        table=np.concatenate([np.full(len(each.table), index) for index, each in enumerate(rows)]),
        row=np.concatenate([np.arange(len(each.table)) for each in rows]),
    )


def repeated(keys: Array) -> tuple[Array, Array]:
    """Return the indices of rows whose key stood before, and for each the index where it stood first."""
    if len(keys) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    first_of = order[np.maximum.accumulate(np.where(first, np.arange(len(keys)), 0))]
    again, original = order[~first], first_of[~first]
    by_row = np.argsort(again)
    return again[by_row], original[by_row]


def summed(values: Vector, unit: Array, period: Array, shape: tuple[int, int]) -> Matrix:
    """Return the sum of ``values`` in each unit and period."""
    total = np.bincount(unit * shape[1] + period, weights=values, minlength=shape[0] * shape[1])
    return total.reshape(shape).astype(np.float64)
