"""How base, media and the last residual go on after the data's end, draw by draw, without new noise."""

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


def expected_of(response: Response, future: Panel, unit: int, *, columns: Cube, draws: Draws) -> Expected:
    """Return what is expected of one unit in the periods of ``future``.

    ``columns`` is `future_columns`; ``draws`` some of the response's, or its reference. Media hold the
    carryover of the data's own exposure.
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
    trend = np.array(response.base.parts) == Part.TREND  # they all grow by one slope
    lost = damped_growth(len(future.dates), response.panel.period_days)
    return columns - np.where(trend, lost[:, None], 0.0)


def damped_growth(ahead: int, period_days: int) -> Vector:
    """Return what damping takes off a slope of one a year, in each of the next periods, (period,)."""
    steps = np.arange(1, ahead + 1)
    lost: Vector = (steps - np.cumsum(DAMPING**steps)) * period_days / DAYS_PER_YEAR
    return lost


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
