"""A model and its backtest are the same to the byte with any number of workers, and do without the lost."""

import pickle
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

import numpy as np
import pytest

import mmxlib as mmx
from mmxlib.artifacts.codec import encode
from mmxlib.artifacts.note import LOST_WORK
from mmxlib.errors import ModelError, UsageError
from mmxlib.evaluation.backtesting import BacktestSettings, FoldTask, begin_backtest
from mmxlib.model.priors import resolved_priors
from mmxlib.model.resampling import Refits
from mmxlib.model.settings import ModelSettings, PriorSettings
from mmxlib.workers.processes import Workers
from mmxlib.workers.tasks import Lost, begin
from tests.evaluation.handmade import made_panel
from tests.workers.deeds import Deadly
from tests.workers.deeds import tried as tried_once
from tests.workers.sabotage import Counting, Killing, of_fold
from tests.workers.test_tasks import KILLS

QUICK = {"starts": 2, "harmonics": 1, "trend_flexibility": 0.06, "draws": 60}


@pytest.fixture(scope="module")
def panel() -> mmx.Panel:
    return made_panel(units=2, channels=2, effect=0.3)


def model(panel: mmx.Panel, executor: Executor | None) -> mmx.Model:
    return mmx.fit_model(panel, settings=QUICK, seed=3, executor=executor)


def tried(panel: mmx.Panel, executor: Executor | None) -> mmx.Backtest:
    return mmx.backtest(panel, folds=3, settings=QUICK, seed=3, executor=executor)


def digests(panel: mmx.Panel, executor: Executor | None) -> list[str]:
    return [encode(each).digest for each in (model(panel, executor).response, tried(panel, executor))]


@pytest.fixture(scope="module")
def alone(panel: mmx.Panel) -> list[str]:
    return digests(panel, None)


@pytest.fixture(scope="module")
def two() -> Iterator[Workers]:
    with Workers(2) as workers:
        yield workers


def test_two_workers_give_the_bytes_of_none(panel, alone, two):
    assert digests(panel, two) == alone


def test_four_workers_give_these_bytes_too(panel, alone):
    with Workers(4) as workers:
        assert digests(panel, workers) == alone


@pytest.fixture(scope="module")
def dask_cluster() -> Iterator[Executor]:
    """The executor of a cluster that gives a task up as soon as it ends a worker, and never a worker."""
    with cluster(2, **{"scheduler.allowed-failures": 0, "deploy.lost-worker-timeout": "1 day"}) as executor:
        yield executor


@contextmanager
def cluster(workers: int, **settings: object) -> Iterator[Executor]:
    """The executor of a real Dask cluster on this machine."""
    dask = pytest.importorskip("dask")
    distributed = pytest.importorskip("distributed")
    with (
        dask.config.set({f"distributed.{name}": value for name, value in settings.items()}),
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
        ) as local,
        distributed.Client(local) as client,
        client.get_executor() as executor,
    ):
        yield executor


def test_a_dask_cluster_gives_these_bytes_too(panel, alone, dask_cluster):
    assert digests(panel, dask_cluster) == alone


@KILLS
def test_tasks_that_kill_workers_of_a_dask_cluster_are_tried_again_and_given_up_too(dask_cluster, tmp_path):
    tasks = [Deadly(tmp_path, number, deaths) for number, deaths in enumerate((0, 99, 1, 0, 99, 0))]
    lost = Lost(attempts=3)
    assert begin(tried_once, tasks, dask_cluster).results() == [0, lost, 2, 3, lost, 5]


@KILLS
def test_a_dask_cluster_that_gave_its_workers_up_is_not_waited_for(monkeypatch, tmp_path):
    monkeypatch.setattr("mmxlib.workers.tasks.LOOK_SECONDS", 0.1)
    with (
        cluster(1, **{"scheduler.allowed-failures": 0, "deploy.lost-worker-timeout": "0s"}) as executor,
        pytest.raises(UsageError, match="has no workers any more"),
    ):
        begin(tried_once, [Deadly(tmp_path, number, 99) for number in range(2)], executor).results()


def test_what_is_sent_to_a_worker_is_small(panel):
    """The refits of a task share all that they have in common: together they take less than a panel each."""
    counting = Counting()
    model(panel, counting)
    tried(panel, counting)
    whole = len(pickle.dumps(panel))
    refits = [task for task in counting.done if isinstance(task, Refits)]
    assert [len(task.resamples) for task in refits] == [25, 25, 10]
    assert all(len(pickle.dumps(task)) < 25 * whole for task in refits)
    assert all(len(pickle.dumps(task)) < 2 * whole for task in counting.done if isinstance(task, FoldTask))


@KILLS
def test_a_fold_that_kills_its_workers_is_left_out_and_said_so(panel, two):
    whole, partial = tried(panel, None), tried(panel, Killing(two, of_fold(2)))
    assert partial.folds["fold"].unique().tolist() == [1, 3]
    kept = whole.forecasts["fold"] != 2
    np.testing.assert_array_equal(partial.forecasts["mean"], whole.forecasts.loc[kept, "mean"])
    (note,) = [note for note in partial.notes if note.about == LOST_WORK]
    assert note.text.startswith("Forecast 2 of the backtest is missing")


@KILLS
def test_refits_that_kill_their_workers_leave_fewer_draws_and_are_said_so(panel, two):
    last = Killing(two, lambda task: isinstance(task, Refits) and len(task.resamples) == 10)
    response = model(panel, last).response
    assert len(response.draws) == 50
    (note,) = [note for note in response.notes if note.about == LOST_WORK]
    assert note.text.startswith("10 of the 60 refits are missing")


@KILLS
def test_a_model_without_any_refit_is_refused(panel, two):
    with pytest.raises(ModelError, match="Every refit ended the process"):
        model(panel, Killing(two, lambda task: isinstance(task, Refits)))


@KILLS
def test_a_backtest_without_any_fold_is_empty_and_said_so(panel, two):
    result = tried(panel, Killing(two, lambda task: True))
    assert result.folds.empty
    assert [note.about for note in result.notes] == [LOST_WORK] * 3


class Drawer:
    """A shelf in memory."""

    def __init__(self) -> None:
        self.held: dict[str, object] = {}

    def get(self, kind, name):
        return self.held.get(name)

    def put(self, name, result):
        self.held[name] = result


def test_folds_that_were_kept_are_not_done_again(panel):
    def trial(executor: Executor, drawer: Drawer):
        return begin_backtest(
            panel,
            priors=resolved_priors(PriorSettings(), panel),
            settings=BacktestSettings(folds=3),
            model_settings=ModelSettings(**QUICK),
            rng=np.random.default_rng(3),
            executor=executor,
            shelf=drawer,
        ).result()

    drawer, whole = Drawer(), Counting()
    with pytest.raises(KeyboardInterrupt):
        trial(Counting(of_fold(2)), drawer)
    assert "fold 1" in drawer.held
    kept = set(drawer.held)
    again = Counting()
    resumed = trial(again, drawer)
    assert {task.name for task in again.done} == {"fold 1", "fold 2", "fold 3"} - kept
    assert encode(resumed).digest == encode(trial(whole, Drawer())).digest
