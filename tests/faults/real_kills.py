"""G1 with the real agents: the command killed at file operations, halfway in writes too, ends the same.

A part of the full suite alone: in the short one G2 kills the real command.
"""

import signal
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from tests.cli.homes import mmx, small_home
from tests.faults import children
from tests.faults.disk import Counter, Killer, Kind, in_use
from tests.faults.found import Found
from tests.faults.test_random_kills import kept


def run(home: Path, name: str) -> int:
    """Run the command, or take its run up, and return its exit code."""
    words = ("--input", home / "data", "--config", home / "config", "--run-dir", home / name)
    with redirect_stdout(StringIO()):
        return mmx("run", *words, "--auto-approve")


def killed_run(home: Path, name: str, at: int, halfway: bool) -> None:
    """Run the command until the kill."""
    with in_use(Killer(at, halfway=halfway)):
        run(home, name)


def fault_of(home: Path, name: str, whole: Mapping[str, bytes], *, at: int, halfway: bool) -> str:
    """Kill the command at one operation, take its run up, and return what went wrong, or nothing."""
    code = children.ended_with(children.started(killed_run, home, name, at, halfway))
    if code != -signal.SIGKILL:
        return f"the child ended with {code}"
    run(home, name)
    return "" if kept(home / name) == whole else "other files"


def examine(place: Path, *, points: int) -> Found:
    """Kill at so many operations, spread over the run; writes are broken off halfway."""
    home, counter = small_home(place, channels=2), Counter()
    with in_use(counter):
        run(home, "whole")
    operations, bad = counter.operations, []
    for number in range(points):
        at = (2 * number + 1) * len(operations) // (2 * points)
        halfway = operations[at].kind is Kind.WRITE
        fault = fault_of(home, f"run{number}", kept(home / "whole"), at=at, halfway=halfway)
        bad += [f"{fault} (the command, killed at {at})"] if fault else []
    return Found(points, tuple(bad))


def in_full(place: Path) -> Found:
    """Kill at two dozen operations."""
    return examine(place, points=24)
