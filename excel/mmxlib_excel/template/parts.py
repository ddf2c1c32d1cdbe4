"""Parts of a sheet drawn: blocks, fields, formulas, words and buttons."""

from collections.abc import Sequence
from typing import Any

from xlsxwriter.worksheet import CellFormulaTuple

from mmxlib.report.book import lines_of
from mmxlib.report.columns import Kind
from mmxlib_excel.editing.addresses import Address, Area
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.layout.spec import Block, Button, Column, Field, Formula, Text
from mmxlib_excel.template.canvas import Canvas
from mmxlib_excel.template.looks import (
    COLORED,
    WORD_COLORS,
    field_look,
    heading_look,
    holds_numbers,
    is_warned,
    value_look,
    words_look,
)

ROOMY = 40.0
"""The width from which on words of a single cell are broken into lines; else they run over its neighbors."""

_LIST_COLUMNS = 2
"""The columns up to which a block whose sentences run on is a list: without lines between its rows."""

_FLOWING = frozenset({"body", "note", "about"})

Rows = Sequence[Sequence[CellValue]]


def draw_block(canvas: Canvas, block: Block, rows: Rows) -> None:
    """Draw a table: title, headings with their notes, and values; an input block grows with its values."""
    head, corner = block.head, canvas.corner
    if block.title:
        canvas.write(Address(head.row - 1, head.column), block.title, words_look(canvas.book, "heading"))
    depth = depth_of(block, len(rows))
    for position, column in enumerate(block.columns):
        at = Address(head.row, head.column + position)
        canvas.write(at, column.label or None, _heading_look(canvas, block, column))
        canvas.note(at, column.note)
        canvas.heighten(head.row, lines_of(column.label, 0.9 * canvas.room(at.column, 1)))
        _draw_values(canvas, block, column, [row[position] if position < len(row) else None for row in rows])
        _draw_reach(canvas, block, column)
    for (row, name), choices in block.cell_choices.items():
        cell = block.address(name, row)
        _offer(canvas, Area(cell, cell), choices, "")
    body = Area(
        Address(head.row, head.column), Address(head.row + depth, head.column + len(block.columns) - 1)
    )
    _name_block(canvas, block, body)
    if block.row_height is not None:
        canvas.heights.update(dict.fromkeys(range(head.row + 1, head.row + depth + 1), block.row_height))
    if not block.printed:
        canvas.corner = corner


def _heading_look(canvas: Canvas, block: Block, column: Column) -> Any:
    first = block.position(column.name) == 0
    return heading_look(canvas.book, column, is_input=block.is_input, first=first)


def _draw_reach(canvas: Canvas, block: Block, column: Column) -> None:
    """Draw the heading's band as far as the sentences below it run on over empty cells."""
    at = Address(block.head.row, block.head.column + block.position(column.name))
    over = 1
    while canvas.room(at.column, over) < column.reach:
        canvas.write(Address(at.row, at.column + over), None, _heading_look(canvas, block, column))
        over += 1


def depth_of(block: Block, given: int) -> int:
    """Return how many rows a block has below its headings."""
    return max(block.rows, given) if block.is_input else block.rows


def _draw_values(canvas: Canvas, block: Block, column: Column, values: Sequence[CellValue]) -> None:
    position, head = block.position(column.name), block.head
    warns = is_warned(block, column)
    general = column.kind is Kind.TEXT and holds_numbers(values)
    wraps = block.row_height is None and (column.kind is Kind.SENTENCE or general)
    look = value_look(
        canvas.book,
        column.kind,
        is_input=block.is_input and not warns and not column.fixed,
        first=position == 0,
        tall=block.row_height is not None,
        general=general,
        warns=warns,
        ruled=not (len(block.columns) <= _LIST_COLUMNS and block.columns[-1].reach),
    )
    depth = depth_of(block, len(values))
    for row in range(depth):
        at = Address(head.row + 1 + row, head.column + position)
        value = values[row] if row < len(values) else None
        canvas.write(at, value, look)
        if wraps and isinstance(value, str):
            canvas.heighten(at.row, lines_of(value, canvas.room(at.column, 1)))
    if column.name in COLORED:
        _color_words(canvas, block.body(column.name))
    if block.is_input:
        first, last = (
            Address(head.row + 1, head.column + position),
            Address(head.row + depth, head.column + position),
        )
        _offer(canvas, Area(first, last), column.choices, block.choices_from.get(column.name, ""))


def _color_words(canvas: Canvas, area: Area) -> None:
    """Give the words of verdicts and actions their colors, whenever they are written."""
    for word, color in WORD_COLORS.items():
        look = canvas.book.workbook.add_format({"font_color": color, "bold": True})
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}
        canvas.sheet.conditional_format(str(area), rule)


def _name_block(canvas: Canvas, block: Block, area: Area) -> None:
    """Make the cells an Excel Table, or give them a name where headings come with the values."""
    if block.own_headings:
        canvas.book.workbook.define_name(block.name, f"={absolute(block.sheet, area)}")
        return
    columns = [
        {
            "header": column.label,
            "header_format": heading_look(canvas.book, column, is_input=block.is_input, first=position == 0),
        }
        for position, column in enumerate(block.columns)
    ]
    options = {"name": block.name, "columns": columns, "style": None, "autofilter": False}
    canvas.sheet.add_table(str(area), options)


def absolute(sheet: str, area: Area) -> str:
    """Return an area as names refer to it: ``'A sheet'!$B$3:$C$9``."""
    first, last = (_fixed(each) for each in (area.first, area.last))
    quoted = "'" + sheet.replace("'", "''") + "'"
    return f"{quoted}!{first}" if area.single else f"{quoted}!{first}:{last}"


def _fixed(address: Address) -> str:
    letters = str(address).rstrip("0123456789")
    return f"${letters}${address.row}"


def _offer(canvas: Canvas, area: Area, choices: Sequence[str], reference: str) -> None:
    """Offer a list of choices in cells."""
    if not choices and not reference:
        return
    options = {
        "validate": "list",
        "source": list(choices) if choices else reference,
        "error_title": "Not in the list",
        "error_message": "Choose one of the list, or leave the cell empty.",
    }
    canvas.sheet.data_validation(str(area), options)


def draw_field(canvas: Canvas, field: Field, value: CellValue) -> None:
    """Draw a single cell with its label to the left and its name for formulas and code."""
    at = Address.parse(field.cell)
    canvas.book.workbook.define_name(field.name, f"={absolute(field.sheet, Area(at, at))}")
    _offer(canvas, Area(at, at), field.choices, field.choices_from)
    if any(at in block.body() for block in canvas.spec.blocks):
        # the block has drawn the cell, and its row says what it is
        if value is not None:
            look = value_look(canvas.book, field.kind, is_input=field.is_input, general=True)
            canvas.write(at, value, look)
        return
    label = Address(at.row, at.column - 1)
    canvas.write(label, field.label, words_look(canvas.book, "label"))
    canvas.note(label, field.note)
    wraps = field.kind is Kind.SENTENCE and canvas.room(at.column, 1) >= ROOMY
    canvas.write(at, value, field_look(canvas.book, field.kind, is_input=field.is_input, wraps=wraps))
    if field.colored:
        _color_words(canvas, Area(at, at))
    if wraps and isinstance(value, str):
        canvas.heighten(at.row, lines_of(value, canvas.room(at.column, 1)))


def draw_formula(canvas: Canvas, formula: Formula) -> None:
    """Draw a formula with the value that is shown where nothing recalculates."""
    at = Address.parse(formula.cell)
    look = value_look(canvas.book, formula.kind, is_input=False, strong=formula.emphasis)
    canvas.write(at, None, look)
    # as XlsxWriter keeps it, without its searches of each formula for thirty functions newer than any of ours
    kept = CellFormulaTuple(formula.text.removeprefix("="), look, formula.value)
    canvas.sheet.table[at.row - 1][at.column - 1] = kept


def draw_text(canvas: Canvas, text: Text) -> None:
    """Draw words, as many lines high as they need in the columns that they span."""
    at = Address.parse(text.cell)
    wraps = text.look in _FLOWING and (text.over > 1 or canvas.room(at.column, 1) >= ROOMY)
    look = words_look(canvas.book, text.look, wraps=wraps)
    if text.over > 1:
        canvas.sheet.merge_range(at.row - 1, at.column - 1, at.row - 1, at.column + text.over - 2, "", look)
        canvas.reach(Address(at.row, at.column + text.over - 1))
    canvas.write(at, text.words, look)
    if wraps:
        canvas.heighten(at.row, lines_of(text.words, canvas.room(at.column, text.over)))


def draw_button(canvas: Canvas, button: Button) -> None:
    """Draw a button that runs a macro of the workbook."""
    options = {"macro": button.macro, "caption": button.label, "width": button.width, "height": button.height}
    canvas.sheet.insert_button(button.cell, {**options, "description": button.tip or button.label})
