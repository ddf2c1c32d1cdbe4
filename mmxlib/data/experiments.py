"""Experiments: files with a row per test, a lift in a window or a step in spend."""

from collections.abc import Sequence

import numpy as np

from mmxlib.artifacts.experiments import AnyExperiment, Experiment, StepTest, step_fault
from mmxlib.data.calendar import Calendar
from mmxlib.data.columns import found_column, listed, needed_column, role_column, standard_name, suggestion
from mmxlib.data.events import day_of, members_of, window_of
from mmxlib.data.findings import Findings
from mmxlib.data.roles import DataSettings
from mmxlib.data.tables import Table, rows_of_table
from mmxlib.data.values import days, filled, names, numbers, refuse_blanks
from mmxlib.maths.arrays import Array, Dates

LIFT = ("lift", "standard_error")
STEP = ("x", "delta_x", "delta_y", "sigma")
"""The columns whose filled cells say of which kind a row is; start and end alone say nothing."""

Members = Sequence[tuple[str | None, ...]]


def experiments(
    tables: Sequence[Table],
    units: tuple[str, ...],
    channels: Sequence[str],
    calendar: Calendar,
    settings: DataSettings,
    findings: Findings,
) -> tuple[AnyExperiment, ...]:
    """Return the tests of files with a row per test, in the order of their rows, lifts first in each file."""
    found: list[AnyExperiment] = []
    for table in tables:
        lifts, steps = _by_kind(table, settings, findings)
        if lifts is not None:
            found += _lifts(lifts, units, channels, calendar, settings, findings)
        if steps is not None:
            found += _steps(steps, units, channels, settings, findings)
    return tuple(found)


def _by_kind(table: Table, settings: DataSettings, findings: Findings) -> tuple[Table | None, Table | None]:
    """Return the rows that tell of lifts and those that tell of steps, each None where there are none."""
    lift_columns = [name for role in LIFT if (name := role_column(table, role, settings))]
    step_columns = [name for role in STEP if (name := _step_column(table, role, settings))]
    if not step_columns:
        return table, None
    if not lift_columns:
        return None, table
    lift = np.any([filled(table, name) for name in lift_columns], axis=0)
    step = np.any([filled(table, name) for name in step_columns], axis=0)
    for row in np.flatnonzero(lift == step):
        problem = (
            f"The row tells both of a lift ({listed(lift_columns)}) and of a step in spend "
            f"({listed(step_columns)})."
            if lift[row]
            else "The row tells of no test: it has neither a lift nor a step in spend."
        )
        findings.reject(
            "MMX-D091",
            problem,
            remedy="Write one test per row: start, end, lift and standard_error, or x, delta_x, delta_y and "
            "sigma.",
            place=table.place(int(row)),
        )
    kinds = (np.flatnonzero(lift & ~step), np.flatnonzero(step & ~lift))
    lifts, steps = (rows_of_table(table, rows) if len(rows) else None for rows in kinds)
    return lifts, steps


def _step_column(table: Table, role: str, settings: DataSettings) -> str | None:
    """Return the column of a step test's number.

    Its standard name is taken even where the settings use it for another file's column, such as a channel's
    spend called x.
    """
    chosen = found_column(table, getattr(settings.columns, role))
    return chosen or found_column(table, standard_name(role))


def _lifts(
    table: Table,
    units: tuple[str, ...],
    channels: Sequence[str],
    calendar: Calendar,
    settings: DataSettings,
    findings: Findings,
) -> list[Experiment]:
    channel_column = needed_column(table, "channel", settings, findings)
    lift_column = needed_column(table, "lift", settings, findings)
    error_column = needed_column(table, "standard_error", settings, findings)
    change_column = role_column(table, "change", settings)
    window = window_of(table, settings, findings)
    members = members_of(table, units, settings, findings)
    if channel_column is None or lift_column is None or error_column is None or window is None:
        return []
    channel = names(table, channel_column, findings)
    lift, error = (_needed_numbers(table, column, findings) for column in (lift_column, error_column))
    change = np.full(len(table), -1.0)
    if change_column is not None:
        read = numbers(table, change_column, findings)
        change = np.where(read.blank, -1.0, read.values)
    _check_whom(table, channel, channels, members, findings)
    _check_errors(table, error_column, error, findings)
    _check_windows(table, window, calendar, findings)
    if findings.rejected:
        return []
    return [
        Experiment(
            str(channel[row]), day_of(window[0][row]), day_of(window[1][row]),
            float(lift[row]), float(error[row]), members[row][0], float(change[row]),
        )
        for row in range(len(table))
    ]  # fmt: skip


def _steps(
    table: Table,
    units: tuple[str, ...],
    channels: Sequence[str],
    settings: DataSettings,
    findings: Findings,
) -> list[StepTest]:
    channel_column = needed_column(table, "channel", settings, findings)
    columns = [
        _step_column(table, role, settings) or needed_column(table, role, settings, findings) for role in STEP
    ]
    members = members_of(table, units, settings, findings)
    if channel_column is None or None in columns:
        return []
    channel = names(table, channel_column, findings)
    values = [_needed_numbers(table, column, findings) for column in columns if column is not None]
    dates = _optional_days(table, role_column(table, "date", settings), findings)
    _check_whom(table, channel, channels, members, findings)
    rows = np.stack(values, axis=1)
    for row, (x, delta_x, delta_y, sigma) in enumerate(rows.tolist()):
        fault = step_fault(x, delta_x, delta_y, sigma) if np.all(np.isfinite(rows[row])) else ""
        if fault:
            findings.reject(
                "MMX-D092",
                f"This cannot be a step test: {fault}.",
                remedy="x is the spend per period before the step, delta_x its change, delta_y the change of "
                "outcome per period, sigma the standard error of delta_y.",
                place=table.place(row),
            )
    if findings.rejected:
        return []
    return [
        StepTest(
            channel=str(channel[row]),
            **dict(zip(STEP, numbers_of_row, strict=True)),
            unit=members[row][0],
            date=None if np.isnat(dates[row]) else day_of(dates[row]),
        )
        for row, numbers_of_row in enumerate(rows.tolist())
    ]


def _optional_days(table: Table, column: str | None, findings: Findings) -> Dates:
    """Return the days of a column that may be missing or blank: "not a time" where it is."""
    found = np.full(len(table), np.datetime64("NaT"), dtype="datetime64[D]")
    if column is not None:
        rows = np.flatnonzero(filled(table, column))
        found[rows] = days(rows_of_table(table, rows), column, findings)
    return found


def _check_whom(
    table: Table, channel: Array, channels: Sequence[str], members: Members, findings: Findings
) -> None:
    """Add faults for strange channels, and for tests of several units at once."""
    for row, name in enumerate(channel):
        if name and name not in channels:
            findings.reject(
                "MMX-D049",
                f'The experiment is about "{name}", but the media have {listed(channels)}.',
                remedy=f"{suggestion(name, channels)}Write the channel as in the media.",
                place=table.place(row),
            )
        if len(members[row]) > 1:
            findings.reject(
                "MMX-D052",
                "The experiment is about several units at once: "
                f"{listed([str(unit) for unit in members[row]])}.",
                remedy="Name one unit as in sales, or none for all.",
                place=table.place(row),
            )


def _check_errors(table: Table, column: str, error: Array, findings: Findings) -> None:
    for row in np.flatnonzero(error <= 0.0):
        findings.reject(
            "MMX-D050",
            f"The standard error {error[row]:g} is not above 0.",
            remedy="Give the standard error of the lift.",
            place=table.place(int(row), column),
        )


def _check_windows(table: Table, window: tuple[Dates, Dates], calendar: Calendar, findings: Findings) -> None:
    last = calendar.dates[-1] + np.timedelta64(6, "D")
    for row in np.flatnonzero((window[1] < calendar.dates[0]) | (window[0] > last)):
        findings.reject(
            "MMX-D051",
            f"The experiment lies outside the data ({calendar.dates[0]} to {last}).",
            remedy="Correct its dates, or leave it out.",
            place=table.place(int(row)),
        )


def _needed_numbers(table: Table, column: str, findings: Findings) -> Array:
    read = numbers(table, column, findings)
    refuse_blanks(table, column, read.blank, findings, remedy="Write the number.")
    return read.values
