"""The curvature of the log density, by differences of its gradient, as an arrow.

The deviations of a unit touch that unit's outcome and the common parameters alone, so that one channel's
deviation may be moved in all units at once: the gradients needed do not grow with the units. Experiments that
speak of several units at once are what would mix up such a move. Of an experiment whose total is ``m``, the
curvature ``m' m'^T / error^2`` is known exactly (the gradient is linear in its reading); it is taken out of
the differences and put back as the arrow's low-rank part.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mmxlib.maths.arrays import Array, Cube, Matrix, Vector
from mmxlib.maths.density import Problem, first_deviation, log_density, reading_errors

STEP = 1e-4
"""Of the differences: on the parameters' log scales, far below what bends them."""


class Curvature(NamedTuple):
    """The negative Hessian in parts, as `mmxlib.maths.arrow.arrow` takes them."""

    common: Matrix
    coupling: Cube
    blocks: Cube
    across: Matrix


def curvature(
    parameters: Vector, problem: Problem, *, outcome: Matrix, lifts: Vector, known: Array
) -> Curvature:
    """Return the curvature at ``parameters``; those that are ``known`` have one of one and touch no other.

    Parameters
    ----------
    parameters, problem, outcome, lifts
        See `mmxlib.maths.density.log_density`.
    known
        Whether a parameter is held where it is, (parameter,).
    """
    channels = problem.exposure.shape[2]
    count = first_deviation(problem)
    own = (len(parameters) - count) // channels if channels else 0  # units with deviations of their own

    def gradient(at: Vector, readings: Vector) -> Vector:
        slopes = np.empty(len(at))
        log_density(at, problem, outcome, readings, slopes)
        return slopes

    def bent(move: Vector) -> Vector:
        ahead, behind = gradient(parameters + STEP * move, lifts), gradient(parameters - STEP * move, lifts)
        bend: Vector = -(ahead - behind) / (2.0 * STEP)
        mixed: Vector = bend - across @ (across.T @ move)
        return mixed

    across = np.empty((len(parameters), 0))
    if own > 1:
        by_reading = _by_reading(problem, lifts, lambda readings: gradient(parameters, readings))
        touched = np.any(by_reading[:, count:].reshape(len(lifts), own, channels) != 0.0, axis=2)
        across = by_reading[touched.sum(axis=1) > 1].T
    rows = np.stack([bent(move) for move in np.eye(count, len(parameters))]) if count else np.empty((0, 0))
    coupling = rows[:, count:].T.reshape(own, channels, count)
    blocks = np.empty((own, channels, channels))
    for channel in range(channels if own else 0):
        move = np.zeros(len(parameters))
        move[count + channel :: channels] = 1.0
        blocks[:, :, channel] = bent(move)[count:].reshape(own, channels)
    return _held(Curvature(rows[:, :count], coupling, blocks, across), known)


def _by_reading(problem: Problem, lifts: Vector, gradient: Callable[[Vector], Vector]) -> Matrix:
    """Return the slopes of each experiment's total over its error, (experiment, parameter)."""
    errors = reading_errors(problem)
    rows = [gradient(lifts + move) for move in np.diag(errors)]
    at = gradient(lifts)
    return np.stack(rows) - at if rows else np.empty((0, len(at)))


def _held(free: Curvature, known: Array) -> Curvature:
    """Return the curvature in which each known parameter has a one of its own and touches no other."""
    count = len(free.common)
    common, coupling, blocks = free.common.copy(), free.coupling.copy(), free.blocks.copy()
    top, own = known[:count], known[count:].reshape(blocks.shape[:2])
    common[top] = common[:, top] = 0.0
    common[top, top] = 1.0
    coupling[:, :, top] = 0.0
    coupling[own] = 0.0
    blocks[own] = 0.0
    blocks.transpose(0, 2, 1)[own] = 0.0
    unit, place = np.nonzero(own)
    blocks[unit, place, place] = 1.0
    return Curvature(common, coupling, blocks, np.where(known[:, None], 0.0, free.across))
