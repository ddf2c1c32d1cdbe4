"""Text files of any size, read in blocks of whole rows: never more than a block is in memory."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mmxlib.data.delimited import parting_sign, refuse_quotes, said_separator, tell_separator
from mmxlib.data.findings import Findings
from mmxlib.data.headers import from_header
from mmxlib.data.repeated_columns import has_distinct_columns
from mmxlib.data.tables import Table, clean_name, table_of_rows
from mmxlib.maths.arrays import Array

BLOCK = 1 << 25
"""Bytes of a block: about a million rows, whose columns take a few hundred megabytes at most."""

SMALL = 1 << 18
"""Bytes of a block with irregular rows that is read row by row, which takes much more memory."""

_HEAD = 1 << 20
_FIRST_ROWS = 50
_LINE, _RETURN, _QUOTE = b'\n\r"'


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text file is laid out.

    ``columns`` are the names of all columns, empty where one has none; ``start`` is the number of bytes (as
    UTF-8, without a mark of byte order) before the first row of data and ``first_row`` that row's number as
    Excel counts it.
    """

    file: str
    encoding: str
    columns: tuple[str, ...]
    separator: str
    start: int
    first_row: int


@dataclass(frozen=True, slots=True)
class Block:
    """Whole rows of a text file as UTF-8, and the number of the first one as Excel counts it.

    ``regular`` says that every row is known to have a value for each column, and none to be empty.
    """

    content: bytes
    first_row: int
    regular: bool = False


def layout_of(path: Path, encoding: str, findings: Findings) -> Layout | None:
    """Return how a text file is laid out, or None and the fault where it has no header and row.

    Raises
    ------
    csv.Error
        If a cell of its first rows has no end.
    """
    head = next(_chunks(path, encoding, _HEAD), b"")
    text = head[: head.rfind(b"\n") + 1 or len(head)].decode("utf-8")
    lines = io.StringIO(text, newline="")
    said = said_separator(text)
    start = len(lines.readline().encode()) if said else 0
    separator = said or parting_sign(text)
    if not said:
        tell_separator(path.name, separator, findings)
    rows, ends = _first_rows(lines.read(), separator, start, 2 if said else 1)
    kept = from_header(rows, path.name, "", findings)
    if len(kept) < 2 or not _has_distinct_names(path.name, kept[:2], findings):
        table_of_rows(path.name, kept, findings) if len(kept) < 2 else None
        return None
    number, header = kept[0]
    columns = tuple(clean_name(name) for name in header)
    return Layout(path.name, encoding, columns, separator, ends[number], number + 1)


def blocks(path: Path, layout: Layout, findings: Findings) -> Iterator[Block]:
    """Yield the rows of data, block by block; a quotation mark that is never closed is a fault."""
    skipped, rest, row = layout.start, b"", layout.first_row
    for chunk in _chunks(path, layout.encoding, BLOCK):
        if skipped:
            chunk, skipped = chunk[skipped:], max(0, skipped - len(chunk))
        content = rest + chunk
        end = _whole_rows(content)
        if end == 0 and len(content) > 4 * BLOCK:
            refuse_quotes(layout.file, row, findings)
            return
        if end:
            yield Block(content[:end], row)
            row += _records(content[:end])
        rest = content[end:]
    if rest:
        yield Block(rest, row)


def regular_parts(found: Iterable[Block], layout: Layout) -> Iterator[Block]:
    """Yield regular blocks as they are, others in parts: most of these are regular, the rest are small."""
    for block in found:
        content = block.content
        half = _whole_rows(content[: len(content) // 2]) if len(content) > SMALL else 0
        if _is_regular(block, layout):
            yield replace(block, regular=True)
        elif half == 0:
            yield block
        else:
            second = block.first_row + _records(content[:half])
            halves = (Block(content[:half], block.first_row), Block(content[half:], second))
            yield from regular_parts(halves, layout)


def _is_regular(block: Block, layout: Layout) -> bool:
    letters = _letters(block.content if block.content.endswith(b"\n") else block.content + b"\n")
    sign = ord(layout.separator)
    if b'"' in block.content and not _are_around_cells(letters, sign):
        return False
    ends, signs = _outside_quotes(letters, _LINE), _outside_quotes(letters, sign)
    between = len(layout.columns) - 1
    if len(signs) != between * len(ends) or b"\r\r" in block.content:
        return False
    by_row = signs.reshape(-1, between)
    return bool(np.all(by_row[:, -1] < ends) and np.all(by_row[1:, 0] > ends[:-1]))


def _letters(content: bytes) -> Array:
    return np.frombuffer(content, dtype=np.uint8)


def _outside_quotes(letters: Array, sign: int) -> Array:
    """Return where a sign stands outside quotation marks."""
    found: Array = letters == sign
    quotes = letters == _QUOTE
    if quotes.any():
        found &= np.bitwise_xor.accumulate(quotes.view(np.uint8)) == 0
    return np.flatnonzero(found)


def _are_around_cells(letters: Array, sign: int) -> bool:
    """Return whether quotation marks stand around whole cells alone, doubled ones inside left aside."""
    places = np.flatnonzero(letters == _QUOTE)
    if len(places) % 2:
        return False
    before = letters[places[::2] - 1]
    after = letters[np.minimum(places[1::2] + 1, len(letters) - 1)]
    starts = np.isin(before, (sign, _LINE, _QUOTE)) | (places[::2] == 0)
    return bool(starts.all() and np.isin(after, (sign, _LINE, _RETURN, _QUOTE)).all())


def numbered_rows(block: Block, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a block that are not empty, each with its number, as any text file is read.

    Raises
    ------
    csv.Error
        If a quotation mark is not closed, or is followed by other text.
    """
    text = io.StringIO(block.content.decode("utf-8"), newline="")
    reader = csv.reader(text, strict=True, delimiter=layout.separator)
    for number, row in enumerate(reader, start=block.first_row):
        if any(cell.strip() for cell in row):
            yield number, row


def _chunks(path: Path, encoding: str, size: int) -> Iterator[bytes]:
    """Yield the text as UTF-8 in pieces, each of whole characters, without a mark of byte order."""
    if encoding.startswith("utf-8"):
        with path.open("rb") as stream:
            stream.seek(len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0)
            while chunk := stream.read(size):
                yield chunk
    else:
        with path.open("r", encoding=encoding, newline="") as text:
            while part := text.read(size):
                yield part.encode()


def _first_rows(
    text: str, separator: str, start: int, first: int
) -> "tuple[list[tuple[int, Sequence[str]]], dict[int, int]]":
    """Return the first rows that are not empty by number, and the byte at which each row ends."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=separator)
    rows: list[tuple[int, Sequence[str]]] = []
    ends, read, end = {}, 0, start
    for number, row in enumerate(reader, start=first):
        end += sum(len(line.encode()) for line in lines[read : reader.line_num])
        read, ends[number] = reader.line_num, end
        if any(cell.strip() for cell in row):
            rows.append((number, row))
        if len(rows) == _FIRST_ROWS:
            break
    return rows, ends


def _has_distinct_names(file: str, rows: Sequence[tuple[int, Sequence[str]]], findings: Findings) -> bool:
    """Return whether no two columns share a name; two that do, and values without a name, are faults."""
    header = rows[0][1]
    named = tuple(index for index, name in enumerate(header) if clean_name(name))
    columns = tuple(clean_name(header[index]) for index in named)
    return has_distinct_columns(Table(file, columns, (), np.empty(0), named), findings)


def _whole_rows(content: bytes) -> int:
    """Return where the last row ends that is whole: at a line's end outside quotation marks."""
    end = content.rfind(b"\n") + 1
    if b'"' not in content:
        return end
    marks = content.count(b'"', 0, end)
    while end and marks % 2:
        before = content.rfind(b"\n", 0, end - 1) + 1
        marks -= content.count(b'"', before, end)
        end = before
    return end


def _records(content: bytes) -> int:
    """Return how many rows a block has, line breaks inside quotation marks left aside."""
    return content.count(b"\n") if b'"' not in content else len(_outside_quotes(_letters(content), _LINE))
