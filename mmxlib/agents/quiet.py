"""Quiet periods: no event, promotion, much media or anything odd; each other one with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mmxlib.agents.promotions import promotion_sizes
from mmxlib.artifacts.panel import Panel
from mmxlib.maths.adstocks.geometric import adstock
from mmxlib.maths.arrays import Array, Vector
from mmxlib.terms import ControlKind

RETENTION = 0.3
"""The retention by which spend lingers when periods of much media are told; the default prior's mean."""

HIGH_MEDIA, PROMOTION, UNUSUAL, EVENT, NO_SALES = (
    "high media",
    "promotion",
    "unusual period",
    "event",
    "no sales recorded",
)

GIVEN_UP = (HIGH_MEDIA, PROMOTION, UNUSUAL, EVENT)
"""What is let in again, in this order, where too few quiet periods remain."""


@dataclass(frozen=True, slots=True)
class QuietRules:
    """The fields mean what the baseline's settings of that name say."""

    high_media_share: float
    promotion_threshold: float
    exclude_unusual: bool
    minimum_periods: int


@dataclass(frozen=True, slots=True)
class Quiet:
    """Which periods are quiet (period,), why the others are not, and which reasons had to be given up."""

    periods: Array
    reasons: Mapping[int, str]
    given_up: tuple[str, ...]


def quiet_periods(panel: Panel, unit: int, unusual: Array, rules: QuietRules) -> Quiet:
    """Return the quiet periods of one unit; ``unusual`` (period,) marks what the trend scanner flagged."""
    marks: dict[str, Array] = {
        EVENT: _events(panel, unit),
        PROMOTION: _promotions(panel, unit, rules.promotion_threshold),
        HIGH_MEDIA: _much_media(panel, unit, rules.high_media_share),
        UNUSUAL: unusual if rules.exclude_unusual else np.zeros_like(unusual),
        NO_SALES: ~np.isfinite(panel.outcome[unit]),
    }
    given_up = []
    for reason in GIVEN_UP:
        if int((~np.logical_or.reduce(list(marks.values()))).sum()) >= rules.minimum_periods:
            break
        if marks[reason].any():
            given_up.append(reason)
            marks[reason] = np.zeros_like(unusual)
    quiet = ~np.logical_or.reduce(list(marks.values()))
    return Quiet(
        quiet,
        {int(at): _reason(panel, unit, int(at), marks) for at in np.flatnonzero(~quiet)},
        tuple(given_up),
    )


def _reason(panel: Panel, unit: int, period: int, marks: Mapping[str, Array]) -> str:
    reasons = [reason for reason, marked in marks.items() if marked[period]]
    if EVENT in reasons:
        names = dict.fromkeys(
            event.name for event in panel.events if panel.event_mask(event)[unit, period] > 0.0
        )
        reasons[reasons.index(EVENT)] = f"event ({', '.join(names)})"
    return "; ".join(reasons)


def _events(panel: Panel, unit: int) -> Array:
    running = np.zeros(len(panel.dates), dtype=bool)
    for event in panel.events:
        running |= panel.event_mask(event)[unit] > 0.0
    return running


def _promotions(panel: Panel, unit: int, threshold: float) -> Array:
    """Return where a promotion control stands above ``threshold`` of its range."""
    promoted = np.zeros(len(panel.dates), dtype=bool)
    for index, control in enumerate(panel.controls):
        if control.kind is ControlKind.PROMOTION:
            values = promotion_sizes(panel.control_values[:, :, index])[unit]
            low, high = float(values.min()), float(values.max())
            if high > low:
                promoted |= values > low + threshold * (high - low)
    return promoted


def _much_media(panel: Panel, unit: int, share: float) -> Array:
    """Return the ``share`` of periods in which most paid media, carried over, are at work."""
    paid = np.array([channel.paid for channel in panel.channels], dtype=bool)
    spend: Vector = np.ascontiguousarray(panel.spend[unit][:, paid].sum(axis=1))
    if share <= 0.0 or not spend.any():
        return np.zeros(len(spend), dtype=bool)
    at_work = adstock(spend, RETENTION, 0.0)
    much: Array = at_work > float(np.quantile(at_work, 1.0 - share)) * (1.0 + 1e-9)
    return much
