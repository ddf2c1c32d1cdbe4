"""What a benchmark is: a question, how its figures are measured, what it needs, what it should reach."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from tests.sources import ROOT

RESULTS = Path(__file__).parent / "results"
PUBLIC = ROOT.parent / "shared" / "data"
"""Where the public data lie beside the project."""

METHODS = ("ridge", "bayes")
SLACK = 1e-9
"""A bound that is reached exactly is not missed by a binary fraction."""


class Need(StrEnum):
    """What a benchmark cannot do without, in the words of the list."""

    PUBLIC = "public data (--public)"
    PEER = "an environment with PyMC-Marketing (--peer)"
    BAYES = "the extra bayes"
    BIG = "the extra big"
    QUIET = "a quiet machine"


@dataclass(frozen=True, slots=True)
class Setup:
    """How to measure: in short or in full, with what.

    ``folder`` is empty and for whatever the measurement writes; ``pictures`` is where it leaves a picture of
    figures too many for a table, or None; ``peer`` is the Python of an environment with the peer's package.
    """

    folder: Path
    short: bool = False
    methods: tuple[str, ...] = METHODS
    public: Path = PUBLIC
    peer: Path | None = None
    pictures: Path | None = None

    def lacks(self, need: Need) -> bool:
        """Return whether ``need`` is known to be missing."""
        match need:
            case Need.PUBLIC:
                return not self.public.is_dir()
            case Need.PEER:
                return self.peer is None
            case Need.BAYES:
                return "bayes" in self.methods and find_spec("nutpie") is None
            case Need.BIG:
                return find_spec("duckdb") is None
            case Need.QUIET:
                return False


@dataclass(frozen=True, slots=True)
class Goal:
    """Bounds of a figure, for the named cases and tools (none named: all that have it)."""

    words: str
    figure: str
    least: float = -np.inf
    most: float = np.inf
    cases: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()

    def rows(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the figures of ``table`` that this goal is about."""
        kept = table["figure"] == self.figure
        if self.cases:
            kept &= table["case"].isin(self.cases)
        if self.tools:
            kept &= table["tool"].isin(self.tools)
        return table[kept]

    def missed(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the figures of ``table`` outside of the bounds, farthest first; what is not a number is."""
        rows = self.rows(table)
        outside = rows[~rows["value"].between(self.least - SLACK, self.most + SLACK)]
        off = np.maximum(self.least - outside["value"], outside["value"] - self.most)
        return outside.loc[off.sort_values(ascending=False, kind="stable").index]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark by its name.

    ``minutes`` is about how long it takes in full with nothing else running; ``rival`` names the benchmark
    with the peer's figures of the same cases.
    """

    name: str
    question: str
    measure: Callable[[Setup], pd.DataFrame]
    minutes: float
    goals: tuple[Goal, ...]
    needs: tuple[Need, ...] = ()
    rival: str = ""

    @property
    def timed(self) -> bool:
        return Need.QUIET in self.needs
