"""Lower bounds of risk objectives where returns do not diminish: by the weights of the best mixture.

Any weights of an objective's envelope bound it (`budgets.draw_objectives`), and the weights at the best
allocation found are the right ones where returns diminish. Elsewhere the lowest bound belongs to the weights
at the best mixture of allocations: its outcome is the mean of theirs, draw by draw. Mixtures are found by
turns: the allocation that is best under the last weights joins those to mix, and the best mixture of all so
far gives the next weights.

References
----------
Dantzig and Wolfe (1960), Decomposition principle for linear programs, Operations Research 8(1).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.budgets.certificate import Certified, certified, tables_of
from mmxlib.maths.budgets.draw_objectives import DrawObjective, smoothed
from mmxlib.maths.budgets.limits import nearest
from mmxlib.maths.budgets.local_search import Terrain
from mmxlib.maths.budgets.points import best_of
from mmxlib.maths.budgets.spend_response import SpendCurves
from mmxlib.terms import Measure

TURNS = 3
"""Mixtures that are tried: the first two do most."""


def mixed(
    terrain: Terrain,
    answer: Certified,
    *,
    curves: SpendCurves,
    measure: Measure,
    objective: DrawObjective,
    outcome: Callable[[Vector], Vector],
    enough: float,
) -> Certified:
    """Return ``answer`` with a lower bound, and a better point where one is met on the way.

    ``outcome`` gives the outcome (draw,) of an allocation (channel,); its gap is wanted below ``enough``.
    """
    limits, price = terrain.limits, terrain.price

    def net(spend: Vector) -> Vector:
        return outcome(spend) - price * float(spend.sum())

    outcomes, where = [net(answer.best.spend)], answer.bound.spend
    for _ in range(TURNS):
        if answer.gap(terrain.size) <= enough:
            break
        outcomes.append(net(nearest(limits, where)))
        weights = _mixture_weights(np.array(outcomes), objective, terrain.temperatures)
        tables = tables_of(
            curves,
            lower=limits.lower,
            upper=limits.upper,
            further=[],
            weights=weights,
            measure=measure,
        )
        turn = certified(
            terrain,
            replace(answer.best, weights=weights),
            tables,
            curves=curves,
            measure=measure,
            fixed_weights=False,
            rounds=1,
        )
        where = turn.bound.spend
        bound = replace(turn.bound, value=min(turn.bound.value, answer.bound.value))
        answer = Certified(best_of([answer.best, turn.best]), bound, answer.tables)
    return answer


def _mixture_weights(outcomes: Matrix, objective: DrawObjective, temperatures: Sequence[float]) -> Vector:
    """Return the weights (draw,) of the best mixture of ``outcomes`` (allocation, draw)."""
    from scipy.optimize import Bounds, LinearConstraint, minimize  # half a second to import

    count = len(outcomes)
    size = float(np.abs(outcomes).max()) or 1.0
    shares = np.full(count, 1.0 / count)

    def loss(shares: Vector, temperature: float) -> tuple[float, Vector]:
        smooth = smoothed(shares @ outcomes, objective, temperature)
        return -smooth.value / size, -(outcomes @ smooth.weights) / size

    for temperature in temperatures:
        answer = minimize(
            loss,
            shares,
            args=(temperature,),
            jac=True,
            method="SLSQP",
            bounds=Bounds(0.0, 1.0),
            constraints=[LinearConstraint(np.ones((1, count)), 1.0, 1.0)],
        )
        shares = np.clip(answer.x, 0.0, 1.0)
    return smoothed(shares @ outcomes, objective, temperatures[-1]).weights
