"""Executors that let something happen to one of the tasks."""

from collections.abc import Callable
from concurrent.futures import Executor, Future

from mmxlib.evaluation.backtesting import FoldTask
from mmxlib.workers.processes import Workers
from tests.workers.deeds import die


def of_fold(number: int) -> Callable[[object], bool]:
    return lambda task: isinstance(task, FoldTask) and task.number == number


class Killing(Executor):
    """Workers that die whenever they take a task that is ``marked``."""

    def __init__(self, workers: Executor, marked: Callable[[object], bool]) -> None:
        self.workers, self.marked = workers, marked

    def submit(self, fn, /, *args, **kwargs):
        if self.marked(args[1]):
            return self.workers.submit(die)
        return self.workers.submit(fn, *args, **kwargs)


class KillingWorkers(Workers):
    """The default workers, which die of the backtest's first fold."""

    def submit(self, fn, /, *args, **kwargs):
        return super().submit(die) if of_fold(1)(args[1]) else super().submit(fn, *args, **kwargs)


class Counting(Executor):
    """Does all at once in this process, remembers what, and breaks off at a task that is ``marked``."""

    def __init__(self, marked: Callable[[object], bool] = lambda task: False) -> None:
        self.marked = marked
        self.done: list[object] = []

    def submit(self, fn, /, *args, **kwargs):
        future: Future[object] = Future()
        if self.marked(args[1]):
            future.set_exception(KeyboardInterrupt())
        else:
            self.done.append(args[1])
            future.set_result(fn(*args, **kwargs))
        return future
