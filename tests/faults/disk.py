"""Disks that record, kill or fail: each stands for the module `os` in the one module that writes.

The logic of the library runs as it is; only the few calls that reach the disk pass through here.
"""

import errno
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from unittest.mock import patch


class Kind(StrEnum):
    """What a file operation does."""

    FOLDER = "folder"
    CREATE = "create"
    WRITE = "write"
    CUT = "cut"
    FLUSH = "flush"
    RENAME = "rename"
    REMOVE = "remove"


@dataclass(frozen=True)
class Operation:
    """One operation: ``path`` it is about, and what it carries: bytes written, a new size, a new path."""

    kind: Kind
    path: Path
    content: bytes = b""
    size: int = 0
    new_path: Path = Path()


class Disk:
    """The calls of `os` that change a disk, each announced to ``before`` first; flushing costs no time.

    It has state because an open file is known by a number alone.
    """

    def __init__(self) -> None:
        self._paths: dict[int, Path] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def before(self, operation: Operation) -> None:
        """Be told of an operation that comes next."""

    def mkdir(self, path: Path, mode: int) -> None:
        self.before(Operation(Kind.FOLDER, Path(path)))
        os.mkdir(path, mode)

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT and not os.path.exists(path):
            self.before(Operation(Kind.CREATE, Path(path)))
        descriptor = os.open(path, flags, mode)
        self._paths[descriptor] = Path(path)
        return descriptor

    def write(self, descriptor: int, content: bytes) -> int:
        at = os.fstat(descriptor).st_size  # every writer here adds at the end
        self.before(Operation(Kind.WRITE, self._paths[descriptor], content=content, size=at))
        return os.write(descriptor, content)

    def ftruncate(self, descriptor: int, size: int) -> None:
        self.before(Operation(Kind.CUT, self._paths[descriptor], size=size))
        os.ftruncate(descriptor, size)

    def fsync(self, descriptor: int) -> None:
        self.before(Operation(Kind.FLUSH, self._paths[descriptor]))

    def replace(self, path: Path, new_path: Path) -> None:
        self.before(Operation(Kind.RENAME, Path(path), new_path=Path(new_path)))
        os.replace(path, new_path)

    def unlink(self, path: Path) -> None:
        if os.path.exists(path):
            self.before(Operation(Kind.REMOVE, Path(path)))
        os.unlink(path)


class PulledPlugError(BaseException):
    """The process ends here, as far as the disk can tell."""


@dataclass(frozen=True)
class Moment:
    """Right after the ``number``-th operation of a kind on a path that contains ``about``."""

    kind: Kind
    about: str
    number: int = 1


class Recorder(Disk):
    """Records every operation, and what the run had promised by then; may break off at a moment."""

    def __init__(self, log: list[Operation | int], *, killed: Moment | None = None) -> None:
        super().__init__()
        self.log = log
        self._killed = killed
        self._met = 0

    def before(self, operation: Operation) -> None:
        if self._killed is not None:
            if self._met == self._killed.number:
                raise PulledPlugError
            self._met += operation.kind is self._killed.kind and self._killed.about in str(operation.path)
        self.log.append(operation)

    def promise(self, entries: int) -> None:
        """Note that the first ``entries`` of the journal were reported as done."""
        self.log.append(entries)


class Counter(Disk):
    """Counts the operations."""

    def __init__(self) -> None:
        super().__init__()
        self.operations: list[Operation] = []

    def before(self, operation: Operation) -> None:
        self.operations.append(operation)


class Killer(Disk):
    """Kills its process before one operation, or, where that writes, halfway through it."""

    def __init__(self, at: int, *, halfway: bool) -> None:
        super().__init__()
        self._left = at
        self._halfway = halfway

    def before(self, operation: Operation) -> None:
        if self._left == 0 and not (self._halfway and operation.kind is Kind.WRITE):
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    def write(self, descriptor: int, content: bytes) -> int:
        if self._left == 0 and self._halfway:
            os.write(descriptor, content[: len(content) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return super().write(descriptor, content)


class Failing(Disk):
    """Refuses one operation with an error of the system, or that and every later one.

    A write that finds the disk full has written half of its bytes before.
    """

    def __init__(self, at: int, *, error: int, for_good: bool) -> None:
        super().__init__()
        self._left = at
        self._error = error
        self._for_good = for_good

    def before(self, operation: Operation) -> None:
        if self._left == 0 or (self._for_good and self._left < 0):
            self._left -= 1
            raise OSError(self._error, os.strerror(self._error), str(operation.path))
        self._left -= 1

    def write(self, descriptor: int, content: bytes) -> int:
        if self._left == 0 and self._error == errno.ENOSPC:
            os.write(descriptor, content[: len(content) // 2])
        return super().write(descriptor, content)


@contextmanager
def in_use(disk: Disk) -> Iterator[None]:
    """Let the module that writes use ``disk``."""
    with patch("mmxlib.files.os", disk):
        yield
