"""Markets whose every parameter is drawn from the very priors of the density, with the outcome they make.

Scales are fixed beforehand and all priors are proper, so that the posterior can be held against them: see
`tests.model.ranking`.
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.baseline import UNTIMED, ChannelPrior, Prior
from mmxlib.artifacts.panel import Channel, Panel
from mmxlib.artifacts.response import Draws
from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.density import Problem, first_deviation, size
from mmxlib.maths.unbounded import POOLING_SCALE
from mmxlib.model.design import Flexibility, base_design
from mmxlib.model.problem import Noise, Setup, setup
from mmxlib.model.resampling import channels_of, media_of, white_media
from mmxlib.terms import AdstockFamily, EffectScale, PriorFamily, SaturationFamily

FIRST_DAY = np.datetime64("2024-01-01", "D")


@dataclass(frozen=True)
class Market:
    """A panel whose outcome is one everywhere, so that scales are known before anything is simulated."""

    panel: Panel
    priors: tuple[ChannelPrior, ...]
    setup: Setup

    @property
    def learned(self) -> bool:
        """Whether the sd by which units differ is sampled."""
        return self.setup.problem.pooling > 0.0


@dataclass(frozen=True)
class Truth:
    """One draw of everything from its prior, as a draw of the model, with the density's parameters."""

    parameters: Vector
    draws: Draws
    pooling: float


def belief(family: PriorFamily, center: float, spread: float) -> Prior:
    """Return a prior so far from its bounds that they play no part."""
    lower, upper = (1e-4, 1.0 - 1e-4) if family is PriorFamily.BETA else (1e-3, 1e3)
    return Prior(family, center, spread, lower, upper, "calibration")


def prior_of(
    channel: str,
    effect: Prior,
    scale: EffectScale,
    *,
    adstock: AdstockFamily = AdstockFamily.GEOMETRIC,
    saturation: SaturationFamily = SaturationFamily.HILL,
) -> ChannelPrior:
    timing = UNTIMED if adstock is AdstockFamily.GEOMETRIC else belief(PriorFamily.LOG_NORMAL, 1.5, 0.3)
    shape = belief(PriorFamily.LOG_NORMAL, 1.1, 0.25)
    if saturation is not SaturationFamily.HILL:  # a curve without a shape of its own holds it fixed
        shape = Prior(PriorFamily.LOG_NORMAL, 1.0, 1.0, 1.0, 1.0, "calibration")
    return ChannelPrior(
        channel=channel,
        adstock=adstock,
        saturation=saturation,
        retention=belief(PriorFamily.BETA, 0.4, 0.15),
        half_saturation=belief(PriorFamily.LOG_NORMAL, 1.0, 0.4),
        shape=shape,
        effect=effect,
        effect_scale=scale,
        timing=timing,
    )


def market(*priors: ChannelPrior, units: int, periods: int, rho: float = 0.3, pooling: float = 0.2) -> Market:
    """Return a market with a fixed design of spend: bursts of a gamma's size in three periods of five."""
    chance = np.random.default_rng(7)
    spend = (chance.random((units, periods, len(priors))) < 0.6) * chance.gamma(
        3.0, 0.4, (units, periods, len(priors))
    )
    panel = Panel(
        units=tuple(f"U{u + 1}" for u in range(units)),
        dates=(FIRST_DAY + 7 * np.arange(periods)).astype("datetime64[D]"),
        channels=tuple(Channel(prior.channel) for prior in priors),
        controls=(),
        outcome=np.ones((units, periods)),
        spend=spend,
        exposure=spend,
        control_values=np.empty((units, periods, 0)),
    )
    made = setup(
        panel,
        priors=priors,
        base=base_design(panel, flexibility=Flexibility(1, 0.1), spacing=26),
        noise=Noise(sd=np.linspace(0.03, 0.05, units), autocorrelation=np.full(units, rho)),
        pooling=pooling,
    )
    return Market(panel, priors, made)


def alone() -> Market:
    """Return one unit with two channels: a return on spend is believed of one, a share of the other."""
    return market(
        prior_of("c1", belief(PriorFamily.LOG_NORMAL, 0.25, 0.5), EffectScale.ROI),
        prior_of("c2", belief(PriorFamily.LOG_NORMAL, 0.2, 0.5), EffectScale.CONTRIBUTION_SHARE),
        units=1,
        periods=60,
    )


def pooled() -> Market:
    """Return three units that differ by an sd to be learned; the second effect's prior is half-normal."""
    return market(
        prior_of("c1", belief(PriorFamily.LOG_NORMAL, 0.25, 0.5), EffectScale.ROI),
        prior_of("c2", belief(PriorFamily.HALF_NORMAL, 0.0, 0.4), EffectScale.EFFECT),
        units=3,
        periods=40,
    )


def later() -> Market:
    """Return one unit whose carryover has a timing: delayed and Weibull, each with another curve."""
    effect = belief(PriorFamily.LOG_NORMAL, 0.2, 0.5)
    return market(
        prior_of(
            "c1",
            effect,
            EffectScale.CONTRIBUTION_SHARE,
            adstock=AdstockFamily.DELAYED,
            saturation=SaturationFamily.LOGISTIC,
        ),
        prior_of(
            "c2",
            effect,
            EffectScale.CONTRIBUTION_SHARE,
            adstock=AdstockFamily.WEIBULL,
            saturation=SaturationFamily.EXPONENTIAL,
        ),
        units=1,
        periods=60,
    )


def truth(made: Setup, rng: np.random.Generator) -> Truth:
    """Return one draw from the density's priors, by the formulas of examples/statistician.md."""
    problem = made.problem
    units, _, channels = problem.exposure.shape
    parameters = np.zeros(size(problem))
    shares = rng.beta(*problem.retention_prior.T)
    parameters[:channels] = np.log(shares / (1.0 - shares))
    parameters[channels : 2 * channels] = rng.normal(*problem.half_prior.T)
    parameters[2 * channels : 3 * channels] = rng.normal(*problem.shape_prior.T)
    for c in np.flatnonzero(problem.timing_place):
        parameters[problem.timing_place[c]] = rng.normal(*problem.timing_prior[c])
    held = made.lower == made.upper
    parameters[held] = made.lower[held]
    parameters[3 * channels : 4 * channels] = log_effects(parameters, problem, rng)
    pooling = 0.0
    if problem.pooling > 0.0:
        pooling = POOLING_SCALE * abs(rng.standard_normal())
        apart = pooling / problem.pooling * rng.standard_normal(units * channels)
        parameters[first_deviation(problem) :] = apart
    values = channels_of(parameters, problem)
    variance = problem.noise_scale / rng.gamma(problem.noise_shape, size=units)
    noise = np.sqrt(variance)
    base = np.stack(
        [noise[u] * solver.sd * rng.standard_normal(len(solver.sd)) for u, solver in enumerate(made.solvers)]
    )
    draws = Draws(
        retention=values.retention[None],
        half_saturation=values.half_saturation[None],
        shape=values.shape[None],
        effect=values.effect[None],
        base=base[None],
        noise_sd=noise[None],
        timing=values.timing[None],
    )
    return Truth(parameters, draws, pooling)


def log_effects(parameters: Vector, problem: Problem, rng: np.random.Generator) -> Vector:
    """Return draws of the log effects where curves are those of ``parameters`` and effects are one."""
    brought = np.einsum("utc,u->c", media_of(parameters, problem), problem.outcome_scale)
    center, spread = problem.effect_prior.T
    chance = rng.standard_normal(len(center))
    by_total = center + spread * chance + np.log(np.maximum(problem.effect_divisor, 1e-300) / brought)
    drawn: Vector = np.where(problem.effect_divisor > 0.0, by_total, np.log(np.abs(center * chance) + 1e-300))
    return drawn


def outcome_of(drawn: Truth, made: Setup, rng: np.random.Generator) -> Matrix:
    """Return a whitened outcome, (unit, period): media, base and noise of the truth."""
    media = white_media(drawn.parameters, made)
    base = np.stack([solver.columns @ drawn.draws.base[0, u] for u, solver in enumerate(made.solvers)])
    outcome: Matrix = media + base + drawn.draws.noise_sd[0][:, None] * rng.standard_normal(media.shape)
    return outcome
