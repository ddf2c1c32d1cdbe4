"""The posterior by sampling: exact where it is known, recovering planted truth, the same bytes every time."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Response
from mmxlib.errors import ModelError
from mmxlib.model import sampling
from mmxlib.model.decomposition import media_totals
from mmxlib.model.fitting import fit_response
from mmxlib.model.model import Model
from mmxlib.model.priors import resolved_priors
from mmxlib.model.sampling import evenly_spaced
from mmxlib.model.selection import selected
from mmxlib.model.settings import ModelSettings, PriorSettings
from mmxlib.terms import Method, SaturationFamily, Verdict
from tests.model.panels import Known, fitted, known


@pytest.fixture(scope="module")
def planted() -> Known:
    return known()


@pytest.fixture(scope="module")
def response(planted: Known) -> Response:
    pytest.importorskip("nutpie", reason="the extra [bayes] is not installed")
    # the truth is of the model's own form, so that the data may be trusted fully
    return fitted(planted.panel, method="bayes", draws=400, data_weight=1.0)


def bare(panel: Panel) -> Panel:
    return replace(panel, channels=(), spend=panel.spend[:, :, :0], exposure=panel.exposure[:, :, :0])


def sampling_of(panel: Panel, priors: PriorSettings, settings: ModelSettings) -> Response:
    return fit_response(
        panel, priors=resolved_priors(priors, panel), settings=settings, rng=np.random.default_rng(0)
    )


def test_no_step_fails_and_the_chains_agree(response: Response) -> None:
    assert response.sampler is not None
    assert response.sampler.divergences == 0
    assert response.sampler.checks["r_hat"].max() < 1.01
    assert response.sampler.checks["effective_draws"].min() > 400.0
    [said] = [note for note in response.notes if note.about == "sampler"]
    assert said.verdict is Verdict.PASS
    assert "4 chains drew 4,000" in said.text
    assert "400 of the draws" in said.text


def test_every_parameter_is_checked_by_name(response: Response) -> None:
    assert response.sampler is not None
    checks = response.sampler.checks
    assert len(checks) == 4 * 3 + 2 * 3 + 1
    assert set(checks["parameter"]) == {"retention", "half_saturation", "shape", "effect", "pooling"}
    assert list(checks.loc[checks["unit"] == "U2", "channel"]) == ["c1", "c2", "c3"]


def test_how_far_units_differ_is_sampled_unless_it_is_set(response: Response, planted: Known) -> None:
    assert response.sampler is not None
    assert (response.sampler.checks["parameter"] == "pooling").sum() == 1
    fixed = fitted(planted.panel, method="bayes", tune=150, samples=100, pooling=0.1)
    assert fixed.sampler is not None
    assert not (fixed.sampler.checks["parameter"] == "pooling").any()


def test_planted_contributions_lie_in_their_intervals(planted: Known, response: Response) -> None:
    totals = media_totals(response).sum(axis=1)
    truth = planted.contributions.sum(axis=(0, 1))
    np.testing.assert_allclose(totals.mean(axis=0), truth, rtol=0.2)
    low, high = np.quantile(totals, [0.01, 0.99], axis=0)
    assert np.all((low < truth) & (truth < high))


def test_parts_and_residual_add_up_to_the_outcome(planted: Known, response: Response) -> None:
    table = Model(response).contributions()
    total = table.groupby(["unit", "date"], sort=False)["mean"].sum().to_numpy()
    np.testing.assert_allclose(total, planted.panel.outcome.ravel(), rtol=1e-9)


def test_reference_has_the_draws_mean_total(response: Response) -> None:
    mean = media_totals(response).mean(axis=0)
    np.testing.assert_allclose(media_totals(response, response.reference)[0], mean, rtol=1e-9)


def test_both_methods_agree_where_the_data_speak(planted: Known, response: Response) -> None:
    ridge = media_totals(fitted(planted.panel)).sum(axis=1).mean(axis=0)
    np.testing.assert_allclose(media_totals(response).sum(axis=1).mean(axis=0), ridge, rtol=0.15)


def test_same_seed_gives_the_same_draws_to_the_last_bit() -> None:
    pytest.importorskip("nutpie", reason="the extra [bayes] is not installed")
    panel = known(units=1, periods=90).panel
    quick = {"method": "bayes", "chains": 3, "tune": 150, "samples": 150}
    one, other, third = (fitted(panel, seed=seed, **quick) for seed in (1, 1, 2))
    assert one.draws.effect.tobytes() == other.draws.effect.tobytes()
    assert one.draws.base.tobytes() == other.draws.base.tobytes()
    assert one.draws.effect.tobytes() != third.draws.effect.tobytes()
    assert one.sampler is not None
    assert (one.sampler.chains, one.sampler.samples) == (3, 150)


def test_chains_too_short_to_trust_are_said_to_be() -> None:
    pytest.importorskip("nutpie", reason="the extra [bayes] is not installed")
    panel = known(units=1, periods=90).panel
    hasty = fitted(panel, method="bayes", chains=2, tune=100, samples=100)
    doubts = [note for note in hasty.notes if note.about == "sampler" and note.verdict is Verdict.WARN]
    assert doubts
    assert any("c1" in note.text or "c2" in note.text or "c3" in note.text for note in doubts)


def test_what_a_family_holds_fixed_stays_fixed() -> None:
    pytest.importorskip("nutpie", reason="the extra [bayes] is not installed")
    panel = known(units=1, periods=90).panel
    priors = {"channels": {"c1": {"saturation": "none"}, "c2": {"saturation": "exponential"}}}
    chosen = ModelSettings(method=Method.BAYES, draws=100, tune=200, samples=200)
    made = sampling_of(panel, PriorSettings.model_validate(priors), chosen)
    assert np.all(made.draws.half_saturation[:, 0] == 1.0)
    assert np.all(made.draws.shape[:, :2] == 1.0)
    assert made.priors[0].saturation is SaturationFamily.NONE
    assert made.sampler is not None
    fixed = made.sampler.checks.query("channel == 'c1'")["parameter"]
    assert list(fixed) == ["retention", "effect"]


def test_a_channel_without_spend_brings_nothing_and_does_not_stop_the_chains() -> None:
    pytest.importorskip("nutpie", reason="the extra [bayes] is not installed")
    panel = known(units=1, periods=90).panel
    panel.spend[:, :, 1] = panel.exposure[:, :, 1] = 0.0
    summary = Model(fitted(panel, method="bayes", tune=200, samples=200)).channel_summary()
    assert summary["contribution"][1] == 0.0
    assert np.isfinite(summary["contribution"]).all()


def test_base_and_noise_without_channels_are_those_of_the_closed_form() -> None:
    """Conjugate regression: the noise variance is inverse gamma, a coefficient's marginal is Student's t."""
    panel = bare(known(units=1, periods=90).panel)
    settings = ModelSettings(method=Method.BAYES, draws=4000, data_weight=1.0)
    draws = sampling_of(panel, PriorSettings(), settings).draws
    made = selected(panel, priors=(), settings=settings).setup
    solver, outcome, problem = made.solvers[0], made.outcome[0], made.problem
    mean = solver.coefficients(outcome, np.zeros(len(solver.sd)))
    order = problem.noise_shape + 0.5 * len(outcome)
    quadratic = outcome @ (outcome - solver.columns @ mean)
    variance = (problem.noise_scale[0] + 0.5 * quadratic) / (order - 1.0)
    covariance = variance * np.linalg.inv(solver.factor @ solver.factor.T)
    scale = problem.outcome_scale[0]
    assert np.mean((draws.noise_sd / scale) ** 2) == pytest.approx(variance, rel=0.02)
    base = draws.base[:, 0] / scale
    np.testing.assert_allclose((base.mean(axis=0) - mean) / np.sqrt(np.diag(covariance)), 0.0, atol=0.06)
    np.testing.assert_allclose(base.var(axis=0), np.diag(covariance), rtol=0.1)


def test_without_resampling_no_sampler_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nutpie", None)
    panel = known(units=1, periods=90).panel
    plain = fitted(panel, method="bayes", resample=False)
    assert plain.sampler is None
    np.testing.assert_array_equal(plain.draws.effect, fitted(panel, resample=False).draws.effect)


def test_where_the_sampler_is_missing_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "nutpie", None)
    with pytest.raises(ModelError, match=r'pip install "mmxlib\[bayes\]"'):
        fitted(known(units=1, periods=60).panel, method="bayes")


@pytest.mark.parametrize(("length", "most"), [(4000, 200), (7, 3), (5, 5), (5, 9), (1, 1)])
def test_kept_draws_are_evenly_spaced(length: int, most: int) -> None:
    kept = evenly_spaced(length, most)
    assert len(kept) == min(length, most)
    assert kept.min() >= 0
    assert kept.max() < length
    gaps = np.diff(kept)
    assert len(gaps) == 0 or (gaps.min() >= 1 and gaps.max() - gaps.min() <= 1)
    assert kept[0] + kept[-1] == pytest.approx(length - 1, abs=1)


def test_chains_draw_the_same_side_by_side_and_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("nutpie", reason="the extra [bayes] is not installed")
    panel = known(units=1, channels=2, periods=80).panel
    drawn = []
    for least in (0, 10_000):
        monkeypatch.setattr(sampling, "WORTH_SHARING", least)
        drawn.append(fitted(panel, method="bayes", tune=150, samples=100, draws=100).draws)
    for name in ("retention", "effect", "base", "noise_sd"):
        assert getattr(drawn[0], name).tobytes() == getattr(drawn[1], name).tobytes()
