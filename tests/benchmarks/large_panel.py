"""How long panels of many units take and how much memory, and how near they come to the truth.

    python tests/benchmarks/large_panel.py [units ...]

For each number of units (125, 250, 500 and 1,000 by default), in a process of its own: 156 weeks and 10
channels, made by plain NumPy that shares no code with the model; the fit without resampling, then its tables
of contributions and channels. It reports; nothing depends on the times.
"""

import resource
import subprocess
import sys
import time

import numpy as np

from mmxlib.artifacts.panel import Channel, Control, Panel
from mmxlib.model.fitting import fit_response
from mmxlib.model.model import Model
from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ModelSettings, PriorSettings

PERIODS, CHANNELS = 156, 10
UNITS_DIFFER = 0.15
"""Log sd of a unit's effects around the common one."""


def market(units: int, seed: int = 0) -> tuple[Panel, np.ndarray]:
    """Return a panel, and what each channel truly brought in all, (channel,)."""
    rng = np.random.default_rng(seed)
    weeks = np.arange(PERIODS)
    size = np.exp(rng.normal(8.0, 1.0, units))
    season = 0.08 * np.sin(2.0 * np.pi * weeks / 52.18 + rng.normal(0.0, 0.3, (units, 1)))
    trend = rng.normal(0.0, 0.04, (units, 1)) * weeks / 52.0
    control = rng.standard_normal((units, PERIODS))
    outcome = 1.0 + season + trend + 0.03 * control + 0.05 * rng.standard_normal((units, PERIODS))
    on = rng.random((units, PERIODS, CHANNELS)) < np.linspace(0.3, 1.0, CHANNELS)
    exposure = on * rng.gamma(4.0, 0.25, (units, PERIODS, CHANNELS))
    retention, shape = np.linspace(0.0, 0.7, CHANNELS), np.linspace(0.9, 1.6, CHANNELS)
    effect = np.linspace(0.04, 0.12, CHANNELS) * np.exp(UNITS_DIFFER * rng.standard_normal((units, CHANNELS)))
    carried = np.zeros((units, CHANNELS))
    brought = np.empty_like(exposure)
    for week in weeks:
        carried = retention * carried + (1.0 - retention) * exposure[:, week]
        brought[:, week] = effect / (1.0 + np.maximum(carried, 1e-12) ** -shape)
    outcome = (outcome + brought.sum(axis=2)) * size[:, None]
    spend = exposure * size[:, None, None] * np.linspace(0.01, 0.04, CHANNELS)
    panel = Panel(
        units=tuple(f"unit {u + 1}" for u in range(units)),
        dates=(np.datetime64("2023-01-02") + 7 * weeks).astype("datetime64[D]"),
        channels=tuple(Channel(f"channel {c + 1}") for c in range(CHANNELS)),
        controls=(Control("control"),),
        outcome=outcome,
        spend=spend,
        exposure=spend,
        control_values=control[:, :, None],
    )
    return panel, (brought * size[:, None, None]).sum(axis=(0, 1))


def one(units: int) -> None:
    panel, truth = market(units)
    rng = np.random.default_rng(0)
    began, worked = time.perf_counter(), time.process_time()
    priors = resolved_priors(PriorSettings(), panel)
    response = fit_response(panel, priors=priors, settings=ModelSettings(), rng=rng, resample=False)
    fitted, worked = time.perf_counter(), time.process_time() - worked
    summary = Model(response).channel_summary()
    rows = len(Model(response).contributions())
    done = time.perf_counter()
    error = np.abs(summary["contribution"].to_numpy() / truth - 1.0).mean()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0**2
    times = f"{fitted - began:8.1f} {worked:8.1f} {done - fitted:8.1f}"
    print(f"{units:6d} {times} {peak:8.2f} {error:8.1%} {rows:10,d}", flush=True)


def main(sizes: list[int]) -> None:
    names = ("fit s", "CPU s", "tables s", "peak GB", "error")
    print(f"{'units':>6s} " + " ".join(f"{name:>8s}" for name in names) + f" {'rows':>10s}", flush=True)
    one_size = [sys.executable, __file__, "--one"]
    subprocess.run([*one_size, "8"], check=True, capture_output=True)  # compiles the loops
    for units in sizes:
        subprocess.run([*one_size, str(units)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(int(sys.argv[2]))
    else:
        main([int(each) for each in sys.argv[1:]] or [125, 250, 500, 1000])
