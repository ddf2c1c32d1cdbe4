"""Weeks without a row: which can be bridged between their neighbors, and how."""

import numpy as np

from mmxlib.maths.arrays import Array, Matrix

LONGEST_BRIDGE = 2
"""Weeks in a row that are bridged: over more, too much of what happened is unknown."""


def bridgeable(missing: Array) -> Array:
    """Return which missing weeks lie in short runs between known ones, shape (unit, period).

    At the start and the end of a series there is but one neighbor, so that nothing is bridged.
    """
    found = np.zeros_like(missing)
    for unit, row in enumerate(missing):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(np.int8)))
        for first, after in zip(edges[::2], edges[1::2], strict=True):
            found[unit, first:after] = first > 0 and after < len(row) and after - first <= LONGEST_BRIDGE
    return found


def bridged(values: Matrix, missing: Array) -> Matrix:
    """Return the values with those that are missing on the straight line between their neighbors."""
    found = values.copy()
    periods = np.arange(values.shape[1])
    for unit in np.flatnonzero(missing.any(axis=1)):
        known = ~missing[unit]
        found[unit, ~known] = np.interp(periods[~known], periods[known], values[unit, known])
    return found
