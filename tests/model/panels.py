"""Small panels with known truth, made by the model's own formula."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from mmxlib.artifacts.panel import Channel, Control, Event, Panel
from mmxlib.artifacts.response import Response
from mmxlib.maths.arrays import Cube, Matrix
from mmxlib.maths.media import Curves, media_series
from mmxlib.model.fitting import fit_response
from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ModelSettings, PriorSettings
from mmxlib.terms import ControlKind


@dataclass(frozen=True)
class Known:
    panel: Panel
    contributions: Cube
    base: Matrix


def known(
    *, units: int = 2, channels: int = 3, periods: int = 130, seed: int = 0, noise: float = 0.02
) -> Known:
    rng = np.random.default_rng(seed)
    dates = np.datetime64("2023-01-02") + 7 * np.arange(periods)
    time = np.arange(periods)
    size = 1000.0 * (1.0 + np.arange(units))
    price = 10.0 * np.exp(0.05 * rng.standard_normal((units, periods)))
    season = 0.1 * np.sin(2.0 * np.pi * time / 52.18)
    event = Event("Fair", date(2023, 6, 5), date(2023, 6, 18))
    base = size[:, None] * (0.7 + 0.05 * time / 52.0 + season - 1.0 * np.log(price / 10.0))
    bursts = rng.random((units, periods, channels)) < 0.6
    exposure = bursts * rng.gamma(3.0, 30.0, (units, periods, channels))
    codes, ones = np.zeros(channels, dtype=np.int64), np.ones((1, channels))
    curves = Curves(codes, codes, np.linspace(0.2, 0.6, channels)[None], ones, ones, ones)
    contributions = np.stack(
        [
            media_series(
                np.ascontiguousarray(exposure[u] / 90.0),
                curves,
                np.full((1, channels), 0.2 * size[u]),
            )[0]
            for u in range(units)
        ]
    )
    panel = Panel(
        units=tuple(f"U{u + 1}" for u in range(units)),
        dates=dates.astype("datetime64[D]"),
        channels=tuple(Channel(f"c{c + 1}") for c in range(channels)),
        controls=(Control("price", ControlKind.PRICE),),
        outcome=np.zeros((units, periods)),
        spend=exposure,
        exposure=exposure,
        control_values=price[:, :, None],
        events=(event,),
    )
    base = base + size[:, None] * 0.15 * panel.event_mask(event)
    outcome = base + contributions.sum(axis=2) + noise * size[:, None] * rng.standard_normal((units, periods))
    return Known(replace(panel, outcome=outcome), contributions, base)


def fitted(panel: Panel, *, seed: int = 0, resample: bool = True, **settings: object) -> Response:
    chosen = ModelSettings.model_validate({"draws": 40, "starts": 8, **settings})
    return fit_response(
        panel,
        priors=resolved_priors(PriorSettings(), panel),
        settings=chosen,
        rng=np.random.default_rng(seed),
        resample=resample,
    )
