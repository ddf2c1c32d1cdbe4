"""All mutants of a file, or a sample of them, before its tests."""

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import cache_from_source
from itertools import islice
from pathlib import Path

import pytest

from tests.mutations.mutants import Mutant, mutants, places
from tests.mutations.trying import SAID, Verdict, tried

LONGEST = 600  # seconds of the processor for the tests of a file without a fault
LONGER = 5  # a mutant may take so many times as long, and a few seconds more


@dataclass(frozen=True, slots=True)
class Examined:
    """The names of a file's mutants by their verdict; two lines of a function with one text share a name."""

    tried: int
    killed: frozenset[str]
    survivors: tuple[str, ...]


def chosen(source: str, sample: int | None, seed: int) -> list[Mutant]:
    """Return all mutants of a source or a sample, in the order of its lines."""
    where = places(source)
    if sample is not None:
        random.Random(seed).shuffle(where)
    return sorted(islice(mutants(source, where), sample), key=lambda each: (each.number, each.becomes))


def examined(folder: Path, file: str, tests: Sequence[str], *, sample: int | None, seed: int) -> Examined:
    """Try the mutants of a file in the copy ``folder`` and leave it as it was.

    Parameters
    ----------
    folder
        A copy of the project.
    file
        A source, by its path from there.
    tests
        What judges it.
    sample
        How many mutants, chosen by chance; all if None.
    seed
        Of that chance.

    Raises
    ------
    RuntimeError
        If the tests fail without any fault: they could not judge.
    """
    path = folder / file
    source = path.read_text("utf-8")
    sound = tried(folder, tests, at_most=LONGEST, sound=True)
    if sound.code != pytest.ExitCode.OK:
        raise RuntimeError(f"{file}: its tests fail without a fault\n{(folder / SAID).read_text('utf-8')}")
    # A mutant may have the source's length, and be made in its second: Python would take it for the source.
    Path(cache_from_source(path)).unlink(missing_ok=True)
    killed, survivors = set(), []
    kept = path.with_suffix(".kept")
    shutil.copy2(path, kept)
    tries = chosen(source, sample, seed)
    for mutant in tries:
        path.write_text(mutant.source, "utf-8")
        trial = tried(folder, tests, at_most=int(LONGER * sound.seconds) + LONGER)
        if trial.verdict is Verdict.KILLED:
            killed.add(mutant.name)
        else:
            survivors.append(mutant.name)
    shutil.move(kept, path)
    return Examined(len(tries), frozenset(killed), tuple(survivors))
