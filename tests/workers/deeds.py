"""What workers are given to do in these tests: plain functions of a module, as every task is."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mmxlib.errors import DataError


def square(number: int) -> int:
    return number * number


def process(_: object) -> int:
    return os.getpid()


def drawn(rng: np.random.Generator) -> float:
    return float(rng.spawn(1)[0].random())


def refuse(number: int) -> int:
    raise DataError(f"{number} is odd.", remedy="Take an even one.", code="MMX-D001", place="here")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def threads(_: object) -> list[int]:
    from threadpoolctl import threadpool_info

    product = np.ones((64, 64)) @ np.ones((64, 64))
    assert product[0, 0] == 64.0
    return [library["num_threads"] for library in threadpool_info()]


@dataclass(frozen=True)
class Deadly:
    """A task that leaves a mark each time it is tried, and kills its worker the first ``deaths`` times."""

    marks: Path
    number: int
    deaths: int = 0


def tried(task: Deadly) -> int:
    """Return the task's number, if this try is one that its worker survives."""
    before = tries(task.marks, task.number)
    (task.marks / f"{task.number}-{before}").touch()
    if before < task.deaths:
        os.kill(os.getpid(), signal.SIGKILL)
    return task.number


def tries(marks: Path, number: int) -> int:
    """Return how often a task was tried."""
    return len(list(marks.glob(f"{number}-*")))


@dataclass(frozen=True)
class Waiting:
    """A task that leaves a mark each time it is tried; the first time it says who does it, and waits."""

    marks: Path
    number: int
    waits: bool = False


def waited(task: Waiting) -> int:
    """Return the task's number, unless it is to wait: then whoever reads the pipe ``pid`` must end it."""
    before = tries(task.marks, task.number)
    (task.marks / f"{task.number}-{before}").touch()
    if task.waits and before == 0:
        with open(task.marks / "pid", "w") as pipe:
            pipe.write(str(os.getpid()))
        signal.pause()
    return task.number
