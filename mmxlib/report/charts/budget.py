"""The chart of the allocation, before and after."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.report import style
from mmxlib.report.actions import SAME_BUDGET, unmoved
from mmxlib.report.charts.canvas import (
    HEADER,
    MARGIN,
    Picture,
    drawn,
    label_room,
    legend_row,
    name_axis,
    new_sheet,
    value_axis,
    whiskers,
)
from mmxlib.report.numbers import Measures, signed_percent


def allocation_chart(plan: BudgetPlan, measures: Measures) -> Picture | None:
    """Return each channel's present and planned spend; None without any paid channel."""
    if plan.channels.empty:
        return None
    return drawn(lambda: _allocation(plan, measures))


def _allocation(plan: BudgetPlan, measures: Measures) -> Picture:
    table = plan.channels.sort_values("present_spend", ascending=False, kind="stable")
    names = [str(each) for each in table["channel"]]
    moved = 0.5 * float((table["spend"] - table["present_spend"]).abs().sum())
    change = plan.total / plan.present_total - 1.0 if plan.present_total else float("nan")
    title = f"The approved plan changes spend by {signed_percent(change)}"
    if abs(change) < SAME_BUDGET:
        title = f"The approved plan moves {measures.money(moved)} between channels"
        if unmoved(plan):
            title = "The approved plan leaves every channel's spend as it is"
    height = HEADER + 0.75 + max(0.8, 0.36 * len(names))
    sheet = new_sheet(
        title,
        f"Spend over {measures.periods(plan.periods)} in {measures.money_unit}, scenario {plan.scenario}; "
        "thin lines: the allowed range",
        height=height,
    )
    room = label_room(names, style.TEXT_SIZE, most=2.4)
    axes = sheet.axes(room + MARGIN, 0.4, sheet.width - room - 1.1, height - HEADER - 0.72)
    at = np.arange(len(names), dtype=float)
    axes.barh(at - 0.19, table["present_spend"].to_numpy(float), height=0.34, color=style.BASE)
    axes.barh(at + 0.19, table["spend"].to_numpy(float), height=0.34, color=style.BLUE)
    whiskers(axes, at + 0.19, table["lower"].to_numpy(float), table["upper"].to_numpy(float))
    value_axis(axes, side="x")
    name_axis(axes, names, room)
    _changes(axes, table)
    legend_row(
        sheet,
        [
            (Patch(color=style.BASE), "Present"),
            (Patch(color=style.BLUE), "Plan"),
            (Line2D([], [], color=style.INK, linewidth=0.9), "Allowed"),
        ],
    )
    said = "; ".join(
        f"{row['channel']} from {measures.money(row['present_spend'])} to {measures.money(row['spend'])}"
        for row in table.head(12).to_dict("records")
    )
    columns = ["channel", "present_spend", "spend", "change", "lower", "upper"]
    return Picture(sheet.figure, f"{title}. {said}.", table[columns].rename(columns={"spend": "plan_spend"}))


def _changes(axes: Axes, table: pd.DataFrame) -> None:
    for row, change in enumerate(table["change"].to_numpy(float)):
        axes.annotate(
            signed_percent(change) if np.isfinite(change) else "new",
            (1.0, row),
            xycoords=("axes fraction", "data"),
            xytext=(50, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            size=style.TEXT_SIZE,
            annotation_clip=False,
        )
