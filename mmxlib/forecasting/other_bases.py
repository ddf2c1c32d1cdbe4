"""Bases that the data leave possible beside the chosen one: how a forecast may differ with them.

Season and trend of the model have the flexibility that the data favor most. Others may be nearly as probable
and go on differently, so a forecast that knows of one alone is too sure of itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import BaseDesign, Draws, Response
from mmxlib.forecasting.continuation import future_columns
from mmxlib.maths.arrays import Cube, Matrix, Vector
from mmxlib.model.decomposition import media_draws
from mmxlib.model.design import DAYS_PER_YEAR, SEASON_SD, base_values
from mmxlib.model.problem import NOISE_SHAPE, whitened
from mmxlib.model.selection import HARMONICS, PERIODS_PER_HARMONIC, SLOPE_CHANGES
from mmxlib.terms import Part

FIRST_CHANGE = 2
"""Place of the first change of slope among the columns: level and line come before."""
NEGLIGIBLE = 1e-4
"""A base less probable than this share of the best is left out."""


def base_doubt(
    response: Response, future: Panel, draws: Draws, *, rounds: int, rng: np.random.Generator
) -> Cube:
    """Return what other bases add to the base expected of each draw, shape (path, unit, period).

    Parameters
    ----------
    response
        The fitted model.
    future
        Its first period follows the data's last.
    draws
        Some of the response's; path i goes with draw i modulo their number.
    rounds
        How often every draw meets chance.
    rng
        The source of chance.

    Notes
    -----
    Each path of a unit takes one of the bases that the model chose from, by how probable the unit's own data
    make it given the mean media; then the base's coefficients from their posterior given the draw's media
    (both in closed form, the noise's variance integrated out as in the density); then future changes of
    slope, a random walk with the variance that this base gives a change point per spacing. What is returned
    is the path's base less that of the draw itself, less the mean over paths: intervals widen, the mean
    stays that of the model.
    """
    designs = _designs(response)
    columns = [future_columns(replace(response, base=design), future) for design in designs]
    own = future_columns(response, future)
    units = range(len(response.panel.units))
    each = [
        _unit_doubt(
            _Given(response, draws, unit, own[unit], rounds),
            designs,
            [every[unit] for every in columns],
            rng=stream,
        )
        for unit, stream in zip(units, rng.spawn(len(units)), strict=True)
    ]
    return np.stack(each, axis=1)


@dataclass(frozen=True, slots=True)
class _Given:
    """A unit, the draws in question, and the chosen base's columns in the future."""

    response: Response
    draws: Draws
    unit: int
    columns: Matrix
    rounds: int


@dataclass(frozen=True, slots=True)
class _Fit:
    """A base's posterior given each draw's media.

    ``center``: (column, draw); ``root`` its covariance's root, (column, column); ``evidence`` the logarithm
    of how probable it is, but for a constant.
    """

    center: Matrix
    root: Matrix
    evidence: float


def _designs(response: Response) -> list[BaseDesign]:
    """Return the chosen base and those it may have been chosen from, with the same events and controls."""
    base, panel = response.base, response.panel
    longest = len(panel.dates) // PERIODS_PER_HARMONIC
    harmonics = [pairs for pairs in HARMONICS if pairs <= longest] if base.harmonics else []
    changes = [*SLOPE_CHANGES, float(base.prior_sd[FIRST_CHANGE])] if len(base.knots) else [0.0]
    return [
        _design(response, pairs, change)
        for pairs in dict.fromkeys([*harmonics, base.harmonics])
        for change in dict.fromkeys(changes)
    ]


def _design(response: Response, harmonics: int, change: float) -> BaseDesign:
    base, panel = response.base, response.panel
    before = base.parts.index(Part.SEASON) if base.harmonics else len(base.parts)
    after = before + 2 * base.harmonics
    waves = [f"season {pair}" for pair in range(1, harmonics + 1) for _ in range(2)]
    sds = base.prior_sd[:before].copy()
    sds[FIRST_CHANGE : FIRST_CHANGE + len(base.knots)] = change
    season = SEASON_SD / np.repeat(np.arange(1, harmonics + 1), 2)
    made = replace(
        base,
        columns=(*base.columns[:before], *waves, *base.columns[after:]),
        parts=(*base.parts[:before], *([Part.SEASON] * len(waves)), *base.parts[after:]),
        harmonics=harmonics,
        prior_sd=np.concatenate([sds, season, base.prior_sd[after:]]),
    )
    return replace(made, values=base_values(made, panel, origin=panel.dates[0]))


def _unit_doubt(
    given: _Given, designs: Sequence[BaseDesign], columns: Sequence[Matrix], *, rng: np.random.Generator
) -> Matrix:
    """Return the doubt of one unit, (path, period)."""
    response, unit, count = given.response, given.unit, len(given.draws)
    media = media_draws(response, unit, given.draws).sum(axis=2)
    left = response.panel.outcome[unit] - media
    fits = [_fit(given, design, left.T) for design in designs]
    weights = _weights([fit.evidence for fit in fits])
    paths, ahead = given.rounds * count, len(given.columns)
    pick_rng, base_rng, slope_rng = rng.spawn(3)
    picked = np.searchsorted(np.cumsum(weights)[:-1], pick_rng.random(paths), side="right")
    chance = base_rng.standard_normal((paths, max(len(fit.root) for fit in fits)))
    walk = np.cumsum(np.cumsum(slope_rng.standard_normal((paths, ahead)), axis=1), axis=1)
    mean, out = np.zeros((count, ahead)), np.empty((paths, ahead))
    rho = float(response.autocorrelation[unit])
    for k, fit in enumerate(fits):
        if weights[k] == 0.0:
            continue
        # what is expected of the periods: base, and the fading of what it leaves of the last period
        expected = columns[k] - np.outer(rho ** np.arange(1, ahead + 1), designs[k].values[unit, -1])
        centers = (expected @ fit.center).T
        mean += weights[k] * centers
        at = np.flatnonzero(picked == k)
        spread = chance[at, : len(fit.root)] @ (expected @ fit.root).T
        out[at] = centers[at % count] + spread + _slope_sd(response, designs[k], unit) * walk[at]
    own = given.columns - np.outer(rho ** np.arange(1, ahead + 1), response.base.values[unit, -1])
    expected_own = given.draws.base[:, unit] @ own.T
    shift = (mean - expected_own).mean(axis=0)
    doubt: Matrix = out - np.tile(expected_own, (given.rounds, 1)) - shift
    return doubt


def _fit(given: _Given, design: BaseDesign, left: Matrix) -> _Fit:
    """Return the posterior of a base given ``left``, the outcome less each draw's media, (period, draw)."""
    response, unit = given.response, given.unit
    rho = float(response.autocorrelation[unit])
    variance = float(np.mean(given.draws.noise_sd[:, unit] ** 2))
    sd = design.prior_sd * response.outcome_scale[unit] / np.sqrt(variance)
    white, target = whitened(design.values[unit], rho), whitened(left, rho)
    factor = np.linalg.cholesky(white.T @ white + np.diag(sd**-2.0))
    half = np.linalg.solve(factor, white.T @ target)
    middle = target.mean(axis=1)
    misfit = float(middle @ middle - np.sum(half.mean(axis=1) ** 2))
    shape = NOISE_SHAPE + 0.5 * len(middle)
    scale = NOISE_SHAPE * variance + 0.5 * misfit
    determinant = float(np.sum(np.log(np.diag(factor))) + np.sum(np.log(sd)))
    root = np.linalg.inv(factor).T
    return _Fit(root @ half, root * np.sqrt(scale / shape), -shape * np.log(scale) - determinant)


def _weights(evidence: Sequence[float]) -> Vector:
    """Return how probable each base is; those that hardly are get zero."""
    shares = np.exp(np.array(evidence) - max(evidence))
    shares = np.where(shares < NEGLIGIBLE, 0.0, shares)
    weights: Vector = shares / shares.sum()
    return weights


def _slope_sd(response: Response, design: BaseDesign, unit: int) -> float:
    """Return the sd of a period's change of slope, in outcome per period and period."""
    if len(design.knots) == 0:
        return 0.0
    a_year = float(design.prior_sd[FIRST_CHANGE] / np.sqrt(design.knots[0]))
    return a_year * response.panel.period_days / DAYS_PER_YEAR * float(response.outcome_scale[unit])
