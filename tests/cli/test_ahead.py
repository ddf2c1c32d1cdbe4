"""The process that compiles beside a first run ends with it, and none is started where loops are kept."""

import subprocess
import sys
from pathlib import Path

import numba
import pytest

from mmxlib.cli import ahead

WAITS = "import sys; sys.stdin.read()"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Return the processes that are started; each waits forever instead of compiling."""
    begun: list[subprocess.Popen[bytes]] = []
    begin = subprocess.Popen

    def waiting(*arguments: object, **others: object) -> subprocess.Popen[bytes]:
        begun.append(begin([sys.executable, "-c", WAITS], stdin=subprocess.PIPE))
        return begun[-1]

    monkeypatch.setattr(ahead.subprocess, "Popen", waiting)
    return begun


def keeping(monkeypatch: pytest.MonkeyPatch, folder: Path, *names: str) -> None:
    """Let numba keep its loops in ``folder``, where those of these names are."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(folder))
    for name in names:
        (folder / name).write_bytes(b"")


@pytest.mark.parametrize("fails", [False, True])
def test_on_a_new_machine_a_process_works_until_the_run_ends_however_it_ends(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    started: list[subprocess.Popen[bytes]],
    *,
    fails: bool,
) -> None:
    keeping(monkeypatch, tmp_path, "density.log_density-3.py311.nbi")
    try:
        with ahead.compiling_ahead():
            (process,) = started
            assert process.poll() is None
            if fails:
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        assert fails
    assert process.poll() is not None
    assert process.stdin is not None
    process.stdin.close()


def test_where_the_last_loop_is_kept_no_process_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    keeping(monkeypatch, tmp_path, "spend_response.spend_response_into-9.py311.nbi")
    with ahead.compiling_ahead():
        assert started == []
