"""A plan of spend from a table with a row per date, channel and unit, every fault of which is said."""

from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Response
from mmxlib.data.columns import found_column, listed, suggestion
from mmxlib.data.findings import Findings
from mmxlib.data.rows import ALL, repeated
from mmxlib.data.tables import Table
from mmxlib.data.values import days, names, numbers, refuse_blanks
from mmxlib.forecasting.spend_plans import SpendPlan, check_periods, future_dates
from mmxlib.maths.arrays import Array, Dates, Vector

EVERY_UNIT = -1
"""The index of a row that is about all units."""
WRONG = -2
"""The index of what a row names but nobody knows."""


def plan_of_table(response: Response, table: Table, periods: int | None = None) -> SpendPlan:
    """Return the plan that a table with date, channel, spend and perhaps unit makes.

    Parameters
    ----------
    response
        The model: its data say which channels, units and dates there are.
    table
        A row per date, channel and unit. A row without unit, or for ``all``, is about all units: the one
        series of a national channel, or an amount to split as the last periods' spend was. A channel has no
        spend in periods without a row, but needs at least one row; every period up to the plan's last needs
        one.
    periods
        How many the plan shall have; None takes what the table has.

    Raises
    ------
    DataError
        With all faults of the table, each with its row.
    UsageError
        If the plan is longer than the data.
    """
    findings = Findings()
    rows = _rows(response, table, findings)
    if rows is None:
        findings.raise_if_rejected()
    assert rows is not None  # else a fault was raised
    _check_rows(response.panel, table, rows, findings)
    ahead = _check_periods_of(response.panel, table, rows, periods, findings)
    findings.raise_if_rejected()
    check_periods(response.panel, ahead)
    return _assembled(response, rows, ahead)


@dataclass(frozen=True, eq=False)
class _Rows:
    """A plan's rows: index of channel and unit, periods after the data's last (from 1), spend."""

    channel: Array
    unit: Array
    ahead: Array
    spend: Vector


def _rows(response: Response, table: Table, findings: Findings) -> _Rows | None:
    """Return the rows read, or None (and faults) where a column is missing."""
    panel = response.panel
    columns = [found_column(table, name) for name in ("date", "channel", "spend")]
    for name, column in zip(("date", "channel", "spend"), columns, strict=True):
        if column is None:
            findings.reject(
                "MMX-M071",
                f'There is no column "{name}". The columns are {listed(table.columns)}.',
                remedy=f"{suggestion(name, table.columns)}A plan has the columns date, channel, spend and, "
                "where spend is by unit, unit.",
                place=table.place(),
            )
    date_column, channel_column, spend_column = columns
    if date_column is None or channel_column is None or spend_column is None:
        return None
    unit_column = found_column(table, "unit") or found_column(table, panel.unit_word)
    day = days(table, date_column, findings)
    read = numbers(table, spend_column, findings)
    refuse_blanks(table, spend_column, read.blank, findings, remedy="Write 0 where nothing is spent.")
    negative = np.flatnonzero(read.values < 0.0)
    findings.reject_each(
        "MMX-M072",
        ((table.place(int(row), spend_column), f"The spend {read.values[row]:g} is negative.")
         for row in negative),
        total=len(negative),
        remedy="A plan spends nothing or more.",
    )  # fmt: skip
    return _Rows(
        channel=_channels(panel, table, channel_column, findings),
        unit=_units(panel, table, unit_column, findings),
        ahead=_ahead(panel, table, date_column, day, findings),
        spend=read.values,
    )


def _channels(panel: Panel, table: Table, column: str, findings: Findings) -> Array:
    said = names(table, column, findings)
    index = {name: position for position, name in enumerate(panel.channel_names)}
    paid = tuple(channel.name for channel in panel.channels if channel.paid)
    found = np.array([index.get(name, WRONG) for name in said], dtype=np.int64)
    unknown = np.flatnonzero((found == WRONG) & (said != ""))
    findings.reject_each(
        "MMX-M073",
        ((table.place(int(row), column),
          f'The model knows no channel "{said[row]}". {suggestion(str(said[row]), paid)}'.rstrip())
         for row in unknown),
        total=len(unknown),
        remedy=f"Its channels with spend are {listed(paid)}.",
    )  # fmt: skip
    organic = np.flatnonzero([place >= 0 and not panel.channels[place].paid for place in found])
    findings.reject_each(
        "MMX-M074",
        ((table.place(int(row), column), f"{said[row]} has no spend: it is organic.") for row in organic),
        total=len(organic),
        remedy="Take its rows out; its last exposure goes on.",
    )
    return np.where(np.isin(np.arange(len(found)), organic), WRONG, found)


def _units(panel: Panel, table: Table, column: str | None, findings: Findings) -> Array:
    if column is None:
        return np.full(len(table), EVERY_UNIT)
    said = names(table, column, findings, blank_allowed=True)
    index = {"": EVERY_UNIT, ALL: EVERY_UNIT, **{unit: place for place, unit in enumerate(panel.units)}}
    found = np.array([index.get(name, WRONG) for name in said], dtype=np.int64)
    unknown = np.flatnonzero(found == WRONG)
    findings.reject_each(
        "MMX-M075",
        ((table.place(int(row), column),
          f'The model knows no unit "{said[row]}". {suggestion(str(said[row]), panel.units)}'.rstrip())
         for row in unknown),
        total=len(unknown),
        remedy=f"Its units are {listed(panel.units)}; leave the unit empty for all.",
    )  # fmt: skip
    return found


def _ahead(panel: Panel, table: Table, column: str, day: Dates, findings: Findings) -> Array:
    """Return each row's period, counted from 1 after the data's last; `WRONG` where there is none."""
    known = ~np.isnat(day)
    apart = np.where(known, (day - panel.dates[-1]).astype(np.int64), 0)
    ahead = np.floor_divide(apart, panel.period_days)
    first = panel.dates[-1] + np.timedelta64(panel.period_days, "D")
    early = np.flatnonzero(known & (ahead < 1))
    findings.reject_each(
        "MMX-M076",
        ((table.place(int(row), column), f"{day[row]} is not after the data.") for row in early),
        total=len(early),
        remedy=f"The data end with the period of {panel.dates[-1]}; a plan begins on {first}.",
    )
    between = np.flatnonzero(known & (ahead >= 1) & (apart % panel.period_days != 0))
    findings.reject_each(
        "MMX-M077",
        ((table.place(int(row), column), f"{day[row]} is not the first day of a period.") for row in between),
        total=len(between),
        remedy=f"Periods of {panel.period_days} days begin on {first}, and so on.",
    )
    return np.where(known & (ahead >= 1) & (apart % panel.period_days == 0), ahead, WRONG)


def _check_rows(panel: Panel, table: Table, rows: _Rows, findings: Findings) -> None:
    """Refuse what no single row shows: a national channel by unit, two rows for one cell, no row at all."""
    national = np.append(panel.national, False)[np.where(rows.channel >= 0, rows.channel, -1)]
    by_unit = np.flatnonzero(national & (rows.unit >= 0) & (len(panel.units) > 1))
    findings.reject_each(
        "MMX-M078",
        ((table.place(int(row)), f"{panel.channel_names[rows.channel[row]]} is national, but the row is for "
          f"{panel.units[rows.unit[row]]}.") for row in by_unit),
        total=len(by_unit),
        remedy="Give a national channel one row per date, without a unit.",
    )  # fmt: skip
    right = np.flatnonzero((rows.channel >= 0) & (rows.ahead >= 1) & (rows.unit != WRONG))
    cell = rows.channel[right] * (rows.ahead[right].max(initial=0) + 1) + rows.ahead[right]
    again, first = repeated(cell * (len(panel.units) + 1) + rows.unit[right] + 1)
    findings.reject_each(
        "MMX-M079",
        ((table.place(int(right[row])), "The same date, channel and unit stand in "
          f"{table.place(int(right[before]))} already.") for row, before in zip(again, first, strict=True)),
        total=len(again),
        remedy="Keep one of the rows, or add them up.",
    )  # fmt: skip
    whole = np.isin(cell, cell[rows.unit[right] == EVERY_UNIT])
    mixed = np.flatnonzero(whole & (rows.unit[right] >= 0) & ~national[right])
    findings.reject_each(
        "MMX-M080",
        ((table.place(int(right[row])), f"{panel.channel_names[rows.channel[right[row]]]} has a row for "
          f"{panel.units[rows.unit[right[row]]]} and one for all on that date.") for row in mixed),
        total=len(mixed),
        remedy="Give each date of a channel either by unit or for all.",
    )  # fmt: skip
    absent = [
        channel.name
        for index, channel in enumerate(panel.channels)
        if channel.paid and index not in rows.channel
    ]
    if absent:
        findings.reject(
            "MMX-M081",
            f"The plan says nothing of {listed(absent)}.",
            remedy="Give every channel at least one row, with spend 0 where it shall rest.",
            place=table.place(),
        )


def _check_periods_of(
    panel: Panel, table: Table, rows: _Rows, periods: int | None, findings: Findings
) -> int:
    """Return how many periods the plan has; refuse gaps, and another number than was asked for."""
    found = int(rows.ahead.max(initial=0))
    if found < 1:
        return 0
    missing = np.setdiff1d(np.arange(1, min(found, len(panel.dates)) + 1), rows.ahead)
    if len(missing):
        dates = [str(day) for day in future_dates(panel, found)[missing - 1]]
        findings.reject(
            "MMX-M082",
            f"The plan has no row for {listed(dates, most=5)}.",
            remedy="Give every period up to the plan's last a row, with spend 0 where nothing is spent.",
            place=table.place(),
        )
    elif periods is not None and periods != found:
        findings.reject(
            "MMX-M083",
            f"The plan has {found} periods, but {periods} were asked for.",
            remedy=f"Leave periods out, or give a plan of {periods}.",
            place=table.place(),
        )
    return found


def _assembled(response: Response, rows: _Rows, ahead: int) -> SpendPlan:
    panel = response.panel
    spend = np.zeros((len(panel.units), ahead, len(panel.channels)))
    own = rows.unit >= 0
    spend[rows.unit[own], rows.ahead[own] - 1, rows.channel[own]] = rows.spend[own]
    split = []
    for c in np.unique(rows.channel[~own]):
        these = ~own & (rows.channel == c)
        share = np.ones(len(panel.units)) if panel.channels[c].national else _share(response, int(c), ahead)
        if len(panel.units) > 1 and not panel.channels[c].national:
            split.append(panel.channel_names[c])
        spend[:, rows.ahead[these] - 1, c] = share[:, None] * rows.spend[these]
    notes = [
        Note(f"The plan gives {name} for all units; it is split as in the last periods.", about=name)
        for name in split
    ]
    return SpendPlan(future_dates(panel, ahead), spend, tuple(notes))


def _share(response: Response, channel: int, periods: int) -> Vector:
    """Return each unit's share of the channel's spend in the last periods, in all if it had none then.

    A channel that was never spent on is split as the outcome is.
    """
    spend = response.panel.spend[:, :, channel]
    for amount in (spend[:, -periods:].sum(axis=1), spend.sum(axis=1), response.outcome_scale):
        if amount.sum() > 0.0:
            return np.asarray(amount / amount.sum(), dtype=np.float64)
    return np.full(len(spend), 1.0 / len(spend))
