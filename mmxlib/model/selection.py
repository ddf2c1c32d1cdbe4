"""What the data choose once, before anything is reported: noise, trend, season, and what units share.

Never as a joint mode with what they scale: candidates are compared by the Laplace approximation of their
marginal likelihood (examples/statistician.md, Inference).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mmxlib.artifacts.baseline import ChannelPrior
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import BaseDesign
from mmxlib.maths.arrays import Indices, Vector
from mmxlib.maths.inference import Mode, mode_at, mode_from, refit, start_points
from mmxlib.maths.unbounded import POOLING_SCALE
from mmxlib.model.design import Flexibility, base_design
from mmxlib.model.many_units import for_all, part_of, some_units
from mmxlib.model.problem import Noise, Setup, outcome_scale, setup
from mmxlib.model.resampling import base_of, media_of, plain_search, white_media
from mmxlib.model.settings import ModelSettings
from mmxlib.terms import ExposureScale

SLOPE_CHANGES = (0.02, 0.06, 0.2, 0.6)
"""Candidates of the sd of a change of yearly slope.

From a straight line to a trend that may turn within months.
"""
HARMONICS = (1, 2, 3, 4)
POOLINGS = (0.02, 0.05, 0.1, 0.2, 0.4)
"""Candidates of the sd by which units' log effects differ."""
FIRST_POOLING = 0.1
PERIODS_PER_HARMONIC = 26
"""A season of k pairs wants at least this many periods a pair."""
MAX_AUTOCORRELATION = 0.8
FIRST_STARTS = 4


@dataclass(frozen=True, slots=True)
class Choices:
    """What the data choose: the base's flexibility, how far units differ, and what their exposure shares."""

    flexibility: Flexibility
    pooling: float
    measure: ExposureScale


@dataclass(frozen=True, slots=True)
class Selection:
    """The choices, the noise, the problem they make, and the mode found on the way.

    Where the panel has too many units to choose on all, ``part`` is the selection on those of ``units``.
    """

    choices: Choices
    base: BaseDesign
    noise: Noise
    setup: Setup
    mode: Mode
    evidence: float
    units: Indices
    part: "Selection | None" = None


def selected(panel: Panel, *, priors: Sequence[ChannelPrior], settings: ModelSettings) -> Selection:
    """Return the base's flexibility, the noise and what units share, by the data where the settings say auto.

    Choices are made one after another, each with the others held: what exposure is measured by, slope
    changes, harmonics, pooling. The noise is estimated from the residuals before and after.
    """
    units = some_units(panel)
    part = part_of(panel, units)
    chosen = _chosen(part, priors, settings)
    return chosen if part is panel else _on_all(panel, chosen, units, priors=priors, settings=settings)


def _chosen(panel: Panel, priors: Sequence[ChannelPrior], settings: ModelSettings) -> Selection:
    slopes = SLOPE_CHANGES if settings.trend_flexibility == "auto" else (settings.trend_flexibility,)
    harmonics = _harmonic_choices(panel, settings)
    measures, poolings = _measure_choices(panel, settings), _pooling_choices(panel, settings)

    def candidate(choices: Choices, noise: Noise, near: Selection | None) -> Selection:
        return _candidate(panel, priors, settings, choices=choices, noise=noise, near=near)

    first = FIRST_POOLING if len(poolings) > 1 else poolings[0]
    start = Choices(Flexibility(harmonics[0], slopes[len(slopes) // 2]), first, measures[0])
    rough = Noise(sd=_rough_noise(panel), autocorrelation=np.zeros(len(panel.units)))
    best = candidate(start, rough, None)
    noise = _noise(panel, best, settings)
    best = candidate(start, noise, best)
    for measure in measures[1:]:
        best = max(best, candidate(replace(start, measure=measure), noise, best), key=_evidence)
    for slope in slopes:
        tried = replace(best.choices, flexibility=Flexibility(harmonics[0], slope))
        best = max(best, candidate(tried, noise, best), key=_evidence)
    for pairs in harmonics[1:]:
        flexibility = Flexibility(pairs, best.choices.flexibility.slope_change_sd)
        best = max(
            best, candidate(replace(best.choices, flexibility=flexibility), noise, best), key=_evidence
        )
    for pooling in poolings:
        if pooling != best.choices.pooling:
            best = max(best, candidate(replace(best.choices, pooling=pooling), noise, best), key=_evidence)
    return candidate(best.choices, _noise(panel, best, settings), best)


def _evidence(selection: Selection) -> float:
    return selection.evidence


def _candidate(
    panel: Panel,
    priors: Sequence[ChannelPrior],
    settings: ModelSettings,
    *,
    choices: Choices,
    noise: Noise,
    near: Selection | None,
) -> Selection:
    base = base_design(panel, flexibility=choices.flexibility, spacing=settings.trend_spacing)
    made = setup(
        panel, priors=priors, base=base, noise=noise, pooling=choices.pooling, measure=choices.measure
    )
    search = plain_search(made)
    if near is None:
        starts = start_points(FIRST_STARTS, made.problem, lower=made.lower, upper=made.upper)
        ends = [mode_from(each, made.problem, search) for each in starts]
    else:
        ends = [refit(_repooled(near, choices.pooling), made.problem, search)]
    found = mode_at(*max(ends, key=lambda end: end[1]), made.problem, search)
    evidence = found.log_evidence - 0.5 * made.log_determinant
    if settings.pooling == "auto" and made.problem.pooling > 0.0:  # the prior of its log
        evidence += float(np.log(choices.pooling)) - 0.5 * (choices.pooling / POOLING_SCALE) ** 2
    return Selection(choices, base, noise, made, found, evidence, np.arange(len(panel.units)))


def _repooled(selection: Selection, pooling: float) -> Mode:
    """Return the selection's mode as a start for another pooling: its units' effects stay as they are."""
    mode = selection.mode
    if pooling == selection.choices.pooling:
        return mode
    ratio = selection.choices.pooling / pooling
    parameters = mode.parameters.copy()
    parameters[len(mode.spread.common) :] *= ratio
    spread = mode.spread._replace(coupling=ratio * mode.spread.coupling, blocks=ratio * mode.spread.blocks)
    return replace(mode, parameters=parameters, spread=spread)


def _on_all(
    panel: Panel,
    part: Selection,
    units: Indices,
    *,
    priors: Sequence[ChannelPrior],
    settings: ModelSettings,
) -> Selection:
    """Return a part's choices on all units, with each unit's own noise."""
    rho = float(part.noise.autocorrelation[0])
    rough = _rough_noise(panel)
    guess = rough * float(np.median(part.noise.sd / rough[units]))
    base = base_design(panel, flexibility=part.choices.flexibility, spacing=settings.trend_spacing)
    flat = Noise(sd=guess, autocorrelation=np.full(len(panel.units), rho))
    made = setup(
        panel,
        priors=priors,
        base=base,
        noise=flat,
        pooling=part.choices.pooling,
        measure=part.choices.measure,
    )
    start = for_all(part.mode.parameters, made.problem, units)
    near = mode_at(start, 0.0, made.problem, plain_search(made))
    parameters, _ = refit(near, made.problem, plain_search(made))
    found = replace(near, parameters=parameters)
    first = Selection(part.choices, base, flat, made, found, found.log_evidence, units, part)
    noise = _noise(panel, first, settings)
    last = _candidate(panel, priors, settings, choices=part.choices, noise=noise, near=first)
    return replace(last, units=units, part=part)


def climbed(start: Vector, made: Setup) -> Mode:
    """Return the mode reached from a place near one, in steps as long as the curvature there allows."""
    search = plain_search(made)
    near = mode_at(start, 0.0, made.problem, search)
    return mode_at(*refit(near, made.problem, search), made.problem, search)


def _measure_choices(panel: Panel, settings: ModelSettings) -> tuple[ExposureScale, ...]:
    """Return what exposure may be measured by: for one unit, or one series for all, it is the same."""
    if settings.exposure_scale != "auto":
        return (settings.exposure_scale,)
    alike = len(panel.units) == 1 or bool(panel.national.all())
    return (ExposureScale.MEAN,) if alike else tuple(ExposureScale)


def _pooling_choices(panel: Panel, settings: ModelSettings) -> tuple[float, ...]:
    """Return the sds of units' deviations worth trying; a single unit has none."""
    if len(panel.units) == 1:
        return (0.0,)
    return POOLINGS if settings.pooling == "auto" else (settings.pooling,)


def _harmonic_choices(panel: Panel, settings: ModelSettings) -> tuple[int, ...]:
    """Return the numbers of yearly pairs worth trying for a history of this length."""
    if settings.harmonics != "auto":
        return (settings.harmonics,)
    longest = len(panel.dates) // PERIODS_PER_HARMONIC
    return tuple(pairs for pairs in HARMONICS if pairs <= longest) or (min(longest, 1),)


def _rough_noise(panel: Panel) -> Vector:
    """Return a first noise sd as a share of mean outcome, (unit,): half the outcome's own variation.

    It only scales the first round's priors of the base; the residuals then replace it.
    """
    variation = panel.outcome.std(axis=1) / outcome_scale(panel)
    floor: Vector = np.maximum(0.5 * variation, 1e-4)
    return floor


def _noise(panel: Panel, candidate: Selection, settings: ModelSettings) -> Noise:
    """Return innovation sd and lag-one correlation of the candidate's residuals.

    The correlation is pooled over units, since one short series tells little of it, and corrected for its
    small-sample bias of about -(1 + 4 rho) / n (Kendall 1954).
    """
    made = candidate.setup
    centers = np.zeros((len(panel.units), len(candidate.base.columns)))
    coefficients = base_of(made.outcome, white_media(candidate.mode.parameters, made), made, centers)
    media = media_of(candidate.mode.parameters, made.problem).sum(axis=2)
    scaled = panel.outcome / made.problem.outcome_scale[:, None]
    base = np.stack([candidate.base.values[u] @ coefficients[u] for u in range(len(panel.units))])
    residual = scaled - base - media
    residual = residual - residual.mean(axis=1, keepdims=True)
    variance = np.maximum(residual.var(axis=1), 1e-12)
    if settings.autocorrelation == "auto":
        lagged = np.mean(residual[:, 1:] * residual[:, :-1], axis=1) / variance
        raw = float(lagged.mean())
        corrected = raw + (1.0 + 4.0 * raw) / residual.shape[1]
        rho = float(np.clip(corrected, 0.0, MAX_AUTOCORRELATION))
    else:
        rho = settings.autocorrelation
    taken = np.array([float(np.sum(basis**2)) for basis in made.problem.basis])
    freedom = np.maximum(residual.shape[1] - taken, residual.shape[1] / 3.0)
    sd = np.sqrt(variance * residual.shape[1] / freedom * (1.0 - rho**2))
    return Noise(sd=sd, autocorrelation=np.full(len(panel.units), rho))
