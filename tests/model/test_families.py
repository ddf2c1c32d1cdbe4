"""Models whose channels carry over in other ways than the geometric."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import mmxlib as mmx
from mmxlib.artifacts.response import Response
from mmxlib.budget.layout import layout_of
from mmxlib.budget.plan_basis import plan_basis
from mmxlib.data.simulation import Simulation, simulate_panel
from mmxlib.forecasting.forecast_draws import forecast_draws
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.budgets.spend_response import spend_response
from mmxlib.model.curves import curves_of
from mmxlib.model.decomposition import media_draws
from mmxlib.model.fitting import fit_response
from mmxlib.model.model import Model
from mmxlib.model.priors import resolved_priors
from mmxlib.model.returns import steady_curve, tail_periods, window_returns
from mmxlib.model.settings import ChannelPriorSettings, ModelSettings, PriorSettings
from mmxlib.terms import AdstockFamily, Detail

MIXED = {"tv": "delayed", "search": "weibull"}


@cache
def market() -> Simulation:
    return simulate_panel(sub_categories=3, channels=4, periods=130, seed=3, carryover="delayed", noise=0.02)


@cache
def fitted(adstock: str, *, method: str = "ridge") -> Response:
    panel = market().panel
    chosen = dict.fromkeys(panel.channel_names, adstock) if adstock != "mixed" else MIXED
    beliefs = {name: ChannelPriorSettings(adstock=AdstockFamily(each)) for name, each in chosen.items()}
    return fit_response(
        panel,
        priors=resolved_priors(PriorSettings(channels=beliefs), panel),
        settings=ModelSettings.model_validate({"draws": 30, "starts": 8, "method": method}),
        rng=np.random.default_rng(0),
    )


def error_of_totals(response: Response) -> float:
    """Return the mean absolute error of the channels' contributions, as a share of each."""
    truth = market().truth.contributions.groupby("channel")["contribution"].sum()
    found = Model(response, None).channel_summary().set_index("channel")["contribution"]
    return float((found / truth - 1.0).abs().mean())


def test_delayed_carryover_is_recovered_better_by_its_own_family() -> None:
    assert error_of_totals(fitted("delayed")) < 0.7 * error_of_totals(fitted("geometric"))


def test_peaks_come_near_the_true_ones() -> None:
    parameters = market().truth.parameters.groupby("channel")["timing"].first()
    response = fitted("delayed")
    found = dict(zip(response.panel.channel_names, response.draws.timing.mean(axis=0), strict=True))
    errors = [abs(found[name] - true) for name, true in parameters.items()]
    assert np.mean(errors) < 0.7


def test_the_tables_name_each_familys_own_parameter() -> None:
    table = fitted("mixed").prior_table
    named = table.groupby("channel")["parameter"].apply(list)
    assert "peak" in named["tv"]
    assert "weibull_shape" in named["search"]
    assert not {"peak", "weibull_shape", "timing"} & set(named["social"])


def test_timing_is_one_where_carryover_has_none() -> None:
    response = fitted("mixed")
    at = response.panel.channel_names.index("social")
    assert np.all(response.draws.timing[:, at] == 1.0)
    assert np.all(response.draws.timing[:, response.panel.channel_names.index("tv")] != 1.0)


@pytest.mark.parametrize("adstock", ["geometric", "delayed", "mixed"])
def test_observed_exposure_brings_the_decompositions_sum(adstock: str) -> None:
    response = fitted(adstock)
    basis = plan_basis(response, periods=20, first=40)
    inside = spend_response(layout_of(basis, Detail.CHANNEL).curves, basis.present).in_periods
    parts = sum(media_draws(response, u)[:, 40:60].sum(axis=1) for u in range(len(response.panel.units)))
    np.testing.assert_allclose(inside, parts, rtol=1e-9)


@pytest.mark.parametrize("adstock", ["delayed", "mixed"])
def test_the_whole_of_the_data_causes_what_it_is_credited_with_and_a_tail(adstock: str) -> None:
    response = fitted(adstock)
    returns = window_returns(response, 0, len(response.panel.dates))
    assert np.all(returns.caused >= returns.contribution * (1.0 - 1e-12))
    assert np.all(returns.caused <= 1.2 * returns.contribution)


def test_the_tail_ends_with_the_last_lag() -> None:
    response = fitted("delayed")
    assert tail_periods(curves_of(response.priors, response.draws)) == LAGS - 1


def test_a_forecast_joins_the_history_without_a_jump() -> None:
    """What the data's exposure still brings after their end is what a plan of no spend forecasts."""
    response = fitted("delayed")
    panel = response.panel
    ahead = 8
    future = replace(
        panel,
        dates=panel.dates[-1] + np.timedelta64(7, "D") * np.arange(1, ahead + 1),
        outcome=np.zeros((len(panel.units), ahead)),
        spend=np.zeros((len(panel.units), ahead, len(panel.channels))),
        exposure=np.zeros((len(panel.units), ahead, len(panel.channels))),
        control_values=panel.control_values[:, -ahead:],
    )
    still = replace(response, draws=replace(response.draws, effect=np.zeros_like(response.draws.effect)))
    autocorrelation = np.zeros_like(response.autocorrelation)
    with_media, without = (
        forecast_draws(replace(each, autocorrelation=autocorrelation), future, rng=None).sum(axis=(1, 2))
        for each in (response, still)
    )
    carried = layout_of(plan_basis(response, periods=ahead), Detail.CHANNEL).curves
    expected = spend_response(carried, np.zeros(len(carried.family))).in_periods.sum(axis=1)
    np.testing.assert_allclose(with_media - without, expected, rtol=1e-6)


def test_a_steady_curve_does_not_depend_on_carryover() -> None:
    response = fitted("delayed")
    geometric = replace(
        response, priors=tuple(replace(each, adstock=AdstockFamily.GEOMETRIC) for each in response.priors)
    )
    spend = np.array([0.0, 100.0, 1000.0])
    one, other = (steady_curve(each, 0, spend).outcome for each in (response, geometric))
    np.testing.assert_array_equal(one, other)


def test_a_budget_is_planned_and_certified() -> None:
    plan = mmx.optimize_budget(Model(fitted("mixed"), None), periods=13)
    assert plan.outcome >= plan.present_outcome
    assert 0.0 <= plan.gap < 0.01


def test_the_sampler_finds_timings() -> None:
    pytest.importorskip("nutpie")
    panel = market().panel
    response = fit_response(
        panel,
        priors=resolved_priors(
            PriorSettings(channels={"tv": ChannelPriorSettings(adstock=AdstockFamily.DELAYED)}), panel
        ),
        settings=ModelSettings.model_validate(
            {"method": "bayes", "draws": 100, "starts": 4, "chains": 2, "tune": 150, "samples": 150}
        ),
        rng=np.random.default_rng(0),
    )
    at = panel.channel_names.index("tv")
    timing, lower, upper = (
        response.draws.timing,
        response.priors[at].timing.lower,
        response.priors[at].timing.upper,
    )
    assert np.all((timing[:, at] >= lower) & (timing[:, at] <= upper))
    assert np.ptp(timing[:, at]) > 0.0
    assert response.sampler is not None
    assert response.sampler.checks[["parameter", "channel"]].to_numpy().tolist().count(["timing", "tv"]) == 1


def test_the_same_seed_gives_the_same_draws() -> None:
    one = fitted("mixed")
    fitted.cache_clear()
    np.testing.assert_array_equal(fitted("mixed").draws.timing, one.draws.timing)
