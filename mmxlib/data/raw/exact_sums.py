"""Sums that are exact, and so the same in any order, from any number of files, threads and engines."""

from dataclasses import dataclass, field

import numpy as np

from mmxlib.maths.arrays import Array, Vector

DECIMAL = 10_000
"""Amounts with at most four decimals are added as whole numbers of ten-thousandths."""

LARGEST_DECIMAL = 2.0**53
FINE, FINEST = 2.0**20, 2.0**60
LARGEST = 2.0**42
"""All other amounts are split into two whole numbers: of 2^-20, and of 2^-60 for the rest.

Below `LARGEST` both fit into 63 bits. The rest is cut at 2^-60, less than 1e-18 per row.
"""

ONE = DECIMAL << 60
"""Exact sums are whole numbers of ``1 / ONE``: one ten-thousandth of 2^-60."""

_SLICE = 1 << 21  # rows: as many halves of 31 bits add up to less than 2^53, exact in floating point
_HALF = 31


@dataclass(slots=True)
class Total:
    """How many rows there are and what their values add up to, in `ONE` parts.

    It has state because it grows with every batch of rows.
    """

    rows: int = 0
    values: list[int] = field(default_factory=list)

    def add(self, rows: int, values: "list[int]") -> None:
        """Add the rows of one more batch."""
        self.rows += rows
        self.values = [a + b for a, b in zip(self.values, values, strict=True)] if self.values else values


def exact(decimal: int, fine: int, finest: int) -> int:
    """Return in `ONE` parts what ten-thousandths, parts of 2^-20 and parts of 2^-60 come to."""
    return (decimal << 60) + DECIMAL * ((fine << 40) + finest)


def exact_sums(values: Vector, groups: Array, count: int) -> list[int]:
    """Return the exact sum of finite ``values`` in each of ``count`` groups, in `ONE` parts.

    ``values`` lie below `LARGEST` in size; NaN counts as nothing. Both have shape (row,).
    """
    known = np.where(np.isnan(values), 0.0, values)
    scaled = np.rint(known * DECIMAL)
    is_decimal = (scaled / DECIMAL == known) & (np.abs(scaled) < LARGEST_DECIMAL)
    decimal = _whole_sums(np.where(is_decimal, scaled, 0.0), groups, count)
    if is_decimal.all():
        return [each << 60 for each in decimal]
    others, rows = known[~is_decimal], groups[~is_decimal]
    fine = np.floor(others * FINE)
    finest = np.floor((others - fine / FINE) * FINEST)
    pairs = (_whole_sums(fine, rows, count), _whole_sums(finest, rows, count))
    return [exact(*parts) for parts in zip(decimal, *pairs, strict=True)]


def _whole_sums(values: Vector, groups: Array, count: int) -> list[int]:
    """Return the sum of whole numbers below 2^62 in each group."""
    total = [0] * count
    for start in range(0, len(values), _SLICE):
        part, where = values[start : start + _SLICE].astype(np.int64), groups[start : start + _SLICE]
        high = np.bincount(where, part >> _HALF, minlength=count)
        low = np.bincount(where, part & ((1 << _HALF) - 1), minlength=count)
        sums = zip(total, high.tolist(), low.tolist(), strict=True)
        total = [before + (int(top) << _HALF) + int(rest) for before, top, rest in sums]
    return total
