"""G3: a power cut at any moment loses no finished step and lets in nothing half-written."""

import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from mmxlib.errors import MmxError
from tests.faults.disk import Disk, Kind, Moment, Operation, PulledPlugError, Recorder, in_use
from tests.faults.found import Found, said, together
from tests.faults.power import Machine
from tests.faults.toy_run import SIZES, Ended, difference, ended, go_on, half_written, plain_files

RUN = Path("runs", "first")
AT_START = Moment(Kind.CREATE, "holder")
IN_PUT = Moment(Kind.RENAME, "objects", 5)  # the first result of a step, in place and not flushed
IN_PUBLISH = Moment(Kind.CREATE, "/out/")
MOMENTS = (
    AT_START,
    IN_PUT,
    IN_PUBLISH,
    Moment(Kind.FOLDER, "runs"),
    Moment(Kind.FOLDER, "first"),
    Moment(Kind.FOLDER, "objects", 4),
    Moment(Kind.WRITE, "journal"),
    Moment(Kind.WRITE, "journal", 5),
    Moment(Kind.REMOVE, "/out/"),
)


@dataclass(frozen=True)
class Cuts:
    """When the power is cut: after a share of the operations that are about some path, with random draws."""

    draws: int = 0
    share: float = 1.0
    seed: int = 0
    about: str = ""


@dataclass(frozen=True)
class Recorded:
    """A run that was recorded: what reached the disk and what was promised, in order, and how it ended."""

    home: Path
    log: Sequence[Operation | int]
    first_cut: int
    lines: Sequence[bytes]
    whole: Ended
    periods: int


def recorded(home: Path, periods: int, *, killed: Moment | None = None) -> Recorded:
    """Record a run; one that was killed before is cut after that alone."""
    home.mkdir(parents=True)
    log: list[Operation | int] = []
    if killed is not None:
        recorder = Recorder(log, killed=killed)
        with in_use(recorder), pytest.raises(PulledPlugError):
            go_on(home / RUN, periods, recorder.promise)
    first_cut = len(log)
    recorder = Recorder(log)
    with in_use(recorder):
        go_on(home / RUN, periods, recorder.promise)
        whole = ended(home / RUN)
    lines = (home / RUN / "journal.jsonl").read_bytes().splitlines(keepends=True)
    return Recorded(home, log, first_cut, lines, whole, periods)


def states(run: Recorded, cuts: Cuts) -> Iterator[tuple[Mapping[Path, bytes | None], int]]:
    """Yield the different states that cuts may leave, a share of them, and how many entries were promised."""
    chance, machine, promised, seen = random.Random(cuts.seed), Machine(run.home), 0, set()
    for number, event in enumerate(run.log):
        if isinstance(event, int):
            promised = event
        else:
            machine.take(event)
        if number < run.first_cut or chance.random() > cuts.share or cuts.about not in str(event):
            continue
        for state in machine.states(chance, draws=cuts.draws):
            mark = hash((promised, frozenset(state.items())))
            if mark not in seen:
                seen.add(mark)
                yield state, promised


def fault_of(run: Recorded, state: Mapping[Path, bytes | None], promised: int, place: Path) -> str:
    """Return what the real code does wrong with a state, or nothing."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for path, content in state.items():
        if content is None:
            (place / path).mkdir()
        else:
            (place / path).write_bytes(content)
    half = half_written(place / RUN, run.whole)
    if half:
        return half
    try:
        go_on(place / RUN, run.periods)
        if ended(place / RUN) != run.whole:
            return f"the run ended otherwise: {difference(ended(place / RUN), run.whole)}"
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what was looked for
        return said(error)
    kept = (place / RUN / "journal.jsonl").read_bytes()
    return "" if kept.startswith(b"".join(run.lines[:promised])) else f"{promised} entries were promised"


def examine(
    place: Path,
    *,
    periods: int,
    killed: Moment | None = None,
    cuts: Cuts = Cuts(),  # frozen
    enough: int | None = None,
) -> Found:
    """Cut the power in one run, at all or a share of the moments, and recover from what is left.

    With ``enough`` it ends when so many states were bad.
    """
    with plain_files():
        try:
            run = recorded(place / f"{periods}-{killed}", periods, killed=killed)
        except MmxError as error:
            return Found(1, (f"taken up after {killed}: {said(error)}",))
        points, bad = 0, list[str]()
        with in_use(Disk()):
            for state, promised in states(run, cuts):
                points += 1
                fault = fault_of(run, state, promised, place / "left")
                bad += [f"{fault} ({periods} periods, killed {killed})"] if fault else []
                if len(bad) == enough:
                    break
    return Found(points, tuple(bad))


def in_full(place: Path) -> Found:
    """Cut everywhere, in runs of three sizes, and in runs that were killed before."""
    sizes = [examine(place, periods=periods, cuts=Cuts(draws=6, seed=1)) for periods in SIZES]
    kills = [examine(place, periods=6, killed=moment) for moment in MOMENTS]
    return together([*sizes, *kills])


def test_a_power_cut_at_any_moment_loses_nothing(tmp_path):
    found = examine(tmp_path, periods=60, cuts=Cuts(draws=1, share=0.04))
    assert found.points >= 50
    assert found.bad == ()


@pytest.mark.parametrize("killed", [AT_START, IN_PUT, IN_PUBLISH])
def test_what_a_killed_run_left_unflushed_is_made_durable_by_the_next(tmp_path, killed):
    found = examine(tmp_path, periods=6, killed=killed, cuts=Cuts(share=0.02))
    assert found.points >= 10
    assert found.bad == ()
