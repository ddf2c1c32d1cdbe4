"""From panel, priors and base design to the arrays of the compiled density, and back to natural units."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mmxlib.artifacts.baseline import ChannelPrior, Prior
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import BaseDesign
from mmxlib.errors import DataError, ModelError
from mmxlib.maths.arrays import Cube, Matrix, Vector
from mmxlib.maths.compiled import unless_default
from mmxlib.maths.density import Problem, first_deviation, size, timing_places
from mmxlib.model.curves import adstock_codes, saturation_codes
from mmxlib.model.experiments import lift_tests, readings, step_tests
from mmxlib.model.exposure import exposure_scale, scaled_exposure
from mmxlib.terms import EffectScale, ExposureScale

NOISE_SHAPE = 1.0
"""Of the noise variance's InverseGamma prior: worth two periods of data."""
LOG_EFFECT = (-14.0, 3.0)
"""Box of log(effect / mean outcome): a millionth of the outcome to twenty times it."""
DEVIATION = 6.0
"""Box of a unit's deviation, in prior sds."""


@dataclass(frozen=True, slots=True)
class Noise:
    """What is held fixed of the noise.

    Innovation sd (share of mean outcome) and lag-one correlation, (unit,) each.
    """

    sd: Vector
    autocorrelation: Vector


@dataclass(frozen=True, slots=True)
class BaseSolver:
    """One unit's base in closed form.

    ``columns`` are whitened, (period, column); ``factor`` is ``L`` of ``L L' = V^-1 + Z'Z``; ``sd`` the prior
    sds over the noise's; ``log_determinant`` that of ``I + Z V Z'``.
    """

    columns: Matrix
    factor: Matrix
    sd: Vector
    log_determinant: float

    def coefficients(self, residual: Vector, center: Vector) -> Vector:
        """Return the coefficients' conditional mean given the whitened outcome less media."""
        target = self.columns.T @ (residual - self.columns @ center)
        half = np.linalg.solve(self.factor, target)
        solved: Vector = center + np.linalg.solve(self.factor.T, half)
        return solved

    def drawn(self, residual: Vector, noise_sd: float, rng: np.random.Generator) -> Vector:
        """Return a draw of the coefficients given the whitened outcome less media and the noise's sd."""
        half = np.linalg.solve(self.factor, self.columns.T @ residual)
        chance = noise_sd * rng.standard_normal(len(half))
        solved: Vector = np.linalg.solve(self.factor.T, half + chance).astype(np.float64, copy=False)
        return solved


@dataclass(frozen=True, slots=True)
class Setup:
    """The compiled problem with what its results need: scales, whitened outcome, base solvers, box.

    ``weight`` is that of the data, see `weighted`.
    """

    problem: Problem
    outcome: Matrix
    lifts: Vector
    solvers: tuple[BaseSolver, ...]
    exposure_scale: Matrix
    lower: Vector
    upper: Vector
    weight: float = 1.0

    @property
    def log_determinant(self) -> float:
        """Of all units' marginal covariances."""
        return sum(solver.log_determinant for solver in self.solvers)


def whitened(series: Matrix, autocorrelation: float) -> Matrix:
    """Return AR(1) innovations along the first axis; the first period is scaled to the same variance."""
    out = series.astype(np.float64, copy=True)
    out[1:] -= autocorrelation * series[:-1]
    out[0] *= np.sqrt(1.0 - autocorrelation**2)
    return out


def outcome_scale(panel: Panel) -> Vector:
    """Return each unit's mean outcome, shape (unit,).

    Raises
    ------
    DataError
        If a unit has none.
    """
    scale: Vector = panel.outcome.mean(axis=1)
    for unit, mean in zip(panel.units, scale, strict=True):
        if not mean > 0.0:
            raise DataError(
                f"The {panel.unit_word} {unit} has no sales: their mean is {mean:g}.",
                remedy="Leave it out, or correct its sales.",
                code="MMX-M001",
            )
    return scale


def setup(
    panel: Panel,
    *,
    priors: Sequence[ChannelPrior],
    base: BaseDesign,
    noise: Noise,
    pooling: float,
    measure: ExposureScale = ExposureScale.MEAN,
) -> Setup:
    """Return the compiled problem.

    Raises
    ------
    DataError
        If a unit has no outcome at all.
    ModelError
        If a ROI prior is stated while the outcome counts units without a revenue per unit.
    """
    scale = outcome_scale(panel)
    exposure = exposure_scale(panel, measure)
    solvers = []
    outcome = np.empty_like(panel.outcome)
    for u in range(len(panel.units)):
        rho = float(noise.autocorrelation[u])
        outcome[u] = whitened(panel.outcome[u] / scale[u], rho)
        solvers.append(_solver(whitened(base.values[u], rho), base.prior_sd / noise.sd[u]))
    problem = Problem(
        exposure=scaled_exposure(panel, exposure),
        shared=panel.national,
        adstock=unless_default(adstock_codes(priors)),
        family=unless_default(saturation_codes(priors)),
        basis=_basis(solvers),
        autocorrelation=noise.autocorrelation,
        noise_shape=NOISE_SHAPE,
        noise_scale=NOISE_SHAPE * noise.sd**2,
        outcome_scale=scale,
        retention_prior=_rows([_beta(prior.retention) for prior in priors]),
        half_prior=_rows([_log_normal(prior.half_saturation) for prior in priors]),
        shape_prior=_rows([_log_normal(prior.shape) for prior in priors]),
        timing_prior=_rows([_log_normal(prior.timing) for prior in priors]),
        timing_place=timing_places([timed(prior) for prior in priors]),
        effect_prior=_rows([_effect(prior) for prior in priors]),
        effect_divisor=np.array([_divisor(panel, c, prior) for c, prior in enumerate(priors)]),
        pooling=pooling if len(panel.units) > 1 else 0.0,
        deviation_center=np.zeros((len(panel.units), len(priors))),
        lifts=lift_tests(panel),
        steps=step_tests(panel, exposure),
    )
    lower, upper = _box(problem, priors)
    return Setup(
        problem=problem,
        outcome=outcome,
        lifts=readings(panel),
        solvers=tuple(solvers),
        exposure_scale=exposure,
        lower=lower,
        upper=upper,
    )


def weighted(made: Setup, weight: float) -> Setup:
    """Return the problem whose posterior takes each period for only ``weight`` of one, in (0, 1].

    Notes
    -----
    The likelihood to the power w: base columns enter by ``sqrt(w) Z``, and the marginal density becomes ``-(a
    + w n/2) log(b + w q/2)``, which is the density's own form with ``a - (1 - w) n/2`` and ``b / w``.

    References
    ----------
    Miller, Dunson (2019), Robust Bayesian Inference via Coarsening, JASA 114(527), section 2.
    """
    if weight == 1.0:
        return made
    solvers = tuple(_solver(np.sqrt(weight) * each.columns, each.sd) for each in made.solvers)
    periods = made.outcome.shape[1]
    problem = made.problem._replace(
        basis=_basis(solvers),
        noise_shape=made.problem.noise_shape - 0.5 * (1.0 - weight) * periods,
        noise_scale=made.problem.noise_scale / weight,
    )
    return replace(made, problem=problem, solvers=solvers, weight=weight)


def _solver(columns: Matrix, sd: Vector) -> BaseSolver:
    gram = columns.T @ columns
    factor = np.linalg.cholesky(gram + np.diag(sd**-2.0)).astype(np.float64, copy=False)
    determinant = 2.0 * float(np.sum(np.log(np.diag(factor)))) + 2.0 * float(np.sum(np.log(sd)))
    return BaseSolver(columns=columns, factor=factor, sd=sd, log_determinant=determinant)


def _basis(solvers: Sequence[BaseSolver]) -> Cube:
    """Return ``Z L^-T`` of every unit, shape (unit, period, column)."""
    rows = [np.linalg.solve(solver.factor, solver.columns.T).T for solver in solvers]
    return np.ascontiguousarray(np.stack(rows))


def timed(prior: ChannelPrior) -> bool:
    """Return whether the channel's carryover has a timing to be found."""
    return prior.timing.lower < prior.timing.upper


def _rows(pairs: Sequence[tuple[float, float]]) -> Matrix:
    return np.array(pairs, dtype=np.float64).reshape(len(pairs), 2)


def _beta(prior: Prior) -> tuple[float, float]:
    """Return a Beta's two parameters from its mean and sd."""
    count = prior.center * (1.0 - prior.center) / prior.spread**2 - 1.0
    return prior.center * count, (1.0 - prior.center) * count


def _log_normal(prior: Prior) -> tuple[float, float]:
    return float(np.log(prior.center)), prior.spread


def _effect(prior: ChannelPrior) -> tuple[float, float]:
    if prior.effect_scale is EffectScale.EFFECT:
        return prior.effect.spread, 1.0
    return _log_normal(prior.effect)


def _divisor(panel: Panel, channel: int, prior: ChannelPrior) -> float:
    """Return the total that the channel's contribution is divided by.

    Spend in outcome, all outcome, or 0 for none.
    """
    if prior.effect_scale is EffectScale.CONTRIBUTION_SHARE:
        return float(panel.outcome.sum())
    if prior.effect_scale is EffectScale.EFFECT:
        return 0.0
    value = panel.money_per_outcome
    if not np.isfinite(value):
        raise ModelError(
            f"{prior.channel}: a ROI prior needs to know what one unit of outcome is worth.",
            remedy="Set revenue_per_unit under `data` in global.yaml, or state contribution_share instead.",
            code="MMX-M002",
            place=f"priors.yaml: channels.{prior.channel}.roi",
        )
    return float(panel.total_spend()[channel]) / value


def _box(problem: Problem, priors: Sequence[ChannelPrior]) -> tuple[Vector, Vector]:
    """Return the lowest and highest admissible parameters, shape (parameter,) each."""

    def logit(share: float) -> float:
        inside = min(max(share, 1e-4), 1.0 - 1e-4)
        return float(np.log(inside / (1.0 - inside)))

    lower = [logit(prior.retention.lower) for prior in priors]
    lower += [float(np.log(prior.half_saturation.lower)) for prior in priors]
    lower += [float(np.log(prior.shape.lower)) for prior in priors]
    lower += [LOG_EFFECT[0]] * len(priors)
    timings = [prior.timing for prior in priors if timed(prior)]
    lower += [float(np.log(each.lower)) for each in timings]
    upper = [logit(prior.retention.upper) for prior in priors]
    upper += [float(np.log(prior.half_saturation.upper)) for prior in priors]
    upper += [float(np.log(prior.shape.upper)) for prior in priors]
    upper += [LOG_EFFECT[1]] * len(priors)
    upper += [float(np.log(each.upper)) for each in timings]
    deviations = size(problem) - first_deviation(problem)
    lower += [-DEVIATION] * deviations
    upper += [DEVIATION] * deviations
    return np.array(lower), np.array(upper)
