"""Season and trend: Fourier terms, decompositions and their strength.

References
----------
Cleveland, Cleveland, McRae, Terpenning (1990), STL: A Seasonal-Trend Decomposition Procedure Based on Loess,
Journal of Official Statistics 6(1). Wang, Smith, Hyndman (2006), Characteristic-Based Clustering for Time
Series Data, Data Mining and Knowledge Discovery 13(3): the strengths.
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Dates, Indices, Matrix, Vector
from mmxlib.maths.loess import Smoother, bent_line, smoother
from mmxlib.maths.regression import robust_fit
from mmxlib.maths.robust import robust_sd

YEAR_DAYS = 365.25
"""The mean length of a year in the Julian calendar, days."""


PASSES = 5
"""Times that season and trend are found anew, each without the other; the paper finds two to be enough."""

RECURRING = 1.5
"""Robust sds from the smooth season that most years must exceed in the same period to make it season."""

EVERY_YEAR = 0.75
"""The same that every year must exceed: both come up by chance in one of 200 periods of three years."""


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A series as ``trend + seasonal + residual``, each of shape (period,)."""

    trend: Vector
    seasonal: Vector
    residual: Vector


def year_phase(dates: Dates) -> Vector:
    """Return the time of each date in years, whose fraction is the place in the year; shape (period,).

    Counted from 1 January 1970 in years of 365.25 days, so that histories that start on different days share
    one season.
    """
    days = dates.astype("datetime64[D]").astype(np.float64)
    phase: Vector = days / YEAR_DAYS
    return phase


def periods_per_year(period_days: int) -> int:
    """Return the whole number of periods nearest to a year: 52 for weeks."""
    return max(1, round(YEAR_DAYS / period_days))


def fourier(phase: Vector, harmonics: int) -> Matrix:
    """Return sine and cosine of the first yearly harmonics, shape (period, 2 * harmonics).

    ``phase`` is time in years, as of `year_phase`; columns are ordered sine 1, cosine 1, sine 2, …
    """
    angles = 2.0 * np.pi * np.outer(phase, np.arange(1, harmonics + 1))
    columns: Matrix = np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(len(phase), 2 * harmonics)
    return columns


def trend_terms(years: Vector, spacing: float) -> Matrix:
    """Return a constant, a slope and a change of slope every ``spacing`` years, shape (period, term).

    ``years``, one at least, counts from anywhere. Changes of slope stay at least half a spacing away from
    both ends, where nothing could tell them from noise.
    """
    elapsed = years - years[0]
    length = float(elapsed[-1])
    count = max(0, int(np.floor(length / spacing - 1.0 + 1e-9)))
    first = 0.5 * (length - spacing * (count - 1)) if count else 0.0
    knots = first + spacing * np.arange(count)
    hinges = np.maximum(elapsed[:, None] - knots[None, :], 0.0)
    columns: Matrix = np.column_stack([np.ones_like(elapsed), elapsed, hinges])
    return columns


def strength(component: Vector, residual: Vector) -> float:
    """Return how much of ``component + residual`` is the component: 0 (nothing) to 1 (all).

    Notes
    -----
    ``max(0, 1 - Var(residual) / Var(component + residual))``; 0 when nothing varies.
    """
    whole = float(np.var(component + residual))
    if whole <= 1e-24 * (1.0 + float(np.mean(np.abs(component)))) ** 2:
        return 0.0
    return float(min(1.0, max(0.0, 1.0 - float(np.var(residual)) / whole)))


def filled(series: Vector) -> Vector:
    """Return the series with missing periods on the straight line between their neighbors.

    At the ends the nearest value is kept; a series without any value becomes zeros.
    """
    known = np.isfinite(series)
    if known.all():
        return series
    if not known.any():
        return np.zeros_like(series)
    places = np.arange(len(series), dtype=np.float64)
    line: Vector = np.interp(places, places[known], series[known])
    return line


def stl(series: Vector, period: int, *, season_window: int, smoothing: int) -> Decomposition:
    """Return the STL decomposition of ``series``, shape (period,), at least two seasons long.

    Wild values are to be taken out before: the paper's own weights believe none of three years where one
    strays, which leaves heavy tails that look odd.

    Parameters
    ----------
    series
        Shape (period,).
    period
        Periods in a season.
    season_window
        Years, odd and at least 7, over which the season is averaged: the larger, the steadier.
    smoothing
        Neighboring periods, odd, over which the season is evened out; 1 leaves it as it is.

    Notes
    -----
    The season is averaged, not sloped (degree 0): with three years a sloped one bends to a single odd week
    and hides it. It is then evened out (the paper's post-smoothing), as an average of three values follows
    their noise and leaves residuals far too small, half of which would look odd. What departs
    from the smooth season in the same way every year (`_recurring`) belongs to the season all the same.
    Between every tenth of their windows, trend and low-pass are straight lines, as in the authors' code: five
    times faster, for differences of a hundredth of the noise in the trend.
    """
    length = len(series)
    stiffness = 1.5 * period / (1.0 - 1.5 / season_window)
    trends = bent_line(length, _odd(stiffness), max(1, period // 6))
    levels = bent_line(length, _odd(period + 1), max(1, period // 10))
    years = _years(length, period, season_window)
    trend, cycles = np.zeros(length), np.empty(length + 2 * period)
    for _ in range(PASSES):
        for places in years:
            cycles[places.periods] = places.of(series - trend)
        level = levels.of(_averaged(_averaged(_averaged(cycles, period), period), 3))
        seasonal = cycles[period:-period] - level
        trend = trends.of(series - seasonal)
    if smoothing > 1:
        seasonal = _evened(seasonal, period, smoothing)
        seasonal = seasonal + _recurring(series - trend - seasonal, period)
    return Decomposition(trend, seasonal, series - trend - seasonal)


def _odd(least: float) -> int:
    """Return the smallest odd number that is no less than ``least``."""
    return 2 * int(np.ceil(0.5 * (least - 1.0))) + 1


def _averaged(series: Vector, width: int) -> Vector:
    """Return the moving average over ``width`` periods, which is ``width - 1`` periods shorter."""
    averages: Vector = np.lib.stride_tricks.sliding_window_view(series, width).mean(axis=-1)
    return averages


@dataclass(frozen=True, slots=True)
class _Years:
    """Places of the season that come equally often, and how each is smoothed over its years.

    ``periods``, shape (place, year), begin a season before the series and end one after it; they are counted
    from there.
    """

    periods: Indices
    smoother: Smoother

    def of(self, series: Vector) -> Matrix:
        """Return the smooth of ``series``, shape (period,), at ``periods``."""
        return self.smoother.of(series[self.periods[:, :-2]])


def _years(length: int, period: int, window: int) -> list[_Years]:
    """Return the places of a season that come once more than the others, and the others."""
    found = []
    for places in np.split(np.arange(period), [length % period]):
        if len(places):
            years = -(-(length - int(places[0])) // period)
            periods = places[:, None] + period * np.arange(years + 2)
            found.append(_Years(periods, smoother(np.arange(-1, years + 1), years, window, sloped=False)))
    return found


def _evened(seasonal: Vector, period: int, width: int) -> Vector:
    """Return the season evened out; beyond the ends the season of the year next to it is taken."""
    half = width // 2
    before, after = seasonal[period - half : period], seasonal[-period : half - period]
    whole = np.concatenate([before, seasonal, after])
    smooth: Vector = np.convolve(whole, np.full(width, 1.0 / width), mode="valid")
    return smooth


def _recurring(residual: Vector, period: int) -> Vector:
    """Return what departs each year in the same period of the year, by the same sign and clearly."""
    recurring = np.zeros_like(residual)
    spread = robust_sd(residual)
    for place in range(min(period, len(residual))):
        values = residual[place::period]
        usual = float(np.median(values))
        least = float((np.sign(usual) * values).min())
        if len(values) >= 3 and abs(usual) > RECURRING * spread and least > EVERY_YEAR * spread:
            recurring[place::period] = usual
    return recurring


def fourier_decomposition(series: Vector, years: Vector, harmonics: int) -> Decomposition:
    """Return trend and season of a robust regression on a trend with yearly bends and ``harmonics`` pairs.

    For histories that are too short for `stl`. ``years`` is time in years, as of `year_phase`.
    """
    base = trend_terms(years, 1.0)
    season = fourier(years, harmonics)
    season = season - season.mean(axis=0)
    fit = robust_fit(np.column_stack([base, season]), series)
    trend: Vector = base @ fit.coefficients[: base.shape[1]]
    seasonal: Vector = season @ fit.coefficients[base.shape[1] :]
    return Decomposition(trend, seasonal, series - trend - seasonal)
