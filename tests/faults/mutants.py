"""The protections of a run, each switched off in its one place by a stand-in."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from mmxlib import files
from mmxlib.artifacts.codec import sha256
from mmxlib.workflow import orchestrator
from mmxlib.workflow.store import object_path
from tests.faults.found import Found
from tests.faults.test_dead_holders import hold, retaken
from tests.faults.test_single_holder import contend


@contextmanager
def switched_off(changes: Mapping[str, Any]) -> Iterator[None]:
    """Put stand-ins in the places of protections."""
    with ExitStack() as stack:
        for place, stand_in in changes.items():
            stack.enter_context(patch(place, stand_in))
        yield


def nothing(*_: object, **__: object) -> None:
    """Do nothing."""


def never(*_: object) -> bool:
    """Say no."""
    return False


def folder_unflushed(path: Path) -> None:
    """Make a folder and its parents, and do not flush the entries that lead to them."""
    if not path.is_dir():
        folder_unflushed(path.parent)
        files.os.mkdir(path, files.FOLDER_MODE)


def written_in_place(path: Path, content: bytes) -> None:
    """Write a file under its final name."""
    files.make_folder(path.parent)
    files.remove_file(path)
    files._write_new(path, content)
    files.flush_folder(path.parent)


def read_unproved(folder: Path, digest: str) -> bytes:
    """Return a stored result without proving it."""
    return object_path(folder, digest).read_bytes()


def chained_alone(previous: str, text: bytes) -> str:
    """Return the hash of a line that knows nothing of the line before."""
    return sha256(text)


def ended_by_newline(content: bytes) -> int:
    """Return how many bytes the lines have, without a look at sectors that never reached the disk."""
    return content.rfind(b"\n") + 1


def untranslated(error: OSError, path: Path) -> OSError:
    """Return the system's own error."""
    return error


def same_for_all(shown: Mapping[str, Any]) -> str:
    """Return an identity that names no content."""
    return "0" * 64


_basis_of = orchestrator.basis_of


def basis_without(name: str) -> Any:
    """Return a function that leaves one thing out of what a step's result depends on."""

    def basis(*arguments: Any, **named: Any) -> dict[str, Any]:
        return _basis_of(*arguments, **named) | {name: None}

    return basis


def unlocked(folder: Path) -> SimpleNamespace:
    """Return a lock that locks nothing."""
    return SimpleNamespace(release=nothing)


def locked_by_file(folder: Path) -> SimpleNamespace:
    """Return a lock that is a file: it stays when its holder was killed."""
    (folder / "run.lock").touch(exist_ok=False)
    return SimpleNamespace(release=nothing)


def contend_unlocked(folder: Path, line: Connection) -> None:
    """Contend for a run that nobody locks."""
    with switched_off({"mmxlib.workflow.store._locked": unlocked}):
        contend(folder, line)


def hold_by_file(folder: Path, line: Connection, with_child: bool) -> None:
    """Hold a run by a file."""
    with switched_off({"mmxlib.workflow.store._locked": locked_by_file}):
        hold(folder, line, with_child)


def retaken_by_file(folder: Path) -> Found:
    """Kill a holder by a file, and try to hold the run by one."""
    with switched_off({"mmxlib.workflow.store._locked": locked_by_file}):
        return retaken(folder, with_child=False, target=hold_by_file)
