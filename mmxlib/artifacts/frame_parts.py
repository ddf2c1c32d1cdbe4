"""Tables as arrays and words, column by column, with their kinds preserved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mmxlib.errors import RunError
from mmxlib.maths.arrays import Array

_NOTHING, _NOT_A_NUMBER = -1, -2


@dataclass(frozen=True, slots=True)
class FrameParts:
    """A table taken apart.

    ``columns``: per column its name, its kind (``array`` or ``text``) and its type; a text column also has
    its distinct ``words``. ``arrays``: per column its values, or for text the position of each value's word
    (-1: nothing, -2: not a number, as text columns spell an empty cell). ``rows`` is the number of rows.
    """

    columns: list[dict[str, Any]]
    rows: int
    arrays: tuple[Array, ...]


def parts_of(frame: pd.DataFrame, place: str) -> FrameParts:
    """Return the parts of ``frame``, whose rows are numbered from 0.

    Raises
    ------
    RunError
        If the rows are not numbered from 0, or a column holds more than numbers, text, booleans or days.
    """
    if len(frame) and not frame.index.equals(pd.RangeIndex(len(frame))):
        raise RunError(
            f"The table {place} has row labels of its own, which are not stored.",
            remedy="Make the labels a column: .reset_index().",
            code="MMX-W005",
        )
    columns: list[dict[str, Any]] = []
    arrays: list[Array] = []
    for position, name in enumerate(frame.columns):
        column = frame.iloc[:, position]
        if not isinstance(name, str):
            raise _refused(f"{place}[{name!r}]", "a column's name must be text")
        if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biufM":
            columns.append({"name": name, "kind": "array", "type": column.dtype.str})
            arrays.append(np.asarray(column.to_numpy(), order="C"))
        else:
            words, codes = _coded(column, f"{place}[{name}]")
            columns.append({"name": name, "kind": "text", "type": str(column.dtype), "words": words})
            arrays.append(codes)
    return FrameParts(columns, len(frame), tuple(arrays))


def frame_of(parts: FrameParts) -> pd.DataFrame:
    """Return the table that ``parts`` were taken from."""
    index = pd.RangeIndex(parts.rows)
    columns = [
        pd.Series(values, index=index)
        if said["kind"] == "array"
        else pd.Series(_decoded(said["words"], values), index=index, dtype=said["type"])
        for said, values in zip(parts.columns, parts.arrays, strict=True)
    ]
    if not columns:
        return pd.DataFrame(index=index)
    frame = pd.concat(columns, axis=1)
    frame.columns = pd.Index([said["name"] for said in parts.columns])
    return frame


def _coded(column: "pd.Series[Any]", place: str) -> tuple[list[str], Array]:
    """Return a text column's distinct words and the position of each value's word."""
    if not (pd.api.types.is_object_dtype(column.dtype) or isinstance(column.dtype, pd.StringDtype)):
        raise _refused(place, f"columns of kind {column.dtype} are not stored")
    positions: dict[str, int] = {}
    codes = np.empty(len(column), dtype=np.int32)
    for row, value in enumerate(column.tolist()):
        if isinstance(value, str):
            codes[row] = positions.setdefault(value, len(positions))
        elif value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
            codes[row] = _NOTHING if value is None else _NOT_A_NUMBER
        else:
            raise _refused(place, f"row {row} holds {value!r} among text")
    return list(positions), codes


def _decoded(words: Sequence[str], codes: Array) -> list[object]:
    empty = {_NOTHING: None, _NOT_A_NUMBER: float("nan")}
    return [words[code] if code >= 0 else empty[code] for code in codes.tolist()]


def _refused(place: str, problem: str) -> RunError:
    return RunError(
        f"The table {place} cannot be stored: {problem}.",
        remedy="Columns are numbers, text, booleans or days, one kind each.",
        code="MMX-W006",
    )
