"""What charts of several segments share: a small panel each, with one kind of axes and keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mmxlib.artifacts.segments import Segments
from mmxlib.maths.arrays import Vector
from mmxlib.report.charts.canvas import (
    Place,
    Sheet,
    day_numbers,
    grid,
    new_sheet,
    panel_title,
    time_axis,
    value_axis,
)

MOST_PANELS = 12
"""The segments drawn in one picture, the first by sales; the files beside hold all."""


@dataclass(frozen=True, slots=True)
class SegmentNames:
    """The segments in order, with their names in plain words."""

    name_of: Mapping[str, str]

    @classmethod
    def of(cls, segments: Segments) -> "SegmentNames":
        """Return the names of ``segments``."""
        return cls({each.label: each.name for each in segments.segments})

    def title(self, label: str) -> str:
        """Return the words over a segment's panel."""
        name = self.name_of.get(label, "")
        return f"{label} {name}" if name and name != label else label


def shown_segments(frame: pd.DataFrame, names: SegmentNames) -> list[str]:
    """Return the labels that get a panel: those in ``frame``, in the order of the segments."""
    found = set(frame["segment"])
    return [label for label in names.name_of if label in found][:MOST_PANELS]


def words_of_rest(frame: pd.DataFrame, shown: Sequence[str]) -> str:
    """Return the words that say how many segments are not shown, or nothing."""
    total = int(frame["segment"].nunique())
    return f"; the first {len(shown)} of {total} segments" if total > len(shown) else ""


def line_key(color: str, *, width: float = 1.6, dashes: Literal["-", "--"] = "-") -> Line2D:
    """Return a line for a legend."""
    return Line2D([], [], color=color, linewidth=width, linestyle=dashes)


def panel_axes(
    sheet: Sheet, places: Sequence[Place], titles: Sequence[str], asides: Sequence[str] = ()
) -> list[Axes]:
    """Return titled axes at every place."""
    panels = []
    for place, title, aside in zip(places, titles, asides or [""] * len(titles), strict=True):
        axes = sheet.axes(place.left, place.bottom, place.width, place.height)
        panel_title(axes, title, place.width, aside)
        panels.append(axes)
    return panels


@dataclass(frozen=True, slots=True, eq=False)
class SeriesPanel:
    """The panel of one segment: what is drawn in it, ``rows`` over ``days``, and where."""

    label: str
    rows: pd.DataFrame
    days: Vector
    axes: Axes
    place: Place

    def finish(self) -> None:
        """Put the ticks of time and value on what was drawn; months are named in the lowest row alone."""
        time_axis(self.axes, self.days, self.place.width)
        value_axis(self.axes, ticks=4)
        if not self.place.lowest:
            self.axes.tick_params(axis="x", labelbottom=False)


@dataclass(frozen=True, slots=True, eq=False)
class SeriesSheet:
    """A sheet with a panel for each segment's series."""

    sheet: Sheet
    panels: tuple[SeriesPanel, ...]


def series_sheet(series: pd.DataFrame, names: SegmentNames, *, title: str, said: str) -> SeriesSheet:
    """Return a sheet for ``series`` (segment, date, …), which says how many segments it leaves out."""
    shown = shown_segments(series, names)
    layout = grid(len(shown))
    sheet = new_sheet(title, f"{said}{words_of_rest(series, shown)}", height=layout.height)
    every = panel_axes(sheet, layout.places, [names.title(label) for label in shown])
    panels = []
    for axes, place, label in zip(every, layout.places, shown, strict=True):
        rows = series[series["segment"] == label]
        panels.append(SeriesPanel(label, rows, day_numbers(rows["date"].to_numpy()), axes, place))
    return SeriesSheet(sheet, tuple(panels))
