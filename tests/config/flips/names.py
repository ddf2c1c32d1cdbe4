"""The name of every single setting, by reflection over the types; ``*`` stands for a name of one's own."""

import types
import typing
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from mmxlib.config import Config
from mmxlib.settings import Settings


def setting_names(kind: type[Settings] = Config) -> list[str]:
    """Return the dotted name of every setting that may hold a plain value, in the order of the types."""
    return [name for field, info in kind.model_fields.items() for name in _names(field, info.annotation)]


def _names(name: str, annotation: Any) -> Iterator[str]:
    """Yield ``name`` if it may hold a plain value, and the names within it if it may be a group."""
    choices = _choices(annotation)
    groups = [group for each in choices if (group := _group(each)) is not None]
    if len(groups) < len(choices):
        yield name
    for place, inner in groups:
        if isinstance(inner, type) and issubclass(inner, Settings):
            yield from (f"{name}{place}.{below}" for below in setting_names(inner))
        else:
            yield f"{name}{place}"


def _choices(annotation: Any) -> list[Any]:
    """Return what a field may hold, null and bounds left aside."""
    if get_origin(annotation) is typing.Annotated:
        return _choices(get_args(annotation)[0])
    if get_origin(annotation) in {typing.Union, types.UnionType}:
        return [each for arm in get_args(annotation) if arm is not types.NoneType for each in _choices(arm)]
    return [annotation]


def _group(annotation: Any) -> tuple[str, Any] | None:
    """Return where the settings of a group stand below it, and their type; None for a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        return "", annotation
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is dict:
        return ".*", inner[1]
    if origin is tuple and isinstance(inner[0], type) and issubclass(inner[0], Settings):
        return ".*", inner[0]
    return None


def differing_names(one: Config, other: Config) -> set[str]:
    """Return the names of the settings in which two configurations differ; null says nothing."""
    before, after = (list(_said("", each)) for each in (one, other))
    return {
        name for name, _ in [each for each in [*before, *after] if before.count(each) != after.count(each)]
    }


def _said(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield each plain value within ``value`` with the name of its setting."""
    if isinstance(value, Settings):
        for field in type(value).model_fields:
            yield from _said(f"{name}.{field}" if name else field, getattr(value, field))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _said(f"{name}.*", each if isinstance(each, Settings) else (key, each))
    elif isinstance(value, tuple) and value and all(isinstance(each, Settings) for each in value):
        for each in value:
            yield from _said(f"{name}.*", each)
    elif value is not None and value != ():
        yield name, value
