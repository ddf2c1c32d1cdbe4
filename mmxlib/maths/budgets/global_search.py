"""Global searches within any linear limits, as alternatives to many local ones and as checks of them.

Both move over the box of the free variables; what they try is drawn within the limits before it is measured,
towards the middle of the starts, so that nothing outside the limits ever counts and every point within them
can be tried. They use no slopes, and stop after a given number of evaluations, never by the clock.

References
----------
Storn and Price (1997), Differential Evolution, Journal of Global Optimization 11. Xiang, Sun, Fan and Gong
(1997), Generalized simulated annealing algorithm, Physics Letters A 233.
"""

from collections.abc import Callable, Sequence

import numpy as np

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.limits import drawn_in
from mmxlib.maths.budgets.local_search import Terrain
from mmxlib.maths.budgets.points import Point, best_of
from mmxlib.terms import Solver

EVALUATIONS = 3000
"""Most points that one search measures."""

SMALLEST_POPULATION, LARGEST_POPULATION = 16, 80
"""Members of a generation of differential evolution; within these, five per variable."""


def explored(
    terrain: Terrain,
    starts: Sequence[Vector],
    *,
    solver: Solver,
    rng: np.random.Generator,
    evaluations: int = EVALUATIONS,
) -> Point:
    """Return the best point that ``solver`` finds, never worse than a start.

    Parameters
    ----------
    terrain
        What is searched.
    starts
        Feasible points (variable,) to begin with, at least one.
    solver
        One of the solvers that search globally.
    rng
        Draws what is tried.
    evaluations
        Most points to measure, from about a hundred up.
    """
    limits = terrain.limits
    free = limits.upper > limits.lower
    best = best_of([terrain.point(start) for start in starts])
    if not free.any():
        return best
    lower, width = limits.lower[free], (limits.upper - limits.lower)[free]
    middle = np.mean(starts, axis=0)

    def whole(shares: Vector) -> Vector:
        spend = limits.lower.copy()
        spend[free] = lower + width * np.clip(shares, 0.0, 1.0)
        return drawn_in(limits, spend, middle)

    def loss(shares: Vector) -> float:
        return -terrain.evaluate(whole(shares), 0.0).value / terrain.size

    shares = [(start[free] - lower) / width for start in [best.spend, *starts]]
    search = _evolved if solver is Solver.DIFFERENTIAL_EVOLUTION else _annealed
    return best_of([best, terrain.point(whole(search(loss, shares, evaluations, rng)))])


def _evolved(
    loss: Callable[[Vector], float], starts: Sequence[Vector], evaluations: int, rng: np.random.Generator
) -> Vector:
    from scipy.optimize import Bounds, differential_evolution  # half a second to import

    variables = len(starts[0])
    members = min(max(5 * variables, SMALLEST_POPULATION), LARGEST_POPULATION)
    first = np.vstack((*starts, rng.uniform(size=(members, variables))))[:members]
    answer = differential_evolution(
        loss,
        Bounds(np.zeros(variables), np.ones(variables)),
        init=first,
        maxiter=max(evaluations // members - 1, 1),
        polish=False,
        rng=rng,
    )
    return np.asarray(answer.x)


def _annealed(
    loss: Callable[[Vector], float], starts: Sequence[Vector], evaluations: int, rng: np.random.Generator
) -> Vector:
    from scipy.optimize import dual_annealing

    answer = dual_annealing(
        loss,
        [(0.0, 1.0)] * len(starts[0]),
        x0=np.clip(starts[0], 0.0, 1.0),
        maxfun=evaluations,
        maxiter=evaluations,
        no_local_search=True,
        rng=rng,
    )
    return np.asarray(answer.x)
