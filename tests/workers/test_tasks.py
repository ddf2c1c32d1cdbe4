"""Tasks give the same results whoever does them, and a worker's death costs one task a second try."""

import os
import pickle
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

from mmxlib.errors import DataError, UsageError
from mmxlib.workers.processes import Workers
from mmxlib.workers.tasks import Lost, begin
from tests.workers.deeds import (
    Deadly,
    Waiting,
    drawn,
    process,
    refuse,
    square,
    threads,
    tried,
    tries,
    waited,
)

KILLS = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill a process at once")


@pytest.fixture(scope="module")
def two() -> Iterator[Workers]:
    with Workers(2) as workers:
        yield workers


def test_results_come_in_the_order_of_their_tasks(two):
    assert begin(square, range(20), two).results() == [number * number for number in range(20)]


def test_no_executor_means_this_process():
    assert begin(process, [0], None).results() == [os.getpid()]


def test_an_executor_means_other_processes(two):
    assert os.getpid() not in begin(process, range(4), two).results()


def test_a_stream_of_chance_spawns_the_same_children_in_a_worker(two):
    def streams() -> list[np.random.Generator]:
        return np.random.default_rng(7).spawn(5)

    assert begin(drawn, streams(), two).results() == begin(drawn, streams(), None).results()


def test_linear_algebra_has_one_thread_in_a_worker(two):
    (found,) = begin(threads, [0], two).results()
    assert set(found) == {1}


def test_results_are_told_as_they_arrive(two):
    told: dict[int, int | Lost] = {}
    found = begin(square, range(5), two).results(told.__setitem__)
    assert [told[place] for place in range(5)] == found


def test_an_error_comes_back_as_it_was_raised(two):
    with pytest.raises(DataError) as here:
        refuse(3)
    with pytest.raises(DataError) as there:
        begin(refuse, [3], two).results()
    assert there.value.faults == here.value.faults
    assert str(there.value) == str(here.value)


def test_an_error_of_several_faults_survives_the_way():
    error = DataError.of([*_fault("a"), *_fault("b")])
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.faults, str(again)) == (DataError, error.faults, str(error))


def _fault(problem: str):
    return DataError(problem, remedy="b", code="MMX-D001").faults


def test_threads_may_be_handed_in_too():
    with ThreadPoolExecutor(2) as executor:
        assert begin(square, range(5), executor).results() == [0, 1, 4, 9, 16]


@KILLS
def test_a_task_whose_worker_died_is_done_again(two, tmp_path):
    tasks = [Deadly(tmp_path, number, deaths=1 if number == 2 else 0) for number in range(6)]
    assert begin(tried, tasks, two).results() == list(range(6))
    assert [tries(tmp_path, number) for number in range(6)] == [1, 1, 2, 1, 1, 1]


@KILLS
def test_a_task_that_always_kills_its_worker_is_given_up_and_the_others_finish(two, tmp_path):
    tasks = [Deadly(tmp_path, number, deaths=99 if number == 2 else 0) for number in range(6)]
    assert begin(tried, tasks, two).results() == [0, 1, Lost(attempts=3), 3, 4, 5]
    assert [tries(tmp_path, number) for number in range(6)] == [1, 1, 3, 1, 1, 1]


@KILLS
@pytest.mark.parametrize("moment", range(10))
def test_a_worker_killed_at_any_of_ten_moments_costs_one_task_a_second_try(two, tmp_path, moment):
    os.mkfifo(tmp_path / "pid")
    tasks = [Waiting(tmp_path, number, waits=number == moment) for number in range(10)]
    begun = begin(waited, tasks, two)
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    assert begun.results() == list(range(10))
    repeated = [number for number in range(10) if tries(tmp_path, number) > 1]
    assert repeated == [moment]
    assert tries(tmp_path, moment) == 2


@KILLS
def test_a_worker_killed_while_it_has_nothing_to_do_costs_nothing(two):
    for number in set(begin(process, range(8), two).results()):
        os.kill(number, signal.SIGKILL)
    assert begin(square, range(8), two).results() == [number * number for number in range(8)]


@KILLS
def test_an_executor_that_cannot_replace_its_workers_is_refused_with_advice(tmp_path):
    with ProcessPoolExecutor(1) as executor, pytest.raises(UsageError, match="takes no more tasks"):
        begin(tried, [Deadly(tmp_path, 0, deaths=1)], executor).results()


class Forgetful(Executor):
    """A cluster's executor that does what is handed in, except its first tasks, of which it never tells."""

    def __init__(self, forgets: int, workers: dict[str, list[str]]) -> None:
        self.forgets = forgets
        self._client = SimpleNamespace(processing=lambda: workers)

    def submit(self, fn, /, *args, **kwargs):
        future: Future[object] = Future()
        if self.forgets:
            self.forgets -= 1
        else:
            future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture
def _quick_looks(monkeypatch):
    monkeypatch.setattr("mmxlib.workers.tasks.LOOK_SECONDS", 0.01)


@pytest.mark.usefixtures("_quick_looks")
def test_tasks_that_an_idle_cluster_has_forgotten_are_handed_in_again():
    idle = Forgetful(3, {"one": [], "two": []})
    assert begin(square, range(5), idle).results() == [0, 1, 4, 9, 16]


@pytest.mark.usefixtures("_quick_looks")
def test_a_cluster_without_workers_is_refused_with_advice():
    with pytest.raises(UsageError, match="no workers any more") as refused:
        begin(square, range(5), Forgetful(3, {})).results()
    assert refused.value.code == "MMX-W080"


def test_no_workers_at_all_are_refused():
    with pytest.raises(UsageError, match="0 workers can do nothing"):
        Workers(0)
