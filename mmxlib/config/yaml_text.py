"""Safe reading of YAML: plain values with the line of each, and none of YAML's surprises.

Only ``true`` and ``false`` are booleans, only decimal digits are numbers, dates stay text; aliases, tags and
keys given twice are refused, and so are texts that are too long or nested too deep.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import yaml

from mmxlib.errors import SettingsError

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?")
_NULLS = ("", "~", "null", "Null", "NULL")
_BOOLEANS = {"true": True, "false": False}
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A YAML text as plain values; ``lines`` gives the line of every key and list item by its path."""

    value: object
    lines: Mapping[Path, int]


def plain_value(text: str) -> object:
    """Return what an unquoted word means: null, a boolean, a number, or the text itself."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and not _LEADING_ZERO.fullmatch(text):
        return float(text)
    return text


def parse_yaml(content: bytes, place: str) -> Parsed:
    """Return the values in a YAML text.

    Raises
    ------
    SettingsError
        If the text is too long or too deep, is not UTF-8, is no YAML, uses an alias or a tag, or gives a key
        twice; the line is named.
    """
    if len(content) > MAX_BYTES:
        raise SettingsError(
            f"The file has {len(content) / 1e6:.1f} MB; settings have at most 1 MB.",
            remedy="Check that it is the right file.",
            code="MMX-S001",
            place=place,
        )
    try:
        return _Builder(_events(_text(content, place), place), place).built()
    except yaml.YAMLError as error:
        raise _unreadable(error, place) from error


def _text(content: bytes, place: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SettingsError(
            "The file holds characters that are not UTF-8.",
            remedy="Save it as UTF-8 in your editor.",
            code="MMX-S002",
            place=f"{place} line {line}",
        ) from error


def _events(text: str, place: str) -> list[yaml.Event]:
    """Return the parser's events, stopping at the first that is not allowed (before anything is built)."""
    events: list[yaml.Event] = []
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refused("Aliases (& and *) are not allowed here.", "Write the value out.", line, place)
        if getattr(event, "tag", None):
            raise _refused("Tags (!) are not allowed here.", "Write plain values.", line, place)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _refused(f"Settings are nested at most {MAX_DEPTH} deep.", "Flatten them.", line, place)
        events.append(event)
    return events


def _line(event: yaml.Event) -> int:
    return 1 if event.start_mark is None else event.start_mark.line + 1


def _refused(problem: str, remedy: str, line: int, place: str) -> SettingsError:
    return SettingsError(problem, remedy=remedy, code="MMX-S003", place=f"{place} line {line}")


def _unreadable(error: yaml.YAMLError, place: str) -> SettingsError:
    mark = getattr(error, "problem_mark", None)
    where = f"{place} line {mark.line + 1}" if mark is not None else place
    tab = "\\t" in str(getattr(error, "problem", "")) or getattr(error, "character", None) == ord("\t")
    return SettingsError(
        "A tab stands where spaces are needed." if tab else "This line cannot be understood as YAML.",
        remedy="Indent with spaces."
        if tab
        else "Check the indentation, colons, brackets and quotes here and in the line above.",
        code="MMX-S004",
        place=where,
    )


class _Builder:
    """Builds values from events; it has state because it walks through them once."""

    def __init__(self, events: list[yaml.Event], place: str) -> None:
        self._events = iter(
            event
            for event in events
            if not isinstance(
                event,
                yaml.StreamStartEvent | yaml.StreamEndEvent | yaml.DocumentStartEvent | yaml.DocumentEndEvent,
            )
        )
        starts = [event for event in events if isinstance(event, yaml.DocumentStartEvent)]
        for _, second in pairwise(starts):
            raise _refused("A second document begins here.", "Keep one per file.", _line(second), place)
        self._place = place
        self._lines: dict[Path, int] = {}

    def built(self) -> Parsed:
        event = next(self._events, None)
        value = None if event is None else self._value(event, ())
        return Parsed(value, self._lines)

    def _value(self, event: yaml.Event, path: Path) -> object:
        self._lines.setdefault(path, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            return plain_value(event.value) if event.implicit[0] else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path)
        return self._mapping(path)

    def _list(self, path: Path) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, object]:
        values: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = _line(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise _refused(
                    "A name is expected before the colon.", "Write name: value.", line, self._place
                )
            name = event.value
            if name in values:
                first = self._lines[(*path, name)]
                raise SettingsError(
                    f'"{name}" is set twice (lines {first} and {line}).',
                    remedy="Keep one of the two.",
                    code="MMX-S005",
                    place=self._place,
                )
            self._lines[(*path, name)] = line
            values[name] = self._value(next(self._events), (*path, name))
        return values
