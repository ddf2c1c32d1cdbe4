"""What a run's record says: its data, settings, finished steps, and the results behind them."""

import importlib.metadata
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mmxlib.config import Config
from mmxlib.config.refusals import validated
from mmxlib.errors import RunError, SettingsError
from mmxlib.workflow.checkpoints import StepRecord, record_of
from mmxlib.workflow.journal import Entry, EventKind
from mmxlib.workflow.store import get, get_bytes, no_run

ArtifactT = TypeVar("ArtifactT")

FORMAT = 1
"""The version of the run folder's layout, raised when older programs could not read it."""


@dataclass(frozen=True, slots=True)
class Basics:
    """The digests of what a run works on now.

    ``given`` is the configuration that was last handed in; ``config`` the one in force, which revisions may
    have changed since.
    """

    panel: str
    config: str
    given: str


def basics_of(folder: Path, entries: Sequence[Entry]) -> Basics:
    """Return the digests of a run's data and settings.

    Raises
    ------
    RunError
        If the folder holds no run, or one of a later layout.
    """
    panel = config = given = ""
    for entry in entries:
        if entry.kind is EventKind.START and entry.said["format"] > FORMAT:
            raise RunError(
                f"Version {entry.version} of mmxlib wrote this run, in a layout unknown to this version.",
                remedy=f"Install version {entry.version} or a later one.",
                code="MMX-W025",
                place=str(folder),
            )
        if entry.kind in (EventKind.START, EventKind.INPUT):
            panel = entry.said.get("panel", panel)
            if "config" in entry.said:
                config = given = entry.said["config"]
        elif entry.kind is EventKind.REVISE:
            config = entry.said["config"]
    if not panel:
        raise no_run(folder)
    return Basics(panel, config, given)


def records_of(entries: Sequence[Entry]) -> Mapping[str, StepRecord]:
    """Return every step ever finished in a run, by key; the latest of the same key counts."""
    return {each.said["key"]: record_of(each) for each in entries if each.kind is EventKind.STEP}


def holding_records(entries: Sequence[Entry]) -> Mapping[str, StepRecord]:
    """Return the finished steps of a run that were not taken back, by key.

    A retry takes back the result it names and whatever was made from it, which bears the same keys.
    """
    found: dict[str, StepRecord] = {}
    for entry in entries:
        if entry.kind is EventKind.STEP:
            record = record_of(entry)
            found[record.key] = record
        elif entry.kind is EventKind.RETRY:
            gone = {entry.said["key"]}
            for key, record in found.items():  # what was made from a result comes after it
                gone |= {key} if gone.intersection(record.basis["requires"].values()) else set()
            found = {key: record for key, record in found.items() if key not in gone}
    return found


def stored_config(folder: Path, digest: str, version: str) -> Config:
    """Return the settings of that digest.

    Raises
    ------
    RunError
        If this version cannot read them; the message names the version that wrote them.
    """
    tree = json.loads(get_bytes(folder, digest))
    try:
        return validated(tree, place_of=lambda path: ".".join(str(part) for part in path))
    except SettingsError as error:
        raise RunError(
            f"The run's settings were written by version {version} of mmxlib and do not fit this one "
            f"({error.faults[0].place}: {error.faults[0].problem.rstrip('.')}).",
            remedy="Give the run its settings anew (`mmx run --input … --config … --run-dir …`), or open it "
            f"with version {version}. `mmx status --trail` tells what was done in any version.",
            code="MMX-W026",
            place=str(folder),
        ) from error


def encoded_config(config: Config) -> bytes:
    """Return the bytes under which ``config`` is stored; the order of named settings is part of them."""
    return config.model_dump_json().encode()


def made_with() -> dict[str, str]:
    """Return the versions that may move a number in the last digits."""
    names = ("numpy", "pandas", "scipy", "scikit-learn", "numba")
    found = {name: importlib.metadata.version(name) for name in names}
    return {"python": platform.python_version(), "machine": platform.machine(), **found}


@dataclass(frozen=True, slots=True)
class Results:
    """Results of a run by digest, each read and proved once."""

    folder: Path
    known: dict[str, object]

    def get(self, kind: type[ArtifactT], digest: str) -> ArtifactT:
        """Return the result of type ``kind`` and that digest."""
        found = self.known.get(digest)
        if not isinstance(found, kind):
            found = get(self.folder, kind, digest)
            self.known[digest] = found
        return found
