"""The default executor: a few processes on this machine, each replaced by itself when it dies."""

import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from mmxlib.errors import UsageError

P = ParamSpec("P")
R = TypeVar("R")

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)
"""The environment of a worker: linear algebra in one thread."""
LOOK_SECONDS = 1.0
"""So often a worker looks whether its parent is still there: no system tells it on all of them."""


class Workers(Executor):
    """An executor of loky's processes, one pool of a single process for each.

    A pool that loses a process gives up all its tasks, those of its living processes too. With a pool each, a
    process that dies takes its own task along and no other. It has state because it holds processes; they end
    with `shutdown`, and by themselves when this process ends in any way.
    """

    def __init__(self, count: int | None = None) -> None:
        """Make room for ``count`` processes, or one for each core; each starts with its first task.

        Raises
        ------
        UsageError
            If there are none.
        """
        self.count = _cores() if count is None else count
        if self.count < 1:
            raise UsageError(
                f"{count} workers can do nothing.", remedy="Ask for one or more.", code="MMX-W071"
            )
        self._threads = ThreadPoolExecutor(self.count, thread_name_prefix="worker")
        self._own = threading.local()
        self._guard = threading.Lock()
        self._pools: list[Executor] = []
        self._closed = False

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
        """Return the future of ``fn(*args, **kwargs)``; it breaks if the worker dies, the next has a new one.

        Function, arguments and result must be such as can go to another process.
        """
        return self._threads.submit(self._done, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End processes: at once with ``cancel_futures``, else once all is done, with or without ``wait``."""
        self._threads.shutdown(wait=not cancel_futures, cancel_futures=cancel_futures)
        with self._guard:
            self._closed = True
            pools, self._pools = self._pools, []
        for pool in pools:
            pool.shutdown(wait=True, kill_workers=True)  # type: ignore[call-arg]  # loky's own argument
        self._threads.shutdown(wait=wait)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Shut down; tasks that an error left behind are not waited for."""
        self.shutdown(cancel_futures=error is not None)

    def _done(self, function: Callable[..., R], args: tuple[object, ...], named: dict[str, object]) -> R:
        """Do a call in this thread's process."""
        pool = self._pool()
        try:
            return pool.submit(function, *args, **named).result()
        except BrokenExecutor:
            self._replace(pool)
            raise

    def _pool(self) -> Executor:
        pool: Executor | None = getattr(self._own, "pool", None)
        if pool is None:
            from loky import ProcessPoolExecutor  # here, so that work in this process needs none of it

            with self._guard:
                if self._closed:
                    raise BrokenExecutor("shut down")
                pool = ProcessPoolExecutor(1, env=ONE_THREAD, initializer=_watch, initargs=(os.getpid(),))
                self._pools.append(pool)
            self._own.pool = pool
        return pool

    def _replace(self, pool: Executor) -> None:
        self._own.pool = None
        with self._guard:
            if pool in self._pools:
                self._pools.remove(pool)
        pool.shutdown(wait=False)


def _watch(parent: int) -> None:
    """Have this worker end with the process that started it, however that ends, also amid a task."""
    if sys.platform != "win32":  # there a worker finishes its task and then finds nobody to hand it to
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os._exit(1)


def _cores() -> int:
    """Return the cores that this process may use."""
    counted = getattr(os, "sched_getaffinity", None)
    return len(counted(0)) if counted else os.cpu_count() or 1
