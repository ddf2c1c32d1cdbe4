"""Any settings that the types allow, for Hypothesis."""

import datetime
import random
import string
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args, get_origin

from hypothesis import strategies as st
from pydantic import ValidationError

from mmxlib.config import Config
from mmxlib.model.settings import ChannelPriorSettings
from mmxlib.settings import Settings
from mmxlib_excel.inputs.cells import ERROR_VALUES

HOSTILE = (
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1",
    "=WEBSERVICE(A1)", '"quoted"', "'quoted'", '"', "'", '""', "{a: b}", "[a, b]", "a: b", "a #b", "# a",
    "- a", "? a", "null", "~", "true", "FALSE", "12", "1e5", "007", "2024-01-31", "a.b", '"a".b', "x" * 3000,
    "😀 ad", "naïve", "\x01\x0b", "a\x85\u2028b", "\ufffe", "_x0041_", "default", "&<>;",
)  # fmt: skip
"""Texts that a careless reader or writer takes for something else."""

PLAIN_NAMES = ("tv", "radio", "search", "default")
ODD_LETTERS = string.printable + "äß€😀\x00\x7f\x85\u2028\ufeff"
SET = 0.5
"""How likely a setting is given a value, not left to its default."""


def configs() -> st.SearchStrategy[Config]:
    """Return any settings but experiments, which have a sheet of data, and statements that say nothing.

    They are drawn from a seed: so many settings at once would be more than Hypothesis draws one by one.
    """
    return st.integers(0, 2**32).map(lambda seed: _as_sheets_have_it(_settings(Config, random.Random(seed))))


def _as_sheets_have_it(config: Config) -> Config:
    said = {name: each for name, each in config.priors.channels.items() if each != ChannelPriorSettings()}
    priors = config.priors.model_copy(update={"channels": said, "experiments": ()})
    return config.model_copy(update={"priors": priors})


def _settings(kind: type[Settings], rng: random.Random) -> Any:
    """Return settings of a type: what it needs, and of the rest what does not contradict."""
    fields = {name: field for name, field in kind.model_fields.items() if name != "experiments"}
    needed = [name for name, field in fields.items() if field.is_required()]
    found, kept, tried = None, dict[str, Any](), needed
    while found is None:
        kept = {name: _value(fields[name].annotation, fields[name].metadata, rng, name) for name in tried}
        found = _made(kind, kept)
        tried = [name for name in fields if name in needed or rng.random() < SET]
    for name in [each for each in fields if each not in kept]:
        if rng.random() < SET:
            value = _value(fields[name].annotation, fields[name].metadata, rng, name)
            more = _made(kind, {**kept, name: value})
            if more is not None:
                kept[name], found = value, more
    return found


def _made(kind: type[Settings], given: Mapping[str, Any]) -> Settings | None:
    try:
        return kind(**given)
    except ValidationError:
        return None


def _text(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return rng.choice(HOSTILE)
    return "".join(rng.choices(ODD_LETTERS, k=rng.randrange(12)))


def _name(rng: random.Random) -> str:
    text = _text(rng)
    shown = bool(text.strip()) and text not in ERROR_VALUES
    return text if shown and rng.random() < 0.7 else rng.choice(PLAIN_NAMES)


def _value(annotation: Any, limits: Any, rng: random.Random, name: str = "") -> Any:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        limits = [each for item in inner[1:] for each in getattr(item, "metadata", [item])]
        return _value(inner[0], limits, rng)
    if origin is Literal:
        return rng.choice(inner)
    if origin is dict:
        named = _name if name in ("channels", "scenarios") else _text
        return {named(rng): _value(inner[1], (), rng) for _ in range(rng.randrange(4))}
    if origin is tuple:
        return tuple(_value(inner[0], (), rng) for _ in range(rng.randrange(3)))
    if inner:
        return _value(rng.choice(inner), limits, rng)
    return _single(annotation, limits, rng)


def _single(kind: Any, limits: Any, rng: random.Random) -> Any:
    if kind is type(None):
        return None
    if issubclass(kind, Settings):
        return _settings(kind, rng)
    if issubclass(kind, StrEnum):
        return rng.choice(list(kind))
    if kind is bool:
        return rng.random() < 0.5
    if kind is datetime.date:
        return datetime.date(2020, 1, 1) + datetime.timedelta(days=rng.randrange(3000))
    if kind is str:
        return _text(rng)
    return _number(kind, limits, rng)


def _number(kind: type[int] | type[float], limits: Any, rng: random.Random) -> int | float:
    bounds = {
        name: getattr(each, name)
        for each in limits
        for name in ("ge", "gt", "le", "lt")
        if hasattr(each, name)
    }
    lower = bounds.get("ge", bounds.get("gt", -1e6 if kind is float else 0))
    upper = bounds.get("le", bounds.get("lt", max(lower, 0) + 10.0 ** rng.randrange(1, 18)))
    if kind is int:
        return rng.randint(int(lower), int(upper))
    if rng.random() < 0.3:  # a whole number, which a cell does not tell from 3.0
        return float(rng.randint(int(lower), max(int(lower), int(min(upper, 1e6)))))
    return rng.uniform(lower, upper)
