"""PyMC-Marketing's defaults on the markets of `truths.py`, in an environment of their own."""

import subprocess
from pathlib import Path

import pandas as pd

from tests.benchmarks.benchmark import Setup
from tests.benchmarks.recovery import by_kind
from tests.benchmarks.truths import KINDS, folders

SCRIPT = Path(__file__).with_name("peer_pymc_marketing.py")
TOOL = "PyMC-Marketing"
PLAIN = "PyMC-Marketing, nothing shared"
"""Its plain default on a panel: parameters of its own for each region."""


def measure(setup: Setup) -> pd.DataFrame:
    """Return the peer's scores; on panels each channel's parameters are shared, as in its own example."""
    seeds = range(1 if setup.short else 5)
    alone = folders(setup.folder, seeds, [kind for kind in KINDS if kind.units == 1])
    panels = folders(setup.folder, seeds, [kind for kind in KINDS if kind.units > 1])
    shared = scored(setup, "shared.csv", panels, "--shared")
    plain = by_kind(scored(setup, "plain.csv", panels), PLAIN, seeds)
    return pd.concat(
        [
            by_kind(pd.concat([scored(setup, "alone.csv", alone), shared]), TOOL, seeds),
            plain[plain["case"] == "panel"],
        ]
    )


def scored(setup: Setup, name: str, markets: list[Path], *options: str) -> pd.DataFrame:
    """Return a row per market, channel and region."""
    out = setup.folder / name
    subprocess.run([str(setup.peer), "-P", str(SCRIPT), str(out), *map(str, markets), *options], check=True)
    return pd.read_csv(out).rename(columns={"covered": "covers"})
