"""What the data choose once, before anything is reported: the noise's correlation, trend and season.

Never as a joint mode with what they scale: candidates are compared by the Laplace approximation of their
marginal likelihood (MODEL.md, Inference).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.baseline import ChannelPrior
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import BaseDesign
from mmxlib.maths.arrays import Vector
from mmxlib.maths.density import size
from mmxlib.maths.inference import Mode, mode_at, mode_from, refit, start_points
from mmxlib.model.design import Flexibility, base_design
from mmxlib.model.problem import Noise, Setup, outcome_scale, setup
from mmxlib.model.resampling import base_of, media_of, plain_search, white_media
from mmxlib.model.settings import ModelSettings

SLOPE_CHANGES = (0.02, 0.06, 0.2, 0.6)
"""Candidates of the sd of a change of yearly slope.

From a straight line to a trend that may turn within months.
"""
HARMONICS = (1, 2, 3, 4)
PERIODS_PER_HARMONIC = 26
"""A season of k pairs wants at least this many periods a pair."""
MAX_AUTOCORRELATION = 0.8
FIRST_STARTS = 4


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen flexibility and noise, the problem they make, and the mode found on the way."""

    flexibility: Flexibility
    base: BaseDesign
    noise: Noise
    setup: Setup
    mode: Mode
    evidence: float


def selected(panel: Panel, *, priors: Sequence[ChannelPrior], settings: ModelSettings) -> Selection:
    """Return the base's flexibility and the noise, chosen by the data where the settings say auto.

    Slope changes are tried first, then harmonics, each with the other held; the noise is estimated from the
    residuals before and after.
    """
    slopes = SLOPE_CHANGES if settings.trend_flexibility == "auto" else (settings.trend_flexibility,)
    harmonics = _harmonic_choices(panel, settings)

    def candidate(flexibility: Flexibility, noise: Noise, near: Mode | None) -> Selection:
        return _candidate(panel, priors, settings, flexibility=flexibility, noise=noise, near=near)

    start = Flexibility(harmonics[0], slopes[len(slopes) // 2])
    rough = Noise(sd=_rough_noise(panel), autocorrelation=np.zeros(len(panel.units)))
    best = candidate(start, rough, None)
    noise = _noise(panel, best, settings)
    best = candidate(start, noise, best.mode)
    for slope in slopes:
        best = max(best, candidate(Flexibility(harmonics[0], slope), noise, best.mode), key=_evidence)
    for pairs in harmonics[1:]:
        tried = Flexibility(pairs, best.flexibility.slope_change_sd)
        best = max(best, candidate(tried, noise, best.mode), key=_evidence)
    return candidate(best.flexibility, _noise(panel, best, settings), best.mode)


def _evidence(selection: Selection) -> float:
    return selection.evidence


def _candidate(
    panel: Panel,
    priors: Sequence[ChannelPrior],
    settings: ModelSettings,
    *,
    flexibility: Flexibility,
    noise: Noise,
    near: Mode | None,
) -> Selection:
    base = base_design(panel, flexibility=flexibility, spacing=settings.trend_spacing)
    made = setup(panel, priors=priors, base=base, noise=noise, pooling=settings.pooling)
    search = plain_search(made)
    if near is None:
        starts = start_points(FIRST_STARTS, made.problem, lower=made.lower, upper=made.upper)
        ends = [mode_from(each, made.problem, search) for each in starts]
    else:
        ends = [refit(near, made.problem, search)]
    found = mode_at(*max(ends, key=lambda end: end[1]), made.problem, search)
    evidence = found.log_evidence - 0.5 * made.log_determinant
    return Selection(flexibility, base, noise, made, found, evidence)


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


def mode_starts(selection: Selection, count: int) -> np.ndarray:
    """Return the starts of the final search: the selection's own mode, then the fixed set."""
    made = selection.setup
    starts = start_points(count, made.problem, lower=made.lower, upper=made.upper)
    starts[-1] = selection.mode.parameters
    return starts


def single_mode(setup: Setup) -> Mode | None:
    """Return the only mode of a model without channels, or None where there are channels."""
    if size(setup.problem) > 0:
        return None
    return mode_at(np.empty(0), 0.0, setup.problem, plain_search(setup))
