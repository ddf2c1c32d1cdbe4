"""How near the model comes to known truths, with the default priors: one table for folders of one form.

    python tests/benchmarks/recovery.py OUT.csv ridge|bayes FOLDER [FOLDER …]

Each folder holds ``data.csv`` (time, geo, x…, c…, y) and ``true_contributions.csv``: those of `truths.py`,
or of the public recovery benchmark. A row per folder, channel and region: SRMSE of the mean series, signed
error of the total, whether the 90 % interval of the total holds the truth, seconds.
"""

import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

import mmxlib as mmx
from mmxlib.model.decomposition import media_draws


def panel_of(folder: Path) -> mmx.Panel:
    data = pd.read_csv(folder / "data.csv")
    media = [name for name in data if re.match(r"x\d+", name)]
    controls = [name for name in data if re.fullmatch(r"c\d+", name)]
    return mmx.Panel.from_frame(
        data[["time", "geo", *media, *controls, "y"]],
        date="time",
        unit="geo",
        outcome="y",
        spend={name: name for name in media},
        controls=controls,
    )


def scores(folder: Path, method: str, **settings: object) -> pd.DataFrame:
    panel, truth = panel_of(folder), pd.read_csv(folder / "true_contributions.csv")
    began = time.perf_counter()
    model = mmx.fit_model(panel, settings={"method": method, **settings}, seed=1)
    seconds = time.perf_counter() - began
    rows = []
    for index, unit in enumerate(panel.units):
        actual = truth[truth["geo"] == unit][
            [f"contribution_{name}" for name in panel.channel_names]
        ].to_numpy()
        draws = media_draws(model.response, index)
        mean, totals = draws.mean(axis=0), draws.sum(axis=1)
        low, high = np.quantile(totals, [0.05, 0.95], axis=0)
        per_draw = np.sqrt(np.mean((draws - actual) ** 2, axis=1)) / actual.mean(axis=0)
        for c, name in enumerate(panel.channel_names):
            sum_actual = actual[:, c].sum()
            rows.append(
                {
                    "dataset": folder.name,
                    "tool": f"mmxlib {method}",
                    "channel": name,
                    "geo": unit,
                    "srmse": np.sqrt(np.mean((mean[:, c] - actual[:, c]) ** 2)) / actual[:, c].mean(),
                    "srmse_per_draw": per_draw[:, c].mean(),
                    "total_error": totals[:, c].mean() / sum_actual - 1.0,
                    "covered": low[c] <= sum_actual <= high[c],
                    "seconds": seconds,
                }
            )
    return pd.DataFrame(rows)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row per kind (the dataset's name before its seed), cells averaged within datasets first."""
    table = table.assign(
        kind=table["dataset"].str.replace(r"-\d+$", "", regex=True), total_error=table["total_error"].abs()
    )
    columns = ["srmse", "srmse_per_draw", "total_error", "covered", "seconds"]
    by_dataset = table.groupby(["tool", "kind", "dataset"], sort=False)[columns].mean()
    return by_dataset.groupby(["tool", "kind"], sort=False).mean()


def main(out: Path, method: str, folders: list[Path]) -> None:
    with ProcessPoolExecutor(max_workers=2) as pool:
        table = pd.concat(pool.map(scores, folders, [method] * len(folders)), ignore_index=True)
    table.to_csv(out, index=False)
    by_kind = summary(table)
    print(by_kind.round(3).to_string())
    print(by_kind.mean().round(3).to_string())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], [Path(each) for each in sys.argv[3:]])
