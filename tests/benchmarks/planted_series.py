"""Weekly series with planted anomalies, level shifts and events, and what the trend scanner finds of them."""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from mmxlib.agents.impacts import Impact
from mmxlib.agents.scanning import Scan, ScanRules, scan
from mmxlib.agents.trend_scanner import TrendScannerSettings, scan_rules
from mmxlib.artifacts.panel import Event
from mmxlib.maths.arrays import Array, Vector
from mmxlib.maths.seasonality import strength, year_phase
from tests.agents.markets import day_of, panel_of, weeks

LEVEL = 1000.0
NOISE = 30.0
"""The standard deviation of the noise: 3 % of the level."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a series is made of besides what is planted.

    ``memory`` is the lag-one correlation of the noise, ``growth`` the yearly change of level (a share),
    ``wave`` the size of a slow swing of the trend and ``peak`` of a sharp peak of three weeks a year, both as
    shares of the level; ``events`` whether a yearly event runs.
    """

    name: str
    periods: int = 156
    memory: float = 0.0
    growth: float = 0.03
    wave: float = 0.0
    peak: float = 0.0
    events: bool = False


KINDS = (
    Kind("156 weeks"),
    Kind("156 weeks, noise remembers 0.3", memory=0.3),
    Kind("156 weeks, noise remembers 0.6", memory=0.6),
    Kind("156 weeks, growth 20 %, events", growth=0.2, events=True),
    Kind("156 weeks, a sharp peak a year", peak=0.3),
    Kind("156 weeks, a slow swing", wave=0.1),
    Kind("104 weeks", periods=104),
    Kind("260 weeks", periods=260),
    Kind("80 weeks", periods=80),
    Kind("60 weeks, noise remembers 0.3", periods=60, memory=0.3),
)


@dataclass(frozen=True, eq=False)
class Planted:
    """A series, shape (period,), its parts and its events; ``rng`` is what the plantings are drawn from."""

    series: Vector
    trend: Vector
    season: Vector
    noise: Vector
    events: tuple[Event, ...]
    rng: np.random.Generator


def rules(**settings: object) -> ScanRules:
    return scan_rules(TrendScannerSettings(**settings))


def remembering(memory: float, count: int, rng: np.random.Generator) -> Vector:
    """Return AR(1) noise of unit variance."""
    noise = rng.normal(size=count)
    for period in range(1, count):
        noise[period] = memory * noise[period - 1] + np.sqrt(1.0 - memory**2) * noise[period]
    return noise


def planted(kind: Kind, seed: int) -> Planted:
    rng = np.random.default_rng([seed, kind.periods])
    years = year_phase(weeks(kind.periods))
    elapsed = years - years[0]
    phase = rng.uniform(0.0, 1.0)
    season = rng.uniform(0.05, 0.2) * np.sin(2.0 * np.pi * (years - phase))
    season = season + 0.04 * np.cos(4.0 * np.pi * (years - phase))
    place = (np.arange(kind.periods) - int(rng.integers(52))) % 52
    season = season + kind.peak * np.isin(place, (0, 1, 2))
    trend = 1.0 + kind.growth * elapsed + kind.wave * np.sin(2.0 * np.pi * elapsed / 2.3 + phase)
    noise = NOISE * remembering(kind.memory, kind.periods, rng)
    events, lift = [], np.zeros(kind.periods)
    if kind.events:
        first = int(rng.integers(5, 45))
        for at in range(first, kind.periods, 52):
            events.append(Event("sale", day_of(at), day_of(at + 1) - timedelta(days=1)))
            lift[at] = 0.25
    return Planted(
        LEVEL * (trend + season + lift) + noise, LEVEL * trend, LEVEL * season, noise, tuple(events), rng
    )


def scanned(made: Planted, series: Vector, **settings: object) -> Scan:
    return scan(panel_of(series[None, :], events=made.events), 0, rules(**settings))


def anomaly_scores(
    kind: Kind, seed: int, size: float, *, run: int = 1, share: float = 0.025
) -> tuple[Vector, Array]:
    """Return the scores of a series and where anomalies of ``size`` noise sds were planted.

    ``run`` is how many weeks each lasts; about ``share`` of all weeks are odd.
    """
    made = planted(kind, seed)
    count = max(1, round(share * kind.periods / run))
    taken = {(each.start - day_of(0)).days // 7 for each in made.events}
    at = np.zeros(kind.periods, dtype=bool)
    series = made.series.copy()
    while at.sum() < count * run:
        first = int(made.rng.integers(0, kind.periods - run + 1))
        places = range(first, first + run)
        near = at[max(0, first - 2) : first + run + 2].any()
        if near or taken & set(places):
            continue
        at[first : first + run] = True
        series[first : first + run] += float(made.rng.choice([-1.0, 1.0])) * size * NOISE
    return scanned(made, series).score, at


def shifted(kind: Kind, seed: int, size: float) -> tuple[bool, int]:
    """Return whether the planted shift was found, to two weeks, and how many shifts were found in all.

    One lasting shift of ``size`` noise sds at a random place, at least twelve weeks from both ends.
    """
    made = planted(kind, seed)
    at = int(made.rng.integers(12, kind.periods - 12))
    step = float(made.rng.choice([-1.0, 1.0])) * size * NOISE
    found = scanned(made, made.series + step * (np.arange(kind.periods) >= at)).shifts
    return any(abs(each.period - at) <= 2 and each.size * step > 0.0 for each in found), len(found)


def lifted(kind: Kind, seed: int, *, length: int, times: int, lift: float = 5.0) -> list[Impact]:
    """Return what was found of an event of ``length`` weeks, each of which brings ``lift`` noise sds.

    It runs once, in the second year or later where there is one, or at the same time of ``times`` years.
    """
    made = planted(kind, seed)
    early = 60 if kind.periods > 80 else 8
    first = int(
        made.rng.integers(early, kind.periods - length - 4) if times == 1 else made.rng.integers(5, 44)
    )
    starts = [at for at in range(first, first + 52 * times, 52) if at + length <= kind.periods]
    series = made.series.copy()
    for at in starts:
        series[at : at + length] += lift * NOISE
    fairs = [Event("fair", day_of(at), day_of(at + length) - timedelta(days=1)) for at in starts]
    found = scanned(replace(made, events=(*made.events, *fairs)), series).impacts
    return [each for each in found if each.event.name == "fair"]


def strengths(kind: Kind, seed: int) -> tuple[float, float, float, float]:
    """Return the planted strength of season, the one found, and the same of the trend."""
    made = planted(kind, seed)
    parts = scanned(made, made.series).parts
    return (
        strength(made.season, made.noise),
        strength(parts.seasonal, parts.residual),
        strength(made.trend, made.noise),
        strength(parts.trend, parts.residual),
    )
