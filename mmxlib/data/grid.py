"""Numbers by unit and week from the tables that have a row per unit and week: sales, prices, controls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.calendar import WEEK, Calendar, fits_calendar, tell_daily
from mmxlib.data.columns import listed
from mmxlib.data.findings import Findings
from mmxlib.data.gaps import bridgeable, bridged
from mmxlib.data.rows import (
    DAY_SPAN,
    NATIONAL,
    UNKNOWN,
    WHOLE_WEEK,
    KeyedRows,
    Placed,
    placed,
    repeated,
    summed,
)
from mmxlib.data.tables import Table
from mmxlib.data.values import numbers, refuse_blanks
from mmxlib.maths.arrays import Array, Matrix, Vector

ColumnOf = Callable[[Table], "str | None"]


@dataclass(frozen=True, eq=False)
class Grid:
    """Tables of one role on the panel's grid.

    ``rows`` are the tables, ``placed`` all their rows, ``used`` those inside the calendar and of a
    known unit, ``count`` the rows in each unit and week, ``missing`` the weeks of sales without a row that
    are bridged. ``national`` says that no row names a unit.
    """

    rows: tuple[KeyedRows, ...]
    placed: Placed
    used: Array
    count: Matrix
    missing: Array
    national: bool
    units: tuple[str, ...]
    calendar: Calendar

    def totals(self, values: Vector) -> Matrix:
        """Return the sum of the rows' values in each unit and week, missing weeks bridged."""
        return bridged(self.sums(values), self.missing)

    def sums(self, values: Vector) -> Matrix:
        """Return the sum of the rows' values in each unit and week, 0 where there is no row."""
        if self.national:
            unit, shape = np.zeros(int(self.used.sum()), dtype=np.int64), (1, self.calendar.periods)
        else:
            unit, shape = self.placed.unit[self.used], self.count.shape
        total = summed(values[self.used], unit, self.placed.period[self.used], shape)
        return np.broadcast_to(total, self.count.shape).copy()

    def means(self, values: Vector) -> Matrix:
        """Return the mean of the rows' values in each unit and week, missing weeks bridged."""
        return bridged(self.sums(values) / np.maximum(self.count, 1.0), self.missing)


def grid_of(
    rows: Sequence[KeyedRows], units: tuple[str, ...], calendar: Calendar, findings: Findings, *, word: str
) -> Grid | None:
    """Return the tables on the grid; strange units, repeats and gaps are faults; None without any table."""
    if not rows:
        return None
    shares = [_share(each, calendar, findings, word) for each in rows]
    where = placed(rows, units, calendar)
    share = np.concatenate(
        [np.full(len(each.table), part or 1.0) for each, part in zip(rows, shares, strict=True)]
    )
    known = ~np.isnat(np.concatenate([each.days for each in rows]))
    inside = known & (where.day >= 0) & (where.day < 7 * calendar.periods)
    _tell_outside(rows, int(np.sum(known & ~inside)), len(known), calendar, findings, word)
    _check_strange(rows, where, units, findings, word)
    national = bool(np.all(where.unit == NATIONAL))
    used = inside & (where.unit != UNKNOWN)
    if not national:
        used &= where.unit != NATIONAL  # a blank name, reported as such
    _check_repeats(where, used, findings, word)
    unit = np.zeros_like(where.unit) if national else where.unit
    shape = (1 if national else len(units), calendar.periods)
    covered = summed(share[used], unit[used], where.period[used], shape)
    missing = np.zeros(shape, dtype=bool)
    if bool(np.all(known)) and None not in shares:  # else a row already reported may be the missing one
        names = ("",) if national else units
        absent = covered < WHOLE_WEEK
        if word == "sales" and all(part == 1.0 for part in shares):
            missing = bridgeable(absent)
            _tell_bridged(where, unit, missing, names, calendar, findings)
        _check_gaps(rows, absent & ~missing, names, calendar, findings, word)
    count = summed(np.ones(int(used.sum())), unit[used], where.period[used], shape)
    full = (len(units), calendar.periods)
    return Grid(
        tuple(rows), where, used, np.broadcast_to(count, full).copy(), np.broadcast_to(missing, full).copy(),
        national, units, calendar,
    )  # fmt: skip


def column_values(grid: Grid, column_of: ColumnOf, findings: Findings, *, remedy: str) -> Vector | None:
    """Return the numbers of one column in all the grid's tables, or None where no table has it.

    A blank is a fault with ``remedy``; so is a table without the column that another one has.
    """
    columns = [column_of(each.table) for each in grid.rows]
    if not any(columns):
        return None
    parts = []
    for each, column in zip(grid.rows, columns, strict=True):
        if column is None:
            findings.reject(
                "MMX-D044",
                f"{next(name for name in columns if name)} is in another file of this kind but not here.",
                remedy="Give all files of one kind the same columns.",
                place=each.table.place(),
            )
            parts.append(np.full(len(each.table), np.nan))
            continue
        read = numbers(each.table, column, findings)
        refuse_blanks(each.table, column, read.blank, findings, remedy=remedy)
        parts.append(read.values)
    return np.concatenate(parts)


def refuse_where(
    grid: Grid, wrong: Array, problem: str, findings: Findings, *, code: str, remedy: str
) -> None:
    """Add a fault for each row where ``wrong`` is true."""
    found = np.flatnonzero(wrong)
    findings.reject_each(
        code, ((grid.placed.place(int(index)), problem) for index in found), total=len(found), remedy=remedy
    )


def _share(rows: KeyedRows, calendar: Calendar, findings: Findings, word: str) -> float | None:
    """Return the part of a week that one row covers, or None (and a fault) for weeks on another weekday."""
    daily = fits_calendar(rows.days, calendar, findings, rows.table.place())
    if daily:
        tell_daily(rows.table.file, rows.table.sheet, len(rows.table), calendar, findings)
    return None if daily is None else (1.0 / 7.0 if daily else 1.0)


def _tell_outside(
    rows: Sequence[KeyedRows], outside: int, total: int, calendar: Calendar, findings: Findings, word: str
) -> None:
    if outside:
        findings.review(
            f"{outside:,} of the {total:,} rows of {word} lie outside the weeks {calendar.dates[0]} to "
            f"{calendar.dates[-1] + WEEK - np.timedelta64(1, 'D')} and were left out.",
            about=", ".join(dict.fromkeys(each.table.file for each in rows)),
        )


def _check_strange(
    rows: Sequence[KeyedRows], where: Placed, units: Sequence[str], findings: Findings, word: str
) -> None:
    strange = np.flatnonzero(where.unit == UNKNOWN)
    if len(strange):
        names = np.concatenate([each.units for each in rows if each.units is not None])
        findings.reject(
            "MMX-D045",
            f"The {word} name what sales do not have: {listed(sorted(set(names) - set(units) - {''}))}. "
            f"Sales have {listed(units)}.",
            remedy="Write the names alike in both, or leave these rows out.",
            place=where.place(int(strange[0])),
        )


def _check_repeats(where: Placed, used: Array, findings: Findings, word: str) -> None:
    index = np.flatnonzero(used)
    again, original = repeated((where.unit[index] + 1) * DAY_SPAN + where.day[index])
    findings.reject_each(
        "MMX-D031",
        (
            (
                where.place(int(index[i])),
                f"This date stands already in {where.place(int(index[j]))}, for the same sub-category.",
            )
            for i, j in zip(again, original, strict=True)
        ),
        total=len(again),
        remedy=f"Keep one row of {word} for each sub-category and date.",
    )


def _tell_bridged(
    where: Placed, unit: Array, missing: Array, names: Sequence[str], calendar: Calendar, findings: Findings
) -> None:
    """Say which weeks of sales have no row and were bridged, each behind the last row before it."""
    for index, period in zip(*np.nonzero(missing), strict=True):
        before = np.flatnonzero((unit == index) & (where.period < period))
        row = int(before[np.argmax(where.day[before])])
        table: Table = where.tables[int(where.table[row])]
        name = f"{names[int(index)]}, " if names[int(index)] else ""
        rule = "a week without a row of sales lies on the line between its neighbors"
        place = f"after {table.within(int(where.row[row]))}"
        findings.repair(
            Repair(table.file, table.sheet, place, f"{name}{calendar.dates[period]}", "bridged", rule)
        )


def _check_gaps(
    rows: Sequence[KeyedRows],
    absent: Array,
    units: Sequence[str],
    calendar: Calendar,
    findings: Findings,
    word: str,
) -> None:
    unit, period = np.nonzero(absent)
    file = ", ".join(dict.fromkeys(each.table.place() for each in rows))
    prefixes, dates = [f'"{name}": ' if name else "" for name in units], calendar.dates
    findings.reject_each(
        "MMX-D033",
        (
            (file, f"{prefixes[int(u)]}There is no row for {dates[t]}.")
            for u, t in zip(unit, period, strict=True)
        ),
        total=len(unit),
        remedy=f"Add the missing {word}, with a row for every sub-category in every week.",
    )
