"""Processes that run the toy run, started in milliseconds from one that has everything loaded."""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.faults.disk import Disk, Killer, in_use
from tests.faults.toy_run import go_on, plain_files

LIVES = hasattr(os, "fork")
WHY_NOT = "this system cannot end a process in the middle of a call"
SECONDS = 120.0  # a child that has not ended by then hangs


def started(target: Callable[..., object], *arguments: object) -> BaseProcess:
    """Return a new process at work on ``target``."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.children"])
    process = context.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def ended_with(process: BaseProcess) -> int | None:
    """Return the exit code of a process when it has ended; one that hangs is killed and has none."""
    process.join(SECONDS)
    hangs = process.is_alive()
    if hangs:
        process.kill()
        process.join()
    code = process.exitcode
    process.close()
    return None if hangs else code


def killed_run(folder: Path, periods: int, at: int, halfway: bool) -> None:
    """Run until the kill; every promise adds a byte to a file beside the run."""
    descriptor = os.open(f"{folder}.promised", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    disk: Disk = Killer(at, halfway=halfway)
    with plain_files(), in_use(disk):
        go_on(folder, periods, lambda entries: _note(descriptor, entries))


def _note(descriptor: int, entries: int) -> None:
    """Make a file as long as what was promised: one call, so that no kill finds it half done."""
    os.ftruncate(descriptor, entries)
