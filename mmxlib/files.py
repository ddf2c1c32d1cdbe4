"""The one module that writes: atomic, durable, with names that are safe on every system."""

import errno
import hashlib
import os
import re
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from mmxlib.errors import StorageError

FILE_MODE = 0o600
FOLDER_MODE = 0o700
_PART = ".part"
_LEFTOVER = re.compile(r"\..+\.[0-9a-f]{8}\.part", re.DOTALL)
_BINARY = getattr(os, "O_BINARY", 0)
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


def appending(path: Path) -> int:
    """Return a descriptor that adds to the end of ``path``, for the output of a process that is started.

    Raises
    ------
    StorageError
        If the system refuses.
    """
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BINARY, FILE_MODE)
    except OSError as error:
        raise storage_error(error, path) from error


def _last_byte(descriptor: int) -> bytes:
    os.lseek(descriptor, -1, os.SEEK_END)
    return os.read(descriptor, 1)


def make_folder(path: Path) -> None:
    """Make ``path`` and its parents durably, readable by their owner alone where they are new.

    Raises
    ------
    StorageError
        If the system refuses, or something that is no folder stands there.
    """
    try:
        _make_folder(path)
    except OSError as error:
        raise storage_error(error, path) from error


def _make_folder(path: Path) -> None:
    if path.is_dir():
        return
    parent = path.parent
    _make_folder(parent)
    try:
        os.mkdir(path, FOLDER_MODE)
    except FileExistsError:
        if not path.is_dir():
            raise
    flush_folder(parent)


def write_atomic(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``, wholly or not at all, even through a power cut.

    Temporary file in the same folder, flushed to disk, renamed over ``path``, folder flushed.

    Raises
    ------
    StorageError
        If the system refuses; ``path`` is then as it was, or whole and new where only the last flush failed.
    """
    write_whole(path, content)
    flush_entries(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``, wholly or not at all; which of them outlives a power cut is open.

    Where many files are written, one `flush_entries` of each folder at the end makes all of them certain.

    Raises
    ------
    StorageError
        If the system refuses; ``path`` is then as it was.
    """
    make_folder(path.parent)
    part = path.with_name(f".{path.name[:40]}.{secrets.token_hex(4)}{_PART}")
    try:
        _write_new(part, content)
        os.replace(part, path)
    except OSError as error:
        with suppress(OSError):
            os.unlink(part)
        raise storage_error(error, path) from error


def flush_entries(folder: Path) -> None:
    """Make the files that were written into ``folder`` certain to be found there.

    Raises
    ------
    StorageError
        If the system refuses.
    """
    try:
        flush_folder(folder)
    except OSError as error:
        raise storage_error(error, folder) from error


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, FILE_MODE)
    try:
        _write_all(descriptor, content)
        flush(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    written = 0
    while written < len(content):
        written += os.write(descriptor, content[written:])


def append_durable(path: Path, content: bytes, *, size: int) -> None:
    """Add ``content`` after the first ``size`` bytes of ``path`` and flush it to disk before returning.

    What lies beyond ``size`` is what an addition left that failed and could not be cut off; it goes. A power
    cut may leave only a part of ``content``; whoever reads the file must expect that.

    Raises
    ------
    StorageError
        If the system refuses; whatever was written of ``content`` is cut off again where that is possible.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BINARY, FILE_MODE)
        try:
            if os.fstat(descriptor).st_size > size:
                os.ftruncate(descriptor, size)
            try:
                _write_all(descriptor, content)
                flush(descriptor)
                if size == 0:
                    flush_folder(path.parent)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(descriptor, size)
                    flush(descriptor)
                raise
        finally:
            os.close(descriptor)
    except OSError as error:
        raise storage_error(error, path) from error


def cut_off(path: Path, size: int) -> None:
    """Shorten ``path`` to its first ``size`` bytes, durably.

    Raises
    ------
    StorageError
        If the system refuses.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | _BINARY)
        try:
            os.ftruncate(descriptor, size)
            flush(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise storage_error(error, path) from error


def remove_file(path: Path) -> None:
    """Remove ``path`` durably if it is there.

    Raises
    ------
    StorageError
        If the system refuses.
    """
    try:
        with suppress(FileNotFoundError):
            os.unlink(path)
            flush_folder(path.parent)
    except OSError as error:
        raise storage_error(error, path) from error


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files that processes left below ``folder`` when they were ended while writing.

    Raises
    ------
    StorageError
        If the system refuses.
    """
    for path in sorted(folder.rglob(f".*{_PART}")):
        if is_leftover(path):
            remove_file(path)


def is_leftover(path: Path) -> bool:
    """Return whether a file is, by its name, what a process left that was ended while writing."""
    return _LEFTOVER.fullmatch(path.name) is not None


def settle(path: Path) -> None:
    """Make a file or folder that another process wrote as durable as if this one had written it.

    A process that was ended between writing and flushing leaves what is there to read, but not after a power
    cut; so it is flushed before anything is built on it.

    Raises
    ------
    StorageError
        If the system refuses.
    """
    try:
        if path.is_dir():
            flush_folder(path)
        else:
            descriptor = os.open(path, os.O_RDWR | _BINARY)  # Windows flushes only what may be written
            try:
                flush(descriptor)
            finally:
                os.close(descriptor)
        for folder in path.parents:  # the entries that lead to it, which that process may have made too
            with suppress(PermissionError):  # a folder that one may not read is none that it made
                flush_folder(folder)
    except OSError as error:
        raise storage_error(error, path) from error


def flush(descriptor: int) -> None:
    """Make an open file's bytes durable."""
    os.fsync(descriptor)


def flush_folder(path: Path) -> None:
    """Make a folder's entries durable; a system that cannot (Windows) keeps them durable itself."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # as some network disks answer
            raise
    finally:
        os.close(descriptor)


def storage_error(error: OSError, path: Path) -> StorageError:
    """Return the error that says in words what the disk refused at ``path``, and how much space is free."""
    own = "Choose a folder you may write to."
    reasons = {
        errno.ENOSPC: ("the disk is full", "Free some space and run again."),
        errno.EDQUOT: ("your share of the disk is used up", "Free some space and run again."),
        errno.EFBIG: ("the file would be larger than is allowed here", "Raise that limit and run again."),
        errno.EACCES: ("writing is not permitted", own),
        errno.EPERM: ("writing is not permitted", own),
        errno.EROFS: ("the disk is read-only", own),
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
    return StorageError(
        f"{problem} ({_free_space(path)} free)", remedy=remedy, code="MMX-F001", place=str(path)
    )


def _free_space(path: Path) -> str:
    with suppress(OSError):
        for folder in (path, *path.parents):
            if folder.is_dir():
                return f"{shutil.disk_usage(folder).free / 1e6:,.1f} MB"
    return "unknown space"
