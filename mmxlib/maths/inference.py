"""From the density to draws: mode search, Laplace evidence, randomize-then-optimize.

References
----------
Bardsley, Solonen, Haario, Laine (2014), Randomize-Then-Optimize, SIAM J. Sci. Comput. 36(4), eq. 3.3.
Tierney, Kadane (1986), Accurate Approximations for Posterior Moments and Marginal Densities, eq. 2.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Indices, Matrix, Vector
from mmxlib.maths.arrow import Arrow, arrow, back, forth, widths
from mmxlib.maths.curvature import curvature
from mmxlib.maths.density import Problem, log_density, size
from mmxlib.maths.density_parts import PARAMETERS

GRADIENT_TOLERANCE = 1e-5
"""Largest projected gradient at which a search ends: far below what moves a reported digit."""
FLAT = 1e5
"""A search also ends when one step gains less than this many units in the last place of the log density."""
MEMORY = 20
"""Pairs that L-BFGS remembers: about as many as a model has parameters."""
REFIT_FLAT, REFIT_TOLERANCE, REFIT_STEPS = 1e7, 1e-4, 150
"""A refit ends earlier: its place only has to be known to a small part of a posterior sd."""
LEAST_CURVATURE = 1e-2
"""A flat direction is as wide as its prior at the most, and every prior is more curved than this."""
SAME_MODE, SAME_PLACE = 1e-3, 0.05
"""Two searches that end nearer than this, in log density and in every parameter, found one mode."""


@dataclass(frozen=True, slots=True)
class Mode:
    """A local maximum: where, how high, the log evidence of its neighborhood (Laplace), and its shape.

    ``spread`` is a root of the inverse curvature: steps of one in its coordinates are posterior sds, so that
    searches that begin here take few of them.
    """

    parameters: Vector
    log_density: float
    log_evidence: float
    spread: Arrow


@dataclass(frozen=True, slots=True)
class Search:
    """What a search needs beside the problem: readings and the box of admissible parameters."""

    outcome: Matrix
    lifts: Vector
    lower: Vector
    upper: Vector


def mode_from(
    start: Vector,
    problem: Problem,
    search: Search,
    *,
    iterations: int = 500,
    scale: Vector | None = None,
) -> tuple[Vector, float]:
    """Return the local maximum reached from ``start``, and its log density.

    ``scale`` is how far each parameter may be expected to move, (parameter,): all equally far by default.
    """
    gradient = np.empty(len(start))
    if len(start) == 0:  # a model without channels has nothing to search
        return start, log_density(start, problem, search.outcome, search.lifts, gradient)
    unit = np.ones(len(start)) if scale is None else scale

    def negative(scaled: Vector) -> tuple[float, Vector]:
        value = log_density(scaled * unit, problem, search.outcome, search.lifts, gradient)
        return -value, -gradient * unit

    from scipy.optimize import fmin_l_bfgs_b  # here, so that commands that fit nothing start sooner

    lower, upper = search.lower / unit, search.upper / unit
    scaled, height, _ = fmin_l_bfgs_b(
        negative,
        np.clip(start / unit, lower, upper),
        bounds=list(zip(lower.tolist(), upper.tolist(), strict=True)),
        m=MEMORY,
        factr=FLAT,
        pgtol=GRADIENT_TOLERANCE,
        maxiter=iterations,
        maxfun=10 * iterations,
    )
    return np.clip(scaled * unit, search.lower, search.upper), -float(height)


def refit(mode: Mode, problem: Problem, search: Search) -> tuple[Vector, float]:
    """Return the maximum near ``mode`` of a density a little unlike the mode's own, and its height.

    The search runs in the mode's posterior sds, where it takes some 20 gradients instead of 150; where it
    leaves the box, it is done again inside it.
    """
    gradient = np.empty(len(mode.parameters))
    if len(gradient) == 0:
        return mode_from(mode.parameters, problem, search)

    def negative(steps: Vector) -> tuple[float, Vector]:
        at = mode.parameters + forth(mode.spread, steps)
        value = log_density(at, problem, search.outcome, search.lifts, gradient)
        return -value, -back(mode.spread, gradient)

    from scipy.optimize import fmin_l_bfgs_b

    steps, height, _ = fmin_l_bfgs_b(
        negative,
        np.zeros(len(gradient)),
        m=MEMORY,
        factr=REFIT_FLAT,
        pgtol=REFIT_TOLERANCE,
        maxiter=REFIT_STEPS,
    )
    found: Vector = mode.parameters + forth(mode.spread, steps)
    if np.any(found < search.lower) or np.any(found > search.upper):
        return mode_from(found, problem, search, iterations=REFIT_STEPS, scale=widths(mode.spread))
    return found, -float(height)


def _even_points(dimensions: int, count: int, *, seed: int) -> Matrix:
    """Return at least ``count`` scrambled Sobol points, (point, dimension).

    Raises
    ------
    KeyboardInterrupt
        If the user interrupted the loading of the sequence's tables, which swallows it and goes on with empty
        ones: the points would be others. Of an unscrambled sequence the second point is in the middle.
    """
    from scipy.stats import qmc  # slow to load, and only a search needs it

    if np.any(qmc.Sobol(dimensions, scramble=False).random_base2(1)[1] != 0.5):
        raise KeyboardInterrupt
    points: Matrix = qmc.Sobol(dimensions, seed=seed).random_base2(max(0, int(np.ceil(np.log2(count)))))
    return points


def start_points(count: int, problem: Problem, *, lower: Vector, upper: Vector) -> Matrix:
    """Return ``count`` starts, the prior's center first, then a fixed Sobol set around it.

    Shape (start, parameter).

    Deviations of units start at zero.
    """
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
        points = _even_points(PARAMETERS * channels, count, seed=0)
        starts[:, : PARAMETERS * channels] = center + 2.0 * width * (points[:count] - 0.5)
        starts[0, : PARAMETERS * channels] = center
    timed = problem.timing_place > 0
    if np.any(timed):  # a sequence of their own: the other parameters' starts are the same with and without
        means, sds = problem.timing_prior[timed].T
        points = _even_points(len(means), count, seed=1)
        timings = slice(PARAMETERS * channels, PARAMETERS * channels + len(means))
        starts[:, timings] = means + 2.0 * sds * (points[:count] - 0.5)
        starts[0, timings] = means
    return np.clip(starts, lower, upper)


def mode_at(parameters: Vector, height: float, problem: Problem, search: Search) -> Mode:
    """Return the mode at ``parameters`` with the Laplace approximation of its neighborhood's integral.

    Parameters held at a bound count as known.
    """
    at_bound = (parameters <= search.lower + 1e-9) | (parameters >= search.upper - 1e-9)
    bend = curvature(parameters, problem, outcome=search.outcome, lifts=search.lifts, known=at_bound)
    root = arrow(*bend, least=LEAST_CURVATURE)
    free = len(parameters) - int(at_bound.sum())
    evidence = height + 0.5 * free * float(np.log(2.0 * np.pi)) - 0.5 * root.log_determinant
    return Mode(parameters, height, evidence, root)


def modes(starts: Matrix, problem: Problem, search: Search, *, within: float) -> tuple[Mode, ...]:
    """Return the distinct modes whose log density lies ``within`` of the best, best evidence first.

    ``starts`` has shape (start, parameter).
    """
    ends = sorted((mode_from(start, problem, search) for start in starts), key=lambda end: -end[1])
    kept = _apart(ends, within)
    found = [mode_at(*ends[index], problem, search) for index in kept]
    return tuple(sorted(found, key=lambda mode: -mode.log_evidence))


def distinct(found: Sequence[Mode], *, within: float) -> tuple[Mode, ...]:
    """Return the modes that differ and lie ``within`` of the best's log density, best evidence first."""
    ordered = sorted(found, key=lambda mode: -mode.log_density)
    kept = _apart([(mode.parameters, mode.log_density) for mode in ordered], within)
    return tuple(sorted((ordered[index] for index in kept), key=lambda mode: -mode.log_evidence))


def _apart(ends: Sequence[tuple[Vector, float]], within: float) -> list[int]:
    """Return which of the ends, highest first, are distinct and near enough to the first."""
    kept: list[int] = []
    for index, (parameters, height) in enumerate(ends):
        if height < ends[0][1] - within:
            break
        if not any(
            abs(height - ends[other][1]) <= SAME_MODE
            and np.max(np.abs(parameters - ends[other][0])) <= SAME_PLACE
            for other in kept
        ):
            kept.append(index)
    return kept


def weights(found: Sequence[Mode]) -> Vector:
    """Return each mode's share of the evidence, shape (mode,), summing to one."""
    evidence = np.array([mode.log_evidence for mode in found])
    share = np.exp(evidence - evidence.max())
    normalized: Vector = share / share.sum()
    return normalized


def perturbed(problem: Problem, rng: np.random.Generator) -> Problem:
    """Return the problem with every prior moved so that its mode is a draw from the prior.

    A Beta keeps its strength and moves its mode to a draw; a normal moves its mean; a half-normal (whose mode
    on the real line is its scale) takes a draw as its scale.
    """
    first, second = problem.retention_prior.T
    # a draw of exactly 0 or 1 would leave the prior without a mode
    drawn = np.clip(rng.beta(first, second), 1e-3, 1.0 - 1e-3)
    strength = first + second
    normal = np.abs(rng.standard_normal(len(first))) * problem.effect_prior[:, 0]
    log_normal = _moved(problem.effect_prior, rng)[:, 0]
    effect = np.where(problem.effect_divisor > 0.0, log_normal, np.maximum(normal, 1e-6))
    moved = problem._replace(
        retention_prior=np.column_stack([drawn * strength, (1.0 - drawn) * strength]),
        half_prior=_moved(problem.half_prior, rng),
        shape_prior=_moved(problem.shape_prior, rng),
        effect_prior=np.column_stack([effect, problem.effect_prior[:, 1]]),
        deviation_center=rng.standard_normal(problem.deviation_center.shape),
    )
    if not np.any(problem.timing_place > 0):
        return moved  # without a draw, so that other models' chance does not depend on what they lack
    return moved._replace(timing_prior=_moved(problem.timing_prior, rng))


def _moved(prior: Matrix, rng: np.random.Generator) -> Matrix:
    """Return means and sds with the means moved by their sds, (channel, 2)."""
    means = prior[:, 0] + prior[:, 1] * rng.standard_normal(len(prior))
    return np.column_stack([means, prior[:, 1]])


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
