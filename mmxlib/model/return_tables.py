"""Tables of returns: what each channel brought for its spend, and what more spend would bring."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Response
from mmxlib.maths.arrays import Vector
from mmxlib.model.returns import interval, steady_curve, window_returns

CURVE_POINTS = 61
CURVE_REACH = 1.5
"""A curve's default grid ends at this multiple of the largest spend ever observed in a period."""
ENDS = ("", "_lower", "_upper")


def summary_table(
    response: Response, first: int, last: int, *, unit: int | None, level: float
) -> pd.DataFrame:
    """Return what each channel brought in periods ``first`` to ``last`` (excluded).

    See `Model.channel_summary`.
    """
    panel = response.panel
    units = list(range(len(panel.units))) if unit is None else [unit]
    returns = window_returns(response, first, last, units=units)
    spend = panel.total_spend(first, last) if unit is None else _unit_spend(panel, unit, first, last)
    value = _quotient(np.full(len(spend), panel.money_per_outcome), spend)
    columns: dict[str, Sequence[str] | np.ndarray] = {"channel": list(panel.channel_names), "spend": spend}
    for name, draws in (
        ("contribution", returns.contribution),
        ("contribution_of_spend", returns.caused),
        ("roi", returns.caused * value),
        ("marginal_roi", returns.slope * value),
    ):
        columns |= {name + end: each for end, each in zip(ENDS, interval(draws, level), strict=True)}
        if name == "contribution":
            columns["share"] = columns[name] / panel.outcome[units, first:last].sum()
    whole, immediate = returns.contribution.mean(axis=0), returns.immediate.mean(axis=0)
    columns["immediate"], columns["carryover"] = immediate, whole - immediate
    columns["carryover_share"] = _quotient(whole - immediate, whole)
    return pd.DataFrame(columns)


def curve_table(
    response: Response, channel: int, spend: Sequence[float] | None, level: float
) -> pd.DataFrame:
    """Return the steady response to a constant spend of each point: see `Model.response_curve`."""
    panel = response.panel
    paid = panel.channels[channel].paid
    grid = _grid(panel, channel) if spend is None else np.asarray(spend, dtype=np.float64)
    curve = steady_curve(response, channel, grid)
    columns = {"spend": grid if paid else np.full(len(grid), np.nan), "exposure": curve.exposure}
    worth = panel.money_per_outcome if paid else np.nan
    for name, draws in (("outcome", curve.outcome), ("marginal_roi", curve.slope * worth)):
        columns |= {name + end: each for end, each in zip(ENDS, interval(draws, level), strict=True)}
    return pd.DataFrame(columns)


def _grid(panel: Panel, channel: int) -> Vector:
    series = panel.spend if panel.channels[channel].paid else panel.exposure
    values = series[:, :, channel]
    by_period = values[0] if panel.channels[channel].national else values.sum(axis=0)
    return np.linspace(0.0, CURVE_REACH * float(by_period.max()), CURVE_POINTS)


def _unit_spend(panel: Panel, unit: int, first: int, last: int) -> Vector:
    """Return one unit's spend by channel, (channel,); its part of national spend is not known."""
    shared = panel.national & (len(panel.units) > 1)
    spend: Vector = np.where(shared, np.nan, panel.spend[unit, first:last].sum(axis=0))
    return spend


def _quotient(part: Vector, whole: Vector) -> Vector:
    """Return ``part / whole``, missing where there is no whole."""
    there = whole > 0.0
    quotient: Vector = np.where(there, part / np.where(there, whole, 1.0), np.nan)
    return quotient
