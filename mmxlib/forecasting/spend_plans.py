"""Plans of spend as spend by unit and period, and the present one."""

from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Response
from mmxlib.errors import UsageError
from mmxlib.maths.arrays import Cube, Dates, Vector

PRESENT_PERIODS = 13
"""Periods of the present plan where nobody says how many."""


@dataclass(frozen=True, eq=False)
class SpendPlan:
    """Spend of every channel in the periods that follow the data.

    ``spend``: (unit, period, channel) in the panel's order; a national channel repeats its one series in
    every unit, organic channels have none.
    """

    dates: Dates
    spend: Cube
    notes: tuple[Note, ...] = ()

    def by_period(self, panel: Panel) -> Vector:
        """Return the spend of all channels, national counted once, shape (period,)."""
        total: Vector = np.where(panel.national, self.spend[0], self.spend.sum(axis=0)).sum(axis=1)
        return total


def future_dates(panel: Panel, periods: int) -> Dates:
    """Return the first days of the periods that follow the data."""
    dates: Dates = panel.dates[-1] + np.timedelta64(panel.period_days, "D") * np.arange(1, periods + 1)
    return dates


def check_periods(panel: Panel, periods: int) -> None:
    """Refuse to look ahead further than the data look back.

    Raises
    ------
    UsageError
        If so, or if there is nothing to look at.
    """
    observed = len(panel.dates)
    if not 1 <= periods <= observed:
        raise UsageError(
            f"A forecast of {periods} periods cannot rest on data of {observed}.",
            remedy=f"Ask for 1 to {observed} periods.",
            code="MMX-M070",
        )


def present_plan(response: Response, periods: int | None = None) -> SpendPlan:
    """Return the present plan: the spend of the last ``periods`` (13) periods once more, in their order.

    Raises
    ------
    UsageError
        If the data have fewer periods.
    """
    panel = response.panel
    ahead = min(PRESENT_PERIODS, len(panel.dates)) if periods is None else periods
    check_periods(panel, ahead)
    return SpendPlan(future_dates(panel, ahead), panel.spend[:, -ahead:])
