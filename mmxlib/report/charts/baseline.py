"""The chart of the baselines by three methods."""

from typing import Literal

import numpy as np
from matplotlib.lines import Line2D

from mmxlib.artifacts.baseline import Baseline
from mmxlib.report import style
from mmxlib.report.charts.canvas import Picture, day_numbers, drawn, legend_row
from mmxlib.report.charts.panels import SegmentNames, line_key, series_sheet
from mmxlib.report.numbers import Measures, percent


def baseline_chart(baseline: Baseline, names: SegmentNames, measures: Measures) -> Picture | None:
    """Return the baselines by three methods on every segment's series, excluded periods marked."""
    if baseline.series.empty:
        return None
    return drawn(lambda: _baselines(baseline, names, measures))


def _baselines(baseline: Baseline, names: SegmentNames, measures: Measures) -> Picture:
    share = baseline.levels.groupby("method", sort=True)["share"].mean()
    title = f"The baseline is about {percent(float(share.mean()))} of the outcome"
    said = f"Outcome without media per {measures.period} in {measures.outcome_unit}, by three methods"
    made = series_sheet(baseline.series, names, title=title, said=said)
    # the methods often agree: the regression lies broad below the others
    methods: tuple[tuple[str, str, Literal["-", "--"]], ...] = (
        ("regression", style.ORANGE, "-"),
        ("median", style.BLUE, "-"),
        ("mean", style.GREEN, "--"),
    )
    for panel in made.panels:
        axes, days, rows = panel.axes, panel.days, panel.rows
        outcome = rows["outcome"].to_numpy(float)
        axes.plot(days, outcome, color=style.OTHER, linewidth=0.8)
        left_out = baseline.excluded.loc[baseline.excluded["segment"] == panel.label, "date"]
        rows_out = np.isin(days, day_numbers(left_out.to_numpy()))
        axes.plot(days[rows_out], outcome[rows_out], "o", color=style.OTHER, markersize=2.6)
        for method, color, dashes in methods:
            width = 2.4 if method == "regression" else 1.1
            axes.plot(days, rows[method].to_numpy(float), color=color, linewidth=width, linestyle=dashes)
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
        panel.finish()
    legend_row(
        made.sheet,
        [
            (line_key(style.OTHER, width=0.9), "Outcome"),
            (Line2D([], [], color=style.OTHER, marker="o", linestyle="none", markersize=3), "Left out"),
            *((line_key(color, dashes=dashes), method.capitalize()) for method, color, dashes in methods),
        ],
    )
    return Picture(made.sheet.figure, f"{title}. Line chart of the baseline by three methods and segment.")
