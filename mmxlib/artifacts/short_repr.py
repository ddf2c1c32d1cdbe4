"""How a result shows itself in an interpreter: names, and the sizes of arrays and tables, on one screen."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

import numpy as np
import pandas as pd

MOST_LETTERS = 90
"""The length at which the words for one field are cut."""


def short_repr(result: object) -> str:
    """Return a dataclass as its name and a line for each field that holds anything."""
    told = {each.name: _words(getattr(result, each.name)) for each in fields(result)}  # type: ignore[arg-type]
    width = max(map(len, told), default=0)
    lines = [f"  {name:{width}}  {_cut(words)}" for name, words in told.items() if words]
    return "\n".join([type(result).__name__, *lines])


def _words(value: object) -> str:
    """Return what a field holds in a few words; nothing for an empty one."""
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, pd.DataFrame):
        return f"table of {len(value):,} rows: {', '.join(map(str, value.columns))}" if len(value) else ""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, float):
        return "" if value != value else f"{value:,.6g}"
    if isinstance(value, tuple):
        names = [_name(each) for each in value]
        return f"{len(names)}: {', '.join(names)}" if names else ""
    if isinstance(value, Mapping):
        return ", ".join(map(str, value))
    if is_dataclass(value):
        return type(value).__name__
    return "" if value is None else str(value)


def _array(value: np.ndarray) -> str:
    if value.dtype.kind == "M" and value.ndim == 1 and len(value):
        return f"{len(value)}: {value[0]} to {value[-1]}"
    return f"array of {' x '.join(map(str, value.shape))}" if value.size else ""


def _name(value: object) -> str:
    """Return what one of several is called: its name where it has one, else its words or its kind."""
    for attribute in ("name", "channel", "text"):
        found = getattr(value, attribute, None)
        if isinstance(found, str):
            return found
    return _words(value)


def _cut(words: str) -> str:
    return words if len(words) <= MOST_LETTERS else f"{words[: MOST_LETTERS - 1]}…"
