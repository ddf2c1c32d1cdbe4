"""Truths that others published: what the default settings, the same for all, make of them.

The recovery benchmark in three sizes; `mmm_example`, whose true saturation is logistic; and `roas_lift`, with
its four step tests and a driver that nothing in the data shows.
"""

import numpy as np
import pandas as pd

import mmxlib as mmx
from mmxlib.data.roles import ChannelColumns, ColumnSettings, DataSettings
from mmxlib.model.decomposition import media_draws
from tests.benchmarks.benchmark import Setup
from tests.benchmarks.recovery import SCORES, TOOLS, scores
from tests.benchmarks.results import figures

SIZES = ("small", "growing", "medium")
ROAS = {"x1": 93.388, "x2": 171.409}


def measure(setup: Setup) -> pd.DataFrame:
    """Return the scores of every set by every method; the smallest set alone in short."""
    found = []
    for method in setup.methods:
        for size in SIZES[:1] if setup.short else SIZES:
            cells = scores(setup.public / "recovery" / f"{size}_business", method)
            means = cells.assign(total_error=cells["total_error"].abs())[SCORES].mean()
            found.append(figures(f"recovery, {size}", TOOLS[method], **means))
        if not setup.short:
            found += [mmm_example(setup, method), roas_lift(setup, method)]
    return pd.concat(found)


def mmm_example(setup: Setup, method: str) -> pd.DataFrame:
    """Return SRMSE, the signed error of each channel's total, and whether its interval covers."""
    folder = setup.public / "mmm_example"
    panel = mmx.Panel.from_frame(
        pd.read_csv(folder / "mmm_example.csv"),
        date="date_week",
        outcome="y",
        spend={name: name for name in ROAS},
        controls=["event_1", "event_2"],
    )
    parts = pd.read_csv(folder / "true_components.csv")
    actual = parts[[f"contribution_{name}" for name in ROAS]].to_numpy()
    model = mmx.fit_model(panel, settings={"method": method})
    off = media_draws(model.response, 0).mean(axis=0) - actual
    srmse = np.sqrt(np.mean(off**2, axis=0)) / actual.mean(axis=0)
    cases = [f"mmm_example, {name}" for name in ROAS]
    weekly = [figures(case, TOOLS[method], srmse=each) for case, each in zip(cases, srmse, strict=True)]
    truth = dict(zip(ROAS, actual.sum(axis=0).tolist(), strict=True))
    return pd.concat([errors("mmm_example", method, model, truth), *weekly])


def roas_lift(setup: Setup, method: str) -> pd.DataFrame:
    """Return the signed error of each channel's ROAS and whether its interval covers."""
    folder = setup.public / "roas_lift"
    config = DataSettings(
        columns=ColumnSettings(sales="y"), channels={name: ChannelColumns(spend=name) for name in ROAS}
    )
    panel = mmx.read_panel(
        folder / "mmm_roas_data.csv", experiments=folder / "mmm_roas_lift_tests.csv", config=config
    )
    model = mmx.fit_model(panel, settings={"method": method})
    spend = model.channel_summary().set_index("channel")["spend"]
    return errors("roas_lift", method, model, {name: ROAS[name] * spend[name] for name in ROAS})


def errors(case: str, method: str, model: mmx.Model, truth: dict[str, float]) -> pd.DataFrame:
    found = model.channel_summary().set_index("channel")
    rows = []
    for name, total in truth.items():
        row = found.loc[name]
        covers = row["contribution_lower"] <= total <= row["contribution_upper"]
        error = row["contribution"] / total - 1.0
        rows.append(
            figures(f"{case}, {name}", TOOLS[method], signed_error=error, off=abs(error), covers=covers)
        )
    return pd.concat(rows)
