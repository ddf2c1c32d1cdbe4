"""Random curves of spend and allocation problems, for tests."""

import numpy as np

from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.allocation import AllocationProblem
from mmxlib.maths.arrays import Vector
from mmxlib.maths.draw_objectives import DrawObjective
from mmxlib.maths.limits import box
from mmxlib.maths.spend_response import SpendCurves
from mmxlib.terms import Objective

MEAN = DrawObjective(Objective.MEAN)
RISK = DrawObjective(Objective.MEAN_MINUS_RISK)
CVAR = DrawObjective(Objective.CVAR, tail=0.4)
"""Of the four draws of `random_curves`, the worst and a part of the next."""


def random_curves(
    seed: int,
    *,
    channels: int = 3,
    draws: int = 4,
    units: int = 2,
    periods: int = 6,
    shapes: tuple[float, float] = (0.6, 1.4),
    families: tuple[int, ...] = (0,),
    adstocks: tuple[int, ...] = (0,),
    carry_in: float = 1.0,
    committed: float = 0.0,
) -> SpendCurves:
    """Return curves for which a total near 100 per channel is ordinary."""
    chance = np.random.default_rng(seed)
    return SpendCurves(
        adstock=np.resize(np.array(adstocks, dtype=np.int64), channels),
        family=np.resize(np.array(families, dtype=np.int64), channels),
        retention=chance.uniform(0.0, 0.9, (draws, channels)),
        half_saturation=np.exp(chance.normal(0.0, 0.4, (draws, channels))),
        shape=chance.uniform(*shapes, (draws, channels)),
        effect=chance.uniform(0.5, 1.5, (draws, units, channels)),
        carry_in=carry_in * chance.uniform(0.0, 1.0, (draws, units, channels)),
        flight=chance.uniform(0.0, 0.02, (units, channels, periods)),
        timing=np.exp(chance.normal(0.2, 0.4, (draws, channels))),
        history=carry_in * chance.uniform(0.0, 2.0, (units, channels, LAGS)),
        committed=committed * chance.uniform(0.0, 1.0, (units, channels, periods)),
    )


def problem_of(
    curves: SpendCurves,
    *,
    factor: float = 1.0,
    lower: float = 0.7,
    upper: float = 1.3,
    objective: DrawObjective = MEAN,
    money: float = 1.0,
) -> AllocationProblem:
    """Return the question how to spend ``factor`` times a present plan, bounded by factors of it."""
    present: Vector = money * np.linspace(60.0, 140.0, len(curves.family))
    limits = box(lower * present, upper * present, factor * float(present.sum()))
    return AllocationProblem(curves, limits, present, objective)
