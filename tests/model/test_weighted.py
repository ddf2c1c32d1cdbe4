"""The weight of the data in a sampled posterior: the likelihood to a power, and wider intervals."""

import numpy as np
import pytest

from mmxlib.maths.arrays import Vector
from mmxlib.maths.density import log_density
from mmxlib.model.decomposition import media_totals
from mmxlib.model.problem import Noise, Setup, setup, weighted
from mmxlib.model.resampling import white_media
from tests.model.panels import fitted, known


@pytest.fixture(scope="module")
def made() -> Setup:
    panel = known(units=1, channels=2, periods=40).panel
    response = fitted(panel, resample=False)
    noise = Noise(np.full(1, 0.05), np.full(1, 0.3))
    return setup(panel, priors=response.priors, base=response.base, noise=noise, pooling=0.0)


def height(at: Vector, made: Setup) -> float:
    return log_density(at, made.problem, made.outcome, made.lifts, np.empty(len(at)))


def outcome_height(at: Vector, made: Setup, weight: float) -> float:
    """The normal likelihood to the power ``weight``, base and noise integrated out, by dense algebra."""
    rest, solver = made.outcome[0] - white_media(at, made)[0], made.solvers[0]
    periods = len(rest)
    covariance = np.eye(periods) / weight + solver.columns @ np.diag(solver.sd**2) @ solver.columns.T
    quadratic = float(rest @ np.linalg.solve(covariance, rest))
    order = made.problem.noise_shape + 0.5 * weight * periods
    return float(-order * np.log(made.problem.noise_scale[0] + 0.5 * quadratic))


@pytest.mark.parametrize("weight", [0.3, 0.6, 1.0])
def test_the_density_is_that_of_the_likelihood_to_the_power(made: Setup, weight: float) -> None:
    first = np.array([-0.5, -1.0, 0.3, 0.1, 0.1, 0.0, -2.0, -1.5])
    second = first + 0.2
    for_prior = height(first, made) - height(second, made)
    for_prior -= outcome_height(first, made, 1.0) - outcome_height(second, made, 1.0)
    tempered = weighted(made, weight)
    found = height(first, tempered) - height(second, tempered) - for_prior
    expected = outcome_height(first, made, weight) - outcome_height(second, made, weight)
    assert found == pytest.approx(expected, abs=1e-8)


def test_full_weight_changes_nothing(made: Setup) -> None:
    assert weighted(made, 1.0) is made


def test_less_weight_of_the_data_widens_intervals() -> None:
    pytest.importorskip("nutpie", reason="the extra [bayes] is not installed")
    panel = known(units=1, channels=2, periods=90).panel
    quick = {"method": "bayes", "chains": 2, "tune": 200, "samples": 300, "draws": 400}
    full, half = (
        media_totals(fitted(panel, data_weight=weight, **quick)).std(axis=0).ravel() for weight in (1.0, 0.5)
    )
    assert np.all(half > 1.1 * full)
