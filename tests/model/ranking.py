"""Simulation-based calibration: where truths drawn from the priors rank among draws of their posterior.

If density, sampler and the draws of base and noise are right, every rank is as likely, whatever the data say.
A posterior that forgets the data would pass as far as parameters go, so that the likelihood is ranked too.

References
----------
Talts, Betancourt, Simpson, Vehtari, Gelman (2018), Validating Bayesian Inference Algorithms with
Simulation-Based Calibration, theorem 1.
Cook, Gelman, Rubin (2006), Validation of Software for Bayesian Models Using Posterior Quantiles, section 3.
Modrák et al. (2023), Simulation-Based Calibration Checking for Bayesian Computation: The Choice of Test
Quantities Shapes Sensitivity.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import chi2, norm

from mmxlib.artifacts.response import Draws
from mmxlib.maths.arrays import Vector
from mmxlib.maths.inference import modes, start_points
from mmxlib.maths.media import media_series
from mmxlib.maths.threads import single_threaded
from mmxlib.model.curves import curves_of
from mmxlib.model.problem import Setup, whitened
from mmxlib.model.resampling import plain_search
from mmxlib.model.sampling import Sampled, sampled
from mmxlib.model.searching import NEAR_OPTIMAL
from mmxlib.model.settings import ModelSettings
from mmxlib.terms import Method
from tests.model.calibrating import Market, outcome_of, truth

KEPT = 63
"""Draws among which a truth is ranked: ranks go from 0 to 63."""
STARTS = 4
TREND = 1
"""The base's column whose coefficient is ranked."""


@dataclass(frozen=True)
class Chains:
    """How long two chains run, whose thinned draws a truth is ranked among."""

    tune: int
    samples: int

    @property
    def settings(self) -> ModelSettings:
        return ModelSettings(
            data_weight=1.0,  # the outcomes are of the model's own form
            method=Method.BAYES,
            chains=2,
            tune=self.tune,
            samples=self.samples,
            draws=KEPT + 1,
        )


def unchanged(made: Setup) -> Setup:
    return made


@single_threaded
def ranks(
    made: Market,
    simulations: Iterable[int],
    chains: Chains,
    *,
    mistaken: Callable[[Setup], Setup] = unchanged,
) -> pd.DataFrame:
    """Return the rank of every quantity, a row per simulation: the share of draws below, within (0, 1).

    A rank is spread evenly over its 64th, so that shares are uniform. ``mistaken`` makes of a problem, its
    outcome simulated, the one whose posterior is drawn.
    """
    rows = []
    for simulation in simulations:
        rng = np.random.default_rng([simulation, len(made.panel.units)])
        drawn = truth(made.setup, rng)
        simulated = replace(made.setup, outcome=outcome_of(drawn, made.setup, rng))
        posterior = posterior_of(made, mistaken(simulated), chains.settings, rng)
        apart = np.array([drawn.pooling]) if made.learned else None
        true = quantities(drawn.draws, apart, made, simulated)
        found = quantities(posterior.draws, posterior.pooling, made, simulated)
        below = {name: float(np.sum(found[name][:KEPT] < true[name][0])) for name in true}
        chance = rng.random(len(below))
        rows.append(
            {
                name: (rank + part) / (KEPT + 1)
                for (name, rank), part in zip(below.items(), chance, strict=True)
            }
        )
    return pd.DataFrame(rows)


def posterior_of(made: Market, problem: Setup, settings: ModelSettings, rng: np.random.Generator) -> Sampled:
    points = start_points(STARTS, problem.problem, lower=problem.lower, upper=problem.upper)
    found = modes(points, problem.problem, plain_search(problem), within=NEAR_OPTIMAL)
    return sampled(found, made.panel, problem, settings, rng=rng)


def quantities(draws: Draws, pooling: Vector | None, made: Market, simulated: Setup) -> dict[str, Vector]:
    """Return what is ranked, (draw,) each: what varies of a market's parameters, and what follows of them."""
    log_effect = np.log(draws.effect)
    common = log_effect.mean(axis=1)
    problem = simulated.problem
    curves = curves_of(made.priors, draws)
    likelihood = np.zeros(len(draws))
    contribution = np.zeros((len(draws), len(made.priors)))
    for u, solver in enumerate(simulated.solvers):
        media = media_series(problem.exposure[u], curves, np.ascontiguousarray(draws.effect[:, u]))
        contribution += media.sum(axis=1)
        white = whitened(media.sum(axis=2).T, float(problem.autocorrelation[u])).T
        residual = simulated.outcome[u] - white - draws.base[:, u] @ solver.columns.T
        variance = draws.noise_sd[:, u] ** 2
        likelihood -= 0.5 * np.sum(residual**2, axis=1) / variance
        likelihood -= 0.5 * residual.shape[1] * np.log(variance)
    found: dict[str, Vector] = {}
    for c, prior in enumerate(made.priors):
        named = {
            "retention": draws.retention[:, c],
            "half_saturation": draws.half_saturation[:, c],
            "shape": draws.shape[:, c],
            "timing": draws.timing[:, c],
            "log effect": common[:, c],
            "contribution": contribution[:, c],
        }
        held = {
            "shape": prior.shape.lower == prior.shape.upper,
            "timing": prior.timing.lower == prior.timing.upper,
        }
        found |= {f"{name} {prior.channel}": row for name, row in named.items() if not held.get(name)}
    if pooling is not None:
        found["deviation"] = log_effect[:, 0, 0] - common[:, 0]
        found["pooling sd"] = pooling
    return found | {
        "trend": draws.base[:, 0, TREND],
        "noise sd": draws.noise_sd[:, 0],
        "likelihood": likelihood,
    }


def p_values(shares: pd.DataFrame) -> pd.DataFrame:
    """Return for every quantity how probable so uneven ranks are where all are as likely.

    ``location``: the mean of the normal scores; ``spread``: the sum of their squares (Cook, Gelman, Rubin);
    ``histogram``: chi-square over `bins`; ``p``: all three in one, by Bonferroni.
    """
    count = len(shares)
    scores = ndtri(shares.to_numpy())
    location = 2.0 * norm.sf(np.abs(scores.sum(axis=0)) / np.sqrt(count))
    squares = np.sum(scores**2, axis=0)
    spread = 2.0 * np.minimum(chi2.sf(squares, count), chi2.cdf(squares, count))
    edges = np.linspace(0.0, 1.0, bins(count) + 1)
    counts = np.stack([np.histogram(shares[name], edges)[0] for name in shares], axis=1)
    expected = count / bins(count)
    histogram = chi2.sf(np.sum((counts - expected) ** 2 / expected, axis=0), bins(count) - 1)
    smallest = np.min([location, spread, histogram], axis=0)
    return pd.DataFrame(
        {
            "location": location,
            "spread": spread,
            "histogram": histogram,
            "p": np.minimum(3.0 * smallest, 1.0),
        },
        index=shares.columns,
    )


def bins(count: int) -> int:
    """Return the bars of a rank histogram: a power of two that leaves some six ranks or more in each."""
    return 16 if count >= 100 else 8


def least_p(shares: pd.DataFrame) -> float:
    """Return the family-wise p-value of all quantities together (Bonferroni)."""
    found = p_values(shares)["p"]
    return float(min(1.0, len(found) * found.min()))
