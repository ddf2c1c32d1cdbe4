"""The outcome after the data's end, for given exposure, events and controls."""

import numpy as np

from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Response
from mmxlib.errors import UsageError
from mmxlib.maths.arrays import Cube, Matrix, Vector
from mmxlib.maths.media import media_series
from mmxlib.model.curves import curves_of
from mmxlib.model.design import DAYS_PER_YEAR, base_values
from mmxlib.terms import Part

DAMPING = 0.98
"""Share of the trend's last slope that is left one period later.

Gardner, McKenzie (1985), Forecasting Trends in Time Series: damped trends forecast better than straight ones.
"""


def forecast_draws(response: Response, future: Panel, *, rng: np.random.Generator | None) -> Cube:
    """Return the outcome of the periods of ``future``, shape (draw, unit, period).

    Parameters
    ----------
    response
        The fitted model.
    future
        A panel of the same units, channels and controls, whose first period follows the data's last. Its
        exposure, events and controls are used; its outcome and spend are not.
    rng
        None leaves out noise and future changes of trend: what is expected of each draw.

    Returns
    -------
    Base plus media, with the carryover of the data's own exposure; with ``rng`` plus AR(1) noise that starts
    at the last residual, and changes of the trend's slope as large as its prior allows.

    Raises
    ------
    UsageError
        If ``future`` does not follow the data, or differs in units, channels or controls.
    """
    _check(response, future)
    draws = response.draws
    ahead = len(future.dates)
    exposure = np.concatenate([response.panel.exposure, future.exposure], axis=1)
    columns = base_values(response.base, future, origin=response.panel.dates[0])
    columns = columns - _undamped(response, ahead)
    out = np.empty((len(draws), len(future.units), ahead))
    drift = _future_changes(response, ahead, rng)
    curves = curves_of(response.priors, draws)
    for u in range(len(future.units)):
        media = media_series(
            np.ascontiguousarray(exposure[u] / response.exposure_scale[u]),
            curves,
            np.ascontiguousarray(draws.effect[:, u]),
        ).sum(axis=2)
        history = media[:, :-ahead] + draws.base[:, u] @ response.base.values[u].T
        out[:, u] = media[:, -ahead:] + draws.base[:, u] @ columns[u].T
        last = response.panel.outcome[u, -1] - history[:, -1]
        out[:, u] += drift[:, u] + _noise(
            last, draws.noise_sd[:, u], float(response.autocorrelation[u]), ahead, rng
        )
    return out


def _undamped(response: Response, ahead: int) -> Cube:
    """Return what damping takes off the trend's columns, shape (1, period, column).

    They all grow by one slope.
    """
    columns = np.array(response.base.parts) == Part.TREND
    steps = np.arange(1, ahead + 1)
    damped = np.cumsum(DAMPING**steps)
    lost = (steps - damped) * response.panel.period_days / DAYS_PER_YEAR
    return np.where(columns[None, :], lost[:, None], 0.0)[None]


def _future_changes(response: Response, ahead: int, rng: np.random.Generator | None) -> Cube:
    """Return the outcome that unknown future changes of slope add, shape (draw, unit, period)."""
    shape = (len(response.draws), len(response.panel.units), ahead)
    if rng is None or len(response.base.knots) == 0:
        return np.zeros(shape)
    spacing = response.base.knots[0]
    change_sd = response.base.prior_sd[2]  # level, line, then the changes
    # a random walk of the slope with the prior's variance per spacing, summed into the level
    per_period = change_sd / np.sqrt(spacing) * response.panel.period_days / DAYS_PER_YEAR
    slopes = np.cumsum(rng.standard_normal(shape) * per_period, axis=2)
    drift: Cube = np.cumsum(slopes, axis=2) * response.outcome_scale[None, :, None]
    return drift


def _noise(last: Vector, sd: Vector, rho: float, ahead: int, rng: np.random.Generator | None) -> Matrix:
    """Return AR(1) noise that goes on from the residual ``last`` of each draw, shape (draw, period)."""
    out = np.empty((len(last), ahead))
    state = last
    for t in range(ahead):
        shock = 0.0 if rng is None else sd * rng.standard_normal(len(sd))
        state = rho * state + shock
        out[:, t] = state
    return out


def _check(response: Response, future: Panel) -> None:
    panel = response.panel
    follows = panel.dates[-1] + np.timedelta64(panel.period_days, "D")
    if len(future.dates) == 0 or future.dates[0] != follows:
        raise UsageError(
            f"The future must begin on {follows}, the period after the data's last.",
            remedy="Give the periods from there on, without a gap.",
            code="MMX-M030",
        )
    if (future.units, future.channel_names, future.controls) != (
        panel.units,
        panel.channel_names,
        panel.controls,
    ):
        raise UsageError(
            "The future has other units, channels or controls than the model.",
            remedy="Give the same ones, in the same order.",
            code="MMX-M031",
        )
