"""Fitting: from panel and priors to a response with draws, reference and the table of what was learned."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
import pandas as pd

from mmxlib.artifacts.baseline import ChannelPrior, Prior
from mmxlib.artifacts.note import LOST_WORK, Note, percent
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Response
from mmxlib.errors import ModelError
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.arrays import Cube, Vector
from mmxlib.maths.inference import Mode, weights
from mmxlib.maths.threads import single_threaded
from mmxlib.model.decomposition import media_totals
from mmxlib.model.exposure import cost_per_exposure
from mmxlib.model.problem import timed
from mmxlib.model.resampling import (
    center_of,
    draws_of,
    media_of,
    mode_points,
    reference_of,
    resampled_points,
)
from mmxlib.model.sampling import Sampled, check_sampler, sampled
from mmxlib.model.searching import near_optimal
from mmxlib.model.selection import Selection, selected
from mmxlib.model.settings import ModelSettings
from mmxlib.terms import EffectScale, ExposureScale, Method, PriorFamily, Verdict

MEASURED_BY = {
    ExposureScale.MEAN: "their mean exposure in active periods",
    ExposureScale.PEAK: "their highest exposure",
    ExposureScale.SIZE: "exposure relative to their sales",
}
"""What curves of units have in common, in words."""


@single_threaded
def fit_response(
    panel: Panel,
    *,
    priors: tuple[ChannelPrior, ...],
    settings: ModelSettings,
    rng: np.random.Generator,
    resample: bool = True,
    executor: Executor | None = None,
) -> Response:
    """Return the fitted model of ``panel``.

    Parameters
    ----------
    panel
        Outcome and drivers of the model's units; it may have no channels.
    priors
        One per channel, in the panel's order.
    settings
        How to fit.
    rng
        The source of chance for resampling and noise draws.
    resample
        False stops at the mixture of modes: enough for a forecast's mean, and fast.
    executor
        Who does the refits of resampling; None does them here. It does not move a digit.

    Raises
    ------
    ModelError
        If ``settings`` ask to sample and the sampler is not installed or breaks off, or if every refit ended
        its worker.
    """
    bayes = resample and settings.method is Method.BAYES
    if bayes and panel.channels:
        check_sampler()  # before the search, which may take long
    selection = selected(panel, priors=priors, settings=settings)
    made = selection.setup
    found = near_optimal(selection, settings.starts)
    if bayes:
        posterior = sampled(found, panel, made, settings, rng=rng)
    else:
        refits = resample and bool(panel.channels)
        points = (
            resampled_points(found, made, settings.draws, rng, executor)
            if refits
            else mode_points(found, made)
        )
        lost = _lost(len(points), settings.draws) if refits else ()
        posterior = Sampled(draws_of(points, made, rng), None, lost)
    draws = posterior.draws
    response = Response(
        method=settings.method,
        panel=panel,
        priors=priors,
        outcome_scale=made.problem.outcome_scale,
        exposure_scale=made.exposure_scale,
        cost_per_exposure=cost_per_exposure(panel),
        base=selection.base,
        autocorrelation=selection.noise.autocorrelation,
        draws=draws,
        reference=center_of(draws),
        modes=_mode_table(found, panel, selection),
        prior_table=pd.DataFrame(),
        notes=_notes(found, panel, selection, settings) + posterior.notes,
        sampler=posterior.sampler,
    )
    totals = media_totals(response)
    center_totals = media_totals(response, response.reference)[0]
    return replace(
        response,
        reference=reference_of(draws, totals, center_totals),
        prior_table=_prior_table(response, totals),
    )


def _lost(count: int, wanted: int) -> tuple[Note, ...]:
    """Return a note where some of the refits are missing.

    Raises
    ------
    ModelError
        If all are.
    """
    if count == 0:
        raise ModelError(
            "Every refit ended the process that worked at it.",
            remedy="Give the workers more memory, or use fewer of them.",
            code="MMX-M032",
        )
    if count == wanted:
        return ()
    text = (
        f"{wanted - count} of the {wanted} refits are missing: they ended every process that worked at them, "
        "mostly for want of memory. Intervals come from the others; `mmx resume --retry` tries all again."
    )
    return (Note(text, LOST_WORK, Verdict.WARN),)


def _mode_table(found: Sequence[Mode], panel: Panel, selection: Selection) -> pd.DataFrame:
    """Return a row per near-optimal mode with the ROI it means for each paid channel."""
    made = selection.setup
    spend = panel.total_spend()
    rows = []
    for index, (mode, weight) in enumerate(zip(found, weights(found), strict=True)):
        total = np.einsum("utc,u->c", media_of(mode.parameters, made.problem), made.problem.outcome_scale)
        row: dict[str, float] = {"mode": index + 1, "objective": mode.log_density, "weight": float(weight)}
        for c, channel in enumerate(panel.channels):
            if channel.paid and spend[c] > 0.0:
                row[f"roi_{channel.name}"] = float(total[c] / spend[c] * panel.money_per_outcome)
        rows.append(row)
    return pd.DataFrame(rows)


def _notes(
    found: Sequence[Mode], panel: Panel, selection: Selection, settings: ModelSettings
) -> tuple[Note, ...]:
    harmonics, slope = (
        selection.choices.flexibility.harmonics,
        selection.choices.flexibility.slope_change_sd,
    )
    rho = float(selection.noise.autocorrelation.mean())
    chosen = "chosen by the data" if settings.harmonics == "auto" else "as set"
    turned = "chosen by the data" if settings.trend_flexibility == "auto" else "as set"
    notes = [
        Note(
            f"The season has {harmonics} yearly {'wave' if harmonics == 1 else 'waves'}, {chosen}.",
            about="season",
        ),
        Note(
            f"The trend may change its yearly slope by about {percent(slope)} of mean sales at each change "
            f"point (every {settings.trend_spacing} periods), {turned}.",
            about="trend",
        ),
        Note(f"Neighboring periods' noise correlates by {rho:.2f}; intervals allow for it.", about="noise"),
    ]
    if any(channel.paid for channel in panel.channels) and not np.isfinite(panel.money_per_outcome):
        notes.append(
            Note(
                "The outcome counts units, and what one is worth is not known, so there is no ROI: set "
                "revenue_per_unit under `data` in global.yaml.",
                about="roi",
                verdict=Verdict.WARN,
            )
        )
    notes += _unit_notes(selection, settings)
    if len(found) > 1:
        notes.append(
            Note(
                f"{len(found)} different explanations fit about equally well; results average them by how "
                "probable each is, and intervals hold their spread.",
                about="modes",
                verdict=Verdict.WARN if weights(found)[0] < 0.5 else Verdict.PASS,
            )
        )
    return tuple(notes)


def _unit_notes(selection: Selection, settings: ModelSettings) -> list[Note]:
    """Return what the units of a panel share, and how far they differ."""
    problem = selection.setup.problem
    if len(problem.exposure) == 1 or not len(problem.shared):
        return []
    pooling = selection.choices.pooling
    if pooling == 0.0:
        apart = "All units respond alike to a channel, as set."
    else:
        chosen = "chosen by the data" if settings.pooling == "auto" else "as set"
        apart = f"Units' effects differ by about {percent(pooling)} from a channel's common effect, {chosen}."
    notes = [Note(apart, about="pooling")]
    if not problem.shared.all():
        by_data = "chosen by the data" if settings.exposure_scale == "auto" else "as set"
        notes.append(
            Note(
                f"Units' curves bend at the same multiple of {MEASURED_BY[selection.choices.measure]}, "
                f"{by_data}.",
                about="exposure",
            )
        )
    if selection.part is not None:
        notes.append(
            Note(
                f"Trend, season and what units share were chosen on {len(selection.units)} of the "
                f"{len(problem.exposure):,} units, small and large; all units were then fitted with these.",
                about="units",
            )
        )
    return notes


def _prior_table(response: Response, totals: Cube) -> pd.DataFrame:
    """Return prior and posterior side by side, with the shift in prior sds.

    What a channel's family holds fixed was not believed, and the data moved nothing: it has no row.
    """
    rows = []
    for c, prior in enumerate(response.priors):
        for name, belief, values in (
            ("retention", prior.retention, response.draws.retention[:, c]),
            *_timing(prior, response.draws.timing[:, c]),
            ("half_saturation", prior.half_saturation, response.draws.half_saturation[:, c]),
            ("shape", prior.shape, response.draws.shape[:, c]),
            (str(prior.effect_scale), prior.effect, _effect_draws(response, totals, c)),
        ):
            if belief.lower == belief.upper:
                continue
            low, median, high = (_prior_quantile(belief, share) for share in (0.05, 0.5, 0.95))
            rows.append(
                {
                    "channel": prior.channel,
                    "parameter": name,
                    "prior_median": median,
                    "prior_lower": low,
                    "prior_upper": high,
                    "posterior_mean": float(values.mean()),
                    "posterior_lower": float(np.quantile(values, 0.05)),
                    "posterior_upper": float(np.quantile(values, 0.95)),
                    "shift": _shift(belief, values),
                    "origin": belief.origin,
                }
            )
    return pd.DataFrame(rows)


def _timing(prior: ChannelPrior, values: Vector) -> list[tuple[str, Prior, Vector]]:
    """Return name, belief and draws of the timing of a channel that has one, in a list."""
    return [(ADSTOCKS[prior.adstock].timing_word, prior.timing, values)] if timed(prior) else []


def _effect_draws(response: Response, totals: Cube, channel: int) -> Vector:
    """Return the channel's effect on the scale of its prior, shape (draw,)."""
    kind = response.priors[channel].effect_scale
    panel = response.panel
    if kind is EffectScale.EFFECT:
        effect: Vector = response.draws.effect[:, :, channel].sum(axis=1) / response.outcome_scale.sum()
        return effect
    total: Vector = totals[:, :, channel].sum(axis=1)
    if kind is EffectScale.CONTRIBUTION_SHARE:
        return total / float(panel.outcome.sum())
    return total / float(panel.total_spend()[channel]) * panel.money_per_outcome


def _prior_quantile(prior: Prior, share: float) -> float:
    """Return the quantile of a prior at probability ``share``."""
    from scipy.special import betaincinv, ndtri  # here, so that commands that fit nothing start sooner

    if prior.family is PriorFamily.BETA:
        count = prior.center * (1.0 - prior.center) / prior.spread**2 - 1.0
        return float(betaincinv(prior.center * count, (1.0 - prior.center) * count, share))
    if prior.family is PriorFamily.LOG_NORMAL:
        return float(prior.center * np.exp(prior.spread * ndtri(share)))
    return float(prior.spread * ndtri(0.5 + 0.5 * share))


def _shift(prior: Prior, values: Vector) -> float:
    """Return how far the posterior mean lies from the prior's center, in prior sds."""
    if prior.family is PriorFamily.LOG_NORMAL:
        return float((np.log(np.maximum(values, 1e-300)).mean() - np.log(prior.center)) / prior.spread)
    if prior.family is PriorFamily.BETA:
        return float((values.mean() - prior.center) / prior.spread)
    mean, sd = prior.spread * np.sqrt(2.0 / np.pi), prior.spread * np.sqrt(1.0 - 2.0 / np.pi)
    return float((values.mean() - mean) / sd)
