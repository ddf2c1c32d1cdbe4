"""Windows of dates as periods of the data."""

from datetime import date

import numpy as np
import pandas as pd

from mmxlib.artifacts.panel import Panel
from mmxlib.errors import UsageError
from mmxlib.maths.arrays import Dates

Window = tuple[date | str, date | str]
"""First and last date, both included."""


def day_of(said: date | str) -> np.datetime64:
    """Return a day that was said as a date or as text, not-a-time where it is none."""
    days: Dates = pd.to_datetime([str(said)], errors="coerce").to_numpy().astype("datetime64[D]")
    return np.datetime64(days[0])


def window_periods(panel: Panel, window: Window) -> tuple[int, int]:
    """Return a window as the index of its first period and that after its last.

    Raises
    ------
    UsageError
        If no period of the data begins inside it.
    """
    dates = panel.dates
    start, end = (day_of(each) for each in window)
    first = int(np.searchsorted(dates, start))
    last = int(np.searchsorted(dates, end, side="right"))
    if np.isnat(start) or np.isnat(end) or last <= first:
        raise UsageError(
            f"No period begins from {window[0]} to {window[1]}.",
            remedy=f"The data run from {dates[0]} to {dates[-1]}.",
            code="MMX-M022",
        )
    return first, last
