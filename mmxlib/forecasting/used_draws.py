"""Which draws measure plans and forecasts: the same ones, so that a goal seek inverts the forecast."""

import numpy as np

from mmxlib.artifacts.response import Draws
from mmxlib.maths.arrays import Array

MOST_DRAWS = 400
"""Draws beyond this number move a plan's mean by less than a twentieth of one draw's spread."""


def used_draws(available: int, most: int = MOST_DRAWS) -> Array:
    """Return the indices of at most ``most`` draws, evenly spaced among those available."""
    return np.unique(np.linspace(0, available - 1, min(available, most)).round().astype(np.int64))


def chosen_draws(draws: Draws, indices: Array) -> Draws:
    """Return the draws with the given indices, in that order."""
    return Draws(**{name: getattr(draws, name)[indices] for name in Draws.__dataclass_fields__})
