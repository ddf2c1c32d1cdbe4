"""The density where a sampler moves easily: no bounds, no ridges, every direction about one wide.

The data speak of a channel's response at usual exposure, not of its full effect, which half-saturation and
shape drag along a bent ridge: ``log effect`` becomes ``log effect + log S(1)``, the response at mean active
exposure. Low retentions all mean the same, so that their logits trail away to the left while the data forbid
high ones sharply: below `KNEE` the logit is bent, ``logit = w - (w - KNEE)^2 / 2``. Then the mode goes to
zero and its curvature to one. The box of the mode search becomes a soft wall: inside it the density is as it
was, outside it falls off within `WALL`, and what is drawn there is brought to the box.
"""

from typing import NamedTuple

import numpy as np

from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.compiled import inner, kernel
from mmxlib.maths.density import Problem, log_density
from mmxlib.maths.density_parts import PARAMETERS
from mmxlib.maths.inference import Mode
from mmxlib.maths.saturation import share_and_slopes

WALL = 0.25
"""Sd of the half-normal by which the density falls off outside the box, on the parameters' log scales: narrow
beside what data and priors leave open, and wide enough for a sampler's steps (0.1 made some of them fail)."""
KNEE = -1.0
"""Logit of a retention (about a quarter) below which it is bent: an exponential tail becomes a normal one."""
LEAST_SHARE = 1e-300


class Coordinates(NamedTuple):
    """Where zero lies and how long a step is: ``center`` (parameter,), ``spread`` (parameter, parameter).

    ``lower`` and ``upper`` are the box, (parameter,); ``family`` the channels' saturation codes; ``timed``
    how many timings end the vector.
    """

    center: Vector
    spread: Matrix
    lower: Vector
    upper: Vector
    family: Array
    timed: int


def coordinates(mode: Mode, problem: Problem, *, lower: Vector, upper: Vector) -> Coordinates:
    """Return the coordinates in which ``mode`` is zero and its Laplace approximation standard normal."""
    channels = len(problem.family)
    shares = _log_shares(problem.family, mode.parameters)
    turned = mode.spread.copy()
    bent = _bent(mode.parameters[:channels])
    turned[:channels] /= 1.0 - np.minimum(bent - KNEE, 0.0)[:, None]
    rows = slice(3 * channels, PARAMETERS * channels)
    turned[rows] += shares[1][:, None] * mode.spread[channels : 2 * channels]
    turned[rows] += shares[2][:, None] * mode.spread[2 * channels : 3 * channels]
    center = mode.parameters.copy()
    center[:channels] = bent
    center[rows] += shares[0]
    timed = int(np.sum(problem.timing_place < 0))
    return Coordinates(center, np.ascontiguousarray(turned), lower, upper, problem.family, timed)


def steps_to(mode: Mode, around: Coordinates) -> Vector:
    """Return where ``mode`` lies in the coordinates of another, shape (parameter,)."""
    channels = len(around.family)
    turned = mode.parameters.copy()
    turned[:channels] = _bent(turned[:channels])
    turned[3 * channels : PARAMETERS * channels] += _log_shares(around.family, mode.parameters)[0]
    steps: Vector = np.linalg.solve(around.spread, turned - around.center).astype(np.float64, copy=False)
    return steps


def parameters_at(steps: Matrix, around: Coordinates) -> Matrix:
    """Return the density's parameters, inside their box, at each row of ``steps``, (draw, parameter)."""
    channels = len(around.family)
    curves, rows = slice(0, 3 * channels), slice(3 * channels, PARAMETERS * channels)
    found: Matrix = around.center + steps @ around.spread.T
    found[:, :channels] -= 0.5 * np.minimum(found[:, :channels] - KNEE, 0.0) ** 2
    found[:, curves] = np.clip(found[:, curves], around.lower[curves], around.upper[curves])
    for at in found:
        at[rows] -= _log_shares(around.family, at)[0]
    timings = slice(len(around.center) - around.timed, None)
    for box in (rows, timings):
        found[:, box] = np.clip(found[:, box], around.lower[box], around.upper[box])
    return found


def _bent(logit: Vector) -> Vector:
    """Return the coordinate of a retention's logit, any shape."""
    below = 1.0 - np.sqrt(1.0 - 2.0 * np.minimum(logit - KNEE, 0.0))
    bent: Vector = np.where(logit < KNEE, KNEE + below, logit)
    return bent


@kernel()
def density_at(
    steps: Vector, around: Coordinates, problem: Problem, outcome: Matrix, lifts: Vector, grad: Vector
) -> float:
    """Return the log density at ``steps`` up to a constant, and fill its gradient by them.

    ``outcome``, ``lifts`` and ``grad`` are those of `mmxlib.maths.density.log_density`.
    """
    channels = len(around.family)
    first_effect, last = 3 * channels, PARAMETERS * channels
    at = around.center + around.spread @ steps
    push = np.zeros(last)
    shares = np.empty((3, channels))
    slope = np.ones(channels)  # of the logit by its coordinate
    added = 0.0
    for c in range(channels):
        below = min(at[c] - KNEE, 0.0)
        at[c] -= 0.5 * below * below
        slope[c] -= below
        added += np.log(slope[c])
    for i in range(last):
        if i == first_effect:  # where every curve is known
            shares = _log_shares(around.family, at)
        if i >= first_effect:
            at[i] -= shares[0, i - first_effect]
        beyond = at[i] - min(max(at[i], around.lower[i]), around.upper[i])
        added -= 0.5 * (beyond / WALL) ** 2
        push[i] = -beyond / WALL**2
        if around.lower[i] == around.upper[i]:
            at[i] = around.lower[i]  # what a family holds fixed
    first_timing = len(steps) - around.timed
    for i in range(first_timing, len(steps)):
        beyond = at[i] - min(max(at[i], around.lower[i]), around.upper[i])
        added -= 0.5 * (beyond / WALL) ** 2
    slopes = np.empty(len(steps))
    height = log_density(at, problem, outcome, lifts, slopes) + added
    for c in range(channels):
        slopes[first_effect + c] += push[first_effect + c]
        for row in (1, 2):
            i = row * channels + c
            slopes[i] -= shares[row, c] * slopes[first_effect + c]
    for i in range(first_effect):
        slopes[i] = push[i] if around.lower[i] == around.upper[i] else slopes[i] + push[i]
    for c in range(channels):
        slopes[c] *= slope[c]
        if slope[c] > 1.0:
            slopes[c] -= 1.0 / slope[c]
    for i in range(first_timing, len(steps)):
        slopes[i] -= (at[i] - min(max(at[i], around.lower[i]), around.upper[i])) / WALL**2
    grad[:] = around.spread.T @ slopes
    return height


@inner()
def _share_row(family: int, log_half: float, log_shape: float) -> tuple[float, float, float]:
    """Return log response share at an exposure of one, and its slopes by log half-saturation and shape."""
    share, _, by_half, by_shape = share_and_slopes(family, 1.0, log_half, np.exp(log_shape))
    share = max(share, LEAST_SHARE)
    return np.log(share), by_half / share, by_shape / share


@kernel()
def _log_shares(family: Array, parameters: Vector) -> Matrix:
    """Return each channel's log response share at an exposure of one, and its two slopes, (3, channel)."""
    channels = len(family)
    rows = np.empty((3, channels))
    for c in range(channels):
        log_share, by_half, by_shape = _share_row(
            family[c], parameters[channels + c], parameters[2 * channels + c]
        )
        rows[0, c] = log_share
        rows[1, c] = by_half
        rows[2, c] = by_shape
    return rows
