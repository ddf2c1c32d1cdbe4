"""Every setting with its meaning, unit, default and what it may be, taken from the settings types."""

import datetime
import types
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from mmxlib.settings import Settings


@dataclass(frozen=True, slots=True)
class Description:
    """One setting: its dotted name, its value, its unit, what is allowed, its default and its meaning.

    ``needed`` says that it has no default: it must be given where its group is.
    """

    name: str
    value: object
    unit: str
    allowed: str
    default: object
    meaning: str
    needed: bool = False


def descriptions(settings: Settings, prefix: str = "") -> tuple[Description, ...]:
    """Return a description of every single setting within ``settings``, in their order.

    Values by name (such as scenarios) count as single settings where they hold no settings of their own.
    """
    found: list[Description] = []
    for name, field in type(settings).model_fields.items():
        value, path = getattr(settings, name), f"{prefix}{name}"
        if isinstance(value, Settings):
            found += descriptions(value, f"{path}.")
        elif isinstance(value, dict) and value and all(isinstance(each, Settings) for each in value.values()):
            for key, each in value.items():
                found += descriptions(each, f"{path}.{key}.")
        else:
            found.append(described(path, field, value))
    return tuple(found)


def described(path: str, field: FieldInfo, value: object) -> Description:
    """Return the description of one field that is set to ``value``."""
    extra = field.json_schema_extra
    unit = extra.get("unit", "") if isinstance(extra, dict) else ""
    return Description(
        name=path,
        value=value,
        unit=str(unit),
        allowed=allowed(field),
        default=None if field.is_required() else field.get_default(),
        meaning=field.description or "",
        needed=field.is_required(),
    )


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
