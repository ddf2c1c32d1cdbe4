"""What a new user does first with an installed product, what comes out, and what the start costs."""

import hashlib
import resource
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.documents.blocks import ROOT, blocks
from tests.installs.environments import Environment, run

TIMES = 5
"""Measurements of which the shortest counts: the others had company."""

QUICK = "model: {draws: 20, starts: 4}\nbacktest: {folds: 1}\n"
"""Settings for trying out, as in examples/scheduler.md."""

WALK: tuple[tuple[str, int], ...] = (
    ("--version", 0),
    ("--help", 0),
    ("simulate --sub-categories 3 --channels 3 --periods 110 --seed 7 --out data", 0),
    ("init config", 0),
    ("check data", 0),
    ("run --input data --config config --run-dir runs/first", 4),
    ("review --run-dir runs/first", 0),
    ("approve baseline --run-dir runs/first --by Ana", 0),
    ("resume --run-dir runs/first", 4),
    ("approve budget --run-dir runs/first --by Ana --scenario base", 0),
    ("resume --run-dir runs/first", 0),
    ("report --run-dir runs/first", 0),
    ("verify --run-dir runs/first", 0),
    ("excel new plan.xlsm", 0),
    ("excel run plan.xlsm", 4),
)
"""Commands of ``mmx``, and the code that each ends with: 4 where a person decides."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of the processor for the first steps, the start of Python included."""

    load: float
    help: float


def walk(environment: Environment, folder: Path) -> None:
    """Go the way in ``folder``, and run the README's lines of Python."""
    mmx = environment.program("mmx")
    home = {name: str(folder / "home") for name in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA")}
    for words, expected in WALK:
        run([mmx, *words.split()], folder, expected=expected, home=home)
        if words.startswith("init"):
            (folder / "config" / "optimization.yaml").write_text(QUICK, "utf-8")
    for block in blocks(ROOT / "README.md"):
        if block.language == "python":
            run([environment.program("python"), "-c", block.code], folder, home=home)


def digests(folder: Path) -> dict[str, str]:
    """Return a digest of each file that came out of the way: the reports, and the simulated data."""
    files = [path for part in ("runs/first/out", "data") for path in sorted((folder / part).rglob("*"))]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.is_file()
    }


def costs(environment: Environment, folder: Path) -> Costs:
    """Return what ``import mmxlib`` and ``mmx --help`` cost when their files have been read once."""
    load = [environment.program("python"), "-c", "import mmxlib"]
    return Costs(_least(load, folder), _least([environment.program("mmx"), "--help"], folder))


def _least(command: list[str], folder: Path) -> float:
    seconds = []
    for _ in range(TIMES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(seconds)
