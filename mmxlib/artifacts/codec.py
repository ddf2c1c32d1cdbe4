"""Artifacts as bytes and back: JSON for what is said, npz for what is counted; never a pickle.

The types of an artifact's fields decide how each is written, so one pair of functions serves every artifact.
The same artifact always gives the same bytes.
"""

import dataclasses
import hashlib
import io
import json
import math
import types
import typing
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from mmxlib.artifacts.frame_parts import FrameParts, frame_of, parts_of
from mmxlib.errors import RunError
from mmxlib.maths.arrays import Array

ArtifactT = TypeVar("ArtifactT")

MAX_ENTRIES = 2_000
MAX_BYTES = 500_000_000
MAX_RATIO = 200
UNSTORED_WHEN_EMPTY: Mapping[str, bool] = {"unstored_when_empty": True}
"""Metadata of a field that came later: without it, an artifact keeps the bytes and the identity it had."""

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say: stored files carry no time
_PLAIN = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class Encoded:
    """An artifact as bytes; ``document`` names the digest of ``arrays`` (empty where there are none)."""

    document: bytes
    arrays: bytes

    @property
    def digest(self) -> str:
        """The artifact's identity: the SHA-256 of its document, which includes that of its arrays."""
        return sha256(self.document)


def sha256(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def canonical(value: object) -> bytes:
    """Return ``value`` (plain JSON) as the one JSON text that stands for it."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def encode(artifact: object) -> Encoded:
    """Return the bytes of ``artifact``, a frozen dataclass of the kinds listed in `mmxlib.artifacts`.

    Raises
    ------
    RunError
        If a field holds something that has no place in a stored artifact.
    """
    kind = type(artifact)
    if not dataclasses.is_dataclass(kind):
        raise _unstorable(kind.__name__, artifact)
    arrays: dict[str, Array] = {}
    value = _Writer(kind.__name__, arrays).written(kind, artifact, "")
    packed = _packed(arrays) if arrays else b""
    document = {"type": kind.__name__, "arrays": sha256(packed) if packed else None, "value": value}
    return Encoded(canonical(document), packed)


def arrays_digest(document: bytes) -> str | None:
    """Return the digest of the arrays that a document belongs with, or None."""
    return typing.cast("str | None", json.loads(document)["arrays"])


def decode(kind: type[ArtifactT], encoded: Encoded) -> ArtifactT:
    """Return the artifact of type ``kind`` that ``encoded`` holds.

    Raises
    ------
    RunError
        If the bytes hold another type, or a field that ``kind`` needs is missing.
    """
    document = json.loads(encoded.document)
    if document["type"] != kind.__name__:
        raise RunError(
            f"The stored result is of type {document['type']}, not {kind.__name__}.",
            remedy="Run again with the agents that wrote this run, or into a new folder.",
            code="MMX-W001",
        )
    reader = _Reader(kind.__name__, _unpacked(encoded.arrays) if encoded.arrays else {})
    return typing.cast("ArtifactT", reader.read(kind, document["value"], ""))


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    """Return the resolved types of a dataclass's stored fields, in their order."""
    hints = typing.get_type_hints(kind)
    return {each.name: hints[each.name] for each in dataclasses.fields(kind) if each.init}


def _arms(hint: Any) -> tuple[Any, ...] | None:
    """Return the members of a union, or None for any other type."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return typing.get_args(hint)
    return None


def _origin(hint: Any) -> Any:
    """Return the outermost type that a hint names; a name for a type stands for that type.

    From version 2.5 on, under Python 3.12, NumPy's ``NDArray`` is such a name (a ``type`` statement).
    """
    origin = typing.get_origin(hint) or hint
    return _origin(origin.__value__) if hasattr(origin, "__value__") else origin


def _holds(hint: Any, value: object) -> bool:
    """Return whether ``value`` is of the outermost type that ``hint`` names."""
    origin = _origin(hint)
    if origin is float:
        return isinstance(value, int | float | np.floating | np.integer) and not isinstance(value, bool)
    if origin is int:
        return isinstance(value, int | np.integer) and not isinstance(value, bool)
    return isinstance(value, type(None) if origin is None else origin)


@dataclass(frozen=True)
class _Writer:
    """Writes values by their type; arrays gather in ``arrays`` under the path of their field."""

    artifact: str
    arrays: dict[str, Array]

    def written(self, hint: Any, value: object, path: str) -> object:
        arms = _arms(hint)
        if arms is not None:
            return self._union(arms, value, path)
        origin = _origin(hint)
        if not _holds(hint, value):
            raise _unstorable(f"{self.artifact}.{path}", value)
        if origin in (float,):
            return _float_text(float(typing.cast("float", value)))
        if origin is int:
            return int(typing.cast("int", value))
        if origin in _PLAIN or origin is None:
            return value
        if issubclass(origin, Enum):
            return typing.cast("Enum", value).value
        if origin is date:
            return typing.cast("date", value).isoformat()
        return self._container(origin, hint, value, path)

    def _container(self, origin: type, hint: Any, value: Any, path: str) -> object:
        if origin is tuple:
            return [
                self.written(each, item, f"{path}.{index}")
                for index, (each, item) in enumerate(zip(_tuple_hints(hint, value), value, strict=True))
            ]
        if issubclass(origin, Mapping):
            inner = typing.get_args(hint)[1]
            # a list of pairs, not an object: the order of a mapping is part of it
            return [[str(key), self.written(inner, item, f"{path}.{key}")] for key, item in value.items()]
        if origin is np.ndarray:
            return self._array(value, path)
        if origin is pd.DataFrame:
            return self._frame(value, path)
        if dataclasses.is_dataclass(origin):
            prefix = f"{path}." if path else ""
            unstored = {
                each.name
                for each in dataclasses.fields(origin)
                if each.metadata.get("unstored_when_empty") and not getattr(value, each.name)
            }
            return {
                name: self.written(each, getattr(value, name), f"{prefix}{name}")
                for name, each in _hints(origin).items()
                if name not in unstored
            }
        raise _unstorable(f"{self.artifact}.{path}", value)

    def _union(self, arms: tuple[Any, ...], value: object, path: str) -> object:
        chosen = next((arm for arm in arms if _holds(arm, value)), None)
        if chosen is None and value is not None:
            raise _unstorable(f"{self.artifact}.{path}", value)
        if value is None:
            return None
        if len([arm for arm in arms if arm is not type(None)]) == 1:
            return self.written(chosen, value, path)
        return {"of": arms.index(chosen), "is": self.written(chosen, value, path)}

    def _array(self, value: Array, path: str) -> str:
        if value.dtype.kind not in "biufUM":
            raise _unstorable(f"{self.artifact}.{path}", value)
        self.arrays[path] = np.asarray(value, order="C")
        return path

    def _frame(self, value: pd.DataFrame, path: str) -> object:
        parts = parts_of(value, f"{self.artifact}.{path}")
        for index, column in enumerate(parts.arrays):
            self.arrays[f"{path}.{index}"] = column
        return {"columns": parts.columns, "rows": parts.rows}


@dataclass(frozen=True)
class _Reader:
    """Reads values by their type; the mirror of `_Writer`."""

    artifact: str
    arrays: Mapping[str, Array] = field(default_factory=dict)

    def read(self, hint: Any, value: Any, path: str) -> object:
        arms = _arms(hint)
        if arms is not None:
            if value is None:
                return None
            real = [arm for arm in arms if arm is not type(None)]
            # a type that became a choice after it was written was the first of its kinds
            chosen = isinstance(value, dict) and value.keys() == {"of", "is"}
            return self.read(*((arms[value["of"]], value["is"]) if chosen else (real[0], value)), path)
        origin = _origin(hint)
        if origin is float:
            return float(value)
        if origin in _PLAIN or origin is None:
            return value
        if issubclass(origin, Enum):
            return origin(value)
        if origin is date:
            return date.fromisoformat(value)
        return self._container(origin, hint, value, path)

    def _container(self, origin: type, hint: Any, value: Any, path: str) -> object:
        if origin is tuple:
            return tuple(
                self.read(each, item, f"{path}.{index}")
                for index, (each, item) in enumerate(zip(_tuple_hints(hint, value), value, strict=True))
            )
        if issubclass(origin, Mapping):
            inner = typing.get_args(hint)[1]
            return {key: self.read(inner, item, f"{path}.{key}") for key, item in value}
        if origin is np.ndarray:
            return self.arrays[value]
        if origin is pd.DataFrame:
            columns = value["columns"]
            arrays = [self.arrays[f"{path}.{index}"] for index in range(len(columns))]
            return frame_of(FrameParts(columns, value["rows"], tuple(arrays)))
        return self._dataclass(origin, value, path)

    def _dataclass(self, kind: type, value: Mapping[str, Any], path: str) -> object:
        hints = _hints(kind)
        optional = {
            each.name
            for each in dataclasses.fields(kind)
            if each.default is not dataclasses.MISSING or each.default_factory is not dataclasses.MISSING
        }
        strange = [name for name in value if name not in hints]
        missing = [name for name in hints if name not in value and name not in optional]
        if strange or missing:
            raise RunError(
                f"The stored result {self.artifact} was written by another version of mmxlib "
                f"({', '.join([*strange, *missing])} of {kind.__name__} does not fit).",
                remedy="Open this run with the version that wrote it (`mmx status` names it), or run again "
                "into a new folder.",
                code="MMX-W002",
            )
        prefix = f"{path}." if path else ""
        make: Callable[..., object] = kind
        return make(
            **{
                name: self.read(hints[name], value[name], f"{prefix}{name}")
                for name in hints
                if name in value
            }
        )


def _tuple_hints(hint: Any, value: Any) -> tuple[Any, ...]:
    """Return one type per element of a tuple: ``tuple[X, ...]`` repeats, ``tuple[X, Y]`` is as it says."""
    inner = typing.get_args(hint)
    return (inner[0],) * len(value) if len(inner) == 2 and inner[1] is Ellipsis else inner


def _float_text(value: float) -> float | str:
    """Return a float for JSON, which knows neither infinity nor "not a number"."""
    return value if math.isfinite(value) else str(value)


def _unstorable(place: str, value: object) -> RunError:
    return RunError(
        f"{place} holds {type(value).__name__} ({str(value)[:60]!r}), which cannot be stored.",
        remedy="An artifact is a frozen dataclass of text, numbers, days, enums, tuples, mappings, arrays of "
        "numbers, tables and other such dataclasses, as its field types declare.",
        code="MMX-W003",
    )


def _packed(arrays: Mapping[str, Array]) -> bytes:
    """Return the arrays as an npz with fixed dates, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, values in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, values, version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _ZIP_DATE), member.getvalue())
    return buffer.getvalue()


def is_oversized(archive: zipfile.ZipFile) -> bool:
    """Return whether a zip declares more members, bytes or compression than anything that mmxlib writes."""
    members = archive.infolist()
    size, packed = (sum(getattr(each, name) for each in members) for name in ("file_size", "compress_size"))
    return len(members) > MAX_ENTRIES or size > MAX_BYTES or size > MAX_RATIO * max(packed, 1)


def _unpacked(content: bytes) -> dict[str, Array]:
    """Return the arrays of an npz by name, after a look at what it declares."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if is_oversized(archive):
            raise RunError(
                "A stored result is larger than any that mmxlib writes.",
                remedy="The run folder is damaged; run again into a new folder.",
                code="MMX-W004",
            )
        return {
            member.filename.removesuffix(".npy"): _array(archive.read(member))
            for member in archive.infolist()
        }


def _array(content: bytes) -> Array:
    """Return the array of one npy, once it holds as much as it declares: it would be made room for at once.

    Raises
    ------
    ValueError
        If it declares more or less than it holds.
    """
    stream = io.BytesIO(content)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("not an npy of version 1.0")
    shape, _, kind = np.lib.format.read_array_header_1_0(stream)
    if kind.hasobject or math.prod(shape) * kind.itemsize != len(content) - stream.tell():
        raise ValueError("the npy holds another amount than it declares")
    stream.seek(0)
    return np.lib.format.read_array(stream, allow_pickle=False)
