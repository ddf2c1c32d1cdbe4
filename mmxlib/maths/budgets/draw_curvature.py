"""How an objective over draws bends: second derivatives by the outcome of each draw, and a concave envelope.

With ``q`` = 1 for the draws whose weight can move, the weights of mean less risk move against the outcome at
one rate, ``a``, as far as their sum and their length allow::

    -dw/do = a (diag(q) - q q' / sum(q) - v v' / v'v),   v = q (outcome - its mean over q)

Those of smoothed CVaR move at the rate ``q = p (1 - p)`` with ``p`` the share of a draw's largest weight that
it has, their sum kept: ``-dw/do = (diag(q) - q q' / sum(q)) / (temperature tail n)``.

Mean less risk is the smallest of the sums whose weights add to one at a given length. Only weights above zero
keep a sum of concave outcomes concave; the smallest of the sums with those alone is above it and concave.
"""

import numpy as np

from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.budgets.draw_objectives import EVEN, HALVINGS, DrawObjective, Smoothed, smoothed
from mmxlib.terms import Objective


def curvature_by_draws(
    outcome: Vector, smooth: Smoothed, slopes: Matrix, objective: DrawObjective, *, temperature: float
) -> Matrix | None:
    """Return what the objective's own bend takes off the second derivatives, (variable, variable).

    ``outcome``: (draw,); ``slopes``: (draw, variable), its slopes. The matrix is positive semidefinite; None
    where the objective does not bend. ``smooth`` is that of `smoothed` or of `envelope` at the same
    temperature.
    """
    weights = smooth.weights
    if objective.kind is Objective.CVAR:
        if temperature <= 0.0:
            return None
        worst = objective.tail * len(outcome)
        share = weights * worst
        moving = np.clip(share * (1.0 - share), 0.0, None)
        rate = 1.0 / (temperature * worst)
    elif objective.kind is Objective.MEAN_MINUS_RISK:
        moving = (weights != 0.0).astype(np.float64)
        away, apart = _centered(weights, moving), _centered(outcome, moving)
        if float(apart @ apart) <= (EVEN * float(np.abs(outcome).max(initial=0.0))) ** 2:
            return None
        rate = float(np.sqrt((away @ away) / (apart @ apart)))
    else:
        return None
    if moving.sum() <= 0.0:
        return None
    mean = moving @ slopes / moving.sum()
    rooted = np.sqrt(moving)[:, None] * (slopes - mean)
    bend = rooted.T @ rooted
    if objective.kind is Objective.MEAN_MINUS_RISK:
        along = apart @ slopes
        bend -= np.outer(along, along) / (apart @ apart)
    return np.asarray(rate * bend)


def _centered(values: Vector, moving: Vector) -> Vector:
    return np.asarray(moving * (values - moving @ values / moving.sum()))


def envelope(outcome: Vector, objective: DrawObjective, temperature: float) -> Smoothed:
    """Return an objective that is above `smoothed` or equal to it and has no weight below zero.

    The weights are valid for a bound: under them the sum of any outcome is at least its objective.
    """
    plain = smoothed(outcome, objective, temperature)
    if objective.kind is not Objective.MEAN_MINUS_RISK or plain.weights.min() >= 0.0:
        return plain
    length = (1.0 + objective.risk**2) / len(outcome)
    low, high = float(outcome.min()), float(outcome.max()) + float(np.ptp(outcome)) * len(outcome)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        weights = _below(outcome, middle)
        if weights @ weights > length:
            low = middle
        else:
            high = middle
    weights = _below(outcome, high)
    return Smoothed(float(weights @ outcome), weights)


def _below(outcome: Vector, threshold: float) -> Vector:
    """Return weights in proportion to how far each draw is below ``threshold``, which is at least the worst.

    At the worst outcome itself those draws alone count that have it: a risk so large leaves no others.
    """
    short = np.maximum(threshold - outcome, 0.0)
    if not short.any():
        short = (outcome == outcome.min()).astype(np.float64)
    return np.asarray(short / short.sum())
