"""Flips of the settings by which raw tables are added up."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from tests.config.flips.flip import Flip, flip
from tests.config.flips.of_reading import Files, written
from tests.data import clean
from tests.data.raw import market

BESIDE = {"data.fewest_weeks": 1, "data.raw.files": ["pos*"], "data.raw.sub_categories": market.SKUS}
REGIONS = {"S1": "a", "S2": "b", "S3": "b"}
OTHER = "Spalte"


def plain() -> Files:
    return written(pos=market.raw_sales(), media=clean.media())


def national() -> Files:
    """Return raw tables with media that name no unit, so that they fit sales of any detail."""
    media = clean.media().query("sub_category == 'East'")[["date", "channel", "spend"]]
    rows = market.raw_sales()
    mapped = rows.assign(sub_category=rows["sku"].map(market.SKUS), geo=rows["store"].map(REGIONS))
    return written(pos=mapped, media=media)


def with_currencies() -> Files:
    rows = market.raw_sales()
    return written(
        pos=rows.assign(currency=np.where(rows["store"] == "S1", "USD", "EUR")), media=clean.media()
    )


def by_store() -> Files:
    """Return raw tables without names of regions, and media that name no unit."""
    return {**national(), **written(pos=market.raw_sales())}


def with_sku_file() -> Files:
    mapping = pd.DataFrame(sorted(market.SKUS.items()), columns=["sku", "sub_category"])
    return {**plain(), **written(skus=mapping)}


def with_store_file() -> Files:
    stores = pd.DataFrame(sorted(REGIONS.items()), columns=["store", "geo"])
    return {**by_store(), **written(shops=stores)}


def renamed(column: str, files: Callable[[], Files]) -> Callable[[], Files]:
    """Return the files with another name for a column of the raw tables."""

    def made() -> Files:
        head, rows = files()["pos.csv"].decode().split("\n", 1)
        names = [OTHER if each == column else each for each in head.split(",")]
        return {**files(), "pos.csv": f"{','.join(names)}\n{rows}".encode()}

    return made


def on(files: Callable[[], Files], to: Mapping[str, object], /, **beside: object) -> Flip:
    """Return a flip that the panel must show; ``beside`` are settings of raw tables."""
    stated = BESIDE | {f"data.raw.{name}": value for name, value in beside.items()}
    currency = {"data.currency": "EUR"} if files is with_currencies or "rates" in beside else {}
    return flip(to, "panel", beside=stated | currency, given=files)


def column(name: str, files: Callable[[], Files], /, **beside: object) -> Flip:
    return on(renamed(name, files), {f"data.raw.columns.{name}": OTHER}, **beside)


FEWER = {sku: unit for sku, unit in market.SKUS.items() if sku != "W04"}

RAW_TABLES: dict[str, Flip] = {
    "data.raw.files": on(plain, {"data.raw.files": ["pos*"]}, files=[]),
    "data.raw.columns.date": column("date", plain),
    "data.raw.columns.sku": column("sku", plain),
    "data.raw.columns.sub_category": column("sub_category", national, sub_categories={}),
    "data.raw.columns.store": column("store", by_store, regions=REGIONS),
    "data.raw.columns.geo": column("geo", national),
    "data.raw.columns.sales": column("sales", plain),
    "data.raw.columns.units": column("units", plain),
    "data.raw.columns.currency": column("currency", with_currencies, rates={"USD": 0.9}),
    "data.raw.sub_categories.*": on(plain, {"data.raw.sub_categories.E01": "West"}),
    "data.raw.sub_category_file": on(
        with_sku_file, {"data.raw.sub_category_file": "skus.csv"}, sub_categories={}
    ),
    "data.raw.regions.*": on(by_store, {"data.raw.regions.S2": "a"}, regions=REGIONS),
    "data.raw.region_file": on(with_store_file, {"data.raw.region_file": "shops.csv"}),
    "data.raw.unmapped": on(plain, {"data.raw.unmapped": "leave_out"}, sub_categories=FEWER),
    "data.raw.keep.*": on(plain, {"data.raw.keep": {"store": ["S1"]}}),
    "data.raw.leave_out.*": on(plain, {"data.raw.leave_out": {"store": ["S1"]}}),
    "data.raw.rates.*": on(with_currencies, {"data.raw.rates": {"USD": 0.9}}, rates={"USD": 0.8}),
}
