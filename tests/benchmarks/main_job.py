"""How long the main job takes and how much memory, on a machine's first run and after it.

    python tests/benchmarks/main_job.py [runs]

It reports; nothing depends on the times. Each run is a process of its own, measured from outside.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def timed(command: list[str], folder: Path, cache: Path) -> float:
    """Return the wall seconds of a command whose compiled loops are kept in ``cache``."""
    began = time.perf_counter()
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - began


def main(runs: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, cache = Path(place), Path(place) / "compiled"
        mmx = [sys.executable, "-m", "mmxlib"]
        simulate = "simulate --sub-categories 12 --channels 6 --periods 156 --seed 7 --out data"
        subprocess.run([*mmx, *simulate.split()], cwd=folder, check=True, capture_output=True)

        def job(number: int) -> list[str]:
            return [*mmx, "run", "--input", "data", "--run-dir", f"runs/r{number}", "--auto-approve"]

        first = timed(job(0), folder, cache)
        warm = [timed(job(number + 1), folder, cache) for number in range(runs)]
        same = {
            path.relative_to(folder / "runs/r0/out"): path.read_bytes()
            for path in (folder / "runs/r0/out").rglob("*")
            if path.is_file()
        }
        for path, content in same.items():
            assert (folder / "runs/r1/out" / path).read_bytes() == content, path
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"first run on a machine   {first:6.1f} s")
    median, span = statistics.median(warm), f"({min(warm):.1f} to {max(warm):.1f})"
    print(f"after it, median of {runs:2d}   {median:6.1f} s   {span}")
    print(f"largest process          {peak:6.0f} MB")
    print(f"files in out, same bytes {len(same):6d}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
