"""The run folder: lock, journal and objects; nothing finished is lost, nothing half-written is kept."""

import json
import os
import re
import socket
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout

from mmxlib.artifacts.codec import Encoded, arrays_digest, canonical, decode, sha256
from mmxlib.errors import RunError, RunInUseError, UsageError
from mmxlib.files import (
    close_to_others,
    is_leftover,
    make_folder,
    remove_leftovers,
    settle,
    storage_error,
    write_atomic,
)
from mmxlib.workflow.journal import Journal, JournalText, read_journal

ArtifactT = TypeVar("ArtifactT")

JOURNAL = "journal.jsonl"
LOCK = "run.lock"
HOLDER = "run.holder"
OBJECTS = "objects"
OUT = "out"
LOG = "mmx.log"
LOCK_SECONDS = 0.5  # a second process must be refused within one second
_OWN = frozenset({JOURNAL, LOCK, HOLDER, OBJECTS, OUT, LOG, f"{LOG}.1"})
_RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_DIGEST = re.compile(r"[0-9a-f]{64}")


class FolderStore:
    """A run folder held by this process alone.

    It has state because it holds an operating system's lock: `close` releases it, and so does the end of the
    process, however it ends.
    """

    def __init__(self, folder: Path, version: str) -> None:
        self.folder = folder
        _checked(folder)
        make_folder(folder)
        close_to_others(folder)
        self._lock = _locked(folder)
        self._settled: set[str] = set()
        try:
            _take_over(folder)
            self.journal = Journal(folder / JOURNAL, version)
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        """Release the lock; closing twice is harmless."""
        self._lock.release()

    def put(self, encoded: Encoded) -> str:
        """Keep an artifact's bytes durably and return its digest.

        Raises
        ------
        StorageError
            If the disk refuses; nothing is then kept.
        """
        if encoded.arrays:
            self._put(encoded.arrays)
        return self._put(encoded.document)

    def put_text(self, content: bytes) -> str:
        """Keep ``content`` (plain JSON, such as settings) durably and return its digest."""
        return self._put(content)

    def _put(self, content: bytes) -> str:
        digest = sha256(content)
        path = object_path(self.folder, digest)
        if not _holds(path, content):
            write_atomic(path, content)
        elif digest not in self._settled:
            settle(path)
        self._settled.add(digest)
        return digest


def _take_over(folder: Path) -> None:
    """Clear and make durable what a process left that was ended before it had flushed everything."""
    remove_leftovers(folder)
    objects = folder / OBJECTS
    settle(objects if objects.is_dir() else folder)


def _holds(path: Path, content: bytes) -> bool:
    """Return whether the file is there and whole: one that a power cut emptied is written again."""
    try:
        return path.read_bytes() == content
    except FileNotFoundError:
        return False
    except OSError as error:
        raise storage_error(error, path) from error


def read_store(folder: Path) -> JournalText:
    """Return the journal of a run folder without taking its lock: for looking on while another works.

    Raises
    ------
    RunError
        If the folder is not a run, or its journal was changed.
    """
    if not (folder / JOURNAL).is_file():
        raise no_run(folder)
    return read_journal(folder / JOURNAL)


def holder_of(folder: Path) -> str:
    """Return in words which process works on a run now, or nothing; the run is not held up by asking."""
    if not (folder / LOCK).exists():
        return ""
    lock = FileLock(folder / LOCK, timeout=0.0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        return _holder(folder)
    except OSError:  # a folder that one may only read does not tell
        return ""
    lock.release()
    return ""


def no_run(folder: Path) -> RunError:
    """Return the error for a folder that holds no run."""
    return RunError(
        "There is no run in this folder.",
        remedy="Start one with `mmx run --input … --run-dir …`, or check the path.",
        code="MMX-W020",
        place=str(folder),
    )


def object_path(folder: Path, digest: str) -> Path:
    """Return where the object of that digest lies."""
    return folder / OBJECTS / digest[:2] / digest[2:]


def get_bytes(folder: Path, digest: str) -> bytes:
    """Return an object's bytes, proved by their digest.

    Raises
    ------
    RunError
        If the object is missing or was changed.
    """
    if not _DIGEST.fullmatch(digest):
        raise _damaged(folder, digest, "is named wrongly")
    path = object_path(folder, digest)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise _damaged(folder, digest, "is missing") from error
    except OSError as error:
        raise storage_error(error, path) from error
    if sha256(content) != digest:
        raise _damaged(folder, digest, "is not what was written")
    return content


def get_encoded(folder: Path, digest: str) -> Encoded:
    """Return an artifact's bytes, proved by their digests."""
    document = get_bytes(folder, digest)
    arrays = arrays_digest(document)
    return Encoded(document, get_bytes(folder, arrays) if arrays else b"")


def get(folder: Path, kind: type[ArtifactT], digest: str) -> ArtifactT:
    """Return the artifact of type ``kind`` and that digest."""
    return decode(kind, get_encoded(folder, digest))


def _damaged(folder: Path, digest: str, what: str) -> RunError:
    return RunError(
        f"The stored result {digest[:12]} {what}.",
        remedy="Restore the run folder from a copy, or run again into a new folder.",
        code="MMX-W021",
        place=str(folder),
    )


def _checked(folder: Path) -> None:
    """Refuse a folder whose name is unsafe when it is new, or that holds something other than a run."""
    try:
        if (folder / JOURNAL).exists():
            return
    except OSError as error:
        raise storage_error(error, folder) from error
    if not _RUN_NAME.fullmatch(folder.name) or _RESERVED.fullmatch(folder.name):
        raise UsageError(
            f"{folder.name!r} cannot be the name of a run.",
            remedy="Use letters, digits, - and _, at most 64, beginning with a letter or a digit.",
            code="MMX-W022",
            place=str(folder),
        )
    if folder.is_dir() and any(each.name not in _OWN and not is_leftover(each) for each in folder.iterdir()):
        raise RunError(
            "The folder holds other files and no run.",
            remedy="Choose a new or empty folder for the run.",
            code="MMX-W023",
            place=str(folder),
        )


def _locked(folder: Path) -> FileLock:
    """Return the folder's lock, held, with its holder's process and host beside it for others to read."""
    lock = FileLock(folder / LOCK, timeout=LOCK_SECONDS, poll_interval=0.05, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise RunInUseError(
            f"This run is in use by {_holder(folder)}.",
            remedy="Wait until it has finished, or end that process, then try again.",
            code="MMX-W024",
            place=str(folder),
        ) from error
    except OSError as error:
        raise storage_error(error, folder / LOCK) from error
    try:
        holder = {"pid": os.getpid(), "host": socket.gethostname()}
        write_atomic(folder / HOLDER, canonical(holder))
    except BaseException:
        lock.release()
        raise
    return lock


def _holder(folder: Path) -> str:
    try:
        said = json.loads((folder / HOLDER).read_bytes())
        return f"process {said['pid']} on {said['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
