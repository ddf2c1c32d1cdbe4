"""From the sums of raw tables to the table of sales that the model reads, and what was said of every row."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.calendar import Calendar, is_daily, sales_calendar, tell_daily
from mmxlib.data.columns import listed
from mmxlib.data.day_texts import aligned_weeks, repaired_days
from mmxlib.data.findings import Findings
from mmxlib.data.raw.accounts import Accounts, tell_accounts
from mmxlib.data.raw.money import factors
from mmxlib.data.raw.summing import FileSums, lacks_name
from mmxlib.data.raw.sums import ONE, Total
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.spellings import spellings_of
from mmxlib.data.tables import Cells, Table
from mmxlib.data.values import days
from mmxlib.maths.arrays import Dates

_MOST_DAYS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Place:
    """Where used rows belong in the table of sales."""

    sub_category: str
    geo: str
    day: np.datetime64


def sales_table(files: Sequence[FileSums], settings: DataSettings, findings: Findings) -> Table | None:
    """Return the table with a row per week, sub-category and geo, or None (and a fault) without any row.

    Sales are in the currency of the model. Daily rows are summed to whole weeks, and a week counts as
    complete for a sub-category that has any row in it: in raw tables, what was not sold has no row.
    """
    label = _label(files)
    days_of = [_days(each, settings, findings) for each in files]
    spelled = {role: _spellings(files, role, findings) for role in ("sub_category", "geo")}
    keys = [key for each in files for key in each.totals]
    rates = factors({key.currency for key in keys if not key.reason}, settings, findings)
    calendar = _calendar(days_of, settings, findings, label)
    accounts = Accounts.of(files, rates)
    totals: dict[_Place, dict[str, Total]] = {}
    for each, known_days in zip(files, days_of, strict=True):
        for key, total in each.totals.items():
            day = None if key.reason or lacks_name(key, each.roles) else known_days.get(key.date)
            if day is None:
                continue
            if calendar is not None:
                period = int(calendar.period_of(np.array([day], dtype="datetime64[D]"))[0])
                if not 0 <= period < calendar.periods:
                    accounts.leave_out_partial_week(key, total)
                    continue
                day = calendar.dates[period]
            place = _Place(
                spelled["sub_category"].get(key.sub_category, key.sub_category),
                spelled["geo"].get(key.geo, key.geo),
                day,
            )
            by_currency = totals.setdefault(place, {})
            by_currency.setdefault(key.currency, Total()).add(total.rows, list(total.values))
    tell_accounts(accounts, label, len(totals), settings.raw, findings)
    if not totals:
        _refuse_nothing(label, findings)
        return None
    return _table(label, files, totals, rates, settings)


def _label(files: Sequence[FileSums]) -> str:
    """Return how messages name the table: by its file, or by the first and how many more there are."""
    more = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
    return f"{files[0].file}{more} (added up)"


def _days(sums: FileSums, settings: DataSettings, findings: Findings) -> Mapping[str, np.datetime64]:
    """Return the day of each date as written, read as the dates of any table are."""
    column, written = sums.roles.date, [text for text in sums.dates if text]
    rows = np.array([sums.dates[text] for text in written], dtype=np.int64)
    table = Table(sums.file, (column,), (written,), rows, (0,), role=FileRole.SALES)
    changed = repaired_days(table, column, settings.date_order, findings, spaced=True)
    if changed is not None:
        table = Table(sums.file, (column,), (changed,), rows, (0,), role=FileRole.SALES)
    if settings.align_weeks:
        aligned = aligned_weeks(table, column, settings.week_starts, findings)
        table = Table(sums.file, (column,), (aligned,), rows, (0,), role=FileRole.SALES)
    found = days(table, column, findings)
    return {text: day for text, day in zip(written, found, strict=True) if not np.isnat(day)}


def _spellings(files: Sequence[FileSums], role: str, findings: Findings) -> Mapping[str, str]:
    """Return the common spelling of each name, with a repair for each that is written otherwise."""
    counts: Counter[str] = Counter()
    for each in files:
        for key, total in each.totals.items():
            name = getattr(key, role)
            if name.strip():
                counts[name] += total.rows
    chosen = spellings_of(dict(sorted(counts.items())))
    for each in files:
        column = getattr(each.roles, role)
        names = sorted({getattr(key, role) for key in each.totals} & set(chosen)) if column else []
        for name in names:
            if chosen[name] != name:
                rows = sum(total.rows for key, total in each.totals.items() if getattr(key, role) == name)
                findings.repair(
                    Repair(
                        each.file, "", f"column {column}", name, chosen[name],
                        "names that differ by spaces, case or stored accents are one", rows,
                    )
                )  # fmt: skip
    return chosen


def _calendar(
    days_of: Sequence[Mapping[str, np.datetime64]],
    settings: DataSettings,
    findings: Findings,
    label: str,
) -> Calendar | None:
    """Return the whole weeks of daily rows; None for weekly ones, whose weeks are checked with all sales."""
    found: Dates = np.array(sorted({day for each in days_of for day in each.values()}), dtype="datetime64[D]")
    if not is_daily(found):
        return None
    calendar = sales_calendar(found, True, settings.week_starts, findings, label)
    if calendar is not None:
        tell_daily(f"Sales in {label}", calendar, findings)
        absent = np.setdiff1d(np.arange(found[0], found[-1]), found)
        if len(absent):
            shown = listed([str(day) for day in absent], most=_MOST_DAYS_SHOWN)
            findings.review(
                f"{len(absent):,} days have no row at all: {shown}. Check that no file is missing.",
                about=label,
            )
    return calendar


def _table(
    label: str,
    files: Sequence[FileSums],
    totals: Mapping[_Place, Mapping[str, Total]],
    rates: Mapping[str, Fraction],
    settings: DataSettings,
) -> Table:
    """Return the totals as a table whose columns are called as the settings call them."""
    places = sorted(totals, key=lambda place: (place.sub_category, place.geo, place.day))
    columns = settings.columns
    cells: dict[str, Cells] = {
        columns.date: np.array([place.day for place in places], dtype="datetime64[D]"),
        columns.sales: np.array([_money(totals[place], rates) for place in places]),
    }
    if any(place.sub_category for place in places):
        cells[columns.sub_category] = [place.sub_category for place in places]
    if any(place.geo for place in places):
        cells[columns.geo] = [place.geo for place in places]
    if all(each.roles.units for each in files):
        sold = [sum(total.values[1] for total in totals[place].values()) for place in places]
        cells[columns.units] = np.array([each / ONE for each in sold])
    rows = np.arange(1, len(places) + 1)
    return Table(
        label, tuple(cells), tuple(cells.values()), rows, tuple(range(len(cells))), role=FileRole.SALES
    )


def _money(by_currency: Mapping[str, Total], rates: Mapping[str, Fraction]) -> float:
    """Return sales in the currency of the model, rounded once."""
    parts = (total.values[0] * rates.get(currency, Fraction(1)) for currency, total in by_currency.items())
    return float(sum(parts, start=Fraction(0)) / ONE)


def _refuse_nothing(label: str, findings: Findings) -> None:
    if not findings.rejected:
        findings.reject(
            "MMX-D207",
            "No row of the raw tables is left to use.",
            remedy="Check data.raw in global.yaml: keep, leave_out and the mapping of SKUs.",
            place=label,
        )
