"""Flips of the limits of checks: each moves the verdicts of the one check that it belongs to."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from mmxlib.artifacts.response import Response
from mmxlib.config import Config
from mmxlib.evaluation.diagnostics import diagnose
from mmxlib.evaluation.guardrails import guardrails
from mmxlib.model.model import Model
from tests.config.flips.flip import Flip, Seen, flip
from tests.evaluation.handmade import made_panel, made_response
from tests.evaluation.test_guardrails import tried
from tests.evaluation.test_sampler_checks import sampled


@cache
def sound() -> Response:
    return made_response(made_panel())


@cache
def gaps() -> Response:
    """Return a fit of data in which a quarter of one segment's sales are zeros, and one channel is rare."""
    panel = made_panel()
    exposure, outcome = panel.exposure.copy(), panel.outcome.copy()
    exposure[:, 20:, 2] = 0.0
    outcome[1, :40] = 0.0
    return made_response(replace(panel, exposure=exposure, outcome=outcome))


@cache
def wavy() -> Response:
    """Return a fit whose errors have a faint pattern left."""
    panel = made_panel()
    errors = np.random.default_rng(2).normal(0.0, 10.0, panel.outcome.shape)
    return made_response(panel, innovations=errors + 5.0 * np.sin(np.arange(156) / 2.0))


@cache
def doubtful() -> Response:
    """Return a fit with one draw of five at a bound, and one without effect."""
    response = sound()
    shape, effect = response.draws.shape.copy(), response.draws.effect.copy()
    shape[0, 2] = response.priors[2].shape.upper
    effect[1, :, 1] = 0.0
    return replace(response, draws=replace(response.draws, shape=shape, effect=effect))


@cache
def stumbling() -> Response:
    """Return a fit by chains of which one step in forty failed."""
    return sampled(divergences=100)


def judged(config: Config, response: Callable[[], Response]) -> Seen:
    """Return what every check found, and its verdict, by its name."""
    limits, fit = config.guardrails, response()
    diagnostics = diagnose(fit, limits.diagnostics)
    found = guardrails(
        fit,
        diagnostics,
        tried(model=0.07, naive=0.06, no_media=0.06),
        summary=Model(fit).channel_summary(),
        settings=limits,
    )
    seen: dict[str, Any] = {}
    for check in (*diagnostics.checks, *found):
        seen.setdefault(check.name, []).append((check.about, check.value, check.verdict))
    return seen


def limit(
    to: float, *checks: str, given: Callable[[], Response] = sound, **beside: float
) -> tuple[float, tuple[str, ...], Callable[[], Response], dict[str, float]]:
    """Return another value of a limit, the checks that must see it, in which fit, and limits beside it."""
    return to, checks, given, beside


LIMITS = {
    "data_quality.periods_warn": limit(160, "history"),
    "data_quality.periods_fail": limit(157, "history", periods_warn=160),
    "data_quality.zero_share_warn": limit(0.3, "zero_outcome", given=gaps),
    "data_quality.zero_share_fail": limit(0.2, "zero_outcome", given=gaps),
    "data_quality.spend_variation": limit(0.7, "media_variation"),
    "data_quality.active_periods": limit(14, "active_periods", given=gaps),
    "model_validity.r2_warn": limit(0.995, "in_sample_r2"),
    "model_validity.r2_fail": limit(0.995, "in_sample_r2", r2_warn=0.999),
    "model_validity.error_ratio_warn": limit(1.2, "error_against_last_year"),
    "model_validity.error_ratio_fail": limit(1.1, "error_against_last_year"),
    "model_validity.error_negligible": limit(0.08, "error_against_last_year"),
    "model_validity.error_warn": limit(0.05, "out_of_sample_error"),
    "model_validity.error_fail": limit(0.06, "out_of_sample_error", error_warn=0.05),
    "model_validity.media_loss": limit(1.1, "error_against_no_media"),
    "model_validity.repeated_errors_warn": limit(0.1, "repeated_errors"),
    "model_validity.repeated_errors_fail": limit(0.1, "repeated_errors", repeated_errors_warn=0.05),
    "model_validity.chains_apart_warn": limit(1.001, "chains_apart", given=sampled),
    "model_validity.chains_apart_fail": limit(1.0015, "chains_apart", given=sampled, chains_apart_warn=1.001),
    "model_validity.failed_steps_warn": limit(0.04, "failed_steps", given=stumbling),
    "model_validity.failed_steps_fail": limit(0.02, "failed_steps", given=stumbling),
    "business_sense.baseline_share_fail": limit(0.94, "baseline_share", baseline_share_low=0.95),
    "business_sense.baseline_share_low": limit(0.95, "baseline_share"),
    "business_sense.baseline_share_high": limit(0.9, "baseline_share"),
    "business_sense.negative_baseline_warn": limit(
        0.15, "negative_baseline", given=gaps, negative_baseline_fail=0.2
    ),
    "business_sense.negative_baseline_fail": limit(0.2, "negative_baseline", given=gaps),
    "business_sense.roi_warn": limit(0.9, "believable_roi"),
    "business_sense.roi_fail": limit(0.8, "believable_roi", roi_warn=0.7),
    "business_sense.roi_nothing": limit(1.0, "no_return"),
    "business_sense.channel_share_warn": limit(0.02, "channel_share"),
    "business_sense.channel_share_fail": limit(0.02, "channel_share", channel_share_warn=0.01),
    "diagnostics.lowest_r2": limit(0.99, "r2"),
    "diagnostics.significance": limit(0.2, "ljung_box", given=wavy),
    "diagnostics.durbin_watson_distance": limit(0.1, "durbin_watson"),
    "diagnostics.ljung_box_lags": limit(4, "ljung_box"),
    "diagnostics.largest_inflation": limit(1.0, "variance_inflation"),
    "diagnostics.share_at_bounds": limit(0.1, "parameter_at_bound", given=doubtful),
    "diagnostics.share_without_effect": limit(0.1, "no_effect", given=doubtful),
    "diagnostics.largest_shift": limit(0.4, "prior_shift"),
    "diagnostics.least_learned": limit(0.8, "learned"),
    "diagnostics.highest_r_hat": limit(1.001, "r_hat", given=sampled),
    "diagnostics.least_effective_draws": limit(300.0, "effective_draws", given=sampled),
    "diagnostics.largest_divergence_share": limit(0.1, "divergences", given=stumbling),
    "diagnostics.largest_mode_range": limit(0.05, "rival_fits"),
}


def _flip(name: str) -> Flip:
    to, checks, given, beside = LIMITS[name]
    group = name.split(".")[0]
    stated = {f"guardrails.{group}.{each}": value for each, value in beside.items()}
    return flip({f"guardrails.{name}": to}, *checks, beside=stated, given=given)


GUARDRAILS: dict[str, Flip] = {f"guardrails.{name}": _flip(name) for name in LIMITS}
