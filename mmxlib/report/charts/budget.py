"""Charts of the budget: allocation before and after, and the scenarios side by side."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mmxlib.artifacts.plan import BudgetPlan, Scenarios
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
    panel_title,
    value_axis,
)
from mmxlib.report.numbers import Measures, between, chance, counted, percent, signed_percent


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
    axes.hlines(
        at + 0.19, table["lower"].to_numpy(float), table["upper"].to_numpy(float), color=style.INK, lw=0.9
    )
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
    return Picture(sheet.figure, f"{title}. {said}.")


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


def scenarios_chart(scenarios: Scenarios, measures: Measures, *, approved: str | None) -> Picture | None:
    """Return spend and gain of every scenario beside the present plan; None without any scenario."""
    if len(scenarios.comparison) < 2:
        return None
    return drawn(lambda: _scenarios(scenarios, measures, approved))


def _scenarios(scenarios: Scenarios, measures: Measures, approved: str | None) -> Picture:
    table = scenarios.comparison
    names = [str(each) for each in table["scenario"]]
    labels = [f"{name} (approved)" if name == approved else name for name in names]
    others = table.iloc[1:]
    title = _scenario_title(others, approved, measures)
    height = HEADER + 1.05 + max(1.0, 0.4 * len(names))
    sheet = new_sheet(
        title,
        f"What {measures.periods(scenarios.present.periods)} of spend bring, later carryover included, "
        f"with its {percent(scenarios.present.level)} range",
        height=height,
    )
    room = label_room(labels, style.TEXT_SIZE, most=2.2)
    each = (sheet.width - room - MARGIN - 2.15) / 2.0
    tall = height - HEADER - 0.8
    at = np.arange(len(names), dtype=float)
    shades = [
        style.BLUE if name == approved or (approved is None and row) else style.BASE
        for row, name in enumerate(names)
    ]
    shades = [style.SKY if row and shade == style.BASE else shade for row, shade in enumerate(shades)]
    spend = sheet.axes(room + MARGIN, 0.42, each, tall)
    panel_title(spend, f"Spend ({measures.money_unit})", each)
    spend.barh(at, table["spend"].to_numpy(float), height=0.55, color=shades)
    value_axis(spend, side="x", ticks=4)
    name_axis(spend, labels, room)
    gain = sheet.axes(room + MARGIN + each + 0.35, 0.42, each, tall)
    panel_title(gain, f"Gain over the present plan ({measures.outcome_unit})", each + 1.4)
    gain.barh(at, table["gain"].to_numpy(float), height=0.55, color=shades)
    gain.hlines(
        at[1:], others["gain_lower"].to_numpy(float), others["gain_upper"].to_numpy(float), color=style.INK
    )
    gain.axvline(0.0, color=style.MUTED, linewidth=0.9)
    value_axis(gain, side="x", ticks=4)
    name_axis(gain, [""] * len(names), 0.1)
    _gains(gain, others, measures)
    said = "; ".join(
        f"{row['scenario']}: spend {measures.money(row['spend'])}, gain {measures.outcome(row['gain'])}"
        for row in others.head(12).to_dict("records")
    )
    return Picture(sheet.figure, f"{title}. {said}.")


def _scenario_title(others: pd.DataFrame, approved: str | None, measures: Measures) -> str:
    rows = others[others["scenario"] == approved]
    if rows.empty:
        return f"{counted(len(others), 'scenario')} against the present plan"
    gain = float(rows["gain"].iloc[0])
    if measures.outcome(abs(gain)) == measures.outcome(0.0):
        return f"Approved: {approved}, the same as the present plan"
    word = "more" if gain >= 0.0 else "less"
    return f"Approved: {approved}, {measures.outcome(abs(gain))} {word} than the present plan"


def _gains(axes: Axes, others: pd.DataFrame, measures: Measures) -> None:
    for row, values in enumerate(others[["gain_lower", "gain_upper", "probability_better"]].to_numpy(float)):
        axes.annotate(
            f"{between(values[0], values[1], measures.outcome)}\nbetter: {chance(values[2])}"
            if values[0] != values[1]
            else "no change",
            (1.0, row + 1.0),
            xycoords=("axes fraction", "data"),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            size=style.SMALL_SIZE,
            annotation_clip=False,
        )
