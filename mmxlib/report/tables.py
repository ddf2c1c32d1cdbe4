"""Tables as files: CSV for people who open it in Excel, JSON for programs; always the same bytes."""

import csv
import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from mmxlib.errors import UsageError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""What a JSON file may hold."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Ends with the wide forms of the first four, which Excel takes for them under East Asian keyboards."""


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return ``frame`` as CSV: UTF-8, one line feed per row, days as ``2025-12-28``, floats exact.

    Excel would run a text that begins like a formula; such text, in cells and headings, gets a leading
    apostrophe. The JSON files carry the text as it is.
    """
    shown = pd.DataFrame(
        {index: _csv_column(frame.iloc[:, index]) for index in range(frame.shape[1])}, index=frame.index
    )
    shown.columns = pd.Index([plain_text(str(name)) for name in frame.columns], dtype=object)
    return shown.to_csv(index=False, lineterminator="\n").encode("utf-8", "backslashreplace")


def plain_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, and whose line ends stay inside its cell."""
    # a bare carriage return would be written unquoted and begin a row of its own
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{lines}" if lines.startswith(_FORMULA_STARTS) else lines


def _csv_column(column: "pd.Series[Any]") -> "pd.Series[Any]":
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        days: pd.Series[Any] = column.dt.strftime("%Y-%m-%d").astype(object)
        return days
    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        return column
    # values repeat a lot: the distinct ones are looked at once
    known = {value: _csv_cell(value) for value in column.unique()}
    mapped: pd.Series[Any] = column.map(known).astype(object)
    return mapped


def _csv_cell(value: object) -> object:
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool | np.bool_ | int | float | np.integer | np.floating):
        return value
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else plain_text(str(value))


def json_bytes(value: object) -> bytes:
    """Return ``value`` as JSON: UTF-8, keys in the order given, floats exact, missing numbers as null."""
    text = json.dumps(plain(value), ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode("utf-8", "backslashreplace")


def plain(value: object) -> Json:
    """Return ``value`` in JSON's own kinds; frames become lists of rows, days ISO text.

    Raises
    ------
    UsageError
        If the value is of no kind that reports hold.
    """
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, str):
        return value
    if isinstance(value, np.datetime64):
        return str(value.astype("datetime64[D]"))
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    if isinstance(value, pd.DataFrame):
        return rows_of(value)
    if isinstance(value, np.ndarray | pd.Series | pd.Index):
        return [plain(each) for each in value.tolist()]
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [plain(each) for each in value]
    raise UsageError(
        f"A report cannot hold a value of the kind {type(value).__name__}.",
        remedy="Give numbers, text, days, lists, mappings or tables.",
        code="MMX-R001",
    )


def rows_of(frame: pd.DataFrame) -> list[Json]:
    """Return the rows of a frame, each a mapping from column to value."""
    columns = [plain(frame.iloc[:, index]) for index in range(frame.shape[1])]
    names = [str(name) for name in frame.columns]
    if not columns:
        return []
    lists = [column if isinstance(column, list) else [] for column in columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*lists, strict=True)]


CURVE = "response_curve_"
"""What the name of a file on one channel's curve begins with."""


def csv_headings(tree: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """Return the columns of every CSV file of a tree; files in a folder of one kind are told once."""
    found: dict[str, tuple[str, ...]] = {}
    for name, content in tree.items():
        if name.endswith(".csv"):
            folder, _, file = name.rpartition("/")
            path = f"{folder}/<channel>.csv" if "/" in folder else f"{folder}/{file}"
            if file.startswith(CURVE):
                path = f"{folder}/{CURVE}<channel>.csv"
            heads = content[: content.find(b"\n")].decode("utf-8")
            found.setdefault(path, tuple(next(csv.reader([heads]))))
    return found
