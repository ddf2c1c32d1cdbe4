"""What is measured of every sub-category before sub-categories are compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from mmxlib.agents.promotions import promotion_sizes
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.regression import least_squares
from mmxlib.maths.robust import robust_sd, rolling_median
from mmxlib.maths.seasonality import filled, fourier, strength, year_phase
from mmxlib.terms import ControlKind, OutcomeKind, Verdict

REDUNDANT_SHARE = 0.95
"""The share of a measure of size that earlier ones explain from which it is not counted again.

Only measures of size: other features may go together because the sub-categories form groups."""

NEIGHBOR_PERIODS = 7
"""The width, in periods, of the neighborhood by which a wild value is told."""

WILD_SDS = 4.0
"""Robust sds from its neighborhood to which a wild value is drawn in."""


class Feature(StrEnum):
    """What sub-categories are compared by; earlier ones win where two say the same."""

    MEAN_SALES = "mean_sales"
    PRICE = "price"
    GROWTH = "growth"
    VOLATILITY = "volatility"
    SEASONALITY = "seasonality"
    PROMOTION_SHARE = "promotion_share"
    VOLUME = "volume"
    VELOCITY = "velocity"


@dataclass(frozen=True, slots=True)
class Measure:
    """How a feature is compared.

    ``logarithmic``: by its ratio. ``material``: a difference that matters, in logs or natural units; a
    smaller spread among sub-categories is not blown up to one. ``high`` and ``low`` are words for a segment.
    """

    logarithmic: bool
    material: float
    high: str
    low: str


MEASURES = {
    Feature.MEAN_SALES: Measure(True, 0.2, "large", "small"),
    Feature.PRICE: Measure(True, 0.1, "high-priced", "low-priced"),
    Feature.GROWTH: Measure(False, 0.03, "growing", "declining"),
    Feature.VOLATILITY: Measure(True, 0.2, "volatile", "steady"),
    Feature.SEASONALITY: Measure(False, 0.1, "seasonal", "hardly seasonal"),
    Feature.PROMOTION_SHARE: Measure(False, 0.05, "often promoted", "rarely promoted"),
    Feature.VOLUME: Measure(True, 0.2, "high volume", "low volume"),
    Feature.VELOCITY: Measure(True, 0.2, "fast-selling", "slow-selling"),
}


SIZES = (Feature.MEAN_SALES, Feature.VOLUME, Feature.VELOCITY)


def feature_table(panel: Panel) -> pd.DataFrame:
    """Return every feature that the panel knows, in natural units: a row per unit, a column per feature.

    ``mean_sales`` and ``volume`` are means per period, ``velocity`` is units per period with sales,
    ``growth`` the yearly change of the level as a share of the mean, ``volatility`` the coefficient of
    variation of sales once trend and season are taken out, ``seasonality`` the season's strength (0 to 1),
    ``promotion_share`` the mean of the promotion control.
    """
    volume = panel.volume if panel.outcome_kind is OutcomeKind.MONEY else panel.outcome
    known = np.isfinite(panel.outcome)
    sold = np.nansum(panel.outcome, axis=1)
    columns = {Feature.MEAN_SALES: sold / np.maximum(known.sum(axis=1), 1)}
    price = panel.control(ControlKind.PRICE)
    if price is None and volume is not None and panel.outcome_kind is OutcomeKind.MONEY:
        units = np.nansum(volume, axis=1)
        columns[Feature.PRICE] = sold / np.where(units > 0.0, units, np.nan)
    elif price is not None:
        columns[Feature.PRICE] = np.nanmean(price, axis=1)
    columns |= _behavior(panel.outcome, year_phase(panel.dates))
    promotion = panel.control(ControlKind.PROMOTION)
    if promotion is not None:
        columns[Feature.PROMOTION_SHARE] = promotion_sizes(promotion).mean(axis=1)
    if volume is not None:
        active = np.maximum((np.nan_to_num(volume) > 0.0).sum(axis=1), 1)
        columns[Feature.VOLUME] = np.nansum(volume, axis=1) / volume.shape[1]
        columns[Feature.VELOCITY] = np.nansum(volume, axis=1) / active
    return pd.DataFrame({feature.value: columns[feature] for feature in Feature if feature in columns})


def _behavior(outcome: Matrix, years: Vector) -> dict[Feature, Vector]:
    """Return growth, volatility and strength of season of each unit, shape (unit,)."""
    length = years[-1] - years[0]
    pairs = 2 if length >= 0.9 else 0  # in less than a year a season cannot be told from a trend
    base = np.column_stack([np.ones_like(years), years - years.mean()])
    season = fourier(years, pairs)
    season = season - season.mean(axis=0)
    growth, volatility, seasonality = [], [], []
    for row in outcome:
        known = np.isfinite(row)
        if int(known.sum()) <= 2 + 2 * pairs:
            row, known = filled(row), np.ones_like(known)
        level = max(abs(float(row[known].mean())), np.finfo(np.float64).tiny)
        columns = np.column_stack([base, season])[known]
        fit = least_squares(columns, _drawn_in(filled(row))[known])
        growth.append(float(fit.coefficients[1]) / level if length >= 0.9 else 0.0)
        volatility.append(float(fit.residual.std()) / level)
        seasonality.append(strength(columns[:, 2:] @ fit.coefficients[2:], fit.residual))
    return {
        Feature.GROWTH: np.array(growth),
        Feature.VOLATILITY: np.array(volatility),
        Feature.SEASONALITY: np.array(seasonality),
    }


def _drawn_in(series: Vector) -> Vector:
    """Return the series with wild values moved nearer: one wrong period is no trait of a sub-category."""
    usual = rolling_median(series, NEIGHBOR_PERIODS)
    apart = series - usual
    limit = WILD_SDS * robust_sd(apart)
    drawn: Vector = usual + np.clip(apart, -limit, limit)
    return drawn


@dataclass(frozen=True, slots=True)
class Comparison:
    """The points that are grouped: shape (unit, feature), centered and scaled; and why so."""

    points: Matrix
    features: tuple[Feature, ...]
    notes: tuple[Note, ...]


def comparison(
    table: pd.DataFrame, wanted: Sequence[Feature], *, robust: bool, every_feature: bool
) -> Comparison:
    """Return the points by which sub-categories are compared.

    Sizes and prices by their logarithms. Each feature is centered and divided by its spread, but by no less
    than a difference that matters. A measure of size that nearly repeats another is left out unless
    ``every_feature``.
    """
    columns: dict[Feature, Vector] = {}
    notes = []
    for feature in Feature:
        if feature not in wanted or feature.value not in table:
            continue
        values = _comparable(table[feature.value].to_numpy(np.float64), MEASURES[feature])
        if not np.isfinite(values).all():
            notes.append(
                Note(
                    f"{_words(feature)} is not known everywhere and was not used.",
                    feature.value,
                    Verdict.WARN,
                )
            )
            continue
        same = () if every_feature or feature not in SIZES else _repeated(values, columns)
        if same:
            others = " and ".join(_words(each).lower() for each in same[:2])
            notes.append(Note(f"{_words(feature)} follows from {others}, so it is not counted again."))
            continue
        spread = robust_sd(values) if robust else float(values.std())
        center = float(np.median(values)) if robust else float(values.mean())
        columns[feature] = (values - center) / max(spread, MEASURES[feature].material)
    used = tuple(columns)
    if used:
        listed = ", ".join(_words(feature).lower() for feature in used)
        notes.insert(0, Note(f"Compared by {listed}; sizes and prices by their ratios."))
    points = np.column_stack(list(columns.values())) if columns else np.zeros((len(table), 1))
    return Comparison(points, used, tuple(notes))


def _comparable(values: Vector, measure: Measure) -> Vector:
    if not measure.logarithmic:
        return values
    largest = float(np.nanmax(values)) if np.isfinite(values).any() else 1.0
    if largest <= 0.0:
        return np.zeros_like(values)
    logs: Vector = np.log(np.where(np.isnan(values), np.nan, np.maximum(values, 1e-6 * largest)))
    return logs


def _repeated(values: Vector, columns: dict[Feature, Vector]) -> tuple[Feature, ...]:
    """Return the measures of size and price that already say it, or nothing.

    Volume is sales over price, and velocity is volume while nothing pauses: counted again, size would weigh
    two or three times.
    """
    said = tuple(feature for feature in columns if feature in (*SIZES, Feature.PRICE))
    if not said or len(values) < len(said) + 3 or values.std() <= 1e-12:
        return ()
    known = np.column_stack([np.ones_like(values), *(columns[feature] for feature in said)])
    left = float(np.var(least_squares(known, values).residual) / np.var(values))
    return said if left < 1.0 - REDUNDANT_SHARE else ()


def _words(feature: Feature) -> str:
    return feature.value.replace("_", " ").capitalize()
