"""Charts of a plan over time: its forecast after the last year of data, and its spend cell by cell."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.maths.arrays import Dates, Vector
from mmxlib.report import style
from mmxlib.report.charts.canvas import (
    HEADER,
    MARGIN,
    Picture,
    Sheet,
    day_numbers,
    drawn,
    label_room,
    legend_row,
    name_axis,
    new_sheet,
    panel_title,
    text_width,
    time_axis,
    value_axis,
)
from mmxlib.report.charts.panels import MOST_PANELS, line_key
from mmxlib.report.forecast import WHOLE, PlanForecast, UnitForecast
from mmxlib.report.model_frames import RESIDUAL, ModelFrames, by_period
from mmxlib.report.numbers import Measures, day, percent, tick
from mmxlib.report.plan_tables import cells_table, has_cells
from mmxlib.report.plan_words import text_of

LAST_YEAR_DAYS = 364
"""How much of the past stands beside a forecast."""

BAND = "#BFDDF0"
MEDIA = "#DCEBF5"
"""Light enough for lines on top, and a darker grey than the base in print."""

PANEL_HEIGHT = 1.2
WHOLE_HEIGHT = 2.75
CELL_HEIGHT = 0.3
MOST_FIGURES = 14
"""The periods up to which the cells of a heat table are wide enough for their numbers."""


@dataclass(frozen=True, eq=False)
class _Past:
    """The last year of one unit or of all: what came, what was fitted, and its base, (period,) each."""

    dates: Dates
    actual: Vector
    fitted: Vector
    base: Vector


def forecast_chart(frames: ModelFrames, forecast: PlanForecast, measures: Measures) -> Picture:
    """Return the last year and the forecast of all units, and a small panel each where there are few."""
    return drawn(lambda: _forecast(frames, forecast, measures))


def _past(frames: ModelFrames, forecast: PlanForecast, unit: str | None) -> _Past:
    channels = list(forecast.channels)
    wide = frames.wide if unit is None else by_period(frames.contributions, channels, [unit])
    days = np.asarray(wide.index.to_numpy(), dtype="datetime64[D]")
    wide = wide[days > days[-1] - np.timedelta64(LAST_YEAR_DAYS, "D")]
    fitted = wide.drop(columns=RESIDUAL)
    sums = fitted.sum(axis=1).to_numpy(float)
    media = fitted[[name for name in channels if name in fitted.columns]].sum(axis=1).to_numpy(float)
    return _Past(
        np.asarray(wide.index.to_numpy(), dtype="datetime64[D]"),
        sums + wide[RESIDUAL].to_numpy(float),
        sums,
        sums - media,
    )


def _forecast(frames: ModelFrames, forecast: PlanForecast, measures: Measures) -> Picture:
    whole, units = forecast.whole, forecast.units[: MOST_PANELS + 1]
    units = () if len(units) > MOST_PANELS else units
    total = float(whole.mean.sum())
    window = f"{measures.periods(len(whole.dates))} from {day(whole.dates[0])}"
    title = f"Sales in the {window}: {measures.finer_outcome(total)} expected"
    columns = 2 if len(units) in (2, 4) else 3
    rows = -(-len(units) // columns)
    below = rows * (PANEL_HEIGHT + 0.36) + (0.12 if rows else 0.0)
    height = HEADER + 0.3 + WHOLE_HEIGHT + 0.36 + below
    sheet = new_sheet(
        title,
        f"Per {measures.period}{', all units together' if forecast.units else ''}, base included, in "
        f"{measures.outcome_unit}; dotted: where the data end",
        height=height,
    )
    width = sheet.width - 0.66 - 2.0 * MARGIN
    axes = sheet.axes(0.66, below + 0.34, width, WHOLE_HEIGHT)
    past = _past(frames, forecast, None)
    _stacked(axes, past, whole)
    _lines(axes, past, whole, measures)
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    _finished(axes, past, whole, width)
    _panels(sheet, frames, forecast, units, columns=columns, measures=measures)
    legend_row(
        sheet,
        [
            (line_key(style.INK, width=1.0), "Actual"),
            (line_key(style.ORANGE), "Fitted"),
            (line_key(style.BLUE, width=2.0), "Forecast"),
            (Patch(color=BAND), f"{percent(forecast.level)} range of the forecast"),
            (Patch(color=MEDIA), "Media"),
            (Patch(color=style.BAND), "Base"),
        ],
    )
    return Picture(
        sheet.figure,
        f"{title}. Line chart of the last year, then of the forecast with its range, from "
        f"{measures.finer_outcome(float(whole.mean[0]))} in the first {measures.period} to "
        f"{measures.finer_outcome(float(whole.mean[-1]))} in the last.",
        forecast_rows(frames, forecast),
    )


def forecast_rows(frames: ModelFrames, forecast: PlanForecast) -> pd.DataFrame:
    """Return the last year and the forecast, of all units together and of each where there are several."""
    rows = []
    for unit, ahead in ((None, forecast.whole), *((each.unit, each) for each in forecast.units)):
        past = _past(frames, forecast, unit)
        name = WHOLE if unit is None else unit
        rows += [
            pd.DataFrame(
                {
                    "unit": name, "date": past.dates, "actual": past.actual, "fitted": past.fitted,
                    "base": past.base,
                }
            ),
            pd.DataFrame(
                {
                    "unit": name, "date": ahead.dates, "base": ahead.base, "expected": ahead.mean,
                    "expected_lower": ahead.lower, "expected_upper": ahead.upper,
                }
            ),
        ]  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def _stacked(axes: Axes, past: _Past, ahead: UnitForecast) -> None:
    days = day_numbers(np.concatenate([past.dates, ahead.dates]))
    base = np.concatenate([past.base, ahead.base])
    axes.fill_between(days, 0.0, base, color=style.BAND, linewidth=0.0)
    axes.fill_between(days, base, np.concatenate([past.fitted, ahead.mean]), color=MEDIA, linewidth=0.0)


def _lines(axes: Axes, past: _Past, ahead: UnitForecast, measures: Measures, *, thin: float = 1.0) -> None:
    before, after = day_numbers(past.dates), day_numbers(ahead.dates)
    axes.fill_between(after, ahead.lower, ahead.upper, color=BAND, linewidth=0.0)
    axes.plot(before, past.fitted, color=style.ORANGE, linewidth=1.7 * thin)
    axes.plot(before, past.actual, color=style.INK, linewidth=1.0 * thin)
    lone = "o" if len(after) == 1 else ""  # a line of one point is not seen
    axes.plot(after, ahead.mean, color=style.BLUE, linewidth=2.0 * thin, marker=lone, markersize=4.0)
    axes.margins(y=0.06)
    axes.axvline(after[0] - measures.period_days / 2.0, color=style.MUTED, linewidth=0.9, linestyle=":")


def _finished(axes: Axes, past: _Past, ahead: UnitForecast, width: float, *, ticks: int = 5) -> None:
    time_axis(axes, day_numbers(np.concatenate([past.dates, ahead.dates])), width)
    value_axis(axes, ticks=ticks)


def _panels(
    sheet: Sheet,
    frames: ModelFrames,
    forecast: PlanForecast,
    units: tuple[UnitForecast, ...],
    *,
    columns: int,
    measures: Measures,
) -> None:
    """Draw a small panel per unit; its axis need not begin at zero, as nothing is stacked there."""
    rows = -(-len(units) // columns)
    each = (sheet.width - 0.66 - 2.0 * MARGIN - 0.62 * (columns - 1)) / columns
    for index, unit in enumerate(units):
        row, column = divmod(index, columns)
        bottom = 0.3 + (rows - 1 - row) * (PANEL_HEIGHT + 0.36)
        axes = sheet.axes(0.66 + column * (each + 0.62), bottom, each, PANEL_HEIGHT - 0.08)
        panel_title(axes, unit.unit, each, measures.outcome(float(unit.mean.sum())))
        past = _past(frames, forecast, unit.unit)
        _lines(axes, past, unit, measures, thin=0.75)
        _finished(axes, past, unit, each, ticks=4)
        if index + columns < len(units):
            axes.tick_params(axis="x", labelbottom=False)


def cells_chart(plan: BudgetPlan, measures: Measures) -> Picture | None:
    """Return spend by period and channel as a heat table; None where periods were not free."""
    if not has_cells(plan):
        return None
    return drawn(lambda: _cells(plan, measures))


def _cells(plan: BudgetPlan, measures: Measures) -> Picture:
    table = cells_table(plan)
    names = [str(each) for each in table.columns]
    spend = table.to_numpy(float).T
    height = HEADER + 0.6 + max(1.0, CELL_HEIGHT * len(names))
    title = f"When the plan spends: {measures.money(plan.total)} over {measures.periods(plan.periods)}"
    sheet = new_sheet(
        title,
        f"Spend per {measures.period} and channel in {measures.money_unit}, scenario {plan.scenario}: the "
        "darker, the more; a dot: at its limit",
        height=height,
    )
    room = label_room(names, style.TEXT_SIZE, most=2.2)
    width = sheet.width - room - 2.0 * MARGIN - 0.1
    axes = sheet.axes(room + MARGIN, 0.32, width, height - HEADER - 0.4)
    shades = _shades(spend)
    axes.imshow(shades, aspect="auto", interpolation="nearest")
    name_axis(axes, names, room)
    axes.set_ylim(len(names) - 0.5, -0.5)
    _period_ticks(axes, table.index, width)
    if len(table) <= MOST_FIGURES:
        _figures(axes, spend, width / len(table))
    _dots(axes, plan, table)
    axes.spines["bottom"].set_visible(False)
    by_date = spend.sum(axis=0)
    busiest = int(np.argmax(by_date))
    return Picture(
        sheet.figure,
        f"{title}. Heat table of spend by period and channel; most is spent from "
        f"{day(table.index.to_numpy()[busiest])}, {measures.money(float(by_date[busiest]))}.",
        plan.cells,
    )


def _shades(spend: np.ndarray) -> np.ndarray:
    """Return colors from paper to sky blue, by spend as a share of the most; shape (channel, period, 3)."""
    share = np.clip(spend / max(float(spend.max()), 1e-300), 0.0, 1.0)[..., None]
    paper, full = (
        np.array([int(each[at : at + 2], 16) for at in (1, 3, 5)]) for each in (style.PAPER, style.SKY)
    )
    mixed: np.ndarray = (paper + (full - paper) * share) / 255.0
    return mixed


def _period_ticks(axes: Axes, dates: "pd.Index[pd.Timestamp]", width: float) -> None:
    words = [day(np.datetime64(each, "D"))[:-5] for each in dates]
    step = max(1, int(np.ceil(len(words) * 0.55 / width)))
    places = list(range(0, len(words), step))
    axes.set_xticks(places, [words[at] for at in places])
    axes.tick_params(axis="x", length=0)


def _figures(axes: Axes, spend: np.ndarray, room: float) -> None:
    for row, values in enumerate(spend):
        for at, value in enumerate(values):
            words = tick(float(f"{value:.2g}")) if value > 0.0 else "0"
            if text_width(words, style.SMALL_SIZE) < room:
                axes.text(at, row, words, ha="center", va="center", size=style.SMALL_SIZE)


def _dots(axes: Axes, plan: BudgetPlan, table: pd.DataFrame) -> None:
    """Mark the cells at a limit in their upper right corner."""
    bound = plan.cells[plan.cells["binding"].map(text_of) != ""]
    at = table.index.get_indexer(pd.Index(bound["date"])) + 0.42
    row = table.columns.get_indexer(pd.Index(bound["channel"])) - 0.36
    axes.plot(at, row, linestyle="none", marker="o", markersize=2.2, color=style.INK)
