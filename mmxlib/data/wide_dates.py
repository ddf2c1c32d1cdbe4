"""Tables with a column per date, which are turned into rows; and weeks whose year stands apart."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.columns import role_column
from mmxlib.data.day_texts import names_day
from mmxlib.data.findings import Findings
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.tables import Spread, Table, letters, with_cells
from mmxlib.data.week_texts import WeekCalendar, full_year, names_week, refuse_week, without_refused
from mmxlib.terms import OutcomeKind

_MOSTLY = 0.9  # of a table's columns: with fewer dates it is not known what the others are
_FEWEST = 3


def long_dates(table: Table, settings: DataSettings, findings: Findings) -> Table:
    """Return the table with a row per date, where nearly all of its columns are called by dates.

    The values are sales (or units, where the outcome counts them) or spend, as the file's role says.
    """
    dated = [index for index, name in enumerate(table.columns) if names_day(name) or names_week(name)]
    meant = _value_name(table, settings)
    if meant is None or len(dated) < max(_FEWEST, _MOSTLY * len(table.columns)):
        return table
    labels = [index for index in range(len(table.columns)) if index not in dated]
    count, dates = len(table), len(dated)
    days = [name for index in dated for name in [table.columns[index]] * count]
    values = [cell for index in dated for cell in table.cells[index]]
    positions = [table.positions[index] for index in dated]
    place = f"columns {letters(positions[0])} to {letters(positions[-1])}"
    rule = "columns that are called by dates were turned into rows"
    findings.repair(Repair(table.file, table.sheet, place, "columns", "rows", rule, dates))
    findings.count_read(table.file, table.sheet, count * (dates - 1))
    return replace(
        table,
        columns=(*(table.columns[index] for index in labels), settings.columns.date, meant),
        cells=(*(list(table.cells[index]) * dates for index in labels), days, values),
        rows=np.tile(table.rows, dates),
        positions=(*(table.positions[index] for index in labels), positions[0], positions[0]),
        spread=Spread(settings.columns.date, meant, np.repeat(positions, count)),
    )


def _value_name(table: Table, settings: DataSettings) -> str | None:
    if table.role is FileRole.SALES:
        counts_units = settings.outcome_kind is OutcomeKind.UNITS
        return settings.columns.units if counts_units else settings.columns.sales
    return settings.columns.spend if table.role is FileRole.MEDIA else None


def weeks_of_years(table: Table, settings: DataSettings, calendar: WeekCalendar, findings: Findings) -> Table:
    """Return the table with one column of days, where it has the week's number and the year in two."""
    years = role_column(table, "year", settings)
    weeks = role_column(table, "date", settings) or role_column(table, "week", settings)
    if years is None or weeks is None:
        return table
    pairs = list(zip(map(_whole, table.column(years)), map(_whole, table.column(weeks)), strict=True))
    if not pairs or any(year is None or week is None or week > 99 for year, week in pairs):
        return table
    days = _days(table, weeks, pairs, calendar, findings)  # type: ignore[arg-type]  # none is None
    name = settings.columns.date
    refused = [row for row, pair in enumerate(pairs) if pair not in days]
    table, pairs = without_refused(table, refused), [pair for pair in pairs if pair in days]
    columns = tuple(name if column == weeks else column for column in table.columns)
    found = with_cells(replace(table, columns=columns), {name: [days[pair] for pair in pairs]})
    return without_column(found, years)


def _days(
    table: Table,
    column: str,
    pairs: list[tuple[int, int]],
    calendar: WeekCalendar,
    findings: Findings,
) -> Mapping[tuple[int | None, int | None], date]:
    days: dict[tuple[int | None, int | None], date] = {}
    counts = dict.fromkeys(dict.fromkeys(pairs), 0)
    for pair in pairs:
        counts[pair] += 1
    first = {pair: row for row, pair in reversed(list(enumerate(pairs)))}
    for pair, count in counts.items():
        year, week = full_year(pair[0]), pair[1]
        try:
            days[pair] = calendar.day(year, week)
        except ValueError:
            refuse_week(table.place(first[pair], column), year, week, findings)
            continue
        place = table.within(first[pair], column)
        before = f"week {week} of {year}"
        findings.repair(Repair(table.file, table.sheet, place, before, str(days[pair]), calendar.rule, count))
    return days


def _whole(cell: object) -> int | None:
    """Return a cell's whole number that is not negative, or None."""
    text = str(cell).strip().removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() else None


def without_column(table: Table, name: str) -> Table:
    """Return the table without one of its columns."""
    kept = [index for index, column in enumerate(table.columns) if column != name]
    return replace(
        table,
        columns=tuple(table.columns[index] for index in kept),
        cells=tuple(table.cells[index] for index in kept),
        positions=tuple(table.positions[index] for index in kept),
    )
