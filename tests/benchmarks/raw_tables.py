"""How long raw tables of 20 million rows take and how much memory, by either engine.

    python tests/benchmarks/raw_tables.py [--rows 20096000] [--repeat 3] [--kinds csv parquet] [--folder DIR]

Writes a table of store x SKU x week (157 weeks, 400 stores, 320 SKUs in 50 sub-categories: 20,096,000 rows,
about 640 MB as CSV) into a temporary folder, then reads it with its media from files to panel, in a process
of its own each time: with DuckDB and pyarrow (extra `big`), and without them. Prints the median time, CPU
seconds and peak memory; both engines must come to the same panel, byte by byte. It reports; nothing depends
on the times.
"""

import argparse
import datetime
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

STORES, SKUS, SUB_CATEGORIES = 400, 320, 50
ROWS = 157 * STORES * SKUS
LIMITS = {"big": (10.0, 500.0), "core": (60.0, 1000.0)}
"""Seconds and megabytes that 20 million rows should stay within."""


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


def one(folder: Path, kind: str, engine: str) -> None:
    """Read one kind by one engine and print what it took."""
    if engine == "core":
        absent: dict[str, Any] = sys.modules  # type: ignore[assignment]  # None says that a module is not there
        absent |= {"duckdb": None, "pyarrow": None}
    from mmxlib.artifacts.codec import encode
    from mmxlib.data.reading import read_folder
    from mmxlib.data.roles import DataSettings

    raw = {"files": ["pos.*"], "columns": {"date": "week"}, "sub_category_file": "skus.csv"}
    began, worked = time.perf_counter(), time.process_time()
    panel = read_folder([folder / f"pos.{kind}", folder / "media.csv"], settings=DataSettings(raw=raw))
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    peak = peak_megabytes()
    said = next(note.text for note in panel.notes if "aggregated" in note.text)
    numbers = [panel.outcome.sum(), encode(panel).digest if kind == "csv" else ""]
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak, "said": said, "result": numbers}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--kinds", nargs="+", default=["csv", "parquet"])
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = chosen.folder or Path(made)
        if not (folder / "skus.csv").is_file():
            write(folder, chosen.rows, chosen.kinds)
        heading = ("file", "engine", "median s", "CPU s", "peak MB")
        print(" ".join(f"{name:>12s}" for name in heading), "  within", flush=True)
        for kind in chosen.kinds:
            results = set()
            for engine in ("big", "core") if kind == "csv" else ("big",):
                runs = []
                for _ in range(chosen.repeat):
                    command = [sys.executable, __file__, "--one", str(folder), kind, engine]
                    done = subprocess.run(command, check=True, capture_output=True, text=True)
                    runs.append(json.loads(done.stdout))
                    results.add(json.dumps(runs[-1]["result"]))
                seconds, cpu, peak = (
                    statistics.median(run[name] for run in runs) for name in ("seconds", "cpu", "peak")
                )
                within = f"{LIMITS[engine][0]:.0f} s, {LIMITS[engine][1]:.0f} MB"
                figures = f"{seconds:12.1f} {cpu:12.1f} {peak:12.0f}   {within}"
                print(f"{'pos.' + kind:>12s} {engine:>12s} {figures}", flush=True)
            print(runs[-1]["said"])
            print("the same panel each time" if len(results) == 1 else "DIFFERENT PANELS", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(Path(sys.argv[2]), sys.argv[3], sys.argv[4])
    else:
        main()
