"""The sheet that charts are drawn on: sizes in inches, own ticks, bytes that never differ.

No pyplot: a figure belongs to its function, not to a global. No layout engine either: places are given in
inches, which costs nothing and never moves a thing between two drawings.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator

from mmxlib.maths.arrays import Dates, Vector
from mmxlib.report import style
from mmxlib.report.numbers import month, one_line, tick
from mmxlib.report.tables import csv_bytes

RC = {
    "font.family": [style.FONT],
    "font.size": style.TEXT_SIZE,
    "text.parse_math": False,  # a channel's name may hold dollar signs
    "text.color": style.INK,
    "axes.edgecolor": style.MUTED,
    "axes.labelcolor": style.MUTED,
    "axes.linewidth": 0.7,
    "axes.unicode_minus": False,
    "axes.grid": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": style.MUTED,
    "ytick.color": style.MUTED,
    "xtick.labelsize": style.SMALL_SIZE,
    "ytick.labelsize": style.SMALL_SIZE,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "figure.facecolor": style.PAPER,
    "axes.facecolor": style.PAPER,
    "legend.frameon": False,
    "legend.fontsize": style.SMALL_SIZE,
    "legend.handlelength": 1.4,
    "legend.borderaxespad": 0.0,
    "hatch.linewidth": 0.5,
    "svg.fonttype": "none",
    "path.simplify": True,
    "agg.path.chunksize": 0,
}
"""What matplotlib is told while a chart is made; it is put back afterwards."""

HEADER = 0.74
"""Inches kept free on top for title and subtitle."""

MARGIN = 0.16

LEGEND_SYMBOL = 0.45
"""Inches that a legend's symbol takes beside its words."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawn figure, with the words that replace it for whoever cannot see it.

    ``table`` holds the numbers that are drawn; None where a file of the chart's own name has them anyway.
    """

    figure: Figure
    alt: str
    table: pd.DataFrame | None = None

    def png(self) -> bytes:
        """Return the picture as PNG: the same bytes for the same figure."""
        stream = io.BytesIO()
        with mpl.rc_context(RC):  # type: ignore[arg-type]  # the stubs want their own literal keys
            FigureCanvasAgg(self.figure).print_png(  # type: ignore[no-untyped-call]  # has no annotations
                stream, metadata={"Software": None}, pil_kwargs={"compress_level": 4}
            )
        return stream.getvalue()

    def svg(self) -> bytes:
        """Return the picture as SVG with real text: the same bytes for the same figure."""
        stream = io.BytesIO()
        salted = {**RC, "svg.hashsalt": "mmxlib"}
        with mpl.rc_context(salted):  # type: ignore[arg-type]  # the stubs want their own literal keys
            FigureCanvasSVG(self.figure).print_svg(  # type: ignore[no-untyped-call]  # has no annotations
                stream, metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
            )
        # where the font is missing, one of nearly its widths takes its place
        return stream.getvalue().replace(b"'DejaVu Sans'", b"'DejaVu Sans', Verdana, sans-serif")


@dataclass(frozen=True, eq=False)
class Sheet:
    """An empty figure of a given size in inches, with title and subtitle on it."""

    figure: Figure
    width: float
    height: float

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Return axes whose frame lies at these inches from the lower left corner."""
        box = (left / self.width, bottom / self.height, width / self.width, height / self.height)
        axes = self.figure.add_axes(box)
        axes.margins(x=0.01)
        return axes

    def text(self, left: float, bottom: float, words: str, *, size: float, color: str = style.INK) -> None:
        """Write words at these inches from the lower left corner."""
        self.figure.text(left / self.width, bottom / self.height, words, size=size, color=color)


def drawn(draw: Callable[[], Picture]) -> Picture:
    """Return what ``draw`` draws in the house style."""
    with mpl.rc_context(RC):  # type: ignore[arg-type]  # the stubs want their own literal keys
        picture = draw()
    return Picture(picture.figure, one_line(picture.alt), picture.table)


def new_sheet(title: str, subtitle: str, *, height: float, width: float = style.WIDTH) -> Sheet:
    """Return a sheet with its title and subtitle, shortened to what fits."""
    figure = Figure(figsize=(width, height), dpi=style.DPI)
    sheet = Sheet(figure, width, height)
    room = width - 2.0 * MARGIN
    figure.text(
        MARGIN / width,
        (height - 0.32) / height,
        fitted_text(title, room, style.TITLE_SIZE, bold=True),
        size=style.TITLE_SIZE,
        weight="bold",
    )
    sheet.text(
        MARGIN,
        height - 0.55,
        fitted_text(subtitle, room, style.SUBTITLE_SIZE),
        size=style.SUBTITLE_SIZE,
        color=style.MUTED,
    )
    return sheet


@cache
def _font_path(bold: bool) -> str:
    weight = "bold" if bold else "normal"
    return str(findfont(FontProperties(family=style.FONT, weight=weight), fallback_to_default=True))


@cache
def _glyphs(bold: bool) -> frozenset[int]:
    return frozenset(get_font(_font_path(bold)).get_charmap())


@cache
def _advance(character: str, bold: bool) -> float:
    """Return the width of one character as a share of the font's size."""
    font = get_font(_font_path(bold))
    font.set_size(100.0, 72.0)
    return float(font.load_char(ord(character)).linearHoriAdvance) / 65536.0 / 100.0


def text_width(words: str, size: float, *, bold: bool = False) -> float:
    """Return the width in inches of words on one line."""
    return sum(_advance(character, bold) for character in words) * size / 72.0


def printable(words: str, *, bold: bool = False) -> str:
    """Return the words on one line, with a box for what the font cannot show."""
    glyphs = _glyphs(bold)
    return "".join(each if ord(each) in glyphs else "□" for each in one_line(words))


def fitted_text(words: str, room: float, size: float, *, bold: bool = False) -> str:
    """Return the words as they fit into ``room`` inches: the end gives way to an ellipsis."""
    shown = printable(words, bold=bold)
    if text_width(shown, size, bold=bold) <= room:
        return shown
    while shown and text_width(f"{shown}…", size, bold=bold) > room:
        shown = shown[:-1]
    return f"{shown.rstrip()}…"


def fitted_name(name: str, room: float, size: float, *, bold: bool = False) -> str:
    """Return a name as it fits into ``room`` inches: the middle gives way, names differ at their ends."""
    shown = printable(name, bold=bold)
    if text_width(shown, size, bold=bold) <= room:
        return shown
    keep = len(shown) - 1
    while keep > 2:
        keep -= 1
        short = f"{shown[: keep - keep // 2].rstrip()}…{shown[-(keep // 2) :].lstrip()}"
        if text_width(short, size, bold=bold) <= room:
            return short
    return f"{shown[:1]}…"


def label_room(names: Sequence[str], size: float, *, most: float) -> float:
    """Return the inches that the longest of ``names`` needs, at most ``most``."""
    return min(most, max((text_width(printable(name), size) for name in names), default=0.0)) + 0.08


def day_numbers(dates: Dates | Sequence[object]) -> Vector:
    """Return days since 1970 as numbers: plain axes are far faster than matplotlib's date machinery."""
    numbers: Vector = np.asarray(dates, dtype="datetime64[D]").astype(np.int64).astype(np.float64)
    return numbers


def time_axis(axes: Axes, days: Vector, room: float) -> None:
    """Put ticks at the starts of months that fit into ``room`` inches, labeled ``Jan 2024`` or ``2024``."""
    first, last = float(days.min()), float(days.max())
    months = np.arange(
        np.datetime64(int(first), "D").astype("datetime64[M]"),
        np.datetime64(int(last), "D").astype("datetime64[M]") + 1,
    )
    step = next((each for each in (1, 2, 3, 6) if len(months) / each <= room / 0.75), 12)
    if step == 12:  # years alone are shorter words: more of them fit
        step = next((each for each in (12, 24, 60, 120) if len(months) / each <= room / 0.5), 240)
    anchored = months[(months.astype(np.int64) % step) == 0]
    starts = anchored.astype("datetime64[D]")
    inside = starts[(starts.astype(np.int64) >= first - 3) & (starts.astype(np.int64) <= last)]
    axes.xaxis.set_major_locator(FixedLocator(inside.astype(np.float64).tolist()))
    axes.xaxis.set_major_formatter(FixedFormatter([month(each)[4 if step >= 12 else 0 :] for each in inside]))
    span = max(last - first, 1.0)
    axes.set_xlim(first - 0.01 * span, last + 0.01 * span)


def value_axis(
    axes: Axes, form: Callable[[float], str] = tick, *, side: str = "y", ticks: int = 5, grid: bool = True
) -> None:
    """Put a few round ticks with their numbers in words, and light lines behind them.

    Called when limits are final: the ticks are fixed, and the lines are one collection, because matplotlib's
    own grid costs a line object for every tick.
    """
    axis = axes.yaxis if side == "y" else axes.xaxis
    low, high = axes.get_ylim() if side == "y" else axes.get_xlim()
    places = MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    slack = 1e-9 * abs(high - low)
    inside = [float(each) for each in places if min(low, high) - slack <= each <= max(low, high) + slack]
    axis.set_major_locator(FixedLocator(inside))
    axis.set_major_formatter(FixedFormatter([form(each) for each in inside]))
    axes.autoscale(False)
    if grid:
        draw = axes.hlines if side == "y" else axes.vlines
        across = axes.get_yaxis_transform() if side == "y" else axes.get_xaxis_transform()
        draw(inside, 0.0, 1.0, color=style.GRID, linewidth=0.6, transform=across, zorder=0.4)
        axes.spines["left" if side == "y" else "bottom"].set_visible(False)
        axis.set_tick_params(length=0)


def name_axis(axes: Axes, names: Sequence[str], room: float) -> None:
    """Put names on the y axis, first on top, each shortened to ``room`` inches."""
    axes.yaxis.set_major_locator(FixedLocator(list(range(len(names)))))
    axes.yaxis.set_major_formatter(
        FixedFormatter([fitted_name(name, room, style.TEXT_SIZE) for name in names])
    )
    axes.tick_params(axis="y", labelsize=style.TEXT_SIZE, labelcolor=style.INK, length=0)
    axes.set_ylim(max(len(names), 3) - 0.4, -0.6)  # one bar alone would be a wall
    axes.spines["left"].set_visible(False)


def beside(axes: Axes, row: float, words: str, *, color: str = style.INK, gap: float = 8.0) -> None:
    """Write words to the right of the axes, ``gap`` points from them and level with a row."""
    axes.annotate(
        words,
        (1.0, row),
        xycoords=("axes fraction", "data"),
        xytext=(gap, 0),
        textcoords="offset points",
        va="center",
        color=color,
        size=style.SMALL_SIZE,
        annotation_clip=False,
    )


def whiskers(axes: Axes, at: Vector, lower: Vector, upper: Vector) -> None:
    """Draw ranges over bars: dark with a light edge, so that they are seen on every color."""
    axes.hlines(at, lower, upper, color=style.PAPER, linewidth=2.8)
    axes.hlines(at, lower, upper, color=style.INK, linewidth=1.1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel of a grid lies, in inches, and whether it stands in the lowest row of its column."""

    left: float
    bottom: float
    width: float
    height: float
    lowest: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """Panels of equal size in rows, and the height of the sheet that holds them."""

    height: float
    places: tuple[Place, ...]


def grid(count: int, *, panel: float = 1.25, legend: float = 0.3, width: float = style.WIDTH) -> Grid:
    """Return the places of ``count`` small panels: one column up to 3, two up to 8, else three."""
    columns = 1 if count <= 3 else 2 if count <= 8 else 3
    rows = -(-count // columns)
    if rows == 1:
        panel *= 1.8
    left, gap, head, foot = 0.72, 0.62, 0.34, 0.26
    each = (width - left - MARGIN - gap * (columns - 1)) / columns
    top = HEADER + legend
    height = top + rows * (panel + head) + foot + 0.12
    places = []
    for index in range(count):
        row, column = divmod(index, columns)
        bottom = height - top - (row + 1) * (panel + head) + 0.06
        lowest = index + columns >= count
        places.append(Place(left + column * (each + gap), bottom, each, panel, lowest))
    return Grid(height, tuple(places))


def panel_title(axes: Axes, words: str, room: float, aside: str = "") -> None:
    """Write a small bold title over a panel, and a few plain words at its right end."""
    left = room - text_width(aside, style.SMALL_SIZE) - 0.1 if aside else room
    axes.set_title(
        fitted_name(words, left, style.TEXT_SIZE, bold=True),
        loc="left",
        y=1.0,  # said here, or matplotlib measures every tick to find it
        fontsize=style.TEXT_SIZE,
        fontweight="bold",
        pad=4,
        color=style.INK,
    )
    if aside:
        axes.set_title(aside, loc="right", y=1.0, fontsize=style.SMALL_SIZE, pad=4, color=style.MUTED)


def legend_fits(sheet: Sheet, words: Sequence[str]) -> bool:
    """Return whether a legend of these words fits on one row."""
    widths = [text_width(printable(each), style.SMALL_SIZE) for each in words]
    return sum(widths) <= sheet.width - 2.0 * MARGIN - LEGEND_SYMBOL * len(words)


def legend_row(sheet: Sheet, entries: Sequence[tuple[Artist, str]]) -> None:
    """Put a legend in one row under the subtitle; words are shortened where they do not fit."""
    handles = [handle for handle, _words in entries]
    room = sheet.width - 2.0 * MARGIN - LEGEND_SYMBOL * len(entries)
    each = room if legend_fits(sheet, [words for _handle, words in entries]) else room / len(entries)
    sheet.figure.legend(
        handles,
        [fitted_text(words, each, style.SMALL_SIZE) for _handle, words in entries],
        loc="upper left",
        bbox_to_anchor=(MARGIN / sheet.width, 1.0 - (HEADER - 0.03) / sheet.height),
        ncols=len(entries),
        columnspacing=1.6,
        handletextpad=0.5,
    )


def chart_files(pictures: Mapping[str, Picture | None]) -> dict[str, bytes]:
    """Return the pictures as PNG by path without its ending, and beside each the numbers it shows as CSV.

    Where there is nothing to show, there is no file.
    """
    tree: dict[str, bytes] = {}
    for path, picture in pictures.items():
        if picture is not None:
            tree[f"{path}.png"] = picture.png()
            if picture.table is not None:
                tree[f"{path}.csv"] = csv_bytes(picture.table)
    return tree
