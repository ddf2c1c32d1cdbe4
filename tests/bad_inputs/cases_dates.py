"""Bad inputs of section D: dates that are numbers of weeks, gaps, days, and weeks that have not come yet."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.bad_inputs import build
from tests.bad_inputs.build import DATE, SALES, SEARCH, TV, UNIT, WEEKS, Sheet, clean
from tests.bad_inputs.case import ALL, OK, A, Case, P, R, V

WEEK = timedelta(days=7)
ZERO = ("missing_spend", "zero")


def dated(change: Callable[[Any], object]) -> Callable[[], Sheet]:
    return lambda: clean().map(DATE, change)


def iso(form: str) -> Callable[[Any], str]:
    """Return days written as their ISO weeks in a form of year (y), year of two digits (s) and week (w)."""

    def written(day: Any) -> str:
        year, week, _ = day.isocalendar()
        return form.format(y=year, s=year % 100, w=week)

    return written


def number(day: Any) -> int:
    """Return the number of a clean week, from 1."""
    return int((day - build.FIRST).days // 7) + 1


RETAIL_YEARS = ((2023, 53), (2024, 52), (2025, 52))
RETAIL_FIRST = date(2023, 1, 29)
"""The retail year 2023 began on 29 January and had 53 weeks, says the National Retail Federation."""


def retail(day: Any) -> str:
    left = number(day)
    for year, weeks in RETAIL_YEARS:
        if left <= weeks:
            return f"W{left} {year % 100}"
        left -= weeks
    raise AssertionError(day)


def retail_days() -> Sheet:
    return clean().map(DATE, lambda day: RETAIL_FIRST + WEEK * (number(day) - 1))


def year_apart(*changed: int, name: str = "week") -> Callable[[], Sheet]:
    """Return weeks and years in two columns; in some rows the week is the 53rd."""

    def made() -> Sheet:
        days = [row[DATE] for row in clean().rows]
        sheet = clean().column("year", lambda row: days[row].isocalendar()[0])  # type: ignore[union-attr,attr-defined]
        sheet = sheet.map(DATE, lambda day: day.isocalendar()[1]).rename(DATE, name)  # type: ignore[attr-defined]
        return sheet.map(DATE, lambda _: 53, only=changed) if changed else sheet

    return made


def without_weeks(*rows: int) -> Callable[[], Sheet]:
    return lambda: clean().without(*rows)


def on_the_line(*rows: int) -> Callable[[], Sheet]:
    """Return the clean table with no media in some rows, their sales on the line between the neighbors."""

    def made() -> Sheet:
        sheet = clean()
        before, after = sheet.rows[rows[0] - 1][SALES], sheet.rows[rows[-1] + 1][SALES]
        for step, row in enumerate(rows, start=1):
            line = before + (after - before) * step / (len(rows) + 1)  # type: ignore[operator]
            sheet = sheet.cell(row, SALES, line).cell(row, TV, 0.0).cell(row, SEARCH, 0.0)
        return sheet

    return made


def by_day() -> Sheet:
    """Return seven rows for each week, six with a whole amount, so that sums are exact, and the rest."""
    rows: build.Rows = [list(build.HEADER)]
    for row in clean().rows[1:]:
        for index in range(7):
            day = row[DATE] + timedelta(days=index)  # type: ignore[operator]
            rest = [value - 600 if index == 6 else 100 for value in row[SALES:]]  # type: ignore[operator]
            rows.append([day, row[UNIT], *rest])
    return replace(clean(), rows=rows)


def monthly() -> Sheet:
    months = [
        [date(2020 + m // 12, 1 + m % 12, 1), unit, 5 + m, 1, 1] for unit in build.UNITS for m in range(60)
    ]
    return replace(clean(), rows=[list(build.HEADER), *months])


def planned(weeks: int, spend: float = 2500.0) -> Callable[[], Sheet]:
    """Return the clean table with weeks behind it in which nothing was sold yet."""

    def made() -> Sheet:
        last = build.FIRST + WEEK * (WEEKS - 1)
        return clean().append(
            *[
                [last + WEEK * week, unit, 0, spend, spend]
                for unit in build.UNITS
                for week in range(1, weeks + 1)
            ]
        )

    return made


def first_weeks(weeks: int) -> Callable[[], Sheet]:
    late = [1 + WEEKS * unit + week for unit in range(len(build.UNITS)) for week in range(weeks, WEEKS)]
    return lambda: clean().without(*late)


LAST = str(build.FIRST + WEEK * WEEKS - timedelta(days=1))

CASES = (
    Case("C8 cells", A, dated(iso("W{w} {s:02}")),
         ('"W1 23": is this an ISO week', "data.week_numbers"), ALL),
    Case("C8 word", A, dated(iso("{y} wk {w}")), ('"2023 wk 1"', "data.week_numbers"), ALL),
    Case("C8 month", A, dated(iso("{y}-{w:02}")), ('"2023-01"', "could also be a month"), ALL),
    Case("C8 alone", A, dated(lambda day: f"wk {number(day)}"), ('"wk 1"', "data.first_week"), ALL),
    Case("C8 number", A, dated(number), ('"1" names a week', "data.first_week"), ALL),
    *(
        Case(f"C8 answered {form}", P, dated(iso(form)), ("ISO weeks, from their Mondays",), ALL,
             settings=(("week_numbers", "iso"),))
        for form in ("W{w} {s:02}", "{y} wk {w}", "{y}-{w:02}", "KW{w}/{y}")
    ),
    Case("C8 retail", P, dated(retail), ("retail weeks, from their Sundays", "2023-01-29"), ALL,
         like=retail_days, settings=(("week_numbers", "retail"),)),
    *(
        Case(f"C8 counted {form}", P, dated(lambda day, form=form: form.format(number(day))),
             ("data.first_week",), ALL, settings=(("first_week", str(build.FIRST)),))
        for form in ("wk {}", "{}")
    ),
    Case("D10", P, year_apart(), ("ISO weeks, from their Mondays", "week 1 of 2023"), ALL),
    Case("D10 named", P, year_apart(name="Woche"), ("week 1 of 2023",), ALL,
         settings=(("columns", {"date": "Woche"}),)),
    Case("D10 53", R, year_apart(10, 20), ("2023 has no week 53", "row (10|11)|cell A11"), ALL),
    Case("D13 one", A, without_weeks(20), ("data.missing_spend", "no media", '"East"'), ALL),
    Case("D13 one answered", P, without_weeks(20), ("bridged", "after row (19|20)", "nothing ran"), ALL,
         like=on_the_line(20), settings=(ZERO,)),
    Case("D13 two answered", P, without_weeks(20, 21), ("bridged", "East, 2023-05-22"), ALL,
         like=on_the_line(20, 21), settings=(ZERO,)),
    Case("D13 three", R, without_weeks(20, 21, 22), ("no row for 2023-05-15",), ALL, settings=(ZERO,)),
    Case("D13 end", R, without_weeks(WEEKS), ("no row for",), ALL, settings=(ZERO,)),
    Case("D17 days", P, by_day, ("by day were summed to weeks that begin on Monday",), ALL),
    Case("D17 months", R, monthly, ("days apart, not a week",), ALL),
    Case("D19", A, planned(12),
         ("last 12 weeks, from 2025-02-10", "data.as_of", "row 33[12]|cell A332"), ALL),
    Case("D19 two", A, planned(2), ("last 2 weeks",), ALL),
    Case("D19 answered", P, planned(12), ("left out", "data.as_of"), ALL, settings=(("as_of", LAST),)),
    Case("D21 short", R, first_weeks(38), ("38 weeks of sales; at least 52", "data.fewest_weeks"), ALL),
    Case("D21 year", V, first_weeks(52), ("52 periods", "fewer than 104"), ALL, equal=False),
    Case("D21 set", V, first_weeks(38), ("38 periods",), ALL, equal=False, settings=(("fewest_weeks", 38),)),
    Case("D19 kept", OK, planned(12), (), ALL, equal=False, settings=(("as_of", "2025-12-31"),)),
)  # fmt: skip
