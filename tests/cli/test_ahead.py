"""The process that compiles beside a first run leaves nothing to compile, and ends with it.

None is started where loops are kept.
"""

import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from mmxlib.cli import ahead
from tests.cli.homes import small_home

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


def test_after_it_a_run_compiles_only_what_its_fit_and_first_steps_need(tmp_path: Path) -> None:
    kept = tmp_path / "loops"
    environment = os.environ | {"NUMBA_CACHE_DIR": str(kept)}

    def loops() -> dict[str, int]:
        """Return for how many kinds of arrays each loop is compiled."""
        names = [path.name.split("-")[0] for path in kept.rglob("*.nbc")]
        return {name: names.count(name) for name in names}

    subprocess.run([sys.executable, "-c", ahead.CODE], check=True, env=environment)
    ready = loops()
    assert {"media.window_outcome", "slope_table._table", "spend_response._responses"} <= ready.keys()
    home = small_home(tmp_path / "home", channels=2)
    words = ["run", "--input", "data", "--config", "config", "--run-dir", "run", "--auto-approve"]
    ran = subprocess.run([sys.executable, "-m", "mmxlib", *words], cwd=home, env=environment, check=False)
    assert ran.returncode in (0, 4)
    compiled = {name.split(".")[0] for name, kinds in loops().items() if kinds != ready.get(name)}
    assert compiled == {"adstock", "density", "density_parts", "experiment_parts", "geometric", "hill"}
