"""What the trend scanner finds."""

from dataclasses import dataclass

import pandas as pd

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.short_repr import short_repr


@dataclass(frozen=True, eq=False)
class Trends:
    """Growth, season, shifts, anomalies and events of every segment; dates are first days of periods.

    Intervals are at ``level``.
    ``yoy``: segment, date, outcome, year_before, growth (share; empty in the first year).
    ``seasonality``: segment, method (``stl`` or ``fourier``), seasonal_strength, trend_strength (0 to 1),
    peak_week, trough_week (ISO weeks), amplitude (share of the mean), yearly_growth.
    ``decomposition``: segment, date, observed, trend, seasonal, residual, score (robust z of the residual
    beside its neighbors', or of all periods of an odd stretch together),
    known (what events explain, and controls and media beyond their own trend and season; trend, seasonal,
    known and residual add up to observed).
    ``flagged_periods``: segment, date, kind (``anomaly`` or ``level_shift``), outcome, expected, deviation
    (share), score, event (name of a known event in that period, or empty), suggestion.
    ``event_impact``: segment, event, start, end, periods, lift, lift_lower, lift_upper, percent,
    percent_lower, percent_upper (shares of the outcome without any event; empty where hardly any would be
    left), placebo_lift, placebo_lower, placebo_upper (empty where there is no year before), reliable.
    """

    __repr__ = short_repr

    yoy: pd.DataFrame
    seasonality: pd.DataFrame
    decomposition: pd.DataFrame
    flagged_periods: pd.DataFrame
    event_impact: pd.DataFrame
    level: float
    notes: tuple[Note, ...]
