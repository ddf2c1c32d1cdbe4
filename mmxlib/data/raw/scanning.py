"""A first quick look at the bytes of a text file, before its rows are read."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from mmxlib.data.delimited import refuse_encoding, refuse_nul, tell_utf16, tell_western
from mmxlib.data.findings import Findings

_PIECE = 1 << 24
_TO_SHOW = 80
_EMPTY = (b"\n\n", b"\n\r\n")


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What all bytes of a text file say: its encoding, and whether it holds certain signs anywhere."""

    encoding: str
    underscores: bool
    empty_lines: bool


def text_facts(path: Path, findings: Findings) -> TextFacts | None:
    """Return what the bytes say, or None and the fault where they are no readable text."""
    with path.open("rb") as stream:
        start = stream.read(3)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tell_utf16(path.name, findings)
        return TextFacts("utf-16", underscores=True, empty_lines=True)
    decoder = codecs.getincrementaldecoder("utf-8")()
    rows, western, underscores, empty_lines, last = 1, 0, False, False, b""
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            if b"\0" in piece:
                refuse_nul(path.name, rows + piece.count(b"\n", 0, piece.index(b"\0")), findings)
                return None
            if not western and not _decodes(decoder, piece):
                western = _tell_western(path, rows, piece, findings)
                if not western:
                    return None
            underscores = underscores or b"_" in piece
            joined = last + piece[:4]
            empty_lines = empty_lines or any(sign in each for sign in _EMPTY for each in (joined, piece))
            rows, last = rows + piece.count(b"\n"), piece[-3:]
    encoding = "cp1252" if western else "utf-8-sig" if start == codecs.BOM_UTF8 else "utf-8"
    return TextFacts(encoding, underscores, empty_lines)


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes) -> bool:
    """Return whether a piece goes on as UTF-8."""
    if piece.isascii() and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(piece)
    except UnicodeDecodeError:
        return False
    return True


def _tell_western(path: Path, rows: int, piece: bytes, findings: Findings) -> int:
    """Return the row that is not UTF-8 and say that the text was read as Western European.

    0 and a fault stand for text in no known encoding.
    """
    try:
        piece.decode("utf-8")
        at = 0
    except UnicodeDecodeError as error:
        at = error.start
    row = rows + piece.count(b"\n", 0, at)
    line = piece[piece.rfind(b"\n", 0, at) + 1 :][: 4 * _TO_SHOW].split(b"\n")[0].strip()
    try:
        with path.open("r", encoding="cp1252", newline="") as text:
            while text.read(_PIECE):
                pass
    except UnicodeDecodeError:
        refuse_encoding(path.name, findings)
        return 0
    tell_western(path.name, row, line.decode("cp1252"), findings)
    return row
