"""From the density to draws: mode search, Laplace evidence, randomize-then-optimize.

References
----------
Bardsley, Solonen, Haario, Laine (2014), Randomize-Then-Optimize, SIAM J. Sci. Comput. 36(4), eq. 3.3.
Tierney, Kadane (1986), Accurate Approximations for Posterior Moments and Marginal Densities, eq. 2.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import fmin_l_bfgs_b

from mmxlib.maths.arrays import Indices, Matrix, Vector
from mmxlib.maths.density import PARAMETERS, Problem, log_density, size

GRADIENT_TOLERANCE = 1e-5
"""Largest projected gradient at which a search ends: far below what moves a reported digit."""
FLAT = 1e5
"""A search also ends when one step gains less than this many units in the last place of the log density."""
MEMORY = 20
"""Pairs that L-BFGS remembers: about as many as a model has parameters."""
SAME_MODE, SAME_PLACE = 1e-3, 0.05
"""Two searches that end nearer than this, in log density and in every parameter, found one mode."""


@dataclass(frozen=True, slots=True)
class Mode:
    """A local maximum: where, how high, and the log evidence of its neighborhood (Laplace)."""

    parameters: Vector
    log_density: float
    log_evidence: float


@dataclass(frozen=True, slots=True)
class Search:
    """What a search needs beside the problem: readings, prior tilt and the box of admissible parameters."""

    outcome: Matrix
    lifts: Vector
    tilt: Vector
    lower: Vector
    upper: Vector


def mode_from(
    start: Vector, problem: Problem, search: Search, *, iterations: int = 500
) -> tuple[Vector, float]:
    """Return the local maximum reached from ``start``, and its log density."""
    gradient = np.empty(len(start))
    if len(start) == 0:  # a model without channels has nothing to search
        return start, log_density(start, problem, search.outcome, search.lifts, search.tilt, gradient)

    def negative(parameters: Vector) -> tuple[float, Vector]:
        value = log_density(parameters, problem, search.outcome, search.lifts, search.tilt, gradient)
        return -value, -gradient

    parameters, height, _ = fmin_l_bfgs_b(
        negative,
        np.clip(start, search.lower, search.upper),
        bounds=list(zip(search.lower.tolist(), search.upper.tolist(), strict=True)),
        m=MEMORY,
        factr=FLAT,
        pgtol=GRADIENT_TOLERANCE,
        maxiter=iterations,
        maxfun=10 * iterations,
    )
    return np.asarray(parameters), -float(height)


def start_points(count: int, problem: Problem, *, lower: Vector, upper: Vector) -> Matrix:
    """Return ``count`` starts, the prior's center first, then a fixed Sobol set around it.

    Shape (start, parameter).

    Deviations of units start at zero.
    """
    from scipy.stats import qmc  # slow to load, and only a search needs it

    channels = problem.exposure.shape[2]
    first, second = problem.retention_prior.T
    center = np.concatenate(
        [
            np.log(first / second),
            problem.half_prior[:, 0],
            problem.shape_prior[:, 0],
            np.full(channels, np.log(0.05)),
        ]
    )
    width = np.concatenate(
        [
            np.full(channels, 1.5),
            problem.half_prior[:, 1],
            problem.shape_prior[:, 1],
            np.full(channels, 1.5),
        ]
    )
    starts = np.zeros((count, size(problem)))
    if channels:
        # the sequence's own seed is fixed: starts are a design, not chance
        points = qmc.Sobol(PARAMETERS * channels, seed=0).random_base2(max(0, int(np.ceil(np.log2(count)))))
        starts[:, : PARAMETERS * channels] = center + 2.0 * width * (points[:count] - 0.5)
        starts[0, : PARAMETERS * channels] = center
    return np.clip(starts, lower, upper)


def log_evidence(parameters: Vector, height: float, problem: Problem, search: Search) -> float:
    """Return the Laplace approximation of the log of the density's integral near the mode ``parameters``.

    Parameters held at a bound count as known.
    """
    free = np.flatnonzero((parameters > search.lower + 1e-9) & (parameters < search.upper - 1e-9))
    if not len(free):
        return height
    step = 1e-4
    hessian = np.empty((len(free), len(free)))
    above, below = np.empty(len(parameters)), np.empty(len(parameters))
    for row, i in enumerate(free):
        moved = parameters.copy()
        moved[i] += step
        log_density(moved, problem, search.outcome, search.lifts, search.tilt, above)
        moved[i] -= 2.0 * step
        log_density(moved, problem, search.outcome, search.lifts, search.tilt, below)
        hessian[row] = -(above - below)[free] / (2.0 * step)
    eigenvalues = np.linalg.eigvalsh(0.5 * (hessian + hessian.T))
    # a flat direction is as wide as its prior at the most, and every prior has a curvature above this
    determinant = float(np.sum(np.log(np.maximum(eigenvalues, 1e-2))))
    return height + 0.5 * len(free) * float(np.log(2.0 * np.pi)) - 0.5 * determinant


def modes(starts: Matrix, problem: Problem, search: Search, *, within: float) -> tuple[Mode, ...]:
    """Return the distinct modes whose log density lies ``within`` of the best, best evidence first.

    ``starts`` has shape (start, parameter).
    """
    ends = sorted((mode_from(start, problem, search) for start in starts), key=lambda end: -end[1])
    kept: list[tuple[Vector, float]] = []
    for parameters, height in ends:
        if height < ends[0][1] - within:
            break
        if not any(
            abs(height - other) <= SAME_MODE and np.max(np.abs(parameters - at)) <= SAME_PLACE
            for at, other in kept
        ):
            kept.append((parameters, height))
    found = [Mode(at, height, log_evidence(at, height, problem, search)) for at, height in kept]
    return tuple(sorted(found, key=lambda mode: -mode.log_evidence))


def weights(found: Sequence[Mode]) -> Vector:
    """Return each mode's share of the evidence, shape (mode,), summing to one."""
    evidence = np.array([mode.log_evidence for mode in found])
    share = np.exp(evidence - evidence.max())
    normalized: Vector = share / share.sum()
    return normalized


def prior_tilt(problem: Problem, rng: np.random.Generator) -> Vector:
    """Return a random tilt of the prior, so that the tilted prior's mode is a draw from the prior.

    Exact for the normal ones; for a Beta its curvature at the mode is used.
    """
    first, second = problem.retention_prior.T
    by_log_normal = 1.0 / problem.effect_prior[:, 1]
    curvature = np.concatenate(
        [
            np.sqrt(first * second / (first + second)),
            1.0 / problem.half_prior[:, 1],
            1.0 / problem.shape_prior[:, 1],
            np.where(problem.effect_divisor > 0.0, by_log_normal, 1.0),
        ]
    )
    noise = rng.standard_normal(size(problem))
    noise[: len(curvature)] *= curvature
    return noise


def block_indices(periods: int, length: int, rng: np.random.Generator) -> Indices:
    """Return indices of a moving-block resample of ``periods`` residuals, shape (period,).

    Blocks of ``length`` begin anywhere and wrap around the end, so that every period is as likely.

    References
    ----------
    Politis, Romano (1992), A circular block-resampling procedure for stationary data.
    """
    count = -(-periods // length)
    begins = rng.integers(0, periods, count)
    indices = (begins[:, None] + np.arange(length)[None, :]) % periods
    return indices.ravel()[:periods]
