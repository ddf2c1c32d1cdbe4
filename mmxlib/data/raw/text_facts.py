"""A first quick look at the bytes of a text file, before its rows are read."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from mmxlib.data.delimited import (
    refuse_encoding,
    refuse_encoding_set,
    refuse_nul,
    tell_utf16,
    tell_western,
)
from mmxlib.data.encodings import DETECTED
from mmxlib.data.findings import Findings

_PIECE = 1 << 24
_TO_SHOW = 80


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What all bytes of a text file say: its encoding, and whether it holds certain signs anywhere."""

    encoding: str
    underscores: bool
    empty_lines: bool


def text_facts(path: Path, encoding: str, findings: Findings) -> TextFacts | None:
    """Return what the bytes say, or None and the fault where they are no readable text.

    An ``encoding`` that the settings say goes before what the bytes show.
    """
    with path.open("rb") as stream:
        start = stream.read(3)
    if encoding != DETECTED:
        marked = encoding == "utf-8" and start == codecs.BOM_UTF8
        return _facts_as_set(path, "utf-8-sig" if marked else encoding, findings)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tell_utf16(path.name, findings)
        return TextFacts("utf-16", underscores=True, empty_lines=True)
    decoder = codecs.getincrementaldecoder("utf-8")()
    done, western, underscores, empty_lines, last = 0, False, False, False, b""
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            if b"\0" in piece:
                refuse_nul(path.name, _row_at(path, done + piece.index(b"\0")), findings)
                return None
            if not western and not _decodes(decoder, piece):
                western = True
                if not _is_western(path, done, piece, findings):
                    return None
            underscores = underscores or b"_" in piece
            empty_lines = empty_lines or _has_empty_line(last + piece[:3]) or _has_empty_line(piece)
            done, last = done + len(piece), piece[-3:]
    found = "cp1252" if western else "utf-8-sig" if start == codecs.BOM_UTF8 else "utf-8"
    return TextFacts(found, underscores, empty_lines)


def _facts_as_set(path: Path, encoding: str, findings: Findings) -> TextFacts | None:
    """Return the facts of a text in the encoding set, or None and the fault where it is in another."""
    rows = 1
    try:
        with path.open("r", encoding=encoding, newline="") as text:
            while piece := text.read(_PIECE):
                if "\0" in piece:
                    refuse_nul(path.name, rows + piece.count("\n", 0, piece.index("\0")), findings)
                    return None
                rows += piece.count("\n")
    except UnicodeDecodeError:
        refuse_encoding_set(path.name, _last_row_read(path, encoding), encoding, findings)
        return None
    return TextFacts(encoding, underscores=True, empty_lines=True)


def _last_row_read(path: Path, encoding: str) -> int:
    """Return the row of the first bytes that are not in an encoding."""
    decoder, rows = codecs.getincrementaldecoder(encoding)(), 1
    with path.open("rb") as stream:
        for line in stream:
            try:
                rows += decoder.decode(line).count("\n")
            except UnicodeDecodeError:
                break
    return rows


def _has_empty_line(piece: bytes) -> bool:
    return b"\n\n" in piece or (b"\r" in piece and b"\n\r\n" in piece)


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes) -> bool:
    """Return whether a piece goes on as UTF-8."""
    if piece.isascii() and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(piece)
    except UnicodeDecodeError:
        return False
    return True


def _is_western(path: Path, done: int, piece: bytes, findings: Findings) -> bool:
    """Return whether a text that is not UTF-8 from some piece on is Western European, and say so."""
    try:
        piece.decode("utf-8")
        at = 0
    except UnicodeDecodeError as error:
        at = error.start
    line = piece[piece.rfind(b"\n", 0, at) + 1 :][: 4 * _TO_SHOW].split(b"\n")[0].strip()
    try:
        with path.open("r", encoding="cp1252", newline="") as text:
            while text.read(_PIECE):
                pass
    except UnicodeDecodeError:
        refuse_encoding(path.name, findings)
        return False
    tell_western(path.name, _row_at(path, done + at), line.decode("cp1252"), findings)
    return True


def _row_at(path: Path, position: int) -> int:
    """Return the number of the row, as Excel counts it, in which a byte of a file stands."""
    row = 1
    with path.open("rb") as stream:
        while position > 0 and (piece := stream.read(min(_PIECE, position))):
            row += piece.count(b"\n")
            position -= len(piece)
    return row
