"""The outcome without paid media by three methods: median, mean and regression."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.agents.drivers import Drivers, drivers_of
from mmxlib.agents.media_levels import media_brought
from mmxlib.agents.scanning import harmonics
from mmxlib.artifacts.baseline import ChannelPrior
from mmxlib.artifacts.panel import Panel
from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.regression import least_squares
from mmxlib.maths.seasonality import filled, fourier, trend_terms, year_phase
from mmxlib.maths.shifts import steps
from mmxlib.maths.threads import single_threaded

SPACING_YEARS = 1.0
"""The distance of the trend's bends: closer ones would take the slow part of media for trend."""


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
        Of each channel; media enter the regression by curves near theirs.
    quiet
        Periods that median and mean use, (period,).
    usable
        Periods that the regression uses, (period,): it explains events, promotions and media itself and needs
        them to tell what they bring.
    media_effect_sd
        Prior standard deviation of a channel's full response, as a share of the mean outcome.

    Notes
    -----
    The regression is least squares on trend, season, level shifts, events, controls and media, as
    `media_brought` measures these. Median and mean are those of quiet periods, with trend and season
    taken out and put back; what media still bring in quiet periods is taken off by the regression's effects,
    so that all three measure one thing: where media pause, median and mean rest on no model at all. What
    events and controls bring is part of the baseline by every method, as it comes without media.
    """
    series = filled(panel.outcome[unit])
    drivers = drivers_of(panel, unit)
    base = _base_columns(panel, shifts, drivers, len(series))
    media = media_brought(
        panel, unit, priors, series=series, base=base, usable=usable, effect_sd=media_effect_sd
    )
    fit = least_squares(base[usable], (series - media.sum(axis=1))[usable])
    paid = np.array([channel.paid for channel in panel.channels], dtype=bool)
    organic, bought = media[:, ~paid].sum(axis=1), media[:, paid].sum(axis=1)
    shape = base @ fit.coefficients + organic
    rest = series - shape - bought
    chosen = rest[quiet] if quiet.any() else rest
    return Levels(
        median=shape + float(np.median(chosen)),
        mean=shape + float(chosen.mean()),
        regression=shape,
        regression_periods=int(usable.sum()),
        quiet_media=float(bought[quiet].mean()) if quiet.any() else float(bought.mean()),
        media_told=bool(media.any()),
    )


def _base_columns(panel: Panel, shifts: Sequence[int], drivers: Drivers, length: int) -> Matrix:
    years = year_phase(panel.dates)
    season = fourier(years, harmonics(years))
    trend = trend_terms(years, SPACING_YEARS)
    columns: Matrix = np.column_stack(
        [trend, season, steps(shifts, length), drivers.events, drivers.controls]
    )
    return columns
