"""What waits in a new workbook for a stage to fill it: hidden, with words in its place."""

from collections.abc import Mapping

from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.layout.spec import Block, Role, Sheet
from mmxlib_excel.template.canvas import Canvas
from mmxlib_excel.template.parts import Rows

NOT_YET = "Nothing here yet: press a button on the sheet Start."
"""What the first cell of a sheet's results says until results are written over it."""


def first_results(sheet: Sheet, contents: Mapping[str, Rows]) -> Block | None:
    """Return the first block of a sheet that waits for results, if any; it says that there are none yet."""
    if sheet.role is Role.START:
        return None
    waits = [each for each in sheet.blocks if _waits(sheet, each, contents) and not each.own_headings]
    return waits[0] if waits else None


def hide_what_waits(canvas: Canvas, contents: Mapping[str, Rows]) -> set[int]:
    """Hide rows that a stage has still to fill, as it hides those that it does not fill; return such columns.

    Rows and columns with formulas stay, but not those to type in whose headings are still to come. On a sheet
    of results only the first block is seen, which says that there are none yet.
    """
    spec = canvas.spec
    formulas = [Address.parse(each.cell) for each in spec.formulas]
    waiting = [block for block in spec.blocks if _waits(spec, block, contents)]
    unnamed = [
        each for each in spec.blocks if each.is_input and each.own_headings and each.name not in contents
    ]
    canvas.hidden_rows |= _rows(waiting) - {at.row for at in formulas} | _rows(unnamed)
    for top, bottom in spec.hidden_rows:
        canvas.hidden_rows |= set(range(top, bottom + 1))
    first = first_results(spec, contents)
    if spec.role is Role.RESULT and first is not None:
        others = _rows_with_titles([each for each in spec.blocks if each != first])
        canvas.hidden_rows |= others - {first.head.row - 1, first.head.row}
    if first is not None:
        canvas.hidden_rows.discard(first.head.row + 1)
    wide = [block for block in waiting if block.own_headings]
    return _columns(wide) - {at.column for at in formulas} | _columns(unnamed)


def _waits(sheet: Sheet, block: Block, contents: Mapping[str, Rows]) -> bool:
    """Return whether a block is filled by a later stage: neither typed, nor filled by the template."""
    if block.is_input or block.name in contents or sheet.role is Role.HIDDEN:
        return False
    body = block.body()
    return not any(Address.parse(each.cell) in body for each in sheet.formulas)


def _rows(blocks: list[Block]) -> set[int]:
    return {row for each in blocks for row in range(each.body().first.row, each.body().last.row + 1)}


def _rows_with_titles(blocks: list[Block]) -> set[int]:
    """Return the rows of blocks from their titles to the gaps below them."""
    return {row for each in blocks for row in range(each.head.row - 1, each.body().last.row + 2)}


def _columns(blocks: list[Block]) -> set[int]:
    return {
        column for each in blocks for column in range(each.body().first.column, each.body().last.column + 1)
    }
