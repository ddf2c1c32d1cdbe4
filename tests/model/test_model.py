"""The model's tables and its forecast."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.artifacts.panel import Channel
from mmxlib.errors import UsageError
from mmxlib.forecasting.forecast_draws import forecast_draws
from mmxlib.model.model import Model
from tests.model.panels import fitted, known

MADE = known(periods=143)
RESPONSE = fitted(MADE.panel.window(0, 130))
MODEL = Model(RESPONSE)


def test_intervals_hold_their_means() -> None:
    for table in (MODEL.contributions(), MODEL.response_curve("c1").rename(columns={"outcome": "mean"})):
        lower = table.filter(regex="lower$").iloc[:, 0]
        upper = table.filter(regex="upper$").iloc[:, 0]
        assert ((lower <= table["mean"] + 1e-9) & (table["mean"] <= upper + 1e-9)).mean() > 0.95


def test_a_wider_level_gives_wider_intervals() -> None:
    narrow, wide = MODEL.channel_summary(level=0.5), MODEL.channel_summary(level=0.95)
    assert (wide["roi_upper"] - wide["roi_lower"] > narrow["roi_upper"] - narrow["roi_lower"]).all()


def test_windows_split_the_contribution_of_the_whole() -> None:
    dates = RESPONSE.panel.dates
    halves = [
        MODEL.channel_summary(window=(str(first), str(last)))["contribution"]
        for first, last in ((dates[0], dates[59]), (dates[60], dates[-1]))
    ]
    np.testing.assert_allclose(halves[0] + halves[1], MODEL.channel_summary()["contribution"], rtol=1e-9)


def test_spend_of_a_window_causes_more_than_falls_inside_it() -> None:
    dates = RESPONSE.panel.dates
    summary = MODEL.channel_summary(window=(str(dates[0]), str(dates[12])))
    assert (summary["contribution_of_spend"] >= summary["contribution"] - 1e-9).all()


def test_response_curve_starts_at_zero_and_never_falls() -> None:
    curve = MODEL.response_curve("c2")
    assert curve["outcome"][0] == 0.0
    assert (curve["outcome"].diff().dropna() >= 0.0).all()
    assert (curve["marginal_roi"] >= 0.0).all()


def test_national_spend_counts_once() -> None:
    panel = known(units=3, periods=90).panel
    shared = np.repeat(panel.spend[:1], 3, axis=0)
    national = replace(
        panel,
        spend=shared,
        exposure=shared,
        channels=tuple(replace(channel, national=True) for channel in panel.channels),
    )
    summary = Model(fitted(national)).channel_summary()
    np.testing.assert_allclose(summary["spend"], shared[0].sum(axis=0))


def test_organic_media_has_contribution_but_no_roi() -> None:
    panel = known(units=1, periods=90).panel
    spend = panel.spend.copy()
    spend[:, :, 2] = 0.0
    channels = (*panel.channels[:2], Channel("c3", paid=False, has_exposure=True))
    model = Model(fitted(replace(panel, spend=spend, channels=channels)))
    summary = model.channel_summary()
    assert summary["contribution"][2] > 0.0
    assert np.isnan(summary["roi"][2])
    assert model.response_curve("c3")["spend"].isna().all()


def test_exposure_apart_from_spend_changes_only_the_cost() -> None:
    panel = known(units=1, periods=90).panel
    dearer = replace(
        panel,
        spend=panel.spend * 4.0,
        channels=tuple(replace(channel, has_exposure=True) for channel in panel.channels),
    )
    plain, costly = Model(fitted(panel)), Model(fitted(dearer))
    np.testing.assert_allclose(costly.response.cost_per_exposure, 4.0)
    np.testing.assert_allclose(
        costly.channel_summary()["roi"] * 4.0, plain.channel_summary()["roi"], rtol=1e-9
    )


@pytest.mark.parametrize("level", [0.2, 1.0])
def test_a_level_that_is_no_probability_of_an_interval_is_refused(level: float) -> None:
    with pytest.raises(UsageError, match="interval"):
        MODEL.contributions(level=level)


def test_an_unknown_channel_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="Choose one of c1, c2, c3"):
        MODEL.response_curve("tv")


def test_an_empty_window_is_refused_with_the_data_s_dates() -> None:
    with pytest.raises(UsageError, match="2023-01-02"):
        MODEL.channel_summary(window=("2031-01-01", "2031-02-01"))


def test_forecast_lies_near_what_came() -> None:
    future = MADE.panel.window(130, 143)
    draws = forecast_draws(RESPONSE, future, rng=np.random.default_rng(1))
    assert draws.shape == (40, 2, 13)
    error = np.abs(draws.mean(axis=0) / future.outcome - 1.0)
    assert error.mean() < 0.06


def test_forecast_joins_history_without_a_jump() -> None:
    """With the noise's correlation at zero, the next period's mean is the model's own continuation."""
    future = MADE.panel.window(130, 143)
    whole = replace(RESPONSE, panel=MADE.panel.window(0, 130))
    draws = forecast_draws(whole, future, rng=None)
    step = np.abs(draws.mean(axis=0)[:, 0] - MADE.panel.outcome[:, 129])
    usual = np.abs(np.diff(MADE.panel.outcome, axis=1)).mean(axis=1)
    assert np.all(step < 4.0 * usual)


def test_a_future_that_leaves_a_gap_is_refused() -> None:
    with pytest.raises(UsageError, match="must begin on"):
        forecast_draws(RESPONSE, MADE.panel.window(131, 143), rng=None)
