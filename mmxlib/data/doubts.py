"""Doubts about the data themselves, before any model sees them: why each matters, and what to do."""

import re
from collections.abc import Callable, Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mmxlib.artifacts.panel import Panel
from mmxlib.data.columns import listed
from mmxlib.data.cubes import MediaCubes
from mmxlib.data.findings import Findings
from mmxlib.data.level_doubts import (
    SMALLEST_SERIES,
    level_steps,
    many_zeros,
    running_totals,
    small_variation,
)
from mmxlib.data.roles import DataSettings
from mmxlib.data.tables import Cells
from mmxlib.maths.arrays import Matrix

SHORT_HISTORY = 104
"""Periods under which a yearly pattern is seen less than twice."""

_JUMP = 20.0  # times the typical neighbor: a slipped decimal sign is 10 or 100 times, a good week is not
_PARTIAL = 0.7  # part of the usual outcome under which a last period is likely to be cut off
_NEIGHBORS = 4
_FEWEST_WITH_TOTAL = 3  # channels: of two equal ones neither is a total
_LOOKED_AT = 200  # cells of a column that nobody reads
_ADDRESS = re.compile(r"\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*")


def review_panel(panel: Panel, findings: Findings) -> None:
    """Add a doubt for each thing in the panel that a person should look at; nothing is changed."""
    for doubt in _DOUBTS:
        for problem in doubt(panel):
            findings.review(problem)


def ask_about_total(media: MediaCubes, settings: DataSettings, findings: Findings) -> None:
    """Ask about a channel whose spend is the sum of all others in every cell, unless channels are named."""
    paid = [index for index, channel in enumerate(media.channels) if channel.paid]
    if len(paid) < _FEWEST_WITH_TOTAL or settings.channels:
        return
    every = media.spend[:, :, paid].sum(axis=2)
    for index in paid:
        spend = media.spend[:, :, index]
        if np.any(spend > 0.0) and np.allclose(2.0 * spend, every, rtol=1e-9):
            findings.ask(
                "MMX-D116",
                f'The spend of "{media.channels[index].name}" equals the sum of all other channels.',
                setting="data.channels",
                remedy="Take the column out, or name the channels that count under data.channels in "
                "global.yaml.",
                place=f"channel {media.channels[index].name}",
            )


def looks_personal(cells: Cells) -> bool:
    """Return whether most of a column's first texts are e-mail addresses."""
    texts = [cell for cell in cells[:_LOOKED_AT] if isinstance(cell, str) and cell.strip()]
    return bool(texts) and 2 * sum(map(bool, map(_ADDRESS.fullmatch, texts))) > len(texts)


def _short_history(panel: Panel) -> Iterator[str]:
    if len(panel.dates) < SHORT_HISTORY:
        yield (
            f"There are {len(panel.dates)} periods; with fewer than {SHORT_HISTORY} a yearly pattern can "
            "hardly be told from media. Add earlier data if there are any."
        )


def _constant_media(panel: Panel) -> Iterator[str]:
    for index, channel in enumerate(panel.channels):
        series = panel.exposure[:, :, index]
        if len(panel.dates) > 1 and np.all(series == series[:, :1]):
            yield (
                f"{channel.name} never changes, so no effect of it can be learned from these data. "
                "Vary it, or give the result of a test."
            )


def _spend_without_exposure(panel: Panel) -> Iterator[str]:
    for index, channel in enumerate(panel.channels):
        if not (channel.paid and channel.has_exposure):
            continue
        spend, exposure = panel.spend[:, :, index] > 0.0, panel.exposure[:, :, index] > 0.0
        for wrong, words in (
            (spend & ~exposure, "spend and no exposure"),
            (exposure & ~spend, "exposure and no spend"),
        ):
            if wrong.any():
                first = panel.dates[np.argmax(wrong.any(axis=0))]
                count = int(wrong.sum())
                where = (
                    f"in {count:,} places, the first in {first}" if count > 1 else f"in the period of {first}"
                )
                yield (
                    f"{channel.name} has {words} {where}. "
                    "What was paid and what was seen then tell different stories: check that both count the "
                    "same periods."
                )


def _jumps(panel: Panel) -> Iterator[str]:
    """Yield each outcome that is many times its neighbors, as a slipped decimal sign makes it."""
    if len(panel.dates) < SMALLEST_SERIES:
        return
    values, usual = panel.outcome, _neighbors(panel.outcome)
    for unit, period in zip(*np.nonzero((usual > 0.0) & (np.abs(values) > _JUMP * usual)), strict=True):
        yield (
            f'"{panel.units[unit]}" {panel.dates[period]}: the outcome is {values[unit, period]:,.0f}, its '
            f"neighbors are near {usual[unit, period]:,.0f}. It would bend the whole fit; it was kept, so "
            "correct it if a decimal sign slipped."
        )


def _neighbors(values: Matrix) -> Matrix:
    """Return the median of the periods before and after each one, shape (unit, period)."""
    padded = np.pad(values, ((0, 0), (_NEIGHBORS, _NEIGHBORS)), constant_values=np.nan)
    around = sliding_window_view(padded, 2 * _NEIGHBORS + 1, axis=1)
    others = np.delete(around, _NEIGHBORS, axis=2)
    ordered = np.sort(others, axis=2)  # what lies outside comes last
    known = np.sum(np.isfinite(others), axis=2, keepdims=True)
    low = np.take_along_axis(ordered, (known - 1) // 2, axis=2)
    high = np.take_along_axis(ordered, known // 2, axis=2)
    middle: Matrix = 0.5 * (low + high)[:, :, 0]
    return middle


def _partial_end(panel: Panel) -> Iterator[str]:
    if len(panel.dates) < SMALLEST_SERIES:
        return
    before: Matrix = panel.outcome[:, -_NEIGHBORS - 1 : -1]
    usual = np.median(before, axis=1)
    share = panel.outcome[:, -1] / np.where(usual > 0.0, usual, 1.0)
    steady = np.all(before.min(axis=1) > _PARTIAL * usual)  # else such periods are nothing unusual
    if np.all(usual > 0.0) and np.all(share < _PARTIAL) and steady:
        yield (
            f"The last period, {panel.dates[-1]}, is {100.0 * (1.0 - share.mean()):.0f} % below the ones "
            "before in every series: is it incomplete? It would look like a loss; leave it out if so."
        )


def _near_names(panel: Panel) -> Iterator[str]:
    for names, word in ((panel.units, panel.unit_word), (panel.channel_names, "channel")):
        alike: dict[str, list[str]] = {}
        for name in names:
            alike.setdefault("".join(sign for sign in name.casefold() if sign.isalnum()), []).append(name)
        found = [" and ".join(each) for letters, each in alike.items() if letters and len(each) > 1]
        if found:
            yield (
                f"Names of a {word} that differ by signs alone: {listed(found, 5)}. They were "
                "not joined; if they mean the same, write them alike, or each is modeled by itself."
            )


_DOUBTS: tuple[Callable[[Panel], Iterator[str]], ...] = (
    _short_history,
    _constant_media,
    _spend_without_exposure,
    _jumps,
    level_steps,
    running_totals,
    many_zeros,
    small_variation,
    _partial_end,
    _near_names,
)
