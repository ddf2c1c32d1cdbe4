"""What durability costs: a journal entry, an artifact of 100 kB, and its share of the main job.

    python tests/benchmarks/durability.py [folder]

The times are those of the disk under ``folder``, or under the folder for temporary files. It reports;
nothing depends on them.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from mmxlib import files
from mmxlib.cli.main import main as mmx
from mmxlib.workflow.journal import EventKind
from mmxlib.workflow.store import FolderStore

ROUNDS = 200
SIZE = "--sub-categories 12 --channels 6 --periods 156 --seed 7"


def milliseconds(act: Callable[[int], object]) -> str:
    """Return the median and the 95th percentile of many rounds."""
    times = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        act(number)
        times.append((time.perf_counter() - began) * 1e3)
    return f"{statistics.median(times):6.2f} ms   (95 % within {np.quantile(times, 0.95):.2f} ms)"


class Timed:
    """The module `os` for the one module that writes, with a watch on what flushes.

    It has state because it adds up.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.flushes = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def fsync(self, descriptor: int) -> None:
        began = time.perf_counter()
        os.fsync(descriptor)
        self.seconds += time.perf_counter() - began
        self.flushes += 1


def single_writes(place: Path) -> None:
    """Time entries and artifacts by themselves."""
    store = FolderStore(place / "run", "1.0")
    said = {"files": {f"model/table_{number}.csv": "0" * 64 for number in range(8)}}
    print(f"a journal entry            {milliseconds(lambda _: store.journal.add(EventKind.OUTPUTS, said))}")
    rng = np.random.default_rng(0)
    contents = [rng.bytes(100_000) for _ in range(ROUNDS)]
    print(f"an artifact of 100 kB      {milliseconds(lambda each: store.put_text(contents[each]))}")
    store.close()


def main_job(place: Path) -> None:
    """Time the main job, and how much of it flushes."""
    words = ["run", "--input", str(place / "data"), "--auto-approve", "--json", "--run-dir"]
    disk = Timed()
    with redirect_stdout(StringIO()):
        mmx(["simulate", *SIZE.split(), "--out", str(place / "data")])
        mmx([*words, str(place / "warm")])
        began = time.perf_counter()
        with patch.object(files, "os", disk):
            mmx([*words, str(place / "timed")])
        seconds = time.perf_counter() - began
    print(f"the main job               {seconds:6.2f} s")
    print(f"of it {disk.flushes} flushes          {disk.seconds:6.2f} s    ({disk.seconds / seconds:.1%})")


def main(folder: str | None) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        single_writes(Path(place))
        main_job(Path(place))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
