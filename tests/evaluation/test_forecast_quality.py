"""A short run of `python -m tests.benchmarks forecasts`: ranges cover, errors beat the year before."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from tests.benchmarks.forecasts import scores, shared, simulated, summary

SHARED = Path(__file__).parents[3] / "shared" / "data"


@cache
def folds() -> pd.DataFrame:
    """Return the folds of one market of each kind: some 25 backtests."""
    return pd.concat([scores(each) for each in simulated(range(20, 21))])


def test_intervals_cover_as_much_as_they_say() -> None:
    """The band is that of 85 to 95 % widened by what so few markets may miss by chance."""
    mean = summary(folds()).loc["mean"]
    assert 0.83 <= mean["periods"] <= 0.97
    assert 0.80 <= mean["sums"] <= 1.0


def test_the_model_beats_the_year_before_on_every_kind_of_market() -> None:
    table = summary(folds()).drop(index="mean")
    assert (table["model"] < table["naive"]).all()
    assert table["model"].mean() < 0.5 * table["naive"].mean()


def test_the_model_beats_the_year_before_on_public_data() -> None:
    if not SHARED.is_dir():
        pytest.skip("the public data sets are not beside the project")
    sets = [each for each in shared(SHARED) if each[0] in ("small", "mmm_example", "roas_lift")]
    table = summary(pd.concat([scores(each, folds=2) for each in sets]))
    assert (table["model"] < table["naive"]).all()
