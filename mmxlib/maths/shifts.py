"""Level shifts: periods from which a series runs lastingly higher or lower.

A step must explain more than a wandering trend and noise with memory can. Both are random parts with unknown
strength, so a series that wanders by itself is not cut into steps, and a step in a straight series is found
at three sds of its noise.

References
----------
Chen, Liu (1993), Joint Estimation of Model Parameters and Outlier Effects in Time Series, Journal of the
American Statistical Association 88(421): the forward search. Harvey, Koopman (1992), Diagnostic Checking of
Unobserved-Components Time Series Models, Journal of Business & Economic Statistics 10(4): steps beside a
random trend. Patterson, Thompson (1971), Recovery of Inter-block Information when Block Sizes are Unequal,
Biometrika 58(3): the residual likelihood.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Array, Cube, Matrix, Vector
from mmxlib.maths.regression import basis, robust_fit
from mmxlib.maths.robust import robust_sd, rolling_median

CLEANING = 4.0
"""Robust sds from its neighbors at which a single value is drawn in before steps are searched."""

NEIGHBORS = 7
"""The width, in periods, of the neighborhood a single value is compared with."""

BENDS = 4
"""The periods between the random changes of the trend's slope."""

WANDERING = (0.0, 0.03, 0.3, 3.0, 30.0, 300.0)
"""Variances of the trend's wandering, in variances of the noise, that are weighed against each other."""

CORRELATIONS = (0.0, 0.2, 0.4, 0.6)
"""Lag-one correlations of the noise that are weighed against each other."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A lasting step: its first period, its size in the series' units, and its signed score.

    The score is the root of twice the gain of log likelihood: a normal variable where there is no step.
    """

    period: int
    size: float
    score: float


@dataclass(frozen=True, slots=True)
class _Search:
    """The series and every candidate step, whitened under each pair of wandering and correlation.

    ``series`` has shape (pair, row), ``candidates`` (pair, row, candidate), ``penalty`` (pair,) is half the
    log determinant of the covariance; ``places`` are the candidates' first periods; sums of squares below
    ``floor`` are rounding.
    """

    places: Array
    series: Matrix
    candidates: Cube
    penalty: Vector
    floor: float


def level_shifts(
    series: Vector, columns: Matrix, *, threshold: float, margin: int, most: int
) -> tuple[Shift, ...]:
    """Return the steps of ``series`` beside ``columns``, in order of time.

    Parameters
    ----------
    series
        Shape (period,).
    columns
        What else explains the series, shape (period, column): constant, slope, season, drivers. The trend's
        bends are random and need no columns.
    threshold
        Score from which a step counts. As the search looks at every period, scores below about 3.3 come up in
        one of twenty series without any step.
    margin
        Periods that a step must keep from both ends and from another step.
    most
        The most steps to find.
    """
    search = _prepared(_drawn_in(series, columns), columns, margin) if most else None
    if search is None:
        return ()
    found: list[int] = []
    while len(found) < most:
        place, gain = _best(search, found, margin)
        if gain < threshold**2:
            break
        found.append(place)
        for index in range(len(found) - 1):
            found[index] = _best(search, found[:index] + found[index + 1 :], margin)[0]
    while found:
        gains = [_gain(search, found, index) for index in range(len(found))]
        weakest = int(np.argmin(gains))
        if gains[weakest] >= threshold**2:
            sizes = _sizes(search, found)
            shifts = [
                Shift(int(search.places[place]), float(size), float(np.copysign(np.sqrt(gain), size)))
                for place, size, gain in zip(found, sizes, gains, strict=True)
            ]
            return tuple(sorted(shifts, key=lambda shift: shift.period))
        found.pop(weakest)
    return ()


def steps(periods: Sequence[int], length: int) -> Matrix:
    """Return a column per period that is 0 before it and 1 from it on, shape (length, period)."""
    first = np.array(periods, dtype=np.int64)
    columns: Matrix = (np.arange(length)[:, None] >= first[None, :]).astype(np.float64)
    return columns


def _drawn_in(series: Vector, columns: Matrix) -> Vector:
    """Return the series with lone wild values moved to their neighbors' level; steps stay as they are."""
    residual = robust_fit(columns, series).residual
    apart = residual - rolling_median(residual, NEIGHBORS)
    wild = np.abs(apart) > CLEANING * robust_sd(apart)
    return np.where(wild, series - apart, series)


def _prepared(series: Vector, columns: Matrix, margin: int) -> _Search | None:
    """Return the whitened search, or None where the history is too short for one."""
    from scipy.linalg import solve_triangular

    length = len(series)
    known = basis(columns)
    rank = known.shape[1]
    places = np.arange(margin, length - margin + 1)
    if length - rank < 3 * margin:
        return None
    contrasts = np.linalg.qr(known, mode="complete")[0][:, rank:]
    whole = contrasts.T @ np.column_stack([series, steps(list(places), length)])
    hinges = np.maximum(np.arange(length)[:, None] - np.arange(2, length - 2, BENDS)[None, :], 0.0)
    hinges = contrasts.T @ hinges
    wandering = hinges @ hinges.T
    wandering *= len(wandering) / np.trace(wandering)
    lags = np.abs(np.subtract.outer(np.arange(length), np.arange(length)))
    whitened, penalties = [], []
    for correlation in CORRELATIONS:
        memory = contrasts.T @ (correlation ** lags.astype(np.float64)) @ contrasts
        for share in WANDERING:
            factor = np.linalg.cholesky(memory + share * wandering)
            whitened.append(solve_triangular(factor, whole, lower=True, check_finite=False))
            penalties.append(float(np.log(np.diag(factor)).sum()))
    stacked = np.stack(whitened)
    floor = 1e-20 * float(series @ series) + np.finfo(np.float64).tiny
    return _Search(places, stacked[:, :, 0], stacked[:, :, 1:], np.array(penalties), floor)


def _left_over(search: _Search, found: list[int]) -> tuple[Matrix, Cube]:
    """Return series and candidates without what the ``found`` steps explain, under each pair."""
    if not found:
        return search.series, search.candidates
    known, _ = np.linalg.qr(search.candidates[:, :, found])
    turned = np.swapaxes(known, 1, 2)
    series = search.series - (known @ (turned @ search.series[:, :, None]))[:, :, 0]
    return series, search.candidates - known @ (turned @ search.candidates)


def _likelihoods(search: _Search, squares: Matrix) -> Matrix:
    """Return log likelihoods from sums of squares whose first axis is the pair."""
    rows = search.series.shape[1]
    penalty = search.penalty.reshape(-1, *([1] * (squares.ndim - 1)))
    likelihoods: Matrix = -0.5 * rows * np.log(np.maximum(squares, search.floor)) - penalty
    return likelihoods


def _best(search: _Search, found: list[int], margin: int) -> tuple[int, float]:
    """Return the best further step and twice its gain of log likelihood, each at its own best pair."""
    series, candidates = _left_over(search, found)
    energy = (candidates**2).sum(axis=1)
    whole = (search.candidates**2).sum(axis=1)
    explained = np.einsum("pr,prc->pc", series, candidates) ** 2 / np.maximum(energy, 1e-300)
    near = np.zeros(len(search.places), dtype=bool)
    for place in found:
        near |= np.abs(search.places - search.places[place]) < margin
    explained = np.where((energy > 1e-6 * whole) & ~near, explained, 0.0)
    squares = (series**2).sum(axis=1)
    likelihoods = _likelihoods(search, squares[:, None] - explained)
    place = int(np.argmax(likelihoods.max(axis=0)))
    return place, 2.0 * float(likelihoods.max() - _likelihoods(search, squares).max())


def _likelihood(search: _Search, found: list[int]) -> float:
    return float(_likelihoods(search, (_left_over(search, found)[0] ** 2).sum(axis=1)).max())


def _gain(search: _Search, found: list[int], index: int) -> float:
    """Return twice the log likelihood that the step at ``index`` brings beside the others."""
    return 2.0 * (_likelihood(search, found) - _likelihood(search, found[:index] + found[index + 1 :]))


def _sizes(search: _Search, found: list[int]) -> Vector:
    """Return the steps' sizes at the likeliest pair."""
    squares = (_left_over(search, found)[0] ** 2).sum(axis=1)
    pair = int(np.argmax(_likelihoods(search, squares)))
    sizes: Vector = np.linalg.lstsq(search.candidates[pair][:, found], search.series[pair], rcond=None)[0]
    return sizes
