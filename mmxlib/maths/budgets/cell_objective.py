"""What a plan by channel and period is worth, and how that bends: all that its search and its bound ask."""

from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.budgets.cell_curvature import cell_curvature
from mmxlib.maths.budgets.cell_response import Cells, cell_response, counted
from mmxlib.maths.budgets.draw_curvature import curvature_by_draws, envelope
from mmxlib.maths.budgets.draw_objectives import DrawObjective, Smoothed, objective_value, smoothed
from mmxlib.maths.budgets.points import Point
from mmxlib.terms import Objective

LEAST_BEND = 1e-9
"""The least curvature of a search's steps as a share of the largest, so that every step is bounded."""


@dataclass(frozen=True, eq=False)
class CellObjective:
    """An objective of the draws over cells, less the cost of money.

    ``price`` >= 0: objective per unit of money. ``enveloped`` says that weights below zero are ruled out, so
    that the objective is concave where the outcome of every draw is; ``fixed_weights`` (draw,), where given,
    are taken whatever the outcome.
    """

    cells: Cells
    objective: DrawObjective
    price: float = 0.0
    enveloped: bool = False
    fixed_weights: Vector | None = None

    def smooth(self, outcome: Vector, temperature: float) -> Smoothed:
        """Return the objective of ``outcome`` (draw,) as the search climbs it."""
        if self.fixed_weights is not None:
            return Smoothed(float(self.fixed_weights @ outcome), self.fixed_weights)
        return (envelope if self.enveloped else smoothed)(outcome, self.objective, temperature)

    def point(self, spend: Vector, temperature: float) -> Point:
        """Return what ``spend`` (variable,) is worth, see `mmxlib.maths.budgets.points.Evaluation`."""
        response = cell_response(self.cells, spend)
        outcome = counted(self.cells, response)
        smooth = self.smooth(outcome, temperature)
        exact = objective_value(outcome, self.objective)
        cost = self.price * float(spend.sum())
        slope = np.einsum("d,dv->v", smooth.weights, response.slope)
        return Point(spend, exact - cost, smooth.value - cost, slope, smooth.weights)

    def curvature(self, point: Point, temperature: float) -> Matrix:
        """Return how the objective bends at ``point``, see `mmxlib.maths.budgets.interior_search.Curvature`.

        Where an outcome bends upward, its bend is turned over: a step is then bounded, and still climbs.
        """
        blocks = -cell_curvature(self.cells, point.spend, point.weights)
        values, vectors = np.linalg.eigh(blocks)
        values = np.maximum(np.abs(values), LEAST_BEND * float(np.abs(values).max(initial=0.0)))
        channels, periods = self.cells.shape
        bend = np.zeros((channels, periods, channels, periods))
        for c in range(channels):
            bend[c, :, c, :] = (vectors[c] * values[c]) @ vectors[c].T
        whole = bend.reshape(channels * periods, channels * periods)
        if self.objective.kind is Objective.MEAN or self.fixed_weights is not None:
            return whole
        response = cell_response(self.cells, point.spend)
        outcome = counted(self.cells, response)
        smooth = self.smooth(outcome, temperature)
        further = curvature_by_draws(outcome, smooth, response.slope, self.objective, temperature=temperature)
        return whole if further is None else whole + further
