"""How good forecasts are on periods the model has not seen: intervals that cover, and errors beside a rival.

Rolling origins 13 periods apart, the last three (or what the history allows) of every market: the sub-
categories of the package's own simulation, by segment (``segments``) and each by itself (``small``), and the
seven kinds of `truths.py`, which share no code with the model; with the public data beside the project, also
its sets. Each fold is fitted on the past alone (40 draws) and forecast with the media, events and controls
that then came. Figures: the share of outcomes inside their 90 % interval, by unit and period (``periods``),
for all units by period (``all_units``), by unit over 13 periods (``sums``), and for all units over 13 periods
(``total``); the root mean squared error over the unit's mean outcome, of the model and of the same week one
year before; the share of folds in which the model's is less.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import mmxlib as mmx
from mmxlib.evaluation.backtesting import seasonal_naive
from mmxlib.forecasting.forecast_draws import enough_rounds, forecast_draws
from mmxlib.model.fitting import fit_response
from mmxlib.model.priors import resolved_priors
from tests.benchmarks.benchmark import ROOT, Need, Setup
from tests.benchmarks.recovery import panel_of
from tests.benchmarks.results import figures
from tests.benchmarks.truths import KINDS, Market, market

HORIZON = 13
FOLDS = 3
HISTORY = 78
LEVEL = 0.9
FILES = {"robyn_weekly": "dt_simulated_weekly.csv", "retailer_weekly": "retailer_weekly.csv"}
EXAMPLES = ROOT / "examples"
TOOL, RIVAL = "mmxlib ridge", "same week a year before"
MEAN = {"simulated": "simulated, mean over kinds", "public": "public, mean over sets"}

Named = tuple[str, mmx.Panel, mmx.PriorSettings]


def simulated(seeds: range) -> Iterator[Named]:
    """Yield panels of the package's own simulation, and of `truths.py`, named by kind."""
    stated = mmx.PriorSettings()
    for seed in seeds:
        made = mmx.simulate_panel(sub_categories=12, channels=6, periods=156, seed=seed)
        table = made.truth.segments
        segment = dict(zip(table["sub_category"], table["segment"], strict=True))
        yield "segments", made.panel.grouped(segment, tuple(sorted(set(segment.values())))), stated
        made = mmx.simulate_panel(sub_categories=3, channels=4, periods=130, seed=seed + 100)
        yield "small", made.panel, stated
        for kind in KINDS:
            yield kind.name, panel_of_market(market(kind, seed)), stated


def panel_of_market(made: Market) -> mmx.Panel:
    frame = made.frame.assign(price=np.exp(made.frame["c1"]))
    return mmx.Panel.from_frame(
        frame,
        date="time",
        unit="geo",
        outcome="y",
        spend={name: name for name in made.channels},
        controls={"price": "price", "c2": "promotion"},
    )


def shared(folder: Path) -> Iterator[Named]:
    """Yield the panels of the public sets, with the examples' configurations where there are any."""
    stated = mmx.PriorSettings()
    for size in ("small", "growing", "medium"):
        yield size, panel_of(folder / "recovery" / f"{size}_business"), stated
    frame = pd.read_csv(folder / "mmm_example" / "mmm_example.csv")
    spend = {"x1": "x1", "x2": "x2"}
    events = [name for name in frame if re.match("event_", name)]
    yield (
        "mmm_example",
        mmx.Panel.from_frame(frame, date="date_week", outcome="y", spend=spend, event_columns=events),
        stated,
    )
    frame = pd.read_csv(folder / "roas_lift" / "mmm_roas_data.csv")
    yield "roas_lift", mmx.Panel.from_frame(frame, date="date", outcome="y", spend=spend), stated
    for name, file in FILES.items():
        config = mmx.read_config(EXAMPLES / name)
        yield name, mmx.read_panel(folder / name / file, config=config), config.priors


def scores(named: Named, *, folds: int = FOLDS) -> pd.DataFrame:
    """Return a row per fold of one market."""
    kind, panel, stated = named
    rows = []
    for back in range(folds, 0, -1):
        origin = len(panel.dates) - HORIZON * back
        if origin < HISTORY:
            continue
        past, future = panel.window(0, origin), panel.window(origin, origin + HORIZON)
        response = fit_response(
            past,
            priors=resolved_priors(stated, past),
            settings=mmx.ModelSettings(draws=40, starts=4),
            rng=np.random.default_rng(back),
        )
        expected = forecast_draws(response, future, rng=None).mean(axis=0)
        rounds = enough_rounds(response, len(response.draws), HORIZON)
        paths = forecast_draws(response, future, rng=np.random.default_rng(0), rounds=rounds)
        naive, _ = seasonal_naive(past, HORIZON)
        actual = future.outcome
        size = np.abs(actual).mean(axis=1, keepdims=True)
        rows.append(
            {
                "kind": kind,
                "periods": covered(paths, actual),
                "all_units": covered(paths.sum(axis=1), actual.sum(axis=0)),
                "sums": covered(paths.sum(axis=2), actual.sum(axis=1)),
                "total": covered(paths.sum(axis=(1, 2)), np.asarray(actual.sum())),
                "model": float(np.mean(((actual - expected) / size) ** 2)),
                "naive": float(np.mean(((actual - naive) / size) ** 2)),
            }
        )
    return pd.DataFrame(rows)


def covered(paths: np.ndarray, actual: np.ndarray) -> float:
    """Return the share of ``actual`` inside the interval of ``paths`` (first axis)."""
    low, high = np.quantile(paths, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2], axis=0)
    return float(np.mean((low <= actual) & (actual <= high)))


def summary(folds: pd.DataFrame) -> pd.DataFrame:
    """Return a row per kind, and the mean over kinds."""
    better = folds.assign(better=folds["model"] < folds["naive"], folds=1.0)
    kinds = better.groupby("kind", sort=False)
    table = kinds[["periods", "all_units", "sums", "total", "model", "naive", "better"]].mean()
    table[["model", "naive"]] = np.sqrt(table[["model", "naive"]])
    table.insert(0, "folds", kinds["folds"].sum())
    table.loc["mean"] = table.mean()
    table.loc["mean", "folds"] = len(folds)
    return table


def measure(setup: Setup) -> pd.DataFrame:
    """Return the figures of every kind of simulated market, of every public set, and of their means."""
    seeds = range(1 if setup.short else 12)
    folds = pd.concat([scores(each) for each in simulated(seeds)])
    found = [told(summary(folds), "simulated", seeds)]
    if not setup.short and not setup.lacks(Need.PUBLIC):
        folds = pd.concat([scores(each, folds=4) for each in shared(setup.public)])
        found.append(told(summary(folds), "public", None))
    return pd.concat(found)


def told(table: pd.DataFrame, origin: str, seeds: range | None) -> pd.DataFrame:
    """Return the rows of a summary as figures."""
    rows = []
    for kind, row in table.iterrows():
        case = MEAN[origin] if kind == "mean" else f"{origin}, {kind}"
        covers = {f"covers_{name}": row[name] for name in ("periods", "all_units", "sums", "total")}
        ratio = {"nrmse_over_rival": row["model"] / row["naive"]}
        own = {**covers, "nrmse": row["model"], **ratio, "better": row["better"], "folds": row["folds"]}
        rows += [figures(case, TOOL, seeds, **own), figures(case, RIVAL, seeds, nrmse=row["naive"])]
    return pd.concat(rows)
