"""Fitted models made by hand, for tests of plans and budgets."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mmxlib.artifacts.baseline import ChannelPrior, Prior
from mmxlib.artifacts.panel import Channel, Panel
from mmxlib.artifacts.response import BaseDesign, Draws, Response
from mmxlib.maths.arrays import Cube, Matrix
from mmxlib.model.exposure import cost_per_exposure, exposure_scale
from mmxlib.terms import AdstockFamily, EffectScale, Method, Part, PriorFamily, SaturationFamily


def hand_made_response(
    channels: Sequence[Channel],
    *,
    units: int = 2,
    periods: int = 60,
    draws: int = 30,
    seed: int = 0,
    shapes: tuple[float, float] = (0.7, 1.6),
    money: float = 1.0,
    spread: float = 0.2,
    family: SaturationFamily = SaturationFamily.HILL,
) -> Response:
    """Return a response with random spend and parameters; spends are multiplied by ``money``."""
    chance = np.random.default_rng(seed)
    count = len(channels)
    spend = chance.gamma(2.0, 50.0, (units, periods, count)) * (0.5 + np.arange(count))
    for index, channel in enumerate(channels):
        if channel.national:
            spend[:, :, index] = spend[0, :, index]
    paid = np.array([channel.paid for channel in channels])
    own = np.array([channel.has_exposure or not channel.paid for channel in channels])
    exposure = 20.0 * spend
    panel = _panel(
        channels,
        outcome=chance.uniform(900.0, 1100.0, (units, periods)),
        spend=np.where(paid, spend, 0.0) * money,
        exposure=np.where(own, exposure, spend * money),
    )

    def around(center: float) -> np.ndarray:
        return center * np.exp(spread * chance.standard_normal((draws, count)))

    center = chance.uniform(*shapes, count)
    parameters = Draws(
        retention=np.clip(around(0.4) + 0.1 * np.arange(count) / count, 0.0, 0.95),
        half_saturation=around(1.2),
        shape=np.clip(center * np.exp(0.1 * chance.standard_normal((draws, count))), 0.5, 4.0),
        effect=np.abs(around(1.0))[:, None, :] * chance.uniform(100.0, 400.0, (1, units, count)),
        base=np.broadcast_to([800.0, 0.0], (draws, units, 2)).copy(),
        noise_sd=np.full((draws, units), 20.0),
    )
    return Response(
        method=Method.RIDGE,
        panel=panel,
        priors=tuple(_prior(channel.name, family) for channel in channels),
        outcome_scale=panel.outcome.mean(axis=1),
        exposure_scale=exposure_scale(panel),
        cost_per_exposure=cost_per_exposure(panel),
        base=_level(units, periods),
        autocorrelation=np.zeros(units),
        draws=parameters,
        reference=parameters,
        modes=pd.DataFrame(),
        prior_table=pd.DataFrame(),
        notes=(),
    )


def media_mix(count: int) -> tuple[Channel, ...]:
    """Return paid channels, the second national, the third with exposure of its own."""
    return tuple(
        Channel(f"channel_{index}", national=index == 1, has_exposure=index == 2) for index in range(count)
    )


def _panel(channels: Sequence[Channel], *, outcome: Matrix, spend: Cube, exposure: Cube) -> Panel:
    units, periods = outcome.shape
    return Panel(
        units=tuple(f"S{index + 1}" for index in range(units)),
        dates=np.datetime64("2023-01-02") + 7 * np.arange(periods),
        channels=tuple(channels),
        controls=(),
        outcome=outcome,
        spend=spend,
        exposure=exposure,
        control_values=np.empty((units, periods, 0)),
        currency="EUR",
    )


def _level(units: int, periods: int) -> BaseDesign:
    """Return the least that a base may be: level and line."""
    line = 7.0 * np.arange(periods) / 365.25
    return BaseDesign(
        columns=("level", "trend"),
        parts=(Part.LEVEL, Part.TREND),
        values=np.broadcast_to(np.column_stack([np.ones(periods), line]), (units, periods, 2)).copy(),
        knots=np.empty(0),
        harmonics=0,
        control_center=np.empty((units, 0)),
        control_scale=np.empty((units, 0)),
        prior_sd=np.ones(2),
    )


def _prior(name: str, family: SaturationFamily) -> ChannelPrior:
    weak = Prior(PriorFamily.LOG_NORMAL, 1.0, 0.5, 0.01, 10.0, "test")
    return ChannelPrior(name, AdstockFamily.GEOMETRIC, family, weak, weak, weak, weak, EffectScale.EFFECT)
