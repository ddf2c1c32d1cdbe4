"""Values as cells hold them: numbers as numbers, lists and names with values as YAML on one line."""

import json
import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from mmxlib.config.yaml_text import plain_value
from mmxlib.settings import Settings
from mmxlib_excel.editing.cell_values import CellValue

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_WORDS_OF_YAML = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "null"})
_UNREADABLE = re.compile("[\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u2028\u2029]")
_QUOTES = ('"', "'")
_LONGEST_KEY = 1000


def cell_of(value: object, default: object = None, *, textual: bool = False) -> CellValue:
    """Return the cell that means ``value``; None, an empty cell, where it is nothing and so is the default.

    ``textual`` says that the setting holds text, which its cell holds as it is where it reads back the same.
    """
    value = value.value if isinstance(value, StrEnum) else value
    value = value.isoformat() if isinstance(value, date) else value
    if value == default and (value is None or value in ("", {}, ())):
        return None
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str) and textual:
        return value if _stands(value) else _quoted(value)
    return flow_text(value)


def flow_text(value: object) -> str:
    """Return a value as YAML in one line, which reads back as it was."""
    if isinstance(value, Settings):
        return flow_text(value.model_dump(mode="json", exclude_defaults=True))
    if isinstance(value, Mapping):
        return (
            f"{{{', '.join(f'{_key(flow_text(name))}: {flow_text(each)}' for name, each in value.items())}}}"
        )
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(flow_text, value))}]"
    if isinstance(value, StrEnum):
        return flow_text(value.value)
    if isinstance(value, str):
        plain = (
            _PLAIN.fullmatch(value) and plain_value(value) == value and value.lower() not in _WORDS_OF_YAML
        )
        return value if plain else _quoted(value)
    return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value)


def _key(text: str) -> str:
    """Return a name before its colon; YAML takes a long one only behind a question mark."""
    return text if len(text) <= _LONGEST_KEY else f"? {text}"


def _stands(text: str) -> bool:
    """Return whether a text setting's cell may hold ``text`` as it is."""
    quoted = text[:1] in _QUOTES and text[-1:] == text[:1]
    return text == text.strip() and not quoted and plain_value(text) is not None


def _quoted(text: str) -> str:
    """Return a text in double quotes, all that YAML cannot hold as an escape."""
    return _UNREADABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
