"""Markets of seven kinds with a known truth, made by plain NumPy that shares no code with the model.

    python -m tests.benchmarks markets --out FOLDER

writes each market as a folder ``<kind>-<seed>`` with ``data.csv`` (time, geo, x1 …, c1 …, y) and
``true_contributions.csv`` (time, geo, contribution_x1 …), the form of the public recovery benchmark, for
tools that run in an environment of their own.

A market is weekly sales of one or several regions: level, slowly bending trend, a yearly season of three
waves (two would be what most models assume), price, promotion, media and AR(1) noise of 2 to 6 % of sales.
Media bring 15 to 40 % of sales at returns between 0.5 and 8. Half of the channels are always on, half run in
bursts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

WEEKS = 365.25 / 7.0
LAGS = 26


@dataclass(frozen=True)
class Kind:
    """A kind of truth: ``curve`` and ``carryover`` name the functions below."""

    name: str
    words: str
    units: int = 1
    periods: int = 130
    channels: int = 4
    curve: str = "hill"
    carryover: str = "geometric"
    common: float = 0.0
    """Share of the log spend's variance that all channels have in common."""
    shift: bool = False
    """Whether sales change their level for good, by 8 to 20 %, somewhere in the middle."""


KINDS = (
    Kind("hill", "Hill curves"),
    Kind("logistic", "logistic curves", curve="logistic"),
    Kind("delayed", "delayed carryover", carryover="delayed"),
    Kind("collinear", "collinear channels", channels=5, periods=156, common=0.75),
    Kind("level_shift", "a level shift", shift=True),
    Kind("panel", "panel of five regions", units=5, periods=110, channels=5),
    Kind("short", "short series", periods=100, channels=5),
)


@dataclass(frozen=True, eq=False)
class Market:
    """``frame``: time, geo, x1 …, c1, c2, y; ``contributions``, ``spend``: (unit, period, channel)."""

    frame: pd.DataFrame
    contributions: np.ndarray
    spend: np.ndarray

    @property
    def channels(self) -> list[str]:
        return [f"x{c + 1}" for c in range(self.spend.shape[2])]


def market(kind: Kind, seed: int) -> Market:
    """Return the market of ``kind`` with the number ``seed``; the same arguments give the same numbers."""
    rng = np.random.default_rng([KINDS.index(kind), seed])
    spend = np.stack([_spend(kind, rng) for _ in range(kind.channels)], axis=-1)
    if kind.common > 0.0:
        spend = _with_common(spend, kind.common, rng)
    base = np.stack([_base(kind, rng) for _ in range(kind.units)])
    size = np.exp(rng.normal(0.0, 0.6, kind.units)) * 50_000.0
    price = np.exp(0.04 * rng.standard_normal((kind.units, kind.periods)))
    promotion = (rng.random((kind.units, kind.periods)) < 0.12) * rng.uniform(
        0.3, 1.0, (kind.units, kind.periods)
    )
    base = base - rng.uniform(0.6, 1.6) * np.log(price) + rng.uniform(0.08, 0.2) * promotion
    response = _response(kind, spend, rng)
    share = rng.uniform(0.15, 0.4)
    split = share * rng.dirichlet(np.full(kind.channels, 3.0))
    # every unit near the channel's common share, a little apart
    own = split * np.exp(rng.normal(0.0, 0.1, (kind.units, kind.channels)) * (kind.units > 1))
    level = base.mean(axis=1, keepdims=True) / (1.0 - share)
    media = response / response.mean(axis=1, keepdims=True) * (own * level)[:, None, :]
    explained = base + media.sum(axis=2)
    noise = _noise(explained, rng.uniform(0.02, 0.06), rng.uniform(0.0, 0.4), rng)
    sales = size[:, None] * np.maximum(explained + noise, 0.0)
    contributions = size[:, None, None] * media
    roi = np.exp(rng.uniform(np.log(0.5), np.log(8.0), kind.channels))
    cost = contributions.sum(axis=(0, 1)) / roi / spend.sum(axis=(0, 1))
    return Market(_frame(kind, spend * cost, sales, np.log(price), promotion), contributions, spend * cost)


def _spend(kind: Kind, rng: np.random.Generator) -> np.ndarray:
    """Return a channel's spend around one, (unit, period): always on or in bursts, by chance."""
    weeks = np.arange(kind.periods)
    if rng.random() < 0.5:
        season = rng.uniform(0.0, 0.4) * np.cos(2.0 * np.pi * (weeks / WEEKS - rng.random()))
        campaign = np.exp(
            season + _slow(kind.periods, 0.35, 0.8, rng) + 0.2 * rng.standard_normal(kind.periods)
        )
    else:
        campaign, start = np.zeros(kind.periods), int(rng.integers(0, 6))
        while start < kind.periods:
            length = int(rng.integers(2, 7))
            campaign[start : start + length] = rng.uniform(0.5, 2.0)
            start += length + int(rng.integers(2, 9))
    own = np.stack([np.exp(_slow(kind.periods, 0.3, 0.6, rng)) for _ in range(kind.units)])
    return campaign * (own if kind.units > 1 else np.ones_like(own))


def _with_common(spend: np.ndarray, common: float, rng: np.random.Generator) -> np.ndarray:
    """Return spend of which a common plan explains the share ``common`` of the log variance."""
    plan = _slow(spend.shape[1], 1.0, 0.8, rng)
    own = np.stack([_slow(spend.shape[1], 1.0, 0.6, rng) for _ in range(spend.shape[2])], axis=-1)
    mixed = np.sqrt(common) * plan[:, None] + np.sqrt(1.0 - common) * own
    return np.repeat(np.exp(0.5 * mixed)[None], len(spend), axis=0)


def _base(kind: Kind, rng: np.random.Generator) -> np.ndarray:
    weeks = np.arange(kind.periods)
    years = weeks / WEEKS
    trend = rng.uniform(-0.08, 0.12) * years + np.cumsum(_slow(kind.periods, 0.0015, 0.95, rng))
    season = sum(
        rng.uniform(0.2, 1.0) * amplitude * np.cos(2.0 * np.pi * k * (years - rng.random()))
        for k, amplitude in ((1, 0.15), (2, 0.06), (3, 0.03))
    )
    base = 1.0 + trend + season
    if kind.shift:
        at = int(rng.uniform(0.3, 0.7) * kind.periods)
        base[at:] += rng.choice([-1.0, 1.0]) * rng.uniform(0.08, 0.2)
    return np.asarray(base)


def _response(kind: Kind, spend: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    out = np.empty_like(spend)
    for c in range(kind.channels):
        weights = _weights(kind.carryover, rng)
        scale = spend[:, :, c].sum(axis=1) / np.maximum((spend[:, :, c] > 0.0).sum(axis=1), 1)
        curve = _curve(kind.curve, rng)
        for u in range(kind.units):
            adstocked = np.convolve(spend[u, :, c] / scale[u], weights)[: kind.periods]
            out[u, :, c] = curve(adstocked)
    return out


def _weights(carryover: str, rng: np.random.Generator):
    lags = np.arange(LAGS)
    keep = rng.uniform(0.05, 0.7)
    weights = keep ** (lags if carryover == "geometric" else (lags - rng.uniform(1.0, 3.0)) ** 2)
    return weights / weights.sum()


def _curve(curve: str, rng: np.random.Generator):
    if curve == "logistic":
        steepness = rng.uniform(0.5, 2.5)
        return lambda a: np.tanh(0.5 * steepness * a)
    half, shape = rng.uniform(0.5, 2.0), rng.uniform(0.8, 1.8)
    return lambda a: a**shape / (a**shape + half**shape)


def _slow(periods: int, sd: float, keep: float, rng: np.random.Generator) -> np.ndarray:
    out = np.empty(periods)
    state = rng.standard_normal()
    for t in range(periods):
        state = keep * state + np.sqrt(1.0 - keep**2) * rng.standard_normal()
        out[t] = sd * state
    return out


def _noise(explained: np.ndarray, share: float, rho: float, rng: np.random.Generator) -> np.ndarray:
    return np.stack([_slow(explained.shape[1], share * row.mean(), rho, rng) for row in explained])


def _frame(kind: Kind, spend, sales, price, promotion) -> pd.DataFrame:
    dates = pd.date_range("2022-01-03", periods=kind.periods, freq="7D").strftime("%Y-%m-%d")
    return pd.DataFrame(
        {
            "time": np.tile(dates, kind.units),
            "geo": np.repeat([f"geo_{chr(97 + u)}" for u in range(kind.units)], kind.periods),
            **{f"x{c + 1}": spend[:, :, c].ravel() for c in range(kind.channels)},
            "c1": price.ravel(),
            "c2": promotion.ravel(),
            "y": sales.ravel(),
        }
    )


def write(made: Market, folder: Path) -> None:
    """Write ``data.csv`` and ``true_contributions.csv`` of a market into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    made.frame.to_csv(folder / "data.csv", index=False)
    truth = made.frame[["time", "geo"]].copy()
    for c, name in enumerate(made.channels):
        truth[f"contribution_{name}"] = made.contributions[:, :, c].ravel()
    truth.to_csv(folder / "true_contributions.csv", index=False)


def folders(place: Path, seeds: Iterable[int], kinds: Iterable[Kind] = KINDS) -> list[Path]:
    """Write the markets of ``kinds`` and ``seeds``, a folder each, and return the folders."""
    found = []
    for kind in kinds:
        for seed in seeds:
            found.append(place / f"{kind.name}-{seed}")
            write(market(kind, seed), found[-1])
    return found
