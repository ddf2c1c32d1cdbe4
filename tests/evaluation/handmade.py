"""A response whose truth is known because it was written down, not fitted."""

from dataclasses import replace

import numpy as np
import pandas as pd

from mmxlib.artifacts.panel import Channel, Panel
from mmxlib.artifacts.response import BaseDesign, Draws, Response
from mmxlib.maths.adstocks.geometric import adstock
from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ChannelPriorSettings, PriorSettings
from mmxlib.terms import Method, Part

RETENTION = 0.4
PARAMETERS = ("retention", "half_saturation", "shape", "effect")


def made_panel(*, units=2, periods=156, channels=3, noise=0.03, effect=0.12, seed=1):
    """Sales with a trend, a season and channels that bring ``effect`` of mean base at full response."""
    rng = np.random.default_rng(seed)
    size = 1000.0 * 0.5 ** np.arange(units)
    time = np.arange(periods)
    on_air = rng.uniform(size=(1, periods, channels)) < 0.8
    exposure = rng.lognormal(0.0, 0.6, size=(units, periods, channels)) * on_air
    outcome = np.empty((units, periods))
    for unit in range(units):
        base = size[unit] * (1.0 + 0.1 * time / 52 + 0.15 * np.sin(2.0 * np.pi * time / 52.18))
        media = sum(
            size[unit] * effect * response_share(exposure[unit, :, channel]) for channel in range(channels)
        )
        outcome[unit] = base + media + rng.normal(0.0, noise * size[unit], periods)
    spend = exposure * 0.03 * size[:, None, None]
    return Panel(
        units=tuple(f"S{index + 1}" for index in range(units)),
        dates=np.datetime64("2022-01-03", "D") + 7 * time * np.timedelta64(1, "D"),
        channels=tuple(Channel(name) for name in ("tv", "search", "social", "radio", "print")[:channels]),
        controls=(),
        outcome=outcome,
        spend=spend,
        exposure=spend,
        control_values=np.empty((units, periods, 0)),
        unit_word="segment",
    )


def response_share(exposure):
    carried = adstock(np.ascontiguousarray(exposure), RETENTION, 0.0)
    return carried / (carried + 1.0)


def made_response(panel, *, effect=None, innovations=None, draws=5):
    """The fit that is exact but for ``innovations`` (unit, period); ``effect`` has shape (unit, channel)."""
    units, periods = panel.outcome.shape
    channels = len(panel.channels)
    effect = np.full((units, channels), 50.0) if effect is None else effect
    rng = np.random.default_rng(3)
    innovations = rng.normal(0.0, 10.0, (units, periods)) if innovations is None else innovations
    active = np.where(panel.exposure > 0.0, panel.exposure, np.nan)
    scale = np.nan_to_num(np.nanmean(active, axis=1), nan=1.0) if channels else np.empty((units, 0))
    media = np.zeros((units, periods))
    for unit in range(units):
        for channel in range(channels):
            scaled = panel.exposure[unit, :, channel] / scale[unit, channel]
            media[unit] += effect[unit, channel] * response_share(scaled)
    base = panel.outcome - media - innovations
    outcome_scale = panel.outcome.mean(axis=1)
    table = pd.DataFrame(
        {
            "channel": np.repeat(panel.channel_names, len(PARAMETERS)),
            "parameter": np.tile(PARAMETERS, channels),
            "prior_lower": 0.0,
            "prior_upper": 0.4,
            "posterior_lower": 0.1,
            "posterior_upper": 0.2,
            "shift": 0.5,
            "origin": "priors.yaml",
        }
    )
    modes = {f"roi_{name}": [2.0, 2.2] for name in panel.channel_names}
    made = Draws(
        retention=np.full((draws, channels), RETENTION),
        half_saturation=np.ones((draws, channels)),
        shape=np.ones((draws, channels)),
        effect=np.tile(effect, (draws, 1, 1)),
        base=np.ones((draws, units, 1)),
        noise_sd=np.full((draws, units), 10.0),
    )
    return Response(
        method=Method.RIDGE,
        panel=panel,
        priors=resolved_priors(PriorSettings(default=ChannelPriorSettings(effect_sd=0.2)), panel),
        outcome_scale=outcome_scale,
        exposure_scale=scale,
        cost_per_exposure=np.ones((units, channels)),
        base=BaseDesign(
            columns=("level",),
            parts=(Part.LEVEL,),
            values=base[:, :, None],
            knots=np.empty(0),
            harmonics=0,
            control_center=np.empty((units, 0)),
            control_scale=np.empty((units, 0)),
            prior_sd=np.ones(1),
        ),
        autocorrelation=np.zeros(units),
        draws=made,
        reference=replace(made, **{name: getattr(made, name)[:1] for name in Draws.__dataclass_fields__}),
        modes=pd.DataFrame({"mode": [1, 2], "objective": [-1.0, -1.5], "weight": [0.6, 0.4], **modes}),
        prior_table=table,
        notes=(),
    )
