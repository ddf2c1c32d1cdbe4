"""How long ``mmx check`` takes on files of 100,000 rows: the whole process, from the command to its end.

Wall time is that of the machine as it is; the processor's time is what the process itself used, whatever else
the machine does.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from tests.benchmarks.benchmark import Setup
from tests.benchmarks.results import figures

TOOL = "mmxlib"
TIMES = 5


def weeks(count: int) -> list[str]:
    return [str(np.datetime64("2022-01-03") + 7 * week) for week in range(count)]


def by_geo(folder: Path) -> Path:
    """Write 12 sub-categories x 80 regions x 104 weeks with three channels beside the sales."""
    rng = np.random.default_rng(0)
    keys = [[f"sub {i:02d}" for i in range(12)], [f"geo {i:02d}" for i in range(80)], weeks(104)]
    frame = _rows(keys, ["sub_category", "geo", "date"])
    frame["sales"] = np.round(rng.gamma(50.0, 20.0, len(frame)), 2)
    for channel in ("tv", "search", "social"):
        frame[f"{channel}_spend"] = np.round(rng.gamma(2.0, 50.0, len(frame)), 2)
    frame.to_csv(folder / "sales.csv", index=False)
    return folder / "sales.csv"


def by_channel(folder: Path) -> Path:
    """Write sales by sub-category, and media of 54 channels x 12 sub-categories x 156 weeks, a row each."""
    rng = np.random.default_rng(0)
    units, dates = [f"sub {i:02d}" for i in range(12)], weeks(156)
    sales = _rows([units, dates], ["sub_category", "date"])
    sales["sales"] = np.round(rng.gamma(50.0, 20.0, len(sales)), 2)
    media = _rows(
        [units, [f"channel {i:02d}" for i in range(54)], dates], ["sub_category", "channel", "date"]
    )
    media["spend"] = np.round(rng.gamma(2.0, 50.0, len(media)), 2)
    sales.to_csv(folder / "sales.csv", index=False)
    media.to_csv(folder / "media.csv", index=False)
    return folder


def messy(folder: Path) -> Path:
    """Write the rows by region as a European program does: semicolons, decimal commas, days first."""
    frame = pd.read_csv(by_geo(folder))
    frame["date"] = pd.to_datetime(frame["date"]).dt.strftime("%d.%m.%Y")
    frame.to_csv(folder / "sales.csv", index=False, sep=";", decimal=",")
    return folder / "sales.csv"


def _rows(keys: list[list[str]], names: list[str]) -> pd.DataFrame:
    return pd.MultiIndex.from_product(keys, names=names).to_frame(index=False)


def seconds(path: Path) -> tuple[float, float]:
    """Return the wall time and the processor's time of one check."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "mmxlib", "check", str(path)], check=True, capture_output=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


MAKERS: dict[str, Callable[[Path], Path]] = {
    "12 sub-categories x 80 regions x 104 weeks, three channels beside the sales": by_geo,
    "54 channels, a row each by sub-category and week": by_channel,
    "the first with 400,000 decimal commas, every one repaired": messy,
}


def measure(setup: Setup) -> pd.DataFrame:
    """Return the medians of each file."""
    found = []
    for number, (name, make) in enumerate(MAKERS.items()):
        folder = setup.folder / str(number)
        folder.mkdir()
        path = make(folder)
        seconds(path)  # reads the program itself from the disk
        taken = [seconds(path) for _ in range(1 if setup.short else TIMES)]
        wall, used = (median(each) for each in zip(*taken, strict=True))
        found.append(figures(name, TOOL, range(1), seconds=wall, cpu_seconds=used))
    return pd.concat(found)
