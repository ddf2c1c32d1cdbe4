"""The search for the modes that explain the data about equally well."""

import numpy as np

from mmxlib.maths.density import size
from mmxlib.maths.inference import SAME_PLACE, Mode, distinct, mode_at, modes, start_points
from mmxlib.model.many_units import for_all
from mmxlib.model.resampling import plain_search
from mmxlib.model.selection import Selection, climbed

NEAR_OPTIMAL = 6.0
"""Modes within this of the best log density are kept: one 400 times less likely changes nothing reported."""
MOST_RIVALS = 4
"""So many rivals that some units leave open are followed on all units, best evidence first: a thousand units
leave hardly any open."""


def near_optimal(selection: Selection, starts: int) -> tuple[Mode, ...]:
    """Return the near-optimal modes, best evidence first.

    The search begins at the selection's own mode and at a fixed set of ``starts``. Where the selection was
    made on some of the units, their modes are looked for first, and then followed on all units.
    """
    made = selection.setup
    if size(made.problem) == 0:  # a model without channels has one mode
        return (mode_at(np.empty(0), 0.0, made.problem, plain_search(made)),)
    if selection.part is None:
        points = start_points(starts, made.problem, lower=made.lower, upper=made.upper)
        points[-1] = selection.mode.parameters
        return modes(points, made.problem, plain_search(made), within=NEAR_OPTIMAL)
    at = selection.part.mode.parameters
    rivals = [
        mode
        for mode in near_optimal(selection.part, starts)
        if np.max(np.abs(mode.parameters - at)) > SAME_PLACE
    ]
    followed = [
        climbed(for_all(mode.parameters, made.problem, selection.units), made)
        for mode in rivals[:MOST_RIVALS]
    ]
    return distinct([selection.mode, *followed], within=NEAR_OPTIMAL)
