"""The way from the planned to the actual outcome, part by part."""

import numpy as np
from matplotlib.axes import Axes

from mmxlib.artifacts.plan_comparison import PlanComparison
from mmxlib.maths.arrays import Vector
from mmxlib.report import style
from mmxlib.report.charts.canvas import (
    HEADER,
    MARGIN,
    Picture,
    beside,
    drawn,
    label_room,
    name_axis,
    new_sheet,
    value_axis,
)
from mmxlib.report.numbers import Measures, between, day, percent

HEIGHT = 3.6


def comparison_chart(result: PlanComparison, measures: Measures) -> Picture:
    """Return bars from the planned outcome over the four parts, with their intervals, to the actual one."""
    return drawn(lambda: _comparison(result, measures))


def _comparison(result: PlanComparison, measures: Measures) -> Picture:
    word = "above" if result.difference >= 0.0 else "below"
    title = f"{measures.outcome(abs(result.difference))} {word} plan"
    largest = max(result.parts.to_dict("records"), key=lambda row: abs(row["mean"]))
    if largest["certain"]:
        title += f"; the largest part is {largest['part']}"
    sheet = new_sheet(
        title,
        f"{day(result.first)} to {day(result.last)}, {measures.periods(result.periods)}, in "
        f"{measures.outcome_unit}; lines: {percent(result.level)} ranges; pale: cannot be told from zero",
        height=HEIGHT,
    )
    names = ["planned", *result.parts["part"], "actual"]
    room = label_room(names, style.TEXT_SIZE, most=1.5)
    axes = sheet.axes(room + MARGIN, 0.4, sheet.width - room - 2.1, HEIGHT - HEADER - 0.45)
    _bars(axes, result)
    value_axis(axes, side="x")
    name_axis(axes, names, room)
    _words(axes, result, measures)
    said = "; ".join(
        f"{row['part']} {measures.outcome(row['mean'])}" for row in result.parts.to_dict("records")
    )
    return Picture(
        sheet.figure,
        f"{title}. Planned {measures.outcome(result.planned_outcome)}; {said}; actual "
        f"{measures.outcome(result.actual_outcome)}.",
    )


def _bars(axes: Axes, result: PlanComparison) -> None:
    """Draw the two outcomes as marks on their lines, and each part as a bar from where the last one ended."""
    mean = result.parts["mean"].to_numpy(float)
    starts: Vector = result.planned_outcome + np.concatenate([[0.0], np.cumsum(mean)[:-1]])
    at = np.arange(1.0, len(mean) + 1.0)
    certain = result.parts["certain"].to_numpy(bool)
    strong = np.where(mean >= 0.0, style.GREEN, style.RED)
    axes.barh(at, mean, left=starts, height=0.55, color=np.where(certain, strong, style.BASE).tolist())
    axes.hlines(
        at,
        starts + result.parts["lower"].to_numpy(float),
        starts + result.parts["upper"].to_numpy(float),
        color=style.INK,
        linewidth=0.9,
    )
    last = len(mean) + 1.0
    ends = (result.planned_outcome, result.actual_outcome)
    axes.vlines(ends, (0.0, 0.0), (last, last), color=style.MUTED, linewidth=0.7, linestyle=":")
    axes.hlines(0.0, result.planned_lower, result.planned_upper, color=style.INK, linewidth=0.9)
    axes.scatter(ends, (0.0, last), color=style.BLUE, s=36, zorder=3)
    low, high = axes.get_xlim()
    axes.set_xlim(low - 0.03 * (high - low), high + 0.03 * (high - low))


def _words(axes: Axes, result: PlanComparison, measures: Measures) -> None:
    rows = result.parts[["mean", "lower", "upper"]].to_numpy(float)
    words = [
        measures.outcome(result.planned_outcome),
        *(
            f"{measures.outcome(mean)}\n{between(lower, upper, measures.outcome)}"
            if lower < upper
            else measures.outcome(mean)
            for mean, lower, upper in rows
        ),
        measures.outcome(result.actual_outcome),
    ]
    for row, text in enumerate(words):
        beside(axes, row, text)
