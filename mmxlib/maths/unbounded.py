"""The density where a sampler moves easily: no bounds, no ridges, every direction about one wide.

The data speak of a channel's response at usual exposure, not of its full effect, which half-saturation and
shape drag along a bent ridge: ``log effect`` becomes ``log effect + log S(1)``, the response at mean active
exposure. Low retentions all mean the same, so that their logits trail away to the left while the data forbid
high ones sharply: below `KNEE` the logit is bent, ``logit = w - (w - KNEE)^2 / 2``. Then the mode goes to
zero and its curvature to one. The box of the mode search becomes a soft wall: inside it the density is as it
was, outside it falls off within `WALL`, and what is drawn there is brought to the box.

Where the sd by which units differ is learned, its log over the problem's fixed one is the last step, bent
below zero like a retention's logit: small sds all mean the same. A unit's deviation, in units of the
fixed sd ``p`` of the problem, is ``f(r) w`` for the sd ``r p``: ``f(r) = r sqrt((1 + i) / (1 + i r^2))``,
with ``i`` what the data know of the deviation beside its prior. Where they know little, w is the deviation in
its own sds (a non-centered form), where they know much, the deviation itself (a centered one), so that w
hardly depends on r either way.

References
----------
Papaspiliopoulos, Roberts, Sköld (2007), A General Framework for the Parametrization of Hierarchical Models,
Statistical Science 22(1), section 3.
"""

from typing import NamedTuple

import numpy as np

from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.arrow import Arrow, back_into, forth, forth_into, steps_of
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
POOLING_SCALE = 0.3
"""Of the half-normal prior of the sd by which units' log effects differ (examples/statistician.md)."""


class Coordinates(NamedTuple):
    """Where zero lies and how long a step is: ``center`` (parameter,) and the root ``spread``.

    ``lower`` and ``upper`` are the box, (parameter,); ``family`` the channels' saturation codes, None where
    all are Hill's; ``channels`` and ``timed`` how many channels and timings there are. ``pooling`` is the
    problem's; ``learned`` says that the last step is the log of the sd over it; ``information`` is ``i`` of
    the notes, (deviation,).
    """

    center: Vector
    spread: Arrow
    lower: Vector
    upper: Vector
    family: Array | None
    channels: int
    timed: int
    pooling: float
    learned: bool
    information: Vector


def coordinates(
    mode: Mode, problem: Problem, *, lower: Vector, upper: Vector, learned: bool = False
) -> Coordinates:
    """Return the coordinates in which ``mode`` is zero and its Laplace approximation standard normal.

    ``learned`` adds the log of the sd by which units differ as a last coordinate.
    """
    channels = problem.exposure.shape[2]
    shares = _log_shares(problem.family, channels, mode.parameters)
    root = mode.spread.common
    turned = root.copy()
    bent = _bent(mode.parameters[:channels])
    turned[:channels] /= 1.0 - np.minimum(bent - KNEE, 0.0)[:, None]
    rows = slice(3 * channels, PARAMETERS * channels)
    turned[rows] += shares[1][:, None] * root[channels : 2 * channels]
    turned[rows] += shares[2][:, None] * root[2 * channels : 3 * channels]
    center = mode.parameters.copy()
    center[:channels] = bent
    center[rows] += shares[0]
    spread = mode.spread._replace(common=np.ascontiguousarray(turned))
    left = np.sum(mode.spread.blocks**2, axis=2).ravel()  # a deviation's variance, one with its prior alone
    return Coordinates(
        center=center,
        spread=spread,
        lower=lower,
        upper=upper,
        family=problem.family,
        channels=channels,
        timed=int(np.sum(problem.timing_place > 0)),
        pooling=float(problem.pooling),
        learned=learned,
        information=np.maximum(1.0 / np.minimum(left, 1.0) - 1.0, 0.0),
    )


def dimension(around: Coordinates) -> int:
    """Return the number of steps."""
    return len(around.center) + int(around.learned)


def steps_to(mode: Mode, around: Coordinates) -> Vector:
    """Return where ``mode`` lies in the coordinates of another, shape (step,)."""
    channels = around.channels
    turned = mode.parameters.copy()
    turned[:channels] = _bent(turned[:channels])
    turned[3 * channels : PARAMETERS * channels] += _log_shares(around.family, channels, mode.parameters)[0]
    steps = steps_of(around.spread, turned - around.center)
    return np.append(steps, 0.0) if around.learned else steps


def parameters_at(steps: Matrix, around: Coordinates) -> Matrix:
    """Return the density's parameters, inside their box, at each row of ``steps``, (draw, parameter).

    Deviations are in units of the problem's pooling, whatever the sd of the draw.
    """
    channels = around.channels
    curves, rows = slice(0, 3 * channels), slice(3 * channels, PARAMETERS * channels)
    plain = np.ascontiguousarray(steps[:, : len(around.center)])
    found: Matrix = around.center + np.stack([forth(around.spread, each) for each in plain])
    if around.learned:
        ratio = pooling_at(steps, around)[:, None] / around.pooling
        found[:, PARAMETERS * channels + around.timed :] *= ratio * np.sqrt(
            (1.0 + around.information) / (1.0 + around.information * ratio**2)
        )
    found[:, :channels] -= 0.5 * np.minimum(found[:, :channels] - KNEE, 0.0) ** 2
    found[:, curves] = np.clip(found[:, curves], around.lower[curves], around.upper[curves])
    for at in found:
        at[rows] -= _log_shares(around.family, channels, at)[0]
    rest = slice(3 * channels, PARAMETERS * channels + around.timed)
    found[:, rest] = np.clip(found[:, rest], around.lower[rest], around.upper[rest])
    return found


def pooling_at(steps: Matrix, around: Coordinates) -> Vector:
    """Return the sd by which units' log effects differ at each row of ``steps``, (draw,)."""
    if not around.learned:
        return np.full(len(steps), around.pooling)
    below = np.minimum(steps[:, -1], 0.0)
    sd: Vector = around.pooling * np.exp(steps[:, -1] - 0.5 * below**2)
    return sd


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
    channels = around.channels
    first_effect, first_timing = 3 * channels, PARAMETERS * channels
    last, count = first_timing + around.timed, len(around.center)
    at = around.center.copy()
    forth_into(around.spread, steps, at)
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
            shares = _log_shares(around.family, channels, at)
        if first_effect <= i < first_timing:
            at[i] -= shares[0, i - first_effect]
        beyond = at[i] - min(max(at[i], around.lower[i]), around.upper[i])
        added -= 0.5 * (beyond / WALL) ** 2
        push[i] = -beyond / WALL**2
        if around.lower[i] == around.upper[i]:
            at[i] = around.lower[i]  # what a family holds fixed
    slopes = np.empty(count)
    if around.learned:
        factors = _widths(steps[count], around)
        for i in range(last, count):
            at[i] *= factors[i - last]
    height = log_density(at, problem, outcome, lifts, slopes)
    if around.learned:
        added += _pool(steps[count], at, around, slopes, grad)
    for c in range(channels):
        slopes[first_effect + c] += push[first_effect + c]
        for row in (1, 2):
            i = row * channels + c
            slopes[i] -= shares[row, c] * slopes[first_effect + c]
    for i in range(first_timing, last):
        slopes[i] += push[i]
    for i in range(first_effect):
        slopes[i] = push[i] if around.lower[i] == around.upper[i] else slopes[i] + push[i]
    for c in range(channels):
        slopes[c] *= slope[c]
        if slope[c] > 1.0:
            slopes[c] -= 1.0 / slope[c]
    back_into(around.spread, slopes, grad)
    return height + added


@inner()
def _ratio(step: float) -> float:
    """Return the sd by which units differ over the problem's, at the last ``step``."""
    below = min(step, 0.0)
    return float(np.exp(step - 0.5 * below * below))


@inner()
def _widths(step: float, around: Coordinates) -> Vector:
    """Return what turns each deviation's ``w`` into the deviation, (deviation,)."""
    ratio = _ratio(step)
    factors = np.empty(len(around.information))
    for i in range(len(factors)):
        known = around.information[i]
        factors[i] = ratio * np.sqrt((1.0 + known) / (1.0 + known * ratio * ratio))
    return factors


@inner()
def _pool(step: float, at: Vector, around: Coordinates, slopes: Vector, grad: Vector) -> float:
    """Return what an sd other than the problem's adds to the log density; turn the deviations' slopes.

    ``at`` holds the density's parameters, ``slopes`` (parameter,) their slopes, those of the deviations to be
    turned into slopes by ``w``. The last of ``grad`` is filled with the slope by ``step``.
    """
    first = len(at) - len(around.information)
    slope = 1.0 - min(step, 0.0)
    ratio = _ratio(step)
    sds = (around.pooling * ratio / POOLING_SCALE) ** 2
    added = np.log(ratio) - 0.5 * sds + np.log(slope)
    by_ratio = 1.0 - sds
    for i in range(first, len(at)):
        known = around.information[i - first]
        free = 1.0 / (1.0 + known * ratio * ratio)  # d log f / d log r
        factor = np.sqrt((1.0 + known) * free)  # of w to the deviation in its own sds
        own = at[i] / ratio
        added += 0.5 * (at[i] * at[i] - own * own) + np.log(factor)
        unpooled = slopes[i] + at[i]  # without the prior of the problem's sd
        by_ratio += free * at[i] * unpooled + (1.0 - free) * (own * own - 1.0)
        slopes[i] = ratio * factor * unpooled - factor * own
    grad[len(at)] = by_ratio * slope - (1.0 / slope if step < 0.0 else 0.0)
    return float(added)


@kernel()
def _log_shares(family: Array | None, channels: int, parameters: Vector) -> Matrix:
    """Return each channel's log response share at an exposure of one, and its two slopes, (3, channel).

    The slopes are those by log half-saturation and log shape.
    """
    rows = np.empty((3, channels))
    for c in range(channels):
        shape = np.exp(parameters[2 * channels + c])
        share, _, by_half, by_shape = share_and_slopes(family, c, 1.0, parameters[channels + c], shape)
        share = max(share, LEAST_SHARE)
        rows[0, c] = np.log(share)
        rows[1, c] = by_half / share
        rows[2, c] = by_shape / share
    return rows
