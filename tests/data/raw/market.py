"""The small clean market as raw tables: every row of its sales split into stores and SKUs, cent by cent."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmxlib.artifacts.codec import encode
from mmxlib.artifacts.panel import Panel
from mmxlib.data.reading import read_folder
from mmxlib.data.roles import DataSettings
from tests.data import clean

STORES = ("S1", "S2", "S3")
SKUS = {f"{unit[0]}{number:02d}": unit for unit in clean.UNITS for number in range(1, 5)}
"""Each SKU with its sub-category."""


def raw_sales() -> pd.DataFrame:
    """A row per week, store and SKU, as text; the rows add up to the sales of the clean market."""
    rng = np.random.default_rng(5)
    rows = []
    for day, unit, sales, units, _ in clean.sales().itertuples(index=False):
        places = [(store, sku) for store in STORES for sku, own in SKUS.items() if own == unit]
        cents = rng.multinomial(round(100 * float(sales)), np.full(len(places), 1 / len(places)))
        pieces = rng.multinomial(int(units), np.full(len(places), 1 / len(places)))
        for (store, sku), cent, piece in zip(places, cents.tolist(), pieces.tolist(), strict=True):
            rows.append((day, store, sku, f"{cent // 100}.{cent % 100:02d}", str(piece)))
    return pd.DataFrame(rows, columns=["date", "store", "sku", "sales", "units"])


def settings(raw: Mapping[str, Any] | None = None, **others: Any) -> DataSettings:
    """The settings by which `raw_sales` in files pos*.csv is read; ``raw`` changes that part."""
    base = {"files": ["pos*"], "sub_categories": SKUS}
    return DataSettings.model_validate({"raw": base | dict(raw or {}), "fewest_weeks": 1, **others})


def write(folder: Path, raw: "pd.DataFrame | bytes", name: str = "pos.csv") -> Path:
    """Write the raw table and the clean market's media; return the folder."""
    folder.mkdir(exist_ok=True)
    clean.write(folder, media=clean.media())
    if isinstance(raw, bytes):
        (folder / name).write_bytes(raw)
    elif name.endswith(".parquet"):
        typed = raw.assign(
            date=pd.to_datetime(raw["date"]), sales=raw["sales"].astype(float), units=raw["units"].astype(int)
        )
        typed.to_parquet(folder / name)
    else:
        (folder / name).write_text(raw.to_csv(index=False), encoding="utf-8")
    return folder


def digest(panel: Panel) -> str:
    """The identity of a panel but for what is told about its reading."""
    from dataclasses import replace

    return encode(replace(panel, notes=(), repairs=())).digest


def clean_digest(folder: Path) -> str:
    """The identity of the panel that the clean market makes, its price derived as raw tables do."""
    folder.mkdir()
    clean.write(folder, sales=clean.sales().drop(columns="price"), media=clean.media())
    return digest(read_folder(folder, settings=DataSettings(fewest_weeks=1)))


def told(panel: Panel) -> str:
    """All that is said of a panel, a line each."""
    return "\n".join(note.text for note in panel.notes)


def money(text: str) -> Fraction:
    return Fraction(text)
