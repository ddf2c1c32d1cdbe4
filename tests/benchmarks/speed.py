"""How long a fit takes, on a machine's first run and after it: the times that mmxlib promises.

Every figure is measured in a process of its own, with wall and processor seconds side by side: on a busy
machine the latter say more. The first compile is what a small fit takes with an empty folder of compiled
loops beyond what it takes with a full one. The other fits are of the public recovery benchmark.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

import mmxlib as mmx
from tests.benchmarks.alone import alone
from tests.benchmarks.benchmark import Setup
from tests.benchmarks.published import SIZES
from tests.benchmarks.recovery import TOOLS, panel_of
from tests.benchmarks.results import figures

SMALL_FITS: Mapping[str, Mapping[str, int]] = {
    "ridge": {"draws": 20},
    "bayes": {"tune": 100, "samples": 100, "chains": 2},
}
"""The fits by which the first compile is measured."""
REFITS, CHAINS = "ridge with 200 bootstrap refits", "bayes, 4 x 1000 draws"
FITS: Mapping[str, Mapping[str, object]] = {
    REFITS: {"draws": 200},
    CHAINS: {"method": "bayes", "chains": 4, "samples": 1000},
}
IMPORT = "import of mmxlib"
FIRST = "first compile on a machine"


def small_panel() -> mmx.Panel:
    rng = np.random.default_rng(0)
    dates = pd.date_range("2022-01-03", periods=104, freq="7D")
    spend = {name: rng.gamma(2.0, 50.0, 104) for name in ("tv", "search")}
    outcome = 1000.0 + sum(spend.values()) + 50.0 * rng.standard_normal(104)
    frame = pd.DataFrame({"date": dates, "outcome": outcome, **spend})
    return mmx.Panel.from_frame(frame, date="date", outcome="outcome", spend={name: name for name in spend})


def fitted(panel: mmx.Panel, **settings: object) -> tuple[mmx.Model, dict[str, float]]:
    """Return a fit's model, and its wall and processor seconds."""
    began, worked = time.perf_counter(), time.process_time()
    model = mmx.fit_model(panel, settings=settings, seed=1)
    return model, {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - worked}


def small_fit(method: str) -> dict[str, float]:
    return fitted(small_panel(), method=method, **SMALL_FITS[method])[1]


def public_fit(name: str, folder: str, runs: int) -> dict[str, float]:
    """Return the medians of fits of a public set after one that compiles, and the sampler's checks."""
    panel, settings = panel_of(Path(folder)), FITS[name]
    fitted(panel, **settings)
    found = [fitted(panel, **settings) for _ in range(runs)]
    times = {key: statistics.median(each[key] for _, each in found) for key in ("seconds", "cpu_seconds")}
    sampler = found[-1][0].response.sampler
    if sampler is None:
        return times
    return {
        **times,
        "least_ess": float(sampler.checks["effective_draws"].min()),
        "largest_r_hat": float(sampler.checks["r_hat"].max()),
        "divergences": float(sampler.divergences),
    }


def import_seconds() -> float:
    """Return how much longer an interpreter takes that imports mmxlib."""

    def seconds(code: str) -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - began

    seconds("import mmxlib")
    return statistics.median(seconds("import mmxlib") - seconds("pass") for _ in range(5))


def first_compile(method: str, compiled: Path) -> dict[str, float]:
    """Return the seconds of a small fit beyond those that it takes when loops are compiled."""
    environment = {"NUMBA_CACHE_DIR": str(compiled)}
    cold = alone(small_fit, method, **environment)
    warm = [alone(small_fit, method, **environment) for _ in range(3)]
    return {key: cold[key] - min(each[key] for each in warm) for key in cold}


def measure(setup: Setup) -> pd.DataFrame:
    """Return the seconds of every fit; the import and the smallest set alone in short."""
    found = [figures(IMPORT, "mmxlib", seconds=import_seconds())]
    for method in () if setup.short else setup.methods:
        seconds = first_compile(method, setup.folder / method)
        found.append(figures(f"{FIRST}, {method}", TOOLS[method], **seconds))
    for size in SIZES[:1] if setup.short else SIZES:
        for method, name in zip(TOOLS, FITS, strict=True):
            if method not in setup.methods or (name == REFITS and size != "small"):
                continue
            folder = str(setup.public / "recovery" / f"{size}_business")
            runs = 3 if name == REFITS else 1
            found.append(figures(f"{name}, {size}", TOOLS[method], **alone(public_fit, name, folder, runs)))
    return pd.concat(found)
