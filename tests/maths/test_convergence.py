"""Whether chains agree: an independent reference, known values, laws."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.arrays import Matrix
from mmxlib.maths.convergence import bulk_effective_draws, rank_normalized_r_hat


def autoregressive(correlation: float, *, seed: int, chains: int = 4, draws: int = 2000) -> Matrix:
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((chains, draws))
    values = np.empty_like(noise)
    values[:, 0] = noise[:, 0] / np.sqrt(1.0 - correlation**2)
    for t in range(1, draws):
        values[:, t] = correlation * values[:, t - 1] + noise[:, t]
    return values


@pytest.mark.parametrize("correlation", [-0.5, 0.0, 0.5, 0.9])
def test_effective_draws_of_an_autoregression_are_those_of_theory(correlation: float) -> None:
    values = np.mean([bulk_effective_draws(autoregressive(correlation, seed=seed)) for seed in range(8)])
    limit = 8000 * np.log10(8000)  # what antithetic draws may be credited with at most
    expected = min(8000 * (1.0 - correlation) / (1.0 + correlation), limit)
    assert values == pytest.approx(expected, rel=0.08)


@pytest.mark.parametrize("correlation", [0.0, 0.6, 0.9])
@pytest.mark.parametrize("draws", [1000, 2001])
def test_both_measures_are_those_of_arviz(correlation: float, draws: int) -> None:
    arviz = pytest.importorskip("arviz", reason="the extra [bayes] is not installed")
    values = np.exp(autoregressive(correlation, seed=draws, draws=draws))
    assert rank_normalized_r_hat(values) == pytest.approx(float(arviz.rhat(values)), rel=1e-10)
    assert bulk_effective_draws(values) == pytest.approx(float(arviz.ess(values)), rel=1e-10)


def scores_by_hand(chains: Matrix) -> Matrix:
    """Return the normal scores of half chains, each rank counted: half of those that tie lie below."""
    half = chains.shape[1] // 2
    halves = np.concatenate([chains[:, :half], chains[:, -half:]])
    ranks = [(np.sum(halves < each) + np.sum(halves <= each) + 1.0) / 2.0 for each in halves.ravel()]
    scores = [NormalDist().inv_cdf((rank - 0.375) / (halves.size + 0.25)) for rank in ranks]
    return np.reshape(scores, halves.shape)


def effective_draws_by_hand(chains: Matrix) -> float:
    """Return the paper's equations 10 to 13 a lag at a time."""
    scores = scores_by_hand(chains)
    count, length = scores.shape
    moved = scores - scores.mean(axis=1, keepdims=True)
    covariances = [
        np.mean([each[: length - lag] @ each[lag:] / length for each in moved]) for lag in range(length)
    ]
    within = covariances[0] * length / (length - 1)
    pooled = covariances[0] + np.var(scores.mean(axis=1), ddof=1)
    rho = [1.0] + [1.0 - (within - each) / pooled for each in covariances[1:]]
    tau, least, lag = -1.0, np.inf, 0
    while lag + 2 < length and (lag == 0 or rho[lag] + rho[lag + 1] > 0.0):
        least = min(least, rho[lag] + rho[lag + 1])
        tau += 2.0 * least
        lag += 2
    tau += max(rho[lag], 0.0)
    return count * length / max(tau, 1.0 / np.log10(count * length))


@pytest.mark.parametrize("draws", [4, 5, 6, 7, 8, 9, 10, 11, 12, 31])
def test_effective_draws_of_short_chains_are_those_of_the_papers_equations(draws: int) -> None:
    for seed in range(5):
        alike = np.random.default_rng(seed).standard_normal((2 + seed % 3, draws))
        elsewhere = alike + 3.0 * np.arange(len(alike))[:, None]
        for chains in (alike, elsewhere, alike.cumsum(axis=1), alike.round(), alike[:1]):
            assert bulk_effective_draws(chains) == pytest.approx(effective_draws_by_hand(chains), rel=1e-9)


def test_draws_that_swing_to_and_fro_are_credited_with_a_limited_gain() -> None:
    swinging = autoregressive(-0.99, seed=7, draws=200)
    assert bulk_effective_draws(swinging) == pytest.approx(800 * np.log10(800), rel=1e-12)


def test_chains_of_one_distribution_have_an_r_hat_of_one() -> None:
    assert rank_normalized_r_hat(autoregressive(0.3, seed=1)) == pytest.approx(1.0, abs=0.005)


def test_a_chain_that_went_elsewhere_shows() -> None:
    values = autoregressive(0.0, seed=2)
    values[0] += 1.5
    assert rank_normalized_r_hat(values) > 1.1
    assert bulk_effective_draws(values) < 100


def test_a_chain_that_spreads_differently_shows() -> None:
    values = autoregressive(0.0, seed=3)
    values[0] *= 3.0
    assert rank_normalized_r_hat(values) > 1.1


def test_a_chain_that_drifts_shows() -> None:
    values = autoregressive(0.0, seed=4, chains=1) + np.linspace(0.0, 2.0, 2000)
    assert rank_normalized_r_hat(values) > 1.1


@settings(derandomize=True, max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 3.0))
def test_a_rising_change_of_scale_changes_nothing(seed: int, power: float) -> None:
    values = autoregressive(0.4, seed=seed, draws=100)
    assert bulk_effective_draws(np.exp(power * values)) == pytest.approx(bulk_effective_draws(values))


def test_the_order_of_chains_does_not_matter() -> None:
    values = autoregressive(0.5, seed=5)
    assert rank_normalized_r_hat(values[::-1]) == pytest.approx(rank_normalized_r_hat(values), rel=1e-12)


def test_a_constant_is_as_good_as_independent_draws() -> None:
    assert rank_normalized_r_hat(np.ones((4, 100))) == 1.0
    assert bulk_effective_draws(np.ones((4, 100))) == 400.0
