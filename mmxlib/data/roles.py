"""Which column and which file plays which role: the ``data`` section of ``global.yaml``."""

import datetime
import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pydantic import field_validator, model_validator

from mmxlib.data.choices import (
    AlikeChannels,
    DamagedNames,
    DateOrder,
    DecimalMark,
    ErrorCells,
    FullSheets,
    HiddenRows,
    MacDates,
    MissingSpend,
    NegativeSpend,
    RepeatedColumns,
    RepeatedRows,
    SeveralTables,
    ShortNumbers,
    TotalRows,
    TwoHeaderRows,
    Weekday,
    WeekNumbers,
)
from mmxlib.data.encodings import DETECTED, known_encoding
from mmxlib.data.raw.settings import RawSettings
from mmxlib.settings import Settings, setting
from mmxlib.terms import ControlKind, OutcomeKind


class FileRole(StrEnum):
    """What a file or sheet holds."""

    SALES = "sales"
    MEDIA = "media"
    EVENTS = "events"
    EXPERIMENTS = "experiments"
    CONTROLS = "controls"


_ROLE_WORDS = {
    "sales": FileRole.SALES,
    "media": FileRole.MEDIA,
    "spend": FileRole.MEDIA,
    "event": FileRole.EVENTS,
    "experiment": FileRole.EXPERIMENTS,
    "control": FileRole.CONTROLS,
}


class ColumnSettings(Settings):
    """The name that the user's files give to each standard column; case, spaces and hyphens do not matter."""

    date: str = setting("date", "Column with the first day of each week (or with each day).")
    week: str = setting("week", "Column with the number of the week, where the year has its own column.")
    year: str = setting("year", "Column with the year, where the week is a number in its own column.")
    sub_category: str = setting("sub_category", "Column with the sub-category of a row.")
    geo: str = setting("geo", "Column with the region of a row, where sales are kept by region.")
    sales: str = setting("sales", "Column with sales in money.")
    units: str = setting("units", "Column with the number of units sold.")
    price: str = setting("price", "Column with the price; without it, price is sales divided by units.")
    promotion: str = setting("promotion", "Column with the promotion: 0 to 1, its share or depth.")
    channel: str = setting("channel", "Column with the media channel, in a file with a row per channel.")
    spend: str = setting("spend", "Column with the spend, in a file with a row per channel.")
    exposure: str = setting("exposure", "Column with the exposure, in a file with a row per channel.")
    name: str = setting("name", "Column with an event's name.")
    start: str = setting("start", "Column with the first day of an event or experiment.")
    end: str = setting("end", "Column with the last day of an event or experiment.")
    lift: str = setting("lift", "Column with the outcome that an experiment measured.")
    standard_error: str = setting("standard_error", "Column with the standard error of an experiment's lift.")
    change: str = setting(
        "change",
        "Column with the share of exposure that an experiment added (-1: all withheld, also when absent).",
    )
    x: str = setting("x", "Column with the spend per week before a step, in tests of a step in spend.")
    delta_x: str = setting("delta_x", "Column with the change of spend per week that such a test tried.")
    delta_y: str = setting("delta_y", "Column with the change of outcome per week that it measured.")
    sigma: str = setting("sigma", "Column with the standard error of that change of outcome.")


class ChannelColumns(Settings):
    """Where one channel's numbers stand, in a file with a column per channel."""

    spend: str | None = setting(None, "Column with the channel's spend; empty for organic media.")
    exposure: str | None = setting(None, "Column with what people saw, such as impressions or clicks.")
    national: bool | None = setting(
        None,
        "Whether one series serves all sub-categories; empty: decided by the data "
        "(equal in every sub-category on every date means national).",
    )

    @model_validator(mode="after")
    def _something(self) -> "ChannelColumns":
        if self.spend is None and self.exposure is None and self.national is None:
            raise ValueError("name the channel's spend column, its exposure column, or both")
        return self


class FileSettings(Settings):
    """The file of each role, where its name does not say it."""

    sales: str | None = setting(None, "Name of the file with sales.")
    media: str | None = setting(None, "Name of the file with media.")
    events: str | None = setting(None, "Name of the file with events.")
    experiments: str | None = setting(None, "Name of the file with experiments.")
    controls: str | None = setting(None, "Name of the file with controls.")


class DataSettings(Settings):
    """What the columns and files of the user's data mean."""

    columns: ColumnSettings = setting(
        ColumnSettings(), "The names that the files give to the standard columns."
    )
    channels: dict[str, ChannelColumns] = setting(
        {},
        "Channel names with their spend and exposure columns, for files with a column per channel; "
        "empty: columns such as tv_spend and tv_exposure are recognized.",
    )
    controls: dict[str, ControlKind] = setting(
        {},
        "Columns that are known drivers but not media, each with its kind: price, promotion or other.",
    )
    event_columns: dict[str, str] = setting(
        {},
        "Columns with 1 in the periods of an event and 0 elsewhere, each with the event's name; "
        "columns with the same name make one event.",
    )
    event_name_column: str | None = setting(
        None, "Column with the name of the period's event; empty, na or none where there is no event."
    )
    outcome_kind: OutcomeKind = setting(
        OutcomeKind.MONEY, "What the outcome counts: money (the sales column) or units (the units column)."
    )
    revenue_per_unit: float | None = setting(
        None,
        "What one unit of outcome is worth, when the outcome counts units; "
        "empty: sales divided by units where both are known.",
        unit="money per unit",
        gt=0.0,
    )
    currency: str = setting("", "Currency of sales and spend, such as EUR, shown beside amounts of money.")
    missing_spend: MissingSpend = setting(
        MissingSpend.ERROR, "What a blank or absent spend means: an error, or no spend (zero)."
    )
    negative_spend: NegativeSpend = setting(
        NegativeSpend.ASK,
        "What becomes of a spend below 0, such as a credit note: counted as 0 (zero); ask: stop.",
    )
    alike_channels: AlikeChannels = setting(
        AlikeChannels.ASK,
        "What becomes of channels that move together in every week, so that no data can tell them apart: "
        "made one (merge) or kept apart (keep); ask: stop and say so.",
    )
    scales: dict[str, float] = setting(
        {},
        "Columns with what each of their numbers is multiplied by: 1000 for amounts in thousands, 1 for "
        "amounts that only look so.",
    )
    short_numbers: ShortNumbers = setting(
        ShortNumbers.ASK,
        "What becomes of numbers such as 1.2M or 35k: read as 1200000 and 35000 (read); ask: stop.",
    )
    encoding: str = setting(
        DETECTED,
        "Encoding of text files, such as utf-8, cp1252, latin-1, cp1250, cp932, shift_jis, gb18030, utf-16 "
        "or mac_roman; auto: what the file's own bytes show.",
    )
    damaged_names: DamagedNames = setting(
        DamagedNames.ASK,
        "What becomes of names such as CafÃ©, which a wrong encoding damaged: mend them, keep them as they "
        "are, or ask: stop and say so.",
    )
    full_sheets: FullSheets = setting(
        FullSheets.ASK,
        "What becomes of a sheet in which every row that Excel has is filled, so that rows may be cut off: "
        "use it, or ask: stop and say so.",
    )
    several_tables: SeveralTables = setting(
        SeveralTables.ASK,
        "Which of several tables on one sheet is read: the first, the last, all as one table, or ask: stop "
        "and say so.",
    )
    two_header_rows: TwoHeaderRows = setting(
        TwoHeaderRows.ASK,
        "What becomes of two rows of names, such as TV above spend: join them to TV / spend, or ask: stop "
        "and say so.",
    )
    repeated_columns: RepeatedColumns = setting(
        RepeatedColumns.ASK,
        "What becomes of two columns with one name and equal values: the first counts, or ask: stop and say "
        "so.",
    )
    error_cells: ErrorCells = setting(
        ErrorCells.ASK,
        "What stands for a control where a cell shows an error such as N/A or DIV/0: the value before it "
        "(previous), zero, or ask: stop and say so. Errors in sales and spend are always refused.",
    )
    decimal: DecimalMark = setting(
        DecimalMark.AUTO,
        "What stands before the decimals where numbers are text; auto: what the column itself shows.",
    )
    date_order: DateOrder = setting(
        DateOrder.AUTO,
        "How dates such as 01/02/2024 are read; auto: what the column itself shows.",
    )
    fewest_weeks: int = setting(
        52,
        "Weeks of sales that there must be at least: with fewer than 52 no yearly pattern is seen once.",
        unit="weeks",
        ge=1,
    )
    as_of: datetime.date | None = setting(
        None,
        "Last day that the data know: sales of weeks that begin later are left out, as those of a plan; "
        "empty: weeks of zeros at the end are asked about.",
    )
    week_numbers: WeekNumbers = setting(
        WeekNumbers.ASK,
        "By which calendar weeks such as W1 24 or 2024-01 are read: iso (from Mondays), retail (the US 4-4-5 "
        "year, from Sundays), or ask: stop and say so. With the year in a column of its own, ask reads iso.",
    )
    first_week: datetime.date | None = setting(
        None, "First day of week 1, where weeks are numbered without a year; the others are counted from it."
    )
    mac_dates: MacDates = setting(
        MacDates.ASK,
        "What becomes of tables whose dates lie exactly 1,462 days apart, as dates pasted from a Mac's "
        "workbook do: forward moves the earlier ones, back the later ones, ask: stop and say so.",
    )
    repeated_rows: RepeatedRows = setting(
        RepeatedRows.ASK,
        "Which row counts where two for one date and sub-category differ; ask: stop and say so.",
    )
    total_rows: TotalRows = setting(
        TotalRows.ASK,
        "What becomes of rows that are called a total but are not the sum of the rows above; ask: stop.",
    )
    hidden_rows: HiddenRows = setting(
        HiddenRows.ASK, "What becomes of rows that a sheet hides, as a filter does; ask: stop and say so."
    )
    align_weeks: bool = setting(
        False,
        "Whether every date moves back to the week_starts of its week; for files by different weekdays.",
    )
    fill_down: bool = setting(
        False, "Whether a blank cell in a column of names repeats the name above, as pivot tables show it."
    )
    week_starts: Weekday = setting(
        Weekday.MONDAY, "First day of the week to which daily sales are summed; weekly data keep their own."
    )
    files: FileSettings = setting(FileSettings(), "The file of each role, where its name does not say it.")
    raw: RawSettings = setting(
        RawSettings(),
        "How raw tables (store x SKU x day or week) are added up to sales by sub-category and week.",
    )

    @field_validator("encoding")
    @classmethod
    def _encoding_by_its_usual_name(cls, value: str) -> str:
        return known_encoding(value)

    @field_validator("event_columns", mode="before")
    @classmethod
    def _events_by_name(cls, value: Any) -> Any:
        """A plain list of columns is enough: each names its event."""
        return {str(name): str(name) for name in value} if isinstance(value, list | tuple) else value

    @field_validator("controls", mode="before")
    @classmethod
    def _kinds_by_name(cls, value: Any) -> Any:
        """A plain list of columns is enough: a column named price or promotion is of that kind."""
        if isinstance(value, list | tuple):
            named = {ControlKind.PRICE.value, ControlKind.PROMOTION.value}
            return {
                name: ControlKind(matching_key(name)) if matching_key(name) in named else ControlKind.OTHER
                for name in map(str, value)
            }
        return value


@lru_cache(maxsize=10_000)  # the same few names are compared again and again
def matching_key(name: str) -> str:
    """Return ``name`` as it is compared: without regard to case, spaces, hyphens and underscores."""
    folded = unicodedata.normalize("NFKC", name).strip().casefold()
    return re.sub(r"[\s_-]+", "_", folded)


def role_of_name(name: str) -> FileRole | None:
    """Return the role that a file's or sheet's name says, or None: its first word that names one."""
    for word in re.findall(r"[a-z]+", name.casefold()):
        for start, role in _ROLE_WORDS.items():
            if word.startswith(start):
                return role
    return None
