"""The detached process that works while Excel stays free: started by a press, it finds the open book."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from mmxlib.files import appending, make_folder
from mmxlib_excel.layout.stage import Stage
from mmxlib_excel.stages.folders import LOCK, LOG

# Windows: no console and a group of its own; and out of the job of the Excel that started it
_DETACHED = 0x00000008 | 0x00000200
_BREAKAWAY = 0x01000000


def is_working(home: Path) -> bool:
    """Return whether a worker works for the workbook whose folder ``home`` is."""
    with _held(home) as held:
        return not held


@contextmanager
def _held(home: Path) -> Iterator[bool]:
    """Give whether the lock of a workbook's worker could be taken; it is let go at the end."""
    make_folder(home)
    lock = FileLock(home / LOCK, timeout=0.0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


@contextmanager
def working(home: Path) -> Iterator[bool]:
    """Hold a workbook's lock for the time of the work; give whether it was free."""
    with _held(home) as held:
        yield held


def start(stage: Stage, *, book: str, pid: int, home: Path) -> Path:
    """Start the worker of a press and return its log; it lives on when whoever started it ends.

    Raises
    ------
    StorageError
        If the log cannot be written.
    """
    make_folder(home)
    log = home / LOG
    words = {"--book": book, "--pid": str(pid), "--home": str(home)}
    pairs = [word for pair in words.items() for word in pair]
    command = [*_interpreter(), "-m", "mmxlib_excel", stage.value, *pairs]
    output = appending(log)
    try:
        _launch(command, output)
    finally:
        os.close(output)
    return log


def _interpreter() -> Sequence[str]:
    """Return this Python; on Windows the one without a console window, where it is there."""
    own = Path(sys.executable)
    silent = own.with_name("pythonw.exe")
    return [str(silent if own.name.lower() == "python.exe" and silent.is_file() else own)]


def _launch(command: Sequence[str], output: int) -> None:
    """Start a process that neither console, job nor session of this one can end with themselves."""
    if os.name != "nt":
        _spawn(command, output, flags=0)
        return
    try:
        _spawn(command, output, flags=_DETACHED | _BREAKAWAY)
    except PermissionError:  # a job may forbid that its processes break away
        _spawn(command, output, flags=_DETACHED)


def _spawn(command: Sequence[str], output: int, *, flags: int) -> None:
    subprocess.Popen(  # noqa: S603 - this very interpreter, with words of ours and the book's name
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        creationflags=flags,
        start_new_session=os.name != "nt",
    )
