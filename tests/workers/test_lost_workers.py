"""A cluster that loses its workers: a second try where one ended, words where none is left."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from mmxlib.errors import UsageError
from mmxlib.workers.processes import Workers
from mmxlib.workers.tasks import Lost, begin
from tests.workers.deeds import square


class NoWorkerError(Exception):
    """What Dask raises where it has waited long enough for a worker; known by its name alone."""


class KilledWorker(Exception):  # noqa: N818 - Dask's own name
    """What Dask raises where a task ended its workers."""


class Ending(Executor):
    """An executor whose first tasks end by ``how``; the others are done."""

    def __init__(self, how: Callable[[Future[object]], object], *, times: int) -> None:
        self.how, self.times = how, times

    def submit(self, fn, /, *args, **kwargs):
        future: Future[object] = Future()
        if self.times:
            self.times -= 1
            self.how(future)
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def cancelled(future: Future[object]) -> None:
    future.cancel()
    future.set_running_or_notify_cancel()


def killed(future: Future[object]) -> None:
    future.set_exception(KilledWorker())


def deserted(future: Future[object]) -> None:
    future.set_exception(NoWorkerError())


@pytest.mark.parametrize("how", [cancelled, killed])
def test_a_task_that_ended_with_its_worker_is_done_again(how: Callable[[Future[object]], object]) -> None:
    assert begin(square, range(4), Ending(how, times=4)).results() == [0, 1, 4, 9]


@pytest.mark.parametrize("how", [cancelled, killed])
def test_a_task_that_always_ends_with_its_worker_is_given_up(
    how: Callable[[Future[object]], object],
) -> None:
    assert begin(square, [5], Ending(how, times=99)).results() == [Lost(attempts=3)]


def test_a_cluster_that_says_itself_that_it_has_no_worker_is_refused_with_advice() -> None:
    with pytest.raises(UsageError, match="no workers any more") as refused:
        begin(square, range(2), Ending(deserted, times=1)).results()
    assert refused.value.code == "MMX-W080"
    assert isinstance(refused.value.__cause__, NoWorkerError)


def test_a_cluster_whose_scheduler_does_not_answer_counts_as_one_without_workers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def silent() -> object:
        raise OSError("the scheduler is gone")

    monkeypatch.setattr("mmxlib.workers.tasks.LOOK_SECONDS", 0.001)
    executor = Ending(lambda future: None, times=1)  # it never tells what became of the task
    executor._client = SimpleNamespace(processing=silent)  # type: ignore[attr-defined]  # as Dask's has
    with pytest.raises(UsageError, match="no workers any more"):
        begin(square, [1], executor).results()


def test_workers_that_were_let_go_take_no_more_tasks() -> None:
    workers = Workers(2)
    workers.shutdown()
    with pytest.raises(UsageError, match="takes no more tasks") as refused:
        begin(square, [1], workers).results()
    assert refused.value.code == "MMX-W070"


def test_as_many_workers_as_there_are_cores_give_the_same_results() -> None:
    with Workers() as workers, ThreadPoolExecutor(1) as thread:
        assert begin(square, range(3), workers).results() == begin(square, range(3), thread).results()
