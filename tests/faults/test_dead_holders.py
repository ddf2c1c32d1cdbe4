"""G8: the lock of a process that was killed is retaken at once, also where a child of it lives on."""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from mmxlib.workflow.store import FolderStore
from tests.faults import children
from tests.faults.found import Found, said, together

Holder = Callable[[Path, Connection, bool], None]

pytestmark = pytest.mark.skipif(not children.LIVES, reason=children.WHY_NOT)


def hold(folder: Path, line: Connection, with_child: bool) -> None:
    """Hold the run, perhaps with a child, until killed; the child lives until told to end."""
    FolderStore(folder, "1.0")
    if with_child and os.fork() == 0:
        line.send("child")
        line.recv()
        os._exit(0)
    if not with_child:
        line.send("held")
    while True:
        os.wait() if with_child else line.recv()


def examine(place: Path, *, rounds: int) -> Found:
    """Kill holders, with and without a child, and retake their locks."""
    return together(
        retaken(place / f"run{with_child}", with_child=with_child)
        for _ in range(rounds)
        for with_child in (False, True)
    )


def retaken(folder: Path, *, with_child: bool, target: Holder = hold) -> Found:
    """Kill one holder and open its run."""
    ours, theirs = multiprocessing.Pipe()
    process = children.started(target, folder, theirs, with_child)
    ours.recv()
    process.kill()
    process.join()
    process.close()
    bad: tuple[str, ...] = ()
    try:
        FolderStore(folder, "1.0").close()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what was looked for
        bad = (f"{said(error)} ({'with' if with_child else 'without'} a child)",)
    if with_child:
        ours.send("end")
    ours.close()
    theirs.close()
    return Found(1, bad)


def in_full(place: Path) -> Found:
    """Retake two hundred locks."""
    return examine(place, rounds=100)


def test_the_lock_of_a_killed_process_is_retaken_also_where_its_child_lives(tmp_path):
    assert examine(tmp_path, rounds=5) == Found(10, ())
