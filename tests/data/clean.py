"""A small clean market as frames of text, as a file would hold it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

UNITS = ("East", "North", "West")
WEEKS = 10
DATES = tuple(str(np.datetime64("2024-01-01") + 7 * week) for week in range(WEEKS))
PARTS = ("outcome", "spend", "exposure", "control_values", "volume")

Mutate = Callable[[pd.DataFrame], None]


def sales() -> pd.DataFrame:
    rows = [
        (day, unit, f"{1000 + 100 * u + 7 * t}.5", f"{100 + 10 * u + t}", f"{10 + 0.25 * ((t + u) % 3)}")
        for u, unit in enumerate(UNITS)
        for t, day in enumerate(DATES)
    ]
    return pd.DataFrame(rows, columns=["date", "sub_category", "sales", "units", "price"])


def media() -> pd.DataFrame:
    rows = [
        (day, channel, unit, f"{(1 + c) * 10 + u + (t * (c + 2)) % 5}", f"{500 + 11 * t + u}")
        for c, channel in enumerate(("search", "tv"))
        for u, unit in enumerate(UNITS)
        for t, day in enumerate(DATES)
    ]
    return pd.DataFrame(rows, columns=["date", "channel", "sub_category", "spend", "exposure"])


def wide_media() -> pd.DataFrame:
    """The same media with a column per channel and measure."""
    table = media().pivot(index=["sub_category", "date"], columns="channel", values=["spend", "exposure"])
    table.columns = pd.Index([f"{channel}_{measure}" for measure, channel in table.columns])
    return table.reset_index()


def events() -> pd.DataFrame:
    return pd.DataFrame(
        [("Fair", "2024-01-15", "2024-01-28", ""), ("Opening", "2024-02-05", "2024-02-05", "North")],
        columns=["name", "start", "end", "sub_category"],
    )


def write(folder: Path, **tables: pd.DataFrame) -> Path:
    for name, table in tables.items():
        (folder / f"{name}.csv").write_text(table.to_csv(index=False), encoding="utf-8")
    return folder
