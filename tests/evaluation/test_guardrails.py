from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from mmxlib.artifacts.diagnostics import Backtest
from mmxlib.evaluation.business_checks import BusinessSenseLimits
from mmxlib.evaluation.data_checks import DataQualityLimits
from mmxlib.evaluation.diagnostics import diagnose
from mmxlib.evaluation.guardrails import GuardrailSettings, guardrails
from mmxlib.evaluation.validity_checks import ModelValidityLimits
from mmxlib.model.model import Model
from mmxlib.terms import Verdict
from tests.evaluation.handmade import made_panel, made_response


def tried(model=0.04, naive=0.08, no_media=0.06):
    summary = pd.DataFrame(
        {"method": ["model", "seasonal_naive", "no_media"], "mape": [model, naive, no_media]}
    )
    return Backtest(pd.DataFrame(), pd.DataFrame(), summary, 0.9)


UNTRIED = Backtest(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(columns=["method", "mape"]), 0.9)


def judged(response, backtest=None, *, summary=None, settings=None):
    diagnostics = diagnose(response)
    return guardrails(
        response,
        diagnostics,
        backtest or tried(),
        summary=Model(response).channel_summary() if summary is None else summary,
        settings=settings or GuardrailSettings(),
    )


def verdict(checks, name):
    return {check.verdict for check in checks if check.name == name}


@pytest.mark.parametrize("seed", range(6))
def test_well_behaved_data_pass(seed):
    panel = made_panel(units=3, seed=seed)
    innovations = np.random.default_rng(seed).normal(0.0, 10.0, panel.outcome.shape)
    checks = judged(made_response(panel, innovations=innovations))
    assert {check.verdict for check in checks} == {Verdict.PASS}


def test_a_model_that_explains_nothing_fails():
    panel = made_panel()
    scatter = panel.outcome - panel.outcome.mean(axis=1, keepdims=True)
    checks = judged(made_response(panel, effect=np.full((2, 3), 1.0), innovations=scatter))
    assert verdict(checks, "in_sample_r2") == {Verdict.FAIL}


def test_media_that_take_the_whole_outcome_fail():
    checks = judged(made_response(made_panel(), effect=np.array([[1500.0] * 3, [750.0] * 3])))
    assert verdict(checks, "baseline_share") == {Verdict.FAIL}
    assert verdict(checks, "negative_baseline") == {Verdict.FAIL}


def test_organic_media_are_part_of_the_baseline():
    panel = made_panel()
    organic = tuple(replace(channel, paid=False) for channel in panel.channels)
    effect = np.array([[1500.0] * 3, [750.0] * 3])
    checks = judged(made_response(replace(panel, channels=organic), effect=effect))
    assert verdict(checks, "negative_baseline") == {Verdict.PASS}
    assert not verdict(checks, "baseline_share")


def test_one_channel_that_takes_most_of_the_outcome_fails():
    checks = judged(
        made_response(made_panel(), effect=np.array([[2000.0, 50.0, 50.0], [1000.0, 50.0, 50.0]]))
    )
    assert verdict(checks, "channel_share") == {Verdict.FAIL}
    assert [check.about for check in checks if check.name == "channel_share"] == ["tv"]


def test_spend_in_thousands_fails():
    panel = made_panel()
    response = made_response(replace(panel, spend=panel.spend / 1000.0))
    checks = judged(response)
    assert verdict(checks, "believable_roi") == {Verdict.FAIL}


def test_a_high_but_uncertain_roi_only_warns():
    response = made_response(made_panel())
    summary = Model(response).channel_summary().assign(roi=30.0, roi_lower=1.0, roi_upper=90.0)
    assert verdict(judged(response, summary=summary), "believable_roi") == {Verdict.WARN}


def test_a_channel_that_surely_returns_nothing_warns():
    response = made_response(made_panel())
    summary = Model(response).channel_summary().assign(roi=0.01, roi_lower=0.0, roi_upper=0.02)
    assert verdict(judged(response, summary=summary), "no_return") == {Verdict.WARN}


def test_returns_that_are_not_known_are_not_judged():
    response = made_response(made_panel())
    nowhere = float("nan")
    summary = Model(response).channel_summary().assign(roi=nowhere, roi_lower=nowhere, roi_upper=nowhere)
    names = {check.name for check in judged(response, summary=summary)}
    assert not names & {"believable_roi", "no_return"}


def test_media_that_bring_nothing_warn():
    checks = judged(made_response(made_panel(), effect=np.full((2, 3), 0.5)))
    assert verdict(checks, "baseline_share") == {Verdict.WARN}


@pytest.mark.parametrize(
    ("model", "expected"), [(0.04, Verdict.PASS), (0.1, Verdict.WARN), (0.2, Verdict.FAIL)]
)
def test_forecasts_are_held_against_last_year(model, expected):
    checks = judged(made_response(made_panel()), tried(model=model))
    assert verdict(checks, "error_against_last_year") == {expected}


def test_a_negligible_error_needs_no_comparison():
    checks = judged(made_response(made_panel()), tried(model=0.03, naive=0.01))
    assert verdict(checks, "error_against_last_year") == {Verdict.PASS}


@pytest.mark.parametrize(
    ("model", "expected"), [(0.2, Verdict.PASS), (0.4, Verdict.WARN), (0.9, Verdict.FAIL)]
)
def test_forecasts_far_off_are_not_planned_on(model, expected):
    checks = judged(made_response(made_panel()), tried(model=model, naive=2.0, no_media=2.0))
    assert verdict(checks, "out_of_sample_error") == {expected}


def test_media_that_spoil_the_forecast_warn():
    checks = judged(made_response(made_panel()), tried(model=0.07, no_media=0.05))
    assert verdict(checks, "error_against_no_media") == {Verdict.WARN}


def test_a_history_too_short_to_be_tried_is_judged_by_the_rest():
    checks = judged(made_response(made_panel()), UNTRIED)
    assert not [check for check in checks if "error_" in check.name and "repeated" not in check.name]


def test_errors_that_repeat_all_the_time_fail():
    panel = made_panel()
    walk = np.cumsum(np.random.default_rng(5).normal(0.0, 2.0, panel.outcome.shape), axis=1)
    assert verdict(judged(made_response(panel, innovations=walk)), "repeated_errors") == {Verdict.FAIL}


@pytest.mark.parametrize(
    ("periods", "expected"), [(156, Verdict.PASS), (60, Verdict.WARN), (24, Verdict.FAIL)]
)
def test_a_short_history_warns_and_then_fails(periods, expected):
    assert verdict(judged(made_response(made_panel(periods=periods))), "history") == {expected}


def test_a_segment_without_sales_for_most_of_the_time_fails():
    panel = made_panel()
    outcome = panel.outcome.copy()
    outcome[1, :100] = 0.0
    checks = judged(made_response(replace(panel, outcome=outcome)))
    assert [(c.about, c.verdict) for c in checks if c.name == "zero_outcome"] == [("S2", Verdict.FAIL)]


def test_constant_and_rare_media_warn():
    panel = made_panel()
    exposure = panel.exposure.copy()
    exposure[:, :, 0] = 5.0
    exposure[:, 4:, 1] = 0.0
    checks = judged(made_response(replace(panel, exposure=exposure)))
    assert [c.about for c in checks if c.name == "media_variation"] == ["tv"]
    assert [c.about for c in checks if c.name == "active_periods"] == ["search"]


def test_a_model_without_channels_is_judged_by_data_and_fit():
    checks = judged(made_response(made_panel(channels=0)))
    assert {check.verdict for check in checks} == {Verdict.PASS}


@pytest.mark.parametrize("limits", [DataQualityLimits, ModelValidityLimits, BusinessSenseLimits])
def test_a_fail_cannot_come_before_its_warning(limits):
    pair = {
        DataQualityLimits: {"periods_warn": 20, "periods_fail": 30},
        ModelValidityLimits: {"error_warn": 0.5, "error_fail": 0.2},
        BusinessSenseLimits: {"roi_warn": 30.0, "roi_fail": 20.0},
    }[limits]
    with pytest.raises(ValidationError, match="must not lie above"):
        limits(**pair)


def test_every_verdict_is_a_plain_sentence():
    for check in judged(made_response(made_panel())):
        assert check.meaning.endswith(".")
        assert check.remedy.endswith(".")
        assert "nan" not in check.meaning
