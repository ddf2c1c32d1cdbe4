"""The chart of the baselines by three methods."""

from typing import Literal

import numpy as np
from matplotlib.lines import Line2D

from mmxlib.artifacts.baseline import Baseline
from mmxlib.report import style
from mmxlib.report.charts.canvas import Picture, day_numbers, drawn, grid, legend_row, new_sheet
from mmxlib.report.charts.panels import (
    SegmentNames,
    finish_panel,
    line_key,
    panel_axes,
    shown_segments,
    words_of_rest,
)
from mmxlib.report.numbers import Measures, percent


def baseline_chart(baseline: Baseline, names: SegmentNames, measures: Measures) -> Picture | None:
    """Return the baselines by three methods on every segment's series, excluded periods marked."""
    if baseline.series.empty:
        return None
    return drawn(lambda: _baselines(baseline, names, measures))


def _baselines(baseline: Baseline, names: SegmentNames, measures: Measures) -> Picture:
    shown = shown_segments(baseline.series, names)
    layout = grid(len(shown))
    share = baseline.levels.groupby("method", sort=True)["share"].mean()
    title = f"The baseline is about {percent(float(share.mean()))} of the outcome"
    sheet = new_sheet(
        title,
        f"Outcome without media per {measures.period} in {measures.outcome_unit}, by three methods"
        f"{words_of_rest(baseline.series, shown)}",
        height=layout.height,
    )
    # the methods often agree: the regression lies broad below the others
    methods: tuple[tuple[str, str, Literal["-", "--"]], ...] = (
        ("regression", style.ORANGE, "-"),
        ("median", style.BLUE, "-"),
        ("mean", style.GREEN, "--"),
    )
    panels = panel_axes(sheet, layout.places, [names.title(label) for label in shown])
    for axes, place, label in zip(panels, layout.places, shown, strict=True):
        rows = baseline.series[baseline.series["segment"] == label]
        days = day_numbers(rows["date"].to_numpy())
        outcome = rows["outcome"].to_numpy(float)
        axes.plot(days, outcome, color=style.OTHER, linewidth=0.8)
        left_out = baseline.excluded.loc[baseline.excluded["segment"] == label, "date"]
        rows_out = np.isin(days, day_numbers(left_out.to_numpy()))
        axes.plot(days[rows_out], outcome[rows_out], "o", color=style.OTHER, markersize=2.6)
        for method, color, dashes in methods:
            width = 2.4 if method == "regression" else 1.1
            axes.plot(days, rows[method].to_numpy(float), color=color, linewidth=width, linestyle=dashes)
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
        finish_panel(axes, place, days)
    legend_row(
        sheet,
        [
            (line_key(style.OTHER, width=0.9), "Outcome"),
            (Line2D([], [], color=style.OTHER, marker="o", linestyle="none", markersize=3), "Left out"),
            *((line_key(color, dashes=dashes), method.capitalize()) for method, color, dashes in methods),
        ],
    )
    return Picture(sheet.figure, f"{title}. Line chart of the baseline by three methods and segment.")
