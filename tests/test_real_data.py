"""The whole way on data that nobody here wrote: the two examples' configurations, from file to summary."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
EXAMPLES = ("robyn_weekly", "retailer_weekly")


@pytest.fixture(scope="module", params=EXAMPLES)
def out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = SHARED / request.param
    if not source.is_dir():
        pytest.skip(f"the public data set {request.param} is not beside the project")
    run = tmp_path_factory.mktemp("runs") / request.param
    (data_file,) = source.glob("*.csv")
    command = [sys.executable, "-m", "mmxlib", "run", "--input", str(data_file), "--run-dir", str(run)]
    command += ["--config", str(ROOT / "examples" / request.param), "--auto-approve"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return run / "out"


def test_segmentation_says_that_there_is_nothing_to_segment(out: Path) -> None:
    quality = (out / "segmentation" / "quality.json").read_text("utf-8")
    assert "nothing to segment" in quality.lower()


def test_most_of_the_outcome_is_baseline(out: Path) -> None:
    table = pd.read_csv(out / "model" / "channel_contributions.csv")
    by_component = table.groupby("component")["mean"].sum()
    outcome = by_component.sum()
    base = by_component.reindex(["level", "trend", "season", "events", "controls"]).fillna(0.0).sum()
    assert 0.5 < base / outcome < 1.0


def test_returns_lie_in_a_believable_range(out: Path) -> None:
    summary = pd.read_csv(out / "model" / "channel_summary.csv")
    roi = summary["roi"].dropna()
    assert len(roi) >= 5
    assert roi.between(0.1, 20.0).all()


def test_the_summary_states_fit_and_error_on_unseen_periods(out: Path) -> None:
    text = (out / "decks" / "executive_summary.md").read_text("utf-8")
    for statement in ("R2", "weeks it had not seen", "baseline", "90 % range"):
        assert statement in text


def test_contributions_add_up_to_the_sales(out: Path) -> None:
    table = pd.read_csv(out / "model" / "channel_contributions.csv")
    total = table.groupby(["unit", "date"])["mean"].sum()
    reported = json.loads((out / "decks" / "key_insights.json").read_text("utf-8"))
    assert reported["headline"]
    assert (total > 0.0).all()
