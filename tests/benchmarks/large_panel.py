"""How long panels of many units take and how much memory, and how near they come to the truth.

For each number of units, in a process of its own: 156 weeks and 10 channels, made by plain NumPy that shares
no code with the model; the fit without resampling, then its tables of contributions and channels.
"""

import resource
import time

import numpy as np
import pandas as pd

from mmxlib.artifacts.panel import Channel, Control, Panel
from mmxlib.model.fitting import fit_response
from mmxlib.model.model import Model
from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ModelSettings, PriorSettings
from tests.benchmarks.alone import alone
from tests.benchmarks.benchmark import Setup
from tests.benchmarks.recovery import TOOLS
from tests.benchmarks.results import figures

UNITS = (125, 250, 500, 1000)

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


def one(units: int) -> dict[str, float]:
    """Return what a panel of so many units takes, and the mean error of its channels' totals."""
    panel, truth = market(units)
    rng = np.random.default_rng(0)
    began, worked = time.perf_counter(), time.process_time()
    priors = resolved_priors(PriorSettings(), panel)
    response = fit_response(panel, priors=priors, settings=ModelSettings(), rng=rng, resample=False)
    fitted, worked = time.perf_counter(), time.process_time() - worked
    summary = Model(response).channel_summary()
    Model(response).contributions()
    done = time.perf_counter()
    return {
        "seconds": fitted - began,
        "cpu_seconds": worked,
        "table_seconds": done - fitted,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
        "total_error": float(np.abs(summary["contribution"].to_numpy() / truth - 1.0).mean()),
    }


def measure(setup: Setup) -> pd.DataFrame:
    """Return the figures of every size."""
    alone(one, 8)  # compiles the loops
    sizes = UNITS[:1] if setup.short else UNITS
    tool, seed = TOOLS["ridge"], range(1)
    return pd.concat(figures(f"{units:,} units", tool, seed, **alone(one, units)) for units in sizes)
