"""Weeks that are named by numbers: of a year, by the calendar that the settings name, or one by one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from mmxlib.data.choices import WeekNumbers
from mmxlib.data.findings import Findings
from mmxlib.data.replacing import replaced
from mmxlib.data.tables import Table, rows_of_table, with_cells

_WORD = r"(?:w|wk|week|kw)"
_OF_YEAR = (
    re.compile(rf"{_WORD}[ ._-]*(?P<week>\d{{1,2}})[ ._/'-]+(?P<year>\d{{4}}|\d{{2}})", re.IGNORECASE),
    re.compile(rf"(?P<year>\d{{4}})[ ._/]+{_WORD}[ ._-]*(?P<week>\d{{1,2}})", re.IGNORECASE),
    re.compile(r"(?P<year>(?:19|20)\d{2})[-/](?P<week>\d{1,2})"),
)
_ALONE = re.compile(rf"(?:{_WORD}[ ._-]*)?(\d{{1,3}})(?:\.0)?", re.IGNORECASE)
_ISO_RULE = "weeks by number were read as ISO weeks, from their Mondays"
_RETAIL_RULE = "weeks by number were read as retail weeks, from their Sundays"
_SOME_DAY = date(2024, 1, 1)  # to find what else is wrong where nobody knows the first week


@dataclass(frozen=True, slots=True)
class WeekCalendar:
    """How the settings read weeks: by which calendar of numbers, and from which first week."""

    numbers: WeekNumbers
    first_week: date | None

    @property
    def rule(self) -> str:
        """What a repair says of numbered weeks."""
        return _RETAIL_RULE if self.numbers is WeekNumbers.RETAIL else _ISO_RULE

    def day(self, year: int, week: int) -> date:
        """Return the first day of a week of a year; without a choice, of the ISO week.

        Raises
        ------
        ValueError
            If the year has no such week.
        """
        if self.numbers is WeekNumbers.RETAIL:
            return retail_week(year, week)
        return date.fromisocalendar(year, week, 1)


def retail_week(year: int, week: int) -> date:
    """Return the Sunday on which a week of the US retail (4-4-5) year begins.

    Raises
    ------
    ValueError
        If the year has no such week.

    References
    ----------
    National Retail Federation, 4-5-4 calendar: a year ends on the Saturday nearest to 31 January.
    """
    day = _retail_start(year) + timedelta(days=7 * (week - 1))
    if week < 1 or day >= _retail_start(year + 1):
        raise ValueError(f"{year} has no week {week}")
    return day


def _retail_start(year: int) -> date:
    middle = date(year, 1, 31)
    to_saturday = (5 - middle.weekday()) % 7
    return middle + timedelta(days=to_saturday - (7 if to_saturday > 3 else 0) + 1)


def names_week(text: str) -> bool:
    """Return whether a text names a week of a year by its number, or a week alone by word and number."""
    text = text.strip()
    alone = _ALONE.fullmatch(text)
    return any(form.fullmatch(text) for form in _OF_YEAR) or (alone is not None and not text[0].isdigit())


def full_year(year: int) -> int:
    """Return a year of two digits as one of this century."""
    return year + 2000 if year < 100 else year


def dated_weeks(table: Table, column: str, calendar: WeekCalendar, findings: Findings) -> Table:
    """Return the table with weeks that are named by numbers as days.

    Numbers of weeks in a year are a question of the calendar, numbers alone one of the first week.
    """
    cells = table.column(column)
    if isinstance(cells, np.ndarray) and cells.dtype.kind == "M":
        return table
    if isinstance(cells, np.ndarray):
        table = with_cells(table, {column: cells.tolist()})
    distinct = [cell for cell in dict.fromkeys(table.column(column)) if isinstance(cell, str | int | float)]
    texts = {cell: text for cell in distinct if (text := str(cell).strip())}
    of_year = {
        cell: found
        for cell, text in texts.items()
        if (found := next(filter(None, (form.fullmatch(text) for form in _OF_YEAR)), None))
    }
    alone = {cell: int(found.group(1)) for cell, text in texts.items() if (found := _ALONE.fullmatch(text))}
    if of_year:
        days = _days_of_year(table, column, of_year, calendar, findings)
        wrong = of_year.keys() - days.keys()
        refused = [row for row, cell in enumerate(table.column(column)) if cell in wrong]
        if calendar.numbers is WeekNumbers.ASK:
            _ask_calendar(table, column, next(iter(of_year)), findings)
        return _replaced(without_refused(table, refused), column, days, calendar.rule, findings)
    if alone and len(alone) == len(texts):
        if calendar.first_week is None:
            _ask_first_week(table, column, next(iter(alone)), findings)
        first = calendar.first_week or _SOME_DAY
        counted: dict[object, date] = {
            cell: first + timedelta(days=7 * (number - 1)) for cell, number in alone.items()
        }
        return _replaced(table, column, counted, "weeks were counted from data.first_week", findings)
    return table


def _days_of_year(
    table: Table,
    column: str,
    found: "Mapping[str | int | float, re.Match[str]]",
    calendar: WeekCalendar,
    findings: Findings,
) -> dict[object, date]:
    days: dict[object, date] = {}
    for cell, match in found.items():
        year, week = full_year(int(match.group("year"))), int(match.group("week"))
        try:
            days[cell] = calendar.day(year, week)
        except ValueError:
            refuse_week(table.place(_first_row(table, column, cell), column), year, week, findings)
    return days


def without_refused(table: Table, rows: Sequence[int]) -> Table:
    """Return the table without rows whose weeks were refused, to find what else is wrong."""
    return rows_of_table(table, np.setdiff1d(np.arange(len(table)), rows)) if rows else table


def _first_row(table: Table, column: str, cell: object) -> int:
    return next(row for row, each in enumerate(table.column(column)) if each == cell)


def refuse_week(place: str, year: int, week: int, findings: Findings) -> None:
    """Add the fault that a year has no such week."""
    findings.reject("MMX-D148", f"{year} has no week {week}.", remedy="Correct the week.", place=place)


def _ask_calendar(table: Table, column: str, cell: object, findings: Findings) -> None:
    example = str(cell).strip()
    month = "" if "w" in example.lower() else " It could also be a month, but the data must be by week."
    findings.ask(
        "MMX-D149",
        f'"{example}": is this an ISO week, or a week of the retail (4-4-5) year?{month}',
        setting="data.week_numbers",
        remedy="Set data.week_numbers in global.yaml: iso or retail; or write each week's first day.",
        place=table.place(_first_row(table, column, cell), column),
    )


def _ask_first_week(table: Table, column: str, cell: object, findings: Findings) -> None:
    findings.ask(
        "MMX-D150",
        f'"{str(cell).strip()}" names a week without its year.',
        setting="data.first_week",
        remedy="Set data.first_week in global.yaml to the first day of week 1; the others are counted from "
        "there. Or write each week's first day.",
        place=table.place(_first_row(table, column, cell), column),
    )


def _replaced(table: Table, column: str, days: Mapping[object, date], rule: str, findings: Findings) -> Table:
    return with_cells(table, {column: replaced(table, column, days, rule, findings)})
