"""What chance adds to a forecast: noise that units share, other bases, and what earlier forecasts missed."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.artifacts.response import Response
from mmxlib.forecasting.forecast_draws import shocks
from mmxlib.forecasting.future_drivers import future_panel
from mmxlib.forecasting.other_bases import base_doubt
from mmxlib.forecasting.past_misses import past_misses
from mmxlib.forecasting.spend_plans import present_plan
from mmxlib.model.decomposition import base_draws, media_draws
from tests.budget.responses import hand_made_response, media_mix
from tests.forecasting.responses import whole_response

AHEAD = 13


def without_noise(response: Response) -> np.ndarray:
    """Return the mean of what every draw expects of the data's own periods, (unit, period)."""
    rows = [media_draws(response, u).sum(axis=2) + base_draws(response, u).sum(axis=2) for u in range(2)]
    return np.stack(rows).mean(axis=1)


def with_noise(response: Response, noise: np.ndarray) -> Response:
    panel = replace(response.panel, outcome=without_noise(response) + noise)
    return replace(response, panel=panel)


def spread(response: Response, rounds: int = 300):
    future = future_panel(response, present_plan(response, AHEAD))
    return shocks(response, future, response.draws, rounds=rounds, rng=np.random.default_rng(0))


def left_of(response: Response) -> np.ndarray:
    media = np.stack([media_draws(response, u).sum(axis=2).mean(axis=0) for u in range(2)])
    return response.panel.outcome - media


def test_noise_grows_to_that_of_its_autocorrelation() -> None:
    response = whole_response(periods=150)
    noise = spread(response).noise
    steps = np.arange(1, AHEAD + 1)
    for unit, rho in enumerate(response.autocorrelation):
        expected = 20.0**2 * (1.0 - rho ** (2 * steps)) / (1.0 - rho**2)
        np.testing.assert_allclose(noise[:, unit].var(axis=0), expected, rtol=0.15)


@pytest.mark.parametrize("shared", [0.0, 0.9])
def test_units_share_noise_as_their_residuals_do(shared: float) -> None:
    chance = np.random.default_rng(4)
    own = chance.standard_normal((2, 150))
    own[1] = shared * own[0] + np.sqrt(1.0 - shared**2) * own[1]
    response = whole_response(periods=150, rho=0.0)
    noise = spread(with_noise(response, 20.0 * own)).noise
    found = np.corrcoef(noise[:, 0].ravel(), noise[:, 1].ravel())[0, 1]
    assert found == pytest.approx(shared, abs=0.12)


def test_doubt_of_the_base_moves_no_mean() -> None:
    response = whole_response(periods=150)
    future = future_panel(response, present_plan(response, AHEAD))
    doubt = base_doubt(response, future, response.draws, rounds=400, rng=np.random.default_rng(0))
    assert np.all(np.abs(doubt.mean(axis=0)) < 5.0 * doubt.std(axis=0) / np.sqrt(len(doubt)))


def test_doubt_of_the_base_grows_with_the_horizon() -> None:
    noise = 20.0 * np.random.default_rng(3).standard_normal((2, 150))
    trend = spread(with_noise(whole_response(periods=150, draws=1), noise)).trend.std(axis=0)
    assert np.all(trend[:, -1] > 1.3 * trend[:, 0])


def test_with_little_noise_and_its_own_columns_the_base_is_hardly_doubted() -> None:
    """A season of two waves and no others: what is left of doubt is what the trend may do."""
    response = whole_response(periods=150, draws=1, rho=0.0)
    coefficients = response.draws.base.copy()
    coefficients[:, :, 2 : 2 + len(response.base.knots)] = 0.0
    quiet = replace(response, draws=replace(response.draws, base=coefficients, noise_sd=np.full((1, 2), 0.5)))
    quiet = with_noise(quiet, 0.5 * np.random.default_rng(1).standard_normal((2, 150)))
    future = future_panel(quiet, present_plan(quiet, AHEAD))
    doubt = base_doubt(quiet, future, quiet.draws, rounds=500, rng=np.random.default_rng(0))
    assert doubt[:, :, 0].std() < 3.0


def test_a_level_and_a_line_are_hardly_doubted() -> None:
    response = hand_made_response(media_mix(3), periods=52, draws=1)
    noise = 20.0 * np.random.default_rng(3).standard_normal((2, 52))
    assert np.all(spread(with_noise(response, noise)).trend.std(axis=0) < 20.0)


def test_a_base_that_goes_as_expected_missed_nothing_to_speak_of() -> None:
    response = whole_response(periods=150, draws=1, rho=0.0)
    calm = with_noise(response, 20.0 * np.random.default_rng(2).standard_normal((2, 150)))
    found = past_misses(calm, left_of(calm), AHEAD)
    assert np.sqrt(found.offset + AHEAD * found.step) < 0.02


def test_a_level_that_shifted_shows_in_what_was_missed() -> None:
    response = whole_response(periods=150, draws=1, rho=0.0)
    noise = 20.0 * np.random.default_rng(2).standard_normal((2, 150))
    noise[:, 100:] += 0.2 * response.outcome_scale[:, None]
    shifted = with_noise(response, noise)
    found = past_misses(shifted, left_of(shifted), AHEAD)
    assert np.sqrt(found.offset + AHEAD * found.step) > 0.04


def test_a_short_history_says_nothing_of_misses() -> None:
    response = whole_response(periods=53)
    found = past_misses(response, left_of(response), AHEAD)
    assert (found.offset, found.step) == (0.0, 0.0)


def test_a_long_horizon_does_not_forget_what_was_missed() -> None:
    """No origin lies 60 periods back with enough before it: nearer ones tell what they can."""
    response = whole_response(periods=100, draws=1, rho=0.0)
    noise = 20.0 * np.random.default_rng(2).standard_normal((2, 100))
    noise[:, 70:] += 0.2 * response.outcome_scale[:, None]
    shifted = with_noise(response, noise)
    found = past_misses(shifted, left_of(shifted), 60)
    assert np.sqrt(found.offset + AHEAD * found.step) > 0.04
