"""The files that people open: written into ``out``, those of earlier results taken away."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mmxlib.artifacts.codec import sha256
from mmxlib.errors import StorageError
from mmxlib.files import flush_entries, remove_file, write_whole


@dataclass(frozen=True, slots=True)
class Published:
    """What was written: ``folder``, the files in it, and those written beside one that was open elsewhere."""

    folder: Path
    files: tuple[Path, ...]
    renamed: tuple[Path, ...]
    removed: tuple[Path, ...]


def publish(folder: Path, tree: Mapping[str, bytes], earlier: Sequence[str]) -> Published:
    """Write ``tree`` (content by relative path) into ``folder``.

    Parameters
    ----------
    folder
        Where the files go; never read back.
    tree
        Content by relative path.
    earlier
        Relative paths that were ever written: those that are not in ``tree`` are removed, because they show
        results that no longer hold.

    Raises
    ------
    StorageError
        If the disk refuses.
    """
    files, renamed = [], []
    for name, content in tree.items():
        path = _within(folder, name)
        written = _write(path, content)
        files.append(written)
        if written != path:
            renamed.append(written)
    for each in dict.fromkeys(path.parent for path in files):
        flush_entries(each)
    removed = [path for name in earlier if name not in tree and (path := _within(folder, name)).is_file()]
    for path in removed:
        remove_file(path)
    return Published(folder, tuple(files), tuple(renamed), tuple(removed))


def digests(tree: Mapping[str, bytes]) -> dict[str, str]:
    """Return the digest of every file."""
    return {name: sha256(content) for name, content in tree.items()}


def _within(folder: Path, name: str) -> Path:
    parts = PurePosixPath(name).parts
    assert parts
    assert not PurePosixPath(name).is_absolute()
    assert ".." not in parts
    return folder.joinpath(*parts)


def _write(path: Path, content: bytes) -> Path:
    """Write a file; where another program holds it open (Excel on Windows), write ``name (2)`` beside it."""
    try:
        write_whole(path, content)
    except StorageError:
        if os.name != "nt" or not path.is_file():
            raise
        path = path.with_name(f"{path.stem} (2){path.suffix}")
        write_whole(path, content)
    return path
