"""Fits of panels with known truth: exactness, determinism, symmetry, recovery."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from mmxlib.artifacts.experiments import Experiment
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Response
from mmxlib.errors import DataError, ModelError
from mmxlib.model.decomposition import base_draws, media_draws, media_totals
from mmxlib.model.design import Flexibility, base_design
from mmxlib.model.model import Model
from mmxlib.model.priors import resolved_priors
from mmxlib.model.problem import Noise, setup
from mmxlib.model.settings import PriorSettings
from mmxlib.terms import OutcomeKind
from tests.model.panels import fitted, known


@pytest.fixture(scope="module")
def truth_and_fit():
    made = known()
    return made, fitted(made.panel)


def arrays(response: Response) -> list[np.ndarray]:
    draws = response.draws
    return [draws.retention, draws.half_saturation, draws.shape, draws.effect, draws.base, draws.noise_sd]


def test_parts_and_residual_add_up_to_the_outcome_for_every_draw(truth_and_fit) -> None:
    made, response = truth_and_fit
    table = Model(response).contributions()
    total = table.groupby(["unit", "date"], sort=False)["mean"].sum().to_numpy()
    np.testing.assert_allclose(total, made.panel.outcome.ravel(), rtol=1e-9)
    for u in range(len(made.panel.units)):
        explained = media_draws(response, u).sum(axis=2) + base_draws(response, u).sum(axis=2)
        direct = response.draws.base[:, u] @ response.base.values[u].T + media_draws(response, u).sum(axis=2)
        np.testing.assert_allclose(explained, direct, rtol=1e-9)


def test_reference_has_the_draws_mean_total_in_every_unit_and_channel(truth_and_fit) -> None:
    _, response = truth_and_fit
    mean = media_totals(response).mean(axis=0)
    np.testing.assert_allclose(media_totals(response, response.reference)[0], mean, rtol=1e-9)


def test_planted_contributions_are_found(truth_and_fit) -> None:
    made, response = truth_and_fit
    estimate = media_totals(response).mean(axis=0).sum(axis=0)
    np.testing.assert_allclose(estimate, made.contributions.sum(axis=(0, 1)), rtol=0.2)


def test_planted_baseline_is_found_within_five_percent(truth_and_fit) -> None:
    made, response = truth_and_fit
    for u in range(len(made.panel.units)):
        base = base_draws(response, u).sum(axis=2).mean(axis=0)
        assert abs(base.sum() / made.base[u].sum() - 1.0) < 0.05


def test_same_seed_gives_the_same_draws_to_the_last_bit() -> None:
    panel = known(units=1, periods=90).panel
    for one, other in zip(arrays(fitted(panel)), arrays(fitted(panel)), strict=True):
        assert one.tobytes() == other.tobytes()


def test_scaling_money_scales_answers() -> None:
    """A power of two changes no digit, so that the fit takes the very same path."""
    panel = known(units=2, periods=90).panel
    scaled = replace(
        panel, outcome=panel.outcome * 8.0, spend=panel.spend * 4.0, exposure=panel.exposure * 4.0
    )
    one, other = Model(fitted(panel)).channel_summary(), Model(fitted(scaled)).channel_summary()
    np.testing.assert_allclose(other["contribution"], 8.0 * one["contribution"], rtol=1e-12)
    np.testing.assert_allclose(other["roi"], 2.0 * one["roi"], rtol=1e-12)


def test_permuting_channels_permutes_answers() -> None:
    panel = known(units=1, periods=100).panel
    order = [2, 0, 1]
    moved = replace(
        panel,
        channels=tuple(panel.channels[c] for c in order),
        spend=panel.spend[:, :, order],
        exposure=panel.exposure[:, :, order],
    )
    one = fitted(panel, resample=False, starts=32)
    other = fitted(moved, resample=False, starts=32)
    best, same = (Model(each).channel_summary().set_index("channel")["roi"] for each in (one, other))
    np.testing.assert_allclose(same[best.index], best, rtol=0.02)  # other starts, same modes


def test_a_channel_without_spend_gets_no_contribution() -> None:
    panel = known(units=2, periods=90).panel
    panel.spend[:, :, 1] = panel.exposure[:, :, 1] = 0.0
    summary = Model(fitted(panel)).channel_summary()
    assert summary["contribution"][1] == 0.0
    assert np.isnan(summary["roi"][1])


def test_a_panel_without_channels_is_fitted_by_its_base() -> None:
    panel = known(units=2, periods=90).panel
    bare = replace(panel, channels=(), spend=panel.spend[:, :, :0], exposure=panel.exposure[:, :, :0])
    table = Model(fitted(bare)).contributions()
    assert set(table["component"]) == {"level", "trend", "season", "events", "controls", "residual"}


def test_base_equals_scikit_learns_ridge_when_penalties_are_fixed() -> None:
    panel = known(units=1, periods=90).panel
    base = base_design(panel, flexibility=Flexibility(2, 0.1), spacing=26)
    noise = Noise(sd=np.array([0.05]), autocorrelation=np.zeros(1))
    priors = resolved_priors(PriorSettings(), panel)
    made = setup(panel, priors=priors, base=base, noise=noise, pooling=0.0)
    sds = made.solvers[0].sd
    reference = Ridge(alpha=1.0, fit_intercept=False).fit(made.solvers[0].columns * sds, made.outcome[0])
    ours = made.solvers[0].coefficients(made.outcome[0], np.zeros(len(sds)))
    np.testing.assert_allclose(ours, reference.coef_ * sds, rtol=1e-8, atol=1e-10)


def test_an_experiment_moves_the_channel_towards_its_lift() -> None:
    made = known(units=1, periods=100)
    window = (date(2023, 7, 3), date(2023, 9, 24))
    before = Model(fitted(made.panel)).channel_summary()["contribution"][0]

    def with_lift(panel: Panel, lift: float) -> float:
        test = Experiment("c1", *window, lift=lift, standard_error=50.0)
        return float(Model(fitted(replace(panel, experiments=(test,)))).channel_summary()["contribution"][0])

    assert with_lift(made.panel, 0.0) < before < with_lift(made.panel, 3000.0)


def test_an_experiment_outside_the_data_is_refused() -> None:
    panel = known(units=1, periods=60).panel
    test = Experiment("c1", date(2031, 1, 6), date(2031, 2, 2), lift=1.0, standard_error=1.0)
    with pytest.raises(DataError, match="fits no period"):
        fitted(replace(panel, experiments=(test,)))


def test_a_unit_without_sales_is_refused_by_name() -> None:
    panel = known(units=2, periods=60).panel
    panel.outcome[1] = 0.0
    with pytest.raises(DataError, match="U2 has no sales"):
        fitted(panel)


def test_a_roi_prior_on_units_needs_their_worth() -> None:
    panel = replace(known(units=1, periods=60).panel, outcome_kind=OutcomeKind.UNITS)
    stated = PriorSettings.model_validate({"channels": {"c1": {"roi": {"low": 1.0, "high": 3.0}}}})
    with pytest.raises(ModelError, match="what one unit of outcome is worth"):
        setup(
            panel,
            priors=resolved_priors(stated, panel),
            base=base_design(panel, flexibility=Flexibility(1, 0.1), spacing=26),
            noise=Noise(sd=np.array([0.05]), autocorrelation=np.zeros(1)),
            pooling=0.0,
        )
