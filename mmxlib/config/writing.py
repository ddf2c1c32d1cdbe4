"""Settings as five YAML files that explain each setting: meaning, unit, bounds and default."""

import json
import re
import textwrap
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from pydantic.fields import FieldInfo

from mmxlib.config.described import described
from mmxlib.config.sections import SECTIONS, TITLES, WHOLE, Config
from mmxlib.config.yaml_text import plain_value
from mmxlib.settings import Settings

WIDTH = 110
_PLAIN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_WORDS_OF_YAML = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "null"})


def config_files(config: Config) -> Mapping[str, bytes]:
    """Return the five files that hold ``config``, by name; the same settings give the same bytes."""
    whole = {name: getattr(config, section) for name, section in WHOLE.items()}
    return {
        name: _file(TITLES[name], _settings(whole[name], 0) if name in whole else _chapters(config, name))
        for name in (*SECTIONS, *WHOLE)
    }


def _file(title: str, lines: list[str]) -> bytes:
    silence = "# A setting that you leave out has its default; null means that nothing is set."
    opening = [f"# {title}", silence, ""]
    return ("\n".join([*opening, *lines]).rstrip() + "\n").encode()


def _chapters(config: Config, name: str) -> list[str]:
    lines: list[str] = []
    for section in SECTIONS[name]:
        lines += [*_field(section, Config.model_fields[section], getattr(config, section), 0), ""]
    return lines


def _settings(settings: Settings, depth: int, *, explained: bool = True) -> list[str]:
    lines: list[str] = []
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        lines += (
            _field(name, field, value, depth) if explained else _entry(name, value, depth, explained=False)
        )
    return lines


def _field(name: str, field: FieldInfo, value: object, depth: int) -> list[str]:
    """Return one setting with its comment."""
    about = described(name, field, value)
    if isinstance(value, Settings) and value.__class__ is field.annotation:
        return [*_comment(about.meaning, depth), *_entry(name, value, depth, explained=True)]
    facts = [f"Unit: {about.unit}." if about.unit else "", f"Allowed: {about.allowed}."]
    if about.needed:
        facts.append("Needed.")
    elif not isinstance(about.default, Settings | dict):
        facts.append(f"Default: {_scalar(about.default)}.")
    elif not about.default:
        facts.append("Default: none.")
    comment = [*_comment(about.meaning, depth), *_comment(" ".join(fact for fact in facts if fact), depth)]
    return [*comment, *_entry(name, value, depth, explained=True)]


def _entry(name: str, value: object, depth: int, *, explained: bool) -> list[str]:
    """Return the lines of a name and its value."""
    start = f"{'  ' * depth}{_scalar(name)}:"
    if isinstance(value, Settings):
        return [start, *_settings(value, depth + 1, explained=explained)]
    if isinstance(value, dict) and value:
        lines = [start]
        for index, (key, each) in enumerate(value.items()):
            lines += _entry(key, each, depth + 1, explained=explained and index == 0)
        return lines
    if isinstance(value, tuple) and any(isinstance(each, Settings) for each in value):
        return [start, *(line for each in value for line in _item(each, depth + 1))]
    return [f"{start} {_scalar(value)}"]


def _item(settings: Settings, depth: int) -> list[str]:
    """Return one of a list of settings: what is set of it, behind a dash."""
    given = [name for name in type(settings).model_fields if getattr(settings, name) is not None]
    lines = [
        line for name in given for line in _entry(name, getattr(settings, name), depth + 1, explained=False)
    ]
    return [f"{'  ' * depth}- {lines[0].lstrip()}", *lines[1:]]


def _scalar(value: object) -> str:
    """Return a single value as YAML that every reader takes for the same."""
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(_scalar(each) for each in value)}]"
    if isinstance(value, StrEnum):
        return _scalar(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        plain = (
            _PLAIN_TEXT.fullmatch(value)
            and plain_value(value) == value
            and value.lower() not in _WORDS_OF_YAML
        )
        return value if plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _comment(text: str, depth: int) -> list[str]:
    indent = "  " * depth
    return textwrap.wrap(
        text, WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ", break_long_words=False
    )
