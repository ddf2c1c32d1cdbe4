"""Native Excel charts in the house style."""

from collections.abc import Mapping, Sequence
from typing import Any

from mmxlib.report import style
from mmxlib.report.book import Area, Book

PAGE = 600
"""The pixels that a chart may be high to fit on a printed page, below a title."""

ROOMY = 20
"""The bars up to which a chart need not be narrow."""

FONT = {"name": "Calibri", "size": 10, "color": style.INK}


def native_chart(
    book: Book,
    shape: str,
    title: str | list[str | int],
    *,
    subtype: str = "",
    x: Mapping[str, object] | None = None,
    y: Mapping[str, object] | None = None,
) -> Any:
    """Return an empty native chart with its title (words, or the cell that holds them) and quiet axes.

    ``x`` and ``y`` are further properties of the axes. Words from data must come from a cell: Excel would
    take a title that begins with an equals sign for a formula.
    """
    options = {"type": shape, **({"subtype": subtype} if subtype else {})}
    chart = book.workbook.add_chart(options)
    chart.set_title({"name": title, "name_font": {**FONT, "size": 12, "bold": True}})
    quiet = {"num_font": FONT, "name_font": {**FONT, "bold": False}, "line": {"color": style.BASE}}
    lines = {"major_gridlines": {"visible": True, "line": {"color": style.GRID, "width": 0.75}}}
    none = {"major_gridlines": {"visible": False}}
    flat = shape == "bar"
    reverse = {"reverse": True} if flat else {}  # the first row on top, as in the table
    chart.set_x_axis({**quiet, **(lines if flat else none), **(x or {})})
    chart.set_y_axis({**quiet, **(none if flat else lines), **reverse, **(y or {})})
    chart.set_legend({"position": "bottom", "font": FONT})
    return chart


def add_series(chart: Any, area: Area, name: str, *, categories: str, color: str, **more: object) -> None:
    """Add a column of a table to a chart, named by its heading."""
    look = {"fill": {"color": color}, "border": {"none": True}}
    chart.add_series(
        {
            "name": [area.sheet, area.first - 1, area.column_of[name]],
            "categories": area.cells(categories),
            "values": area.cells(name),
            **look,
            **more,
        }
    )


def range_bars(mean: Sequence[float], lower: Sequence[float], upper: Sequence[float]) -> dict[str, object]:
    """Return the whiskers from ``lower`` to ``upper`` around ``mean``."""
    return {
        "type": "custom",
        "plus_values": [max(high - middle, 0.0) for middle, high in zip(mean, upper, strict=True)],
        "minus_values": [max(middle - low, 0.0) for middle, low in zip(mean, lower, strict=True)],
        "line": {"color": style.INK, "width": 1.25},
    }


def chart_height(rows: int) -> int:
    """Return the pixels that a bar chart of so many rows needs, one printed page if that is enough."""
    roomy = max(260, 120 + 24 * rows)
    return roomy if rows <= ROOMY else min(roomy, max(PAGE, 90 + 15 * rows))
