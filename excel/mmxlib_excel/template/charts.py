"""Charts of the workbook: bound to fixed cells, so that values written later show in them."""

from collections.abc import Mapping
from typing import Any

from mmxlib.report.book import Book
from mmxlib.report.sheets.charts import native_chart
from mmxlib_excel.layout.spec import Block, Chart, Series

_STAYS = 3
"""XlsxWriter's word for: neither moves nor changes its size with the cells below."""

_MARGIN = 2
"""The pixels between a chart and the edge of the sheet."""

_LINES = frozenset({"line", "scatter"})


def insert_chart(book: Book, sheet: Any, chart: Chart, blocks: Mapping[str, Block]) -> None:
    """Draw a chart on a sheet; ``blocks`` are all of the workbook, by name.

    Rows and columns that are hidden do not show in it, so that its cells may be more than there are values.
    ``chart.more`` are calls of XlsxWriter's chart: ``legend`` stands for its ``set_legend``.
    """
    drawn = _drawn(book, chart, blocks)
    if chart.combined is not None:
        drawn.combine(_drawn(book, chart.combined, blocks))
    drawn.set_size({"width": chart.width, "height": chart.height})
    place = {"object_position": _STAYS, "x_offset": _MARGIN + chart.left}
    sheet.insert_chart(chart.cell, drawn, {**place, "description": chart.description})


def _drawn(book: Book, chart: Chart, blocks: Mapping[str, Block]) -> Any:
    drawn = native_chart(book, chart.shape, chart.title, subtype=chart.subtype, x=chart.x, y=chart.y)
    for series in chart.series:
        drawn.add_series(_series_options(chart.shape, series, blocks[series.block]))
    for name, value in chart.more.items():
        getattr(drawn, f"set_{name}")(value)
    return drawn


def _series_options(shape: str, series: Series, block: Block) -> dict[str, object]:
    heading = [block.sheet, block.head.row - 1, block.head.column - 1 + block.position(series.values)]
    look: dict[str, object] = {"fill": {"color": series.color}, "border": {"none": True}}
    if shape in _LINES:
        look = {"line": {"color": series.color, "width": 2.25}}
    return {
        "name": series.label or heading,
        "categories": _cells(block, series.categories),
        "values": _cells(block, series.values),
        **look,
        **series.more,
    }


def _cells(block: Block, column: str) -> list[str | int]:
    """Return the cells of a column as XlsxWriter wants them, counted from 0."""
    area = block.body(column)
    return [
        block.sheet, area.first.row - 1, area.first.column - 1, area.last.row - 1, area.last.column - 1
    ]  # fmt: skip
