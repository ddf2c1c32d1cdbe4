"""What is assumed of the future beside spend: exposure, events and controls, as a panel that goes on."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from mmxlib.artifacts.panel import Event, Panel
from mmxlib.artifacts.response import Response
from mmxlib.data.columns import found_column, listed, suggestion
from mmxlib.data.events import listed_events
from mmxlib.data.findings import Findings
from mmxlib.data.roles import ColumnSettings, DataSettings
from mmxlib.data.rows import ALL, repeated
from mmxlib.data.tables import Table, table_of_frame
from mmxlib.data.values import days, names, numbers, refuse_blanks
from mmxlib.forecasting.spend_plans import SpendPlan
from mmxlib.maths.arrays import Array, Cube, Dates, Indices, Matrix, Vector
from mmxlib.maths.seasonality import periods_per_year
from mmxlib.terms import ControlKind, Part

FutureEvents = pd.DataFrame | Table | Sequence[Event] | None
"""A table with a row per event (name, start, end, perhaps unit), or the events; None for no others."""

FutureControls = pd.DataFrame | Table | None
"""A table with date, a column per control and perhaps unit; None for what is assumed of all of them."""


def future_panel(
    response: Response,
    plan: SpendPlan,
    *,
    events: FutureEvents = None,
    controls: FutureControls = None,
) -> Panel:
    """Return the panel of the plan's periods: its spend and exposure, events and controls; no outcome.

    Parameters
    ----------
    response
        The fitted model.
    plan
        Spend by unit and period. It becomes exposure by the model's cost per exposure; organic channels
        repeat the exposure of the last periods, in the same order.
    events
        Those to come beside the ones that the data know already; each must be of a name that the model has
        met.
    controls
        A frame with date, a column per control and, where units differ, unit. A control without a column
        keeps its last observed value, a promotion repeats the same periods of the year before (its mean
        where there is no year before).

    Raises
    ------
    DataError
        With all faults of events and controls, each with its row.
    """
    panel, findings = response.panel, Findings()
    added = _events(response, events, findings)
    values = _controls(panel, plan.dates, controls, findings)
    findings.raise_if_rejected()
    return replace(
        panel,
        dates=plan.dates,
        outcome=np.full((len(panel.units), len(plan.dates)), np.nan),
        spend=plan.spend,
        exposure=_exposure(response, plan.spend),
        control_values=values,
        events=(*panel.events, *added),
        volume=None,
    )


def _exposure(response: Response, spend: Cube) -> Cube:
    cost = response.cost_per_exposure[:, None, :]
    bought: Cube = np.divide(spend, cost, out=np.zeros_like(spend), where=cost > 0.0)
    paid = np.array([channel.paid for channel in response.panel.channels], dtype=bool)
    exposure: Cube = np.where(paid, bought, response.panel.exposure[:, -spend.shape[1] :])
    return exposure


def _events(response: Response, given: FutureEvents, findings: Findings) -> tuple[Event, ...]:
    """Return the events given, each checked against those that the model has met."""
    if given is None:
        return ()
    if isinstance(given, pd.DataFrame | Table):
        table = given if isinstance(given, Table) else table_of_frame(given, "the frame of events")
        settings = DataSettings(columns=ColumnSettings(sub_category="unit"))
        events = listed_events([table], response.panel.units, settings, findings)
        place = table.place()
    else:
        events, place = tuple(given), "argument events"
        units = [event.unit for event in events if event.unit not in (None, *response.panel.units)]
        for unit in dict.fromkeys(units):
            findings.reject(
                "MMX-M084",
                f'An event is for the unit "{unit}", which the model does not know.',
                remedy=f"Its units are {listed(response.panel.units)}.",
                place=place,
            )
    design = response.base
    met = tuple(n for n, part in zip(design.columns, design.parts, strict=True) if part is Part.EVENTS)
    for name in dict.fromkeys(event.name for event in events if event.name not in met):
        findings.reject(
            "MMX-M085",
            f'The model has never met the event "{name}", so it cannot say what it brings.',
            remedy=f"{suggestion(name, met)}It has met {listed(met)}."
            if met
            else "Its data had no events: leave it out.",
            place=place,
        )
    return events


def _controls(panel: Panel, dates: Dates, given: FutureControls, findings: Findings) -> Cube:
    """Return the controls' values, (unit, period, control): as given, else as they were."""
    values = np.empty((len(panel.units), len(dates), len(panel.controls)))
    for index, control in enumerate(panel.controls):
        past = panel.control_values[:, :, index]
        repeats = control.kind is ControlKind.PROMOTION
        values[:, :, index] = _year_before(panel, past, len(dates)) if repeats else past[:, -1:]
    if given is None:
        return values
    table = given if isinstance(given, Table) else table_of_frame(given, "the frame of controls")
    names_of = {control.name: found_column(table, control.name) for control in panel.controls}
    rows = _rows_of_controls(panel, dates, table, findings, set(names_of.values()))
    if rows is None:
        return values
    for index, control in enumerate(panel.controls):
        column = names_of[control.name]
        if column is not None:
            read = numbers(table, column, findings)
            refuse_blanks(table, column, read.blank, findings, remedy="Fill the cell.")
            if control.kind is ControlKind.PRICE:
                _refuse_no_price(table, column, read.values, findings)
            values[:, :, index] = read.values[rows]
    return values


def _year_before(panel: Panel, past: Matrix, ahead: int) -> Matrix:
    """Return the same periods of the year before, (unit, period); the mean where there is no year before."""
    year, periods = periods_per_year(panel.period_days), past.shape[1]
    if periods < year:
        return np.repeat(past.mean(axis=1, keepdims=True), ahead, axis=1)
    repeated_year: Matrix = past[:, periods - year + np.arange(ahead) % year]
    return repeated_year


def _rows_of_controls(
    panel: Panel, dates: Dates, table: Table, findings: Findings, columns: set[str | None]
) -> Indices | None:
    """Return which row holds each unit's period, (unit, period), or None (and faults)."""
    date_column, unit_column = found_column(table, "date"), found_column(table, "unit")
    odd = [name for name in table.columns if name not in {date_column, unit_column, *columns}]
    for name in odd:
        controls = tuple(control.name for control in panel.controls)
        findings.reject(
            "MMX-M086",
            f'The model knows no control "{name}".',
            remedy=f"{suggestion(name, controls)}Its controls are {listed(controls) or 'none'}.",
            place=table.place(),
        )
    if date_column is None:
        findings.reject(
            "MMX-M087",
            f'There is no column "date". The columns are {listed(table.columns)}.',
            remedy="Give the first day of each period.",
            place=table.place(),
        )
        return None
    day = days(table, date_column, findings)
    units = _units(panel, table, unit_column, findings)
    if findings.rejected:
        return None
    return _found_rows(panel, dates, table, day=day, units=units, findings=findings)


def _units(panel: Panel, table: Table, column: str | None, findings: Findings) -> Array:
    """Return each row's unit by index, -1 for all."""
    if column is None:
        return np.full(len(table), -1)
    said = names(table, column, findings, blank_allowed=True)
    index = {"": -1, ALL: -1, **{unit: place for place, unit in enumerate(panel.units)}}
    unknown = np.flatnonzero([name not in index for name in said])
    findings.reject_each(
        "MMX-M088",
        ((table.place(int(row), column), f'The model knows no unit "{said[row]}".') for row in unknown),
        total=len(unknown),
        remedy=f"Its units are {listed(panel.units)}; leave the unit empty for all.",
    )
    return np.array([index.get(name, -1) for name in said], dtype=np.int64)


def _found_rows(
    panel: Panel, dates: Dates, table: Table, *, day: Dates, units: Array, findings: Findings
) -> Indices | None:
    """Return which row holds each unit's period, or None (and faults) where none or several do."""
    again, first = repeated((day.astype(np.int64)) * (len(panel.units) + 1) + units + 1)
    findings.reject_each(
        "MMX-M089",
        ((table.place(int(row)), f"The same date and unit stand in {table.place(int(before))} already.")
         for row, before in zip(again, first, strict=True)),
        total=len(again),
        remedy="Keep one of the rows.",
    )  # fmt: skip
    rows = np.full((len(panel.units), len(dates)), -1)
    for row in np.argsort(units >= 0, kind="stable"):  # what is said of one unit goes before what is for all
        rows[slice(None) if units[row] < 0 else units[row], dates == day[row]] = row
    for unit, found in zip(panel.units, rows, strict=True):
        missing = [str(each) for each in dates[found < 0]]
        if missing:
            findings.reject(
                "MMX-M090",
                f"The controls of {unit} are missing on {listed(missing, most=5)}.",
                remedy="Give every period of the plan a row, or leave the controls out.",
                place=table.place(),
            )
    return None if findings.rejected else rows


def _refuse_no_price(table: Table, column: str, values: Vector, findings: Findings) -> None:
    wrong = np.flatnonzero(values <= 0.0)
    findings.reject_each(
        "MMX-M091",
        ((table.place(int(row), column), f"The price {values[row]:g} is not above zero.") for row in wrong),
        total=len(wrong),
        remedy="Correct the price.",
    )
