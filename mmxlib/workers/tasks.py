"""Tasks handed to an executor, their results in the order of the tasks, dead workers made good.

Whoever makes tasks puts all their chance into them, so that neither the number of workers nor their order
moves a digit. Without an executor everything is done here, one task after the other.
"""

import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from mmxlib.errors import UsageError

T = TypeVar("T")
R = TypeVar("R")

RETRIES = 2
"""Times that a task whose worker died is tried again, alone: one that fails a third time is the cause."""

_WORKER_DIED = frozenset({"BrokenExecutor", "CancelledError", "KilledWorker"})
"""What executors raise when not the task but its worker ended: by name, since Dask has a word of its own and
need not be installed."""
_NO_WORKERS = "NoWorkerError"  # Dask's, where its `no-workers-timeout` is set
LOOK_SECONDS = 5.0
"""So often whoever waits for results looks whether a cluster is still at work on them."""
IDLE_LOOKS = 3
"""Looks in a row that may find all workers idle before the tasks that are waited for are handed in again."""
DESERTED_LOOKS = 60
"""Looks in a row that may find no worker, as while a cluster starts some, before its tasks are given up."""


class Shelf(Protocol):
    """Where results of tasks are kept as they arrive, so that work that is taken up again has them."""

    def get(self, kind: type[R], name: str) -> R | None:
        """Return the result that was kept under ``name``; None if there is none."""
        ...

    def put(self, name: str, result: object) -> None:
        """Keep a result, an artifact of plain fields and arrays, under ``name``."""
        ...


@dataclass(frozen=True, slots=True)
class Lost:
    """Stands for the result of a task that ended its worker each of the times it was tried."""

    attempts: int


@dataclass(frozen=True)
class RunningTasks(Generic[T, R]):
    """Tasks under way: an executor works at them while the caller does something else.

    ``futures`` is empty where there is no executor; the tasks are then done when the results are asked for.
    """

    function: Callable[[T], R]
    tasks: Sequence[T]
    executor: Executor | None
    futures: tuple["Future[R]", ...]

    def results(self, arrived: Callable[[int, R], None] | None = None) -> list[R | Lost]:
        """Return a result per task, in the order of the tasks.

        Parameters
        ----------
        arrived
            Is told of each result, with its task's place, as soon as it is there, in whatever order.

        Raises
        ------
        UsageError
            If the executor cannot go on after a worker died, or is a cluster that has no workers any more.
        Exception
            What a task raised; tasks that have not begun are then taken back.
        """
        tell = arrived or (lambda place, result: None)
        if self.executor is None:
            found: list[R | Lost] = []
            for place, task in enumerate(self.tasks):
                result = self.function(task)
                tell(place, result)
                found.append(result)
            return found
        try:
            return self._gathered(self.executor, tell)
        finally:
            self.cancel()

    def cancel(self) -> None:
        """Take back the tasks that have not begun."""
        for future in self.futures:
            future.cancel()

    def _gathered(self, executor: Executor, tell: Callable[[int, R], None]) -> list[R | Lost]:
        places = {future: place for place, future in enumerate(self.futures)}
        found: dict[int, R | Lost] = {}
        pending = set(places)
        while pending:
            done = _awaited(pending, executor)
            pending = pending - done if done else set()
            for future in sorted(done, key=places.__getitem__):
                if not _worker_died(future):
                    found[places[future]] = future.result()
                    tell(places[future], future.result())
        # only now, and one by one: whichever of them ends its worker takes no other along
        for place in range(len(self.tasks)):
            if place not in found:
                found[place] = self._again(executor, place, tell)
        return [found[place] for place in range(len(self.tasks))]

    def _again(self, executor: Executor, place: int, tell: Callable[[int, R], None]) -> R | Lost:
        for _ in range(RETRIES):
            future = _submitted(executor, self.function, self.tasks[place])
            try:
                if _awaited({future}, executor) and not _worker_died(future):
                    tell(place, future.result())
                    return future.result()
            finally:
                future.cancel()  # else an executor would wait for a forgotten one when it is shut down
        return Lost(attempts=1 + RETRIES)


def begin(function: Callable[[T], R], tasks: Sequence[T], executor: Executor | None) -> RunningTasks[T, R]:
    """Return ``tasks`` under way; their `RunningTasks.results` are those of ``function`` at each.

    Parameters
    ----------
    function
        What is done: a function of a module, without side effects, since it may be done twice.
    tasks
        Its arguments; like the results they travel between processes.
    executor
        Who does it: any executor of processes with one thread each. None does it in this process.
    """
    futures = [] if executor is None else [_submitted(executor, function, task) for task in tasks]
    return RunningTasks(function, tasks, executor, tuple(futures))


def _done(function: Callable[[T], R], task: T, label: str) -> R:
    """Return ``function`` at ``task``.

    The label is new each time: Dask takes calls that are alike for one call, and gives a second try the death
    of the first.
    """
    return function(task)


def _submitted(executor: Executor, function: Callable[[T], R], task: T) -> "Future[R]":
    try:
        return executor.submit(_done, function, task, uuid.uuid4().hex)
    except RuntimeError as error:  # the library's word for a pool that is broken or shut down
        raise UsageError(
            f"The executor takes no more tasks: {error}.",
            remedy="Hand in one that is open and replaces workers that die, such as a Dask client's.",
            code="MMX-W070",
        ) from error


def _awaited(pending: set["Future[R]"], executor: Executor) -> set["Future[R]"]:
    """Return the futures that are done, once one is; none where a cluster has forgotten all of them.

    Two things happen to a Dask cluster where tasks end workers, and would be waited for without an end. It
    may lose a result together with the worker that held it and never tell. And one that runs on this machine
    gives a worker up that is just starting again when an earlier death of it is 15 seconds ago
    (``distributed.deploy.lost-worker-timeout``), until it has none.

    Raises
    ------
    UsageError
        If the cluster has no workers any more.
    """
    idle = deserted = 0
    while idle < IDLE_LOOKS:
        done, _ = wait(pending, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
        if done:
            return done
        tasks = _tasks_of_workers(executor)
        idle = idle + 1 if tasks and not any(tasks) else 0
        deserted = deserted + 1 if tasks == [] else 0
        if deserted == DESERTED_LOOKS:
            raise _deserted()
    return set()


def _tasks_of_workers(executor: Executor) -> list[int] | None:
    """Return how many tasks each worker of a Dask cluster has; None for others, which break by themselves."""
    client = getattr(executor, "_client", None)
    if client is None:
        return None
    try:
        return [len(tasks) for tasks in client.processing().values()]
    except OSError:  # its scheduler does not answer
        return []


def _deserted() -> UsageError:
    return UsageError(
        "The cluster has no workers any more, and tasks are left to do.",
        remedy="Start its workers again and call again: in a run, what was finished is kept. If tasks ended "
        'their workers, start a cluster of one machine with dask.config.set({"distributed.deploy.'
        'lost-worker-timeout": "1 day"}), so that it starts each of them again.',
        code="MMX-W080",
    )


def _worker_died(future: "Future[R]") -> bool:
    """Return whether the task's worker ended before the task did; the future is done."""
    if future.cancelled():
        return True
    error = future.exception()
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if _NO_WORKERS in kinds:
        raise _deserted() from error
    return not kinds.isdisjoint(_WORKER_DIED)
