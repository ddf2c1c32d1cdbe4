"""A mutant's trial: the tests of its file, in a process of their own that sees a copy of the project."""

import gc
import importlib
import os
import resource
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import hypothesis
import pytest

from tests.mutations.interpreted import interpret
from tests.sources import ROOT

OURS = frozenset({"mmxlib", "mmxlib_excel", "tests"})
LOADED_BEFORE = (
    "hypothesis.extra.numpy",
    "numba",
    "numpy",
    "pandas",
    "pydantic",
    "scipy.optimize",
    "scipy.stats",
    "sklearn.cluster",
    "statsmodels.api",
)
"""What every trial would load anew: it is loaded once, before the trials part from this process."""
MEMORY = 8 * 2**30  # bytes; a mutant may ask for an endless array
WAITED = 300.0  # seconds; only for one that sleeps on a lock: an endless loop ends by its processor time

SAID = "said.txt"
"""The file of the copy that holds what pytest printed last."""


class Verdict(StrEnum):
    """What the tests said of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"


@dataclass(frozen=True, slots=True)
class Trial:
    """How tests ended: pytest's code, or less than zero if the process was ended; and processor seconds."""

    code: int
    seconds: float

    @property
    def verdict(self) -> Verdict:
        return Verdict.SURVIVED if self.code == pytest.ExitCode.OK else Verdict.KILLED


def copied(folder: Path, root: Path = ROOT) -> Path:
    """Return a copy of what tests need in ``folder``: the project itself is never touched."""
    for name in ("mmxlib", "excel", "tests"):
        if (root / name).is_dir():
            shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(root / "pyproject.toml", folder)
    return folder


def load_before() -> None:
    """Load what all trials share."""
    for name in LOADED_BEFORE:
        importlib.import_module(name)
    gc.freeze()  # what is loaded stays: no trial looks through it for what could be thrown away


def tried(folder: Path, tests: Sequence[str], *, at_most: int, sound: bool = False) -> Trial:
    """Return how ``tests`` end in the copy ``folder``.

    Parameters
    ----------
    folder
        A copy of the project, in which a file may have been replaced by a mutant.
    tests
        Names for pytest, paths from the folder; the first failure ends the trial.
    at_most
        Seconds of the processor's time, after which the trial is ended. The time of a clock would condemn
        mutants on a busy machine.
    sound
        Whether the copy is without a fault. What Python compiles of it is then kept for the trials that
        follow; of a mutant nothing is, for the next may have its length and be made in the same second.
    """
    process = os.fork()
    if process == 0:
        code = 3  # pytest's code of an internal error
        try:
            code = _in_the_copy(folder, tests, at_most, sound)
        finally:
            sys.stdout.flush()
            os._exit(code)
    return _ended(process)


def _ended(process: int) -> Trial:
    deadline = time.monotonic() + WAITED
    while True:
        found, status, usage = os.wait4(process, os.WNOHANG)
        if found:
            return Trial(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime)
        if time.monotonic() > deadline:
            os.killpg(process, signal.SIGKILL)
            deadline = float("inf")
        time.sleep(0.01)


def _in_the_copy(folder: Path, tests: Sequence[str], at_most: int, sound: bool) -> int:
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_CPU, (at_most, at_most))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout = sys.stderr = (folder / SAID).open("w", encoding="utf-8")
    os.dup2(sys.stdout.fileno(), 1)
    os.dup2(sys.stdout.fileno(), 2)
    sys.dont_write_bytecode = not sound
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    _enter(folder)
    interpret(sys.modules, importlib.import_module("mmxlib.maths.compiled"))
    quietly = ["-x", "-q", "--no-header", "--tb=short", "--assert=plain", "-p", "no:cacheprovider"]
    return pytest.main([*quietly, "--rootdir", str(folder), *tests])


def _enter(folder: Path) -> None:
    """Forget the project that was loaded, and find the copy instead; make chance repeatable."""
    os.chdir(folder)
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    sys.path[:0] = [str(folder), str(folder / "excel")]
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])
    importlib.invalidate_caches()
    repeatable = hypothesis.settings(
        derandomize=True,
        database=None,
        deadline=None,
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    )
    hypothesis.settings.register_profile("repeatable", repeatable)
    hypothesis.settings.load_profile("repeatable")
