"""Contributions and returns as changes of their sheet."""

from collections.abc import Sequence

import pandas as pd

from mmxlib.report.model_frames import BASELINE, RESIDUAL, ModelFrames, baseline_and_channels
from mmxlib.report.numbers import percent
from mmxlib.report.style import color_key
from mmxlib.terms import StepName
from mmxlib_excel.layout.results.contributions import (
    BARS_AT_MOST,
    BY_PERIOD,
    FALL,
    NOTES,
    RETURNS,
    SHEET,
    TOTALS,
)
from mmxlib_excel.layout.results.parts import LARGEST
from mmxlib_excel.results.material import Material
from mmxlib_excel.results.writing import (
    HOLDS,
    Row,
    cell,
    cut_sentence,
    emptied,
    fitting,
    latest,
    noted,
    place_sentence,
    rows_of,
    state_changes,
    written,
    written_beside,
)
from mmxlib_excel.workbooks.port import Changes

OTHER = "Other channels"
TOTAL = "All together"


def contributions_changes(material: Material) -> Changes:
    """Return the changes that show what made up the outcome, or empty the sheet."""
    frames = material.frames
    if frames is None:
        return emptied(SHEET, stale=StepName.MODEL_OPTIMIZATION in material.stale)
    totals = frames.summary.sort_values("contribution", ascending=False, kind="stable")
    returns = frames.summary[frames.summary["roi"].notna()]
    returns = returns.sort_values("roi", ascending=False, kind="stable")
    said_more = (
        f"Ranges hold the truth with a probability of {percent(frames.level)}, if the model is right.",
        material.without_worth,
        cut_sentence(len(totals), TOTALS, "channels", "the largest first"),
        cut_sentence(len(frames.wide), BY_PERIOD, "periods", "the latest ones"),
        place_sentence(BY_PERIOD),
    )
    return (
        state_changes(SHEET, [HOLDS])
        + noted(NOTES, (), said_more)
        + written(FALL, rows_of(fall_of(frames, material.channels), FALL))
        + written(TOTALS, fitting(rows_of(totals, TOTALS), TOTALS))
        + written(RETURNS, fitting(rows_of(returns, RETURNS), RETURNS))
        + _by_period(frames, material.channels)
    )


def fall_of(frames: ModelFrames, channels: Sequence[str]) -> pd.DataFrame:
    """Return the bars from the base over every channel to all together, channels by size.

    A bar reaches from the sum before it to the sum after it: ``lift`` is what lies under it, and its part
    above zero is ``whole`` (base and total) or ``brought``; ``below`` is its part below zero.
    """
    table = baseline_and_channels(frames.wide, channels)
    amounts = table.iloc[:, 1:].sum().to_numpy(float)
    order = sorted(range(len(amounts)), key=lambda at: -amounts[at])
    names = [str(table.columns[1 + at]) for at in order]
    sizes = [float(amounts[at]) for at in order]
    if len(sizes) > BARS_AT_MOST:
        own = BARS_AT_MOST - 1
        names, sizes = [*names[:own], OTHER], [*sizes[:own], sum(sizes[own:])]
    base = float(table.iloc[:, 0].sum())
    rows = [_bar("Base", 0.0, base, whole=True)]
    level = base
    for name, size in zip(names, sizes, strict=True):
        rows.append(_bar(name, level, level + size, whole=False))
        level += size
    return pd.DataFrame([*rows, _bar(TOTAL, 0.0, level, whole=True)])


def _bar(part: str, start: float, end: float, *, whole: bool) -> dict[str, object]:
    low, high = min(start, end), max(start, end)
    lift = low if low > 0.0 else min(high, 0.0)
    above, below = max(high, 0.0) - max(low, 0.0), min(low, 0.0) - min(high, 0.0)
    nothing = float("nan")
    return {
        "part": part,
        "amount": end - start,
        "lift": lift,
        "whole": above if whole else nothing,
        "brought": nothing if whole else above,
        "below": below if below < 0.0 else nothing,
    }


def _by_period(frames: ModelFrames, channels: Sequence[str]) -> Changes:
    wide = latest(frames.wide, BY_PERIOD.rows)
    table = baseline_and_channels(wide, channels)
    media = table.iloc[:, 1:]
    sizes = [float(media.iloc[:, at].sum()) for at in range(media.shape[1])]
    named = list(color_key([str(each) for each in media.columns], sizes).named)
    rest = [each for each in media.columns if each not in named]
    room = [None] * (LARGEST - len(named))
    residual = wide[RESIDUAL] if RESIDUAL in wide.columns else None
    headings = [
        "Period from", BASELINE.capitalize(), *named, *room, OTHER if rest else None,
        None if residual is None else "Left over",
    ]  # fmt: skip
    other = media[rest].sum(axis=1)
    rows: list[Row] = [
        (
            cell(date), cell(table.iloc[at, 0]), *(cell(media[name].iloc[at]) for name in named), *room,
            cell(other.iloc[at]) if rest else None, None if residual is None else cell(residual.iloc[at]),
        )
        for at, date in enumerate(wide.index)
    ]  # fmt: skip
    return written_beside(BY_PERIOD, headings, rows)
