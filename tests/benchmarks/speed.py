"""How long a fit takes, on a machine's first run and after it: the times that mmxlib promises.

    python tests/benchmarks/speed.py FOLDER [runs]

``FOLDER`` holds the public recovery benchmark, a folder per business: ``small_business``,
``growing_business`` and ``medium_business``. It reports; nothing depends on the times. Every figure is
measured in a process of its own, with wall and processor seconds side by side: on a busy machine the latter
say more. The first compile is what a small fit takes with an empty folder of compiled loops beyond what it
takes with a full one.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

SIZES = ("small", "growing", "medium")
METHODS = {"ridge": {"draws": 20}, "bayes": {"tune": 100, "samples": 100, "chains": 2}}
"""The small fits by which the first compile is measured."""
BOOTSTRAP, CHAINS = {"draws": 200}, {"method": "bayes", "chains": 4, "samples": 1000}


def small_panel():
    import mmxlib as mmx

    rng = np.random.default_rng(0)
    dates = pd.date_range("2022-01-03", periods=104, freq="7D")
    spend = {name: rng.gamma(2.0, 50.0, 104) for name in ("tv", "search")}
    outcome = 1000.0 + sum(spend.values()) + 50.0 * rng.standard_normal(104)
    frame = pd.DataFrame({"date": dates, "outcome": outcome, **spend})
    return mmx.Panel.from_frame(frame, date="date", outcome="outcome", spend={name: name for name in spend})


def fitted(panel, **settings: object):
    """Return a fit's model, and its wall and processor seconds."""
    import mmxlib as mmx

    began, worked = time.perf_counter(), time.process_time()
    model = mmx.fit_model(panel, settings=settings, seed=1)
    return model, time.perf_counter() - began, time.process_time() - worked


def one(task: str, argument: str, runs: int) -> None:
    """Do one task in this process and print its figures."""
    if task == "small":
        print(*fitted(small_panel(), method=argument, **METHODS[argument])[1:])
        return
    from recovery import panel_of  # the script beside this one

    panel = panel_of(Path(argument))
    settings = BOOTSTRAP if task == "refits" else CHAINS
    fitted(panel, **settings)  # compiles, or loads what is compiled
    times = [fitted(panel, **settings) for _ in range(runs)]
    model = times[-1][0]
    wall, worked = (statistics.median(each[i] for each in times) for i in (1, 2))
    sampler = model.response.sampler
    if sampler is None:
        print(wall, worked)
    else:
        checks = sampler.checks
        print(wall, worked, checks["effective_draws"].min(), checks["r_hat"].max(), sampler.divergences)


def figures(task: str, argument: str, runs: int, compiled: Path) -> list[float]:
    """Return the figures of a task, done in a process of its own with loops kept in ``compiled``."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", task, argument, str(runs)],
        env=os.environ | {"NUMBA_CACHE_DIR": str(compiled)},
        check=True,
        capture_output=True,
        text=True,
    )
    return [float(each) for each in done.stdout.split()]


def import_seconds() -> float:
    """Return how much longer an interpreter takes that imports mmxlib."""

    def seconds(code: str) -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - began

    seconds("import mmxlib")
    return statistics.median(seconds("import mmxlib") - seconds("pass") for _ in range(5))


def main(folder: Path, runs: int) -> None:
    print(f"{'':34s} {'wall s':>8s} {'CPU s':>8s} {'goal':>6s}", flush=True)
    print(f"{'import of mmxlib':34s} {import_seconds():8.3f} {'':8s} {'0.15':>6s}", flush=True)
    with tempfile.TemporaryDirectory() as place:
        for method in METHODS:
            compiled = Path(place) / method
            cold = figures("small", method, 1, compiled)
            warm = [figures("small", method, 1, compiled) for _ in range(3)]
            wall, worked = (cold[i] - min(each[i] for each in warm) for i in (0, 1))
            print(f"{'first compile, ' + method:34s} {wall:8.2f} {worked:8.2f} {'3':>6s}", flush=True)
        compiled = Path(place)
        small = str(folder / "small_business")
        wall, worked = figures("refits", small, runs, compiled)
        print(f"{'ridge, 200 refits, small':34s} {wall:8.2f} {worked:8.2f} {'1.5':>6s}", flush=True)
        for size, goal in zip(SIZES, ("3", "10", "40"), strict=True):
            wall, worked, draws, r_hat, divergences = figures(
                "chains", str(folder / f"{size}_business"), 1, compiled
            )
            checks = f"ESS {draws:.0f}, R-hat {r_hat:.4f}, {divergences:.0f} divergences"
            print(
                f"{'bayes, 4 x 1000 draws, ' + size:34s} {wall:8.2f} {worked:8.2f} {goal:>6s}   {checks}",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        one(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5)
