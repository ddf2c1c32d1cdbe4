"""Charts of what media brought: contributions, ROI and response curves."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mmxlib.maths.arrays import Vector
from mmxlib.report import style
from mmxlib.report.charts.canvas import (
    HEADER,
    MARGIN,
    Grid,
    Picture,
    beside,
    day_numbers,
    drawn,
    grid,
    label_room,
    legend_fits,
    legend_row,
    name_axis,
    new_sheet,
    panel_title,
    time_axis,
    value_axis,
    whiskers,
)
from mmxlib.report.model_frames import CurveMarks, ModelFrames, baseline_and_channels
from mmxlib.report.numbers import Measures, between, counted, listed, percent, ratio, short
from mmxlib.report.style import ColorKey

MOST_CURVES = 12
"""The channels in the overview of curves, those that spend most."""


def contributions_chart(frames: ModelFrames, colors: ColorKey, measures: Measures) -> Picture:
    """Return contributions stacked over time, and each channel's total with its range."""
    return drawn(lambda: _contributions(frames, colors, measures))


def _contributions(frames: ModelFrames, colors: ColorKey, measures: Measures) -> Picture:
    channels = list(frames.summary["channel"])
    wide = baseline_and_channels(frames.wide, channels)
    ordered = frames.summary.sort_values("contribution", ascending=False, kind="stable")
    paid = float(ordered.loc[ordered["spend"] > 0.0, "share"].sum())
    title = f"Paid media brought {percent(paid)} of the outcome of all periods"
    if len(ordered) > 1:
        title += f", {short(str(ordered['channel'].iloc[0]))} the most"
    rows = len(ordered)
    height = max(4.3, HEADER + 0.95 + 0.21 * rows)
    sheet = new_sheet(
        title,
        f"Contribution in {measures.outcome_unit}: per {measures.period} (left), in total with its "
        f"{percent(frames.level)} range and share of the outcome (right)",
        height=height,
    )
    room = label_room(list(ordered["channel"]), style.TEXT_SIZE, most=1.6)
    right = room + 2.15
    left = sheet.axes(0.6, 0.42, sheet.width - 0.6 - right - 0.25, height - HEADER - 0.8)
    _stack(left, wide, colors, sheet.width - 0.6 - right)
    bars = sheet.axes(sheet.width - right + room, 0.42, right - room - 0.66, height - HEADER - 0.8)
    _totals(bars, ordered, colors, measures, room)
    rest = [name for name in channels if name not in colors.color_of]
    entries: list[tuple[Artist, str]] = [(Patch(color=style.BASE), "Baseline")]
    entries += [(Patch(color=style.OTHER), f"{len(rest)} others")] if rest else []
    keys: list[tuple[Artist, str]] = [(Patch(color=colors[name]), name) for name in colors.named]
    # the bars on the right name each color as well: long names need no second place
    fits = legend_fits(sheet, [words for _patch, words in (*entries, *keys)])
    legend_row(sheet, [*entries, *keys] if fits else entries)
    table = contributions_table(wide, ordered)
    return Picture(sheet.figure, f"{title}. {_spoken_totals(ordered, measures)}", table)


def contributions_table(wide: pd.DataFrame, ordered: pd.DataFrame) -> pd.DataFrame:
    """Return what each component brought in every period, then each channel's total with its range."""
    periods = wide.rename_axis("date").reset_index()
    periods = periods.melt("date", var_name="component", value_name="contribution")
    names = ["contribution", "contribution_lower", "contribution_upper", "share"]
    totals = ordered[["channel", *names]].rename(columns={"channel": "component"})
    return pd.concat([periods, totals], ignore_index=True)


def _stack(axes: Axes, wide: pd.DataFrame, colors: ColorKey, room: float) -> None:
    days = day_numbers(wide.index.to_numpy())
    media = [name for name in colors.named if name in wide.columns[1:]]
    rest = [name for name in wide.columns[1:] if name not in media]
    layers = [wide.iloc[:, 0].to_numpy(float)]
    layers += [wide.iloc[:, 1:][rest].sum(axis=1).to_numpy(float)] if rest else []
    layers += [wide.iloc[:, 1:][name].to_numpy(float) for name in reversed(media)]
    shades = [style.BASE, *([style.OTHER] if rest else []), *(colors[name] for name in reversed(media))]
    axes.stackplot(days, layers, colors=shades, linewidth=0.0)
    time_axis(axes, days, room)
    value_axis(axes)


def _totals(axes: Axes, ordered: pd.DataFrame, colors: ColorKey, measures: Measures, room: float) -> None:
    names = [str(each) for each in ordered["channel"]]
    at = np.arange(len(names), dtype=float)
    mean = ordered["contribution"].to_numpy(float)
    lower = ordered["contribution_lower"].to_numpy(float)
    upper = ordered["contribution_upper"].to_numpy(float)
    axes.barh(at, mean, color=[colors[name] for name in names], height=0.62)
    whiskers(axes, at, lower, upper)
    value_axis(axes, side="x", ticks=3)
    name_axis(axes, names, room)
    for row, share in zip(at, ordered["share"].to_numpy(float), strict=True):
        axes.annotate(
            percent(share),
            (1.0, row),
            xycoords=("axes fraction", "data"),
            xytext=(40, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            size=style.SMALL_SIZE,
            annotation_clip=False,
        )


def _spoken_totals(ordered: pd.DataFrame, measures: Measures, most: int = 12) -> str:
    said = [
        f"{row['channel']} {measures.outcome(row['contribution'])} ({percent(row['share'])})"
        for row in ordered.head(most).to_dict("records")
    ]
    return f"By channel: {'; '.join(said)}."


def roi_chart(frames: ModelFrames, colors: ColorKey, measures: Measures) -> Picture | None:
    """Return each paid channel's ROI with its range, and its marginal ROI; None without any paid channel."""
    paid = frames.summary[frames.summary["roi"].notna()]
    if paid.empty:
        return None
    return drawn(lambda: _roi(paid, frames.level, colors))


def _roi(paid: pd.DataFrame, level: float, colors: ColorKey) -> Picture:
    ordered = paid.sort_values("roi", ascending=False, kind="stable")
    names = [str(each) for each in ordered["channel"]]
    best = ordered.iloc[0]
    name = short(str(best["channel"]))
    spread = between(float(best["roi_lower"]), float(best["roi_upper"]), ratio)
    title = (
        f"{name} returned {ratio(float(best['roi']))} per unit of money ({spread})"
        if len(names) == 1
        else f"{name} returned most per unit of money: {ratio(float(best['roi']))} ({spread})"
    )
    height = HEADER + 0.8 + max(0.9, 0.27 * len(names))
    sheet = new_sheet(
        title,
        f"ROI over the whole data with its {percent(level)} range, and the ROI of the next unit of money",
        height=height,
    )
    room = label_room(names, style.TEXT_SIZE, most=2.4)
    axes = sheet.axes(room + MARGIN, 0.45, sheet.width - room - 1.75, height - HEADER - 0.8)
    at = np.arange(len(names), dtype=float)
    shades = [colors[name] for name in names]
    lower, upper = ordered["roi_lower"].to_numpy(float), ordered["roi_upper"].to_numpy(float)
    axes.axvline(1.0, color=style.MUTED, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.hlines(at, lower, upper, colors=shades, linewidth=2.4)
    axes.scatter(ordered["roi"], at, color=shades, s=40, zorder=3)
    axes.scatter(
        ordered["marginal_roi"], at, marker="D", facecolor="white", edgecolor=style.INK, s=22, zorder=4
    )
    axes.set_xlim(0.0, _far_end(lower, upper, ordered["roi"].to_numpy(float)))
    value_axis(axes, side="x")
    name_axis(axes, names, room)
    for row, values in zip(at, ordered[["roi", "roi_lower", "roi_upper"]].to_numpy(float), strict=True):
        beside(axes, row, f"{ratio(values[0])}  ({between(values[1], values[2], ratio)})")
    legend_row(
        sheet,
        [
            (Line2D([], [], color=style.INK, marker="o", linewidth=2.0), "ROI and its range"),
            (
                Line2D([], [], color=style.INK, marker="D", mfc="white", linestyle="none"),
                "Next unit of money",
            ),
            (Line2D([], [], color=style.MUTED, linestyle="--"), "1: sales equal spend"),
        ],
    )
    said = "; ".join(
        f"{row['channel']} {ratio(row['roi'])} ({between(row['roi_lower'], row['roi_upper'], ratio)})"
        for row in ordered.head(12).to_dict("records")
    )
    columns = ["channel", "spend", "roi", "roi_lower", "roi_upper", "marginal_roi"]
    return Picture(sheet.figure, f"{title}. ROI by channel: {said}.", ordered[columns])


def _far_end(lower: Vector, upper: Vector, mean: Vector) -> float:
    """Return where the axis ends: at the widest range, unless that would squeeze all others."""
    widest = float(np.nanmax(upper))
    usual = 2.5 * float(np.nanmax(mean))
    return 1.04 * max(1.1, min(widest, usual))


def curve_chart(
    channel: str, curve: pd.DataFrame, marks: CurveMarks, *, level: float, measures: Measures
) -> Picture:
    """Return a channel's response curve with its range, and present and recommended spend on it."""
    return drawn(lambda: _curve(channel, curve, marks, level, measures))


def _curve(channel: str, curve: pd.DataFrame, marks: CurveMarks, level: float, measures: Measures) -> Picture:
    at_present = float(np.interp(marks.present, curve["spend"], curve["marginal_roi"]))
    title = f"{short(channel, 60)}: response to spend"
    height = 3.7
    sheet = new_sheet(
        title,
        f"Outcome per {measures.period} in {measures.outcome_unit} at a steady spend, with its "
        f"{percent(level)} range",
        height=height,
    )
    axes = sheet.axes(0.72, 0.52, sheet.width - 0.72 - 2 * MARGIN, height - HEADER - 0.88)
    _draw_curve(axes, curve, marks)
    axes.set_xlabel(f"Spend per {measures.period} in {measures.money_unit}", size=style.SMALL_SIZE)
    value_axis(axes)
    value_axis(axes, side="x", grid=False)
    entries: list[tuple[Artist, str]] = [
        (_dot(style.INK, "o"), f"Present: {measures.money(marks.present)}"),
    ]
    if marks.recommended is not None:
        entries.append((_dot(style.RED, "D"), f"Plan: {measures.money(marks.recommended)}"))
    entries.append((Patch(facecolor=style.BAND), "Beyond any spend so far"))
    legend_row(sheet, entries)
    said = (
        f" The next unit of money brings {ratio(at_present)} at the present spend."
        if at_present == at_present
        else ""
    )
    return Picture(
        sheet.figure, f"{title}; {_spoken_marks(marks, measures)}{said}", curve_table(curve, marks)
    )


def curve_table(curve: pd.DataFrame, marks: CurveMarks) -> pd.DataFrame:
    """Return the points of a curve, then those marked on it."""
    marked = {"present": marks.present, "plan": marks.recommended, "most observed": marks.observed}
    spend = {name: value for name, value in marked.items() if value is not None}
    rows = pd.DataFrame({"mark": list(spend), "spend": list(spend.values())})
    for name in ("outcome", "outcome_lower", "outcome_upper", "marginal_roi"):
        rows[name] = np.interp(rows["spend"].to_numpy(float), curve["spend"], curve[name])
    points = curve[list(rows.columns[1:])]
    points.insert(0, "mark", "")
    return pd.concat([points, rows], ignore_index=True)


def _dot(color: str, marker: str) -> Line2D:
    return Line2D([], [], color=color, marker=marker, linestyle="none", markersize=6)


def _spoken_marks(marks: CurveMarks, measures: Measures) -> str:
    said = f"present spend {measures.money(marks.present)} per {measures.period}"
    if marks.recommended is not None:
        said += f", plan {measures.money(marks.recommended)}"
    return f"{said}."


def _draw_curve(axes: Axes, curve: pd.DataFrame, marks: CurveMarks, *, size: float = 8.0) -> None:
    spend = curve["spend"].to_numpy(float)
    outcome = curve["outcome"].to_numpy(float)
    axes.fill_between(
        spend,
        curve["outcome_lower"].to_numpy(float),
        curve["outcome_upper"].to_numpy(float),
        color=style.SKY,
        alpha=0.3,
        linewidth=0.0,
    )
    axes.plot(spend, outcome, color=style.BLUE, linewidth=2.0)
    end = float(spend[-1])
    if 0.0 < marks.observed < end:
        axes.axvspan(marks.observed, end, color=style.BAND, zorder=0, linewidth=0.0)
    places = [(marks.present, style.INK, "o")]
    if marks.recommended is not None:
        places.append((marks.recommended, style.RED, "D"))
    for value, color, marker in places:
        height = float(np.interp(value, spend, outcome))
        axes.plot([value, value], [0.0, height], color=color, linewidth=0.9, linestyle=(0, (3, 2)))
        axes.plot(
            [value],
            [height],
            marker,
            color=color,
            markersize=size,
            markeredgecolor="white",
            markeredgewidth=0.8,
        )
    axes.set_xlim(0.0, max(end, *(value for value, _color, _marker in places)) or 1.0)
    axes.set_ylim(bottom=0.0)


def curves_chart(frames: ModelFrames, marks: Mapping[str, CurveMarks], measures: Measures) -> Picture | None:
    """Return the curves of the channels that spend most, side by side; None without any."""
    spend = frames.summary.set_index("channel")["spend"]
    drawable = [name for name in frames.curves if name in marks]
    if not drawable:
        return None
    order = np.argsort(-np.array([float(spend[name]) for name in drawable]), kind="stable")[:MOST_CURVES]
    chosen = [drawable[index] for index in sorted(order)]
    return drawn(lambda: _curves(frames, chosen, marks, measures))


def _curves(
    frames: ModelFrames, chosen: Sequence[str], marks_of: Mapping[str, CurveMarks], measures: Measures
) -> Picture:
    layout = _curve_grid(len(chosen))
    rest = len(frames.curves) - len(chosen)
    sheet = new_sheet(
        "How each channel's returns diminish"
        if len(frames.curves) > 1
        else f"How the returns of {short(next(iter(frames.curves)))} diminish",
        f"Outcome per {measures.period} by spend per {measures.period}, both in {measures.outcome_unit}"
        if measures.outcome_unit == measures.money_unit
        else f"Outcome per {measures.period} in {measures.outcome_unit} by spend in {measures.money_unit}",
        height=layout.height,
    )
    for place, name in zip(layout.places, chosen, strict=True):
        axes = sheet.axes(place.left, place.bottom, place.width, place.height)
        panel_title(axes, name, place.width)
        _draw_curve(axes, frames.curves[name], marks_of[name], size=6.0)
        value_axis(axes, ticks=3)
        value_axis(axes, side="x", ticks=3, grid=False)
    planned = any(marks.recommended is not None for marks in marks_of.values())
    entries: list[tuple[Artist, str]] = [(_dot(style.INK, "o"), "Present spend")]
    entries += [(_dot(style.RED, "D"), "Plan")] if planned else []
    entries += [(Patch(facecolor=style.BAND), "Beyond any spend so far")]
    legend_row(sheet, entries)
    more = (
        f" The {len(chosen)} that spend most; {counted(rest, 'further channel')} in their own pictures."
        if rest
        else ""
    )
    tables = [curve_table(frames.curves[name], marks_of[name]).assign(channel=name) for name in chosen]
    table = pd.concat(tables, ignore_index=True)
    table = table[["channel", *table.columns[:-1]]]
    said = " ".join(f"{short(name)}: {_spoken_marks(marks_of[name], measures)}" for name in chosen)
    return Picture(
        sheet.figure, f"Response curves of {listed(list(chosen), MOST_CURVES)}. {said}{more}", table
    )


def _curve_grid(count: int) -> Grid:
    """Return three panels a row, with room for the numbers under each."""
    columns = min(3, count)
    rows = -(-count // columns)
    plain = grid(1)
    panel, step = 1.25, 1.85
    height = HEADER + 0.3 + rows * step + 0.05
    left, gap = 0.6, 0.6
    width = (style.WIDTH - left - MARGIN - gap * (columns - 1)) / columns
    first = plain.places[0]
    places = []
    for index in range(count):
        row, column = divmod(index, columns)
        places.append(
            type(first)(
                left + column * (width + gap),
                height - HEADER - 0.3 - (row + 1) * step + 0.3,
                width,
                panel,
                True,
            )
        )
    return Grid(height, tuple(places))
