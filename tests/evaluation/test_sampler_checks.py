"""What the chains say becomes checks, and the guardrails see them."""

from dataclasses import replace

import pandas as pd
import pytest

from mmxlib.artifacts.diagnostics import Backtest, Check
from mmxlib.artifacts.response import Response, Sampler
from mmxlib.evaluation.diagnostic_settings import DiagnosticSettings
from mmxlib.evaluation.diagnostics import diagnose
from mmxlib.evaluation.guardrails import GuardrailSettings, guardrails
from mmxlib.evaluation.validity_checks import ModelValidityLimits
from mmxlib.model.model import Model
from mmxlib.terms import Verdict
from tests.evaluation.handmade import made_panel, made_response

UNTRIED = Backtest(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(columns=["method", "mape"]), 0.9)


def sampled(
    *, r_hat: float = 1.001, effective: float = 900.0, divergences: int = 0, unit: str = ""
) -> Response:
    """Return a fit by four chains of 1,000 draws; the numbers are those of search's shape."""
    rows = [
        (parameter, channel, "", 1.002, 800.0)
        for parameter in ("retention", "half_saturation", "effect")
        for channel in ("tv", "search", "social")
    ]
    rows.append(("shape", "search", unit, r_hat, effective))
    checks = pd.DataFrame(rows, columns=["parameter", "channel", "unit", "r_hat", "effective_draws"])
    return replace(made_response(made_panel()), sampler=Sampler(4, 1000, divergences, checks))


def found(response: Response, name: str, settings: DiagnosticSettings | None = None) -> list[Check]:
    return [check for check in diagnose(response, settings).checks if check.name == name]


def judged(response: Response, name: str, settings: GuardrailSettings | None = None) -> list[Check]:
    summary = Model(response).channel_summary()
    checks = guardrails(
        response,
        diagnose(response),
        UNTRIED,
        summary=summary,
        settings=settings or GuardrailSettings(),
    )
    return [check for check in checks if check.name == name]


def test_chains_that_agree_pass_with_the_value_nearest_to_the_limit() -> None:
    response = sampled()
    [agreement], [drawn], [failed] = (
        found(response, name) for name in ("r_hat", "effective_draws", "divergences")
    )
    assert (agreement.value, agreement.threshold, agreement.verdict) == (1.002, "<= 1.01", Verdict.PASS)
    assert (drawn.value, drawn.threshold, drawn.verdict) == (800.0, ">= 400", Verdict.PASS)
    assert (failed.value, failed.verdict) == (0.0, Verdict.PASS)
    for check in (agreement, drawn, failed):
        assert check.meaning.endswith(".")
        assert check.remedy.endswith(".")


def test_a_channel_on_which_chains_differ_is_named_with_its_worst_parameter() -> None:
    [check] = found(sampled(r_hat=1.3, unit="S2"), "r_hat")
    assert (check.about, check.value, check.verdict) == ("search", 1.3, Verdict.WARN)
    assert "the shape in S2 of search" in check.meaning


def test_draws_that_resemble_each_other_are_a_warning() -> None:
    [check] = found(sampled(effective=120.0), "effective_draws")
    assert (check.about, check.value, check.verdict) == ("search", 120.0, Verdict.WARN)


def test_one_failed_step_is_said() -> None:
    [check] = found(sampled(divergences=1), "divergences")
    assert (check.value, check.verdict) == (1 / 4000, Verdict.WARN)
    assert "1 of 4,000" in check.meaning


def test_the_limits_are_those_of_the_settings() -> None:
    lenient = DiagnosticSettings(highest_r_hat=1.5, least_effective_draws=10.0, largest_divergence_share=0.5)
    response = sampled(r_hat=1.3, effective=120.0, divergences=100)
    for name in ("r_hat", "effective_draws", "divergences"):
        assert {check.verdict for check in found(response, name, lenient)} == {Verdict.PASS}


def test_what_was_not_sampled_has_no_such_checks() -> None:
    response = made_response(made_panel())
    for name in ("r_hat", "effective_draws", "divergences"):
        assert not found(response, name)
    for name in ("chains_apart", "failed_steps"):
        assert not judged(response, name)


@pytest.mark.parametrize(
    ("r_hat", "verdict"), [(1.001, Verdict.PASS), (1.05, Verdict.WARN), (1.2, Verdict.FAIL)]
)
def test_chains_far_apart_stop_a_run(r_hat: float, verdict: Verdict) -> None:
    [check] = judged(sampled(r_hat=r_hat), "chains_apart")
    assert check.verdict is verdict


@pytest.mark.parametrize(
    ("divergences", "verdict"), [(0, Verdict.PASS), (3, Verdict.WARN), (300, Verdict.FAIL)]
)
def test_many_failed_steps_stop_a_run(divergences: int, verdict: Verdict) -> None:
    [check] = judged(sampled(divergences=divergences), "failed_steps")
    assert check.verdict is verdict


def test_the_guardrails_limits_can_be_set() -> None:
    limits = ModelValidityLimits(chains_apart_warn=1.4, chains_apart_fail=1.5)
    [check] = judged(sampled(r_hat=1.3), "chains_apart", GuardrailSettings(model_validity=limits))
    assert check.verdict is Verdict.PASS


def test_a_fail_before_its_warning_is_refused() -> None:
    with pytest.raises(ValueError, match="chains_apart_warn"):
        ModelValidityLimits(chains_apart_warn=1.3, chains_apart_fail=1.1)


def test_a_hasty_sampler_is_warned_of_by_the_fit_itself() -> None:
    pytest.importorskip("nutpie", reason="the extra [bayes] is not installed")
    from tests.model.panels import fitted, known

    hasty = fitted(known(units=1, periods=90).panel, method="bayes", chains=2, tune=100, samples=100)
    checks = [check for check in diagnose(hasty).checks if check.name in ("r_hat", "effective_draws")]
    assert Verdict.WARN in {check.verdict for check in checks}
