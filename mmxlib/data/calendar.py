"""The weeks of the panel: what the sales' dates say, and how other dates fall into them."""

from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.choices import Weekday
from mmxlib.data.findings import Findings
from mmxlib.maths.arrays import Array, Dates

WEEK = np.timedelta64(7, "D")
_SHORTEST_MONTH, _LONGEST_QUARTER = 28, 92  # days
_FIRST_MONDAY = np.datetime64("1970-01-05")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Evenly spaced weeks: the first day of the first, and how many."""

    first: np.datetime64
    periods: int

    @property
    def dates(self) -> Dates:
        """The first day of each week, shape (period,)."""
        dates: Dates = self.first + WEEK * np.arange(self.periods)
        return dates

    def period_of(self, days: "Dates | np.datetime64") -> Array:
        """Return the index of the week of each day; outside the calendar it goes on counting."""
        return np.floor_divide((days - self.first).astype(np.int64), 7)

    def holds(self, days: Dates) -> Array:
        """Return whether each day lies in one of the weeks, the shape of ``days``."""
        period = self.period_of(days)
        inside: Array = (period >= 0) & (period < self.periods)
        return inside


def weekday_name(day: np.datetime64) -> str:
    """Return the English name of the day's weekday."""
    return str(list(Weekday)[int((day - _FIRST_MONDAY).astype(np.int64)) % 7].value).capitalize()


def is_daily(days: Dates) -> bool:
    """Return whether the days follow each other day by day (some may be missing), not week by week."""
    distinct = np.unique(days[~np.isnat(days)])
    steps = np.diff(distinct).astype(np.int64)
    return len(steps) > 0 and bool(np.mean(steps == 1) > 0.5)


def sales_calendar(
    days: Dates, daily: bool, week_starts: Weekday, findings: Findings, place: str
) -> Calendar | None:
    """Return the weeks that the sales' dates make, or None (and a fault) where they make none.

    Daily dates make the whole weeks from ``week_starts`` on that lie between the first and the last day.
    """
    distinct = np.unique(days[~np.isnat(days)])
    if len(distinct) == 0:
        return None
    if daily:
        return _whole_weeks(distinct, week_starts, findings, place)
    if _refuse_months(distinct, findings, place):
        return None
    steps = np.diff(distinct).astype(np.int64)
    odd = np.flatnonzero(steps % 7)
    if len(odd):
        before, after = distinct[odd[0]], distinct[odd[0] + 1]
        findings.ask(
            "MMX-D041",
            f"The weeks begin on {weekday_name(before)} to {before}, on {weekday_name(after)} from {after}.",
            setting="data.align_weeks",
            remedy="Give every week by the same weekday, or set data.align_weeks: true in global.yaml.",
            place=place,
        )
        return None
    return Calendar(distinct[0], int((distinct[-1] - distinct[0]) / WEEK) + 1)


def fits_calendar(days: Dates, calendar: Calendar, findings: Findings, place: str) -> bool | None:
    """Return whether the days are daily (True) or the calendar's weeks (False), or None (and a fault)."""
    known = days[~np.isnat(days)]
    offset = (known - calendar.first).astype(np.int64) % 7
    if not np.any(offset):
        return False
    if is_daily(known):
        return True
    if _refuse_months(np.unique(known), findings, place):
        return None
    wrong = known[np.argmax(offset > 0)]
    findings.ask(
        "MMX-D040",
        f"The weeks of sales begin on {weekday_name(calendar.first)}, but {wrong} is a "
        f"{weekday_name(wrong)}.",
        setting="data.align_weeks",
        remedy="Give all files by the same weekday, or set data.align_weeks: true in global.yaml.",
        place=place,
    )
    return None


def tell_daily(file: str, sheet: str, rows: int, calendar: Calendar, findings: Findings) -> None:
    """Say that daily rows were summed to weeks."""
    rule = f"rows by day were summed to weeks that begin on {weekday_name(calendar.first)}"
    findings.repair(Repair(file, sheet, "", "days", "weeks", rule, rows))


def _refuse_months(distinct: Dates, findings: Findings, place: str) -> bool:
    """Return whether days are months or quarters apart, and add the fault."""
    steps = np.diff(distinct).astype(np.int64)
    apart = len(steps) > 0 and bool(np.all(steps >= _SHORTEST_MONTH) and np.median(steps) <= _LONGEST_QUARTER)
    if apart:
        findings.reject(
            "MMX-D042",
            f"The rows are about {np.median(steps):.0f} days apart, not a week: the model needs weeks.",
            remedy="Export the data by week or by day.",
            place=place,
        )
    return apart


def _whole_weeks(distinct: Dates, week_starts: Weekday, findings: Findings, place: str) -> Calendar | None:
    weekday = list(Weekday).index(week_starts)
    shift = (weekday - int((distinct[0] - _FIRST_MONDAY).astype(np.int64))) % 7
    first = distinct[0] + np.timedelta64(shift, "D")
    periods = int((distinct[-1] - first).astype(np.int64) + 1) // 7
    if periods < 1:
        findings.reject(
            "MMX-D043",
            f"The days from {distinct[0]} to {distinct[-1]} hold no whole week.",
            remedy="Give at least a year of data.",
            place=place,
        )
        return None
    return Calendar(first, periods)
