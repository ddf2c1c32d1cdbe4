"""How near the model comes to known truths, with the default priors.

A market is a folder with ``data.csv`` (time, geo, x…, c…, y) and ``true_contributions.csv``: those of
`truths.py`, or of the public recovery benchmark. Scores of a channel and region: SRMSE, the root mean squared
error of its weekly contribution over its mean; the error of its total; whether the 90 % interval of the total
holds the truth. Means are over channels and regions, then over markets, then over kinds.
"""

import re
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

import mmxlib as mmx
from mmxlib.model.decomposition import media_draws
from tests.benchmarks.benchmark import Setup
from tests.benchmarks.results import figures
from tests.benchmarks.truths import folders

MEAN = "mean over kinds"
TOOLS = {"ridge": "mmxlib ridge", "bayes": "mmxlib bayes"}
SCORES = ["srmse", "srmse_per_draw", "total_error", "covers"]


def panel_of(folder: Path) -> mmx.Panel:
    frame = pd.read_csv(folder / "data.csv")
    media = [name for name in frame if re.match(r"x\d+", name)]
    controls = [name for name in frame if re.fullmatch(r"c\d+", name)]
    return mmx.Panel.from_frame(
        frame[["time", "geo", *media, *controls, "y"]],
        date="time",
        unit="geo",
        outcome="y",
        spend={name: name for name in media},
        controls=controls,
    )


def scores(folder: Path, method: str, **settings: object) -> pd.DataFrame:
    """Return a row per channel and region of a market."""
    panel, truth = panel_of(folder), pd.read_csv(folder / "true_contributions.csv")
    model = mmx.fit_model(panel, settings={"method": method, **settings}, seed=1)
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
                    "channel": name,
                    "geo": unit,
                    "srmse": np.sqrt(np.mean((mean[:, c] - actual[:, c]) ** 2)) / actual[:, c].mean(),
                    "srmse_per_draw": per_draw[:, c].mean(),
                    "total_error": totals[:, c].mean() / sum_actual - 1.0,
                    "covers": low[c] <= sum_actual <= high[c],
                }
            )
    return pd.DataFrame(rows)


def all_scores(places: Sequence[Path], method: str) -> pd.DataFrame:
    with ProcessPoolExecutor(max_workers=2) as pool:
        return pd.concat(pool.map(scores, places, [method] * len(places)), ignore_index=True)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row per kind (the dataset's name before its seed), cells averaged within datasets first."""
    table = table.assign(
        kind=table["dataset"].str.replace(r"-\d+$", "", regex=True), total_error=table["total_error"].abs()
    )
    by_dataset = table.groupby(["kind", "dataset"], sort=False)[SCORES].mean()
    return by_dataset.groupby("kind", sort=False).mean()


def by_kind(table: pd.DataFrame, tool: str, seeds: Sequence[int]) -> pd.DataFrame:
    """Return the figures of each kind, and of their mean."""
    kinds = summary(table)
    kinds.loc[MEAN] = kinds.mean()
    return pd.concat([figures(str(kind), tool, seeds, **row) for kind, row in kinds.iterrows()])


def truths(setup: Setup) -> pd.DataFrame:
    """Return the scores on five markets of each kind, which the peer has seen too."""
    seeds = range(1 if setup.short else 5)
    places = folders(setup.folder, seeds)
    return pd.concat([by_kind(all_scores(places, each), TOOLS[each], seeds) for each in setup.methods])


def coverage(setup: Setup) -> pd.DataFrame:
    """Return the scores on twenty markets of each kind, and of those never looked at while choosing."""
    seeds = range(2 if setup.short else 20)
    unseen = seeds[len(seeds) // 2 :]
    places = folders(setup.folder, seeds)
    found = []
    for method in setup.methods:
        table = all_scores(places, method)
        late = table["dataset"].str.extract(r"-(\d+)$")[0].astype(int).isin(unseen)
        alone = summary(table[late]).mean()
        found += [
            by_kind(table, TOOLS[method], seeds),
            figures("unseen seeds alone", TOOLS[method], unseen, **alone),
        ]
    return pd.concat(found)
