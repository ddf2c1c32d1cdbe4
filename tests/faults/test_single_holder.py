"""G7: of processes that start at once one gets the run; the others are refused, with its pid and host."""

import multiprocessing
import os
import socket
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from mmxlib.errors import ExitCode, RunInUseError
from mmxlib.workflow.store import FolderStore
from tests.faults import children
from tests.faults.found import Found, together

AT_ONCE = 8
LONGEST = 1.0  # seconds until a second process is refused

pytestmark = pytest.mark.skipif(not children.LIVES, reason=children.WHY_NOT)


def contend(folder: Path, line: Connection) -> None:
    """Wait for the start, try to get the run, say how that went, and hold it until told to end."""
    line.send(os.getpid())
    line.recv()
    began = time.perf_counter()
    try:
        store = FolderStore(folder, "1.0")
    except RunInUseError as error:
        line.send((time.perf_counter() - began, int(error.exit_code), str(error)))
    else:
        line.send(None)
        line.recv()
        store.close()


def contest(folder: Path, target: Callable[[Path, Connection], None] = contend) -> Found:
    """Let processes start at once and return what was not as it should be."""
    pairs = [multiprocessing.Pipe() for _ in range(AT_ONCE)]
    processes = [children.started(target, folder, theirs) for _, theirs in pairs]
    lines = [ours for ours, _ in pairs]
    pids = [line.recv() for line in lines]
    for line in lines:
        line.send("start")
    answers = [line.recv() for line in lines]
    winners = [pid for pid, answer in zip(pids, answers, strict=True) if answer is None]
    for line, answer in zip(lines, answers, strict=True):
        if answer is None:
            line.send("end")
    codes = [children.ended_with(process) for process in processes]
    for ours, theirs in pairs:
        ours.close()
        theirs.close()
    bad = [f"{len(winners)} winners"] if len(winners) != 1 else []
    bad += [f"codes {codes}"] if set(codes) != {0} else []
    named = f"process {winners[0] if winners else 0} on {socket.gethostname()}."
    for answer in answers:
        if answer is not None and (
            answer[0] > LONGEST or answer[1] != ExitCode.IN_USE or named not in answer[2]
        ):
            bad.append(f"refused with {answer}, not with {named}")
    return Found(1, tuple(bad))


def examine(place: Path, *, rounds: int) -> Found:
    """Contend in new and in old runs by turns."""
    return together(contest(place / f"run{number // 2}") for number in range(rounds))


def in_full(place: Path) -> Found:
    """Contend a hundred times."""
    return examine(place, rounds=100)


def test_of_processes_that_start_at_once_exactly_one_gets_the_run(tmp_path):
    found = examine(tmp_path, rounds=4)
    assert found == Found(4, ())
