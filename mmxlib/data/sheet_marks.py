"""What a sheet says beside its values: hidden rows and columns, merged cells, formulas without result."""

import re
import zipfile
from dataclasses import dataclass

_ROW = re.compile(rb"<row\b[^>]*>")
_COL = re.compile(rb"<col\b[^>]*>")
_MERGED = re.compile(rb'<mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_EMPTY_FORMULA = re.compile(
    rb'<c\b[^>]*\br="([A-Z]+\d+)"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
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
    """The marks of one sheet; columns count from 0, rows as Excel numbers them."""

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Merged, ...] = ()
    empty_formulas: tuple[str, ...] = ()


def sheet_marks(package: zipfile.ZipFile, path: str) -> SheetMarks:
    """Return the marks of the sheet whose part of the package is ``path``."""
    text = package.read(path.lstrip("/"))
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
    return SheetMarks(hidden, frozenset(columns), merged, formulas)


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters:
        position = 26 * position + letter - ord("A") + 1
    return position - 1
