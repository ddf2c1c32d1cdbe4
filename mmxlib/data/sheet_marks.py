"""What a sheet says beside its values: hidden rows and columns, merged cells, formulas without result."""

import re
import zipfile
from dataclasses import dataclass
from urllib.parse import unquote

_ROW = re.compile(rb"<row\b[^>]*>")
_COL = re.compile(rb"<col\b[^>]*>")
_MERGED = re.compile(rb'<mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_EMPTY_FORMULA = re.compile(
    rb'<c\b[^>]*\br="([A-Z]+\d+)"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
_FORMULA = re.compile(rb'<c\b[^>]*\br="([A-Z]+\d+)"[^>]*>\s*<f\b[^>]*>([^<]*)</f>')
_BOOK = re.compile(rb"\[(\d+)\][^<]*!")
_TARGET = re.compile(rb'\bTarget="([^"]+)"')
_OUTSIDE = re.compile(
    rb'<row\b[^>]*\br="0*(?:[0-9]{8,}|[2-9][0-9]{6}|1[1-9][0-9]{5}|10[5-9][0-9]{4}|1049[0-9]{3}'
    rb'|1048[6-9][0-9]{2}|10485[89][0-9]|104857[7-9])"|<c\b[^>]*\br="[A-Z]{4,}[0-9]'
)
"""A row after 1,048,576, or a column of four letters: no sheet has one, and a reader would fill the gap."""
_NUMBER = re.compile(rb'\br="(\d+)"')
_SPAN = re.compile(rb'\b(min|max)="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells merged to one: columns from 0, rows as Excel numbers them, all included."""

    first_column: int
    last_column: int
    first_row: int
    last_row: int


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """The marks of one sheet; columns count from 0, rows as Excel numbers them.

    ``linked`` are the cells whose formulas look into other workbooks, ``books`` the names of those.
    """

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Merged, ...] = ()
    empty_formulas: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    books: tuple[str, ...] = ()


def sheet_marks(package: zipfile.ZipFile, path: str) -> SheetMarks:
    """Return the marks of the sheet whose part of the package is ``path``.

    Raises
    ------
    ValueError
        If it has cells where no sheet has any.
    """
    text = package.read(path.lstrip("/"))
    if _OUTSIDE.search(text):
        raise ValueError(path)
    rows = (found.group() for found in _ROW.finditer(text))
    hidden = frozenset(
        int(number.group(1)) for row in rows if _HIDDEN.search(row) and (number := _NUMBER.search(row))
    )
    columns: set[int] = set()
    for found in _COL.finditer(text):
        if _HIDDEN.search(found.group()):
            span = {name: int(value) for name, value in _SPAN.findall(found.group())}
            columns |= set(range(span[b"min"] - 1, min(span[b"max"], 16_384)))
    merged = tuple(
        Merged(_position(left), _position(right), int(top), int(bottom))
        for left, top, right, bottom in _MERGED.findall(text)
    )
    formulas = tuple(name.decode() for name in _EMPTY_FORMULA.findall(text))
    links = _links(text)
    numbers = sorted({number for found in links.values() for number in found})
    books = tuple(_book(package, number) for number in numbers)
    return SheetMarks(hidden, frozenset(columns), merged, formulas, tuple(links), books)


def _links(text: bytes) -> dict[str, list[int]]:
    """Return the cells whose formulas look into other workbooks, with the numbers of those."""
    found = ((cell, _BOOK.findall(formula)) for cell, formula in _FORMULA.findall(text) if b"[" in formula)
    return {cell.decode(): list(map(int, numbers)) for cell, numbers in found if numbers}


def _book(package: zipfile.ZipFile, number: int) -> str:
    """Return the name of the workbook that formulas call ``[number]``, without its folder."""
    try:
        found = _TARGET.search(package.read(f"xl/externalLinks/_rels/externalLink{number}.xml.rels"))
    except KeyError:
        found = None
    path = unquote(found.group(1).decode("utf-8", "replace")) if found else f"workbook {number}"
    return path.replace("\\", "/").rpartition("/")[2]


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters:
        position = 26 * position + letter - ord("A") + 1
    return position - 1
