"""The numbers of a model and its plans as cells of the planner's hidden sheets."""

import numpy as np

from mmxlib.artifacts.response import Response
from mmxlib.forecasting.spend_plans import SpendPlan
from mmxlib.maths.arrays import Array, Matrix
from mmxlib.report.forecast import plan_forecast
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.layout.planner import hidden_places as places
from mmxlib_excel.layout.planner.planner_sheet import OWN, RECOMMENDED, WHOLE
from mmxlib_excel.layout.planner.room import PRICES, UNITS, WEEKS
from mmxlib_excel.planner.base_parameters import (
    DriverParameters,
    EventParameters,
    base_by_unit,
    media_by_unit,
    year_before,
)
from mmxlib_excel.planner.media_parameters import caused, media_parameters, own_adstock
from mmxlib_excel.planner.plans import KeptPlan, shares, spend_by_channel
from mmxlib_excel.planner.tiles import column, part, tile


def media_tiles(response: Response, nothing: SpendPlan, kept: tuple[KeptPlan, ...]) -> tuple[Tile, ...]:
    """Return what concerns channels, and pairs of channel and unit; ``kept`` begins with the present plan."""
    panel, weeks = response.panel, len(nothing.dates)
    media = media_parameters(response, nothing, shares(response, weeks))
    spends = [spend_by_channel(panel, each.spend) for each in kept]
    adstocks = [own_adstock(response, each.spend) for each in kept]
    pairs = np.full((places.PAIRS_ROOM.rows, places.PAIRS_ROOM.columns), np.nan)
    tiles = []
    for c in range(len(panel.channels)):
        for u in range(len(panel.units)):
            pairs[c * UNITS + u] = (
                u + 1, media.family[c] + 1, media.shape[c], media.effect[u, c], media.floor[c],
                media.per_money[u, c], media.left_sum[u, c],
            )  # fmt: skip
        rows = np.concatenate([media.left[:, c], *(each[:, c] for each in adstocks)], axis=1)
        tiles.append(part(places.LEFT, rows, row=c * UNITS))  # what is stored stands right beside it
    paid = [1.0 if channel.paid else 0.0 for channel in panel.channels]
    return (
        tile(places.PAIRS_ROOM, pairs),
        *tiles,
        column(places.PAID, paid),
        column(places.PRESENT_SPEND, spends[0].sum(axis=1)),
        tile(places.LAG_WEIGHTS, media.lag_weights[:, ::-1]),
        part(places.STORED_SPEND, np.concatenate([_wide(each, WEEKS) for each in spends], axis=1)),
        tile(places.FAR_SHARES, media.far_shares),
        tile(places.COUNTED, media.counted[None, :]),
    )


def choice_tiles(response: Response, kept: tuple[KeptPlan, ...]) -> tuple[Tile, ...]:
    """Return names, totals and forecasts of the plans to choose from, the typed one first."""
    names = response.panel.channel_names
    paid = np.array([channel.paid for channel in response.panel.channels], dtype=bool)
    totals: list[tuple[CellValue, ...]] = [(OWN,)]
    forecasts: list[tuple[CellValue, ...]] = [()]
    for each in kept:
        media = media_by_unit(response, each.spend).sum(axis=1)
        spend = float(spend_by_channel(response.panel, each.spend).sum())
        whole = float(caused(response, each.spend)[paid].sum())
        totals.append((each.name, spend, whole, *media.tolist()))
        forecasts.append(_forecast(each, names))
    # what is typed has no forecast of its own: the recommended plan's stands beside it, or the present one's
    shown = next((i for i, each in enumerate(kept, start=1) if each.name == RECOMMENDED), 1)
    forecasts[0] = forecasts[shown]
    units = (WHOLE, *response.panel.units)
    return (tile(places.CHOICES, totals), tile(places.FORECASTS, forecasts), column(places.UNIT_NAMES, units))


def base_tiles(response: Response, nothing: SpendPlan, present: SpendPlan) -> tuple[Tile, ...]:
    """Return what is expected beside media, the year before, and what present spend brings."""
    panel, weeks = response.panel, len(nothing.dates)
    worth = panel.money_per_outcome
    return (
        column(places.WEEK_COUNT, [float(weeks)]),
        column(places.MONEY, [worth]),
        tile(places.BASE, base_by_unit(response, nothing)),
        tile(places.YEAR_BEFORE, year_before(panel, weeks)),
        tile(places.PRESENT_MEDIA, media_by_unit(response, present)),
    )


def driver_tiles(
    events: EventParameters, prices: DriverParameters, controls: DriverParameters
) -> tuple[Tile, ...]:
    """Return what events, prices and other controls move, and what is assumed of them."""
    units, weeks = prices.assumed.shape[:2]
    effects = np.full((places.DRIVERS, units), np.nan)
    effects[: len(prices.names)] = prices.effects
    effects[PRICES : PRICES + len(controls.names)] = controls.effects
    stated = np.zeros(places.DRIVERS)
    stated[PRICES : PRICES + len(controls.names)] = controls.stated
    assumed = np.full((UNITS, places.DRIVERS, weeks), np.nan)
    replaced = np.where(controls.stated[None, None, :] > 0.0, controls.assumed, np.nan)
    assumed[:units, PRICES : PRICES + len(controls.names)] = np.swapaxes(replaced, 1, 2)
    return (
        tile(places.EVENT_SHARES, events.shares),
        tile(places.EVENT_EFFECTS, events.effects),
        tile(places.DRIVER_EFFECTS, effects),
        column(places.DRIVER_STATED, stated),
        tile(places.DRIVER_ASSUMED, assumed.reshape(-1, weeks)),
    )


def _forecast(plan: KeptPlan, channels: tuple[str, ...]) -> tuple[CellValue, ...]:
    """Return the last forecast of a plan: mean, lower and upper end by week and in total, and whose it is."""
    found = None if plan.budget is None else plan_forecast(plan.budget, channels)
    if plan.budget is None or found is None:
        return ()
    whole, budget = found.whole, plan.budget
    ends = (
        (whole.mean, budget.forecast_outcome),
        (whole.lower, budget.forecast_lower),
        (whole.upper, budget.forecast_upper),
    )
    numbers = [(*_wide(weeks[None, :], WEEKS)[0].tolist(), total) for weeks, total in ends]
    return (*(each for row in numbers for each in row), f"plan {plan.name}, all units")


def _wide(values: Matrix, columns: int) -> Array:
    """Return the rows made so long with missing values."""
    out = np.full((len(values), columns), np.nan)
    out[:, : values.shape[1]] = values
    return out
