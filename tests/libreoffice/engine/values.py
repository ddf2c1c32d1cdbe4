"""Values on their way between Python and the cells of LibreOffice, treated as Excel treats them."""

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - cells know no time zone
ERROR_TEXTS = {
    502: "#VALUE!", 503: "#NUM!", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A",
}  # fmt: skip
DATE_FORMAT, LOGICAL_FORMAT = "yyyy-mm-dd", "BOOLEAN"
_NUMBER = re.compile(r"\s*[+-]?(\d+(,\d{3})*|\d*)(\.\d*)?([eE][+-]?\d+)?\s*%?\s*")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_AMERICAN_DATE = re.compile(r"\d{1,2}[-/]\d{1,2}([-/]\d{2,4})?")


class CellError(str):
    """An error in a cell, like ``#N/A``."""

    __slots__ = ()


def prepared(value: Any, _options: object) -> Any:
    """Return a Python value in the form in which a cell takes it."""
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    if isinstance(value, np.datetime64 | pd.Timestamp):
        return pd.Timestamp(value).to_pydatetime().replace(tzinfo=None)
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, np.bool_):
        return bool(value)
    return float(value) if isinstance(value, np.number) else value


def cleaned(
    rows: Sequence[Sequence[Any]],
    datetime_builder: Callable[..., Any],
    empty_as: object,
    number_builder: Callable[[float], Any] | None,
    err_to_str: bool,
) -> list[list[Any]]:
    """Return what cells held in the form that the caller of xlwings asked for."""

    def one(value: Any) -> Any:
        if value is None or (isinstance(value, CellError) and not err_to_str):
            return empty_as if value is None else None
        if isinstance(value, dt.datetime):
            parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
            return datetime_builder(**{part: getattr(value, part) for part in parts}, tzinfo=None)
        if isinstance(value, CellError):
            return str(value)
        return number_builder(value) if number_builder and type(value) is float else value

    return [[one(value) for value in row] for row in rows]


def serial(moment: dt.date) -> float:
    """Return a date or a moment as the number of days that a cell holds."""
    whole = moment if isinstance(moment, dt.datetime) else dt.datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001
    return (whole - EPOCH) / dt.timedelta(days=1)


def moment(days: float) -> dt.datetime:
    """Return the moment that a cell's number of days means, to the nearest millisecond as Excel keeps it."""
    return EPOCH + dt.timedelta(milliseconds=round(days * 86_400_000))


@dataclass(frozen=True, slots=True)
class Entry:
    """What Excel makes of a text that reads as something else, and the format that the cell then takes."""

    text: str
    number_format: str = ""


def entry(text: str) -> Entry | None:
    """Return what Excel makes of a text without an apostrophe in front; nothing where it stays a text."""
    if text[:1] in ("=", "+", "-", "@") and len(text) > 1 and not _NUMBER.fullmatch(text):
        return Entry("=" + text[1:] if text[0] in "=@" else "=" + text)
    bare = text.strip()
    if _NUMBER.fullmatch(bare) and any(letter.isdigit() for letter in bare):
        return Entry(bare)
    if bare.upper() in ("TRUE", "FALSE"):
        return Entry(bare.upper(), LOGICAL_FORMAT)
    if _DATE.fullmatch(bare) or _AMERICAN_DATE.fullmatch(bare):
        return Entry(bare if _DATE.fullmatch(bare) else bare.replace("-", "/"), DATE_FORMAT)
    return None


def finite(value: float) -> float:
    """Return a number as it is; infinity is refused, as Excel does."""
    if math.isinf(value):
        raise OverflowError("a cell cannot hold infinity")
    return float(value)
