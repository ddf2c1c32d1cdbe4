"""The chart of the scenarios side by side: what they spend, what sales come, what the spend causes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mmxlib.artifacts.plan import Scenarios
from mmxlib.maths.arrays import Vector
from mmxlib.report import style
from mmxlib.report.charts.canvas import (
    HEADER,
    MARGIN,
    Picture,
    Sheet,
    beside,
    drawn,
    label_room,
    name_axis,
    new_sheet,
    panel_title,
    value_axis,
    whiskers,
)
from mmxlib.report.numbers import Measures, between, chance, counted, percent
from mmxlib.report.plan_tables import CAUSED

GAP = 0.4
TITLE = 0.36
"""Inches over a panel for its title."""

FOOT = 0.34
ASIDE = 1.42
"""Inches at the right for the ranges of the gain in words."""


@dataclass(frozen=True, eq=False)
class _Panel:
    """What one panel shows: a title, the column of its numbers, and those of its range."""

    title: str
    name: str
    ends: tuple[str, str] | None
    bars: bool


def scenarios_chart(scenarios: Scenarios, measures: Measures, *, approved: str | None) -> Picture | None:
    """Return every scenario beside the present plan; None without any scenario.

    Spend, sales in the periods, what the spend causes, gain; without a forecast, spend and gain alone.
    """
    if len(scenarios.comparison) < 2:
        return None
    return drawn(lambda: _scenarios(scenarios, measures, approved))


def _panels(table: pd.DataFrame, measures: Measures) -> list[_Panel]:
    money, unit = measures.money_unit, measures.outcome_unit
    spend = _Panel(f"Spend ({money})", "spend", None, bars=True)
    gain = _Panel(f"Gain over the present plan ({unit})", "gain", ("gain_lower", "gain_upper"), bars=True)
    if "forecast_outcome" not in table.columns or not np.isfinite(table["forecast_outcome"]).all():
        return [spend, gain]
    sales = _Panel(
        f"Sales in the periods, base included ({unit})", "forecast_outcome",
        ("forecast_lower", "forecast_upper"), bars=False,
    )  # fmt: skip
    caused = _Panel(
        f"What the spend causes, with tail ({unit})", "outcome", ("outcome_lower", "outcome_upper"),
        bars=True,
    )  # fmt: skip
    return [spend, sales, caused, gain]


def _scenarios(scenarios: Scenarios, measures: Measures, approved: str | None) -> Picture:
    table = scenarios.comparison
    names = [str(each) for each in table["scenario"]]
    others = table.iloc[1:]
    panels = _panels(table, measures)
    title = _title(others, approved, measures)
    tall = max(1.0, 0.4 * len(names))
    rows = len(panels) // 2
    level = percent(scenarios.present.level)
    sheet = new_sheet(
        title,
        f"{measures.periods(scenarios.present.periods)} each; black lines: {level} ranges"
        + ("; dots: the scale does not begin at zero" if rows > 1 else ""),
        height=HEADER - 0.2 + rows * (tall + TITLE + FOOT),
    )
    _draw(sheet, panels, table, _labels(names, approved), tall=tall, shades=_shades(names, approved))
    _gains(sheet.figure.axes[-1], others, measures)
    said = "; ".join(_said(row, measures) for row in table.head(12).to_dict("records"))
    drawn_names = [name for each in panels for name in (each.name, *(each.ends or ()))]
    columns = ["scenario", *drawn_names, "probability_better"]
    return Picture(sheet.figure, f"{title}. {said}.", table[columns].rename(columns=CAUSED))


def _labels(names: list[str], approved: str | None) -> list[str]:
    return [f"{name} (approved)" if name == approved else name for name in names]


def _shades(names: list[str], approved: str | None) -> list[str]:
    """Return the colors: grey the present plan, blue the approved one (or all, while none is)."""
    chosen = [style.BLUE if name == approved or approved is None else style.SKY for name in names]
    return [style.BASE, *chosen[1:]]


def _draw(
    sheet: Sheet,
    panels: list[_Panel],
    table: pd.DataFrame,
    labels: list[str],
    *,
    tall: float,
    shades: list[str],
) -> None:
    room = label_room(labels, style.TEXT_SIZE, most=2.2)
    each = (sheet.width - room - MARGIN - GAP - ASIDE) / 2.0
    at = np.arange(len(labels), dtype=float)
    for index, panel in enumerate(panels):
        row, column = divmod(index, 2)
        bottom = FOOT - 0.06 + (len(panels) // 2 - 1 - row) * (tall + TITLE + FOOT)
        axes = sheet.axes(room + MARGIN + column * (each + GAP), bottom, each, tall)
        panel_title(axes, panel.title, each + (ASIDE if column else GAP - 0.1))
        values = table[panel.name].to_numpy(float)
        if panel.bars:
            axes.barh(at, values, height=0.55, color=shades)
        if panel.ends is not None:
            _ranges(axes, table, panel, at)
        if not panel.bars:
            axes.scatter(values, at, s=42.0, color=shades, edgecolors=style.INK, linewidths=0.7, zorder=3.0)
            axes.margins(x=0.06)
        if panel.name == "gain":
            axes.axvline(0.0, color=style.MUTED, linewidth=0.9)
        value_axis(axes, side="x", ticks=4)
        name_axis(axes, [""] * len(labels) if column else labels, room)


def _ranges(axes: Axes, table: pd.DataFrame, panel: _Panel, at: Vector) -> None:
    assert panel.ends is not None
    lower, upper = (table[end].to_numpy(float) for end in panel.ends)
    wide = upper > lower
    whiskers(axes, at[wide], lower[wide], upper[wide])


def _said(row: dict[object, object], measures: Measures) -> str:
    spend, gain = float(str(row["spend"])), float(str(row["gain"]))
    text = f"{row['scenario']}: spend {measures.money(spend)}"
    expected = float(str(row.get("forecast_outcome", "nan")))
    if np.isfinite(expected):
        text += f", sales in the periods {measures.outcome(expected)}"
    return f"{text}, gain {measures.outcome(gain)}"


def _title(others: pd.DataFrame, approved: str | None, measures: Measures) -> str:
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
        words = f"{between(values[0], values[1], measures.outcome)}\nbetter: {chance(values[2])}"
        beside(axes, row + 1.0, words if values[0] != values[1] else "no change")
