"""What one segment's series is made of: known drivers, lasting shifts, trend, season and the rest."""

from dataclasses import dataclass

import numpy as np

from mmxlib.agents.drivers import Drivers, drivers_of
from mmxlib.agents.impacts import LEAST_FREEDOM, Impact, Regression, impacts
from mmxlib.artifacts.panel import Panel
from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.regression import basis, least_squares, robust_fit
from mmxlib.maths.robust import robust_scores
from mmxlib.maths.seasonality import (
    Decomposition,
    filled,
    fourier,
    fourier_decomposition,
    periods_per_year,
    stl,
    trend_terms,
    year_phase,
)
from mmxlib.maths.shifts import Shift, level_shifts, steps
from mmxlib.maths.stretches import Stretch, odd_stretches
from mmxlib.maths.threads import single_threaded

SPACING_YEARS = 0.5
"""The distance of the bends of the trend beside which events are measured."""

OWN_SPACING_YEARS = 1.0
"""The distance of the bends of a driver's own trend, which stays in that of the outcome: as stiff as STL's,
which could not follow closer bends and would leave them at both ends as odd periods."""

WILD_SDS = 4.0
"""Robust sds from which a period outside events is kept from telling on the events' effects."""

ODD_SDS = 3.0
"""Robust sds from which a period is kept from bending trend and season."""

IMPOSSIBLE_SDS = 25.0
"""The same for a period within an event: a slipped decimal point, not an event that went well."""


@dataclass(frozen=True, slots=True)
class ScanRules:
    """How a series is taken apart; the fields mean what the trend scanner's settings of that name say."""

    adjust_for_drivers: bool
    season_window: int
    season_smoothing: int
    level_shift_threshold: float
    minimum_shift_periods: int
    maximum_shifts: int
    level: float
    anomaly_threshold: float
    longest_anomaly: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A series as trend + seasonal + known + residual, each of shape (period,), and what was found in it.

    ``known`` is what events explain, and controls and media beyond their own trend and season; ``left_out``
    names drivers that the history was too short for.
    """

    method: str
    observed: Vector
    missing: Array
    parts: Decomposition
    known: Vector
    score: Vector
    shifts: tuple[Shift, ...]
    impacts: tuple[Impact, ...]
    drivers: Drivers
    left_out: tuple[str, ...]
    stretches: tuple[Stretch, ...]


@single_threaded
def scan(panel: Panel, unit: int, rules: ScanRules) -> Scan:
    """Return the parts, shifts and events of the unit with index ``unit``."""
    missing = ~np.isfinite(panel.outcome[unit])
    series = filled(panel.outcome[unit])
    years = year_phase(panel.dates)
    pairs = harmonics(years)
    drivers, left_out = _affordable(drivers_of(panel, unit), years, pairs, rules.adjust_for_drivers)
    season = fourier(years, pairs)
    straight = np.column_stack([np.ones_like(years), years - years.mean(), season, drivers.all])
    series = _bridged(series, missing, straight)
    shifts = level_shifts(
        series,
        straight,
        threshold=rules.level_shift_threshold,
        margin=rules.minimum_shift_periods,
        most=rules.maximum_shifts,
    )
    jumps = steps([shift.period for shift in shifts], len(series))
    base = np.column_stack([trend_terms(years, SPACING_YEARS), season, jumps])
    wild, unclean = _wild(series, base, drivers, ~missing, rules.longest_anomaly)
    columns = np.column_stack([base, np.eye(len(series))[:, wild], drivers.all])
    fit = least_squares(columns, series)
    own = basis(np.column_stack([trend_terms(years, OWN_SPACING_YEARS), season]))
    known = _known(fit.coefficients, drivers, own)
    jumped = jumps @ np.array([shift.size for shift in shifts])
    year = periods_per_year(panel.period_days)
    strayed = np.where(unclean, fit.residual, 0.0)
    strayed[wild] = fit.coefficients[base.shape[1] : base.shape[1] + len(wild)]
    strayed = _once(strayed, year)
    parts = _decomposed(series - known - jumped - strayed, years, year, rules)
    parts = Decomposition(parts.trend + jumped, parts.seasonal, parts.residual + strayed)
    odd = odd_stretches(
        parts.residual, ~missing, threshold=rules.anomaly_threshold, longest=rules.longest_anomaly
    )
    return Scan(
        method="stl" if _long(series, year) else "fourier",
        observed=series,
        missing=missing,
        parts=parts,
        known=known,
        score=odd.score,
        stretches=odd.found,
        shifts=shifts,
        impacts=impacts(panel, unit, Regression(series, base, tuple(wild), drivers), level=rules.level),
        drivers=drivers,
        left_out=left_out,
    )


def _bridged(series: Vector, missing: Array, columns: Matrix) -> Vector:
    """Return the series with missing periods as ``columns`` suggest, from one side's level to the other's.

    A line alone would cut the season out of a missing year. Too few known periods leave the line.
    """
    known = ~missing
    if not missing.any() or int(known.sum()) < columns.shape[1] + LEAST_FREEDOM:
        return series
    usual = columns @ robust_fit(columns[known], series[known]).coefficients
    bridged: Vector = np.where(missing, usual + filled(np.where(missing, np.nan, series - usual)), series)
    return bridged


def harmonics(years: Vector) -> int:
    """Return how many yearly Fourier pairs a history can tell: none in less than a year."""
    length = float(years[-1] - years[0])
    return 4 if length >= 1.9 else 2 if length >= 0.95 else 0


def _long(series: Vector, season: int) -> bool:
    return len(series) >= 2 * season and season >= 4


def _decomposed(series: Vector, years: Vector, season: int, rules: ScanRules) -> Decomposition:
    if _long(series, season):
        return stl(series, season, season_window=rules.season_window, smoothing=rules.season_smoothing)
    return fourier_decomposition(series, years, harmonics(years))


def _affordable(drivers: Drivers, years: Vector, pairs: int, adjust: bool) -> tuple[Drivers, tuple[str, ...]]:
    """Return the drivers that the history can carry: media are given up first, then controls."""
    length = len(years)
    none = np.empty((length, 0))
    if not adjust:
        return Drivers(drivers.event_names, drivers.events, (), none, (), none), ()
    room = (
        length
        - LEAST_FREEDOM
        - trend_terms(years, SPACING_YEARS).shape[1]
        - 2 * pairs
        - len(drivers.event_names)
    )
    room = min(room, length // 3)
    left_out: list[str] = []
    media_names, media = drivers.media_names, drivers.media
    if len(drivers.control_names) + len(media_names) > room:
        left_out += media_names
        media_names, media = (), none
    control_names, controls = drivers.control_names, drivers.controls
    if len(control_names) > room:
        left_out += control_names
        control_names, controls = (), none
    kept = Drivers(drivers.event_names, drivers.events, control_names, controls, media_names, media)
    return kept, tuple(left_out)


def _known(coefficients: Vector, drivers: Drivers, smooth: Matrix) -> Vector:
    """Return what events bring, and controls and media beyond their own trend and season.

    A driver's own trend and season stay in those of the outcome: a reader asks for the season that sales
    have, not for what is left once a competitor's season is taken out. ``smooth`` is a basis of both.
    """
    centered = drivers.centered
    effects = coefficients[len(coefficients) - drivers.all.shape[1] :]
    lifts, slopes = effects[: drivers.events.shape[1]], effects[drivers.events.shape[1] :]
    known: Vector = drivers.events @ lifts + (centered - smooth @ (smooth.T @ centered)) @ slopes
    return known


def _wild(
    series: Vector, base: Matrix, drivers: Drivers, judged: Array, longest: int
) -> tuple[list[int], Array]:
    """Return the wild periods, which get a column each so that they bend no other effect, and all odd ones.

    Within an event only impossible values count as wild: its periods may differ, and all of them tell its
    lift. Whatever is odd, (period,), is kept from trend and season.
    """
    columns = np.column_stack([base, drivers.all])
    residual = robust_fit(columns, series).residual
    running = drivers.events.max(axis=1, initial=0.0) > 0.0
    odd = odd_stretches(residual, judged, threshold=ODD_SDS, longest=longest)
    inside = odd.periods()
    wild = inside & np.where(
        running, np.abs(robust_scores(residual)) > IMPOSSIBLE_SDS, np.abs(odd.score) > WILD_SDS
    )
    return [int(place) for place in np.flatnonzero(wild)], inside


def _once(odd: Vector, year: int) -> Vector:
    """Return what is odd without what was so, by the same sign, a year before or after: that is season.

    With three years, one wild value makes all three values of its place in the year look wild to STL, which
    then believes none of them; so it gets the series without such values.
    """
    sign = np.sign(odd)
    recurring = np.zeros(len(odd), dtype=bool)
    if len(odd) > year:
        same = (sign[year:] == sign[:-year]) & (sign[year:] != 0.0)
        recurring[year:] |= same
        recurring[:-year] |= same
    return np.where(recurring, 0.0, odd)
