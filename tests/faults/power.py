"""The disk states that a power cut may leave, rebuilt from the operations that ran before it.

A file's bytes are certain up to its last flush; what was written later is there, lost, cut short or zeros,
sector by sector. A folder's entries are certain up to the folder's last flush; of the later changes (new,
renamed, removed) any subset is there, whatever came before or after. Real file systems promise more.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations, pairwise
from pathlib import Path

from tests.faults.disk import Kind, Operation

SECTOR = 512
FEW = 3  # entries that are not flushed, of which every subset is tried


class Fate(StrEnum):
    """What becomes of bytes that were written and not flushed."""

    LOST = "lost"
    THERE = "there"
    SHORT = "short"
    ZEROS = "zeros"
    SECTORS = "sectors"


@dataclass
class File:
    """A file: its bytes on disk and as the running system sees them."""

    durable: bytes = b""
    seen: bytes = b""

    def after(self, fate: Fate, chance: random.Random) -> bytes:
        """Return the bytes after a power cut."""
        if self.seen == self.durable or fate is Fate.LOST:
            return self.durable
        if fate is Fate.THERE or not self.seen.startswith(self.durable):
            return self.seen
        start, end = len(self.durable), len(self.seen)
        if fate is Fate.SHORT:
            return self.seen[: chance.randrange(start, end)]
        if fate is Fate.ZEROS:
            return self.durable + bytes(end - start)
        kept = bytearray(self.durable + bytes(end - start))
        bounds = sorted({start, end, *range(start - start % SECTOR + SECTOR, end, SECTOR)})
        for one, next_one in pairwise(bounds):
            if chance.random() < 0.5:
                kept[one:next_one] = self.seen[one:next_one]
        return bytes(kept)


@dataclass
class Folder:
    """A folder: its entries on disk, and the changes of entries that are not flushed yet, in order."""

    durable: dict[str, "File | Folder"] = field(default_factory=dict)
    pending: list[tuple[str, "File | Folder | None", str]] = field(default_factory=list)

    def entries(self, kept: Sequence[int] | None = None) -> dict[str, "File | Folder"]:
        """Return the entries if the pending changes numbered ``kept`` reached the disk (None: all)."""
        entries = dict(self.durable)
        for number, (name, thing, former) in enumerate(self.pending):
            if kept is None or number in kept:
                entries.pop(former, None)
                entries.pop(name, None)
                if thing is not None:
                    entries[name] = thing
        return entries


class Machine:
    """A machine whose power may be cut: it is told of operations and yields the states they may leave.

    It has state because a disk has.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._root = Folder()
        self._files: list[File] = []
        self._folders = [self._root]

    def take(self, operation: Operation) -> None:
        """Carry out an operation."""
        path = operation.path
        if path == self._home or self._home not in path.parents:
            if path == self._home:
                self._flush(self._root)
            return  # what lies above the home was there before
        thing = self._thing(path)
        match operation.kind:
            case Kind.FOLDER:
                self._folders.append(Folder())
                self._parent(path).pending.append((path.name, self._folders[-1], ""))
            case Kind.CREATE:
                self._files.append(File())
                self._parent(path).pending.append((path.name, self._files[-1], ""))
            case Kind.WRITE:
                assert isinstance(thing, File)
                thing.seen = thing.seen[: operation.size] + operation.content
            case Kind.CUT:
                assert isinstance(thing, File)
                thing.seen = thing.seen[: operation.size]
            case Kind.FLUSH:
                self._flush(thing)
            case Kind.RENAME:
                assert operation.new_path.parent == path.parent
                self._parent(path).pending.append((operation.new_path.name, thing, path.name))
            case Kind.REMOVE:
                self._parent(path).pending.append((path.name, None, path.name))

    def states(self, chance: random.Random, *, draws: int) -> Iterator[dict[Path, bytes | None]]:
        """Yield states of the disk if the power is cut now: content by path, None for a folder.

        All and nothing of what is not flushed, each fate of bytes, every subset of few entries, and random
        mixtures of all these, ``draws`` of them.
        """
        changed = [each for each in self._folders if each.pending]
        count = sum(len(each.pending) for each in changed)
        choices = [tuple(range(count)), ()]
        if count <= FEW:
            choices += [some for size in range(1, count) for some in combinations(range(count), size)]
        for kept in choices:
            for fate in Fate:
                yield self._state(kept, dict.fromkeys(map(id, self._files), fate), chance)
        for _ in range(draws):
            kept = tuple(number for number in range(count) if chance.random() < 0.5)
            fates = {id(each): chance.choice(list(Fate)) for each in self._files}
            yield self._state(kept, fates, chance)

    def _state(
        self, kept: tuple[int, ...], fates: dict[int, Fate], chance: random.Random
    ) -> dict[Path, bytes | None]:
        number, kept_in = 0, {}
        for folder in self._folders:
            own = range(number, number + len(folder.pending))
            kept_in[id(folder)] = [each - number for each in own if each in kept]
            number += len(folder.pending)
        state: dict[Path, bytes | None] = {}

        def walk(folder: Folder, place: Path) -> None:
            for name, thing in folder.entries(kept_in[id(folder)]).items():
                if isinstance(thing, Folder):
                    state[place / name] = None
                    walk(thing, place / name)
                else:
                    state[place / name] = thing.after(fates[id(thing)], chance)

        walk(self._root, Path())
        return state

    def _thing(self, path: Path) -> File | Folder | None:
        thing: File | Folder | None = self._root
        for name in path.relative_to(self._home).parts:
            thing = thing.entries().get(name) if isinstance(thing, Folder) else None
        return thing

    def _parent(self, path: Path) -> Folder:
        parent = self._thing(path.parent)
        assert isinstance(parent, Folder)
        return parent

    def _flush(self, thing: File | Folder | None) -> None:
        if isinstance(thing, File):
            thing.durable = thing.seen
        elif isinstance(thing, Folder):
            thing.durable, thing.pending = thing.entries(), []
