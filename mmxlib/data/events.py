"""Events: what happened in a window of days."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from mmxlib.artifacts.panel import Event
from mmxlib.data.columns import (
    found_column,
    listed,
    missing_mapped_column,
    needed_column,
    suggestion,
)
from mmxlib.data.findings import Findings
from mmxlib.data.grid import Grid
from mmxlib.data.roles import DataSettings
from mmxlib.data.rows import ALL, joined_units, unit_columns
from mmxlib.data.tables import Table
from mmxlib.data.values import days, names, numbers, refuse_blanks
from mmxlib.maths.arrays import Array, Dates

NO_EVENT = frozenset({"", "na", "n/a", "none", "no", "0", "-"})
"""What stands in a column of event names where there is no event; case does not matter."""


def listed_events(
    tables: Sequence[Table], units: tuple[str, ...], settings: DataSettings, findings: Findings
) -> tuple[Event, ...]:
    """Return the events of files with a row per event: name, start, end and, where it has one, unit."""
    events: list[Event] = []
    for table in tables:
        name_column = needed_column(table, "name", settings, findings)
        window = window_of(table, settings, findings)
        members = members_of(table, units, settings, findings)
        if name_column is None or window is None:
            continue
        event_names = names(table, name_column, findings)
        start, end = window
        for row, name in enumerate(event_names):
            if not (np.isnat(start[row]) or np.isnat(end[row])):
                events.extend(
                    Event(str(name), day_of(start[row]), day_of(end[row]), unit) for unit in members[row]
                )
    return tuple(events)


def column_events(grid: Grid, settings: DataSettings, findings: Findings) -> tuple[Event, ...]:
    """Return the events that columns of the sales files name, as runs of weeks."""
    tables = [rows.table for rows in grid.rows]
    events: list[Event] = []
    on: dict[str, Array] = {}
    for column_name, event_name in settings.event_columns.items():
        columns = [found_column(table, column_name) for table in tables]
        if not any(columns):
            missing_mapped_column("data.event_columns", column_name, tables, findings)
            continue
        parts = [
            _dummy(table, column, findings) if column else np.zeros(len(table))
            for table, column in zip(tables, columns, strict=True)
        ]
        weeks = grid.sums(np.concatenate(parts)) > 0.0
        on[event_name] = on[event_name] | weeks if event_name in on else weeks
    for event_name, weeks in on.items():
        events.extend(_runs(event_name, weeks, grid))
    if settings.event_name_column is not None:
        events.extend(_named_events(grid, settings.event_name_column, tables, findings))
    return tuple(events)


def _named_events(grid: Grid, name: str, tables: Sequence[Table], findings: Findings) -> list[Event]:
    columns = [found_column(table, name) for table in tables]
    if not any(columns):
        missing_mapped_column("data.event_name_column", name, tables, findings)
        return []
    said = np.concatenate(
        [
            names(table, column, findings, blank_allowed=True) if column else np.full(len(table), "", object)
            for table, column in zip(tables, columns, strict=True)
        ]
    )
    distinct = sorted({text for text in said if text.strip().casefold() not in NO_EVENT})
    return [
        event
        for text in distinct
        for event in _runs(text, grid.sums((said == text).astype(np.float64)) > 0.0, grid)
    ]


def _dummy(table: Table, column: str, findings: Findings) -> Array:
    """Return a column of zeros and ones; anything else is a fault."""
    read = numbers(table, column, findings)
    refuse_blanks(table, column, read.blank, findings, remedy="Write 1 in the weeks of the event, else 0.")
    odd = np.flatnonzero(~np.isnan(read.values) & (read.values != 0.0) & (read.values != 1.0))
    findings.reject_each(
        "MMX-D046",
        ((table.place(int(row), column), f"{read.values[row]:g} is neither 0 nor 1.") for row in odd),
        total=len(odd),
        remedy="Write 1 in the weeks of the event, else 0; a column with other numbers is a control.",
    )
    return read.values


def _runs(name: str, on: Array, grid: Grid) -> list[Event]:
    """Return an event per run of weeks; one for all units where they agree."""
    dates = grid.calendar.dates
    alike = bool(np.all(on == on[0]))
    events = []
    for unit, row in ((None, on[0]),) if alike else zip(grid.units, on, strict=True):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(np.int8)))
        for first, after in zip(edges[::2], edges[1::2], strict=True):
            events.append(
                Event(name, day_of(dates[first]), day_of(dates[after - 1] + np.timedelta64(6, "D")), unit)
            )
    return events


def window_of(table: Table, settings: DataSettings, findings: Findings) -> tuple[Dates, Dates] | None:
    """Return the first and last day of each row, or None (and a fault) where a column is missing."""
    columns = [needed_column(table, role, settings, findings) for role in ("start", "end")]
    if columns[0] is None or columns[1] is None:
        return None
    start, end = days(table, columns[0], findings), days(table, columns[1], findings)
    reversed_rows = np.flatnonzero(end < start)
    findings.reject_each(
        "MMX-D047",
        (
            (table.place(int(row)), f"The end, {end[row]}, lies before the start, {start[row]}.")
            for row in reversed_rows
        ),
        total=len(reversed_rows),
        remedy="Correct one of the two dates.",
    )
    return start, end


def members_of(
    table: Table, units: tuple[str, ...], settings: DataSettings, findings: Findings
) -> list[tuple[str | None, ...]]:
    """Return the units each row is about: (None,) for all of them.

    A row may name a unit as sales do, or one part of it: a sub-category in all its regions, say.
    """
    columns = unit_columns(table, settings)
    named = joined_units([names(table, column, findings, blank_allowed=True) for column in columns.values()])
    if named is None or units == (ALL,):
        return [(None,)] * len(table)
    members: list[tuple[str | None, ...]] = []
    for row, name in enumerate(named):
        own = tuple(unit for unit in units if name in (unit, *unit.split(" / "))) if name else units
        if not own:
            findings.reject(
                "MMX-D048",
                f'"{name}" has no sales. Sales have {listed(units)}.',
                remedy=f"{suggestion(name, units)}Write the name as in sales, or leave it empty for all.",
                place=table.place(row),
            )
        members.append((None,) if own == units else own)
    return members


def day_of(day: np.datetime64) -> date:
    """Return the day as a date."""
    found: date = day.astype("datetime64[D]").item()
    return found
