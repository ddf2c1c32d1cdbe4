"""The frames of a fitted model that several reports share, computed once and passed on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmxlib.artifacts.diagnostics import Diagnostics

RESIDUAL = "residual"
BASELINE = "baseline"


@dataclass(frozen=True, eq=False)
class ModelFrames:
    """What a fitted model says, as frames.

    ``contributions``: unit, date, component, mean, lower, upper. ``wide``: their means over all units, as in
    `by_period`. ``summary`` and ``recent``: a row per channel (spend, contribution, share,
    contribution_of_spend, roi, marginal_roi, each with its range) over the whole data and over the periods
    from ``recent_first`` to the end. ``curves``: by channel, spend, outcome, outcome_lower, outcome_upper,
    marginal_roi, per period and over all units. ``level`` is the probability inside the ranges.
    """

    contributions: pd.DataFrame
    wide: pd.DataFrame
    summary: pd.DataFrame
    recent: pd.DataFrame
    recent_first: np.datetime64
    curves: Mapping[str, pd.DataFrame]
    level: float


@dataclass(frozen=True, slots=True)
class CurveMarks:
    """Spend per period that is marked on a channel's curve.

    ``recommended`` is None where no plan was approved; ``observed`` is the most ever spent in a period.
    """

    present: float
    observed: float
    recommended: float | None = None


def by_period(
    contributions: pd.DataFrame, channels: Sequence[str], units: Sequence[str] = ()
) -> pd.DataFrame:
    """Return the mean of every component over all units: a row per date, a column per component.

    Columns: ``channels`` in their order, then the parts of the base as they come, then ``residual``. With
    ``units``, only these are added up.
    """
    chosen = contributions[contributions["unit"].isin(list(units))] if len(units) else contributions
    wide = chosen.pivot_table(
        index="date", columns="component", values="mean", aggfunc="sum", sort=True, observed=True
    )
    found = list(dict.fromkeys(chosen["component"]))
    parts = [name for name in found if name not in channels and name != RESIDUAL]
    order = [
        *(name for name in channels if name in found),
        *parts,
        *([RESIDUAL] if RESIDUAL in found else []),
    ]
    ordered: pd.DataFrame = wide.loc[:, order]
    ordered.columns = pd.Index(order, name=None)
    return ordered


def baseline_and_channels(wide: pd.DataFrame, channels: Sequence[str]) -> pd.DataFrame:
    """Return ``wide`` of `by_period` with the parts of the base added up as ``baseline`` and no residual.

    ``baseline`` is the first column; the channels follow.
    """
    parts = [name for name in wide.columns if name not in channels and name != RESIDUAL]
    media = [name for name in channels if name in wide.columns]
    base = wide[parts].sum(axis=1).to_frame("\0")  # a channel may be called baseline: it must not be replaced
    out = pd.concat([base, wide[media]], axis=1)
    out.columns = pd.Index([BASELINE, *media])
    return out


def whole_accuracy(diagnostics: Diagnostics, measure: str) -> float:
    """Return an accuracy of the whole model (``r2``, ``mape``, ``nrmse``), or its mean over units."""
    table = diagnostics.accuracy
    if table.empty:
        return float("nan")
    whole = table.loc[table["unit"] == "all", measure]
    return float(whole.iloc[0]) if len(whole) else float(table[measure].mean())
