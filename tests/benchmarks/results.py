"""The figures of a benchmark as a table in a file: a row each, with what it was measured on."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

import mmxlib
from tests.benchmarks.benchmark import RESULTS, ROOT, Benchmark

COLUMNS = ["case", "tool", "figure", "value", "seeds", "measured"]
DIGITS = "%.6g"


def figures(case: str, tool: str, seeds: Sequence[int] | None = None, /, **values: float) -> pd.DataFrame:
    """Return a row for each of the named values."""
    said = "" if seeds is None else spoken(seeds)
    rows = [(case, tool, name, float(value), said) for name, value in values.items()]
    return pd.DataFrame(rows, columns=COLUMNS[:-1])


def spoken(seeds: Sequence[int]) -> str:
    """Return the first and the last of consecutive seeds in words."""
    return str(seeds[0]) if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}"


def read(name: str, folder: Path = RESULTS) -> pd.DataFrame:
    """Return the stored figures of a benchmark."""
    texts = {column: str for column in COLUMNS if column != "value"}
    return pd.read_csv(folder / f"{name}.csv", dtype=texts, keep_default_na=False, na_values={"value": [""]})


def write(benchmark: Benchmark, measured: pd.DataFrame, folder: Path, where: str) -> None:
    """Store figures just measured; those of tools that were not measured stay as they are."""
    found = measured.assign(measured=where)[COLUMNS]
    path = folder / f"{benchmark.name}.csv"
    if path.exists():
        before = read(benchmark.name, folder)
        kept = before[~before["tool"].isin(set(found["tool"]))]
        found = pd.concat([found, kept], ignore_index=True) if len(kept) else found
    folder.mkdir(parents=True, exist_ok=True)
    found.to_csv(path, index=False, float_format=DIGITS, lineterminator="\n")


def provenance(benchmark: Benchmark) -> str:
    """Return what is measured here and now: version, commit and, where time is measured, the load.

    That the commit was changed is said of the library and of the module that measures.
    """
    said = f"mmxlib {mmxlib.__version__}"
    commit = _git("rev-parse", "--short", "HEAD")
    if commit:
        module = f"{benchmark.measure.__module__.replace('.', '/')}.py"
        changed = " with changes" if _git("status", "--porcelain", "mmxlib", module) else ""
        said += f", commit {commit}{changed}"
    return f"{said}, load {os.getloadavg()[0]:.1f}" if benchmark.timed and hasattr(os, "getloadavg") else said


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""  # an unpacked archive has no history
    return done.stdout.strip()
