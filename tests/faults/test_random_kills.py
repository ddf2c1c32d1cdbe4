"""G2: the real command, killed at random moments again and again, ends with the same bytes."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.homes import small_home
from tests.faults import children
from tests.faults.found import Found

MMX = (sys.executable, "-m", "mmxlib")

pytestmark = pytest.mark.skipif(not children.LIVES, reason=children.WHY_NOT)


def command(run: str) -> list[str]:
    """Return the command, which starts the run and takes it up alike."""
    return [*MMX, *("run", "--input", "data", "--config", "config", "--run-dir", run, "--auto-approve")]


def kept(folder: Path) -> dict[str, bytes]:
    """Return the files for people."""
    files = sorted(path for path in (folder / "out").rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def examine(home: Path, *, kills: int, seed: int) -> Found:
    """Kill runs at moments between their start and their usual end, and take each up until it has ended."""
    chance, whole, bad = random.Random(seed), "whole", []
    began = time.perf_counter()
    first = subprocess.run(command(whole), cwd=home, capture_output=True, check=False)
    usual = time.perf_counter() - began
    left, number = kills, 0
    while left:
        number += 1
        run, code = f"run{number}", None
        for _ in range(min(left, 5)):  # so that later steps are reached and killed too
            process = subprocess.Popen(
                command(run), cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            try:
                code = process.wait(chance.uniform(0.0, usual))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            left -= 1
        done = subprocess.run(command(run), cwd=home, capture_output=True, text=True, check=False)
        if done.returncode != first.returncode or code not in (None, first.returncode):
            bad.append(f"{run} ended with {code}, {done.returncode}: {done.stderr[-200:]}")
        elif kept(home / run) != kept(home / whole):
            bad.append(f"{run} has other files")
        verified = subprocess.run(
            [*MMX, "verify", "--run-dir", run], cwd=home, capture_output=True, check=False
        )
        bad += [f"{run} is not intact"] if verified.returncode else []
    return Found(kills, tuple(bad))


def in_full(place: Path) -> Found:
    """Kill sixty times."""
    return examine(small_home(place, channels=2), kills=60, seed=1)


def in_great_number(place: Path) -> Found:
    """Kill two thousand times, which takes a night."""
    return examine(small_home(place, channels=2), kills=2000, seed=2)


@pytest.mark.slow
def test_the_real_command_killed_at_random_ends_with_the_same_bytes(tmp_path):
    assert examine(small_home(tmp_path, channels=2), kills=2, seed=0) == Found(2, ())
