"""The outcome without paid media by three methods: median, mean and regression."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.agents.drivers import Drivers, drivers_of
from mmxlib.agents.scanning import harmonics
from mmxlib.artifacts.baseline import ChannelPrior
from mmxlib.artifacts.panel import Panel
from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.media import Curves, media_series
from mmxlib.maths.regression import basis, least_squares
from mmxlib.maths.seasonality import filled, fourier, trend_terms, year_phase
from mmxlib.maths.shifts import steps
from mmxlib.maths.threads import single_threaded
from mmxlib.model.curves import adstock_codes, saturation_codes

SPACING_YEARS = 1.0
"""The distance of the trend's bends: closer ones would take the slow part of media for trend."""

LEAST_FREEDOM = 20
"""Periods that must be left over beside all columns before media are told from the rest."""


@dataclass(frozen=True, slots=True)
class Levels:
    """The baseline by each method, (period,).

    ``regression_periods`` is how many periods the regression used, ``quiet_media`` what paid media bring per
    quiet period by its effects, ``media_told`` whether it could tell any effect.
    """

    median: Vector
    mean: Vector
    regression: Vector
    regression_periods: int
    quiet_media: float
    media_told: bool


@single_threaded
def levels(
    panel: Panel,
    unit: int,
    shifts: Sequence[int],
    priors: Sequence[ChannelPrior],
    *,
    quiet: Array,
    usable: Array,
    media_effect_sd: float,
) -> Levels:
    """Return the outcome without paid media in every period of one unit.

    Parameters
    ----------
    panel, unit
        The panel and the unit's index.
    shifts
        First periods of the level shifts.
    priors
        Of each channel; the centers give the curve by which media enter the regression.
    quiet
        Periods that median and mean use, (period,).
    usable
        Periods that the regression uses, (period,): it explains events, promotions and media itself and needs
        them to tell what they bring.
    media_effect_sd
        Prior standard deviation of a channel's full response, as a share of the mean outcome.

    Notes
    -----
    The regression is least squares on trend, season, level shifts, events, controls and media, each channel's
    effect not negative and shrunk (ridge). Median and mean are those of quiet periods, with trend and season
    taken out and put back; what media still bring in quiet periods is taken off by the regression's effects,
    so that all three measure one thing: where media pause, median and mean rest on no model at all. What
    events and controls bring is part of the baseline by every method, as it comes without media.
    """
    series = filled(panel.outcome[unit])
    drivers = drivers_of(panel, unit)
    base = _base_columns(panel, shifts, drivers, len(series))
    media = _media_columns(panel, unit, priors)
    effects = _media_effects(series[usable], base[usable], media[usable], media_effect_sd)
    fit = least_squares(base[usable], (series - media @ effects)[usable])
    paid = np.array([channel.paid for channel in panel.channels], dtype=bool)
    organic, bought = media[:, ~paid] @ effects[~paid], media[:, paid] @ effects[paid]
    shape = base @ fit.coefficients + organic
    rest = series - shape - bought
    chosen = rest[quiet] if quiet.any() else rest
    return Levels(
        median=shape + float(np.median(chosen)),
        mean=shape + float(chosen.mean()),
        regression=shape,
        regression_periods=int(usable.sum()),
        quiet_media=float(bought[quiet].mean()) if quiet.any() else float(bought.mean()),
        media_told=bool(effects.any()),
    )


def _base_columns(panel: Panel, shifts: Sequence[int], drivers: Drivers, length: int) -> Matrix:
    years = year_phase(panel.dates)
    season = fourier(years, harmonics(years))
    trend = trend_terms(years, SPACING_YEARS)
    columns: Matrix = np.column_stack(
        [trend, season, steps(shifts, length), drivers.events, drivers.controls]
    )
    return columns


def _media_columns(panel: Panel, unit: int, priors: Sequence[ChannelPrior]) -> Matrix:
    """Return each channel's response, between 0 and 1, at the centers of its prior, (period, channel)."""
    exposure = panel.exposure[unit]
    active = exposure > 0.0
    scale = np.where(active, exposure, 0.0).sum(axis=0) / np.maximum(active.sum(axis=0), 1)
    scaled = np.ascontiguousarray(exposure / np.where(scale > 0.0, scale, 1.0))
    centers = np.array(
        [
            (each.retention.center, each.timing.center, each.half_saturation.center, each.shape.center)
            for each in priors
        ]
    ).reshape(-1, 4)
    columns = (np.ascontiguousarray(column[None, :]) for column in centers.T)
    curves = Curves(adstock_codes(priors), saturation_codes(priors), *columns)
    response: Matrix = media_series(scaled, curves, np.ones((1, len(priors))))[0]
    return response


def _media_effects(series: Vector, base: Matrix, media: Matrix, effect_sd: float) -> Vector:
    """Return each channel's effect: not negative, shrunk by its prior; (channel,).

    Zeros where too few periods are left over to tell media from the rest.
    """
    from scipy.optimize import nnls

    known = basis(base)
    rest = series - known @ (known.T @ series)
    own = media - known @ (known.T @ media)
    freedom = len(series) - known.shape[1] - media.shape[1]
    if freedom < LEAST_FREEDOM or not media.shape[1]:
        return np.zeros(media.shape[1])
    noise = float(np.sqrt((least_squares(own, rest).residual ** 2).sum() / freedom))
    scale = effect_sd * max(abs(float(series.mean())), np.finfo(np.float64).tiny)
    shrinking = noise / scale * np.eye(media.shape[1])
    effects: Vector = nnls(np.vstack([own, shrinking]), np.concatenate([rest, np.zeros(media.shape[1])]))[0]
    return effects
