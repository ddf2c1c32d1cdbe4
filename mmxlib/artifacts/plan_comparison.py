"""A plan beside what came of it."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.short_repr import short_repr


@dataclass(frozen=True, eq=False)
class PlanComparison:
    """Why the outcome is not the one that a plan foresaw, in the plan's periods that the data cover.

    ``first`` to ``last`` are the first days of the first and last of those ``periods``; ``plan_periods`` is
    the plan's length. ``planned_outcome`` is all that the plan foresaw for them (base included, over all
    units), with the interval at ``level`` that it promised, noise included (``planned_lower`` to
    ``planned_upper``); ``scenario`` names the plan; ``actual_outcome`` is what came,
    ``difference`` actual less planned. All are in units of outcome.

    ``parts``: a row each for ``base``, ``spend``, ``effectiveness`` and ``noise`` (part, mean, lower, upper,
    share of the planned outcome, certain: whether zero lies outside the interval); the means add up to the
    difference. ``table``: date, unit, planned, actual, base, spend, effectiveness, noise (means; the last
    four add up to actual less planned). ``base``: what the base's part is made of (part: level_and_trend,
    season, events, controls; planned, actual, mean, lower, upper).

    ``channels``: channel, planned_spend, actual_spend (missing for organic channels), planned_outcome,
    spend_effect (with ``…_lower`` and ``…_upper``), money_effect and cost_effect (what of it more or less
    money did, and what a changed cost of exposure did; missing for organic channels), effectiveness (with
    ``…_lower`` and ``…_upper``), actual_outcome, planned_roi, actual_roi (contribution_of_spend of the
    covered periods, in money, over their spend). planned_outcome, spend_effect and effectiveness add up to
    actual_outcome: what falls inside the periods, carry-in included.
    """

    __repr__ = short_repr

    scenario: str
    first: date
    last: date
    periods: int
    plan_periods: int
    planned_outcome: float
    planned_lower: float
    planned_upper: float
    actual_outcome: float
    difference: float
    level: float
    parts: pd.DataFrame
    table: pd.DataFrame
    channels: pd.DataFrame
    base: pd.DataFrame
    notes: tuple[Note, ...]
