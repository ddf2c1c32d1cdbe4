"""A small run through the real session: two checkpoints, a revision, files for people, quick agents."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy as np

from mmxlib.artifacts.codec import Encoded, decode, encode, sha256
from mmxlib.artifacts.panel import Panel
from mmxlib.config import Config
from mmxlib.workflow.journal import EventKind
from mmxlib.workflow.performing import Phase, Progress
from mmxlib.workflow.session import Session
from mmxlib.workflow.status import RunState
from tests.workflow import specimens
from tests.workflow.toys import toys

SIZES = (6, 60, 6000)
"""Periods of the data, from a handful of bytes to some hundred kilobytes."""
PATCH = {"seed": 9, "insight.recent_periods": 26}


@dataclass(frozen=True)
class Ended:
    """What a run made: each step's key and result, the files for people, and the digests of all it wrote."""

    results: tuple[tuple[str, str, str], ...]
    files: dict[str, bytes]
    published: frozenset[str] = field(compare=False)


@cache
def panel(periods: int) -> Panel:
    """Return the specimen's data, repeated to so many periods."""
    small = specimens.panel()
    times = periods // len(small.dates)

    def longer(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values * (1 + number) for number in range(times)], axis=1)

    return replace(
        small,
        dates=small.dates[0] + 7 * np.arange(periods),
        outcome=longer(small.outcome),
        spend=longer(small.spend),
        exposure=longer(small.exposure),
        control_values=longer(small.control_values),
    )


def files(by_type, *, journal, insight):
    """Return a file per result, one whose name follows the settings, and the journal's table."""
    made = {f"recent-{insight.recent_periods}.txt": b"x" * 3000}
    made |= {f"{kind.__name__}/notes.txt": repr(each.notes).encode() for kind, each in by_type.items()}
    return made | {"journal.csv": journal.to_csv(index=False).encode()}


_packed: dict[int, tuple[object, Encoded]] = {}
_read: dict[tuple[type, bytes, bytes], object] = {}


def packed(artifact: object) -> Encoded:
    """Return an artifact's bytes, made once for the same object."""
    _, encoded = _packed.get(id(artifact)) or _packed.setdefault(id(artifact), (artifact, encode(artifact)))
    return encoded


def read(kind: type, encoded: Encoded) -> object:
    """Return the artifact of such bytes, made once for the same bytes."""
    key = (kind, encoded.document, encoded.arrays)
    return _read[key] if key in _read else _read.setdefault(key, decode(kind, encoded))


@contextmanager
def plain_files() -> Iterator[None]:
    """Let runs write these files, and pack and unpack no result twice, which is most of a toy run's time.

    Every byte is written, read and proved as ever; reports and packing are tested with real results.
    """
    with (
        patch("mmxlib.workflow.session.outputs", files),
        patch("mmxlib.workflow.session.encode", packed),
        patch("mmxlib.workflow.performing.encode", packed),
        patch("mmxlib.workflow.store.decode", read),
    ):
        yield


def go_on(folder: Path, periods: int, promise: Callable[[int], None] = lambda entries: None) -> None:
    """Start the run or take it up where it stands, and bring it to its end.

    ``promise`` is told how many entries the journal has whenever the run said that something is done.
    """
    with Session.open(folder, Config(), panel(periods), agents=toys()) as session:

        def tell(news: Progress) -> None:
            if news.phase is Phase.FINISHED:
                promise(len(session.entries))

        promise(len(session.entries))
        status = session.advance(tell)
        while status.state is RunState.WAITING:
            session.write_outputs()
            promise(len(session.entries))
            if status.checkpoint == "budget" and not _revised(session):
                session.revise(PATCH, by="Ana", checkpoint="budget")
            else:
                session.approve(status.checkpoint, by="Ana", content_id=status.content_id)
            promise(len(session.entries))
            status = session.advance(tell)
        session.write_outputs()
        promise(len(session.entries))


def _revised(session: Session) -> bool:
    return any(each.kind is EventKind.REVISE for each in session.entries)


def ended(folder: Path) -> Ended:
    """Return what a run made; a result that cannot be read back raises."""
    with Session.open(folder, agents=toys()) as session:
        assert session.status().state is RunState.DONE
        last = {each.said["key"]: each.said for each in session.entries if each.kind is EventKind.STEP}
        outputs = [each.said["files"].values() for each in session.entries if each.kind is EventKind.OUTPUTS]
    results = sorted((said["step"], said["key"], said["artifact"]) for said in last.values())
    out = folder / "out"
    found = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    return Ended(tuple(results), found, frozenset(digest for each in outputs for digest in each))


def half_written(folder: Path, whole: Ended) -> str:
    """Return which file stands under its final name without being whole, or nothing."""
    objects = [path for path in (folder / "objects").glob("??/*") if not path.name.startswith(".")]
    wrong = [path for path in objects if sha256(path.read_bytes()) != path.parent.name + path.name]
    shown = [path for path in (folder / "out").rglob("*") if path.is_file() and not path.name.startswith(".")]
    wrong += [path for path in shown if sha256(path.read_bytes()) not in whole.published]
    return f"half-written: {[path.name for path in wrong]}" if wrong else ""


def difference(one: Ended, other: Ended) -> str:
    """Return in a line what differs between two ends."""
    names = sorted(set(one.files) ^ set(other.files))
    contents = sorted(name for name in one.files if one.files[name] != other.files.get(name, one.files[name]))
    results = "" if one.results == other.results else "other results "
    return f"{results}files {names} contents {contents}"
