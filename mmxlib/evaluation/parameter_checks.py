"""What the parameters say about a fit: what the data leave open, and what the bounds or priors hold."""

from collections.abc import Sequence

import numpy as np

from mmxlib.artifacts.baseline import Prior
from mmxlib.artifacts.diagnostics import Check
from mmxlib.artifacts.note import amount
from mmxlib.artifacts.response import Response
from mmxlib.evaluation.checks import at_least, at_most, telling
from mmxlib.evaluation.diagnostic_settings import DiagnosticSettings
from mmxlib.evaluation.mean_fit import MeanFit
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.residuals import variance_inflation
from mmxlib.maths.saturations.registry import SATURATIONS
from mmxlib.model.parameter_tables import EQUALLY_GOOD
from mmxlib.model.priors import WEAK_DEFAULT
from mmxlib.terms import PriorFamily

NEAR_BOUND = 0.01
"""Closer to a bound than this share of the admissible range counts as lying at it."""

NO_EFFECT = 1e-3
"""A channel that brings less than this share of the outcome brings nothing that could be acted on."""


def parameter_checks(response: Response, fit: MeanFit, settings: DiagnosticSettings) -> list[Check]:
    """Return the checks of collinearity, bounds, effects, priors and rival fits.

    Of each kind only the channels that do not pass are kept, or else the one nearest to its limit.
    """
    if not response.panel.channels:
        return []
    checks = _inflation(response, fit, settings.largest_inflation)
    checks += _at_bounds(response, settings.share_at_bounds)
    checks += _without_effect(response, fit, settings.share_without_effect)
    checks += _shifted(response, settings.largest_shift)
    checks += _learned(response, settings.least_learned)
    checks += _rival_modes(response, settings.largest_mode_range)
    return checks


def _inflation(response: Response, fit: MeanFit, limit: float) -> list[Check]:
    scaled = fit.media / response.outcome_scale[:, None, None]
    within = scaled - scaled.mean(axis=1, keepdims=True)  # units share the curves, each with its own level
    values = variance_inflation(within.reshape(-1, within.shape[2]))
    names = response.panel.channel_names
    checks = [
        at_most(
            "variance_inflation",
            value,
            warn=limit,
            about=name,
            meaning=f"How many times the other channels' ups and downs blur the effect of {name}.",
            remedy="Move this channel's spend against the others' for some periods, run a lift test, or join "
            "channels that are always bought together.",
        )
        for name, value in zip(names, values, strict=True)
    ]
    return telling(checks, distance=list(values))


def _at_bounds(response: Response, limit: float) -> list[Check]:
    checks, shares = [], []
    for index, prior in enumerate(response.priors):
        draws = response.draws
        candidates = [("retention", prior.retention, draws.retention)]
        adstock, saturation = ADSTOCKS[prior.adstock], SATURATIONS[prior.saturation]
        if not adstock.timing.held:
            candidates.append((adstock.timing_word, prior.timing, draws.timing))
        if not saturation.half_saturation.held:
            candidates.append(("half_saturation", prior.half_saturation, draws.half_saturation))
        if not saturation.shape.held:
            candidates.append(("shape", prior.shape, draws.shape))
        for parameter, belief, values in candidates:
            share = _share_at_bounds(values[:, index], belief)
            shares.append(share)
            checks.append(
                at_most(
                    "parameter_at_bound",
                    share,
                    warn=limit,
                    form="%",
                    about=prior.channel,
                    meaning=f"Share of the draws in which the {parameter} of {prior.channel} lies at the end "
                    f"of what is allowed ({amount(belief.lower)} to {amount(belief.upper)}).",
                    remedy="Another family of saturation may suit the channel better, or its data say too "
                    "little: state a prior for it.",
                )
            )
    return telling(checks, distance=shares)


def _share_at_bounds(values: Vector, belief: Prior) -> float:
    """Return the share of draws within `NEAR_BOUND` of a bound; no carryover at all (zero) is not a bound."""
    low, high = belief.lower, belief.upper
    if belief.family is PriorFamily.LOG_NORMAL:
        values, low, high = np.log(values), float(np.log(low)), float(np.log(high))
        margin = NEAR_BOUND * (high - low)
        return float(((values <= low + margin) | (values >= high - margin)).mean())
    return float((values >= high - NEAR_BOUND * (high - low)).mean())


def _without_effect(response: Response, fit: MeanFit, limit: float) -> list[Check]:
    shares = _shares_of_outcome(response, fit)
    values = (shares < NO_EFFECT).mean(axis=0)
    checks = [
        at_most(
            "no_effect",
            float(value),
            warn=limit,
            form="%",
            about=name,
            meaning=f"Share of the draws in which {name} brings next to nothing.",
            remedy="The channel may truly do nothing, or something that falls when its spend rises hides its "
            "effect (a price rise, a competitor): add that driver, or run a lift test.",
        )
        for name, value in zip(response.panel.channel_names, values, strict=True)
    ]
    return telling(checks, distance=list(values))


def _shares_of_outcome(response: Response, fit: MeanFit) -> Matrix:
    """Return each channel's share of the outcome per draw, (draw, channel).

    The mean contributions move in proportion to each draw's effects, which spares a second decomposition.
    """
    effect = response.draws.effect
    brought = fit.media.sum(axis=1)
    mean = effect.mean(axis=0)
    factor = effect / np.where(mean > 0.0, mean, 1.0)
    total = max(float(np.abs(fit.actual).sum()), np.finfo(np.float64).tiny)
    shares: Matrix = (factor * brought).sum(axis=1) / total
    return shares


def _shifted(response: Response, limit: float) -> list[Check]:
    """Return the check of how far the data move what was believed.

    An effect that nobody stated has no belief to move away from: its prior's scale is the data's own choice.
    """
    table = response.prior_table
    checks = [
        at_most(
            "prior_shift",
            abs(float(shift)),
            warn=limit,
            form=".1f",
            about=str(channel),
            meaning=f"By so many prior sds the data move the {parameter} of {channel} away from its prior.",
            remedy="Ask whether the belief or the data are wrong: widen the prior or add the missing driver.",
        )
        for channel, parameter, shift, origin in zip(
            table["channel"], table["parameter"], table["shift"], table["origin"], strict=True
        )
        if np.isfinite(shift) and not str(origin).startswith(WEAK_DEFAULT)
    ]
    return telling(checks, distance=[check.value for check in checks])


def _learned(response: Response, limit: float) -> list[Check]:
    """Return the check that the data narrowed each channel's effect: 1 - interval / prior range."""
    effects = {(prior.channel, str(prior.effect_scale)) for prior in response.priors}
    checks = []
    for row in response.prior_table.to_dict("records"):
        if (row["channel"], row["parameter"]) not in effects:
            continue
        believed = float(row["prior_upper"]) - float(row["prior_lower"])
        left = float(row["posterior_upper"]) - float(row["posterior_lower"])
        checks.append(
            at_least(
                "learned",
                max(0.0, 1.0 - left / believed),
                warn=limit,
                form="%",
                about=str(row["channel"]),
                meaning=f"By so much the data narrowed what was believed of the effect of {row['channel']}; "
                "near zero, the result is the prior's and not the data's.",
                remedy="Vary the channel's spend, run a lift test, or state a prior that you would defend.",
            )
        )
    return telling(checks, distance=[-check.value for check in checks])


def _rival_modes(response: Response, limit: float) -> list[Check]:
    modes = response.modes
    good = modes[modes["weight"] >= EQUALLY_GOOD]
    remedy = "The data alone do not settle it: a lift test of the channel would."
    if len(good) < 2:
        meaning = "No other fit comes near the best one."
        return [at_most("rival_fits", 0.0, warn=limit, form="%", meaning=meaning, remedy=remedy)]
    checks: list[Check] = []
    for channel in response.panel.channels:
        column = f"roi_{channel.name}"
        if not channel.paid or column not in good:
            continue
        returns = good[column].to_numpy(dtype=np.float64)
        center = float(returns.mean()) if returns.size else float("nan")
        if not np.isfinite(center) or center <= 0.0:
            continue
        checks.append(
            at_most(
                "rival_fits",
                float(np.ptp(returns)) / center,
                warn=limit,
                form="%",
                about=channel.name,
                meaning=f"Fits that are about equally good put the ROI of {channel.name} between "
                f"{returns.min():.2f} and {returns.max():.2f}.",
                remedy=remedy,
            )
        )
    return telling(checks, distance=_values(checks))


def _values(checks: Sequence[Check]) -> list[float]:
    return [check.value for check in checks]
