"""Charts of the segmentation: how many segments, and who is in which."""

import numpy as np
from matplotlib.axes import Axes

from mmxlib.artifacts.segments import Segments
from mmxlib.report import style
from mmxlib.report.charts.canvas import (
    HEADER,
    MARGIN,
    Picture,
    beside,
    drawn,
    fitted_name,
    new_sheet,
    printable,
    text_width,
    value_axis,
)
from mmxlib.report.numbers import counted, percent, ratio

MOST_LABELS = 40
"""The sub-categories that are named in the picture; more would cover each other."""

NAME_SIZE = 6.5

SEPARATED = 0.25
"""The silhouette below which groups are not worth the name (Kaufman and Rousseeuw 1990)."""


def silhouette_chart(segments: Segments) -> Picture | None:
    """Return silhouette and stability by number of segments; None where only one number was possible."""
    if len(segments.candidates) < 2:
        return None
    return drawn(lambda: _silhouette(segments))


def _silhouette(segments: Segments) -> Picture:
    chosen = len(segments.segments)
    title = f"{counted(chosen, 'segment')} fit best" if chosen > 1 else "Nothing to separate: one segment"
    sheet = new_sheet(
        title,
        "Silhouette (how well groups stand apart) and stability (how alike groups are on resampled rows)",
        height=3.5,
    )
    axes = sheet.axes(0.62, 0.5, sheet.width - 0.62 - 1.5, 3.5 - HEADER - 0.56)
    table = segments.candidates
    marks = table["chosen"].to_numpy(bool)
    counts = table["segments"].to_numpy(float)
    axes.axhline(SEPARATED, color=style.MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    lines = (
        ("silhouette", style.BLUE, "Silhouette", "-", "o"),
        ("stability", style.ORANGE, "Stability", "--", "s"),
    )
    ends = []
    for column, color, name, dashes, marker in lines:
        values = table[column].to_numpy(float)
        axes.plot(counts, values, color=color, linestyle=dashes, marker=marker, markersize=4, linewidth=1.6)
        axes.plot(
            counts[marks], values[marks], marker, color=color, markersize=9, markerfacecolor="none", mew=1.6
        )
        if values[-1] == values[-1]:
            ends.append((float(values[-1]), name, color))
    ends.append((SEPARATED, "0.25: worth a split", style.MUTED))
    _end_labels(axes, ends)
    axes.set_xticks(counts.tolist(), [f"{int(each)}" for each in counts])
    axes.set_xlabel("Number of segments (ring: chosen)", size=style.SMALL_SIZE)
    axes.set_ylim(min(0.0, float(table[["silhouette", "stability"]].min().min())) - 0.03, 1.05)
    value_axis(axes)
    value = "" if segments.silhouette is None else f" Silhouette {ratio(segments.silhouette)}."
    return Picture(
        sheet.figure, f"{title}.{value} Line chart of silhouette and stability by number of segments.", table
    )


def _end_labels(axes: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Write names at the ends of lines, pushed apart so that none covers another."""
    last = float("-inf")
    for height, name, color in sorted(ends):
        last = max(height, last + 0.085)
        beside(axes, last, name, color=color, gap=6.0)


def components_chart(segments: Segments) -> Picture | None:
    """Return the sub-categories in two principal components; None for fewer than three."""
    if len(segments.components) < 3:
        return None
    return drawn(lambda: _components(segments))


def _components(segments: Segments) -> Picture:
    table = segments.components
    shown = sum(segments.explained)
    height = 4.5
    title = f"{counted(len(table), 'sub-category')} in {counted(len(segments.segments), 'segment')}"
    sheet = new_sheet(
        title,
        f"The nearer two points, the more alike; the two directions hold {percent(shown)} of all differences",
        height=height,
    )
    names = [f"{each.label} {each.name} ({len(each.members)})" for each in segments.segments]
    legend = min(2.4, max(text_width(printable(name), style.SMALL_SIZE) for name in names) + 0.4)
    width = sheet.width - 0.45 - legend - 2 * MARGIN
    axes = sheet.axes(0.45, 0.45, width, height - HEADER - 0.5)
    for index, segment in enumerate(segments.segments):
        rows = table[table["segment"] == segment.label]
        color, marker = style.color_and_marker(index)
        axes.plot(
            rows["component_1"],
            rows["component_2"],
            marker,
            color=color,
            markersize=7,
            markeredgecolor="white",
            markeredgewidth=0.6,
            label=fitted_name(names[index], legend - 0.3, style.SMALL_SIZE),
        )
    axes.axhline(0.0, color=style.GRID, linewidth=0.8, zorder=0)
    axes.axvline(0.0, color=style.GRID, linewidth=0.8, zorder=0)
    axes.margins(x=0.09, y=0.1)
    if len(table) <= MOST_LABELS:
        _point_names(axes, segments, width, height - HEADER - 0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_xlabel("First principal component", size=style.SMALL_SIZE)
    axes.set_ylabel("Second principal component", size=style.SMALL_SIZE)
    axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0), labelspacing=0.7)
    members = "; ".join(f"{each.label}: {', '.join(each.members[:12])}" for each in segments.segments[:12])
    return Picture(sheet.figure, f"{title}, as points. {members}.", table)


def _point_names(axes: Axes, segments: Segments, width: float, height: float) -> None:
    """Write each sub-category's name beside its point, on the first side where it covers nothing."""
    table = segments.components
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    x = (table["component_1"].to_numpy(float) - left) / (right - left) * width
    y = (table["component_2"].to_numpy(float) - bottom) / (top - bottom) * height
    taken = [(a - 0.07, b - 0.07, a + 0.07, b + 0.07) for a, b in zip(x, y, strict=True)]
    for name, a, b in zip(table["sub_category"], x, y, strict=True):
        words = fitted_name(str(name), 1.4, NAME_SIZE)
        half = 0.5 * text_width(words, NAME_SIZE)
        places = ((0.09 + half, 0.0), (-0.09 - half, 0.0), (0.0, 0.13), (0.0, -0.13))
        boxes = [(a + dx - half, b + dy - 0.05, a + dx + half, b + dy + 0.05) for dx, dy in places]
        free = [sum(_meet(box, other) for other in taken) + (box[2] > width + 0.1) for box in boxes]
        best = int(np.argmin(free))
        taken.append(boxes[best])
        axes.annotate(
            words,
            (a / width, b / height),
            xycoords="axes fraction",
            xytext=(72.0 * places[best][0], 72.0 * places[best][1]),
            textcoords="offset points",
            ha="center",
            va="center",
            size=NAME_SIZE,
        )


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Return whether two boxes (left, bottom, right, top) overlap."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
