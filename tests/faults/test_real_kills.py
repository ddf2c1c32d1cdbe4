"""G1 with the real agents: the command killed in every kind of file operation of every step ends the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mmxlib.workers.processes import ONE_THREAD
from tests.cli.homes import small_home
from tests.faults import children
from tests.faults.found import Found, together

ROOT = Path(__file__).resolve().parents[2]

LAST_DONE = (
    "nothing",
    "start",
    "segmentation",
    "trend_scanner",
    "baseline",
    "model_optimization",
    "budget",
    "allocation",
    "insight",
    "outputs",
)
"""What is last done when a kill falls into the opening, into each step, and into the files for people."""

pytestmark = pytest.mark.skipif(not children.LIVES, reason=children.WHY_NOT)


def examine(home: Path, *, nth: int, halfway: bool) -> tuple[Found, tuple[str, ...]]:
    """Kill at every ``nth`` kind of operation of each step; return what was found, and the kinds."""
    program = [sys.executable, "-m", "tests.faults.killed_command", str(home), str(nth), str(int(halfway))]
    done = subprocess.run(
        program, cwd=ROOT, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return Found(len(told["killed"]), tuple(told["bad"])), tuple(told["killed"])


def in_full(place: Path) -> Found:
    """Kill before, and halfway through, the first operation of every kind in every step."""
    home = small_home(place, channels=2)
    return together(examine(home, nth=1, halfway=halfway)[0] for halfway in (False, True))


@pytest.mark.slow
def test_the_real_command_killed_in_every_step_ends_with_the_same_bytes(tmp_path):
    found, killed = examine(small_home(tmp_path, channels=2), nth=9, halfway=True)
    assert found.bad == ()
    assert {name.split()[0] for name in killed} >= set(LAST_DONE)
