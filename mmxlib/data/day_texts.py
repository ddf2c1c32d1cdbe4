"""Dates as people and programs write them: one reading for the whole column, or a question."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.calendar import is_daily
from mmxlib.data.choices import DateOrder, Weekday
from mmxlib.data.findings import Findings
from mmxlib.data.tables import Cells, Table

_STRICT = re.compile(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ]00:00(?::00(?:\.0+)?)?)?\s*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIRST_SERIAL = date(1899, 12, 30)
_SERIALS = range(32_874, 73_416)  # the days of 1990 to 2100, as Excel counts them
_CENTURY_TURNS = 70  # two digits from here on mean the last century


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write a day: its pattern, how it is read and what a repair says of it."""

    pattern: re.Pattern[str]
    day: Callable[[re.Match[str]], date]
    rule: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a text means and the rule by which it does."""

    day: date
    rule: str


def _named_month(text: str) -> int:
    return _MONTHS.index(text[:3].lower()) + 1


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) > 2 else year + (1900 if year >= _CENTURY_TURNS else 2000)


_FORMS = (
    _Form(
        re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?"),
        lambda found: date.fromisoformat(found.group(1)),
        "the time of day was left out",
    ),
    _Form(
        re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})\.?"),
        lambda found: date(int(found.group(1)), int(found.group(3)), int(found.group(4))),
        "dates were read as year, month, day",
    ),
    _Form(
        re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})"),
        lambda found: date(int(found.group(1)), int(found.group(2)), int(found.group(3))),
        "dates were read as year, month, day",
    ),
    _Form(
        re.compile(r"(\d{4})-?W(\d{1,2})(?:-?1)?", re.IGNORECASE),
        lambda found: date.fromisocalendar(int(found.group(1)), int(found.group(2)), 1),
        "ISO weeks were turned into their Mondays",
    ),
    _Form(
        re.compile(r"(\d{1,2})[. -]+([A-Za-z]{3,9})[. ,-]+(\d{4}|\d{2})"),
        lambda found: date(_year(found.group(3)), _named_month(found.group(2)), int(found.group(1))),
        "dates with a month's name were read",
    ),
    _Form(
        re.compile(r"([A-Za-z]{3,9})[. ]+(\d{1,2})(?:,| ) *(\d{4})"),
        lambda found: date(int(found.group(3)), _named_month(found.group(1)), int(found.group(2))),
        "dates with a month's name were read",
    ),
    _Form(
        re.compile(r"(\d{5})(?:\.0+)?"),
        lambda found: _of_serial(int(found.group(1))),
        "numbers were read as Excel's count of days",
    ),
)
_SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
_WORDS = {DateOrder.DAY_FIRST: "day, month, year", DateOrder.MONTH_FIRST: "month, day, year"}


def repaired_days(
    table: Table, column: str, order: DateOrder, findings: Findings, *, spaced: bool
) -> Cells | None:
    """Return the column with its days as days, or None where nothing needed repair.

    Texts such as 01/02/2024 are read by ``order``; without one, by the order that fits all of them or, where
    ``spaced`` says that the column holds the rows' weeks or days, by the one that makes them follow evenly.
    Otherwise they are a question. What is no day in any form stays as it is.
    """
    cells = table.column(column)
    if isinstance(cells, np.ndarray):
        if cells.dtype.kind != "M" or np.array_equal(cells, cells.astype("datetime64[D]"), equal_nan=True):
            return None
        cells = cells.astype("datetime64[us]").tolist()
    known = {cell: _readings(cell) for cell in dict.fromkeys(cells) if _odd(cell)}
    if not any(known.values()):
        return None
    doubtful = [found for found in known.values() if len(found) == 2]
    chosen = order
    if doubtful and order is DateOrder.AUTO:
        settled = [each for cell in dict.fromkeys(cells) if (each := _settled(cell, known.get(cell)))]
        fitting = _fitting(doubtful, settled if spaced else None)
        if len(fitting) != 1:
            example = next(cell for cell, found in known.items() if len(found) == 2)
            if not fitting:
                return None  # no order fits all: the strict reading names the cells
            _ask(table, column, str(example), findings)
        chosen = fitting[0]
    read = {cell: _chosen(found, chosen) for cell, found in known.items()}
    return _replaced(table, column, cells, read, findings)


def aligned_weeks(table: Table, column: str, week_starts: Weekday, findings: Findings) -> Cells:
    """Return a column of weeks with every day moved back to the day on which its week begins.

    Days that follow day by day stay: they are summed to weeks.
    """
    cells = table.column(column)
    known = {cell: day for cell in dict.fromkeys(cells) if (day := day_of_cell(cell)) is not None}
    if is_daily(np.array(sorted(known.values()), dtype="datetime64[D]")):
        return cells
    first = list(Weekday).index(week_starts)
    moved = {cell: day - timedelta(days=(day.weekday() - first) % 7) for cell, day in known.items()}
    changed = {
        cell: _Reading(day, f"weeks begin on {week_starts}, as data.align_weeks says")
        for cell, day in moved.items()
        if day != known[cell]
    }
    return _replaced(table, column, cells, changed, findings)


def names_day(text: str) -> bool:
    """Return whether a text, such as a column's name, is a date in some form."""
    return bool(_STRICT.fullmatch(text)) or bool(_readings(text))


def day_of_cell(cell: object) -> date | None:
    """Return the day of a cell that needs no repair, or None."""
    if isinstance(cell, np.datetime64):
        return cell.astype("datetime64[D]").item()  # type: ignore[no-any-return]  # a date, or None for none
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    days = _settled(cell, None) if isinstance(cell, str) else None
    return next(iter(days.values())) if days else None


def _odd(cell: object) -> bool:
    """Return whether a cell needs a look: neither empty nor a day that the strict reading takes."""
    if isinstance(cell, datetime):
        return cell.time() != time(0) or cell.tzinfo is not None
    if isinstance(cell, str):
        return bool(cell.strip()) and not _STRICT.fullmatch(cell)
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _readings(cell: object) -> Mapping[DateOrder, _Reading]:
    """Return what a cell may mean, by order; one entry under ``AUTO`` where order does not matter."""
    if isinstance(cell, datetime):
        return {DateOrder.AUTO: _Reading(cell.date(), "the time of day was left out")}
    text = str(cell).strip()
    for form in _FORMS:
        found = form.pattern.fullmatch(text)
        if found:
            try:
                return {DateOrder.AUTO: _Reading(form.day(found), form.rule)}
            except ValueError:
                return {}
    slashed = _SLASHED.fullmatch(text)
    return _by_order(slashed) if slashed else {}


def _by_order(found: re.Match[str]) -> Mapping[DateOrder, _Reading]:
    first, second, year = int(found.group(1)), int(found.group(3)), _year(found.group(4))
    short = ", two digits of a year as 1970 to 2069" if len(found.group(4)) == 2 else ""
    readings = {}
    for order, day, month in ((DateOrder.DAY_FIRST, first, second), (DateOrder.MONTH_FIRST, second, first)):
        try:
            readings[order] = _Reading(date(year, month, day), f"dates were read as {_WORDS[order]}{short}")
        except ValueError:
            continue
    return readings


def _of_serial(serial: int) -> date:
    """Return the day that Excel counts as ``serial``.

    Raises
    ------
    ValueError
        If it lies outside 1990 to 2100.
    """
    if serial not in _SERIALS:
        raise ValueError(serial)
    return _FIRST_SERIAL + timedelta(days=serial)


def _settled(cell: object, found: Mapping[DateOrder, _Reading] | None) -> Mapping[DateOrder, date] | None:
    """Return the days of one cell by order, whichever way it is written."""
    if found is not None:
        return {
            order: found[key].day
            for order in _WORDS
            for key in (order, DateOrder.AUTO)
            if key in found
        } or None  # fmt: skip
    text = str(cell).strip()[:10]
    try:
        return dict.fromkeys(_WORDS, date.fromisoformat(text))
    except ValueError:
        return None


def _fitting(
    doubtful: Sequence[Mapping[DateOrder, _Reading]], settled: Sequence[Mapping[DateOrder, date]] | None
) -> list[DateOrder]:
    """Return the orders that all texts allow and, among two, those that make evenly spaced days."""
    everything = doubtful if settled is None else settled
    allowed = [order for order in _WORDS if all(order in found for found in everything)]
    if len(allowed) < 2 or settled is None:
        return allowed
    even = [order for order in allowed if _even(sorted({found[order] for found in settled}))]
    return even if len(even) == 1 else allowed


def _even(days: Sequence[date]) -> bool:
    """Return whether days follow by weeks, or day by day."""
    steps = [(after - before).days for before, after in pairwise(days)]
    return bool(steps) and (all(step % 7 == 0 for step in steps) or all(step == 1 for step in steps))


def _chosen(found: Mapping[DateOrder, _Reading], order: DateOrder) -> _Reading | None:
    if len(found) == 2:
        return found[order]
    if order in _WORDS and DateOrder.AUTO not in found:
        return found.get(order)
    return next(iter(found.values()), None)


def _replaced(
    table: Table, column: str, cells: Cells, read: Mapping[Any, _Reading | None], findings: Findings
) -> Cells:
    """Return the cells with what was read in their place, and add a line for each kind of cell."""
    rows: dict[object, list[int]] = {}
    for row, cell in enumerate(cells):
        if read.get(cell) is not None:
            rows.setdefault(cell, []).append(row)
    for cell, where in rows.items():
        reading = read[cell]
        assert reading is not None  # only read cells have rows
        findings.repair(
            Repair(
                table.file, table.sheet, table.within(where[0], column), str(cell), str(reading.day),
                reading.rule, len(where),
            )
        )  # fmt: skip
    return [found.day if (found := read.get(cell)) is not None else cell for cell in cells]


def _ask(table: Table, column: str, example: str, findings: Findings) -> None:
    found = _SLASHED.fullmatch(example.strip())
    assert found is not None  # only such texts have two readings
    one, other = (each.day for each in _by_order(found).values())
    findings.ask(
        "MMX-D104",
        f'"{example.strip()}" can be {one} or {other}.',
        setting="data.date_order",
        remedy="Set data.date_order in global.yaml: day_first or month_first.",
        place=table.place(column=column),
    )
