"""Whether the posterior is right: rank histograms of simulation-based calibration.

500 simulations of each market of `tests.model.calibrating`: one unit, three units whose difference is
learned, and one unit with delayed and Weibull carryover. The p-values of even ranks are the figures; the
histograms of all ranks are drawn beside them, in ``calibration.png``.
"""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from os import cpu_count
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.stats import binom

from tests.benchmarks.benchmark import Setup
from tests.benchmarks.results import figures
from tests.model.calibrating import alone, later, pooled
from tests.model.ranking import KEPT, Chains, bins, p_values, ranks

SIMULATIONS = 500
TOOL = "mmxlib bayes"
ALL = "all quantities"
CHUNK = 10
"""Simulations that a process does at a time."""
MARKETS = {
    "one unit, geometric carryover, Hill curves": (alone, Chains(tune=200, samples=252)),
    "three units, learned difference": (pooled, Chains(tune=300, samples=400)),
    "one unit, delayed (c1) and Weibull (c2) carryover": (later, Chains(tune=200, samples=252)),
}
COLUMNS = 8
BAND = 0.99
"""Of a bar's height where ranks are even."""


def chunk(name: str, first: int, *, simulations: int) -> pd.DataFrame:
    made, chains = MARKETS[name]
    return ranks(made(), range(first, min(first + CHUNK, simulations)), chains)


def all_ranks(simulations: int) -> dict[str, pd.DataFrame]:
    """Return each market's ranks, in the order of simulations whatever process did them."""
    found = {}
    with ProcessPoolExecutor(cpu_count()) as pool:
        for name in MARKETS:
            firsts = range(0, simulations, CHUNK)
            parts = pool.map(partial(chunk, name, simulations=simulations), firsts)
            found[name] = pd.concat(parts, ignore_index=True)
    return found


def histogram(axes: Axes, shares: pd.Series, p: float) -> None:
    count = len(shares)
    edges = np.linspace(0.0, 1.0, bins(count) + 1)
    low, high = binom.interval(BAND, count, 1.0 / bins(count))
    axes.hist(shares, edges.tolist(), color="#8fb4d1", rwidth=0.86)
    axes.axhspan(low, high, color="#102a43", alpha=0.12, linewidth=0.0)  # over the bars: both ends are seen
    axes.axhline(count / bins(count), color="#102a43", linewidth=0.8)
    axes.set_title(f"{str(shares.name).replace('_', '-')}  (p {p:.2f})", fontsize=9)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, 1.8 * count / bins(count))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[["top", "right", "left"]].set_visible(False)


def draw(found: dict[str, pd.DataFrame], path: Path) -> None:
    """Draw a block of histograms per market."""
    rows = [-(-shares.shape[1] // COLUMNS) for shares in found.values()]
    figure = plt.figure(figsize=(15.0, 1.75 * sum(rows) + 0.5 * len(rows) + 0.6), layout="constrained")
    blocks = figure.subfigures(len(found), 1, squeeze=False, height_ratios=rows)[:, 0]
    for block, (name, shares), count in zip(blocks, found.items(), rows, strict=True):
        block.suptitle(
            f"{name}: {len(shares):,} simulations", fontsize=11, fontweight="bold", x=0.01, ha="left"
        )
        places = block.subplots(count, COLUMNS).ravel()
        table = p_values(shares)
        for axes, quantity in zip(places, map(str, shares.columns), strict=False):
            histogram(axes, shares[quantity], float(table["p"][quantity]))
        for axes in places[shares.shape[1] :]:
            axes.set_axis_off()
    figure.supxlabel(
        f"Rank of the true value among {KEPT} draws of its posterior, from lowest to highest. Even bars: "
        f"calibrated. The band holds {100.0 * BAND:g} % of bars where they are even.",
        fontsize=10,
    )
    figure.savefig(path, dpi=110, metadata={"Software": None})


def measure(setup: Setup) -> pd.DataFrame:
    """Return the p-values of even ranks of every quantity, and of all together."""
    simulations = 2 * CHUNK if setup.short else SIMULATIONS
    seeds, found = range(simulations), all_ranks(simulations)
    tables = {name: p_values(shares) for name, shares in found.items()}
    if setup.pictures is not None:
        draw(found, setup.pictures / "calibration.png")
    least = pd.concat(tables)["p"]
    rows = [
        figures(f"{name}: {quantity}", TOOL, seeds, **row)
        for name, table in tables.items()
        for quantity, row in table.iterrows()
    ]
    return pd.concat([*rows, figures(ALL, TOOL, seeds, p=min(1.0, len(least) * least.min()))])
