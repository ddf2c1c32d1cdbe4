"""From the sums of raw tables to the table of sales that the model reads, and what was said of every row."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from mmxlib.data.calendar import Calendar, is_daily, sales_calendar, tell_daily
from mmxlib.data.columns import listed
from mmxlib.data.findings import Findings
from mmxlib.data.raw.accounts import RawAccounts, tell_accounts
from mmxlib.data.raw.collecting import AllSums
from mmxlib.data.raw.exact_sums import ONE, Total
from mmxlib.data.raw.money import exchange_rates
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.tables import Cells, Table
from mmxlib.maths.arrays import Dates

_MOST_DAYS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Place:
    """Where used rows belong in the table of sales."""

    sub_category: str
    geo: str
    day: np.datetime64


def sales_table(collected: AllSums, settings: DataSettings, findings: Findings) -> Table | None:
    """Return the table with a row per week, sub-category and geo, or None (and a fault) without any row.

    Sales are in the currency of the model. Daily rows are summed to whole weeks, and a week counts as
    complete for a sub-category that has any row in it: in raw tables, what was not sold has no row.
    """
    label = collected.label
    spelled = {role: collected.spellings(role, findings) for role in ("sub_category", "geo")}
    rates = exchange_rates({key.currency for key in collected.totals if not key.reason}, settings, findings)
    calendar = _calendar(collected, settings, findings)
    accounts = RawAccounts.of(collected.totals, rates)
    totals: dict[_Place, dict[str, Total]] = {}
    for key, total in collected.totals.items():
        if key.reason or not key.date:
            continue
        day = np.datetime64(key.date, "D")
        if calendar is not None:
            period = int(calendar.period_of(day))
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
    return _table(collected, totals, rates, settings)


def _calendar(collected: AllSums, settings: DataSettings, findings: Findings) -> Calendar | None:
    """Return the whole weeks of daily rows; None for weekly ones, whose weeks are checked with all sales."""
    label = collected.label
    found: Dates = np.array(
        sorted({key.date for key in collected.totals if key.date and not key.reason}), dtype="datetime64[D]"
    )
    if not is_daily(found):
        return None
    calendar = sales_calendar(found, True, settings.week_starts, findings, label)
    if calendar is not None:
        rows = sum(total.rows for key, total in collected.totals.items() if not key.reason)
        tell_daily(label, "", rows, calendar, findings)
        absent = np.setdiff1d(np.arange(found[0], found[-1]), found)
        if len(absent):
            shown = listed([str(day) for day in absent], most=_MOST_DAYS_SHOWN)
            findings.review(
                f"{len(absent):,} days have no row at all: {shown}. Check that no file is missing.",
                about=label,
            )
    return calendar


def _table(
    collected: AllSums,
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
    if collected.with_units:
        sold = [sum(total.values[1] for total in totals[place].values()) for place in places]
        cells[columns.units] = np.array([each / ONE for each in sold])
    rows = np.arange(1, len(places) + 1)
    return Table(
        collected.label,
        tuple(cells),
        tuple(cells.values()),
        rows,
        tuple(range(len(cells))),
        role=FileRole.SALES,
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
