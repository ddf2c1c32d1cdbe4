"""Draws around the modes: residual blocks resampled, priors and experiments' readings perturbed, refitted."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from mmxlib.artifacts.response import Draws
from mmxlib.maths.arrays import Cube, Indices, Matrix, Vector
from mmxlib.maths.density import Problem, first_deviation, log_timings, reading_errors
from mmxlib.maths.density_parts import PARAMETERS
from mmxlib.maths.inference import Mode, Search, block_indices, perturbed, refit, weights
from mmxlib.maths.media import Curves, media_series
from mmxlib.maths.threads import single_threaded
from mmxlib.model.problem import Setup, whitened
from mmxlib.workers.tasks import Lost, begin

MODE_DRAWS = 20
"""Copies, shared out by weight, that stand for the mixture of modes when nothing is resampled."""

REFITS_AT_ONCE = 25
"""Refits of one task: seconds of work on a large panel, beside which the way to a worker costs little."""


@dataclass(frozen=True, slots=True)
class Point:
    """One parameter vector in scaled units.

    Media parameters and each unit's base coefficients, (unit, column).
    """

    parameters: Vector
    base: Matrix


@dataclass(frozen=True, slots=True)
class Channels:
    """A parameter vector's natural values.

    (channel,) each, effect (unit, channel) as share of mean outcome.
    """

    retention: Vector
    timing: Vector
    half_saturation: Vector
    shape: Vector
    effect: Matrix


def channels_of(parameters: Vector, problem: Problem) -> Channels:
    """Return the natural values of an unconstrained vector."""
    units, _, channels = problem.exposure.shape
    retention, half, shape, effect = parameters[: PARAMETERS * channels].reshape(PARAMETERS, channels)
    by_unit = np.tile(effect, (units, 1))
    if problem.pooling > 0.0:
        by_unit = by_unit + problem.pooling * parameters[first_deviation(problem) :].reshape(units, channels)
    return Channels(
        retention=1.0 / (1.0 + np.exp(-retention)),
        timing=np.exp(log_timings(parameters, problem)),
        half_saturation=np.exp(half),
        shape=np.exp(shape),
        effect=np.exp(by_unit),
    )


def media_of(parameters: Vector, problem: Problem) -> Cube:
    """Return scaled contributions at ``parameters``, shape (unit, period, channel)."""
    values = channels_of(parameters, problem)
    default = np.zeros(len(problem.shared), dtype=np.int64)
    curves = Curves(
        default if problem.adstock is None else problem.adstock,
        default if problem.family is None else problem.family,
        values.retention[None],
        values.timing[None],
        values.half_saturation[None],
        values.shape[None],
    )
    rows = [
        media_series(problem.exposure[u], curves, values.effect[u][None])[0]
        for u in range(len(problem.exposure))
    ]
    return np.stack(rows)


def white_media(parameters: Vector, setup: Setup) -> Matrix:
    """Return all channels' whitened contribution at ``parameters``, shape (unit, period)."""
    total = media_of(parameters, setup.problem).sum(axis=2)
    rows = [whitened(total[u], float(setup.problem.autocorrelation[u])) for u in range(len(total))]
    return np.stack(rows)


def base_of(outcome: Matrix, media: Matrix, setup: Setup, centers: Matrix) -> Matrix:
    """Return every unit's base coefficients given whitened outcome and media, (unit, column)."""
    rows = [solver.coefficients(outcome[u] - media[u], centers[u]) for u, solver in enumerate(setup.solvers)]
    return np.stack(rows)


def fitted_base(base: Matrix, setup: Setup) -> Matrix:
    """Return the whitened base, shape (unit, period)."""
    return np.stack([solver.columns @ base[u] for u, solver in enumerate(setup.solvers)])


def plain_search(setup: Setup) -> Search:
    """Return the search for the density itself, nothing resampled."""
    return Search(setup.outcome, setup.lifts, setup.lower, setup.upper)


def mode_points(found: Sequence[Mode], setup: Setup) -> list[Point]:
    """Return each mode with its base, repeated in proportion to its weight, `MODE_DRAWS` in all."""
    share = weights(found)
    copies = np.floor(share * MODE_DRAWS).astype(int)
    # largest remainders get what rounding left; ties go to the better mode
    order = np.argsort(-(share * MODE_DRAWS - copies), kind="stable")
    copies[order[: MODE_DRAWS - copies.sum()]] += 1
    points = []
    for mode, count in zip(found, copies, strict=True):
        points += [_point(mode.parameters, setup)] * int(count)
    return points


def _point(parameters: Vector, setup: Setup) -> Point:
    centers = np.zeros((len(setup.solvers), setup.problem.basis.shape[2]))
    return Point(parameters, base_of(setup.outcome, white_media(parameters, setup), setup, centers))


@dataclass(frozen=True, eq=False)
class Resample:
    """The chance of one refit.

    Which mode it starts in, which periods' residuals it sees, (period,), by how much the base's coefficients
    are off, (unit, column), what the experiments read, (experiment,), and the problem with its priors moved.
    """

    mode: int
    indices: Indices
    centers: Matrix
    lifts: Vector
    problem: Problem


@dataclass(frozen=True, eq=False)
class Refits:
    """Some refits and all that they need: a task for any process.

    ``fitted`` and ``residuals`` are each mode's, whitened, (unit, period).
    """

    found: tuple[Mode, ...]
    setup: Setup
    fitted: tuple[Matrix, ...]
    residuals: tuple[Matrix, ...]
    resamples: tuple[Resample, ...]


def resampled_points(
    found: Sequence[Mode], setup: Setup, count: int, rng: np.random.Generator, executor: Executor | None
) -> list[Point]:
    """Return ``count`` refits to resampled outcomes, each started in a mode drawn by weight.

    There are fewer if some ended their workers. All chance is drawn here, so that it does not matter who
    does the refits (None: this process).

    Notes
    -----
    Whitened residuals, rescaled for the degrees of freedom that the fit took, are resampled in circular
    blocks (the same for all units, so that what units share stays shared) of about the cube root of the
    periods; prior centers and experiments' readings move by their sds.
    """
    points = [_point(mode.parameters, setup) for mode in found]
    fitted = tuple(white_media(point.parameters, setup) + fitted_base(point.base, setup) for point in points)
    residuals = tuple(_rescaled(setup.outcome - each, setup) for each in fitted)
    resamples = _resamples(found, setup, count, rng)
    tasks = [
        Refits(tuple(found), setup, fitted, residuals, tuple(resamples[first : first + REFITS_AT_ONCE]))
        for first in range(0, count, REFITS_AT_ONCE)
    ]
    done = begin(refitted, tasks, executor).results()
    return [point for each in done if not isinstance(each, Lost) for point in each]


def _resamples(found: Sequence[Mode], setup: Setup, count: int, rng: np.random.Generator) -> list[Resample]:
    share = weights(found)
    periods = setup.outcome.shape[1]
    length = max(4, round(periods ** (1.0 / 3.0)))
    sds = np.stack([solver.sd for solver in setup.solvers])
    noise = np.sqrt(setup.problem.noise_scale / setup.problem.noise_shape)
    errors = reading_errors(setup.problem)
    return [
        Resample(
            mode=int(rng.choice(len(found), p=share)),
            indices=block_indices(periods, length, rng),
            centers=rng.standard_normal(sds.shape) * sds * noise[:, None],
            lifts=setup.lifts + errors * rng.standard_normal(len(errors)),
            problem=perturbed(setup.problem, rng),
        )
        for _ in range(count)
    ]


@single_threaded
def refitted(task: Refits) -> list[Point]:
    """Return a point per resample of the task."""
    setup = task.setup
    drawn = []
    for each in task.resamples:
        outcome = task.fitted[each.mode] + task.residuals[each.mode][:, each.indices]
        centered = outcome - fitted_base(each.centers, setup)
        search = Search(centered, each.lifts, setup.lower, setup.upper)
        parameters, _ = refit(task.found[each.mode], each.problem, search)
        base = base_of(outcome, white_media(parameters, setup), setup, each.centers)
        drawn.append(Point(parameters, base))
    return drawn


def _rescaled(residuals: Matrix, setup: Setup) -> Matrix:
    """Return centered residuals with the variance that the fit's degrees of freedom took given back."""
    units, periods = residuals.shape
    channels = setup.problem.exposure.shape[2]
    media_freedom = PARAMETERS * channels / units
    rows = []
    for u in range(units):
        taken = float(np.sum(setup.problem.basis[u] ** 2)) + media_freedom
        freedom = max(periods - taken, periods / 3.0)
        rows.append((residuals[u] - residuals[u].mean()) * np.sqrt(periods / freedom))
    return np.stack(rows)


def draws_of(points: Sequence[Point], setup: Setup, rng: np.random.Generator) -> Draws:
    """Return the points as draws in natural units, each with a noise sd from its conditional posterior."""
    scale = setup.problem.outcome_scale
    values = [channels_of(point.parameters, setup.problem) for point in points]
    periods = setup.outcome.shape[1]
    noise = []
    for point in points:
        residual = setup.outcome - white_media(point.parameters, setup) - fitted_base(point.base, setup)
        spread = setup.problem.noise_scale + 0.5 * np.sum(residual**2, axis=1)
        noise.append(np.sqrt(spread / rng.gamma(setup.problem.noise_shape + 0.5 * periods, size=len(scale))))
    return Draws(
        retention=np.stack([each.retention for each in values]),
        half_saturation=np.stack([each.half_saturation for each in values]),
        shape=np.stack([each.shape for each in values]),
        effect=np.stack([each.effect * scale[:, None] for each in values]),
        base=np.stack([point.base * scale[:, None] for point in points]),
        noise_sd=np.stack(noise) * scale,
        timing=np.stack([each.timing for each in values]),
    )


def reference_of(draws: Draws, totals: Cube, center_totals: Matrix) -> Draws:
    """Return the draws' center as one draw, its effects scaled so that its totals equal the draws' mean.

    ``totals`` are the draws' contributions, (draw, unit, channel); ``center_totals`` those of `center_of`.
    """
    center = center_of(draws)
    mean = totals.mean(axis=0)
    factor = np.where(center_totals > 0.0, mean / np.where(center_totals > 0.0, center_totals, 1.0), 1.0)
    return replace(center, effect=center.effect * factor)


def center_of(draws: Draws) -> Draws:
    """Return one draw at the center: means on the real line for media, plain means for base and noise."""
    odds = draws.retention / (1.0 - draws.retention)
    center = np.exp(np.log(odds).mean(axis=0, keepdims=True))
    return Draws(
        retention=center / (1.0 + center),
        half_saturation=_geometric_mean(draws.half_saturation),
        shape=_geometric_mean(draws.shape),
        effect=_geometric_mean(draws.effect),
        base=draws.base.mean(axis=0, keepdims=True),
        noise_sd=draws.noise_sd.mean(axis=0, keepdims=True),
        timing=_geometric_mean(draws.timing),
    )


def _geometric_mean(values: np.ndarray) -> np.ndarray:
    center: np.ndarray = np.exp(np.log(values).mean(axis=0, keepdims=True))
    return center
