"""The layout drawn: sheets as values become the bytes of a workbook, the same bytes each time."""

import io
from collections.abc import Mapping, Sequence
from itertools import count

from mmxlib.report.book import MADE, Book
from mmxlib.report.numbers import Measures
from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.layout.spec import Block, Chart, Role, Sheet, Text
from mmxlib_excel.template.canvas import Canvas, set_widths
from mmxlib_excel.template.charts import insert_chart
from mmxlib_excel.template.finishing import finished
from mmxlib_excel.template.looks import TAB_COLORS, width_of, words_look
from mmxlib_excel.template.macros import WORKBOOK_MODULE
from mmxlib_excel.template.parts import (
    Rows,
    draw_block,
    draw_button,
    draw_field,
    draw_formula,
    draw_text,
)
from mmxlib_excel.template.waiting import NOT_YET, first_results, hide_what_waits

_FIELD_WIDTH, _LABEL_WIDTH = 22.0, 26.0
_ABOUT_ROOM = 100.0
"""The width over which a sheet says what it is for: about a printed page's."""

_CHARACTER_PIXELS, _EDGE_PIXELS, _ROW_PIXELS = 7.0, 5.0, 20
_OPEN_TO_ALL = (
    "objects",
    "format_columns",
    "format_rows",
    "select_locked_cells",
    "select_unlocked_cells",
    "sort",
    "autofilter",
)


def draw(
    sheets: Sequence[Sheet],
    contents: Mapping[str, Rows],
    *,
    macros: bytes | None = None,
    ribbon: bytes | None = None,
    title: str = "mmxlib",
) -> bytes:
    """Return the workbook that ``sheets`` describe.

    Parameters
    ----------
    sheets
        In the order of their tabs; choices too long for a cell must have been moved to a sheet of lists.
    contents
        What stands in blocks and fields from the start, by their names: a field's is one row of one value.
        Results without contents are hidden until they are written.
    macros
        The macro project, with a module for the workbook and for each sheet's code name.
    ribbon
        The ribbon's part, which calls macros.
    title
        The document's title.
    """
    book = Book(Measures())
    book.workbook.set_properties({"title": title, "author": "mmxlib", "created": MADE})
    blocks = {block.name: block for sheet in sheets for block in sheet.blocks}
    canvases = [Canvas(book, sheet, book.workbook.add_worksheet(sheet.name)) for sheet in sheets]
    if macros is not None:
        book.workbook.add_vba_project(io.BytesIO(macros), is_stream=True)
        book.workbook.set_vba_name(WORKBOOK_MODULE)
    for canvas in canvases:
        canvas.sheet.set_vba_name(canvas.spec.code_name)
        _draw_sheet(canvas, contents, blocks)
    return finished(book.bytes(), [sheet.charts for sheet in sheets if sheet.charts], ribbon)


def _draw_sheet(canvas: Canvas, contents: Mapping[str, Rows], blocks: Mapping[str, Block]) -> None:
    spec = canvas.spec
    _ask_widths(canvas)
    _draw_title(canvas)
    first = first_results(spec, contents)
    for block in spec.blocks:
        waiting = [[NOT_YET]] if first is not None and block.name == first.name else []
        draw_block(canvas, block, contents.get(block.name, waiting))
    for field in spec.fields:
        given = contents.get(field.name)
        draw_field(canvas, field, given[0][0] if given else field.value)
    for formula in spec.formulas:
        draw_formula(canvas, formula)
    for text in spec.texts:
        draw_text(canvas, text)
    for chart in spec.charts:
        insert_chart(canvas.book, canvas.sheet, chart, blocks)
    for button in spec.buttons:
        draw_button(canvas, button)
    hidden_columns = hide_what_waits(canvas, contents)
    canvas.set_sizes(hidden_columns)
    _set_page(canvas, hidden_columns)
    _set_view(canvas)


def _ask_widths(canvas: Canvas) -> None:
    """Gather the widths that parts of the sheet ask for, before words are broken into lines by them."""
    spec = canvas.spec
    for block in spec.blocks:
        for position, column in enumerate(block.columns):
            canvas.widen(block.head.column + position, width_of(column))
    for field in spec.fields:
        at = Address.parse(field.cell)
        canvas.widths.setdefault(at.column - 1, _LABEL_WIDTH)
        canvas.widths.setdefault(at.column, _FIELD_WIDTH)
    set_widths(canvas, spec.widths)


def _draw_title(canvas: Canvas) -> None:
    spec = canvas.spec
    if spec.title:
        canvas.write(Address(1, 1), spec.title, words_look(canvas.book, "title"))
        canvas.heights[1] = 26.0
    if spec.about:
        over = next(over for over in count(2) if canvas.room(1, over) >= _ABOUT_ROOM)
        draw_text(canvas, Text("A2", spec.about, "about", over))


def _set_page(canvas: Canvas, hidden_columns: set[int]) -> None:
    """Set how the sheet is printed: A4, as wide as the page, its used cells, headings on every page."""
    spec, sheet = canvas.spec, canvas.sheet
    sheet.set_paper(9)
    if spec.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&8&A&R&8Page &P of &N")
    inputs = [block for block in spec.blocks if block.is_input]
    if spec.role is Role.INPUT and len(spec.blocks) == len(inputs) == 1:
        # no printed area: it would cut off the rows that a user adds
        sheet.repeat_rows(inputs[0].head.row - 1)
        return
    for chart in spec.charts:
        canvas.reach(_end_of(canvas, chart, hidden_columns))
    corner = canvas.corner
    sheet.print_area(0, 0, corner.row - 1, corner.column - 1)


def _end_of(canvas: Canvas, chart: Chart, hidden_columns: set[int]) -> Address:
    """Return the cell below a chart's lower right corner."""
    at = Address.parse(chart.cell)
    column, pixels = at.column, float(chart.left + chart.width)
    while pixels > 0.0:
        wide = canvas.room(column, 1) * _CHARACTER_PIXELS + _EDGE_PIXELS
        pixels -= 0.0 if column in hidden_columns else wide
        column += 1
    return Address(at.row + -(-chart.height // _ROW_PIXELS), column - 1)


def _set_view(canvas: Canvas) -> None:
    """Set how the sheet is seen on a screen, and what a user can change on it."""
    spec, sheet = canvas.spec, canvas.sheet
    sheet.hide_gridlines(2)
    sheet.set_tab_color(TAB_COLORS[spec.role])
    if spec.freeze:
        sheet.freeze_panes(spec.freeze)
    if spec.role is Role.RESULT:
        sheet.protect("", dict.fromkeys(_OPEN_TO_ALL, True))
    if spec.role is Role.HIDDEN:
        sheet.hide()
