"""The planner filled: a model and its plans become the numbers of its formulas and the names people see."""

from collections.abc import Sequence

import numpy as np

from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.response import Response
from mmxlib.data.columns import listed
from mmxlib.forecasting.spend_plans import SpendPlan
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.layout.planner import hidden_places as places
from mmxlib_excel.layout.planner import planner_places as at
from mmxlib_excel.layout.planner.grids import Grid
from mmxlib_excel.layout.planner.planner_sheet import OWN, PRESENT, RECOMMENDED, WHOLE
from mmxlib_excel.layout.planner.room import WEEKS
from mmxlib_excel.planner.base_parameters import (
    DriverParameters,
    EventParameters,
    control_parameters,
    event_parameters,
    price_parameters,
)
from mmxlib_excel.planner.model_tiles import base_tiles, choice_tiles, driver_tiles, media_tiles
from mmxlib_excel.planner.planner_state import PlannerState
from mmxlib_excel.planner.plans import KeptPlans, kept_plans, no_spend, periods_of, spend_by_channel
from mmxlib_excel.planner.refusals import check_room
from mmxlib_excel.planner.tiles import column, rows_shown, tile
from mmxlib_excel.workbooks.port import Changes, Span

_WEEK_GRIDS = (
    at.WEEKLY,
    at.SPEND_TYPED,
    at.EVENTS_TYPED,
    at.PRICES_TYPED,
    at.CONTROLS_TYPED,
    at.SPEND_USED,
    at.CONTRIBUTIONS,
    at.BY_UNIT,
)
_STATED, _ADDED = "replaces what is assumed", "added to what is assumed"


def planner_changes(
    response: Response,
    *,
    scenarios: Scenarios | None = None,
    plan: BudgetPlan | None = None,
    planner_state: PlannerState | None = None,
) -> Changes:
    """Return what makes the planner calculate with a model.

    Parameters
    ----------
    response
        The fitted model (of the artifact `FittedModel`, its ``response``).
    scenarios
        The budgets to choose from, if there are any.
    plan
        The approved plan, if there is one: the choice ``recommended``.
    planner_state
        What the planner shows now; what was typed is kept where weeks and names are the same still.

    Raises
    ------
    WorkbookError
        If there are more units, channels or periods than the planner has room for.
    DataError
        If a plan is not one for the periods after the model's data.
    """
    periods = periods_of(response.panel, scenarios, plan)
    check_room(response.panel, periods)
    nothing = no_spend(response.panel, periods)
    kept = kept_plans(response, periods, scenarios, plan)
    events = event_parameters(response, nothing)
    prices, controls = price_parameters(response, nothing), control_parameters(response, nothing)
    present = kept.plans[0].spend
    cells = (
        *base_tiles(response, nothing, present),
        *choice_tiles(response, kept.plans),
        *media_tiles(response, nothing, kept.plans),
        *driver_tiles(events, prices, controls),
        *_names(response.panel, nothing, events, prices, controls),
        *_typed(response.panel, present, events, prices, controls, planner_state),
        *_choices(response.panel, kept, planner_state),
        *_words(response.panel, nothing, kept, events, (*prices.unseen, *controls.unseen)),
    )
    return Changes(cells, _rows(response.panel, nothing, kept, events, prices, controls), _columns(periods))


def week_names(plan: SpendPlan) -> tuple[str, ...]:
    """Return what the weeks of a plan are called: their first days."""
    return tuple(str(day) for day in plan.dates)


def _names(
    panel: Panel,
    nothing: SpendPlan,
    events: EventParameters,
    prices: DriverParameters,
    controls: DriverParameters,
) -> tuple[Tile, ...]:
    headings = [
        tile(Grid(places.PLANNER, g.row - 1, g.column, 1, WEEKS), [week_names(nothing)]) for g in _WEEK_GRIDS
    ]
    ways = [_STATED if each else _ADDED for each in controls.stated]
    return (
        *headings,
        column(at.names_beside(at.SPEND_TYPED), panel.channel_names),
        column(at.names_beside(at.EVENTS_TYPED), events.names),
        column(at.names_beside(at.PRICES_TYPED), prices.names),
        column(at.names_beside(at.CONTROLS_TYPED), controls.names),
        column(at.names_beside(at.CONTROLS_TYPED).right_of(1), ways),
    )


def _typed(
    panel: Panel,
    present: SpendPlan,
    events: EventParameters,
    prices: DriverParameters,
    controls: DriverParameters,
    planner_state: PlannerState | None,
) -> tuple[Tile, ...]:
    """Return what the cells to type in begin with, of those whose meaning has changed."""
    paid = np.array([[channel.paid] for channel in panel.channels], dtype=bool)
    begun = (
        tile(at.SPEND_TYPED, np.where(paid, spend_by_channel(panel, present), np.nan)),
        tile(at.EVENTS_TYPED, events.shares),
        tile(at.PRICES_TYPED, ()),
        tile(at.CONTROLS_TYPED, ()),
    )
    if planner_state is None or planner_state.weeks != week_names(present):
        return begun
    now = (panel.channel_names, events.names, prices.names, controls.names)
    before = (planner_state.channels, planner_state.events, planner_state.prices, planner_state.controls)
    return tuple(each for each, new, old in zip(begun, now, before, strict=True) if new != old)


def _choices(panel: Panel, kept: KeptPlans, planner_state: PlannerState | None) -> tuple[Tile, ...]:
    """Return the choices of plan and unit where there are none that still can be."""
    plans = [each.name for each in kept.plans]
    tiles = []
    if planner_state is None or not planner_state.weeks or planner_state.plan not in (OWN, *plans):
        tiles.append(column(at.PLAN, [RECOMMENDED if RECOMMENDED in plans else PRESENT]))
    if planner_state is None or planner_state.unit not in (WHOLE, *panel.units):
        tiles.append(column(at.UNIT, [WHOLE]))
    return tuple(tiles)


def _words(
    panel: Panel,
    nothing: SpendPlan,
    kept: KeptPlans,
    events: EventParameters,
    unseen: Sequence[str],
) -> tuple[Tile, ...]:
    days = week_names(nothing)
    state = f"{len(days)} periods from {days[0]} to {days[-1]}, by the model of data up to {panel.dates[-1]}."
    said = []
    if kept.left_out:
        said.append(f"Not offered: {listed(kept.left_out)} (of other periods, or no room).")
    if events.unseen:
        said.append(f"{events.unseen} more events have no row; they stay as the data know them.")
    if unseen:
        said.append(f"{listed(unseen)} have no row; they stay as assumed.")
    if not np.isfinite(panel.money_per_outcome):
        said.append("ROI is empty: what one unit of outcome is worth is not known.")
    return (column(at.STATE, [state]), column(at.NOTE, [" ".join(said) or "Nothing is left out."]))


def _rows(
    panel: Panel,
    nothing: SpendPlan,
    kept: KeptPlans,
    events: EventParameters,
    prices: DriverParameters,
    controls: DriverParameters,
) -> tuple[Span, ...]:
    channels, units = len(panel.channels), len(panel.units)
    feed = Grid(places.MATH, places.FEED_ROW + 1, 1, WEEKS)
    first, last = at.BELOW_CHARTS
    return (
        Span(places.PLANNER, first, last, shown=True),
        *rows_shown(at.SPEND_TYPED, channels),
        *rows_shown(at.EVENTS_TYPED, len(events.names)),
        *rows_shown(at.PRICES_TYPED, len(prices.names)),
        *rows_shown(at.CONTROLS_TYPED, len(controls.names)),
        *rows_shown(at.SPEND_USED, channels),
        *rows_shown(at.CONTRIBUTIONS, channels),
        *rows_shown(at.BY_UNIT, units),
        *rows_shown(at.PLANS_SHOWN, len(kept.plans) + 1),
        *rows_shown(feed, len(nothing.dates), above=1),
    )


def _columns(periods: int) -> tuple[Span, ...]:
    first = at.FIRST_WEEK
    shown = Span(places.PLANNER, first, first + periods - 1, shown=True)
    if periods == WEEKS:
        return (shown,)
    return (shown, Span(places.PLANNER, first + periods, first + WEEKS - 1, shown=False))
