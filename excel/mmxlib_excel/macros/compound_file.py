"""A compound file: the file system in a file that holds a workbook's macros ([MS-CFB] version 3)."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmxlib.errors import WorkbookError

LONGEST_NAME = 31
_SECTOR = 512
_MINI_SECTOR = 64
_MINI_BELOW = 4096  # a shorter stream lives in the mini stream
_FREE, _END, _TABLE, _NOBODY = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_TABLES_IN_HEADER = 109
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1
_SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file that holds ``streams``, the same bytes for the same streams.

    Parameters
    ----------
    streams
        Content by path, ``PROJECT`` or ``VBA/dir``: at most one folder deep. Folders come from the paths.

    Raises
    ------
    WorkbookError
        If a name is too long, or the whole outgrows the about 7 MB that a file without further table
        sectors can hold.

    References
    ----------
    [MS-CFB] 2.2 (header), 2.3-2.4 (chains and the mini stream), 2.6 (directory).
    """
    entries = _entries(streams)
    sectors, mini = _Sectors(_SECTOR), _Sectors(_MINI_SECTOR)
    starts = [
        (mini if len(entry.content) < _MINI_BELOW else sectors).laid(entry.content)
        if entry.kind == _STREAM
        else 0
        for entry in entries
    ]
    starts[0] = sectors.laid(bytes(mini.body))
    mini_table = sectors.laid(_numbers(mini.table, _FREE))
    directory = sectors.laid(_directory(entries, starts, mini_size=len(mini.body)))
    tables = sectors.laid_tables()
    header = _header(tables, directory=directory, mini_table=mini_table, mini_entries=len(mini.table))
    return header + bytes(sectors.body)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the directory: ``children`` are the numbers of the entries inside it."""

    name: str
    kind: int
    content: bytes = b""
    children: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Links:
    """An entry's place in the search tree of its folder."""

    left: int = _NOBODY
    right: int = _NOBODY
    color: int = _BLACK


class _Sectors:
    """Equal sectors in the order they are laid down, and the table of their chains.

    It has state because a stream's place is known only once all before it are laid.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.table: list[int] = []
        self.body = bytearray()

    def laid(self, content: bytes) -> int:
        """Lay ``content`` down and return its first sector (the end mark where it is empty)."""
        if not content:
            return _END
        first, count = len(self.table), _sectors(len(content), self.size)
        self.table += [*range(first + 1, first + count), _END]
        self.body += content.ljust(count * self.size, b"\0")
        return first

    def laid_tables(self) -> tuple[int, ...]:
        """Lay down the table of chains itself, which counts its own sectors, and return where it is."""
        count = 0
        while count * _SECTOR // 4 < len(self.table) + count:
            count += 1
        if count > _TABLES_IN_HEADER:
            raise WorkbookError(
                f"the macros take {len(self.body) / 1e6:.1f} MB, more than a workbook's macro part holds.",
                remedy="Take out modules or shorten them until they are below 7 MB together.",
                code="MMX-X001",
            )
        first = len(self.table)
        self.table += [_TABLE] * count
        self.body += _numbers(self.table, _FREE)
        return tuple(range(first, first + count))


def _sectors(length: int, size: int) -> int:
    return -(-length // size)


def _numbers(values: Sequence[int], filling: int) -> bytes:
    """Return ``values`` as 32-bit numbers, filled up to whole sectors."""
    count = _sectors(len(values) * 4, _SECTOR) * _SECTOR // 4
    return struct.pack(f"<{count}I", *values, *[filling] * (count - len(values)))


def _entries(streams: Mapping[str, bytes]) -> tuple[_Entry, ...]:
    """Return the directory: the root, then each folder followed by what it holds."""
    folders: dict[str, dict[str, bytes]] = {}
    top: dict[str, bytes] = {}
    for path, content in streams.items():
        folder, _, name = path.rpartition("/")
        (folders.setdefault(folder, {}) if folder else top)[name] = content
        for part in (folder, name):
            if len(part) > LONGEST_NAME:
                raise WorkbookError(
                    f"the name {part!r} is longer than {LONGEST_NAME} characters.",
                    remedy="Shorten it.",
                    code="MMX-X002",
                )
    entries: list[_Entry] = []
    numbers: list[int] = []
    for folder, inner in folders.items():
        number = len(entries) + 1
        numbers.append(number)
        inside = tuple(range(number + 1, number + 1 + len(inner)))
        entries.append(_Entry(folder, _STORAGE, children=inside))
        entries += [_Entry(name, _STREAM, content) for name, content in inner.items()]
    for name, content in top.items():
        numbers.append(len(entries) + 1)
        entries.append(_Entry(name, _STREAM, content))
    return (_Entry("Root Entry", _ROOT, children=tuple(numbers)), *entries)


def _directory(entries: Sequence[_Entry], starts: Sequence[int], *, mini_size: int) -> bytes:
    links: dict[int, _Links] = {}
    middles = [_linked(entry.children, entries, links) for entry in entries]
    lines = []
    for number, entry in enumerate(entries):
        link = links.get(number, _Links())
        name = entry.name.encode("utf-16-le") + b"\0\0"
        size = mini_size if entry.kind == _ROOT else len(entry.content)
        tree = struct.pack("<BBIII", entry.kind, link.color, link.left, link.right, middles[number])
        # class id, state bits and two times, all zero: nothing here depends on when it was made
        lines.append(
            struct.pack("<64sH", name, len(name))
            + tree
            + bytes(36)
            + struct.pack("<IQ", starts[number], size)
        )
    empty = struct.pack("<64sHBBIII36sIQ", b"", 0, 0, 0, _NOBODY, _NOBODY, _NOBODY, b"", 0, 0)
    return b"".join(lines) + empty * (-len(lines) % (_SECTOR // len(empty)))


def _linked(children: Sequence[int], entries: Sequence[_Entry], links: dict[int, _Links]) -> int:
    """Put the search tree over ``children`` into ``links`` and return its top.

    The order is the format's: shorter names first, then capital letters compared. Halving keeps every level
    but the last one full; with that last one red, each path crosses as many black entries as any other.
    """
    ordered = sorted(children, key=lambda number: (len(entries[number].name), entries[number].name.upper()))
    last_level = len(ordered).bit_length() - 1

    def top(low: int, high: int, level: int) -> int:
        if low >= high:
            return _NOBODY
        middle = (low + high) // 2
        links[ordered[middle]] = _Links(
            left=top(low, middle, level + 1),
            right=top(middle + 1, high, level + 1),
            color=_RED if 0 < level == last_level else _BLACK,
        )
        return ordered[middle]

    return top(0, len(ordered), 0)


def _header(tables: Sequence[int], *, directory: int, mini_table: int, mini_entries: int) -> bytes:
    mini_sectors = _sectors(mini_entries * 4, _SECTOR)
    versions = struct.pack("<8s16sHHHHH6x", _SIGNATURE, b"", 0x3E, 3, 0xFFFE, 9, 6)
    places = struct.pack("<9I", 0, len(tables), directory, 0, _MINI_BELOW, mini_table, mini_sectors, _END, 0)
    return versions + places + struct.pack("<109I", *tables, *[_FREE] * (_TABLES_IN_HEADER - len(tables)))
