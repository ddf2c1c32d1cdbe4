"""Whether the posterior is right: rank histograms of simulation-based calibration, on demand.

    python tests/benchmarks/calibration.py [simulations]

So many simulations (500 by default) of each market of `tests.model.calibrating`: one unit, three units whose
difference is learned, and one unit with delayed and Weibull carryover. It prints the p-values of even ranks
and writes them to ``results/calibration.csv``, the histograms to ``results/calibration.png``.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from os import cpu_count
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.stats import binom

from tests.model.calibrating import alone, later, pooled
from tests.model.ranking import KEPT, Chains, bins, p_values, ranks

RESULTS = Path(__file__).parent / "results"
SIMULATIONS = 500
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
            parts = []
            for part in pool.map(partial(chunk, name, simulations=simulations), firsts):
                parts.append(part)
                print(
                    f"\r{name}: {sum(map(len, parts))} of {simulations}", end="", file=sys.stderr, flush=True
                )
            print(file=sys.stderr)
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


def main(simulations: int) -> None:
    found = all_ranks(simulations)
    table = pd.concat(
        {name: p_values(shares) for name, shares in found.items()}, names=["market", "quantity"]
    )
    RESULTS.mkdir(exist_ok=True)
    table.round(4).to_csv(RESULTS / "calibration.csv")
    draw(found, RESULTS / "calibration.png")
    least = float(table["p"].min())
    print(table.round(3).to_string())
    print(f"Least p {least:.4f} of {len(table)}: {min(1.0, len(table) * least):.3f} for all.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SIMULATIONS)
