"""Doubts about the level of series: changes of unit, running totals, zeros, and spend that hardly varies."""

from collections.abc import Iterator

import numpy as np

from mmxlib.artifacts.panel import Panel
from mmxlib.data.columns import listed
from mmxlib.maths.arrays import Array, Matrix, Vector

SMALLEST_SERIES = 26
"""Periods under which what is usual in a series is not known."""

_APART = 10.0  # how many times all later values must exceed all earlier ones
_STEP = 50.0  # and their medians each other: a unit changes by 100 or 1,000, a market does not
_EACH_SIDE = 4  # values that a level needs
_ZEROS = 0.3  # share of periods without outcome from which a weekly average says little
_FEWEST_ACTIVE = 8  # periods in which a channel must have run to be seen more than by chance
_SMALL_VARIATION = 0.05  # standard deviation over mean: below it, noise hides any effect
_FALLS = 0.3  # share of steps down above which a series is no running total, not even within months
_RESTART = 0.5  # part of the value before below which a running total begins anew
_TOTAL_GROWS = 2.0  # times its smallest value that a running total reaches
_SHOWN = 5


def level_steps(panel: Panel) -> Iterator[str]:
    """Yield each series that from one date on is many times what it was, or a small part of it."""
    if len(panel.dates) < 2 * _EACH_SIDE:
        return
    series: list[tuple[str, Matrix]] = [("The outcome", panel.outcome)]
    for index, channel in enumerate(panel.channels):
        if channel.paid:
            series.append((f"The spend of {channel.name}", panel.spend[:, :, index]))
        if channel.has_exposure:
            series.append((f"The exposure of {channel.name}", panel.exposure[:, :, index]))
    for label, values in series:
        yield from _steps(label, values, panel)


def running_totals(panel: Panel) -> Iterator[str]:
    """Yield the units whose outcome only rises, or falls only to begin anew."""
    values = panel.outcome
    if values.shape[1] < SMALLEST_SERIES:
        return
    change = np.diff(values, axis=1)
    falls, rises = change < 0.0, change > 0.0
    restarts = values[:, 1:] < _RESTART * values[:, :-1]
    grows = values.max(axis=1) >= _TOTAL_GROWS * np.maximum(values.min(axis=1), 0.0)
    found = (
        np.all(~falls | restarts, axis=1)
        & (falls.mean(axis=1) <= _FALLS)
        & (rises.mean(axis=1) > 0.5)
        & grows
        & (values.min(axis=1) >= 0.0)
    )
    if found.any():
        yield (
            f"The outcome of {_named(panel, found)} rises in every period, or falls only to begin anew: it "
            "looks like a running total. Media would be credited with what came before; give the sales of "
            "each period."
        )


def many_zeros(panel: Panel) -> Iterator[str]:
    """Yield the units that often sell nothing, and the channels that ran in very few periods."""
    periods = len(panel.dates)
    if periods < SMALLEST_SERIES:
        return
    empty = np.mean(panel.outcome == 0.0, axis=1) > _ZEROS
    if empty.any():
        yield (
            f"The outcome of {_named(panel, empty)} is 0 in more than {100.0 * _ZEROS:.0f} % of the periods, "
            "so that a normal week is hard to know. Join it with another one, or leave it out."
        )
    for index, channel in enumerate(panel.channels):
        active = int(np.sum(np.any(panel.exposure[:, :, index] > 0.0, axis=0)))
        if 0 < active < _FEWEST_ACTIVE:
            yield (
                f"{channel.name} ran in {active} of {periods} periods, too few to tell its effect from "
                "chance. Add earlier data, give the result of a test, or leave it out."
            )


def small_variation(panel: Panel) -> Iterator[str]:
    """Yield the channels that vary, but hardly."""
    if len(panel.dates) < SMALLEST_SERIES:
        return
    for index, channel in enumerate(panel.channels):
        series = panel.exposure[:, :, index]
        mean, spread = float(series.mean()), float(np.sqrt(series.var(axis=1).mean()))
        if mean > 0.0 and 0.0 < spread < _SMALL_VARIATION * mean:
            yield (
                f"{channel.name} varies by {100.0 * spread / mean:.1f} % around its mean, too little to "
                "learn an effect from. Vary it or test it; until then its result is what was assumed before."
            )


def _steps(label: str, values: Matrix, panel: Panel) -> Iterator[str]:
    up = _first_of_level(values)
    down = _first_of_level(np.divide(1.0, values, out=np.zeros_like(values), where=values > 0.0))
    for first, word in ((up, "higher"), (down, "lower")):
        found: dict[int, list[int]] = {}
        for unit in np.flatnonzero(first >= 0):
            found.setdefault(int(first[unit]), []).append(int(unit))
        for period, units in found.items():
            ratio = float(np.median([_ratio(values[unit], period) for unit in units]))
            times = float(f"{max(ratio, 1.0 / ratio):.1e}")
            where = "" if len(units) == len(panel.units) else f" in {_listed(panel, units)}"
            yield (
                f"{label} is about {times:,.10g} times {word} from {panel.dates[period]} on{where}: a change "
                "of unit, such as thousands? It would be taken for an effect; give all of it in one unit."
            )


def _first_of_level(values: Matrix) -> Array:
    """Return, by row, the period from which all values tower over all before, or -1; zeros do not count."""
    known = np.where(values > 0.0, values, np.nan)
    highest = np.fmax.accumulate(known, axis=1)[:, :-1]
    lowest = np.fmin.accumulate(known[:, ::-1], axis=1)[:, ::-1][:, 1:]
    count = np.cumsum(values > 0.0, axis=1)
    before = count[:, :-1]
    enough = (before >= _EACH_SIDE) & (count[:, -1:] - before >= _EACH_SIDE)
    fits = (lowest > _APART * highest) & enough
    first = np.where(fits.any(axis=1), np.argmax(fits, axis=1) + 1, -1)
    for unit in np.flatnonzero(first >= 0):
        while values[unit, first[unit]] <= 0.0:  # a step within zeros begins where values do
            first[unit] += 1
        ratio = _ratio(values[unit], int(first[unit]))
        first[unit] = first[unit] if ratio >= _STEP else -1
    return first


def _ratio(values: Vector, period: int) -> float:
    """Return how many times the median from ``period`` on is the median before it; zeros do not count."""
    before, after = values[:period], values[period:]
    return float(np.median(after[after > 0.0]) / np.median(before[before > 0.0]))


def _named(panel: Panel, found: Array) -> str:
    return _listed(panel, [int(unit) for unit in np.flatnonzero(found)])


def _listed(panel: Panel, units: list[int]) -> str:
    return listed([f'"{panel.units[unit]}"' for unit in units], _SHOWN)
