"""What every settings type shares: frozen, strict, each field with meaning, unit and bounds."""

import datetime
import types
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

Path = tuple[str | int, ...]
"""The way to a setting: the names of fields and of entries, and numbers within lists."""


class Settings(BaseModel):
    """The base of all settings: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def setting(
    default: Any,
    description: str,
    *,
    unit: str = "",
    ge: float | None = None,
    le: float | None = None,
    gt: float | None = None,
    lt: float | None = None,
) -> Any:
    """Return a documented field: what it means, its unit (empty for a pure choice) and its bounds.

    The description is the text that Excel, ``mmx schema`` and the YAML comments show.
    """
    extra: dict[str, Any] = {"unit": unit} if unit else {}
    return Field(
        default=default, description=description, json_schema_extra=extra, ge=ge, le=le, gt=gt, lt=lt
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a way through settings ends: the path, the field there or above, and what may stand there.

    ``field`` is None, and ``allowed`` empty, where the settings know no such name.
    """

    path: Path
    field: FieldInfo | None
    allowed: str


def reached(kind: Any, location: Path) -> Place:
    """Return how far ``location`` leads through settings of a kind.

    Beyond a choice between types, a location names types and not settings, so that the walk ends there.
    """
    place = Place((), None, "")
    for part in location:
        path = (*place.path, part)
        if _is_settings(kind):
            field = kind.model_fields.get(str(part))
            if field is None:
                return Place(path, None, "")
            place, kind = Place(path, field, allowed(field)), _given(field.annotation)
        elif (held := _held(kind)) is not None:
            place, kind = Place(path, place.field, _of_type(held)), _given(held)
        else:
            break
    return place


def names_beside(kind: Any, path: Path) -> list[str]:
    """Return the names of all settings beside the one at the end of ``path``, its own aside if unknown."""
    for part in path[:-1]:
        kind = _given(kind.model_fields[str(part)].annotation if _is_settings(kind) else _held(kind))
    return list(kind.model_fields)


def _is_settings(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Settings)


def _held(kind: Any) -> Any:
    """Return what a type of entries by name, or a list of settings (``tuple[Some, ...]``), holds; or None."""
    inner = get_args(kind)
    if get_origin(kind) is dict:
        return inner[1]
    return inner[0] if get_origin(kind) is tuple and _is_settings(inner[0]) else None


def _given(kind: Any) -> Any:
    """Return a type without the possibility to leave it out, where that leaves one."""
    arms = [arm for arm in get_args(kind) if arm is not type(None)]
    return arms[0] if type(None) in get_args(kind) and len(arms) == 1 else kind


def allowed(field: FieldInfo) -> str:
    """Return in words what a field may be set to: ``a whole number from 20 to 4000``."""
    return _of_type(field.annotation, field.metadata)


def _of_type(annotation: Any, limits: Sequence[object] = ()) -> str:
    origin = get_origin(annotation)
    if origin is typing.Annotated:
        inner, *metadata = get_args(annotation)
        return _of_type(inner, [each for item in metadata for each in _limits(item)])
    if origin is typing.Union or isinstance(annotation, types.UnionType):
        parts = [_of_type(arm, limits) for arm in get_args(annotation) if arm is not type(None)]
        return _either(parts) + (", or null" if type(None) in get_args(annotation) else "")
    if origin is Literal:
        return _either([str(each) for each in get_args(annotation)])
    if origin is tuple:
        return f"a list, each {_of_type(get_args(annotation)[0])}"
    if origin is dict:
        return f"names, each with {_of_type(get_args(annotation)[1])}"
    return _of_class(annotation, limits)


def _of_class(annotation: Any, limits: Sequence[object]) -> str:
    if isinstance(annotation, type):
        if issubclass(annotation, StrEnum):
            return _either([each.value for each in annotation])
        if issubclass(annotation, Settings):
            return "{" + ", ".join(f"{name}: …" for name in annotation.model_fields) + "}"
        if annotation is bool:
            return "true or false"
    nouns = {
        int: "a whole number",
        float: "a number",
        str: "text",
        datetime.date: "a day such as 2024-01-31",
    }
    return f"{nouns.get(annotation, str(annotation))}{_range(limits)}"


def _limits(item: object) -> Sequence[object]:
    return item.metadata if isinstance(item, FieldInfo) else [item]


def _range(limits: Sequence[object]) -> str:
    bounds = {
        name: value
        for each in limits
        for name in ("ge", "gt", "le", "lt")
        if (value := getattr(each, name, None)) is not None
    }
    if "ge" in bounds and "le" in bounds:
        return f" from {_number(bounds['ge'])} to {_number(bounds['le'])}"
    words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    parts = [f"{word} {_number(bounds[name])}" for name, word in words.items() if name in bounds]
    return f" {' and '.join(parts)}" if parts else ""


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(value)


def _either(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} or {parts[-1]}"
