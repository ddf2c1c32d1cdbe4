"""What a script passes in, checked before any row is read: each fault names its argument."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import pandas as pd
from pydantic import ValidationError

from mmxlib.data.findings import Findings
from mmxlib.data.roles import DataSettings
from mmxlib.settings import Settings, reached

S = TypeVar("S", bound=Settings)


def check_columns(arguments: Mapping[str, object], findings: Findings) -> None:
    """Reject arguments that do not map names to columns, or list columns, as they must.

    ``spend`` and ``exposure`` map channels to columns; ``controls`` and ``event_columns`` may list columns.
    """
    for name, given in arguments.items():
        maps = name in ("spend", "exposure")
        fits = isinstance(given, Mapping) or (
            not maps and isinstance(given, Sequence) and not isinstance(given, str)
        )
        named = [*given, *given.values()] if isinstance(given, Mapping) else given
        if not fits:
            example = '{"tv": "tv_spend"}' if maps else '["price"]'
            findings.reject(
                "MMX-D072",
                f"{name} is {_shown(given)}, but must "
                f"{'give each channel its column' if maps else 'list columns, or give each its meaning'}.",
                remedy=f"Write it as {name}={example}.",
                place=f"argument {name}",
            )
        elif not all(isinstance(each, str) and each for each in named):  # type: ignore[attr-defined]  # fits
            findings.reject(
                "MMX-D073",
                f"{name} is {_shown(given)}, but all names in it must be text.",
                remedy="Write the columns' names in quotes.",
                place=f"argument {name}",
            )


def check_frames(arguments: Mapping[str, object], findings: Findings) -> None:
    """Reject what is no frame (where it may be left out, None is none), and sales without rows."""
    for name, given in arguments.items():
        if given is None and name != "frame":
            continue
        if not isinstance(given, pd.DataFrame):
            findings.reject(
                "MMX-D074",
                f"{name} is {_shown(given)}, but must be a frame.",
                remedy="Give a frame with a row for each entry; mmx.read_panel also reads files.",
                place=f"argument {name}",
            )
        elif given.empty and name in ("frame", "sales"):
            findings.reject(
                "MMX-D075",
                f"{name} has no rows.",
                remedy="Check how it was selected or read.",
                place=f"argument {name}",
            )


def checked(kind: type[S], arguments: Mapping[str, object], findings: Findings) -> S | None:
    """Return the settings that ``arguments`` make, or None and a fault for each that is not allowed."""
    try:
        return kind(**arguments)
    except ValidationError as refused:
        for error in refused.errors(include_url=False):
            name = ".".join(str(part) for part in error["loc"])
            place = reached(kind, error["loc"])
            findings.reject(
                "MMX-D076",
                f"{name} is {_shown(error['input'])}, but must be {place.allowed}.",
                remedy=(place.field.description if place.field else None) or "",
                place=f"argument {name}",
            )
        return None


def checked_settings(config: object, findings: Findings) -> DataSettings:
    """Return the settings of the data: those of a whole configuration, the default ones for None.

    Anything else is rejected.
    """
    settings = DataSettings() if config is None else getattr(config, "data", config)
    if not isinstance(settings, DataSettings):
        findings.reject(
            "MMX-D077",
            f"config is {_shown(config)}, but must be a configuration.",
            remedy="Give what mmx.read_config returns, or its section about the data.",
            place="argument config",
        )
        findings.raise_if_rejected()
    assert isinstance(settings, DataSettings)  # anything else was raised
    return settings


def _shown(value: object) -> str:
    if isinstance(value, pd.DataFrame):
        return "a frame"
    if value is None or value != value:
        return "empty"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
