"""An allocation with what it is worth, and whatever can say so: all that a search knows of its problem."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from mmxlib.maths.arrays import Vector


@dataclass(frozen=True, eq=False)
class Point:
    """An allocation, its worth, and how that changes.

    ``spend``: (variable,). ``value``: the objective, less what the money costs; ``smooth``: the same with the
    objective as smoothed for the search. ``slope``: (variable,), the derivative of ``smooth`` by each
    variable, the cost of money not taken off. ``weights``: (draw,), those of the smoothed objective.
    """

    spend: Vector
    value: float
    smooth: float
    slope: Vector
    weights: Vector


class Evaluation(Protocol):
    """Says what an allocation is worth."""

    def __call__(self, spend: Vector, temperature: float) -> Point:
        """Return the point at ``spend`` (variable,) >= 0, smoothed by ``temperature`` (0: not at all)."""
        ...


def best_of(points: Iterable[Point]) -> Point:
    """Return the point of the largest value, the first of equals; there is at least one."""
    return max(points, key=lambda point: point.value)
