"""The forecast as changes of its sheet."""

import numpy as np
import pandas as pd

from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import Scenarios
from mmxlib.maths.arrays import Dates, Vector
from mmxlib.report.forecast import PlanForecast, UnitForecast, forecast_table, plan_forecast
from mmxlib.report.numbers import percent
from mmxlib.report.plan_words import forecast_sentence
from mmxlib.report.sheets.forecast import NONE
from mmxlib.terms import StepName
from mmxlib_excel.layout.results.forecast import BY_SEGMENT, NOTES, PERIODS_AHEAD, SHEET
from mmxlib_excel.results.budget import approval_sentence
from mmxlib_excel.results.material import Material
from mmxlib_excel.results.writing import (
    Row,
    cut_sentence,
    emptied,
    fitting,
    noted,
    rows_of,
    state_changes,
    written,
)
from mmxlib_excel.workbooks.port import Changes

YEAR_DAYS = 365.25


def forecast_changes(material: Material) -> Changes:
    """Return the changes that show what is expected under the plan, or empty the sheet."""
    scenarios, plan = material.get(Scenarios), material.plan
    if scenarios is None and plan is None:
        return emptied(SHEET, stale=StepName.BUDGET_OPTIMIZATION in material.stale)
    if plan is None:
        return emptied(SHEET, stale=False, words=material.summary.insights.headline)
    forecast = plan_forecast(plan, material.channels)
    if forecast is None:
        return emptied(SHEET, stale=False, words=NONE)
    present = None if scenarios is None else plan_forecast(scenarios.present, material.channels)
    periods = periods_table(forecast, present, material.panel)
    said_more = (
        forecast_sentence(plan, material.measures),
        f"Ranges hold what comes with a probability of {percent(forecast.level)}.",
        cut_sentence(len(periods), PERIODS_AHEAD, "periods", "the first ones"),
    )
    rows = [row for unit in forecast.units for row in _of_unit(unit, forecast)]
    return (
        state_changes(SHEET, [approval_sentence(material, plan)])
        + noted(NOTES, (), said_more)
        + written(PERIODS_AHEAD, fitting(rows_of(periods, PERIODS_AHEAD), PERIODS_AHEAD))
        + written(BY_SEGMENT, fitting(rows, BY_SEGMENT))
    )


def periods_table(forecast: PlanForecast, present: PlanForecast | None, panel: Panel) -> pd.DataFrame:
    """Return the forecast of all segments by period, beside the present plan's and the year before."""
    table = forecast_table(forecast.whole, forecast.channels, most=0).frame
    table["width"] = table["expected_upper"] - table["expected_lower"]
    known = {} if present is None else dict(zip(present.whole.dates, present.whole.mean, strict=True))
    table["present"] = [known.get(date, float("nan")) for date in forecast.whole.dates]
    table["year_before"] = year_before(panel, forecast.whole.dates)
    return table


def year_before(panel: Panel, dates: Dates) -> Vector:
    """Return the outcome of all units in the periods one year before ``dates``; missing where unknown."""
    lag = round(YEAR_DAYS / panel.period_days) * panel.period_days
    total = dict(zip(panel.dates.astype("datetime64[D]"), panel.outcome.sum(axis=0), strict=True))
    earlier = dates.astype("datetime64[D]") - np.timedelta64(lag, "D")
    return np.array([total.get(date, np.nan) for date in earlier])


def _of_unit(unit: UnitForecast, forecast: PlanForecast) -> list[Row]:
    table = forecast_table(unit, forecast.channels, most=0).frame
    return rows_of(table.assign(segment=unit.unit), BY_SEGMENT)
