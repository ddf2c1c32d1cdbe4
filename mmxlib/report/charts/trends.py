"""Charts of the trend scan and the baselines: what every segment's series looks like."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mmxlib.artifacts.panel import Event
from mmxlib.artifacts.trends import Trends
from mmxlib.maths.arrays import Vector
from mmxlib.report import style
from mmxlib.report.charts.canvas import (
    HEADER,
    MARGIN,
    Picture,
    day_numbers,
    drawn,
    grid,
    label_room,
    legend_row,
    name_axis,
    new_sheet,
    value_axis,
)
from mmxlib.report.charts.panels import (
    SegmentNames,
    line_key,
    panel_axes,
    series_sheet,
    shown_segments,
)
from mmxlib.report.numbers import Measures, counted, month, percent, plural, short, signed_percent

CLEAR = 0.5
"""The strength from which a season is called clear: half of the detrended variation."""

MOST_EVENTS = 20
"""The events drawn, those of largest effect."""

USUAL_REACH = 3.0
"""Where the largest effect would squeeze the others, the axis ends at this multiple of the middle one."""


def flagged_chart(
    trends: Trends, names: SegmentNames, measures: Measures, *, events: Sequence[Event]
) -> Picture | None:
    """Return every segment's series with its anomalies, level shifts and events."""
    if trends.decomposition.empty:
        return None
    return drawn(lambda: _flagged(trends, names, measures, events))


def _flagged(trends: Trends, names: SegmentNames, measures: Measures, events: Sequence[Event]) -> Picture:
    flagged = trends.flagged_periods
    anomalies = int((flagged["kind"] == "anomaly").sum())
    shifts = int((flagged["kind"] == "level_shift").sum())
    if anomalies + shifts:
        unusual = counted(anomalies, f"unusual {measures.period}") if anomalies else "No unusual period"
        title = f"{unusual} and {counted(shifts, 'level shift') if shifts else 'no level shift'} found"
    else:
        title = f"No unusual {plural(measures.period)} and no level shifts found"
    said = f"Outcome per {measures.period} in {measures.outcome_unit}"
    made = series_sheet(trends.decomposition, names, title=title, said=said)
    for panel in made.panels:
        axes, days = panel.axes, panel.days
        _event_spans(axes, events, panel.label, days)
        axes.plot(days, panel.rows["observed"].to_numpy(float), color=style.INK, linewidth=0.9)
        _flags(axes, flagged[flagged["segment"] == panel.label])
        panel.finish()
    legend_row(
        made.sheet,
        [
            (line_key(style.INK, width=0.9), "Outcome"),
            (Line2D([], [], color=style.RED, marker="o", linestyle="none", markersize=5), "Unusual"),
            (line_key(style.BLUE, width=1.2, dashes="--"), "Level shift"),
            (Patch(color="#F5DDB0"), "Event"),
        ],
    )
    told = counted(len(made.panels), "segment")
    return Picture(made.sheet.figure, f"{title}. Line chart of the outcome of {told}.")


def _event_spans(axes: Axes, events: Sequence[Event], label: str, days: Vector) -> None:
    spans = []
    for event in events:
        if event.unit in (None, label):
            first, last = day_numbers([event.start, event.end])
            # a span of one day would be thinner than a pixel
            spans.append((float(first), max(float(last - first + 1.0), 4.0)))
    first, last = float(days.min()), float(days.max())
    seen = [(start, length) for start, length in spans if start <= last and start + length >= first]
    axes.broken_barh(
        seen, (0.0, 1.0), transform=axes.get_xaxis_transform(), facecolors="#F5DDB0", linewidth=0.0, zorder=0
    )


def _flags(axes: Axes, flagged: pd.DataFrame) -> None:
    unusual = flagged[flagged["kind"] == "anomaly"]
    axes.plot(
        day_numbers(unusual["date"].to_numpy()),
        unusual["outcome"].to_numpy(float),
        "o",
        color=style.RED,
        markersize=4.5,
        markeredgecolor="white",
        markeredgewidth=0.5,
    )
    for start in day_numbers(flagged.loc[flagged["kind"] == "level_shift", "date"].to_numpy()):
        axes.axvline(float(start), color=style.BLUE, linewidth=1.2, linestyle="--")


def decomposition_chart(trends: Trends, names: SegmentNames, measures: Measures) -> Picture | None:
    """Return every segment's series with its trend, and the trend with the season on it."""
    if trends.decomposition.empty:
        return None
    return drawn(lambda: _decomposition(trends, names, measures))


def _decomposition(trends: Trends, names: SegmentNames, measures: Measures) -> Picture:
    several = len(shown_segments(trends.decomposition, names)) > 1
    title = "Trend and season of every segment" if several else "Trend and season"
    said = f"Outcome per {measures.period} in {measures.outcome_unit}"
    made = series_sheet(trends.decomposition, names, title=title, said=said)
    for panel in made.panels:
        axes, days = panel.axes, panel.days
        trend = panel.rows["trend"].to_numpy(float)
        axes.plot(days, panel.rows["observed"].to_numpy(float), color=style.OTHER, linewidth=0.8)
        axes.plot(days, trend + panel.rows["seasonal"].to_numpy(float), color=style.ORANGE, linewidth=1.1)
        axes.plot(days, trend, color=style.BLUE, linewidth=2.0)
        panel.finish()
    legend_row(
        made.sheet,
        [
            (line_key(style.OTHER, width=0.9), "Outcome"),
            (line_key(style.BLUE, width=2.0), "Trend"),
            (line_key(style.ORANGE), "Trend and season"),
        ],
    )
    return Picture(made.sheet.figure, f"{title}: line chart of outcome, trend and season by segment.")


def season_chart(trends: Trends, names: SegmentNames) -> Picture | None:
    """Return the average season by week of the year, as a share of the mean outcome."""
    if trends.decomposition.empty:
        return None
    return drawn(lambda: _season(trends, names))


def _season(trends: Trends, names: SegmentNames) -> Picture:
    shown = shown_segments(trends.decomposition, names)
    layout = grid(len(shown), panel=1.05, legend=0.0)
    strengths = trends.seasonality["seasonal_strength"].to_numpy(float)
    strength_of = dict(zip(trends.seasonality["segment"], strengths, strict=True))
    strong = [label for label in shown if strength_of[label] >= CLEAR]
    title = (
        "A clear season in every segment"
        if len(strong) == len(shown)
        else f"A clear season in {len(strong)} of {counted(len(shown), 'segment')}"
    )
    if len(shown) == 1:
        title = "A clear season" if strong else "A weak season or none"
    sheet = new_sheet(
        title,
        "Usual deviation from the trend by week of the year, as a share of the mean outcome",
        height=layout.height,
    )
    asides = [f"strength {strength_of[label]:.2f}" for label in shown]
    panels = panel_axes(sheet, layout.places, [names.title(label) for label in shown], asides)
    profiles = {label: _profile(trends.decomposition, label) for label in shown}
    bound = max(0.01, 1.08 * max(float(profile.abs().max()) for profile in profiles.values()))
    for axes, place, label in zip(panels, layout.places, shown, strict=True):
        profile = profiles[label]
        weeks = profile.index.to_numpy(float)
        axes.axhline(0.0, color=style.MUTED, linewidth=0.8)
        axes.fill_between(weeks, 0.0, profile.to_numpy(float), color=style.BLUE, alpha=0.25, linewidth=0.0)
        axes.plot(weeks, profile.to_numpy(float), color=style.BLUE, linewidth=1.5)
        axes.set_xlim(1.0, 53.0)
        axes.set_ylim(-bound, bound)
        axes.set_xticks([1, 14, 27, 40, 53], ["week 1", "14", "27", "40", "53"])
        value_axis(axes, signed_percent, ticks=4)
        if not place.lowest:
            axes.tick_params(axis="x", labelbottom=False)
    table = pd.concat(
        [
            pd.DataFrame({"segment": label, "week": profile.index, "season": profile.to_numpy(float)})
            for label, profile in profiles.items()
        ],
        ignore_index=True,
    )
    return Picture(sheet.figure, f"{title}. Line chart of the season by week of the year.", table)


def _profile(decomposition: pd.DataFrame, label: str) -> "pd.Series[float]":
    """Return the mean season of each ISO week as a share of the segment's mean outcome."""
    rows = decomposition[decomposition["segment"] == label]
    weeks = pd.DatetimeIndex(rows["date"]).isocalendar()["week"].to_numpy(np.int64)
    share = rows["seasonal"].to_numpy(float) / (abs(float(rows["observed"].mean())) or 1.0)
    profile: pd.Series[float] = pd.Series(share, index=weeks).groupby(level=0).mean()
    return profile


def event_chart(trends: Trends, names: SegmentNames) -> Picture | None:
    """Return what each event did to its segment, with its range and the placebo of a year before."""
    if trends.event_impact.empty:
        return None
    return drawn(lambda: _events(trends, names))


def _events(trends: Trends, names: SegmentNames) -> Picture:
    table = _by_name(trends.event_impact)
    order = np.argsort(-table["percent"].abs().fillna(0.0).to_numpy(float), kind="stable")[:MOST_EVENTS]
    rows = table.iloc[order].reset_index(drop=True)
    rows = rows[rows["percent"].notna()] if rows["percent"].notna().any() else rows
    several = table["segment"].nunique() > 1
    starts = rows["start"].to_numpy("datetime64[D]")
    labels = [
        f"{short(str(event), 24)}, {month(start) if times == 1 else f'{times} times'}"
        + (f" · {segment}" if several else "")
        for event, start, times, segment in zip(
            rows["event"], starts, rows["times"], rows["segment"], strict=True
        )
    ]
    sure = int(table["reliable"].astype(bool).sum())
    title = f"{sure} of {counted(len(table), 'event effect')} can be relied on"
    height = HEADER + 0.75 + 0.24 * len(rows)
    placebo = _placebo(rows)
    limit = _cut(rows, placebo)
    rest = ", the mean of its times" if (rows["times"] > 1).any() else ""
    rest += f"; the {len(rows)} largest" if len(rows) < len(table) else ""
    rest += f"; cut off beyond {percent(limit)}" if np.isfinite(limit) else ""
    sheet = new_sheet(
        title, f"Effect on the outcome, with its {percent(trends.level)} range{rest}", height=height
    )
    room = label_room(labels, style.TEXT_SIZE, most=3.2)
    axes = sheet.axes(room + MARGIN, 0.45, sheet.width - room - 3 * MARGIN, height - HEADER - 0.75)
    at = np.arange(len(rows), dtype=float)
    axes.axvline(0.0, color=style.MUTED, linewidth=0.9)
    colors = [style.BLUE if bool(each) else style.OTHER for each in rows["reliable"]]
    axes.hlines(at, rows["percent_lower"], rows["percent_upper"], colors=colors, linewidth=2.0)
    axes.scatter(rows["percent"], at, color=colors, s=26, zorder=3)
    axes.scatter(placebo, at, marker="x", color=style.ORANGE, s=22, zorder=3)
    if np.isfinite(limit):
        _cut_off(axes, rows["percent"].to_numpy(float), limit)
    value_axis(axes, signed_percent, side="x")
    name_axis(axes, labels, room)
    legend_row(
        sheet,
        [
            (Line2D([], [], color=style.BLUE, marker="o", linewidth=2.0), "Reliable"),
            (Line2D([], [], color=style.OTHER, marker="o", linewidth=2.0), "In doubt: the notes say why"),
            (
                Line2D([], [], color=style.ORANGE, marker="x", linestyle="none"),
                "Same dates one year before (should be near 0)",
            ),
        ],
    )
    largest = f" The largest: {labels[0]}, {signed_percent(float(rows['percent'].iloc[0]))}."
    return Picture(sheet.figure, f"{title}.{largest}")


def _by_name(impact: pd.DataFrame) -> pd.DataFrame:
    """Return a row per segment and event: the means of its occurrences, how many, reliable if all are."""
    shares = ["lift", "percent", "percent_lower", "percent_upper", "placebo_lift"]
    kept = impact.assign(times=1, reliable=impact["reliable"].astype(bool))
    grouped = kept.groupby(["segment", "event"], sort=False, as_index=False)
    return grouped.agg({"start": "min", "times": "sum", "reliable": "all"} | dict.fromkeys(shares, "mean"))


def _placebo(rows: pd.DataFrame) -> Vector:
    """Return the effect that the same dates had one year before, as a share."""
    lift = rows["lift"].to_numpy(float)
    share = np.divide(
        rows["percent"].to_numpy(float), lift, out=np.full(len(rows), np.nan), where=lift != 0.0
    )
    placebo: Vector = rows["placebo_lift"].to_numpy(float) * share
    return placebo


def _cut(rows: pd.DataFrame, placebo: Vector) -> float:
    """Return the effect beyond which the axis is cut off, infinite where all have room."""
    ends = np.column_stack([rows[["percent", "percent_lower", "percent_upper"]].to_numpy(float), placebo])
    reach = np.max(np.nan_to_num(np.abs(ends), posinf=0.0), axis=1)
    limit = USUAL_REACH * float(np.median(reach))
    return limit if 0.0 < limit < 0.5 * float(reach.max()) else float("inf")


def _cut_off(axes: Axes, effects: Vector, limit: float) -> None:
    """End the axis at ``limit`` on either side, and write the effects beyond beside an arrow."""
    axes.set_xlim(-limit if effects.min() < 0.0 else -0.35 * limit, limit)
    for row in np.flatnonzero(np.abs(effects) > limit):
        right = effects[row] > 0.0
        edge = limit if right else -limit
        axes.plot([0.985 * edge], [row], ">" if right else "<", color=style.INK, markersize=7, zorder=4)
        axes.annotate(
            signed_percent(float(effects[row])), (edge, float(row)), xytext=(-12 if right else 12, 4),
            textcoords="offset points", ha="right" if right else "left", va="bottom", size=style.SMALL_SIZE,
        )  # fmt: skip
