"""Charts of how well the model holds: actual against fitted, residuals, and forecasts against what came."""

import numpy as np
import pandas as pd
from matplotlib.patches import Patch

from mmxlib.artifacts.diagnostics import Backtest, Diagnostics
from mmxlib.maths.arrays import Dates, Vector
from mmxlib.report import style
from mmxlib.report.charts.canvas import (
    HEADER,
    MARGIN,
    Picture,
    day_numbers,
    drawn,
    legend_row,
    new_sheet,
    panel_title,
    time_axis,
    value_axis,
)
from mmxlib.report.charts.panels import line_key
from mmxlib.report.model_frames import RESIDUAL, ModelFrames, whole_accuracy
from mmxlib.report.numbers import Measures, percent


def fitted_chart(frames: ModelFrames, diagnostics: Diagnostics, measures: Measures) -> Picture:
    """Return the outcome of all units with the fitted one, and what is left over below."""
    return drawn(lambda: _fitted(frames, diagnostics, measures))


def _fitted(frames: ModelFrames, diagnostics: Diagnostics, measures: Measures) -> Picture:
    wide = frames.wide
    residual = wide[RESIDUAL].to_numpy(float)
    fitted = wide.drop(columns=RESIDUAL).sum(axis=1).to_numpy(float)
    days = day_numbers(wide.index.to_numpy())
    explained = whole_accuracy(diagnostics, "r2")
    title = f"The model explains {percent(explained)} of the variation of the outcome"
    height = 4.7
    sheet = new_sheet(
        title,
        f"Outcome per {measures.period} of all units together, in {measures.outcome_unit}",
        height=height,
    )
    width = sheet.width - 0.66 - 2 * MARGIN
    above = sheet.axes(0.66, 1.75, width, height - HEADER - 2.08)
    above.plot(days, fitted + residual, color=style.INK, linewidth=1.0)
    above.plot(days, fitted, color=style.ORANGE, linewidth=1.7)
    time_axis(above, days, width)
    value_axis(above)
    above.tick_params(axis="x", labelbottom=False)
    below = sheet.axes(0.66, 0.32, width, 1.05)
    panel_title(below, "Left over: actual minus fitted", width)
    below.vlines(days, 0.0, residual, color=style.MUTED, linewidth=1.4)
    below.axhline(0.0, color=style.INK, linewidth=0.8)
    time_axis(below, days, width)
    value_axis(below, ticks=3)
    legend_row(
        sheet, [(line_key(style.INK, width=1.0), "Actual"), (line_key(style.ORANGE), "Fitted by the model")]
    )
    table = pd.DataFrame(
        {"date": wide.index, "actual": fitted + residual, "fitted": fitted, "residual": residual}
    )
    alt = f"{title}. Line chart of actual and fitted outcome, what is left over below."
    return Picture(sheet.figure, alt, table)


def backtest_chart(backtest: Backtest, measures: Measures) -> Picture | None:
    """Return held-out outcome against the forecasts of every fold; None where there was no backtest."""
    if backtest.forecasts.empty:
        return None
    return drawn(lambda: _backtest(backtest, measures))


def _backtest(backtest: Backtest, measures: Measures) -> Picture:
    errors = {str(row["method"]): float(row["mape"]) for row in backtest.summary.to_dict("records")}
    title = f"On periods it had not seen, the model was off by {percent(errors.get('model', float('nan')))}"
    table = backtest.forecasts.copy()
    columns = ["actual", "mean", "seasonal_naive"]
    height = 4.0
    naive = errors.get("seasonal_naive", float("nan"))
    against = f"; last year's value was off by {percent(naive)}" if naive == naive else ""
    sheet = new_sheet(
        title, f"Mean absolute error of forecasts made at the dotted lines{against}", height=height
    )
    width = sheet.width - 0.66 - 2 * MARGIN
    axes = sheet.axes(0.66, 0.32, width, height - HEADER - 0.66)
    for index, (_fold, rows) in enumerate(table.groupby("fold", sort=True)):
        summed = rows.groupby("date", sort=True)[columns].sum(min_count=1)
        days = day_numbers(summed.index.to_numpy())
        half = _half_width(rows, summed.index.to_numpy())
        mean = summed["mean"].to_numpy(float)
        axes.fill_between(days, mean - half, mean + half, color=style.SKY, alpha=0.3, linewidth=0.0)
        axes.plot(
            days, summed["seasonal_naive"].to_numpy(float), color=style.OTHER, linewidth=1.0, linestyle="--"
        )
        axes.plot(days, mean, color=style.BLUE, linewidth=1.6)
        axes.plot(
            days, summed["actual"].to_numpy(float), color=style.INK, linewidth=1.0, marker="o", markersize=2.0
        )
        axes.axvline(days[0] - measures.period_days / 2.0, color=style.MUTED, linewidth=0.9, linestyle=":")
        if index == 0:
            axes.margins(y=0.12)
    time_axis(axes, day_numbers(table["date"].to_numpy()), width)
    value_axis(axes)
    legend_row(
        sheet,
        [
            (line_key(style.INK, width=1.0), "Actual"),
            (line_key(style.BLUE), "Model's forecast"),
            (Patch(color="#CDE9F8"), f"{percent(backtest.level)} range"),
            (line_key(style.OTHER, width=1.0, dashes="--"), "Same period of last year"),
        ],
    )
    return Picture(sheet.figure, f"{title}{against}. Line chart of forecasts against actual outcome.")


def _half_width(rows: pd.DataFrame, dates: Dates) -> Vector:
    """Return half of the range of the units' sum, whose noises are independent: widths add as squares."""
    half = (rows["upper"].to_numpy(float) - rows["lower"].to_numpy(float)) / 2.0
    squared = pd.Series(half * half, index=rows["date"].to_numpy()).groupby(level=0, sort=True).sum()
    width: Vector = np.sqrt(squared.reindex(dates).to_numpy(float))
    return width
