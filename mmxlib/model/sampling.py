"""The whole posterior by NUTS: chains over the media's parameters, base and noise drawn given each of them.

References
----------
Hoffman, Gelman (2014), The No-U-Turn Sampler, JMLR 15 (as nutpie does it).
Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 14.2 (base and noise variance given the rest).
Vehtari et al. (2021), Rank-Normalization, Folding, and Localization, section 4 (what chains must reach).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Draws, Sampler
from mmxlib.errors import ModelError
from mmxlib.maths.arrays import Array, Cube, Indices, Matrix, Vector
from mmxlib.maths.convergence import bulk_effective_draws, rank_normalized_r_hat
from mmxlib.maths.inference import Mode, weights
from mmxlib.maths.unbounded import (
    Coordinates,
    coordinates,
    density_at,
    dimension,
    parameters_at,
    pooling_at,
    steps_to,
)
from mmxlib.model.problem import Setup, weighted
from mmxlib.model.resampling import channels_of, white_media
from mmxlib.model.settings import ModelSettings
from mmxlib.terms import Verdict

TARGET_ACCEPT = 0.95
"""Share of steps to be accepted, which sets their length: at 0.9 a few of 16,000 still fail on panels."""
HIGHEST_R_HAT, LEAST_PER_CHAIN = 1.01, 100
"""What chains must reach: R-hat, and effective draws per chain."""
NAMED = 3
"""As many parameters are named where a check fails."""
STATISTICS = {
    "diverging": "diverging",
    "lp": "logp",
    "energy": "energy",
    "acceptance_rate": "mean_tree_accept",
    "tree_depth": "depth",
    "n_steps": "n_steps",
}
"""What is kept of every step, under ArviZ's names, with nutpie's."""
WORTH_SHARING = 1500
"""Exposures (unit, period, channel) from which chains side by side are faster: with fewer, they wait for the
interpreter's lock longer than they work (two cores, 416 exposures: 5.4 s side by side, 3.4 s one by one)."""
PLACES = {"retention": 0, "half_saturation": 1, "shape": 2, "effect": 3}
"""A channel's sampled parameters, in the density's order."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """The posterior's draws, how the chains went (None where nothing had to be sampled), and notes on it.

    ``pooling`` is the sd by which units' log effects differ in each draw, (draw,); None where it was not
    sampled.
    """

    draws: Draws
    sampler: Sampler | None
    notes: tuple[Note, ...]
    pooling: Vector | None = None


def check_sampler() -> None:
    """Raise an error that says how to install the sampler where it is not there.

    Raises
    ------
    ModelError
        If nutpie is not installed.
    """
    _nutpie()


def sampled(
    found: Sequence[Mode], panel: Panel, made: Setup, settings: ModelSettings, *, rng: np.random.Generator
) -> Sampled:
    """Return at most ``settings.draws`` draws of the posterior, all of equal weight.

    They are in the order of the chains, of each of which the same number is kept.

    Parameters
    ----------
    found
        The near-optimal modes, best evidence first; chains start around them, by weight.
    panel
        Names the parameters.
    made
        The compiled problem.
    settings
        How many chains, and how long.
    rng
        Seeds the chains and draws base and noise.

    Raises
    ------
    ModelError
        If nutpie is not installed, or a chain breaks off.
    """
    made = weighted(made, settings.data_weight)
    if not panel.channels:  # base and noise alone, whose posterior is known in closed form
        empty = np.empty((settings.draws, 0))
        return Sampled(_draws(empty, made, rng), None, ())
    learned = settings.pooling == "auto" and made.problem.pooling > 0.0
    around = coordinates(found[0], made.problem, lower=made.lower, upper=made.upper, learned=learned)
    steps = _chains(found, around, made, settings, seed=int(rng.integers(2**31)))
    chains, samples, count = steps.positions.shape
    positions = steps.positions.reshape(-1, count)
    by_chain = parameters_at(positions, around).reshape(chains, samples, -1)
    pooling = pooling_at(positions, around).reshape(chains, samples)
    places = evenly_spaced(samples, settings.draws // chains)
    sampler = Sampler(
        chains=chains,
        samples=samples,
        divergences=int(steps.statistics["diverging"].sum()),
        checks=_checks(by_chain, pooling, panel, made),
        steps=_kept_steps(steps, places),
    )
    kept = by_chain[:, places].reshape(-1, by_chain.shape[2])
    return Sampled(
        _draws(kept, made, rng),
        sampler,
        _notes(sampler, len(kept)),
        pooling[:, places].ravel() if learned else None,
    )


def evenly_spaced(length: int, most: int) -> Indices:
    """Return at most ``most`` indices below ``length``, each amid its even share of them."""
    count = min(length, most)
    return (2 * np.arange(count) + 1) * length // (2 * count)


@dataclass(frozen=True, slots=True)
class _Steps:
    """Where chains went in the sampler's coordinates, and how.

    ``positions``: (chain, draw, parameter). ``statistics``: (chain, draw) each, by the names of `STATISTICS`.
    """

    positions: Cube
    statistics: Mapping[str, Array]


def _kept_steps(steps: _Steps, places: Indices) -> pd.DataFrame:
    """Return what `Sampler.steps` holds of each chain's draws at ``places``."""
    chains = len(steps.positions)
    columns: dict[str, Array] = {
        "chain": np.repeat(np.arange(chains), len(places)),
        "draw": np.tile(places, chains),
    }
    for name, values in steps.statistics.items():
        columns[name] = values[:, places].ravel()
    return pd.DataFrame(columns)


def _nutpie() -> ModuleType:
    try:
        import nutpie  # a large extra: it is loaded by those alone who sample
    except ImportError:
        raise ModelError(
            "The method bayes needs the sampler nutpie, which is not installed.",
            remedy='Run `pip install "mmxlib[bayes]"`, or set method: ridge (under `model` in '
            "optimization.yaml).",
            code="MMX-M010",
        ) from None
    module: ModuleType = nutpie
    return module


def _chains(
    found: Sequence[Mode], around: Coordinates, made: Setup, settings: ModelSettings, *, seed: int
) -> _Steps:
    nutpie = _nutpie()
    count = dimension(around)
    share = weights(found)
    centers = np.stack([steps_to(mode, around) for mode in found])

    def density() -> Callable[[Vector], tuple[float, Vector]]:
        def with_gradient(steps: Vector) -> tuple[float, Vector]:
            gradient = np.empty(count)
            return density_at(steps, around, made.problem, made.outcome, made.lifts, gradient), gradient

        return with_gradient

    def as_it_is(*_: object) -> Callable[..., dict[str, Vector]]:
        return lambda steps, **__: {"steps": steps}

    def start(chain_seed: int) -> Vector:
        # of its seed alone: chains begin in any order, in threads of their own
        chance = np.random.default_rng(chain_seed)
        beside: Vector = centers[chance.choice(len(found), p=share)] + chance.standard_normal(count)
        return beside

    compiled = nutpie.compiled_pyfunc.from_pyfunc(
        count,
        density,
        as_it_is,
        [np.dtype("float64")],
        [(count,)],
        ["steps"],
        make_initial_point_fn=start,
    )
    try:
        trace = _sampled_trace(nutpie, compiled, settings, cores=_cores(made), seed=seed)
    except (RuntimeError, ValueError) as error:
        raise ModelError(
            "The sampler broke off before it had all its draws.",
            remedy="Set method: ridge, or state narrower priors: channels with hardly any spend are the "
            "usual reason.",
            code="MMX-M011",
        ) from error
    positions = np.asarray(trace.posterior["steps"].to_numpy(), dtype=np.float64)
    statistics = {name: trace.sample_stats[own].to_numpy() for name, own in STATISTICS.items()}
    return _Steps(positions, statistics)


def _cores(made: Setup) -> int | None:
    """Return how many chains run side by side, None for as many as there are cores; no draw depends on it."""
    return 1 if made.problem.exposure.size < WORTH_SHARING else None


def _sampled_trace(
    nutpie: ModuleType, compiled: object, settings: ModelSettings, *, cores: int | None, seed: int
) -> Any:
    running = nutpie.sample(
        compiled,
        chains=settings.chains,
        cores=cores,
        tune=settings.tune,
        draws=settings.samples,
        seed=seed,
        target_accept=TARGET_ACCEPT,
        save_warmup=False,
        progress_bar=False,
        blocking=False,  # else an interrupt would end the chains and pass for their end
    )
    try:
        return running.wait()
    except BaseException:
        running.cancel()
        raise


def _draws(parameters: Matrix, made: Setup, rng: np.random.Generator) -> Draws:
    """Return draws in natural units from media parameters, (draw, parameter).

    Notes
    -----
    With ``r`` the whitened outcome less media and the density's symbols, noise variance and base come from
    ``InverseGamma(a + n/2, b + q/2)`` and ``N(E[beta | r], sigma^2 (L L')^-1)``.
    """
    scale = made.problem.outcome_scale
    values = [channels_of(each, made.problem) for each in parameters]
    conditional = [_base_and_noise(each, made, rng) for each in parameters]
    return Draws(
        retention=np.stack([each.retention for each in values]),
        half_saturation=np.stack([each.half_saturation for each in values]),
        shape=np.stack([each.shape for each in values]),
        effect=np.stack([each.effect for each in values]) * scale[:, None],
        base=np.stack([base for base, _ in conditional]) * scale[:, None],
        noise_sd=np.stack([noise for _, noise in conditional]) * scale,
        timing=np.stack([each.timing for each in values]),
    )


def _base_and_noise(parameters: Vector, made: Setup, rng: np.random.Generator) -> tuple[Matrix, Vector]:
    """Return one draw of every unit's base coefficients, (unit, column), and noise sd, (unit,)."""
    remaining = made.outcome - white_media(parameters, made)
    units, periods = remaining.shape
    base = np.empty((units, made.problem.basis.shape[2]))
    noise = np.empty(units)
    for u, solver in enumerate(made.solvers):
        explained = made.problem.basis[u].T @ remaining[u]
        quadratic = float(remaining[u] @ remaining[u] - explained @ explained)
        order = made.problem.noise_shape + 0.5 * periods
        spread = made.weight * (made.problem.noise_scale[u] + 0.5 * quadratic)
        noise[u] = np.sqrt(spread / rng.gamma(order))
        base[u] = solver.drawn(np.sqrt(made.weight) * remaining[u], float(noise[u]), rng)
    return base, noise


def _checks(parameters: Cube, pooling: Matrix, panel: Panel, made: Setup) -> pd.DataFrame:
    """Return R-hat and effective draws of every parameter that varies; see `Sampler`."""
    channels = len(panel.channels)
    labels = [(name, channel, "") for name in PLACES for channel in panel.channel_names]
    places = zip(panel.channel_names, made.problem.timing_place, strict=True)
    labels += [("timing", channel, "") for channel, place in places if place > 0]
    shared = len(labels)
    if made.problem.pooling > 0.0:
        labels += [("effect", channel, unit) for unit in panel.units for channel in panel.channel_names]
    rows = []
    for i, (name, channel, unit) in enumerate(labels):
        values = parameters[:, :, i]
        if unit:  # a unit's own effect: the common one and its deviation
            common = parameters[:, :, PLACES["effect"] * channels + (i - shared) % channels]
            values = common + made.problem.pooling * values
        if np.ptp(values) > 0.0:
            checked = (rank_normalized_r_hat(values), bulk_effective_draws(values))
            rows.append((name, channel, unit, *checked))
    if np.ptp(pooling) > 0.0:
        rows.append(("pooling", "", "", rank_normalized_r_hat(pooling), bulk_effective_draws(pooling)))
    return pd.DataFrame(rows, columns=["parameter", "channel", "unit", "r_hat", "effective_draws"])


def _notes(sampler: Sampler, kept: int) -> tuple[Note, ...]:
    """Return what a reader should know of the chains: that they agree, or in what they do not."""
    total = sampler.chains * sampler.samples
    drawn = (
        f"{sampler.chains} chains drew {total:,} explanations from all that data and priors leave open; "
        f"{kept:,} of the draws make the intervals"
    )
    checks, least = sampler.checks, LEAST_PER_CHAIN * sampler.chains
    worst_r_hat, worst_draws = float(checks["r_hat"].max()), float(checks["effective_draws"].min())
    doubts = []
    if worst_r_hat > HIGHEST_R_HAT:
        apart = checks[checks["r_hat"] > HIGHEST_R_HAT].sort_values("r_hat", ascending=False, kind="stable")
        doubts.append(
            f"The sampler's chains do not agree on {_named(apart)} (R-hat up to {worst_r_hat:.2f}, wanted "
            f"{HIGHEST_R_HAT}): they may not have seen all explanations. Raise tune and samples."
        )
    if worst_draws < least:
        few = checks[checks["effective_draws"] < least].sort_values("effective_draws", kind="stable")
        doubts.append(
            f"The sampler's draws of {_named(few)} resemble each other so much that they are worth only "
            f"{worst_draws:,.0f} independent ones (wanted {least}): intervals are rough. Raise samples."
        )
    if sampler.divergences:
        doubts.append(
            f"The sampler failed to follow the model in {sampler.divergences:,} of {total:,} steps: "
            "intervals may miss explanations in a corner. State narrower priors where the data say little."
        )
    if doubts:
        warned = tuple(Note(doubt, about="sampler", verdict=Verdict.WARN) for doubt in doubts)
        return (Note(f"{drawn}.", about="sampler"), *warned)
    return (
        Note(
            f"{drawn}. The chains agree (R-hat at most {worst_r_hat:.3f}), and every parameter's draws are "
            f"worth at least {worst_draws:,.0f} independent ones.",
            about="sampler",
        ),
    )


def _named(checks: pd.DataFrame) -> str:
    """Return the first parameters of a table of checks in words."""
    names = [
        row["parameter"].replace("_", "-")
        + (f" of {row['channel']}" if row["channel"] else "")
        + (f" in {row['unit']}" if row["unit"] else "")
        for row in checks.head(NAMED).to_dict("records")
    ]
    more = len(checks) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
