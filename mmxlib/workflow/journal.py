"""The journal: one append-only, hash-chained file that is the state, the audit trail and the commit point.

A line is ``<sha256> <json>`` and a newline; the hash is that of the previous line's hash and the raw bytes of
the json, so that no line can be changed, dropped, swapped or put in unnoticed. Only the end can be lost: a
line without its newline was never committed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

from mmxlib.artifacts.codec import canonical, sha256
from mmxlib.errors import RunError
from mmxlib.files import append_durable, cut_off, settle, storage_error

GENESIS = "0" * 64
"""What stands before the first line."""
_SECTOR = 512  # bytes that a disk writes together: no disk has smaller sectors


class EventKind(StrEnum):
    """What a journal entry records."""

    START = "start"
    INPUT = "input"
    STEP = "step"
    PART = "part"
    RETRY = "retry"
    APPROVE = "approve"
    REVISE = "revise"
    STOP = "stop"
    OUTPUTS = "outputs"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: ``number`` counts from 1, ``at`` is the time in UTC, ``said`` what the event records."""

    number: int
    kind: EventKind
    at: str
    version: str
    said: Mapping[str, Any]
    digest: str


@dataclass(frozen=True, slots=True)
class JournalText:
    """A journal as read: its entries, their ``size`` in bytes, and what follows and was never committed."""

    entries: tuple[Entry, ...]
    size: int
    torn: bytes

    @property
    def head(self) -> str:
        """The last line's hash, which stands for everything before it."""
        return self.entries[-1].digest if self.entries else GENESIS


def chained(previous: str, text: bytes) -> str:
    """Return the hash of a line: SHA-256 of the previous line's hash and the raw bytes of its json."""
    return hashlib.sha256(previous.encode() + text).hexdigest()


def parsed(content: bytes, place: str) -> JournalText:
    """Return the entries of a journal's bytes.

    Raises
    ------
    RunError
        If a committed line is not what was written; the entry is named.
    """
    whole = _committed(content)
    *lines, _ = content[:whole].split(b"\n")
    entries: list[Entry] = []
    previous = GENESIS
    for number, line in enumerate(lines, start=1):
        digest, _, text = line.partition(b" ")
        if digest.decode("ascii", "replace") != chained(previous, text):
            raise RunError(
                f"Entry {number} of {len(lines)} is not what was written: it was changed, or one before it "
                "was removed, added or moved.",
                remedy="Restore the run folder from a copy, or run again into a new folder.",
                code="MMX-W010",
                place=place,
            )
        entries.append(_entry(number, text, digest.decode("ascii"), place))
        previous = entries[-1].digest
    return JournalText(tuple(entries), whole, content[whole:])


def _committed(content: bytes) -> int:
    """Return how many bytes the lines have that were committed: all but a torn one at the end.

    A power cut leaves a line without its newline, or with sectors that never reached the disk and read as
    zeros, which no json holds. Only whole sectors count: a changed bit that happens to make a zero byte is a
    change like any other.
    """
    end = content.rfind(b"\n") + 1
    if end < len(content):
        return end
    start = content.rfind(b"\n", 0, max(end - 1, 0)) + 1
    bounds = [start, *range((start // _SECTOR + 1) * _SECTOR, end, _SECTOR), end]
    sectors = [content[one:next_one] for one, next_one in pairwise(bounds)]
    return start if any(each and not each.strip(b"\0") for each in sectors) else end


def _entry(number: int, text: bytes, digest: str, place: str) -> Entry:
    said = json.loads(text)
    try:
        kind = EventKind(said.pop("event"))
    except ValueError as error:
        raise RunError(
            f"Entry {number} is of a kind that this version does not know; version {said.get('version')} "
            "wrote it.",
            remedy="Open the run with that version of mmxlib.",
            code="MMX-W011",
            place=place,
        ) from error
    return Entry(number, kind, said.pop("at"), said.pop("version"), said, digest)


class Journal:
    """The journal of one run folder, open for adding.

    It has state because a chain needs its last hash; the folder's lock makes this object the only writer.
    """

    def __init__(self, path: Path, version: str) -> None:
        self._path = path
        self._version = version
        read = read_journal(path)
        self._entries = list(read.entries)
        self._size = read.size
        if read.torn:
            cut_off(path, read.size)
        if read.entries:
            settle(path)
        if read.torn:
            self.add(EventKind.RECOVERY, {"cut_bytes": len(read.torn), "cut_sha256": sha256(read.torn)})

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, oldest first."""
        return tuple(self._entries)

    @property
    def head(self) -> str:
        """The last line's hash."""
        return self._entries[-1].digest if self._entries else GENESIS

    def add(self, kind: EventKind, said: Mapping[str, object]) -> Entry:
        """Append an entry and return it once it is durable.

        Raises
        ------
        StorageError
            If the disk refuses; the journal is then as it was.
        """
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        text = canonical({"event": kind.value, "at": at, "version": self._version, **said})
        digest = chained(self.head, text)
        line = digest.encode() + b" " + text + b"\n"
        append_durable(self._path, line, size=self._size)
        self._size += len(line)
        # what is kept is what was written, so that a run going on and a run resumed see the same entry
        entry = _entry(len(self._entries) + 1, text, digest, str(self._path))
        self._entries.append(entry)
        return entry


def read_journal(path: Path) -> JournalText:
    """Return the journal at ``path``; no file is an empty journal.

    Raises
    ------
    RunError
        If a committed line is not what was written.
    StorageError
        If the file cannot be read.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        content = b""
    except OSError as error:
        raise storage_error(error, path) from error
    return parsed(content, str(path))
