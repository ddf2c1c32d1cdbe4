"""Workers end with the program that started them, however it ends."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from mmxlib.workers.processes import Workers
from mmxlib.workers.tasks import begin
from tests.workers.deeds import process

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20.0


def gone(handles: list[int]) -> bool:
    """Return whether all processes have ended, once they have or the time is over."""
    return all(select.select([handle], [], [], SECONDS)[0] for handle in handles)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system has no handles of processes")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_no_process_is_left_when_the_program_is_ended_in_the_middle_of_tasks(tmp_path, how):
    os.mkfifo(tmp_path / "pid")
    command = [sys.executable, "-m", "tests.workers.busy", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as program:
        with open(tmp_path / "pid") as pipe:
            assert pipe.read()  # both may write before it is read; neither ends by itself
        children = psutil.Process(program.pid).children(recursive=True)
        handles = [os.pidfd_open(each.pid) for each in children]
        program.send_signal(how)
    assert program.returncode != 0
    assert len(handles) >= 2
    assert gone(handles)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system has no handles of processes")
def test_no_process_is_left_when_the_workers_are_no_longer_needed():
    with Workers(2) as workers:
        handles = [os.pidfd_open(each) for each in set(begin(process, range(6), workers).results())]
    assert gone(handles)
