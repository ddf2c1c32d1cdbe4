import numpy as np
import pytest

from mmxlib.report.model_frames import baseline_and_channels, by_period
from tests.report.builder import story


def test_baseline_channels_and_residual_add_up_to_the_outcome() -> None:
    made = story(("baseline", "season", "tv"), 2, organic=())
    channels = list(made.frames.summary["channel"])
    wide = by_period(made.frames.contributions, channels)
    added = baseline_and_channels(wide, channels).to_numpy().sum(axis=1) + wide["residual"].to_numpy()
    np.testing.assert_allclose(added, made.panel.outcome.sum(axis=0), rtol=1e-9)


@pytest.mark.parametrize("units", [["S1"], ["S1", "S2"]])
def test_chosen_units_alone_are_added_up(units: list[str]) -> None:
    made = story(("tv",), 3, organic=())
    wide = by_period(made.frames.contributions, ["tv"], units)
    rows = [made.panel.units.index(unit) for unit in units]
    np.testing.assert_allclose(wide.sum(axis=1).to_numpy(), made.panel.outcome[rows].sum(axis=0), rtol=1e-9)
