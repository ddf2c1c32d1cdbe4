"""The compression in which a workbook stores the text of its macros ([MS-OVBA] 2.4.1)."""

import struct

from mmxlib.errors import WorkbookError

CHUNK = 4096
_SHORTEST_COPY = 3
_COMPRESSED = 0xB000  # signature 0b011 and the flag of a compressed chunk
_RAW = 0x3000  # signature 0b011 alone


def compressed(content: bytes, *, place: str) -> bytes:
    """Return ``content`` as a compressed container; ``place`` names it in an error.

    Raises
    ------
    WorkbookError
        If the last part of ``content`` repeats so little that the format cannot hold it.

    Notes
    -----
    A chunk may not outgrow 4,096 bytes. A full chunk that does is stored raw; a raw chunk is always full, so
    a shorter last one cannot be (it would come back with zeros behind it). That takes more than 3,640
    characters in which hardly three repeat, which no program text has.

    References
    ----------
    [MS-OVBA] 2.4.1.3, "Compression".
    """
    parts = (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))
    return b"\x01" + b"".join(_chunk(part, place) for part in parts)


def _chunk(content: bytes, place: str) -> bytes:
    tokens = _tokens(content)
    if len(tokens) <= CHUNK:
        return struct.pack("<H", _COMPRESSED | (len(tokens) - 1)) + tokens
    if len(content) == CHUNK:
        return struct.pack("<H", _RAW | (CHUNK - 1)) + content
    raise WorkbookError(
        "the last part of the text repeats so little that the format of macros cannot store it.",
        remedy="Move long encoded constants out of the macros.",
        code="MMX-X003",
        place=place,
    )


def _tokens(content: bytes) -> bytes:
    """Return the token groups: a byte of eight flags, then a literal or a two-byte copy for each."""
    tokens = bytearray()
    seen: dict[bytes, list[int]] = {}
    position = 0
    while position < len(content):
        flags_at = len(tokens)
        tokens.append(0)
        for bit in range(8):
            if position >= len(content):
                break
            copy = _longest_copy(content, position, seen.get(content[position : position + 3], []))
            if copy is None:
                tokens.append(content[position])
                step = 1
            else:
                offset, step = copy
                tokens[flags_at] |= 1 << bit
                tokens += _copy_token(position, offset=offset, length=step)
            for start in range(position, min(position + step, len(content) - _SHORTEST_COPY + 1)):
                seen.setdefault(content[start : start + 3], []).append(start)
            position += step
    return bytes(tokens)


def _longest_copy(content: bytes, position: int, candidates: list[int]) -> tuple[int, int] | None:
    """Return offset and length of the longest earlier run that continues here, the nearest of equals."""
    longest = _longest_length(position)
    best: tuple[int, int] | None = None
    for start in reversed(candidates):
        length = _SHORTEST_COPY
        while (
            length < longest
            and position + length < len(content)
            and content[start + length] == content[position + length]
        ):
            length += 1
        if best is None or length > best[1]:
            best = (position - start, length)
        if length == longest:
            break
    return best


def _offset_bits(position: int) -> int:
    """Return how many of a copy token's 16 bits hold the offset: enough to reach the chunk's start."""
    return max(4, (position - 1).bit_length())


def _longest_length(position: int) -> int:
    return (0xFFFF >> _offset_bits(position)) + _SHORTEST_COPY


def _copy_token(position: int, *, offset: int, length: int) -> bytes:
    return struct.pack("<H", ((offset - 1) << (16 - _offset_bits(position))) | (length - _SHORTEST_COPY))
