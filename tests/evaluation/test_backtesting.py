from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from mmxlib.artifacts.experiments import Experiment, StepTest
from mmxlib.evaluation.backtesting import BacktestSettings, backtest
from mmxlib.maths.metrics import mape
from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ModelSettings, PriorSettings
from mmxlib.terms import Verdict
from tests.evaluation.handmade import made_panel

QUICK = ModelSettings(starts=2, harmonics=1, trend_flexibility=0.06)


def tried(panel, *, seed=0, **settings):
    return backtest(
        panel,
        priors=resolved_priors(PriorSettings(), panel),
        settings=BacktestSettings(**settings),
        model_settings=QUICK,
        rng=np.random.default_rng(seed),
    )


@pytest.fixture(scope="module")
def panel():
    return made_panel(units=2, channels=2, effect=0.3)


@pytest.fixture(scope="module")
def result(panel):
    return tried(panel)


def test_folds_follow_each_other_up_to_the_last_period(panel, result):
    assert result.folds.groupby("fold")["origin"].first().tolist() == [
        pd.Timestamp(panel.dates[index]) for index in (117, 130, 143)
    ]
    assert result.forecasts["date"].max() == pd.Timestamp(panel.dates[-1])
    assert not result.forecasts.duplicated(["date", "unit"]).any()


def test_actual_values_are_those_of_the_panel(panel, result):
    for unit, rows in result.forecasts.groupby("unit"):
        np.testing.assert_array_equal(
            rows.sort_values("date")["actual"], panel.outcome[panel.units.index(unit), 117:]
        )


def test_the_rival_repeats_the_same_week_of_last_year(panel, result):
    first = result.forecasts[result.forecasts["unit"] == "S1"].sort_values("date")
    np.testing.assert_array_equal(first["seasonal_naive"], panel.outcome[0, 117 - 52 : 156 - 52])


def test_the_summary_agrees_with_the_forecasts(result):
    table = result.summary.set_index("method")
    for method, column in (
        ("model", "mean"),
        ("seasonal_naive", "seasonal_naive"),
        ("no_media", "no_media"),
    ):
        actual, estimate = (result.forecasts[name].to_numpy() for name in ("actual", column))
        assert table.loc[method, "mape"] == pytest.approx(mape(actual, estimate))


def test_a_sound_model_beats_both_rivals(result):
    errors = result.summary.set_index("method")["mape"]
    assert errors["model"] < errors["no_media"] < errors["seasonal_naive"]


def test_intervals_hold_most_of_what_came(result):
    assert 0.6 <= result.summary["coverage"].iloc[0] <= 1.0
    assert (result.forecasts["lower"] < result.forecasts["upper"]).all()


def test_the_same_seed_gives_the_same_backtest(panel, result):
    again = tried(panel)
    pd.testing.assert_frame_equal(again.folds, result.folds, check_exact=True)
    pd.testing.assert_frame_equal(again.forecasts, result.forecasts, check_exact=True)


def test_the_future_is_not_known_before_it_came(panel, result):
    later = panel.outcome.copy()
    later[:, 143:] *= 3.0
    first = tried(replace(panel, outcome=later)).forecasts
    known = result.forecasts["fold"] < 3
    np.testing.assert_array_equal(first.loc[known, "mean"], result.forecasts.loc[known, "mean"])


STEP = StepTest("tv", x=0.0, delta_x=100.0, delta_y=1.0, sigma=0.1)


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment("tv", date(2024, 11, 4), date(2024, 12, 1), lift=1.0, standard_error=0.1),
        replace(STEP, date=date(2024, 12, 1)),
    ],
)
def test_an_experiment_of_the_future_is_not_known(panel, experiment):
    settings = {"folds": 1}
    with_test = tried(replace(panel, experiments=(experiment,)), **settings)
    pd.testing.assert_frame_equal(with_test.forecasts, tried(panel, **settings).forecasts, check_exact=True)


@pytest.mark.parametrize("known", [None, date(2023, 5, 1)])
def test_a_step_test_without_a_date_or_of_the_past_is_known(panel, known):
    settings = {"folds": 1}
    with_test = tried(replace(panel, experiments=(replace(STEP, date=known),)), **settings)
    without = tried(panel, **settings)
    assert not np.allclose(with_test.forecasts["mean"], without.forecasts["mean"], rtol=1e-6)


def test_a_short_history_gives_no_backtest_and_says_so(panel):
    result = tried(panel.window(0, 90))
    assert result.folds.empty
    assert result.forecasts.empty
    assert result.summary.empty
    assert [note.verdict for note in result.notes] == [Verdict.WARN]
    assert "91 periods" in result.notes[0].text


def test_as_many_folds_as_fit_are_made(panel):
    result = tried(panel.window(0, 110))
    assert result.folds["fold"].unique().tolist() == [1, 2]
    assert any("2 of the 3 folds" in note.text for note in result.notes)


def test_without_a_year_before_the_rival_repeats_the_last_value(panel):
    short = panel.window(0, 50)
    result = tried(short, folds=1, minimum_history=30)
    rows = result.forecasts[result.forecasts["unit"] == "S1"]
    assert (rows["seasonal_naive"] == short.outcome[0, 36]).all()
    assert any("last value" in note.text for note in result.notes)


def test_a_panel_without_channels_is_tried():
    result = tried(made_panel(channels=0), folds=1)
    errors = result.summary.set_index("method")["mape"]
    assert errors["model"] == pytest.approx(errors["no_media"])


def test_refits_widen_the_intervals(panel):
    plain = tried(panel, folds=1, draws=0).forecasts
    refitted = tried(panel, folds=1, draws=40).forecasts
    assert (refitted["upper"] - refitted["lower"]).mean() > (plain["upper"] - plain["lower"]).mean()
