"""Flips of the settings of the model and of its backtest, on a market of three sub-categories."""

from dataclasses import replace
from typing import Any

import numpy as np

from mmxlib.agents.agent import Inputs
from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.segments import Segments
from mmxlib.config import Config
from mmxlib.model.experiments import stated_experiments
from mmxlib.model.priors import resolved_priors
from mmxlib.terms import StepName
from mmxlib.workflow.default_agents import default_agents
from tests.agents.test_model_optimization import inputs
from tests.config.flips.flip import Flip, Seen, flip

QUICK = {
    "model.draws": 20,
    "model.starts": 2,
    "model.harmonics": 1,
    "model.trend_flexibility": 0.06,
    "model.autocorrelation": 0.2,
    "model.pooling": 0.3,
    "model.exposure_scale": "mean",
    "backtest.folds": 1,
    "backtest.draws": 0,
}
"""Settings with which a fit takes an instant."""

SHORT = {"model.chains": 2, "model.tune": 100, "model.samples": 100}
SAMPLED = QUICK | SHORT | {"model.method": "bayes"}


def fitted(config: Config, _: Any) -> Seen:
    """Return what the model agent finds, and what it tried, with what the settings say of channels."""
    given = inputs()
    panel = given[Panel].grouped(given[Segments].segment_of, given[Segments].labels)
    approved = replace(
        given[Baseline],
        priors=resolved_priors(config.priors, panel),
        experiments=stated_experiments(config.priors, given[Panel]),
    )
    agent = default_agents(config)[StepName.MODEL_OPTIMIZATION]
    found = agent.run(Inputs({**given.by_type, Baseline: approved}), np.random.default_rng(0))
    assert isinstance(found, FittedModel)
    response, tried = found.response, found.backtest
    sampler = response.sampler
    return {
        "draws": len(response.draws),
        "effects": response.draws.effect,
        "waves": response.base.harmonics,
        "change points": response.base.knots,
        "trend": response.base.prior_sd,
        "autocorrelation": response.autocorrelation,
        "exposure": response.exposure_scale,
        "level": tried.level,
        "belief": [each.meaning for each in found.guardrails if each.name == "believable_roi"],
        "chains": None if sampler is None else sampler.chains,
        "samples": None if sampler is None else sampler.samples,
        "folds": sorted(set(tried.folds["fold"])) if "fold" in tried.folds else list(tried.folds.columns),
        "forecasts": tried.forecasts,
        "periods forecast": len(tried.forecasts),
    }


MODEL: dict[str, Flip] = {
    "model.method": flip({"model.method": "bayes"}, "effects", "chains", beside=QUICK | SHORT),
    "model.draws": flip({"model.draws": 24}, "draws", beside=QUICK),
    "model.chains": flip({"model.chains": 3}, "chains", "effects", beside=SAMPLED),
    "model.tune": flip({"model.tune": 120}, "effects", beside=SAMPLED),
    "model.samples": flip({"model.samples": 120}, "samples", "effects", beside=SAMPLED),
    "model.data_weight": flip({"model.data_weight": 1.0}, "effects", beside=SAMPLED),
    "model.starts": flip({"model.starts": 1}, "effects", beside=QUICK),
    "model.harmonics": flip({"model.harmonics": 2}, "waves", "effects", beside=QUICK),
    "model.trend_spacing": flip({"model.trend_spacing": 40}, "change points", "effects", beside=QUICK),
    "model.trend_flexibility": flip({"model.trend_flexibility": 0.2}, "trend", "effects", beside=QUICK),
    "model.autocorrelation": flip({"model.autocorrelation": 0.5}, "autocorrelation", "effects", beside=QUICK),
    "model.pooling": flip({"model.pooling": 0.1}, "effects", beside=QUICK),
    "model.exposure_scale": flip({"model.exposure_scale": "peak"}, "exposure", "effects", beside=QUICK),
    "model.level": flip({"model.level": 0.6}, "level", "belief", "forecasts", beside=QUICK),
    "backtest.folds": flip({"backtest.folds": 2}, "forecasts", "folds", beside=QUICK),
    "backtest.horizon": flip({"backtest.horizon": 8}, "periods forecast", beside=QUICK),
    "backtest.minimum_history": flip({"backtest.minimum_history": 150}, "forecasts", beside=QUICK),
    "backtest.draws": flip({"backtest.draws": 20}, "forecasts", beside=QUICK),
}  # fmt: skip

LEAVE_THE_FIT = (
    "model.level",
    "backtest.folds",
    "backtest.horizon",
    "backtest.minimum_history",
    "backtest.draws",
)
"""Settings of what is shown and of the backtest leave the fit as it is."""
