"""What the planner's formulas know of the base: what is assumed, and what events and controls move."""

from dataclasses import dataclass, replace

import numpy as np

from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Response
from mmxlib.forecasting.continuation import expected_of, future_columns
from mmxlib.forecasting.future_drivers import future_panel
from mmxlib.forecasting.spend_plans import SpendPlan
from mmxlib.maths.arrays import Cube, Matrix, Vector
from mmxlib.maths.seasonality import periods_per_year
from mmxlib.terms import ControlKind, Part
from mmxlib_excel.layout.planner.room import CONTROLS, EVENTS, PRICES


@dataclass(frozen=True, eq=False)
class EventParameters:
    """Events that can be typed, in all units or in one.

    ``names``: what they are called on the sheet. ``shares``: (event, period), how much of a period each
    covers as the data know it. ``effects``: (event, unit), in units of outcome; none where an event does not
    apply. ``unseen``: how many more the model knows, for which there is no room.
    """

    names: tuple[str, ...]
    shares: Matrix
    effects: Matrix
    unseen: int


@dataclass(frozen=True, eq=False)
class DriverParameters:
    """Prices or other controls that can be typed.

    ``names``. ``effects``: (control, unit), of the price's logarithm or of one unit of the control, in units
    of outcome. ``stated``: (control,), whether a typed number replaces what is assumed (else it changes it).
    ``assumed``: (unit, period, control). ``unseen``: the names for which there is no room.
    """

    names: tuple[str, ...]
    effects: Matrix
    stated: Vector
    assumed: Cube
    unseen: tuple[str, ...]


def base_by_unit(response: Response, nothing: SpendPlan) -> Matrix:
    """Return base and fading residual of the reference, (unit, period), without media."""
    future = future_panel(response, nothing)
    columns = future_columns(response, future)
    rows = []
    for unit in range(len(future.units)):
        each = expected_of(response, future, unit, columns=columns, draws=response.reference)
        rows.append(each.base[0].sum(axis=1) + each.residual[0])
    return np.stack(rows)


def media_by_unit(response: Response, plan: SpendPlan) -> Matrix:
    """Return what media bring at the reference under a plan, (unit, period)."""
    future = future_panel(response, plan)
    columns = future_columns(response, future)
    rows = [
        expected_of(response, future, unit, columns=columns, draws=response.reference).media[0].sum(axis=1)
        for unit in range(len(future.units))
    ]
    return np.stack(rows)


def year_before(panel: Panel, periods: int) -> Matrix:
    """Return the outcome a year before each of the next periods, (unit, period); missing where unknown."""
    known, first = len(panel.dates), len(panel.dates) - periods_per_year(panel.period_days)
    found = np.full((len(panel.units), periods), np.nan)
    for t in range(periods):
        if 0 <= first + t < known:
            found[:, t] = panel.outcome[:, first + t]
    return found


def event_parameters(response: Response, nothing: SpendPlan) -> EventParameters:
    """Return the events that the model has met: those known to come, then by the size of their effect."""
    panel, design = response.panel, response.base
    future = replace(panel, dates=nothing.dates)
    met = [name for name, part in zip(design.columns, design.parts, strict=True) if part is Part.EVENTS]
    scopes = list(dict.fromkeys((each.name, each.unit) for each in panel.events if each.name in met))
    shares, effects = [], []
    for name, unit in scopes:
        same = [future.event_mask(each) for each in panel.events if (each.name, each.unit) == (name, unit)]
        place = 0 if unit is None else panel.units.index(unit)
        shares.append(np.minimum(np.sum(same, axis=0)[place], 1.0))
        applies = np.array([unit in (None, each) for each in panel.units])
        effects.append(np.where(applies, response.reference.base[0, :, _column(response, name)], 0.0))
    size = [
        (not share.any(), -float(np.abs(effect).sum())) for share, effect in zip(shares, effects, strict=True)
    ]
    order = sorted(range(len(scopes)), key=lambda each: size[each])[:EVENTS]
    return EventParameters(
        tuple(_event_name(*scopes[each]) for each in order),
        np.array([shares[each] for each in order]).reshape(len(order), len(nothing.dates)),
        np.array([effects[each] for each in order]).reshape(len(order), len(panel.units)),
        len(scopes) - len(order),
    )


def _column(response: Response, name: str) -> int:
    design = response.base
    return next(
        index
        for index, (column, part) in enumerate(zip(design.columns, design.parts, strict=True))
        if part is Part.EVENTS and column == name
    )


def _event_name(name: str, unit: str | None) -> str:
    return name if unit is None else f"{name}, in {unit}"


def price_parameters(response: Response, nothing: SpendPlan) -> DriverParameters:
    """Return the controls that are prices: a typed number changes them by that share."""
    prices = [i for i, each in enumerate(response.panel.controls) if each.kind is ControlKind.PRICE]
    return _drivers(response, nothing, prices, PRICES)


def control_parameters(response: Response, nothing: SpendPlan) -> DriverParameters:
    """Return the other controls: a typed number replaces a promotion, and is added to any other."""
    others = [i for i, each in enumerate(response.panel.controls) if each.kind is not ControlKind.PRICE]
    return _drivers(response, nothing, others, CONTROLS)


def _drivers(response: Response, nothing: SpendPlan, chosen: list[int], room: int) -> DriverParameters:
    controls, shown = response.panel.controls, chosen[:room]
    first = len(response.base.columns) - len(controls)  # controls are the last columns
    effects = (
        response.reference.base[0][:, [first + i for i in shown]] / response.base.control_scale[:, shown]
    )
    assumed = future_panel(response, nothing).control_values[:, :, shown]
    return DriverParameters(
        tuple(controls[i].name for i in shown),
        effects.T,
        np.array([controls[i].kind is ControlKind.PROMOTION for i in shown], dtype=np.float64),
        assumed,
        tuple(controls[i].name for i in chosen[room:]),
    )
