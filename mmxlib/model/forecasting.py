"""The outcome after the data's end, draw by draw, for given exposure, events and controls."""

from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Draws, Response
from mmxlib.errors import UsageError
from mmxlib.maths.arrays import Cube, Matrix, Vector
from mmxlib.maths.media import media_series
from mmxlib.model.curves import curves_of
from mmxlib.model.decomposition import base_parts
from mmxlib.model.design import DAYS_PER_YEAR, base_values
from mmxlib.terms import Part

DAMPING = 0.98
"""Share of the trend's last slope that is left one period later.

Gardner, McKenzie (1985), Forecasting Trends in Time Series: damped trends forecast better than straight ones.
"""


@dataclass(frozen=True, eq=False)
class Expected:
    """What is expected of one unit's future, by draw; the sum of all is the outcome without new noise.

    ``media``: (draw, period, channel). ``base``: (draw, period, part), in the order of `base_parts`.
    ``residual``: (draw, period), how the last residual fades.
    """

    media: Cube
    base: Cube
    residual: Matrix

    @property
    def outcome(self) -> Matrix:
        """Their sum, (draw, period)."""
        total: Matrix = self.media.sum(axis=2) + self.base.sum(axis=2) + self.residual
        return total


@dataclass(frozen=True, eq=False)
class Shocks:
    """What chance adds to the future, (path, unit, period) each; path i goes with draw i modulo the draws.

    ``noise`` is the AR(1) noise of the periods to come, ``trend`` what changes of the trend's slope add.
    """

    noise: Cube
    trend: Cube

    @property
    def total(self) -> Cube:
        """Their sum."""
        return self.noise + self.trend


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
    check_future(response, future)
    columns = future_columns(response, future)
    units = range(len(future.units))
    each = [expected_of(response, future, u, columns=columns, draws=response.draws).outcome for u in units]
    expected: Cube = np.stack(each, axis=1)
    if rng is None:
        return expected
    return expected + shocks(response, response.draws, len(future.dates), rounds=1, rng=rng).total


def expected_of(response: Response, future: Panel, unit: int, *, columns: Cube, draws: Draws) -> Expected:
    """Return what is expected of one unit in the periods of ``future``, as `forecast_draws` takes it.

    ``columns`` is `future_columns`; ``draws`` some of the response's, or its reference.
    """
    ahead, base = len(future.dates), response.base
    exposure = np.concatenate([response.panel.exposure[unit], future.exposure[unit]])
    media = media_series(
        np.ascontiguousarray(exposure / response.exposure_scale[unit]),
        curves_of(response.priors, draws),
        np.ascontiguousarray(draws.effect[:, unit]),
    )
    coefficients, names = draws.base[:, unit], np.array(base.parts)
    parts = [
        coefficients[:, names == part] @ columns[unit][:, names == part].T for part in base_parts(response)
    ]
    fitted: Vector = media[:, -ahead - 1].sum(axis=1) + coefficients @ base.values[unit, -1]
    fading = response.autocorrelation[unit] ** np.arange(1, ahead + 1)
    return Expected(
        media=media[:, -ahead:],
        base=np.stack(parts, axis=-1),
        residual=(response.panel.outcome[unit, -1] - fitted)[:, None] * fading,
    )


def future_columns(response: Response, future: Panel) -> Cube:
    """Return the base's columns in the periods of ``future``, (unit, period, column), the trend damped."""
    columns: Cube = base_values(response.base, future, origin=response.panel.dates[0])
    return columns - _undamped(response, len(future.dates))


def _undamped(response: Response, ahead: int) -> Cube:
    """Return what damping takes off the trend's columns, shape (1, period, column).

    They all grow by one slope.
    """
    columns = np.array(response.base.parts) == Part.TREND
    steps = np.arange(1, ahead + 1)
    damped = np.cumsum(DAMPING**steps)
    lost = (steps - damped) * response.panel.period_days / DAYS_PER_YEAR
    return np.where(columns[None, :], lost[:, None], 0.0)[None]


def shocks(response: Response, draws: Draws, ahead: int, *, rounds: int, rng: np.random.Generator) -> Shocks:
    """Return what chance adds in the ``ahead`` periods after the data, ``rounds`` times for every draw.

    ``draws`` are some of the response's. The first round is the same for any number of rounds.
    """
    each = [
        (_noise(response, draws, ahead, rng), _future_changes(response, draws, ahead, rng))
        for _ in range(rounds)
    ]
    noise, trend = zip(*each, strict=True)
    return Shocks(np.concatenate(noise), np.concatenate(trend))


def _future_changes(response: Response, draws: Draws, ahead: int, rng: np.random.Generator) -> Cube:
    """Return the outcome that unknown future changes of slope add, shape (draw, unit, period)."""
    shape = (len(draws), len(response.panel.units), ahead)
    if len(response.base.knots) == 0:
        return np.zeros(shape)
    spacing = response.base.knots[0]
    change_sd = response.base.prior_sd[2]  # level, line, then the changes
    # a random walk of the slope with the prior's variance per spacing, summed into the level
    per_period = change_sd / np.sqrt(spacing) * response.panel.period_days / DAYS_PER_YEAR
    slopes = np.cumsum(rng.standard_normal(shape) * per_period, axis=2)
    drift: Cube = np.cumsum(slopes, axis=2) * response.outcome_scale[None, :, None]
    return drift


def _noise(response: Response, draws: Draws, ahead: int, rng: np.random.Generator) -> Cube:
    """Return AR(1) noise that starts from nothing, shape (draw, unit, period)."""
    out: Cube = draws.noise_sd[:, :, None] * rng.standard_normal((*draws.noise_sd.shape, ahead))
    for t in range(1, ahead):
        out[:, :, t] += response.autocorrelation * out[:, :, t - 1]
    return out


def check_future(response: Response, future: Panel) -> None:
    """Refuse a future that does not follow the data, or is of other units, channels or controls.

    Raises
    ------
    UsageError
        If so.
    """
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
