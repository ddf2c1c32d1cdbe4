"""The one module that writes: atomic, durable, with names that are safe on every system."""

import errno
import hashlib
import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from mmxlib.errors import StorageError

FILE_MODE = 0o600
FOLDER_MODE = 0o700
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{p}{i}" for p in ("com", "lpt") for i in range(10))})
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,47}")


def safe_name(text: str) -> str:
    """Return a file name without extension that stands for ``text`` and is safe on every system.

    A name that is already lower-case letters, digits, ``_`` and ``-`` (at most 48, not reserved by Windows)
    stays as it is; any other becomes a readable slug, ``-`` and eight hexadecimal digits of its SHA-256, so
    that two different texts never share a name.
    """
    if _SLUG.fullmatch(text) and text not in _RESERVED:
        return text
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:39] or "name"
    return f"{slug}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def close_to_others(path: Path) -> None:
    """Make a folder readable by its owner alone, where the file system knows owners."""
    with suppress(OSError):  # a mounted folder may refuse; what is put into it is closed by itself
        os.chmod(path, FOLDER_MODE)


def append_line(path: Path, line: bytes, *, limit: int) -> None:
    """Add a line to a file on which nothing depends: it outlives a kill of the process, not a power cut.

    A line that was torn before is ended first, so that it spoils no other. A file that would outgrow
    ``limit`` bytes is renamed to ``<name>.1``, over an earlier one.

    Raises
    ------
    StorageError
        If the system refuses; nothing of ``line`` then remains where that is possible.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    try:
        if path.is_file() and path.stat().st_size + len(line) >= limit:
            os.replace(path, path.with_name(f"{path.name}.1"))
        descriptor = os.open(path, flags, FILE_MODE)
        try:
            size = os.lseek(descriptor, 0, os.SEEK_END)
            torn = size > 0 and _last_byte(descriptor) != b"\n"
            content = (b"\n" if torn else b"") + line + b"\n"
            if os.write(descriptor, content) < len(content):
                os.ftruncate(descriptor, size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise storage_error(error, path) from error


def _last_byte(descriptor: int) -> bytes:
    os.lseek(descriptor, -1, os.SEEK_END)
    return os.read(descriptor, 1)


def make_folder(path: Path) -> None:
    """Make ``path`` and its parents, readable by their owner alone where they are new.

    Raises
    ------
    StorageError
        If the system refuses, or something that is no folder stands there.
    """
    try:
        # one by one: `parents=True` would make those above with the system's mode, open to others
        for folder in (*reversed(path.parents), path):
            if not folder.is_dir():
                folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    except OSError as error:
        raise storage_error(error, path) from error


def write_atomic(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``, wholly or not at all, even through a power cut.

    Temporary file in the same folder, flushed to disk, renamed over ``path``, folder flushed.

    Raises
    ------
    StorageError
        If the system refuses; ``path`` is then as it was.
    """
    make_folder(path.parent)
    temporary = None
    try:
        descriptor, temporary = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part"
        )
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
        flush_folder(path.parent)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise storage_error(error, path) from error


def append_durable(path: Path, content: bytes) -> None:
    """Add ``content`` to the end of ``path`` and flush it to disk before returning.

    A power cut may leave only the first part of ``content``; whoever reads the file must expect that.

    Raises
    ------
    StorageError
        If the system refuses; whatever was written of ``content`` is cut off again where that is possible.
    """
    new = not path.exists()
    try:
        descriptor = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), FILE_MODE
        )
    except OSError as error:
        raise storage_error(error, path) from error
    try:
        size = os.fstat(descriptor).st_size
        try:
            written = 0
            while written < len(content):
                written += os.write(descriptor, content[written:])
            os.fsync(descriptor)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(descriptor, size)
            raise storage_error(error, path) from error
    finally:
        os.close(descriptor)
    if new:
        flush_folder(path.parent)


def cut_off(path: Path, size: int) -> None:
    """Shorten ``path`` to its first ``size`` bytes, durably.

    Raises
    ------
    StorageError
        If the system refuses.
    """
    try:
        with path.open("r+b") as stream:
            stream.truncate(size)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise storage_error(error, path) from error


def remove_file(path: Path) -> None:
    """Remove ``path`` if it is there.

    Raises
    ------
    StorageError
        If the system refuses.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(error, path) from error


def flush_folder(path: Path) -> None:
    """Make a folder's entries durable; a system that cannot (Windows) keeps them durable itself."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def storage_error(error: OSError, path: Path) -> StorageError:
    """Return the error that says in words what the disk refused at ``path``."""
    reasons = {
        errno.ENOSPC: ("the disk is full", f"Free some space ({_free_space(path)} free) and run again."),
        errno.EACCES: ("writing is not permitted", "Choose a folder you may write to."),
        errno.EPERM: ("writing is not permitted", "Choose a folder you may write to."),
        errno.EROFS: ("the disk is read-only", "Choose a folder you may write to."),
        errno.ENOTDIR: (
            "a file stands where a folder is needed",
            "Choose another folder, or move that file.",
        ),
        errno.EEXIST: ("a file stands where a folder is needed", "Choose another folder, or move that file."),
        errno.EISDIR: ("a folder stands where a file is needed", "Choose another name, or move that folder."),
        errno.ENAMETOOLONG: ("the path is too long", "Choose a folder with a shorter path."),
    }
    problem, remedy = reasons.get(
        error.errno or 0, (f"the disk refused ({error.strerror})", "Check the disk and run again.")
    )
    return StorageError(problem, remedy=remedy, code="MMX-F001", place=str(path))


def _free_space(path: Path) -> str:
    for folder in (path, *path.parents):
        if folder.is_dir():
            return f"{shutil.disk_usage(folder).free / 1e6:,.0f} MB"
    return "unknown"
