"""Plots of figures: panels of points in rows, in the house's style, the same bytes for the same figures.

Color, shape and the words of a row tell tools apart, so that a plot reads in grey and for the color-blind.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from mmxlib.report import style
from mmxlib.report.charts.canvas import (
    HEADER,
    MARGIN,
    Picture,
    Sheet,
    drawn,
    fitted_name,
    label_room,
    legend_row,
    name_axis,
    new_sheet,
    value_axis,
)
from tests.benchmarks.forms import FORMS

LOOKS = {
    "mmxlib ridge": (style.BLUE, "o"),
    "mmxlib bayes": (style.INDIGO, "s"),
    "mmxlib": (style.BLUE, "o"),
    "PyMC-Marketing": (style.ORANGE, "^"),
    "Meridian": (style.GREEN, "D"),
    "same week a year before": (style.RED, "v"),
    "even": (style.OTHER, "x"),
}
"""Color and shape of a tool: the longest of these names that its own begins with."""

ROW, HEAD, FOOT, GAP = 0.27, 0.34, 0.3, 0.22
"""Inches of a panel: a row of points, the title, the axis, the space to the next."""
MOST_TOLD = 9
"""Points of a panel that the words for it tell."""
LANE = 0.24
"""Of a row's height, between the points of two tools."""
MISSED = (style.RED, "X")


@dataclass(frozen=True, slots=True)
class Point:
    """A figure, or a range of them, in a row; ``tool`` gives its look."""

    row: str
    tool: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Panel:
    """Points of one figure.

    ``band`` is where they should lie; ``goals`` a row's bound by the row's name, the least with ``at_least``
    and else the most: points that miss it are crosses. With ``told``, each point has its number beside it.
    """

    title: str
    figure: str
    points: tuple[Point, ...]
    band: tuple[float, float] | None = None
    goals: tuple[tuple[str, float], ...] = ()
    at_least: bool = False
    log: bool = False
    told: bool = False
    limits: tuple[float, float] | None = None

    @property
    def rows(self) -> list[str]:
        return list(dict.fromkeys(point.row for point in self.points))

    @property
    def lanes(self) -> dict[str, float]:
        """How far below its row's middle each tool's points lie, where rows hold several."""
        tools = list(dict.fromkeys(point.tool for point in self.points))
        if len(self.points) == len(self.rows):
            return dict.fromkeys(tools, 0.0)
        return {tool: LANE * (index - (len(tools) - 1) / 2.0) for index, tool in enumerate(tools)}

    def missed(self, point: Point) -> bool:
        """Return whether a point misses its row's goal."""
        goal = dict(self.goals).get(point.row)
        if goal is None:
            return False
        return point.low < goal if self.at_least else point.high > goal

    @property
    def height(self) -> float:
        return HEAD + ROW * max(3, len(self.rows)) + FOOT


@dataclass(frozen=True, slots=True)
class Plot:
    """Panels in columns under one title; ``name`` is that of its file."""

    name: str
    title: str
    subtitle: str
    panels: tuple[Panel, ...]
    columns: int = 1
    legend: bool = True

    @property
    def digest(self) -> str:
        """What changes with any figure or word of the plot."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    @property
    def alt(self) -> str:
        """The words for whoever cannot see it."""
        said = []
        for panel in self.panels:
            form = FORMS[panel.figure]
            values = []
            for point in panel.points[:MOST_TOLD]:
                who = point.row if point.row.startswith(point.tool) else f"{point.row}, {point.tool}"
                values.append(f"{who} {spoken(point, form.shown)}")
            rest = "; and so on" if len(panel.points) > MOST_TOLD else ""
            said.append(f"{panel.title}: {'; '.join(values)}{rest}")
        return f"{self.title}. {'. '.join(said)}.".replace("[", "(").replace("]", ")")

    def svg(self) -> bytes:
        """Return the plot, with its digest at the end."""
        return picture(self).svg().rstrip() + f"\n<!-- figures {self.digest} -->\n".encode()


def spoken(point: Point, shown: Callable[[float], str]) -> str:
    if point.low == point.high:
        return shown(point.low)
    return f"{shown(point.low)} to {shown(point.high)}"


def look(tool: str) -> tuple[str, str]:
    known = [name for name in LOOKS if tool.startswith(name)]
    return LOOKS[max(known, key=len)] if known else (style.OTHER, "P")


def picture(plot: Plot) -> Picture:
    return drawn(lambda: _picture(plot))


def _picture(plot: Plot) -> Picture:
    stacks = [plot.panels[start :: plot.columns] for start in range(plot.columns)]
    legend = 0.3 if plot.legend else 0.0
    lines = [max(panel.height for panel in line) for line in _lines(plot)]
    height = HEADER + legend + sum(lines) + GAP * (len(lines) - 1) + 0.06
    sheet = new_sheet(plot.title, plot.subtitle, height=height)
    width = (sheet.width - 2.0 * MARGIN - GAP * (plot.columns - 1)) / plot.columns
    for column, stack in enumerate(stacks):
        top = height - HEADER - legend
        room = max(label_room(panel.rows, style.TEXT_SIZE, most=0.5 * width) for panel in stack)
        for panel, line in zip(stack, lines, strict=False):
            inner = panel.height - HEAD - FOOT
            left = MARGIN + column * (width + GAP)
            axes = sheet.axes(left + room, top - HEAD - inner, width - room, inner)
            _panel(axes, panel, room, width)
            top -= line + GAP
    if plot.legend:
        _legend(sheet, plot)
    return Picture(sheet.figure, plot.alt)


def _lines(plot: Plot) -> list[Sequence[Panel]]:
    return [plot.panels[at : at + plot.columns] for at in range(0, len(plot.panels), plot.columns)]


def _panel(axes: Axes, panel: Panel, room: float, width: float) -> None:
    rows = {name: index for index, name in enumerate(panel.rows)}
    name_axis(axes, list(rows), room)
    form = FORMS[panel.figure]
    _range(axes, panel)
    if panel.log:
        _log_axis(axes, form.shown)
    else:
        value_axis(axes, form.shown, side="x", ticks=4 if width < 4.0 else 6)
    axes.hlines(range(len(rows)), 0.0, 1.0, color=style.GRID, linewidth=0.5,
                transform=axes.get_yaxis_transform(), zorder=0.3)  # fmt: skip
    if panel.band is not None:
        axes.axvspan(*panel.band, color=style.BAND, zorder=0.2, linewidth=0.0)
    for name, goal in panel.goals:
        at = rows[name]
        axes.vlines(goal, at - 0.38, at + 0.38, color=style.INK, linewidth=1.6, zorder=2.0)
    for point in panel.points:
        at = rows[point.row] + panel.lanes[point.tool]
        _point(axes, point, at, MISSED if panel.missed(point) else look(point.tool))
        if panel.told:  # on the side away from the goal
            left = dict(panel.goals).get(point.row, -np.inf) > point.high
            axes.annotate(spoken(point, form.shown), (point.low if left else point.high, at), zorder=4.0,
                          xytext=(-7 if left else 7, -0.5), textcoords="offset points", size=style.TEXT_SIZE,
                          ha="right" if left else "left", va="center",
                          bbox={"boxstyle": "square,pad=0.08", "fc": style.PAPER, "ec": "none"})  # fmt: skip
    axes.text(-room / (width - room), 1.0 + 0.12 / (panel.height - HEAD - FOOT),
              fitted_name(panel.title, width, style.TEXT_SIZE, bold=True), transform=axes.transAxes,
              size=style.TEXT_SIZE, weight="bold")  # fmt: skip


def _range(axes: Axes, panel: Panel) -> None:
    """Set limits that hold points, goals and band, with room for the numbers beside them."""
    values = [value for point in panel.points for value in (point.low, point.high)]
    values += [goal for _, goal in panel.goals] + list(panel.band or ())
    low, high = min(values), max(values)
    if panel.limits is not None:
        axes.set_xlim(*panel.limits)
    elif panel.log:
        axes.set_xscale("log")
        first = 10.0 ** np.floor(np.log10(low) - 0.05)
        axes.set_xlim(first, high * (high / first) ** (0.35 if panel.told else 0.06))
    else:
        axes.set_xlim(min(0.0, 1.1 * low), high * (1.28 if panel.told else 1.06))


def _log_axis(axes: Axes, shown: Callable[[float], str]) -> None:
    low, high = axes.get_xlim()
    exponents = range(int(np.ceil(np.log10(low) - 1e-9)), int(np.floor(np.log10(high))) + 1)
    step = -(-len(exponents) // 6)
    ticks = [10.0**each for each in exponents][::step]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FixedFormatter([shown(each) for each in ticks]))
    axes.vlines(ticks, 0.0, 1.0, color=style.GRID, linewidth=0.6,
                transform=axes.get_xaxis_transform(), zorder=0.4)  # fmt: skip
    axes.spines["bottom"].set_visible(False)
    axes.xaxis.set_tick_params(length=0)


def _point(axes: Axes, point: Point, at: float, drawn_as: tuple[str, str]) -> None:
    color, marker = drawn_as
    if point.low != point.high:
        axes.hlines(at, point.low, point.high, color=color, linewidth=2.0, zorder=2.5)
    ends = sorted({point.low, point.high})
    size = 7.0 if drawn_as == MISSED else 6.0
    axes.plot(ends, [at] * len(ends), marker, color=color, zorder=3.0, markersize=size,
              markeredgecolor=color if marker == "x" else style.PAPER, markeredgewidth=0.6)  # fmt: skip


def _legend(sheet: Sheet, plot: Plot) -> None:
    tools = dict.fromkeys(point.tool for panel in plot.panels for point in panel.points)
    entries = []
    for tool in tools:
        color, marker = look(tool)
        entries.append((Line2D([], [], color=color, marker=marker, linestyle="none", markersize=5.5), tool))
    if any(panel.goals for panel in plot.panels):
        entries.append((Line2D([], [], color=style.INK, marker="|", linestyle="none", markersize=9), "Goal"))
    if any(panel.band for panel in plot.panels):
        entries.append((Line2D([], [], color=style.BAND, linewidth=8), "Goal: within the band"))
    legend_row(sheet, entries)
