from dataclasses import replace

import numpy as np
import pytest

from mmxlib.evaluation.diagnostic_settings import DiagnosticSettings
from mmxlib.evaluation.diagnostics import diagnose
from mmxlib.evaluation.mean_fit import mean_fit
from mmxlib.terms import Verdict
from tests.evaluation.handmade import made_panel, made_response


def found(diagnostics, name):
    return [check for check in diagnostics.checks if check.name == name]


def verdicts(diagnostics, name):
    return {check.verdict for check in found(diagnostics, name)}


def changed(response, **fields):
    return replace(response, draws=replace(response.draws, **fields))


def test_the_mean_fit_adds_up_to_the_outcome():
    panel = made_panel()
    innovations = np.random.default_rng(2).normal(0.0, 10.0, panel.outcome.shape)
    fit = mean_fit(made_response(panel, innovations=innovations))
    np.testing.assert_allclose(fit.fitted + innovations, panel.outcome, rtol=1e-12)
    np.testing.assert_allclose(fit.innovations, innovations, atol=1e-9)


def test_innovations_are_residuals_freed_of_the_models_own_correlation():
    panel = made_panel()
    residuals = np.cumsum(np.random.default_rng(2).normal(0.0, 1.0, panel.outcome.shape), axis=1)
    response = made_response(panel, innovations=residuals)
    wandering = found(diagnose(response), "durbin_watson")
    freed = diagnose(replace(response, autocorrelation=np.full(2, 0.95)))
    assert all(check.verdict is Verdict.WARN and check.value < 0.5 for check in wandering)
    assert verdicts(freed, "durbin_watson") == {Verdict.PASS}


@pytest.mark.parametrize("seed", range(12))
def test_a_sound_fit_raises_no_alarm(seed):
    panel = made_panel(units=3, seed=seed)
    innovations = np.random.default_rng(seed).normal(0.0, 10.0, panel.outcome.shape)
    diagnostics = diagnose(made_response(panel, innovations=innovations))
    assert {check.verdict for check in diagnostics.checks} == {Verdict.PASS}


def test_accuracy_has_a_row_per_unit_and_one_for_all():
    diagnostics = diagnose(made_response(made_panel(units=3)))
    assert diagnostics.accuracy["unit"].tolist() == ["S1", "S2", "S3", "all"]
    assert (diagnostics.accuracy["r2"] > 0.5).all()
    assert (diagnostics.accuracy[["mape", "nrmse"]] < 0.1).all(axis=None)


def test_only_the_units_in_trouble_are_listed():
    panel = made_panel(units=3)
    innovations = np.random.default_rng(2).normal(0.0, 10.0, panel.outcome.shape)
    innovations[1, 40] = 200.0
    checks = found(diagnose(made_response(panel, innovations=innovations)), "jarque_bera")
    assert [check.about for check in checks] == ["S2"]
    assert "2022-10-10" in checks[0].meaning


def test_errors_that_grow_over_time_are_seen():
    panel = made_panel()
    innovations = np.random.default_rng(2).normal(0.0, 1.0, panel.outcome.shape) * np.linspace(1, 20, 156)
    assert verdicts(diagnose(made_response(panel, innovations=innovations)), "breusch_pagan") == {
        Verdict.WARN
    }


def test_a_pattern_left_in_the_residuals_is_seen():
    panel = made_panel()
    innovations = np.random.default_rng(2).normal(0.0, 5.0, panel.outcome.shape)
    innovations += 10.0 * np.sin(2.0 * np.pi * np.arange(156) / 12.0)
    assert verdicts(diagnose(made_response(panel, innovations=innovations)), "ljung_box") == {Verdict.WARN}


def test_channels_that_move_together_are_named():
    panel = made_panel()
    together = panel.exposure.copy()
    together[:, :, 1] = 2.0 * together[:, :, 0]
    checks = found(diagnose(made_response(replace(panel, exposure=together))), "variance_inflation")
    assert [check.about for check in checks] == ["tv", "search"]


def test_a_parameter_held_by_its_bound_is_named():
    response = made_response(made_panel())
    shape = response.draws.shape.copy()
    shape[:, 2] = response.priors[2].shape.upper
    checks = found(diagnose(changed(response, shape=shape)), "parameter_at_bound")
    assert [(check.about, check.value) for check in checks] == [("social", 1.0)]
    assert "shape" in checks[0].meaning


def test_no_carryover_is_no_bound():
    response = made_response(made_panel())
    diagnostics = diagnose(changed(response, retention=np.full_like(response.draws.retention, 1e-4)))
    assert verdicts(diagnostics, "parameter_at_bound") == {Verdict.PASS}


def test_a_channel_that_brings_nothing_is_named():
    checks = found(
        diagnose(made_response(made_panel(), effect=np.array([[50.0, 0.01, 50.0]] * 2))), "no_effect"
    )
    assert [check.about for check in checks] == ["search"]


def test_a_strong_shift_of_a_belief_is_named():
    response = made_response(made_panel())
    response.prior_table.loc[2, "shift"] = -4.0
    checks = found(diagnose(response), "prior_shift")
    assert [(check.about, check.value) for check in checks] == [("tv", 4.0)]


def test_an_effect_that_nobody_stated_cannot_be_shifted():
    response = made_response(made_panel())
    response.prior_table.loc[3, "shift"] = 9.0
    response.prior_table.loc[3, "origin"] = "weak default: in proportion to spend"
    assert verdicts(diagnose(response), "prior_shift") == {Verdict.PASS}


def test_a_channel_of_which_the_data_say_nothing_is_named():
    response = made_response(made_panel())
    response.prior_table.loc[7, ["posterior_lower", "posterior_upper"]] = [0.01, 0.39]
    checks = found(diagnose(response), "learned")
    assert [(check.about, check.verdict) for check in checks] == [("search", Verdict.WARN)]


def test_rival_fits_with_other_returns_are_named():
    response = made_response(made_panel())
    response.modes.loc[1, "roi_social"] = 6.0
    assert [check.about for check in found(diagnose(response), "rival_fits")] == ["social"]


def test_an_unlikely_mode_is_no_rival():
    response = made_response(made_panel())
    response.modes.loc[1, ["roi_social", "weight"]] = [6.0, 1e-4]
    assert verdicts(diagnose(response), "rival_fits") == {Verdict.PASS}


def test_a_model_without_channels_is_diagnosed():
    diagnostics = diagnose(made_response(made_panel(channels=0)))
    assert found(diagnostics, "r2")
    assert not found(diagnostics, "variance_inflation")


def test_an_exact_fit_is_not_tested_for_patterns():
    panel = made_panel(channels=0)
    diagnostics = diagnose(made_response(panel, innovations=np.zeros_like(panel.outcome)))
    assert [check.name for check in diagnostics.checks] == ["r2"]


def test_an_outcome_that_never_moves_has_no_r2():
    panel = replace(made_panel(channels=0), outcome=np.full((2, 156), 5.0))
    assert not found(diagnose(made_response(panel, innovations=np.zeros((2, 156)))), "r2")


def test_a_limit_of_the_settings_is_the_limit_of_the_check():
    strict = diagnose(made_response(made_panel()), DiagnosticSettings(lowest_r2=0.9999))
    assert verdicts(strict, "r2") == {Verdict.WARN}
    assert strict.notes[0].verdict is Verdict.WARN


def test_every_check_says_what_it_means_and_what_to_do():
    for check in diagnose(made_response(made_panel())).checks:
        assert check.meaning.endswith(".")
        assert check.remedy.endswith(".")
        assert check.threshold
