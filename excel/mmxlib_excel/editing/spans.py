"""Which rows and columns of a sheet are seen."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from mmxlib_excel.editing.addresses import count
from mmxlib_excel.editing.sheet_xml import SheetXml, tag

USUAL_WIDTH = "9.140625"
"""Of a column for which a file states none, in characters."""


@dataclass(frozen=True, slots=True)
class Span:
    """Rows or columns of a sheet (from 1, both ends included) that are shown or hidden.

    ``size`` is their height in points or width in characters, for a program that forgets it while they are
    hidden; None leaves it to the program.
    """

    sheet: str
    first: int
    last: int
    shown: bool
    size: float | None = None


def show_rows(sheet: SheetXml, span: Span) -> None:
    """Show or hide rows of a sheet that is edited; each keeps its height."""
    for number in range(span.first, span.last + 1):
        row = sheet.row(number)
        if span.shown and row is not None:
            row.attrib.pop("hidden", "")
        elif not span.shown:
            (sheet.new_row(number) if row is None else row).set("hidden", "1")


def show_columns(root: etree._Element, spans: Sequence[Span]) -> None:
    """Show or hide columns of a sheet's XML; each keeps its width and format."""
    stated = root.find(tag("cols"))
    last = max(span.last for span in spans)
    columns: dict[int, etree._Element] = {}
    if stated is not None:
        columns = _by_number(stated, last)
    beyond = [] if stated is None else [each for each in stated if count(each.get("min", "")) > last]
    for span in spans:
        for number in range(span.first, span.last + 1):
            column = columns.get(number)
            if span.shown and column is not None:
                column.attrib.pop("hidden", "")
                if float(column.get("width", USUAL_WIDTH)) == 0.0:
                    column.set("width", USUAL_WIDTH)
            elif not span.shown:
                columns.setdefault(number, etree.Element(tag("col"), width=USUAL_WIDTH)).set("hidden", "1")
    if not columns:
        return
    if stated is None:
        stated = etree.Element(tag("cols"))
        content = root.find(tag("sheetData"))
        assert content is not None
        content.addprevious(stated)
    stated[:] = [*_joined(columns), *beyond]


def _by_number(stated: etree._Element, last: int) -> dict[int, etree._Element]:
    """Return an own description of each column up to ``last``; one that reaches further is split there."""
    columns: dict[int, etree._Element] = {}
    for each in list(stated):
        first, end = count(each.get("min", "")), count(each.get("max", ""))
        if first > last:
            continue
        for number in range(first, min(end, last) + 1):
            columns[number] = deepcopy(each)
        if end > last:
            rest = deepcopy(each)
            rest.set("min", str(last + 1))
            each.addnext(rest)
    return columns


def _joined(columns: dict[int, etree._Element]) -> list[etree._Element]:
    """Return the descriptions in order, neighbors that say the same as one."""
    joined: list[etree._Element] = []
    for number in sorted(columns):
        column = columns[number]
        column.set("min", str(number))
        column.set("max", str(number))
        before = joined[-1] if joined else None
        if (
            before is not None
            and count(before.get("max", "")) == number - 1
            and _said(before) == _said(column)
        ):
            before.set("max", str(number))
        else:
            joined.append(column)
    return joined


def _said(column: etree._Element) -> list[tuple[str, str]]:
    names = ("style", "width", "customWidth", "bestFit", "hidden", "outlineLevel", "collapsed", "phonetic")
    return [(name, column.get(name, "")) for name in names]
