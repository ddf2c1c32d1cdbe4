"""Data whose truth others published: what the default settings, the same for all, make of them."""

from pathlib import Path

import pandas as pd
import pytest

import mmxlib as mmx
from tests.benchmarks.recovery import scores

SHARED = Path(__file__).parents[2] / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data sets are not beside the project")


@pytest.mark.parametrize("method", ["ridge", "bayes"])
def test_logistic_truth_is_found_with_the_default_curve(method: str) -> None:
    """The true saturation is logistic, the default Hill: totals within 10 %, and intervals that cover."""
    folder = SHARED / "mmm_example"
    truth = pd.read_csv(folder / "true_components.csv")
    panel = mmx.Panel.from_frame(
        pd.read_csv(folder / "mmm_example.csv"),
        date="date_week",
        outcome="y",
        spend={"x1": "x1", "x2": "x2"},
        controls=["event_1", "event_2"],
    )
    found = mmx.fit_model(panel, settings={"method": method}).channel_summary().set_index("channel")
    for channel in ("x1", "x2"):
        total = float(truth[f"contribution_{channel}"].sum())
        row = found.loc[channel]
        assert row["contribution"] == pytest.approx(total, rel=0.1)
        assert row["contribution_lower"] <= total <= row["contribution_upper"]


@pytest.mark.parametrize(("name", "srmse", "error"), [("growing", 0.27, 0.13), ("medium", 0.07, 0.04)])
def test_contributions_of_the_recovery_benchmark_are_as_near_as_promised(
    name: str, srmse: float, error: float
) -> None:
    cells = scores(SHARED / "recovery" / f"{name}_business", "ridge")
    assert cells["srmse"].mean() <= srmse
    assert cells["total_error"].abs().mean() <= error
