"""Frames into blocks: values as cells hold them, rows that fit, parts that are not there hidden."""

import datetime
import math
import textwrap
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from mmxlib.artifacts.note import Note
from mmxlib.report.book import clean
from mmxlib.terms import Verdict
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.layout.spec import Block, Field, Sheet
from mmxlib_excel.workbooks.port import Changes, Span, filled

HOLDS = "Holds for the present data, settings and decisions."
NO_LONGER = "The data, the settings or a decision changed since."

OUR_CHOICES = frozenset({"kind", "method", "parameter", "family", "scale"})
"""Columns whose words are the program's own and never a user's."""

LINE = 140
"""The characters of a line of a sentence that takes several rows."""

_WORDS = {
    "seasonal_naive": "last year repeated",
    "no_media": "model without media",
}
"""Choices whose own names say little to people."""

_SHEETS = {
    "optimization.yaml": "the sheet Constraints",
    "priors.yaml": "the sheet Priors",
    "guardrails.yaml": "the sheet Settings",
}
"""Where in the workbook that stands which a run without one reads from files."""

Row = tuple[CellValue, ...]


def cell(value: object) -> CellValue:
    """Return a value as a cell holds it: what is not known or not finite is empty, yes is a word."""
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, bool | np.bool_):
        return "yes" if value else None
    if isinstance(value, int | float | np.integer | np.floating):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    return clean(str(value)) or None


def rows_of(frame: pd.DataFrame, block: Block) -> list[Row]:
    """Return a frame's rows as those of a block, matched by the columns' names; what it lacks is empty."""
    nothing: list[CellValue] = [None] * len(frame)
    columns = [
        [_in_words(each.name, value) for value in frame[each.name].tolist()]
        if each.name in frame.columns
        else nothing
        for each in block.columns
    ]
    return list(zip(*columns, strict=True))


def _in_words(column: str, value: object) -> CellValue:
    """Return a cell; a choice of the program's own, such as ``seasonal_naive``, is words for people."""
    found = cell(value)
    if not isinstance(found, str):
        return found
    if column in OUR_CHOICES:
        return _WORDS.get(found, found.replace("_", " "))
    return by_sheets(found) if column == "origin" else found


def by_sheets(text: str) -> str:
    """Return a sentence that names sheets of the workbook where it named files of settings."""
    for file, sheet in _SHEETS.items():
        text = text.replace(file, sheet)
    return text


def written(block: Block, rows: Sequence[Row]) -> Changes:
    """Return the changes that make a block hold ``rows``; one without any is hidden with its title."""
    return filled(block, rows) + _frame_of(block, shown=bool(rows))


def written_beside(block: Block, headings: Sequence[str | None], rows: Sequence[Row]) -> Changes:
    """Return the changes of a block with its own headings; columns without a heading are hidden."""
    wide = (*headings, *([None] * (len(block.columns) - len(headings))))
    changes = filled(block, rows)
    names = Tile(block.sheet, block.cell, (tuple(None if each is None else clean(each) for each in wide),))
    first = block.head.column
    spans = tuple(
        Span(block.sheet, first + at, first + at, shown=each is not None) for at, each in enumerate(wide)
    )
    return Changes((*changes.cells, names), changes.rows, spans) + _frame_of(block, shown=bool(rows))


def _frame_of(block: Block, *, shown: bool) -> Changes:
    """Return the changes that show or hide a block's title, its headings and the gap below it."""
    top, gap = block.head.row, block.body().last.row + 1
    rows = (Span(block.sheet, top - 1, top, shown=shown), Span(block.sheet, gap, gap, shown=shown))
    return Changes(rows=rows)


def field_changes(field: Field, value: object) -> Changes:
    """Return the change of one named cell."""
    return Changes((Tile(field.sheet, field.cell, ((cell(value),),)),))


def state_changes(sheet: Sheet, sentences: Iterable[str]) -> Changes:
    """Return the change of the cell that says what a sheet shows."""
    return field_changes(sheet.fields[0], " ".join(each for each in sentences if each))


def emptied(sheet: Sheet, *, stale: bool, words: str = "") -> Changes:
    """Return the changes that empty a sheet of results and say why, or what to do."""
    first = str(sheet.fields[0].value)
    changes = state_changes(
        sheet, [words or (f"{NO_LONGER} {first.replace(' first', ' again')}" if stale else first)]
    )
    formulas = {each.cell for each in sheet.formulas}
    for block in sheet.blocks:
        if str(block.body().first) in formulas:
            rows = (Span(sheet.name, block.head.row + 1, block.body().last.row, shown=False),)
            changes += Changes(rows=rows) + _frame_of(block, shown=False)
        elif block.own_headings:
            changes += written_beside(block, (), ())
        else:
            changes += written(block, ())
    for field in sheet.fields[1:]:
        if not field.is_input:
            changes += field_changes(field, None)
    return changes


def noted(block: Block, notes: Iterable[Note], more: Iterable[str] = ()) -> Changes:
    """Return the changes of the part with what is to be known: doubts, what is said besides, other notes."""
    found = list(dict.fromkeys((each.verdict is Verdict.PASS, by_sheets(each.text)) for each in notes))
    doubts = [("doubt", text) for passed, text in found if not passed]
    others = [("note", text) for text in (*more, *(text for passed, text in found if passed)) if text]
    rows = [row for kind, text in (*doubts, *others) for row in in_lines(kind, text)]
    return written(block, fitting(rows, block))


def in_lines(first: str | None, text: str, *, before: int = 1) -> list[Row]:
    """Return a sentence as rows of one line each: no program needs to know how high a row must be.

    Parameters
    ----------
    first
        What stands beside its first line.
    text
        The sentence.
    before
        How many cells stand before it, the first of which holds ``first``.
    """
    lines = textwrap.wrap(clean(text), LINE, break_long_words=True, break_on_hyphens=False)
    empty = (None,) * before
    return [((first, *empty[1:]) if at == 0 and before else empty) + (line,) for at, line in enumerate(lines)]


def fitting(rows: Sequence[Row], block: Block) -> list[Row]:
    """Return as many of the first rows as a block has room for."""
    return list(rows[: block.rows])


def place_sentence(block: Block) -> str:
    """Return a sentence on where a block stands that lies to the right, outside of what is printed."""
    return f"{block.title}: the table that begins at cell {block.cell}, further down on the right."


def cut_sentence(found: int, block: Block, what: str, order: str) -> str:
    """Return a sentence that says so where a block has not room for all, else nothing."""
    return f"{block.rows:,} of {found:,} {what} are shown, {order}." if found > block.rows else ""


def latest(frame: pd.DataFrame, room: int) -> pd.DataFrame:
    """Return the last rows of a frame of periods that a block has room for."""
    return frame.tail(room)
