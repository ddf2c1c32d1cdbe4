"""The configurations for public data with known truth: files are read as they are, and the truth is found."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import mmxlib as mmx
from tests.cli.homes import mmx as command

ROOT = Path(__file__).parents[1]
EXAMPLES, SHARED = ROOT / "examples", ROOT.parent / "shared" / "data"
INPUTS = {
    "mmm_example": "mmm_example/mmm_example.csv",
    "roas_lift": "roas_lift",
    "recovery": "recovery/growing_business/data.csv",
}
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data sets are not beside the project")


def read(name: str) -> mmx.Panel:
    place, config = SHARED / INPUTS[name], mmx.read_config(EXAMPLES / name)
    if name == "roas_lift":
        tests = place / "mmm_roas_lift_tests.csv"
        return mmx.read_panel(place / "mmm_roas_data.csv", experiments=tests, config=config)
    return mmx.read_panel(place, config=config)


@cache
def summary(name: str) -> pd.DataFrame:
    return mmx.fit_model(read(name)).channel_summary().set_index("channel")


@pytest.mark.parametrize("name", INPUTS)
def test_the_command_finds_nothing_wrong_with_the_files(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("check", SHARED / INPUTS[name], "--config", EXAMPLES / name) == 0
    assert "used; the outcome adds up to" in capsys.readouterr().out


@pytest.mark.parametrize("name", INPUTS)
def test_the_configuration_names_files_that_are_there_and_settings_alone(name: str) -> None:
    text = (EXAMPLES / name / "global.yaml").read_text("utf-8")
    assert f"--input ../shared/data/{INPUTS[name]} " in text
    assert {path.suffix for path in (EXAMPLES / name).iterdir()} == {".yaml"}


def test_events_of_columns_and_channels_are_those_of_the_example() -> None:
    panel = read("mmm_example")
    assert panel.channel_names == ("x1", "x2")
    assert sorted({event.name for event in panel.events}) == ["Event 1", "Event 2"]
    assert panel.controls == ()


def test_the_four_lift_tests_come_along_and_the_hidden_driver_does_not() -> None:
    panel = read("roas_lift")
    assert [test.channel for test in panel.experiments] == ["x1", "x2", "x1", "x2"]
    assert panel.controls == ()


def test_regions_stay_units_and_what_is_truth_is_no_control() -> None:
    panel = read("recovery")
    assert panel.units == ("geo_a", "geo_b")
    assert [control.name for control in panel.controls] == ["c1", "c2"]
    assert len(panel.channels) == 6


@pytest.mark.parametrize(
    ("name", "truth"),
    [("mmm_example", {"x1": 4967.8, "x2": 2274.9}), ("roas_lift", {"x1": 93.388, "x2": 171.409})],
)
def test_the_published_return_lies_in_the_range_and_within_ten_percent_of_the_mean(
    name: str, truth: dict[str, float]
) -> None:
    for channel, roas in truth.items():
        row = summary(name).loc[channel]
        found = row[["contribution_lower", "contribution", "contribution_upper"]] / row["spend"]
        assert found["contribution"] == pytest.approx(roas, rel=0.1)
        assert found["contribution_lower"] <= roas <= found["contribution_upper"]


def test_five_of_six_true_totals_lie_in_their_range() -> None:
    truth = pd.read_csv(SHARED / "recovery" / "growing_business" / "true_contributions.csv")
    totals = truth.filter(like="contribution_").sum().to_numpy()
    rows = summary("recovery")
    covered = (rows["contribution_lower"] <= totals) & (totals <= rows["contribution_upper"])
    assert covered.sum() >= 5
