"""What the model says of the data's own periods, with and without noise."""

import numpy as np
import pandas as pd

from mmxlib.artifacts.response import Response
from mmxlib.maths.arrays import Cube, Matrix
from mmxlib.maths.mixture import mixture_quantile
from mmxlib.model.decomposition import base_draws, media_draws
from mmxlib.model.returns import interval


def expected_draws(response: Response, unit: int) -> Matrix:
    """Return base plus media of one unit, the outcome without its noise, shape (draw, period)."""
    total: Matrix = base_draws(response, unit).sum(axis=2) + media_draws(response, unit).sum(axis=2)
    return total


def prediction_table(response: Response, level: float, *, noise: bool) -> pd.DataFrame:
    """Return the outcome that the model gives every unit and period: see `Model.prediction`."""
    panel = response.panel
    frames = []
    for index, unit in enumerate(panel.units):
        expected = expected_draws(response, index)
        mean, lower, upper = interval(expected, level)
        if noise:
            spread = response.draws.noise_sd[:, index] / _innovation_share(response, index)
            half = 0.5 * (1.0 - level)
            lower, upper = (mixture_quantile(expected, spread, share) for share in (half, 1.0 - half))
        frames.append(
            pd.DataFrame(
                {
                    "unit": unit,
                    "date": panel.dates,
                    "outcome": panel.outcome[index],
                    "mean": mean,
                    "lower": lower,
                    "upper": upper,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def whole_prediction(response: Response, level: float) -> pd.DataFrame:
    """Return the outcome that the model gives all units together in every period, beside what came.

    Returns
    -------
    A row per date: ``date, outcome, mean, lower, upper``. The interval is that of `prediction_table` with
    noise, draw by draw over the sum; the noise of different units is independent in the model.
    """
    panel = response.panel
    units = range(len(panel.units))
    expected = np.sum([expected_draws(response, index) for index in units], axis=0)
    spreads = [response.draws.noise_sd[:, index] / _innovation_share(response, index) for index in units]
    spread = np.sqrt(np.sum(np.square(spreads), axis=0))
    half = 0.5 * (1.0 - level)
    lower, upper = (mixture_quantile(expected, spread, share) for share in (half, 1.0 - half))
    mean = interval(expected, level)[0]
    outcome = panel.outcome.sum(axis=0)
    return pd.DataFrame(
        {"date": panel.dates, "outcome": outcome, "mean": mean, "lower": lower, "upper": upper}
    )


def predictive_draws(response: Response, rng: np.random.Generator) -> Cube:
    """Return outcomes as the model would make them anew, shape (draw, unit, period).

    Base and media of each draw plus a new series of its AR(1) noise, from its stationary distribution on.
    """
    panel = response.panel
    out = np.empty((len(response.draws), len(panel.units), len(panel.dates)))
    for index in range(len(panel.units)):
        sd = response.draws.noise_sd[:, index]
        shocks = sd[:, None] * rng.standard_normal(out[:, index].shape)
        noise = shocks[:, 0] / _innovation_share(response, index)
        out[:, index] = expected_draws(response, index)
        out[:, index, 0] += noise
        for period in range(1, shocks.shape[1]):
            noise = response.autocorrelation[index] * noise + shocks[:, period]
            out[:, index, period] += noise
    return out


def _innovation_share(response: Response, unit: int) -> float:
    """Return the innovations' sd over that of the AR(1) noise they make: ``sqrt(1 - rho^2)``."""
    return float(np.sqrt(1.0 - response.autocorrelation[unit] ** 2))
