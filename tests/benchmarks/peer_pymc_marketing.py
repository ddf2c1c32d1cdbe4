"""PyMC-Marketing's defaults on markets with a known truth, for comparison on the same tables.

    python tests/benchmarks/peer_pymc_marketing.py OUT.csv FOLDER [FOLDER ...]

runs in an environment of its own (``pip install pymc-marketing==0.19.2 nutpie numba``); nothing of this
library is imported. A folder holds ``data.csv`` and ``true_contributions.csv`` as ``truths.py`` and the
public recovery benchmark write them. OUT.csv gets one row per folder, channel and geo as each fit ends;
folders that are in it already are skipped.

The model has the parts of the peer's own first tutorial, ``GeometricAdstock(l_max=8)``,
``LogisticSaturation()``, two yearly Fourier modes and a linear trend among the controls, with every prior
and scaling as it comes. A panel gets ``dims=("geo",)``, whose defaults are parameters of its own for each
geo with nothing shared, and one scale for all geos. ``--shared`` gives panels what the peer's own panel
example has instead: one retention, slope and ceiling per channel for all geos, here with the default
priors, and each geo scaled by its own maximum.

Scores of one cell, with p what is predicted and a what is true: ``srmse`` = sqrt(mean((p - a)^2)) /
abs(mean(a)) of the posterior mean, ``srmse_per_draw`` the same of each draw and then averaged,
``total_error`` = sum(p) / sum(a) - 1 of the posterior mean, ``covered`` whether the 90 % equal-tailed
interval of the total holds the truth, ``all_geos_covered`` the same of the channel's total over all geos.
"""

import argparse
import re
import time
import warnings
from pathlib import Path

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr
from pymc_marketing import __version__
from pymc_marketing.mmm import GeometricAdstock, LogisticSaturation
from pymc_marketing.mmm.multidimensional import MMM

SEED = 20240501
TAILS = (0.05, 0.95)


def model(frame: pd.DataFrame, *, shared: bool) -> MMM:
    """Return the peer's model of the columns ``x1…`` and ``c1…`` of ``frame``, not yet built."""
    panel = frame["geo"].nunique() > 1
    controls = [name for name in frame.columns if re.fullmatch(r"c\d+", name)]
    adstock, saturation, scaling = GeometricAdstock(l_max=8), LogisticSaturation(), None
    if panel and shared:
        adstock = adstock.set_dims_for_all_priors("channel")
        saturation = saturation.set_dims_for_all_priors("channel")
        scaling = {name: {"method": "max", "dims": ()} for name in ("channel", "target")}
    return MMM(
        date_column="time",
        target_column="y",
        channel_columns=[name for name in frame.columns if re.match(r"x\d+", name)],
        control_columns=[*controls, "t"],
        dims=("geo",) if panel else None,
        scaling=scaling,
        adstock=adstock,
        saturation=saturation,
        yearly_seasonality=2,
    )


def table(folder: Path) -> pd.DataFrame:
    """Return the inputs of a folder, no column of the truth, and the trend ``t`` from zero to one."""
    frame = pd.read_csv(folder / "data.csv", parse_dates=["time"])
    frame = frame[[name for name in frame.columns if re.fullmatch(r"time|geo|y|x\d+.*|c\d+", name)]]
    days = (frame["time"] - frame["time"].min()).dt.days
    return frame.assign(t=days / days.max()).sort_values(["geo", "time"], ignore_index=True)


def truth(folder: Path, channels: list[str]) -> xr.DataArray:
    """Return the true contributions of a folder, (geo, date, channel)."""
    frame = pd.read_csv(folder / "true_contributions.csv", parse_dates=["time"])
    columns = {f"contribution_{name}": name for name in channels}
    frame = frame.rename(columns=columns | {"time": "date"}).set_index(["geo", "date"])[channels]
    return frame.to_xarray().to_dataarray("channel").transpose("geo", "date", "channel")


def fitted(frame: pd.DataFrame, *, shared: bool) -> tuple[MMM, float]:
    """Return the fitted model and the wall seconds that building, compiling and sampling took."""
    inputs = frame.drop(columns="y")
    if frame["geo"].nunique() == 1:
        inputs = inputs.drop(columns="geo")
    began = time.perf_counter()
    mmm = model(frame, shared=shared)
    mmm.build_model(inputs, frame["y"])
    mmm.fit(
        inputs,
        frame["y"],
        nuts_sampler="nutpie",
        chains=4,
        cores=2,
        tune=1000,
        draws=1000,
        target_accept=0.9,
        random_seed=SEED,
        progressbar=False,
    )
    return mmm, time.perf_counter() - began


def contributions(mmm: MMM, geo: str) -> xr.DataArray:
    """Return the outcome's contributions, (sample, geo, date, channel); ``geo`` names a lone one."""
    scale = mmm.get_scales_as_xarray()["target_scale"]
    drawn = mmm.idata.posterior["channel_contribution"] * scale
    drawn = drawn.stack(sample=("chain", "draw"), create_index=False)
    if "geo" not in drawn.dims:
        drawn = drawn.expand_dims(geo=[geo])
    return drawn.transpose("sample", "geo", "date", "channel")


def scores(drawn: xr.DataArray, true: xr.DataArray) -> pd.DataFrame:
    """Return one row per channel and geo."""
    drawn, true = xr.align(drawn, true, join="exact")
    size = np.abs(true.mean("date"))
    total, true_total = drawn.sum("date"), true.sum("date")
    cells = xr.Dataset(
        {
            "srmse": np.sqrt(((drawn.mean("sample") - true) ** 2).mean("date")) / size,
            "srmse_per_draw": (np.sqrt(((drawn - true) ** 2).mean("date")) / size).mean("sample"),
            "total_error": total.mean("sample") / true_total - 1.0,
            "covered": _held(total, true_total),
            "all_geos_covered": _held(total.sum("geo"), true_total.sum("geo")),
        }
    )
    return cells.to_dataframe(dim_order=["channel", "geo"]).reset_index()


def _held(drawn: xr.DataArray, true: xr.DataArray) -> xr.DataArray:
    low, high = (drawn.quantile(tail, "sample", skipna=False).drop_vars("quantile") for tail in TAILS)
    return ((low <= true) & (true <= high)).astype(int)


def rows(folder: Path, *, shared: bool) -> pd.DataFrame:
    """Return the rows of one folder, with the fit's seconds, divergences and largest R-hat in each."""
    frame = table(folder)
    mmm, seconds = fitted(frame, shared=shared)
    scored = scores(contributions(mmm, frame["geo"].iloc[0]), truth(folder, mmm.channel_columns))
    free = mmm.idata.posterior[[variable.name for variable in mmm.model.free_RVs]]
    scored.insert(0, "dataset", folder.name)
    scored.insert(1, "tool", f"pymc-marketing {__version__}" + (" shared" if shared else ""))
    return scored.assign(
        fit_seconds=round(seconds, 1),
        divergences=int(mmm.idata.sample_stats["diverging"].sum()),
        max_rhat=round(float(az.rhat(free).to_dataarray().max()), 4),
    )


def main(out: Path, folders: list[Path], *, shared: bool) -> None:
    """Append the rows of each folder that is not in ``out`` yet."""
    for folder in folders:
        if out.exists() and folder.name in set(pd.read_csv(out)["dataset"]):
            continue
        scored = rows(folder, shared=shared)
        scored.to_csv(out, mode="a", header=not out.exists(), index=False, float_format="%.6g")
        print(_summary(scored), flush=True)


def _summary(scored: pd.DataFrame) -> str:
    first, mean = scored.iloc[0], scored[["srmse", "srmse_per_draw", "covered"]].mean()
    error = scored["total_error"].abs().mean()
    return (
        f"{first['dataset']:16s} SRMSE {mean['srmse']:6.3f} ({mean['srmse_per_draw']:.3f})"
        f"   error of totals {error:6.1%}   covered {mean['covered']:4.0%}   {first['fit_seconds']:4.0f} s"
        f"   divergences {first['divergences']}, R-hat {first['max_rhat']:.3f}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Score PyMC-Marketing's defaults against known truths.")
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--shared", action="store_true", help="share parameters across geos")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", category=FutureWarning)
    main(arguments.out, arguments.folders, shared=arguments.shared)
