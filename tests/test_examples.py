"""Every example runs as it stands, from the command line, twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import mmxlib as mmx
from tests.cli.homes import small_home

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("script", "said", "written"),
    [
        ("main_job.py", "should bring", "decks/executive_summary.html"),
        ("plan_versus_actual.py", "What mattered most is effectiveness", "parts.csv"),
        ("own_agent.py", "S2 Premium", "segmentation/segment_map.csv"),
        ("raw_tables.py", "15,288 rows; aggregated to 208 model rows", "weekly.csv"),
        ("budget_and_forecast.py", "Most profit", "best_plan.csv"),
    ],
)
def test_an_example_runs_and_runs_again(script: str, said: str, written: str, tmp_path: Path) -> None:
    run = tmp_path / "run"
    contents = []
    for _ in range(2):
        command = [sys.executable, str(ROOT / "examples" / script), str(run)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert said in done.stdout
        contents.append((run / "out" / written).read_bytes())
    assert contents[0] == contents[1]


def test_the_example_of_a_dask_cluster_runs_on_one_of_its_own() -> None:
    command = [sys.executable, str(ROOT / "examples" / "dask_cluster.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "seasonal_naive" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="the example is a shell script")
def test_a_schedule_may_call_while_another_call_is_at_work_and_again(tmp_path: Path) -> None:
    home = small_home(tmp_path, channels=2)
    environment = os.environ | {"MMX": f"{sys.executable} -m mmxlib"}

    def called() -> subprocess.CompletedProcess[str]:
        command = [ROOT / "examples" / "scheduled" / "refresh.sh", home / "data", home / "run"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert called().returncode == 4  # it waits for a person
    with mmx.Session.open(home / "run"):
        meanwhile = called()
    assert (meanwhile.returncode, "Another call is at work" in meanwhile.stderr) == (0, True)
    again = called()
    assert (again.returncode, " kept" in again.stderr) == (4, True)
