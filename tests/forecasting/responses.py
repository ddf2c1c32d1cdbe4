"""Models made by hand with every kind of channel and base, and their forecast in plain NumPy."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from mmxlib.artifacts.panel import Channel, Control, Event
from mmxlib.artifacts.response import Response
from mmxlib.model.design import Flexibility, base_design
from mmxlib.terms import AdstockFamily, ControlKind
from tests.budget.responses import hand_made_response

CHANNELS = (
    Channel("tv"),
    Channel("radio", national=True),
    Channel("search", has_exposure=True),
    Channel("print"),
    Channel("newsletter", paid=False, has_exposure=True),
)
FAMILIES = (
    AdstockFamily.GEOMETRIC,
    AdstockFamily.DELAYED,
    AdstockFamily.WEIBULL,
    AdstockFamily.DELAYED,
    AdstockFamily.GEOMETRIC,
)
CONTROLS = (
    Control("price", ControlKind.PRICE),
    Control("deal", ControlKind.PROMOTION),
    Control("rain", ControlKind.OTHER),
)
EVENTS = (
    Event("Fair", date(2023, 5, 3), date(2023, 5, 16)),
    Event("Fair", date(2024, 3, 13), date(2024, 3, 15)),
    Event("Sale", date(2023, 10, 2), date(2023, 10, 8), "S2"),
)
AHEAD = 13


def whole_response(*, periods: int = 60, draws: int = 7, rho: float = 0.4, seed: int = 0) -> Response:
    """Return a model of two units with all families of carryover, trend, season, events and controls."""
    made = hand_made_response(CHANNELS, units=2, periods=periods, draws=draws, seed=seed)
    chance = np.random.default_rng(seed + 1)
    shape = (2, periods)
    controls = np.stack(
        [
            chance.uniform(8.0, 12.0, shape),
            (chance.random(shape) < 0.3) * 1.0,
            chance.normal(5.0, 2.0, shape),
        ],
        axis=-1,
    )
    panel = replace(made.panel, controls=CONTROLS, control_values=controls, events=EVENTS)
    base = base_design(panel, flexibility=Flexibility(2, 0.06), spacing=13)
    columns = len(base.columns)
    coefficients = 40.0 * chance.standard_normal((draws, 2, columns))
    coefficients[:, :, 0] += 800.0
    timing = np.where(np.array([f is not AdstockFamily.GEOMETRIC for f in FAMILIES]), 1.7, 1.0)
    drawn = replace(
        made.draws,
        base=coefficients,
        timing=timing * np.exp(0.05 * chance.standard_normal((draws, 5)) * (timing > 1.0)),
        retention=np.clip(made.draws.retention, 0.05, 0.9),
    )
    response = replace(
        made,
        panel=panel,
        priors=tuple(replace(p, adstock=f) for p, f in zip(made.priors, FAMILIES, strict=True)),
        base=base,
        autocorrelation=np.array([rho, 0.5 * rho]),
        draws=drawn,
    )
    return replace(response, reference=_one(response, 3))


def _one(response: Response, index: int):
    fields = response.draws.__dataclass_fields__
    return type(response.draws)(**{n: getattr(response.draws, n)[index : index + 1] for n in fields})


def past_of(response: Response, periods: int) -> Response:
    """Return the model as it would be with the first ``periods`` of its data alone."""
    panel = response.panel.window(0, periods)
    return replace(
        response, panel=panel, base=replace(response.base, values=response.base.values[:, :periods])
    )


def numpy_forecast(response: Response, exposure: np.ndarray, controls: np.ndarray) -> pd.DataFrame:
    """Return the means of a forecast, by formulas written out anew; ``exposure`` (unit, period, channel)."""
    panel, draws = response.panel, response.draws
    rows = []
    first = panel.dates[-1] + np.timedelta64(7, "D")
    dates = first + 7 * np.arange(exposure.shape[1])
    for u, unit in enumerate(panel.units):
        parts: dict[str, np.ndarray] = {}
        last_fit = np.zeros(len(draws))
        for c, channel in enumerate(panel.channels):
            series = np.concatenate([panel.exposure[u, :, c], exposure[u, :, c]])
            by_draw = np.stack([_media(response, series, u, c, d) for d in range(len(draws))])
            parts[channel.name] = by_draw[:, -len(dates) :]
            last_fit += by_draw[:, -len(dates) - 1]
        ahead = _base(response, u, dates, controls[u])
        now = _base(response, u, panel.dates[-1:], panel.control_values[u, -1:])
        last_fit += sum(each[:, 0] for each in now.values())
        slope = draws.base[:, u, 1 : 2 + len(response.base.knots)].sum(axis=1)
        growth = np.cumsum(0.98 ** np.arange(1, len(dates) + 1)) * 7.0 / 365.25
        ahead["trend"] = now["trend"] + slope[:, None] * growth
        parts |= ahead
        fading = response.autocorrelation[u] ** np.arange(1, len(dates) + 1)
        parts["residual"] = (panel.outcome[u, -1] - last_fit)[:, None] * fading
        parts["outcome"] = sum(parts.values())
        for name, values in parts.items():
            for day, mean in zip(dates, values.mean(axis=0), strict=True):
                rows.append((pd.Timestamp(day), unit, name, mean))
    return pd.DataFrame(rows, columns=["date", "unit", "component", "mean"])


def _media(response: Response, series: np.ndarray, u: int, c: int, d: int) -> np.ndarray:
    r, timing = response.draws.retention[d, c], response.draws.timing[d, c]
    x = series / response.exposure_scale[u, c]
    lags = np.arange(26.0)
    if response.priors[c].adstock is AdstockFamily.GEOMETRIC:
        a, state = np.empty(len(x)), 0.0
        for t, each in enumerate(x):
            state = r * state + (1.0 - r) * each
            a[t] = state
    else:
        delayed = response.priors[c].adstock is AdstockFamily.DELAYED
        weights = r ** ((lags - timing) ** 2 if delayed else lags**timing)
        a = np.convolve(x, weights / weights.sum())[: len(x)]
    k, s = response.draws.half_saturation[d, c], response.draws.shape[d, c]
    return response.draws.effect[d, u, c] * a**s / (a**s + k**s)


def _base(response: Response, u: int, dates: np.ndarray, controls: np.ndarray) -> dict[str, np.ndarray]:
    base, coefficients, panel = response.base, response.draws.base[:, u], response.panel
    knots = len(base.knots)
    time = (dates - panel.dates[0]).astype(float) / 7.0
    trend = [time] + [np.maximum(time - knot, 0.0) for knot in base.knots]
    angle = 2.0 * np.pi * (dates - np.datetime64("2000-01-01")).astype(float) / 365.25
    season = [wave(k * angle) for k in (1, 2) for wave in (np.sin, np.cos)]
    events = []
    for name in ("Fair", "Sale"):
        share = np.zeros(len(dates))
        for event in panel.events:
            if event.name == name and event.unit in (None, panel.units[u]):
                days = np.arange(np.datetime64(event.start), np.datetime64(event.end) + 1)
                share += np.array([np.sum((days >= day) & (days < day + 7)) for day in dates]) / 7.0
        events.append(share)
    moved = np.column_stack([np.log(controls[:, 0]), controls[:, 1:]])
    shown = (moved - base.control_center[u]) / base.control_scale[u]
    blocks = {
        "level": [np.ones(len(dates))],
        "trend": [each * 7.0 / 365.25 for each in trend],
        "season": season,
        "events": events,
        "controls": list(shown.T),
    }
    out, place = {}, 0
    for name, columns in blocks.items():
        out[name] = coefficients[:, place : place + len(columns)] @ np.stack(columns)
        place += len(columns)
    assert place == coefficients.shape[1]
    assert knots + 1 == len(trend)
    return out
