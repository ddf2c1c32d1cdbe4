"""Every example runs as it stands, from the command line, twice."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("script", "said", "written"),
    [
        ("main_job.py", "should bring", "decks/executive_summary.html"),
        ("plan_versus_actual.py", "What mattered most is effectiveness", "parts.csv"),
        ("own_agent.py", "S2 Premium", "segmentation/segment_map.csv"),
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
