"""The table of contents: which settings there are, and in which of the five files each stands."""

import re
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from mmxlib.config.refusals import validated
from mmxlib.config.sections import Config
from mmxlib.errors import SettingsError
from mmxlib.settings import Settings

__all__ = ["Config", "revised", "schema", "settled"]

_PART = re.compile(r'"([^"]*)"|([^."]+)')
_WHOLE = re.compile(r'(?:"[^"]*"|[^."]+)(?:\.(?:"[^"]*"|[^."]+))*')


def schema() -> dict[str, Any]:
    """Return the JSON Schema of all settings."""
    return Config.model_json_schema()


def revised(config: Config, patch: Mapping[str, object]) -> Config:
    """Return ``config`` with some settings changed, checked like any settings.

    Parameters
    ----------
    config
        The settings before.
    patch
        New values by dotted name, such as ``{"model.draws": 400}``. A name within a group of named things may
        leave the group out: ``priors.tv.half_life`` is ``priors.channels.tv.half_life``. A name that holds a
        dot stands in double quotes.

    Raises
    ------
    SettingsError
        If a name is unknown or a value is not allowed; all are reported together.
    """
    tree = config.model_dump(mode="json")
    for name, value in patch.items():
        _set(tree, _full_path(name), value)
    return validated(tree, place_of=lambda path: ".".join(str(part) for part in path))


def settled(patch: Mapping[str, object], config: Config) -> dict[str, object]:
    """Return what a patch comes to: each setting by its full name, in order, with its value in ``config``.

    However a change was written (``priors.tv.half_life`` as 3, or ``priors.channels.tv.half_life`` as 3.0
    from a cell of a sheet), it is told alike. ``config`` are the settings after the change.
    """
    tree = config.model_dump(mode="json")
    told: dict[str, object] = {}
    for path in sorted(map(_full_path, patch)):
        value: Any = tree
        for part in path:
            value = value[part]
        told[".".join(f'"{part}"' if "." in part else part for part in path)] = value
    return told


def _full_path(name: str) -> tuple[str, ...]:
    """Return the parts of a dotted name, with the group's name put in where it was left out."""
    if not _WHOLE.fullmatch(name):
        raise SettingsError(
            f'"{name}" is not the name of a setting.',
            remedy="Write it with dots, such as model.draws.",
            code="MMX-S010",
        )
    parts = [quoted or plain for quoted, plain in _PART.findall(name)]
    path: list[str] = []
    kind: Any = Config
    for part in parts:
        if isinstance(kind, type) and issubclass(kind, Settings) and part not in kind.model_fields:
            group = _group(kind)
            if group is not None and not _misspelled(part, kind):
                path.append(group)
                kind = get_args(kind.model_fields[group].annotation)[1]
                path.append(part)
                continue
        path.append(part)
        kind = _inner(kind, part)
    return tuple(path)


def _group(kind: type[Settings]) -> str | None:
    """Return the field of ``kind`` that holds settings by name, if there is exactly one."""
    groups = [name for name, field in kind.model_fields.items() if _holds_named(field.annotation)]
    return groups[0] if len(groups) == 1 else None


def _holds_named(annotation: Any) -> bool:
    inner = get_args(annotation)
    return get_origin(annotation) is dict and isinstance(inner[1], type) and issubclass(inner[1], Settings)


def _misspelled(part: str, kind: type[Settings]) -> bool:
    import difflib

    return bool(difflib.get_close_matches(part, list(kind.model_fields), n=1, cutoff=0.8))


def _inner(kind: Any, part: str) -> Any:
    """Return the type of what ``part`` names within ``kind``."""
    if isinstance(kind, type) and issubclass(kind, Settings):
        field = kind.model_fields.get(part)
        return None if field is None else field.annotation
    return get_args(kind)[1] if get_origin(kind) is dict else None


def _set(tree: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    *parents, last = path
    place = tree
    for part in parents:
        inner = place.get(part)
        if not isinstance(inner, dict):
            inner = place[part] = {}
        place = inner
    place[last] = value
