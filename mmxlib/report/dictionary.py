"""What the columns of the CSV files mean: those of the workbook's tables, and those that only files have."""

from collections.abc import Mapping
from types import MappingProxyType

from mmxlib.report.columns import column

_NOTES: Mapping[str, str] = MappingProxyType(
    {
        "component": "A channel, a part of the baseline, or the residual.",
        "mean": "The expected value: the mean over the model's draws.",
        "actual": "What really came.",
        "seasonal_naive": "Forecast that repeats the same period of the year before.",
        "no_media": "Forecast of the model without media.",
        "members": "How many sub-categories the segment holds.",
        "mean_sales": "Mean sales per period.",
        "price": "Mean price of a unit sold.",
        "growth": "Change against the year before, as a share.",
        "volatility": "Standard deviation of the outcome over its mean.",
        "seasonality": "Strength of the yearly season, from 0 (none) to 1 (nothing else).",
        "promotion_share": "Part of the periods with a promotion.",
        "volume": "Units sold per period.",
        "velocity": "Units sold per period in which anything was sold.",
        "sales": "Sales over the whole data.",
        "sub_category": "The level at which sales arrive.",
        "segment_name": "The segment in plain words.",
        "observed": "The outcome as recorded.",
        "trend": "The slow part of the outcome.",
        "seasonal": "What the time of the year adds to the trend.",
        "score": "How unusual: robust standard deviations away from what was expected.",
        "known": "What events, controls and media explain beyond their own trend and season.",
        "kind": "anomaly: one unusual period; level_shift: a lasting change.",
        "expected": "What was to be expected of the period.",
        "deviation": "Outcome over what was expected, as a share.",
        "event": "The event's name; empty where none is known.",
        "suggestion": "What to look into; nothing is ever deleted.",
        "year_before": "The outcome of the same period a year before.",
        "start": "First day.",
        "end": "Last day.",
        "periods": "How many periods the event touches.",
        "lift": "What the event added to the outcome while it lasted.",
        "lift_lower": "Lower end of the lift's range.",
        "lift_upper": "Upper end of the lift's range.",
        "percent": "The lift as a share of the outcome without any event.",
        "percent_lower": "Lower end of that share's range.",
        "percent_upper": "Upper end of that share's range.",
        "placebo_lift": "The lift of the same dates one year before: should be near zero.",
        "placebo_lower": "Lower end of the placebo's range.",
        "placebo_upper": "Upper end of the placebo's range.",
        "reliable": "Whether the effect can be relied on; the notes of the trend scanner say why not.",
        "seasonal_strength": "From 0 (no season) to 1 (nothing but season around the trend).",
        "trend_strength": "From 0 (no trend) to 1 (nothing but trend once the season is out).",
        "peak_week": "Week of the year in which the season is highest.",
        "trough_week": "Week of the year in which the season is lowest.",
        "amplitude": "How far the season swings, as a share of the mean outcome.",
        "yearly_growth": "Change of the trend per year, as a share.",
        "periods_used": "Periods that remained after the excluded ones.",
        "median": "Baseline from the median of quiet periods.",
        "regression": "Baseline from a regression that takes media out.",
        "fitted": "What the model says of the period.",
        "week": "Week of the year.",
        "season": "Usual deviation from the trend in that week, as a share of the mean outcome.",
        "mark": "A point marked on the curve: present, plan, most observed; empty: a point of the line.",
        "component_1": "Place along the first principal component.",
        "component_2": "Place along the second principal component.",
        "segments": "Number of segments tried.",
        "inertia": "How far the sub-categories lie from their group's middle, summed; smaller: tighter.",
        "silhouette": "How well the groups stand apart, from -1 to 1.",
        "stability": "How alike the groups are on resampled rows; 1: always the same.",
        "chosen": "Whether this number of segments was taken.",
    }
)

_CURVES = "model/response_curves/<channel>.csv"
_DECK_CURVES = ("decks/response_curves.csv", "decks/response_curve_<channel>.csv")
_IN_FILE: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        **{(file, "spend"): "Steady spend per period." for file in _DECK_CURVES},
        **{(file, "outcome"): "Outcome per period at that spend." for file in _DECK_CURVES},
        ("decks/channel_contributions.csv", "date"): "First day of the period; empty: all periods together.",
        ("decks/channel_contributions.csv", "component"): "A channel, or the baseline.",
        ("decks/forecast.csv", "unit"): "The segment; 'all' adds up every segment, with its own range.",
        ("decks/plan_by_period.csv", "spend"): "Spend of the plan on the channel in the period.",
        ("decks/roi.csv", "spend"): "Spend of the channel over the whole data.",
        ("decks/scenarios.csv", "spend"): "Spend of the scenario over its periods, all channels.",
        ("model/actual_against_fitted.csv", "residual"): "What the model does not explain.",
        ("model/channel_contributions.csv", "lower"): "Lower end of the contribution's range.",
        ("model/channel_contributions.csv", "upper"): "Upper end of the contribution's range.",
        ("model/backtest_forecasts.csv", "lower"): "Lower end of the forecast's range.",
        ("model/backtest_forecasts.csv", "upper"): "Upper end of the forecast's range.",
        ("model/backtest_forecasts.csv", "mean"): "The model's forecast.",
        ("model/backtest.csv", "origin"): "First period that was forecast.",
        (_CURVES, "spend"): "Steady spend per period.",
        (_CURVES, "outcome"): "Outcome per period at that spend.",
        ("budget/scenarios_by_channel.csv", "spend"): "Spend of the channel in the scenario.",
        ("budget/scenarios.csv", "spend"): "Spend of the scenario over its periods, all channels.",
        ("budget/forecast.csv", "component"): "A channel, a part of the base, or the whole outcome.",
        ("budget/forecast.csv", "unit"): "The segment; 'all' adds up every segment, with its own range.",
        ("budget/forecast.csv", "lower"): "Lower end of the forecast's range.",
        ("budget/forecast.csv", "upper"): "Upper end of the forecast's range.",
        ("budget/limits.csv", "kind"): "group, segment, period or total.",
        ("budget/limits.csv", "name"): "Which one.",
        ("budget/limits.csv", "spend"): "Spend of the plan inside the limit.",
        ("budget/cells.csv", "spend"): "Spend of the plan on the channel in the period.",
        ("baseline/series.csv", "mean"): "Baseline from the mean of quiet periods.",
        ("baseline/series.csv", "outcome"): "The outcome as recorded.",
        ("baseline/baseline.csv", "spread"): "Largest difference between the methods over their mean.",
        ("baseline/baseline.csv", "share"): "The baseline as a part of the outcome.",
        ("baseline/baseline.csv", "method"): "median, mean or regression.",
        ("baseline/excluded_periods.csv", "reason"): "Why the period is no quiet one.",
        ("segmentation/segment_profile.csv", "name"): "The segment in plain words.",
        ("segmentation/segment_profile.csv", "share"): "Part of the sales of all segments.",
        ("trends/decomposition.csv", "residual"): "What trend, season and known drivers do not explain.",
        ("trends/flagged_periods.csv", "outcome"): "The outcome as recorded.",
        ("trends/yoy.csv", "outcome"): "The outcome as recorded.",
        ("trends/seasonality.csv", "method"): "How the season was found: stl or fourier.",
    }
)
"""What a column means in a file where its name alone would say something else."""


def meaning_in(file: str, name: str) -> str:
    """Return what a column of a CSV file means."""
    return _IN_FILE.get((file, name)) or _NOTES.get(name) or column(name).note
