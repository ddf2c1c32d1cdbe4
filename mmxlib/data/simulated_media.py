"""Simulated channels: flighting, carryover, saturation, and spend that pays as planted."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from mmxlib.data.simulated_market import WEEKS_A_YEAR, numbered
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.arrays import Array, Cube, Matrix, Vector
from mmxlib.maths.media import Curves, media_series
from mmxlib.maths.saturations.registry import SATURATIONS
from mmxlib.terms import AdstockFamily, SaturationFamily

MEDIA_SHARE = (0.18, 0.26)
"""Share of sales that all paid media bring together."""

ROI = (0.8, 4.5)
"""Return on spend of a channel, drawn evenly on the log scale; sub-categories deviate from it."""

UNIT_SD = 0.12
"""Log standard deviation by which a sub-category's effect and spend deviate from its size's."""


class Flighting(StrEnum):
    """How a channel's spend runs over time."""

    ALWAYS_ON = "always_on"
    BURSTY = "bursty"
    PULSED = "pulsed"


@dataclass(frozen=True, slots=True)
class ChannelArchetype:
    """A kind of channel: how it runs and how long it carries over."""

    name: str
    flighting: Flighting
    retention: tuple[float, float]


CHANNEL_ARCHETYPES = (
    ChannelArchetype("tv", Flighting.BURSTY, (0.55, 0.7)),
    ChannelArchetype("search", Flighting.ALWAYS_ON, (0.05, 0.15)),
    ChannelArchetype("social", Flighting.ALWAYS_ON, (0.2, 0.35)),
    ChannelArchetype("video", Flighting.PULSED, (0.35, 0.5)),
    ChannelArchetype("radio", Flighting.PULSED, (0.25, 0.4)),
    ChannelArchetype("print", Flighting.BURSTY, (0.3, 0.45)),
    ChannelArchetype("display", Flighting.ALWAYS_ON, (0.1, 0.25)),
    ChannelArchetype("outdoor", Flighting.BURSTY, (0.45, 0.6)),
    ChannelArchetype("audio", Flighting.PULSED, (0.2, 0.35)),
    ChannelArchetype("affiliate", Flighting.ALWAYS_ON, (0.05, 0.2)),
    ChannelArchetype("cinema", Flighting.BURSTY, (0.4, 0.55)),
    ChannelArchetype("direct_mail", Flighting.PULSED, (0.3, 0.45)),
)

HALF_SATURATION = {
    SaturationFamily.HILL: (0.6, 1.8),
    SaturationFamily.EXPONENTIAL: (0.7, 2.0),
    SaturationFamily.LOGISTIC: (0.4, 1.2),
    SaturationFamily.NONE: (1.0, 1.0),
}
"""Range of the curve's scale, in multiples of mean active exposure."""

SHAPE = (0.9, 1.5)
"""Range of the curve's steepness, of families that have one."""

TIMING = {
    AdstockFamily.GEOMETRIC: (1.0, 1.0),
    AdstockFamily.DELAYED: (1.0, 3.0),
    AdstockFamily.WEIBULL: (0.5, 1.8),
}
"""Range of the carryover's timing: the peak's lag in weeks (delayed), the Weibull's shape (weibull)."""


@dataclass(frozen=True, eq=False)
class SimulatedMedia:
    """Spend and what it truly brings.

    ``retention``, ``timing``, ``half_saturation`` and ``shape`` have shape (channel,); ``effect`` and
    ``scale`` (mean active exposure) (unit, channel); ``spend`` (unit, period, channel), a national channel's
    series in every unit; ``contribution`` (unit, period, channel).
    """

    channels: tuple[str, ...]
    national: Array
    flighting: tuple[Flighting, ...]
    adstock: AdstockFamily
    family: SaturationFamily
    retention: Vector
    timing: Vector
    half_saturation: Vector
    shape: Vector
    effect: Matrix
    scale: Matrix
    spend: Cube
    contribution: Cube


def simulated_media(
    base_mean: Vector,
    periods: int,
    channels: int,
    *,
    national: Array,
    adstock: AdstockFamily,
    family: SaturationFamily,
    rng: np.random.Generator,
) -> SimulatedMedia:
    """Return channels whose contributions are a planted share of sales, at planted returns.

    ``base_mean`` is the mean weekly base of each unit; ``national`` says which channels are, (channel,).
    """
    units = len(base_mean)
    names = numbered(tuple(kind.name for kind in CHANNEL_ARCHETYPES), channels, "channel_")
    kinds = [CHANNEL_ARCHETYPES[index % len(CHANNEL_ARCHETYPES)] for index in range(channels)]
    retention = np.array([rng.uniform(*kind.retention) for kind in kinds])
    half_saturation = rng.uniform(*HALF_SATURATION[family], channels)
    shaped = not SATURATIONS[family].shape.held
    shape = rng.uniform(*SHAPE, channels) if shaped else np.ones(channels)
    patterns = np.stack(
        [_unit_patterns(kind.flighting, units, periods, rng) for kind in kinds], axis=-1
    )  # (unit, period, channel)
    patterns[:, :, national] = patterns[:1][:, :, national]
    share = float(rng.uniform(*MEDIA_SHARE))
    split = share * rng.dirichlet(np.full(channels, 5.0))
    roi = np.exp(rng.uniform(np.log(ROI[0]), np.log(ROI[1]), channels))
    sales = base_mean / (1.0 - share) * periods
    contribution = sales[:, None] * _around(units, channels, rng)
    contribution *= split * sales.sum() / contribution.sum(axis=0)
    cost = contribution * _around(units, channels, rng)
    cost *= contribution.sum(axis=0) / roi / cost.sum(axis=0)
    cost = np.where(national, cost.sum(axis=0), cost)
    spend = np.round(patterns * (cost / patterns.sum(axis=1))[:, None, :], 2)
    scale = _mean_active(spend)
    # geometric carryover has no timing to draw: its numbers are those of before there were others
    timed = not ADSTOCKS[adstock].timing.held
    timing = rng.uniform(*TIMING[adstock], channels) if timed else np.ones(channels)
    curves = Curves(
        np.full(channels, ADSTOCKS[adstock].code), np.full(channels, SATURATIONS[family].code),
        retention[None], timing[None], half_saturation[None], shape[None],
    )  # fmt: skip
    shares = np.stack(
        [media_series(spend[unit] / scale[unit], curves, np.ones((1, channels)))[0] for unit in range(units)]
    )
    effect = contribution / shares.sum(axis=1)
    return SimulatedMedia(
        channels=names,
        national=national,
        flighting=tuple(kind.flighting for kind in kinds),
        adstock=adstock,
        family=family,
        retention=retention,
        timing=timing,
        half_saturation=half_saturation,
        shape=shape,
        effect=effect,
        scale=scale,
        spend=spend,
        contribution=effect[:, None, :] * shares,
    )


def _around(units: int, channels: int, rng: np.random.Generator) -> Matrix:
    """Return factors around one by which units deviate, (unit, channel)."""
    factors: Matrix = np.exp(rng.normal(0.0, UNIT_SD, (units, channels)))
    return factors


def _mean_active(spend: Cube) -> Matrix:
    active = spend > 0.0
    scale: Matrix = spend.sum(axis=1) / np.maximum(active.sum(axis=1), 1)
    return scale


def _unit_patterns(flighting: Flighting, units: int, periods: int, rng: np.random.Generator) -> Matrix:
    """Return each unit's flighting, (unit, period): the campaign's, with weeks and flights of its own."""
    campaign = _campaign(flighting, periods, rng)
    own = np.exp(_slow(units, periods, sd=0.3, rng=rng))
    patterns = campaign * own
    for unit in range(1, units):
        skipped = rng.integers(0, max(1, periods - 4), size=max(1, periods // 40))
        for start in skipped:
            patterns[unit, start : start + 4] = 0.0
    return patterns


def _campaign(flighting: Flighting, periods: int, rng: np.random.Generator) -> Vector:
    """Return a channel's flighting: mean about one while it runs."""
    if flighting is Flighting.ALWAYS_ON:
        week = np.arange(periods)
        season = 0.15 * np.cos(2.0 * np.pi * (week - rng.uniform(0.0, WEEKS_A_YEAR)) / WEEKS_A_YEAR)
        level: Vector = np.exp(_slow(1, periods, sd=0.4, rng=rng)[0] + season)
        pause = int(rng.integers(periods // 4, max(periods // 4 + 1, 3 * periods // 4)))
        level[pause : pause + 3] = 0.0  # a pause teaches more than any number of ordinary weeks
        return level
    if flighting is Flighting.PULSED:
        level = np.full(periods, 0.25)
        start = int(rng.integers(0, 5))
        while start < periods:
            level[start : start + int(rng.integers(2, 4))] = rng.uniform(1.0, 2.4)
            start += int(rng.integers(5, 9))
        return level
    level = np.zeros(periods)
    start = int(rng.integers(0, 6))
    while start < periods:
        length = int(rng.integers(3, 7))
        level[start : start + length] = rng.uniform(0.5, 1.8)
        start += length + int(rng.integers(3, 9))
    return level


def _slow(series: int, periods: int, *, sd: float, rng: np.random.Generator) -> Matrix:
    """Return slowly moving deviations with standard deviation ``sd``, (series, period)."""
    keep = 0.7
    shocks = rng.normal(size=(series, periods)) * sd
    moved = np.empty_like(shocks)
    moved[:, 0] = shocks[:, 0]
    for period in range(1, periods):
        moved[:, period] = keep * moved[:, period - 1] + np.sqrt(1.0 - keep**2) * shocks[:, period]
    return moved
