"""What makes one outcome, known draw by draw, better than another: its mean, less a risk, or its worst part.

Every objective is a weighted sum of the draws whose weights depend on the outcome, so that the same weights
turn the draws' slopes into the objective's slope. CVaR is the mean of the worst ``tail`` share of draws: the
smallest of the weighted sums whose weights sum to one and lie in ``[0, 1 / (tail n)]``, its risk envelope.
So any weights of the envelope bound it from above. It is not smooth; a search climbs the smooth function

    max over t of  t - temperature / (tail n) * sum softplus((t - outcome) / temperature)

whose weights ``sigmoid((t - outcome) / temperature) / (tail n)`` lie in the envelope, and which is at most
``temperature ln(2) / tail`` below CVaR.

References
----------
Rockafellar and Uryasev (2000), Optimization of conditional value-at-risk, Journal of Risk 2(3), equation 4.
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Vector
from mmxlib.terms import Objective

HALVINGS = 80
"""Halvings of the interval in which the threshold lies: more than a number's digits."""

EVEN = 1e-14
"""A spread below this share of the outcome is rounding, and has no direction."""


@dataclass(frozen=True)
class DrawObjective:
    """What is maximized over the draws.

    ``risk`` >= 0 is the multiple of the standard deviation that ``mean_minus_risk`` takes off; ``tail``, in
    (0, 1], the share of the worst draws whose mean is the ``cvar``.
    """

    kind: Objective
    risk: float = 1.0
    tail: float = 0.1


@dataclass(frozen=True, eq=False)
class Smoothed:
    """A smooth objective: its value, and the weights (draw,) that give its slope."""

    value: float
    weights: Vector


def even_weights(draws: int) -> Vector:
    """Return the weights (draw,) of the mean."""
    return np.full(draws, 1.0 / draws)


def draw_weights(outcome: Vector, objective: DrawObjective) -> Vector:
    """Return the weights (draw,) under which ``outcome``, and any slope of it, adds up to the objective's.

    The weights of CVaR are those of the worst draws, the one at the border in part; of equal draws the first
    count as worse.
    """
    even = even_weights(len(outcome))
    deviation = outcome - outcome.mean()
    spread = float(np.sqrt((deviation * deviation).mean()))
    if objective.kind is Objective.MEAN or spread <= EVEN * float(np.abs(outcome).max(initial=0.0)):
        return even
    if objective.kind is Objective.CVAR:
        worst = objective.tail * len(outcome)
        weights = np.empty(len(outcome))
        rank = np.arange(len(outcome))
        weights[np.argsort(outcome, kind="stable")] = np.clip(worst - rank, 0.0, 1.0) / worst
        return weights
    return np.asarray(even - objective.risk * deviation / (len(outcome) * spread))


def objective_value(outcome: Vector, objective: DrawObjective) -> float:
    """Return the objective of ``outcome`` (draw,)."""
    return float(draw_weights(outcome, objective) @ outcome)


def smoothed(outcome: Vector, objective: DrawObjective, temperature: float) -> Smoothed:
    """Return the objective of ``outcome`` (draw,) as a search climbs it.

    Only CVaR is smoothed, by ``temperature`` >= 0 in units of the outcome; zero leaves it as it is.
    """
    if objective.kind is not Objective.CVAR or temperature <= 0.0:
        weights = draw_weights(outcome, objective)
        return Smoothed(float(weights @ outcome), weights)
    worst = objective.tail * len(outcome)
    threshold = _threshold(outcome, worst, temperature)
    weights = _sigmoid((threshold - outcome) / temperature) / worst
    short = np.logaddexp(0.0, (threshold - outcome) / temperature).sum()
    return Smoothed(float(threshold - temperature * short / worst), weights / weights.sum())


def _threshold(outcome: Vector, worst: float, temperature: float) -> float:
    """Return the t at which the sigmoids add up to ``worst``, by halving an interval that holds it."""
    far = temperature * 50.0
    low, high = float(outcome.min()) - far, float(outcome.max()) + far
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if _sigmoid((middle - outcome) / temperature).sum() < worst:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _sigmoid(x: Vector) -> Vector:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)))
