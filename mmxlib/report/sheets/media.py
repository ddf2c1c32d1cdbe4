"""The sheets on what media brought: contributions, ROI and response curves."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from mmxlib.report import style
from mmxlib.report.book import Area, Page
from mmxlib.report.columns import Column, Kind
from mmxlib.report.model_frames import RESIDUAL, ModelFrames, baseline_and_channels
from mmxlib.report.numbers import day, percent, short
from mmxlib.report.sheets.charts import FONT, add_series, chart_height, native_chart, range_bars
from mmxlib.report.style import color_key

NOT_YET = "This run has not come so far yet: the model is fitted after the baseline is approved."

TOTALS = (
    "channel", "spend", "contribution", "contribution_lower", "contribution_upper", "share",
    "contribution_of_spend", "contribution_of_spend_lower", "contribution_of_spend_upper",
)  # fmt: skip
RETURNS = (
    "channel", "spend", "roi", "roi_lower", "roi_upper", "marginal_roi", "marginal_roi_lower",
    "marginal_roi_upper",
)  # fmt: skip
CURVE = ("channel", "spend", "exposure", "outcome", "outcome_lower", "outcome_upper", "marginal_roi")
CHARTS_A_ROW = 3
STACK_HEIGHT = 380
CURVE_HEIGHT = 270


def contributions_sheet(page: Page, frames: ModelFrames | None, channels: Sequence[str]) -> None:
    """Write contributions in total and by period, with a bar chart and a stacked one."""
    page.title("Contributions", "What each channel brought over the whole data, and period by period")
    if frames is None:
        page.text(NOT_YET)
        return
    page.heading(f"In total, with the {percent(frames.level)} range")
    table = frames.summary.sort_values("contribution", ascending=False, kind="stable").reset_index(drop=True)
    area = page.table(table, TOTALS)
    axis = {"num_format": page.book.measures.excel_outcome(), "label_position": "high"}
    chart = native_chart(page.book, "bar", "Contribution in total, with its range", x=axis)
    means, lower, upper = (table[f"contribution{end}"].tolist() for end in ("", "_lower", "_upper"))
    bars = range_bars(means, lower, upper)
    add_series(chart, area, "contribution", categories="channel", color=style.BLUE, gap=50, x_error_bars=bars)
    chart.set_legend({"none": True})
    height = chart_height(len(table))
    chart.set_size({"width": 760, "height": height})
    page.sheet.insert_chart(page.row, 0, chart, {"description": "Contribution by channel with its range."})
    at = page.row
    page.row += max(height, STACK_HEIGHT) // 20 + 2
    _by_period(page, frames, channels, at)


def _by_period(page: Page, frames: ModelFrames, channels: Sequence[str], chart_row: int) -> None:
    wide = frames.wide
    table = baseline_and_channels(wide, channels)
    if RESIDUAL in wide.columns:
        table = pd.concat([table, wide[[RESIDUAL]]], axis=1)
    labels = list(table.columns)
    # a channel may be called like a column of another table: places have names of their own here
    places = [f"part {index}" for index in range(len(labels))]
    shown = table.set_axis(places, axis=1).rename_axis("date").reset_index()
    described = {place: _part(label, channels) for place, label in zip(places, labels, strict=True)}
    page.heading("By period, all segments together; the parts add up to the outcome")
    area = page.table(shown, ["date", *places], described=described)
    page.sheet.repeat_rows(area.first - 1)
    dates = {"date_axis": True, "num_format": "mmm yyyy", "major_unit": 6, "major_unit_type": "months"}
    chart = native_chart(
        page.book, "area", "Baseline and channels by period", subtype="stacked", x=dates,
        y={"num_format": page.book.measures.excel_outcome()},
    )  # fmt: skip
    colors = color_key(list(channels), [float(table[name].sum()) for name in channels])
    drawn = places[:-1] if RESIDUAL in wide.columns else places
    for place, label in zip(drawn, labels, strict=False):
        shade = colors[label] if label in channels else style.BASE
        add_series(chart, area, place, categories="date", color=shade)
    rest = [at for at, label in enumerate(labels) if label in channels and label not in colors.named]
    if rest:
        chart.set_legend({"position": "bottom", "font": FONT, "delete_series": rest})
    chart.set_size({"width": 820, "height": STACK_HEIGHT})
    options = {"x_offset": 780, "description": "Baseline and channels stacked by period."}
    page.sheet.insert_chart(chart_row, 0, chart, options)


def _part(label: str, channels: Sequence[str]) -> Column:
    notes = {"baseline": "Outcome without paid media.", RESIDUAL: "What the model does not explain."}
    note = f"Brought by {short(label)}." if label in channels else notes.get(label, "A part of the baseline.")
    name = label if label in channels else {RESIDUAL: "Left over"}.get(label, label.capitalize())
    # what is left over lies below zero half of the time: no cause for red
    return Column(name, note, Kind.COUNT if label == RESIDUAL else Kind.OUTCOME)


def roi_sheet(page: Page, frames: ModelFrames | None) -> None:
    """Write ROI and marginal ROI with their ranges, for the whole data and for the last year."""
    page.title("ROI", "What one unit of money brings, now and by later carryover; sales, not profit")
    if frames is None:
        page.text(NOT_YET)
        return
    paid = frames.summary[frames.summary["roi"].notna()]
    table = paid.sort_values("roi", ascending=False, kind="stable").reset_index(drop=True)
    if table.empty:
        page.text("No channel has spend, so there is no ROI.")
        return
    height = chart_height(len(table))
    top = page.room_for(height)
    page.heading(f"Over the whole data, with the {percent(frames.level)} range")
    area = page.table(table, RETURNS)
    recent = frames.recent[frames.recent["roi"].notna()].sort_values("roi", ascending=False, kind="stable")
    page.heading(f"Since {day(frames.recent_first)}")
    page.table(recent.reset_index(drop=True), RETURNS)
    axis = {"num_format": "0.0", "label_position": "high"}
    chart = native_chart(page.book, "bar", "ROI with its range, and marginal ROI", x=axis)
    bars = range_bars(*(table[f"roi{end}"].tolist() for end in ("", "_lower", "_upper")))
    add_series(chart, area, "roi", categories="channel", color=style.BLUE, gap=60, x_error_bars=bars)
    add_series(chart, area, "marginal_roi", categories="channel", color=style.ORANGE)
    chart.set_size({"width": 900, "height": height})
    page.sheet.insert_chart(top, 0, chart, {"description": "ROI by channel with its range."})


def curves_sheet(page: Page, frames: ModelFrames | None) -> None:
    """Write every channel's response curve and draw the curves of those that spend most."""
    page.title("Curves", "Outcome per period at a steady spend per period, all segments together")
    if frames is None or not frames.curves:
        page.text(NOT_YET if frames is None else "No channel has spend, so there is no curve by spend.")
        return
    names = list(frames.curves)
    table = pd.concat(
        [curve.assign(channel=name) for name, curve in frames.curves.items()], ignore_index=True
    )
    columns = [name for name in CURVE if name in table.columns]
    top = page.row
    page.row += -(-len(names) // CHARTS_A_ROW) * (CURVE_HEIGHT // 20 + 1) + 1
    page.heading(f"Points of each curve, with the {percent(frames.level)} range")
    area = page.table(table, columns)
    page.sheet.repeat_rows(area.first - 1)
    start = area.first
    for index, name in enumerate(names):
        points = len(frames.curves[name])
        row, place = divmod(index, CHARTS_A_ROW)
        options = {"x_offset": 430 * place, "description": f"Response curve of {short(name)}."}
        chart = _curve_chart(page, area, start, start + points - 1)
        page.sheet.insert_chart(top + (CURVE_HEIGHT // 20 + 1) * row, 0, chart, options)
        start += points


def _curve_chart(page: Page, area: Area, first: int, last: int) -> Any:
    """Return the chart of one channel's rows, called by the name in its first row."""
    spend = area.column_of["spend"]
    chart = native_chart(
        page.book, "scatter", [page.name, first, area.column_of["channel"]], subtype="straight",
        x={"num_format": "#,##0", "min": 0, "name": "Spend"}, y={"num_format": "#,##0", "min": 0},
    )  # fmt: skip
    looks = (
        ("outcome_upper", style.SKY, 1.0, "dash"),
        ("outcome", style.BLUE, 2.0, "solid"),
        ("outcome_lower", style.SKY, 1.0, "dash"),
    )
    for column, color, width, dashes in looks:
        at = area.column_of[column]
        chart.add_series(
            {
                "name": [page.name, area.first - 1, at],
                "categories": [page.name, first, spend, last, spend],
                "values": [page.name, first, at, last, at],
                "line": {"color": color, "width": width, "dash_type": dashes},
                "marker": {"type": "none"},
            }
        )
    chart.set_legend({"none": True})
    chart.set_size({"width": 420, "height": CURVE_HEIGHT})
    return chart
