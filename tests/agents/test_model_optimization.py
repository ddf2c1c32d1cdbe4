from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mmxlib.agents.agent import Agent, Inputs
from mmxlib.agents.model_optimization import ModelOptimization
from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.experiments import StepTest
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.segments import Segment, Segments
from mmxlib.errors import UsageError
from mmxlib.evaluation.backtesting import BacktestSettings
from mmxlib.evaluation.guardrails import GuardrailSettings
from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ChannelPriorSettings, ModelSettings, PriorSettings
from mmxlib.terms import StepName, Verdict
from tests.evaluation.handmade import made_panel

QUICK = ModelSettings(starts=2, draws=20, harmonics=1, trend_flexibility=0.06)
APPROVED = PriorSettings(channels={"tv": ChannelPriorSettings(half_life=2.0)})


def agent(model=QUICK, backtest=None, guardrails=None):
    return ModelOptimization(model, backtest or BacktestSettings(folds=1), guardrails or GuardrailSettings())


def segments_of(panel):
    empty = pd.DataFrame()
    groups = (Segment("S1", "large", panel.units[:2]), Segment("S2", "small", panel.units[2:]))
    return Segments(groups, empty, empty, empty, empty, (), None, None, ())


def inputs():
    panel = made_panel(units=3, channels=2, effect=0.3)
    empty = pd.DataFrame()
    baseline = Baseline(empty, empty, empty, resolved_priors(APPROVED, panel), (), ())
    return Inputs({Panel: panel, Segments: segments_of(panel), Baseline: baseline})


@pytest.fixture(scope="module")
def fitted():
    return agent().run(inputs(), np.random.default_rng(0))


def test_it_is_an_agent_that_says_what_it_reads_and_makes():
    assert isinstance(agent(), Agent)
    assert agent().name is StepName.MODEL_OPTIMIZATION
    assert agent().requires == (Panel, Segments, Baseline)
    assert agent().produces is FittedModel


def test_it_fits_the_segments(fitted):
    panel = inputs()[Panel]
    assert fitted.response.panel.units == ("S1", "S2")
    np.testing.assert_allclose(fitted.response.panel.outcome[0], panel.outcome[:2].sum(axis=0))


def test_experiments_of_the_data_and_of_the_approved_baseline_calibrate_it():
    given = inputs()
    of_data = StepTest("tv", 10.0, 5.0, 20.0, 5.0)
    of_settings = StepTest("search", 10.0, 5.0, 20.0, 5.0)
    panel = replace(given[Panel], experiments=(of_data,))
    baseline = replace(given[Baseline], experiments=(of_settings,))
    made = Inputs({Panel: panel, Segments: given[Segments], Baseline: baseline})
    response = agent().run(made, np.random.default_rng(0)).response
    assert response.panel.experiments == (of_data, of_settings)


def test_it_uses_the_approved_priors(fitted):
    assert [prior.retention for prior in fitted.response.priors] == [
        prior.retention for prior in inputs()[Baseline].priors
    ]


def test_it_diagnoses_tries_and_judges(fitted):
    assert fitted.diagnostics.checks
    assert fitted.backtest.folds["unit"].unique().tolist() == ["S1", "S2"]
    assert {check.name for check in fitted.guardrails} >= {"history", "in_sample_r2", "baseline_share"}
    assert fitted.verdict is not Verdict.FAIL


def test_its_notes_say_what_was_chosen_and_how_it_turned_out(fitted):
    text = " ".join(note.text for note in fitted.notes)
    for words in ("2 segments", "yearly wave", "trend", "noise", "not seen", "guardrail"):
        assert words in text


def test_the_same_inputs_and_seed_give_the_same_model(fitted):
    again = agent().run(inputs(), np.random.default_rng(0))
    np.testing.assert_array_equal(again.response.draws.effect, fitted.response.draws.effect)
    pd.testing.assert_frame_equal(again.backtest.forecasts, fitted.backtest.forecasts, check_exact=True)
    assert again.guardrails == fitted.guardrails
    assert again.notes == fitted.notes


def test_a_setting_of_the_backtest_does_not_move_the_fit(fitted):
    other = agent(backtest=BacktestSettings(folds=2)).run(inputs(), np.random.default_rng(0))
    np.testing.assert_array_equal(other.response.draws.effect, fitted.response.draws.effect)


def test_a_failed_guardrail_is_said_in_the_notes():
    strict = GuardrailSettings.model_validate({"data_quality": {"periods_warn": 500, "periods_fail": 400}})
    result = agent(guardrails=strict).run(inputs(), np.random.default_rng(0))
    assert result.verdict is Verdict.FAIL
    assert "1 guardrail failed (history)" in result.notes[-1].text


def test_it_reads_nothing_that_it_does_not_name():
    with pytest.raises(UsageError):
        agent().run(Inputs({}), np.random.default_rng(0))
