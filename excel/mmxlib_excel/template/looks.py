"""How cells of the workbook look: one palette, one font, one light fill where people type."""

from collections.abc import Mapping, Sequence
from typing import Any

from mmxlib.report import style
from mmxlib.report.book import WIDTHS, Book
from mmxlib.report.columns import Kind
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.layout.spec import Block, Column, Role

INPUT = "#FFF8E1"
"""The one light fill: a cell in this color is for the user to fill in."""

CHECK = "check"
"""The column in which faults of a row are written."""

COLORED = frozenset({"verdict", "action", "state", "kind"})
"""Columns whose words also have a color; no reading rests on the color alone."""

_GOOD, _BEWARE, _BAD = (style.VERDICT_COLORS[each] for each in ("pass", "warn", "fail"))
WORD_COLORS: Mapping[str, str] = {
    **style.VERDICT_COLORS,
    **style.ACTION_COLORS,
    **dict.fromkeys(("done", "approved"), _GOOD),
    **dict.fromkeys(("running", "waiting", "stale", "doubt"), _BEWARE),
    **dict.fromkeys(("failed", "stopped"), _BAD),
}

TAB_COLORS: Mapping[Role, str] = {
    Role.START: style.INDIGO,
    Role.INPUT: style.ORANGE,
    Role.PLANNER: style.GREEN,
    Role.RESULT: style.BLUE,
    Role.HIDDEN: style.OTHER,
}

_WRAPPED = frozenset({Kind.SENTENCE})
_TEXTUAL = frozenset({Kind.TEXT, Kind.SENTENCE})
_WORDS: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": 16, "font_color": style.INK},
    "about": {"font_color": style.MUTED},
    "body": {},
    "heading": {"bold": True, "font_size": 12},
    "note": {"font_color": style.MUTED, "italic": True},
    "label": {"bold": True},
}


def words_look(book: Book, name: str, *, wraps: bool = False) -> Any:
    """Return the format of a sheet's words: title, about, body, heading, note or label."""
    return book.look(f"{name} {wraps}", text_wrap=wraps, **_WORDS[name])


def heading_look(book: Book, column: Column, *, is_input: bool, first: bool) -> Any:
    """Return the format of a column's heading; text stands left, numbers right."""
    side = "left" if column.kind in _TEXTUAL else "right"
    indent = int(side == "left" and not first)
    color = style.ORANGE if is_input else style.MUTED
    return book.look(
        f"heading {side} {color} {indent}",
        bold=True,
        text_wrap=True,
        bg_color=style.BAND,
        bottom=2 if is_input else 1,
        bottom_color=color,
        valign="vcenter",
        align=side,
        indent=indent,
    )


def value_look(
    book: Book,
    kind: Kind,
    *,
    is_input: bool,
    first: bool = True,
    tall: bool = False,
    general: bool = False,
    warns: bool = False,
    strong: bool = False,
    ruled: bool = True,
) -> Any:
    """Return the format of a value's cell.

    Parameters
    ----------
    book
        The workbook that holds the formats.
    kind
        What the cell holds.
    is_input
        Whether the user fills it in: marked by the fill, and not locked.
    first
        Whether nothing stands to its left; a text beside other values is set in.
    tall
        Whether its row is higher than its words, so that they stand in the middle.
    general
        Whether a text may also be a number, which a text format would keep from being one.
    warns
        Whether faults are written there.
    strong
        Whether it stands out.
    ruled
        Whether a fine line runs below; not between the lines of a sentence.
    """
    name = f"value {kind} {is_input} {first} {tall} {general} {warns} {strong} {ruled}"
    if name in book.formats:
        return book.formats[name]
    properties: dict[str, object] = {
        "num_format": "General" if general else book.number_format(kind),
        **({"bottom": 4, "bottom_color": style.GRID} if ruled else {}),
        "text_wrap": kind in _WRAPPED or warns or (general and not first),
    }
    if is_input:
        properties |= {"locked": False, "bg_color": INPUT, "border": 1, "border_color": style.GRID}
    if tall:
        properties |= {"valign": "vcenter"}
    if warns:
        properties |= {"font_color": style.VERDICT_COLORS["fail"], "locked": False}
    if strong:
        properties |= {"bold": True}
    if kind in _TEXTUAL and not first:
        properties |= {"indent": 1, "align": "left"}
    return book.look(name, **properties)


def field_look(book: Book, kind: Kind, *, is_input: bool, wraps: bool) -> Any:
    """Return the format of a single named cell: its value stands left, beside its label."""
    properties: dict[str, object] = {
        "num_format": "General" if kind is Kind.TEXT else book.number_format(kind),
        "align": "left",
        "text_wrap": wraps,
        "locked": False,
    }
    if is_input:
        properties |= {"bg_color": INPUT, "border": 1, "border_color": style.BASE}
    return book.look(f"field {kind} {is_input} {wraps}", **properties)


def holds_numbers(values: Sequence[CellValue]) -> bool:
    """Return whether a column of text also holds numbers or yes and no."""
    return any(isinstance(value, int | float) for value in values)


def width_of(column: Column) -> float:
    """Return a column's width in characters."""
    return column.width if column.width is not None else WIDTHS.get(column.kind, 14.0)


def is_warned(block: Block, column: Column) -> bool:
    """Return whether faults of a row of ``block`` are written into ``column``."""
    return block.is_input and column.name == CHECK
