"""Step tests against a confounder that nobody measured, on public data with a known truth.

The tests' readings are the true ROAS times the step: they lie on a straight line, not on the saturating curve
that made the sales, so that a model's curve cannot agree with all of them.
"""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import mmxlib as mmx
from mmxlib.data.roles import ChannelColumns, ColumnSettings, DataSettings

FOLDER = Path(__file__).parents[1].parent / "shared" / "data" / "roas_lift"
TRUTH = {"x1": 93.388, "x2": 171.409}
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the public data set roas_lift is not beside the project"
)


@cache
def panel() -> mmx.Panel:
    config = DataSettings(
        columns=ColumnSettings(sales="y"), channels={name: ChannelColumns(spend=name) for name in TRUTH}
    )
    return mmx.read_panel(
        FOLDER / "mmm_roas_data.csv", experiments=FOLDER / "mmm_roas_lift_tests.csv", config=config
    )


@cache
def roas(method: str, *, tested: bool = True) -> pd.DataFrame:
    """Return mean, lower and upper ROAS by channel: total contribution over total spend."""
    experiments = None if tested else []
    model = mmx.fit_model(panel(), experiments=experiments, settings={"method": method})
    summary = model.channel_summary().set_index("channel")
    columns = {"mean": "contribution", "lower": "contribution_lower", "upper": "contribution_upper"}
    return pd.DataFrame({name: summary[column] / summary["spend"] for name, column in columns.items()})


def needed(method: str) -> None:
    if method == "bayes":
        pytest.importorskip("nutpie")


def test_the_files_are_read_as_they_are() -> None:
    assert panel().channel_names == ("x1", "x2")
    assert panel().controls == ()
    assert len(panel().dates) == 131
    assert [test.channel for test in panel().experiments] == ["x1", "x2", "x1", "x2"]


@pytest.mark.parametrize("method", ["ridge", "bayes"])
def test_with_the_tests_both_are_right_within_ten_percent_and_covered(method: str) -> None:
    needed(method)
    for channel, row in roas(method).iterrows():
        assert row["mean"] == pytest.approx(TRUTH[str(channel)], rel=0.1)
        assert row["lower"] <= TRUTH[str(channel)] <= row["upper"]


@pytest.mark.parametrize("method", ["ridge", "bayes"])
def test_without_the_tests_the_confounded_channel_takes_what_is_not_its_own(method: str) -> None:
    needed(method)
    found = roas(method, tested=False)["mean"]["x1"]
    assert found > 1.15 * TRUTH["x1"]


def test_the_tests_narrow_every_interval() -> None:
    with_tests, without = (roas("ridge", tested=tested) for tested in (True, False))
    width = (with_tests["upper"] - with_tests["lower"]) / (without["upper"] - without["lower"])
    assert (width < 0.9).all()
