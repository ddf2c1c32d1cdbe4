"""Periods that a person should look at, each with a suggestion; nothing is ever removed."""

import numpy as np

from mmxlib.agents.scanning import Scan
from mmxlib.artifacts.note import percent
from mmxlib.artifacts.panel import Panel
from mmxlib.maths.shifts import Shift
from mmxlib.maths.stretches import Stretch

FLAG_COLUMNS = (
    "segment", "date", "kind", "outcome", "expected", "deviation", "score", "event", "suggestion",
)  # fmt: skip

Row = tuple[str, np.datetime64, str, float, float, float, float, str, str]


def flagged_rows(panel: Panel, unit: int, label: str, found: Scan) -> list[Row]:
    """Return the rows of odd periods and level shifts of one segment, in order of time."""
    rows = [
        _anomaly(panel, unit, label, found, stretch, period)
        for stretch in found.stretches
        for period in range(stretch.first, stretch.last + 1)
    ]
    rows += [_level_shift(panel, unit, label, found, shift) for shift in found.shifts]
    return sorted(rows, key=lambda row: (row[1], row[2]))


def _anomaly(panel: Panel, unit: int, label: str, found: Scan, stretch: Stretch, period: int) -> Row:
    outcome = float(found.observed[period])
    expected = outcome - float(found.parts.residual[period])
    event = _events_in(panel, unit, period, period)
    deviation = (outcome - expected) / expected if expected > 0.0 else float("nan")
    last = period == len(found.observed) - 1
    suggestion = _anomaly_suggestion(outcome, expected, event, last)
    together = stretch.last - stretch.first + 1
    if together > 1:
        suggestion = (
            f"One of {together} periods in a row that stray together, from "
            f"{panel.dates[stretch.first]} on. {suggestion}"
        )
    day = panel.dates[period].astype("datetime64[s]")
    score = float(found.score[period])
    return label, day, "anomaly", outcome, expected, deviation, score, event, suggestion


def _anomaly_suggestion(outcome: float, expected: float, event: str, last: bool) -> str:
    if outcome > 0.0 and expected > 0.0:
        decimals = float(np.log10(outcome / expected))
        if abs(decimals) > 0.7 and abs(decimals - round(decimals)) < 0.1:
            return (
                f"About {10.0 ** abs(round(decimals)):,.0f} times too {'high' if decimals > 0.0 else 'low'}, "
                f"as by a slipped decimal point. Compare it with the source and correct it there."
            )
    above = outcome > expected
    if event:
        return (
            f"{event} ran then, and the outcome was {'higher' if above else 'lower'} than its usual effect. "
            f"Keep the period, or give this occurrence an event of its own."
        )
    if last and not above:
        return "The last period may be incomplete. Check that all sales have arrived, or leave it out."
    if above:
        return (
            "Higher than trend, season and known drivers suggest. Look for a promotion, a bulk order or a "
            "double entry; if the cause is known, enter it as an event."
        )
    return (
        "Lower than trend, season and known drivers suggest. Look for a stock-out, closed stores or missing "
        "entries; if the cause is known, enter it as an event."
    )


def _level_shift(panel: Panel, unit: int, label: str, found: Scan, shift: Shift) -> Row:
    outcome = float(found.observed[shift.period])
    fitted = outcome - float(found.parts.residual[shift.period])
    before = float(found.parts.trend[shift.period]) - shift.size
    deviation = shift.size / before if before > 0.0 else float("nan")
    event = _events_in(panel, unit, max(0, shift.period - 1), shift.period)
    size = percent(abs(deviation)) if np.isfinite(deviation) else f"{abs(shift.size):,.0f}"
    suggestion = (
        f"From here on the level runs about {size} {'higher' if shift.size > 0.0 else 'lower'}. Look for a "
        f"change of range, distribution, price or of how sales are counted; if the cause is known, enter it "
        f"as a control that is 0 before and 1 after."
    )
    day = panel.dates[shift.period].astype("datetime64[s]")
    expected = fitted - shift.size
    return label, day, "level_shift", outcome, expected, deviation, shift.score, event, suggestion


def _events_in(panel: Panel, unit: int, first: int, last: int) -> str:
    names = [
        event.name
        for event in panel.events
        if panel.event_mask(event)[unit, first : last + 1].max(initial=0.0) > 0.0
    ]
    return ", ".join(dict.fromkeys(names))
