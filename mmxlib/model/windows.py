"""Windows of dates as periods of the data."""

from datetime import date

import numpy as np

from mmxlib.artifacts.panel import Panel
from mmxlib.errors import UsageError

Window = tuple[date | str, date | str]
"""First and last date, both included."""


def window_periods(panel: Panel, window: Window) -> tuple[int, int]:
    """Return a window as the index of its first period and that after its last.

    Raises
    ------
    UsageError
        If no period of the data begins inside it.
    """
    dates = panel.dates
    first = int(np.searchsorted(dates, np.datetime64(window[0], "D")))
    last = int(np.searchsorted(dates, np.datetime64(window[1], "D"), side="right"))
    if last <= first:
        raise UsageError(
            f"No period begins from {window[0]} to {window[1]}.",
            remedy=f"The data run from {dates[0]} to {dates[-1]}.",
            code="MMX-M022",
        )
    return first, last
