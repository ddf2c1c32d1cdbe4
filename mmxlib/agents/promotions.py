"""Promotions as they can be used, and doubts about how they were recorded."""

import numpy as np

from mmxlib.artifacts.note import Note, percent, warning
from mmxlib.artifacts.panel import Panel
from mmxlib.maths.arrays import Matrix
from mmxlib.terms import ControlKind

MIXED_SIZES_RATIO = 30.0
"""The ratio of large to small promotions from which shares and percentages must have been mixed."""

WRONG_SIZE_RATIO = 10.0
"""The ratio of the largest to a large promotion from which it must be a code or a slip."""

USUAL_SHARE = 0.6
"""The share of periods from which a promotion is no exception: perhaps 0 and 1 were swapped."""


def promotion_sizes(values: Matrix) -> Matrix:
    """Return promotions by size, or only whether they ran where their sizes cannot be compared.

    ``values`` are those of all units, (unit, period); missing ones count as none.
    """
    sizes: Matrix = np.nan_to_num(values)
    return (sizes > 0.0).astype(np.float64) if _incomparable(sizes) else sizes


def promotion_doubts(panel: Panel) -> tuple[Note, ...]:
    """Return what speaks against the promotions of the panel as recorded."""
    notes = []
    for index, control in enumerate(panel.controls):
        if control.kind is not ControlKind.PROMOTION:
            continue
        sizes = np.nan_to_num(panel.control_values[:, :, index])
        if _incomparable(sizes):
            some = sizes[sizes > 0.0]
            notes.append(
                warning(
                    control.name,
                    f"{control.name} has sizes from {some.min():,.4g} to {some.max():,.4g}, as if shares and "
                    f"percentages or codes were mixed, so only whether it ran is used. Correct the column.",
                )
            )
        running = (promotion_sizes(sizes) > 0.0).mean(axis=1)
        often = [
            f"{unit} ({percent(float(share))})"
            for unit, share, row in zip(panel.units, running, sizes, strict=True)
            if share > USUAL_SHARE and row.min() < row.max()
        ]
        if often:
            notes.append(
                warning(
                    control.name,
                    f"{control.name} runs in most periods of {', '.join(often[:3])}"
                    f"{f' and {len(often) - 3} more' if len(often) > 3 else ''}: check that 0 and 1 were not "
                    f"swapped.",
                )
            )
        if (sizes < 0.0).any():
            notes.append(
                warning(
                    control.name,
                    f"{control.name} is negative in {int((sizes < 0.0).sum())} places, where it counts as "
                    f"none for quiet periods; check how it was recorded.",
                )
            )
    return tuple(notes)


def _incomparable(sizes: Matrix) -> bool:
    some = sizes[sizes > 0.0]
    if not some.size:
        return False
    small, large = np.quantile(some, [0.1, 0.9])
    return bool(large > MIXED_SIZES_RATIO * small or some.max() > WRONG_SIZE_RATIO * large)
