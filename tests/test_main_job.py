"""The main job at its full size, in processes of its own: exact, the same twice, the same after a kill."""

import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.documents.blocks import Reason, blocks

README = Path(__file__).parents[1] / "README.md"
MMX = (sys.executable, "-m", "mmxlib")


def job(name: str) -> list[str]:
    return [*MMX, "run", "--input", "data", "--run-dir", f"runs/{name}", "--auto-approve"]


def contents(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("main_job")
    for words in _readme_commands():
        subprocess.run([*MMX, *words], cwd=folder, check=True, capture_output=True)
    return folder


def _readme_commands() -> list[list[str]]:
    """Return what the README's run command hands to mmx once it is installed."""
    (block,) = (each for each in blocks(README) if each.reason is Reason.RUN_COMMAND)
    return [shlex.split(each)[1:] for each in block.commands if each.startswith(".venv/bin/mmx ")]


def test_the_readme_s_command_is_the_main_job_at_its_full_size(place: Path) -> None:
    simulated, run = _readme_commands()
    assert run[:5] == job("first")[3:8]
    sales, media = (pd.read_csv(place / f"data/{name}.csv") for name in ("sales", "media"))
    assert (sales["sub_category"].nunique(), sales["date"].nunique(), media["channel"].nunique()) == (
        12,
        156,
        6,
    )
    assert simulated == ["simulate", "--out", "data"]


def test_contributions_baseline_and_residual_add_up_to_the_sales(place: Path) -> None:
    table = pd.read_csv(place / "runs/first/out/model/channel_contributions.csv")
    explained = table.groupby("date")["mean"].sum()
    sold = pd.read_csv(place / "data/sales.csv").groupby("date")["sales"].sum()
    np.testing.assert_allclose(explained, sold, rtol=1e-9)


def test_a_second_run_gives_the_same_bytes_in_every_file(place: Path) -> None:
    subprocess.run(job("second"), cwd=place, check=True, capture_output=True)
    assert contents(place / "runs/second/out") == contents(place / "runs/first/out")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill a process at once")
@pytest.mark.parametrize("step", ["baseline", "model optimization"])
def test_killing_it_after_a_step_and_resuming_gives_those_bytes_too(place: Path, step: str) -> None:
    run = f"killed-after-{step.split()[0]}"
    with subprocess.Popen(job(run), cwd=place, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if step in line:
                process.kill()
                break
    assert process.returncode == -signal.SIGKILL
    resumed = [*MMX, "resume", "--run-dir", f"runs/{run}", "--auto-approve"]
    subprocess.run(resumed, cwd=place, check=True, capture_output=True)
    assert contents(place / f"runs/{run}/out") == contents(place / "runs/first/out")
