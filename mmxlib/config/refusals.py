"""What is wrong with settings, in the user's words."""

import difflib
import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from pydantic import ValidationError

from mmxlib.config.sections import Config
from mmxlib.errors import Fault, SettingsError
from mmxlib.settings import Path, names_beside, reached

PlaceOf = Callable[[Path], str]


def validated(tree: Mapping[str, object], *, place_of: PlaceOf) -> Config:
    """Return the settings that ``tree`` (plain values by section) holds.

    Parameters
    ----------
    tree
        Plain values by section.
    place_of
        Says where a setting stands, given its path.

    Raises
    ------
    SettingsError
        If anything is unknown or not allowed; all faults are reported together.
    """
    try:
        # by way of JSON, where only text stands for a choice and only a number for a number
        return Config.model_validate_json(json.dumps(tree), strict=True)
    except ValidationError as error:
        raise SettingsError.of(_faults(error, tree, place_of)) from error


def _faults(error: ValidationError, tree: Mapping[str, object], place_of: PlaceOf) -> list[Fault]:
    found: dict[tuple[Path, str], Fault] = {}
    for each in error.errors(include_url=False):
        place = reached(Config, each["loc"])
        path = place.path
        unknown = each["type"] == "extra_forbidden" and _is_open(each["loc"], path)
        fault = (
            _unknown(path, place_of)
            if unknown
            else _contradiction(path, each["msg"], place_of)
            if each["type"] == "value_error"
            else _not_allowed(path, place.allowed or "another kind of value", tree, place_of)
        )
        found.setdefault((path, fault.code), fault)
    return list(found.values())


def _is_open(location: Path, path: Path) -> bool:
    """Return whether the unknown key is the path's own last part, not one within a choice of types."""
    return tuple(location) == path


def _unknown(path: Path, place_of: PlaceOf) -> Fault:
    siblings = names_beside(Config, path)
    near = difflib.get_close_matches(str(path[-1]), siblings, n=1, cutoff=0.6)
    remedy = f'Did you mean "{near[0]}"?' if near else f"Known here: {', '.join(siblings)}."
    return Fault("MMX-S011", f'unknown setting "{path[-1]}".', remedy, place_of(path))


def _contradiction(path: Path, message: str, place_of: PlaceOf) -> Fault:
    said = message.removeprefix("Value error, ")
    name = ".".join(str(part) for part in path) or "the settings"
    return Fault("MMX-S012", f"{name}: {said}.", "Change one of them.", place_of(path))


def _not_allowed(path: Path, words: str, tree: Mapping[str, object], place_of: PlaceOf) -> Fault:
    value = _value_at(tree, path)
    name = _named(path)
    problem = f"{name} is {_shown(value)}, but must be {words}."
    quoted = words.startswith("text") and isinstance(value, bool | int | float)
    remedy = f'Put it in quotes: "{_shown(value)}".' if quoted else "Correct the value."
    return Fault("MMX-S013", problem, remedy, place_of(path))


def _named(path: Path) -> str:
    """Return what a setting is called: its own name, or its number in the list that holds it."""
    if not path:
        return "settings"
    return f"number {path[-1] + 1} of {path[-2]}" if isinstance(path[-1], int) else path[-1]


def _value_at(tree: object, path: Path) -> Any:
    for part in path:
        try:
            tree = cast("Any", tree)[part]
        except (KeyError, IndexError, TypeError):
            return None
    return tree


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"
