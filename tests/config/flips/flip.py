"""Another value of one setting, and what must change with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from mmxlib.config import Config, revised
from tests.config.flips.names import differing_names

Seen = Mapping[str, object]
"""What a part of the house makes of the settings: figures, tables and sentences, each by a name."""


@dataclass(frozen=True)
class Flip:
    """A setting's other value by its dotted name, what must ``show`` it, and what stands ``beside`` it.

    ``given`` is what the settings are tried on, where a part of the house is tried on several things.
    """

    to: Mapping[str, object]
    shows: tuple[str, ...]
    beside: Mapping[str, object]
    given: Any = None


def flip(
    to: Mapping[str, object],
    *shows: str,
    beside: Mapping[str, object] | None = None,
    given: Any = None,
) -> Flip:
    return Flip(to, shows, beside or {}, given)


def changed(name: str, tried: Flip, seen: Callable[[Config, Any], Seen]) -> set[str]:
    """Return what is seen to change when the setting called ``name`` alone is flipped."""
    before = revised(Config(), tried.beside)
    after = revised(before, tried.to)
    assert differing_names(before, after) == {name}
    one, other = (_seen(seen, each.model_dump_json(), tried.given) for each in (before, after))
    return {part for part in {*one, *other} if _plain(one.get(part)) != _plain(other.get(part))}


@cache
def _seen(seen: Callable[[Config, Any], Seen], config: str, given: Any) -> Seen:
    """Return what is seen; many flips begin at the same settings."""
    return seen(Config.model_validate_json(config), given)


def _plain(value: object) -> object:
    """Return ``value`` as it can be compared as a whole."""
    if isinstance(value, pd.DataFrame):
        return value.to_csv()
    if isinstance(value, np.ndarray):
        return value.shape, value.tobytes()
    return repr(value)
