"""Doubts about each channel's data that a person should hear before approving priors."""

import numpy as np

from mmxlib.artifacts.note import Note, percent, warning
from mmxlib.artifacts.panel import Panel
from mmxlib.maths.arrays import Array, Matrix
from mmxlib.maths.seasonality import periods_per_year

CONSTANT_VARIATION = 0.01
"""Standard deviation / mean below which a channel counts as constant."""

NEARLY_CONSTANT_VARIATION = 0.1
"""The same below which a channel counts as nearly constant."""

FEW_ACTIVE_PERIODS = 8
"""Active periods below which there is little to learn from."""

JUMP_FACTOR = 2.0
"""The factor between two years' spend from which the change is told."""


def channel_doubts(panel: Panel, correlation_warning: float) -> tuple[Note, ...]:
    """Return a warning for each channel, or pair of channels, whose effect will be hard to tell."""
    series = _series(panel)
    notes = [
        note for index in range(len(panel.channels)) for note in _own_doubts(panel, index, series[:, index])
    ]
    return (*notes, *_pairs(panel, series, correlation_warning))


def _series(panel: Panel) -> Matrix:
    """Return each channel's total exposure per period, national counted once, (period, channel)."""
    total: Matrix = np.where(panel.national, panel.exposure[0], panel.exposure.sum(axis=0))
    return total


def _own_doubts(panel: Panel, index: int, series: Array) -> list[Note]:
    channel = panel.channels[index]
    word = "spend" if channel.paid and not channel.has_exposure else "exposure"
    name, active = channel.name, int((series > 0.0).sum())
    if active == 0:
        return [warning(name, f"{name} has no {word} at all, so nothing can be learned about it.")]
    notes = []
    variation = float(series.std() / series.mean())
    if variation < CONSTANT_VARIATION:
        notes.append(
            warning(
                name, f"The {word} of {name} never changes, so its effect cannot be told from the baseline."
            )
        )
    elif variation < NEARLY_CONSTANT_VARIATION:
        notes.append(
            warning(
                name,
                f"The {word} of {name} hardly changes (standard deviation {percent(variation)} of the mean), "
                f"so its effect rests on its prior.",
            )
        )
    if active < FEW_ACTIVE_PERIODS:
        notes.append(
            warning(
                name, f"{name} ran in {active} of {len(series)} periods only, too few to learn much from."
            )
        )
    year = periods_per_year(panel.period_days)
    spend = panel.spend_by_period()[:, index]
    if channel.paid and len(spend) >= 2 * year:
        now, before = float(spend[-year:].sum()), float(spend[-2 * year : -year].sum())
        if now > JUMP_FACTOR * before or before > JUMP_FACTOR * now:
            notes.append(
                warning(
                    name,
                    f"The yearly spend of {name} went from {before:,.0f} to {now:,.0f}: check that it was "
                    f"recorded in the same way throughout.",
                )
            )
    return notes


def _pairs(panel: Panel, series: Matrix, correlation_warning: float) -> list[Note]:
    spread = series.std(axis=0)
    notes = []
    for first in range(series.shape[1]):
        for second in range(first + 1, series.shape[1]):
            if min(spread[first], spread[second]) <= 0.0:
                continue
            correlation = float(np.corrcoef(series[:, first], series[:, second])[0, 1])
            if correlation > correlation_warning:
                one, other = panel.channels[first].name, panel.channels[second].name
                notes.append(
                    warning(
                        one,
                        f"{one} and {other} move together (correlation {correlation:.2f}), so the data can "
                        f"hardly say which of them works; a prior or a lift test on one of them decides.",
                    )
                )
    return notes
