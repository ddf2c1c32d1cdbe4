"""What the residuals say about a fit: every test looks at them freed of the model's AR(1) noise."""

import numpy as np

from mmxlib.artifacts.diagnostics import Check
from mmxlib.artifacts.panel import Panel
from mmxlib.evaluation.checks import at_least, between, telling
from mmxlib.evaluation.diagnostic_settings import DiagnosticSettings
from mmxlib.evaluation.mean_fit import MeanFit
from mmxlib.maths.arrays import Vector
from mmxlib.maths.residuals import breusch_pagan, durbin_watson, jarque_bera, ljung_box

FEWEST_PERIODS = 20
"""Below this many periods the tests' distributions, which hold for long series, say nothing."""

EXACT = 1e-9
"""Residuals below this share of the outcome are rounding, which has patterns of its own."""


def residual_checks(fit: MeanFit, panel: Panel, settings: DiagnosticSettings) -> list[Check]:
    """Return the checks of autocorrelation, constant variance and normality of every unit's innovations.

    Of each test only the units that do not pass are kept, or else the one nearest to its limit. A unit
    without residuals (an exact fit) is not tested.
    """
    spread = np.abs(fit.innovations).max(axis=1)
    tested = np.flatnonzero(spread > EXACT * np.abs(fit.actual).max(axis=1)).tolist()
    if len(panel.dates) < FEWEST_PERIODS or not tested:
        return []
    # One limit for each unit would raise a false alarm somewhere as soon as units are many (Bonferroni).
    limit = settings.significance / len(tested)
    checks = _durbin_watson(fit, panel, tested, settings.durbin_watson_distance)
    checks += _ljung_box(fit, panel, tested, limit, settings.ljung_box_lags)
    checks += _breusch_pagan(fit, panel, tested, limit)
    checks += _jarque_bera(fit, panel, tested, limit)
    return checks


def _durbin_watson(fit: MeanFit, panel: Panel, tested: list[int], distance: float) -> list[Check]:
    values = [durbin_watson(fit.innovations[unit]) for unit in tested]
    checks = [
        between(
            "durbin_watson",
            value,
            low=2.0 - distance,
            high=2.0 + distance,
            form=".1f",
            about=panel.units[unit],
            meaning="Errors should not repeat from period to period; a value near 2 says that they do not.",
            remedy="Look for a driver that lasts several periods and is missing: a price, distribution, a "
            "competitor.",
        )
        for unit, value in zip(tested, values, strict=True)
    ]
    return telling(checks, distance=[abs(value - 2.0) for value in values])


def _ljung_box(
    fit: MeanFit, panel: Panel, tested: list[int], limit: float, settings_lags: int
) -> list[Check]:
    lags = min(settings_lags, len(panel.dates) // 4)
    values = [ljung_box(fit.innovations[unit], lags).p_value for unit in tested]
    meaning = (
        f"If errors were unrelated over {lags} periods, a pattern this strong would have this probability; "
        "a pattern that is left over makes intervals too narrow."
    )
    remedy = (
        "Add the missing driver as a control or event, or let the season and the trend be more flexible "
        "(harmonics, trend_flexibility)."
    )
    return _by_unit("ljung_box", values, panel, tested, limit, meaning=meaning, remedy=remedy)


def _breusch_pagan(fit: MeanFit, panel: Panel, tested: list[int], limit: float) -> list[Check]:
    time = np.arange(len(panel.dates), dtype=np.float64)
    values = [
        breusch_pagan(fit.innovations[unit], _standardized(fit.fitted[unit], time)).p_value for unit in tested
    ]
    meaning = (
        "If errors were equally large at all times, a change in size as strong as seen would have this "
        "probability; otherwise intervals are too wide in some periods and too narrow in others."
    )
    remedy = (
        "Look whether errors grow with the outcome or over time; start the data later if the past differs."
    )
    return _by_unit("breusch_pagan", values, panel, tested, limit, meaning=meaning, remedy=remedy)


def _standardized(fitted: Vector, time: Vector) -> Vector:
    """Return level and time as drivers of the variance, shape (period, 2), of comparable size."""
    columns: Vector = np.column_stack([fitted - fitted.mean(), time - time.mean()])
    spread = columns.std(axis=0)
    return columns / np.where(spread > 0.0, spread, 1.0)


def _jarque_bera(fit: MeanFit, panel: Panel, tested: list[int], limit: float) -> list[Check]:
    values = [jarque_bera(fit.innovations[unit]).p_value for unit in tested]
    checks = []
    for unit, value in zip(tested, values, strict=True):
        fresh = fit.innovations[unit]
        largest = int(np.argmax(np.abs(fresh)))
        size = float(fresh[largest] / fresh.std())
        checks.append(
            at_least(
                "jarque_bera",
                value,
                warn=limit,
                form=".2g",
                about=panel.units[unit],
                meaning="If errors were bell-shaped, extremes as strong as seen would have this probability. "
                f"The largest is {size:+.1f} standard deviations, in the period from {panel.dates[largest]}.",
                remedy="Find out what happened in that period and enter it as an event.",
            )
        )
    return telling(checks, distance=[-value for value in values])


def _by_unit(
    name: str,
    values: list[float],
    panel: Panel,
    tested: list[int],
    limit: float,
    *,
    meaning: str,
    remedy: str,
) -> list[Check]:
    checks = [
        at_least(name, value, warn=limit, form=".2g", about=panel.units[unit], meaning=meaning, remedy=remedy)
        for unit, value in zip(tested, values, strict=True)
    ]
    return telling(checks, distance=[-value for value in values])
