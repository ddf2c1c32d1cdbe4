"""How long the main job takes and how much memory, on a machine's first run and after it.

12 sub-categories, 6 channels, 156 weeks, all reports; each run a process of its own, measured from outside.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

from tests.benchmarks.alone import alone
from tests.benchmarks.benchmark import Setup
from tests.benchmarks.results import figures

TOOL = "mmxlib ridge"
MMX = (sys.executable, "-m", "mmxlib")
SIMULATE = "simulate --sub-categories 12 --channels 6 --periods 156 --seed 7 --out data"
FIRST, LATER = "first run on a machine", "after it"


def timed(command: list[str], folder: Path, cache: Path) -> float:
    """Return the wall seconds of a command whose compiled loops are kept in ``cache``."""
    began = time.perf_counter()
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - began


def job(place: str, runs: int) -> dict[str, float]:
    """Return the seconds of the first run and of later ones, and the largest process, in megabytes.

    All runs must write the same bytes. Called in a process of its own, whose children are these runs alone.
    """
    folder, cache = Path(place), Path(place) / "compiled"
    subprocess.run([*MMX, *SIMULATE.split()], cwd=folder, check=True, capture_output=True)

    def seconds(number: int) -> float:
        words = [*MMX, "run", "--input", "data", "--run-dir", f"runs/r{number}", "--auto-approve"]
        return timed(words, folder, cache)

    first = seconds(0)
    later = [seconds(number + 1) for number in range(runs)]
    whole, again = (contents(folder / f"runs/r{number}/out") for number in (0, 1))
    if whole != again:
        raise AssertionError("two runs of the main job wrote different files")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024.0
    return {"first": first, "later": statistics.median(later), "peak": peak}


def measure(setup: Setup) -> pd.DataFrame:
    """Return the seconds of the main job and its largest process."""
    found = alone(job, str(setup.folder), 1 if setup.short else 5)
    seed = range(7, 8)
    return pd.concat(
        [
            figures(FIRST, TOOL, seed, seconds=found["first"]),
            figures(LATER, TOOL, seed, seconds=found["later"], peak_mb=found["peak"]),
        ]
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
