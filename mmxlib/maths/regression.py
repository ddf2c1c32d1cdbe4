"""Least squares that stands wild values, collinear columns and autocorrelated noise.

References
----------
Newey, West (1987), A Simple, Positive Semi-Definite, Heteroskedasticity and Autocorrelation Consistent
Covariance Matrix, Econometrica 55(3).
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.robust import robust_sd

RANK_TOLERANCE = 1e-9
"""Directions with less than this share of the largest singular value are taken as not there."""

HUBER = 1.345
BISQUARE = 4.685
"""The usual tuning constants: 95 % efficiency under normal noise."""


CORRELATIONS = np.linspace(0.0, 0.9, 10)
"""The lag-one correlations between which noise is judged; negative ones count as none."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients, shape (column,), and what they leave over, shape (period,)."""

    coefficients: Vector
    residual: Vector


def basis(columns: Matrix) -> Matrix:
    """Return an orthonormal basis of the columns' span, shape (period, rank)."""
    scale = np.sqrt((columns**2).sum(axis=0))
    scaled = columns / np.where(scale > 0.0, scale, 1.0)
    left, singular, _ = np.linalg.svd(scaled, full_matrices=False)
    if not len(singular) or singular[0] <= 0.0:
        return np.empty((len(columns), 0))
    return np.ascontiguousarray(left[:, singular > RANK_TOLERANCE * singular[0]])


def least_squares(columns: Matrix, series: Vector) -> Fit:
    """Return the least-squares fit; among collinear columns the smallest (scaled) coefficients."""
    scale = np.sqrt((columns**2).mean(axis=0))
    scale = np.where(scale > 0.0, scale, 1.0)
    scaled, *_ = np.linalg.lstsq(columns / scale, series, rcond=RANK_TOLERANCE)
    coefficients: Vector = scaled / scale
    return Fit(coefficients, series - columns @ coefficients)


def robust_fit(columns: Matrix, series: Vector, *, rounds: int = 12) -> Fit:
    """Return a fit that single wild values hardly move (Huber rounds, then as many of Tukey's bisquare)."""
    fit = least_squares(columns, series)
    for round_ in range(2 * rounds):
        spread = robust_sd(fit.residual)
        if spread <= 1e-12 * max(1.0, float(np.abs(series).max(initial=0.0))):
            return fit
        distance = np.abs(fit.residual) / spread
        if round_ < rounds:
            weight = np.minimum(1.0, HUBER / np.maximum(distance, 1e-12))
        else:
            weight = np.clip(1.0 - (distance / BISQUARE) ** 2, 0.0, None) ** 2
        root = np.sqrt(weight)
        weighted = least_squares(columns * root[:, None], series * root)
        fit = Fit(weighted.coefficients, series - columns @ weighted.coefficients)
    return fit


@dataclass(frozen=True, slots=True)
class Noise:
    """Noise that remembers its last period: variance and lag-one correlation of an AR(1)."""

    variance: float
    correlation: float

    def covariance(self, length: int) -> Matrix:
        """Return the covariance between periods, shape (length, length)."""
        covariance: Matrix = self.variance * _autoregressive(length, self.correlation)
        return covariance


def noise_of(residual: Vector, known: Matrix) -> Noise:
    """Return the AR(1) noise that leaves such a ``residual`` once the span of ``known`` was fitted.

    ``known`` is an orthonormal basis, shape (period, rank).

    Notes
    -----
    Fitting takes away variance and correlation. With ``M = I - known known'`` and the AR(1) correlations
    ``R``, the residual's covariance is ``v M R M``; the correlation is the one whose expected lag-one ratio
    of ``M R M`` is the observed one, and ``v = residual'residual / tr(M R M)``.
    """
    length = len(residual)
    total = float(residual @ residual)
    if total <= 0.0 or length < 3 or known.shape[1] >= length - 1:
        return Noise(total / max(1, length), 0.0)
    observed = float(residual[1:] @ residual[:-1]) / total
    expected, remaining = [], []
    for correlation in CORRELATIONS:
        memory = _autoregressive(length, float(correlation))
        projected = memory - known @ (known.T @ memory)
        projected = projected - (projected @ known) @ known.T
        trace = float(np.trace(projected))
        remaining.append(trace)
        expected.append(float(np.trace(projected, offset=1)) / trace)
    correlation = float(np.interp(observed, expected, CORRELATIONS))
    return Noise(total / float(np.interp(correlation, CORRELATIONS, remaining)), correlation)


def _autoregressive(length: int, correlation: float) -> Matrix:
    places = np.arange(length)
    powers = correlation ** places.astype(np.float64)
    matrix: Matrix = powers[np.abs(np.subtract.outer(places, places))]
    return matrix


@dataclass(frozen=True, slots=True)
class Effect:
    """One column's coefficient beside others: value, standard error, and what is left of the column.

    ``unexplained`` is the share of the column's square that the other columns do not explain: near 0 the
    effect cannot be told from theirs. ``rests_on`` is how many periods carry the estimate: 1 where a single
    one decides it, however many the column has.
    """

    value: float
    error: float
    unexplained: float
    rests_on: float


def effect_of(column: Vector, others: Matrix, series: Vector, stray: Vector | None = None) -> Effect:
    """Return the least-squares effect of ``column`` on ``series`` beside ``others``.

    Parameters
    ----------
    column
        Shape (period,).
    others
        Orthonormal basis of all other columns, shape (period, rank).
    series
        Shape (period,).
    stray
        How far single periods strayed that ``others`` explain by a column each, shape (period,). It bends no
        effect, but counts as noise in the error: what happens in some periods can happen in the column's.

    Notes
    -----
    The error is Newey and West's (1987), or that of AR(1) noise of one kind throughout where this is larger.
    A column that lives in a single period fits it exactly, and Newey-West alone would report no error.
    ``rests_on`` is ``(sum of o^2)^2 / sum of o^4``, ``o`` being what is left of the column.
    """
    whole = float(column @ column)
    own = column - others @ (others.T @ column)
    energy = float(own @ own)
    if energy <= RANK_TOLERANCE * whole:
        return Effect(float("nan"), float("nan"), 0.0, 0.0)
    value = float(own @ series) / energy
    residual = series - others @ (others.T @ series) - value * own
    known = np.column_stack([others, own / np.sqrt(energy)])
    noises = [residual] if stray is None or not stray.any() else [residual, residual + stray]
    covariances = [noise_of(each, known).covariance(len(series)) for each in noises]
    variance = max(
        *(float(own @ each @ own) for each in covariances), _newey_west(own * residual, known.shape[1])
    )
    return Effect(value, float(np.sqrt(variance)) / energy, energy / whole, energy**2 / float((own**4).sum()))


def _newey_west(scores: Vector, fitted_columns: int) -> float:
    """Return the long-run sum of the scores' products, Bartlett weights, corrected for the columns fitted."""
    length = len(scores)
    lags = int(4.0 * (length / 100.0) ** (2.0 / 9.0))
    total = float(scores @ scores)
    for lag in range(1, lags + 1):
        total += 2.0 * (1.0 - lag / (lags + 1.0)) * float(scores[lag:] @ scores[:-lag])
    return max(0.0, total) * length / max(1, length - fitted_columns)
