"""The posterior is calibrated: truths drawn from the priors rank evenly among its draws, and mistakes show.

The full one, with its plot: ``python -m tests.benchmarks calibration``.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mmxlib.model.problem import Setup
from tests.model.calibrating import Market, alone, later, pooled, truth
from tests.model.ranking import KEPT, Chains, least_p, p_values, ranks

pytest.importorskip("nutpie", reason="the extra [bayes] is not installed")

LEAST_P = 1e-3
"""Family-wise: seeds are fixed, so that what passes once passes always, and real mistakes lie far below."""
SHORT = Chains(tune=100, samples=126)


def off_by_a_factor(made: Setup) -> Setup:
    """Take half-saturations to lie around four times what they are believed to."""
    center = np.array([np.log(4.0), 0.0])
    return replace(made, problem=made.problem._replace(half_prior=made.problem.half_prior + center))


def without_correlation(made: Setup) -> Setup:
    """Forget that media are whitened as the outcome is."""
    return replace(made, problem=made.problem._replace(autocorrelation=np.zeros(1)))


def too_many_periods(made: Setup) -> Setup:
    """Count every period twice in the noise variance's posterior."""
    more = made.problem.noise_shape + 0.5 * made.outcome.shape[1]
    return replace(made, problem=made.problem._replace(noise_shape=more))


def blind(made: Setup) -> Setup:
    """See an outcome of nothing but noise."""
    chance = np.random.default_rng(0)
    return replace(made, outcome=0.05 * chance.standard_normal(made.outcome.shape))


def test_every_quantity_of_one_unit_ranks_evenly() -> None:
    found = ranks(alone(), range(45), SHORT)
    assert least_p(found) > LEAST_P, p_values(found).to_string()


@pytest.mark.parametrize("market", [pooled, later])
def test_units_that_differ_and_later_carryover_rank_evenly(market: Callable[[], Market]) -> None:
    found = ranks(market(), range(12), SHORT)
    assert least_p(found) > LEAST_P, p_values(found).to_string()


@pytest.mark.parametrize(
    ("mistaken", "quantity"),
    [
        (off_by_a_factor, "half_saturation c1"),
        (without_correlation, "contribution c1"),
        (too_many_periods, "noise sd"),
        (blind, "likelihood"),
    ],
)
def test_a_mistake_is_found(mistaken: Callable[[Setup], Setup], quantity: str) -> None:
    found = ranks(alone(), range(12), SHORT, mistaken=mistaken)
    assert least_p(found) < LEAST_P
    assert p_values(found)["p"][quantity] < LEAST_P


def test_what_a_truth_is_drawn_from_are_the_priors_of_the_market() -> None:
    made = pooled()
    rng = np.random.default_rng(0)
    drawn = [truth(made.setup, rng) for _ in range(2000)]
    retention = np.stack([each.draws.retention[0] for each in drawn])
    np.testing.assert_allclose(retention.mean(axis=0), 0.4, atol=0.01)
    np.testing.assert_allclose(retention.std(axis=0), 0.15, atol=0.01)
    assert np.median([each.draws.half_saturation[0, 0] for each in drawn]) == pytest.approx(1.0, abs=0.03)
    assert np.mean([each.pooling for each in drawn]) == pytest.approx(0.3 * np.sqrt(2.0 / np.pi), rel=0.05)


@pytest.mark.parametrize("count", [12, 45, 500])
def test_even_ranks_are_seldom_refused(count: int) -> None:
    rng = np.random.default_rng(count)
    least = np.array([least_p(pd.DataFrame(rng.random((count, 13)))) for _ in range(150)])
    assert np.mean(least < 0.05) < 0.1


@pytest.mark.parametrize("scale", [0.6, 1.6])
def test_ranks_too_near_the_middle_or_the_ends_are_refused(scale: float) -> None:
    """A posterior too wide or too narrow by this factor."""
    rng = np.random.default_rng(0)
    inside = rng.standard_normal((200, KEPT))
    rank = np.sum(inside < scale * rng.standard_normal((200, 1)), axis=1)
    shares = pd.DataFrame({"quantity": (rank + rng.random(200)) / (KEPT + 1)})
    assert least_p(shares) < LEAST_P
