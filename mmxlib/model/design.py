"""The base's columns: level, trend, season, events and controls, and how they go on after the data's end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mmxlib.artifacts.panel import Event, Panel
from mmxlib.artifacts.response import BaseDesign
from mmxlib.maths.arrays import Cube, Dates, Matrix, Vector
from mmxlib.terms import ControlKind, Part

DAYS_PER_YEAR = 365.25
LEVEL_SD = 1.5
SLOPE_SD = 0.3
SEASON_SD = 0.15
EVENT_SD = 0.3
CONTROL_SD = 0.2
"""Prior sds of the base's coefficients, as shares of mean outcome: weak, and proper so that a column that the
data say nothing about stays near zero. The k-th wave of the season has the k-th part of its sd: seasons are
smooth."""


@dataclass(frozen=True, slots=True)
class Flexibility:
    """What the data choose about the base: yearly Fourier pairs and the sd of a change of yearly slope."""

    harmonics: int
    slope_change_sd: float


def base_design(panel: Panel, *, flexibility: Flexibility, spacing: int) -> BaseDesign:
    """Return the base's columns for ``panel``.

    ``spacing`` is the distance between change points in periods; none lies in the first or last half spacing.
    """
    periods = len(panel.dates)
    knots = np.arange(spacing, periods - spacing // 2, spacing, dtype=np.float64)
    center, scale = _control_scaling(panel)
    names, parts, sds = ["level", "trend"], [Part.LEVEL, Part.TREND], [LEVEL_SD, SLOPE_SD]
    for knot in knots:
        names.append(f"trend change {panel.dates[int(knot)]}")
        parts.append(Part.TREND)
        sds.append(flexibility.slope_change_sd)
    for pair in range(1, flexibility.harmonics + 1):
        names += [f"season sin {pair}", f"season cos {pair}"]
        parts += [Part.SEASON] * 2
        sds += [SEASON_SD / pair] * 2
    for name in event_names(panel.events):
        names.append(name)
        parts.append(Part.EVENTS)
        sds.append(EVENT_SD)
    for control in panel.controls:
        names.append(control.name)
        parts.append(Part.CONTROLS)
        sds.append(CONTROL_SD)
    design = BaseDesign(
        columns=tuple(names),
        parts=tuple(parts),
        values=np.empty((0, 0, 0)),
        knots=knots,
        harmonics=flexibility.harmonics,
        control_center=center,
        control_scale=scale,
        prior_sd=np.array(sds),
    )
    return replace(design, values=base_values(design, panel, origin=panel.dates[0]))


def event_names(events: Sequence[Event]) -> tuple[str, ...]:
    """Return the events' names in order of first appearance: repeats of a name share one coefficient."""
    return tuple(dict.fromkeys(event.name for event in events))


def base_values(design: BaseDesign, panel: Panel, *, origin: np.datetime64) -> Cube:
    """Return the columns of ``design`` at the panel's dates, shape (unit, period, column).

    ``origin`` is the first date of the data the design was made for: time counts from there, so that a later
    panel carries trend and season on. An event whose name the design does not know brings nothing.
    """
    time = (panel.dates - origin) / np.timedelta64(1, "D") / panel.period_days
    shared = [np.ones_like(time), *_trend(time, design.knots, panel.period_days)]
    shared += _season(panel.dates, design.harmonics)
    units, periods = len(panel.units), len(panel.dates)
    values = np.empty((units, periods, len(design.columns)))
    values[:, :, : len(shared)] = np.stack(shared, axis=-1)
    column = len(shared)
    for name in design.columns[column : len(design.columns) - design.control_center.shape[1]]:
        masks = [panel.event_mask(event) for event in panel.events if event.name == name]
        values[:, :, column] = np.minimum(np.sum(masks, axis=0), 1.0) if masks else 0.0
        column += 1
    transformed = _transformed_controls(panel, design.control_center)
    values[:, :, column:] = transformed / design.control_scale[:, None, :]
    return values


def _trend(time: Vector, knots: Vector, period_days: int) -> list[Vector]:
    """Return the line from the first period and a hinge per change point, in years."""
    per_year = DAYS_PER_YEAR / period_days
    return [time / per_year] + [np.maximum(time - knot, 0.0) / per_year for knot in knots]


def _season(dates: Dates, harmonics: int) -> list[Vector]:
    """Return the yearly Fourier pairs, by calendar day so that years of 52 and 53 weeks stay aligned."""
    day = (dates - np.datetime64("2000-01-01", "D")) / np.timedelta64(1, "D")
    angle = 2.0 * np.pi * day / DAYS_PER_YEAR
    return [wave(pair * angle) for pair in range(1, harmonics + 1) for wave in (np.sin, np.cos)]


def _transformed_controls(panel: Panel, center: Matrix) -> Cube:
    """Return controls less their center, (unit, period, control); a price is a log relative to its median."""
    values = panel.control_values.copy()
    for index, control in enumerate(panel.controls):
        if control.kind is ControlKind.PRICE:
            values[:, :, index] = np.log(values[:, :, index])
    centered: Cube = values - center[:, None, :]
    return centered


def _control_scaling(panel: Panel) -> tuple[Matrix, Matrix]:
    """Return each unit's center and scale of its controls, (unit, control) each.

    A price is centered on its median; a promotion on its least, so that the least promotion means no effect;
    others on their mean. A control that never changes has scale one.
    """
    shape = (len(panel.units), len(panel.controls))
    center, scale = np.zeros(shape), np.ones(shape)
    for index, control in enumerate(panel.controls):
        values = panel.control_values[:, :, index]
        if control.kind is ControlKind.PRICE:
            values = np.log(values)
            center[:, index] = np.median(values, axis=1)
        elif control.kind is ControlKind.PROMOTION:
            center[:, index] = values.min(axis=1)
        else:
            center[:, index] = values.mean(axis=1)
        spread = values.std(axis=1)
        scale[:, index] = np.where(
            spread > 1e-12 * np.maximum(np.abs(values).max(axis=1), 1e-300), spread, 1.0
        )
    return center, scale
