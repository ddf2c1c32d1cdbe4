"""The sheet with the forecast of the approved plan."""

import math

import numpy as np

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.maths.arrays import Vector
from mmxlib.report import style
from mmxlib.report.book import Area, Page
from mmxlib.report.forecast import PlanForecast, UnitForecast, forecast_table, plan_forecast
from mmxlib.report.numbers import percent
from mmxlib.report.plan_words import forecast_sentence
from mmxlib.report.sheets.budget import NOT_YET
from mmxlib.report.sheets.charts import add_series, native_chart

NONE = "This plan was made before forecasts were kept with it: run the budget step again to see one."

MOST_UNITS = 30
"""The units written below the whole; the file beside holds all."""

MOST_APART = 8
"""The channels up to which a unit's own table shows each; more are added up there."""

CHART_HEIGHT = 360

MOST_DATES = 14
"""The periods that a chart of this width can name."""


def forecast_sheet(
    page: Page, plan: BudgetPlan | None, present: BudgetPlan | None, channels: tuple[str, ...]
) -> None:
    """Write what is expected by period: of all units together with a chart, then of each unit."""
    title = "What is expected period by period under the approved plan, base included"
    page.title("Forecast", "" if plan is None else title)
    if plan is None:
        page.text(NOT_YET)
        return
    forecast = plan_forecast(plan, channels)
    if forecast is None:
        page.text(NONE)
        return
    sentence = forecast_sentence(plan, page.book.measures, present=present)
    if sentence:
        page.text(sentence)
        page.row += 1
    top = page.room_for(CHART_HEIGHT)
    page.heading(
        f"All together: base, what each channel adds, their sum with its {percent(plan.level)} range"
    )
    area = _unit(page, forecast.whole, forecast, most=len(forecast.channels))
    _chart(page, area, forecast.whole, top)
    for each in forecast.units[:MOST_UNITS]:
        page.heading(each.unit)
        _unit(page, each, forecast, most=MOST_APART)
    if len(forecast.units) > MOST_UNITS:
        page.text(f"{len(forecast.units) - MOST_UNITS} more units: see budget/forecast.csv.")


def _unit(page: Page, unit: UnitForecast, forecast: PlanForecast, *, most: int) -> Area:
    table = forecast_table(unit, forecast.channels, most=most)
    names = ["date", "expected", "expected_lower", "expected_upper", "base", *table.described]
    return page.table(table.frame, names, described=table.described)


def _chart(page: Page, area: Area, unit: UnitForecast, top: int) -> None:
    """Draw the forecast with its range; names of every period where they fit, else of every so many."""
    step = -(-len(unit.dates) // MOST_DATES)
    dates = {"text_axis": True, "num_format": "d mmm yy", "interval_unit": step, "label_position": "low"}
    floor = _floor(np.concatenate([unit.lower, unit.mean, unit.upper]))
    values = {"num_format": page.book.measures.excel_outcome(), "min": floor}
    note = "" if floor == 0.0 else "; the axis does not begin at zero"
    title = f"Sales in the periods, with their range{note}"
    chart = native_chart(page.book, "line", title, x=dates, y=values)
    for name, width, dashes in (
        ("expected", 2.5, "solid"), ("expected_lower", 1.25, "dash"), ("expected_upper", 1.25, "dash"),
    ):  # fmt: skip
        line = {"color": style.BLUE, "width": width, "dash_type": dashes}
        add_series(chart, area, name, categories="date", color=style.BLUE, border=line)
    chart.set_size({"width": 900, "height": CHART_HEIGHT})
    page.sheet.insert_chart(top, 0, chart, {"description": "Forecast by period with its range."})


def _floor(values: Vector) -> float:
    """Return a round number under the lowest value, or zero where that is near."""
    known = values[np.isfinite(values)]
    low, span = float(known.min()), float(np.ptp(known))
    if span <= 0.0 or 0.0 <= low < span:
        return 0.0
    unit = 10.0 ** math.floor(math.log10(span))
    return math.floor((low - 0.1 * span) / unit) * unit
