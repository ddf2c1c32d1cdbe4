"""How long raw tables of 20 million rows take and how much memory, by either engine.

A table of store x SKU x week (157 weeks, 400 stores, 320 SKUs in 50 sub-categories: 20,096,000 rows, about
640 MB as CSV) is read with its media from files to panel, in a process of its own each time: with DuckDB and
pyarrow (extra `big`), and without them. Medians of three; both engines must come to the same panel, byte by
byte.
"""

import datetime
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmxlib.artifacts.codec import encode
from mmxlib.data.reading import read_folder
from mmxlib.data.roles import DataSettings
from tests.benchmarks.alone import alone
from tests.benchmarks.benchmark import Setup
from tests.benchmarks.results import figures

STORES, SKUS, SUB_CATEGORIES = 400, 320, 50
ROWS = 157 * STORES * SKUS
SHORT = 60 * STORES * SKUS
ENGINES = {"core": "mmxlib in batches", "big": "mmxlib with DuckDB"}
WITHOUT = {"core": ("duckdb", "pyarrow"), "big": ()}
"""What each engine has to do without."""


def write(folder: Path, rows: int, kinds: list[str]) -> None:
    """Write the raw table in each kind, its mapping and media."""
    weeks = max(60, rows // (STORES * SKUS))
    days = [(datetime.date(2022, 1, 3) + datetime.timedelta(7 * week)).isoformat() for week in range(weeks)]
    rng = np.random.default_rng(1)
    stores = [f"S{store:04d}" for store in range(STORES)]
    skus = [f"{100_000 + sku}" for sku in range(SKUS)]
    pairs = [f",{store},{sku}," for store in stores for sku in skus]
    with (folder / "pos.csv").open("w", encoding="utf-8") as file:
        file.write("week,store,sku,sales,units\n")
        for day in days:
            units = rng.integers(0, 60, len(pairs))
            cents = units * rng.integers(99, 1999, len(pairs))
            file.writelines(
                f"{day}{pair}{cent // 100}.{cent % 100:02d},{unit}\n"
                for pair, cent, unit in zip(pairs, cents.tolist(), units.tolist(), strict=True)
            )
    if "parquet" in kinds:
        import duckdb

        source, target = str(folder / "pos.csv"), str(folder / "pos.parquet")
        duckdb.sql(f"COPY (FROM read_csv('{source}', types = {{'sku': 'VARCHAR'}})) TO '{target}'")
    mapping = [f"{sku},category {index % SUB_CATEGORIES:02d}\n" for index, sku in enumerate(skus)]
    (folder / "skus.csv").write_text("".join(["sku,sub_category\n", *mapping]), encoding="utf-8")
    media = [f"{day},tv,{1000 + 37 * (week * week % 11)}\n" for week, day in enumerate(days)]
    (folder / "media.csv").write_text("".join(["date,channel,spend\n", *media]), encoding="utf-8")


def peak_megabytes() -> float:
    """Return the most memory that this process ever held; the system's count also knows its parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024.0


def one(place: str, kind: str) -> dict[str, Any]:
    """Read one kind of file; return what it took and what came of it."""
    folder = Path(place)
    raw = {"files": ["pos.*"], "columns": {"date": "week"}, "sub_category_file": "skus.csv"}
    began, worked = time.perf_counter(), time.process_time()
    panel = read_folder([folder / f"pos.{kind}", folder / "media.csv"], settings=DataSettings(raw=raw))
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    digest = encode(panel).digest if kind == "csv" else ""
    took = {"seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak_megabytes()}
    return {"took": took, "result": f"{panel.outcome.sum()!r} {digest}"}


def measure(setup: Setup) -> pd.DataFrame:
    """Return the medians of every kind of file and engine."""
    rows, found = SHORT if setup.short else ROWS, []
    write(setup.folder, rows, ["csv", "parquet"])
    for kind in ("csv", "parquet"):
        results = set()
        for engine in ENGINES if kind == "csv" else ("big",):
            runs = [
                alone(one, str(setup.folder), kind, without=WITHOUT[engine])
                for _ in range(1 if setup.short else 3)
            ]
            results |= {run["result"] for run in runs}
            medians = {name: statistics.median(run["took"][name] for run in runs) for name in runs[0]["took"]}
            found.append(figures(f"{kind}, {rows:,} rows", ENGINES[engine], range(1, 2), **medians))
        if len(results) > 1:
            raise AssertionError(f"{kind}: panels differ: {results}")
    return pd.concat(found)
