"""A model on a Dask cluster: some refits, or a fold of the backtest, are a task for whichever worker is free.

    python examples/dask_cluster.py                        # a cluster of two processes on this machine
    python examples/dask_cluster.py tcp://scheduler:8786   # one that is there: mmxlib must be installed on it

The numbers are the same to the last digit as without a cluster. Start workers with one thread each
(``dask worker --nthreads 1``). A task that ends its worker, for want of memory say, is tried twice
more, alone.
"""

import sys

import dask
from distributed import Client

import mmxlib as mmx

# A cluster on this machine gives a worker up that is just starting again when an earlier end of it is
# 15 seconds ago; with tasks that end workers it would soon have none.
dask.config.set({"distributed.deploy.lost-worker-timeout": "1 day"})

SETTINGS = {"draws": 50, "starts": 4}


def main(address: str | None) -> None:
    panel = mmx.simulate_panel(sub_categories=6, channels=3, periods=130, seed=7).panel
    here = {"n_workers": 2, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
    with Client(address, **({} if address else here)) as client, client.get_executor() as executor:
        model = mmx.fit_model(panel, settings=SETTINGS, seed=7, executor=executor)
        report = mmx.backtest(panel, folds=2, settings=SETTINGS, seed=7, executor=executor)
    print(model.channel_summary()[["channel", "roi", "roi_lower", "roi_upper"]].to_string(index=False))
    print(report.summary[["method", "mape"]].to_string(index=False))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
