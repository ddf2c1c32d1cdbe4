"""What raw tables of sales mean: the part ``data.raw`` of ``global.yaml``."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath

from pydantic import field_validator

from mmxlib.settings import Settings, setting


class Unmapped(StrEnum):
    """What becomes of rows whose SKU (or store) stands in no mapping."""

    ASK = "ask"
    LEAVE_OUT = "leave_out"


class RawColumns(Settings):
    """The names that raw tables and their mappings give to columns, whatever their case and spaces."""

    date: str = setting("date", "Column with the day of a row, or with the first day of its week.")
    sku: str = setting("sku", "Column with the SKU (article) of a row, in raw tables and in their mapping.")
    sub_category: str = setting(
        "sub_category",
        "Column with the sub-category, in the mapping of SKUs or, without a mapping, in the raw tables.",
    )
    store: str = setting("store", "Column with the store, needed only where stores are mapped to regions.")
    geo: str = setting(
        "geo", "Column with the region, in the mapping of stores or, without a mapping, in the raw tables."
    )
    sales: str = setting("sales", "Column with sales in money.")
    units: str = setting("units", "Column with the number of units sold, where the raw tables know it.")
    currency: str = setting("currency", "Column with the currency of a row's sales, such as EUR, if any.")


class RawSettings(Settings):
    """How raw tables (store x SKU x day or week) are added up to sales by sub-category and week."""

    files: tuple[str, ...] = setting(
        (),
        "Names of raw tables among the files given, or patterns such as pos_*.csv; in a workbook, sales for "
        "its sheet Sales. Empty: there are none.",
    )
    columns: RawColumns = setting(
        RawColumns(), "The names that raw tables and their mappings give to columns."
    )
    sub_categories: dict[str, str] = setting(
        {}, "SKUs with their sub-categories; many stand better in a file (sub_category_file)."
    )
    sub_category_file: str | None = setting(
        None, "File beside the raw tables with a row per SKU and its sub-category (CSV or XLSX)."
    )
    regions: dict[str, str] = setting(
        {}, "Stores with their regions; many stand better in a file (region_file)."
    )
    region_file: str | None = setting(
        None, "File beside the raw tables with a row per store and its region (CSV or XLSX)."
    )
    unmapped: Unmapped = setting(
        Unmapped.ASK,
        "What becomes of rows whose SKU or store is in no mapping; ask: stop and list them.",
    )
    keep: dict[str, tuple[str, ...]] = setting(
        {}, "Columns of the raw tables with the values whose rows are used; all other rows are left out."
    )
    leave_out: dict[str, tuple[str, ...]] = setting(
        {}, "Columns of the raw tables with the values whose rows are left out."
    )
    rates: dict[str, float] = setting(
        {}, "Currencies with what one unit of each is worth in the currency of the model."
    )

    @field_validator("files", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        """A single name is enough."""
        if isinstance(value, str):
            return (value,)
        return tuple(value) if isinstance(value, list) else value

    @field_validator("sub_category_file", "region_file")
    @classmethod
    def _plain_name(cls, name: str | None) -> str | None:
        """A mapping lies beside the raw tables: its name leads nowhere else."""
        if name is not None and any(name != kind(name).name for kind in (PurePosixPath, PureWindowsPath)):
            raise ValueError("give the name of a file beside the raw tables, without folders")
        return name

    @field_validator("rates")
    @classmethod
    def _positive(cls, rates: Mapping[str, float]) -> Mapping[str, float]:
        for currency, rate in rates.items():
            if not 0.0 < rate < float("inf"):
                raise ValueError(f"the rate of {currency} must be above 0")
        return rates
