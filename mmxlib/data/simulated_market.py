"""Simulated sub-categories without their media: size, price, trend, season, events, promotions, accidents."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from mmxlib.artifacts.panel import Event
from mmxlib.maths.arrays import Array, Dates, Matrix, Vector

WEEKS_A_YEAR = 365.25 / 7.0
AUTOCORRELATION = 0.3
"""Lag-one correlation of the simulated noise."""

SUB_CATEGORIES = (
    "Shampoo", "Conditioner", "Soap", "Toothpaste", "Deodorant", "Shaving", "Sunscreen", "Perfume", "Make-up",
    "Skin Care", "Hair Color", "Hand Cream", "Shower Gel", "Mouthwash", "Lip Care", "Nail Care", "Baby Care",
    "Foot Care", "Body Lotion", "Hair Spray", "Face Masks", "Cotton Pads", "Bath Salts", "Wet Wipes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Archetype:
    """A kind of sub-category: the ranges from which its members are drawn.

    ``size`` is weekly sales, ``growth`` the change of sales per year and ``season`` the amplitude, both as
    shares of sales; ``season_week`` the week of the peak; ``noise`` multiplies the noise asked for.
    """

    name: str
    size: tuple[float, float]
    price: tuple[float, float]
    growth: tuple[float, float]
    season: tuple[float, float]
    season_week: int
    promotion_every: int
    noise: float


ARCHETYPES = (
    Archetype("big_stable", (180e3, 300e3), (3.0, 5.0), (0.0, 0.02), (0.02, 0.05), 48, 6, 0.8),
    Archetype("small_growing", (30e3, 50e3), (8.0, 11.0), (0.14, 0.22), (0.04, 0.08), 20, 13, 1.3),
    Archetype("seasonal_premium", (70e3, 110e3), (22.0, 30.0), (0.02, 0.05), (0.26, 0.34), 26, 17, 1.6),
    Archetype("declining_value", (40e3, 60e3), (1.2, 2.0), (-0.10, -0.06), (0.02, 0.05), 8, 4, 1.1),
)

EVENT_LIFTS = {"Black Friday": 0.32, "Christmas": 0.24, "Easter": 0.12, "Summer Sale": 0.16}
"""What a whole week of each event adds, as a share of the sub-category's level."""


@dataclass(frozen=True, eq=False)
class Market:
    """Sub-categories without media.

    ``parts`` holds each part of the base by name, (unit, period), in money; their sum is the base, without
    noise. ``noise_sd`` is the standard deviation of each unit's noise. ``price`` and ``promotion`` have shape
    (unit, period). ``event_lifts`` is the lift of a whole week by event and unit. ``anomalies`` and
    ``level_shifts`` are (unit, period, change of sales a week).
    """

    sub_categories: tuple[str, ...]
    segment_of: tuple[str, ...]
    level: Vector
    parts: dict[str, Matrix]
    noise_sd: Vector
    price: Matrix
    promotion: Matrix
    elasticity: Vector
    promotion_lift: Vector
    events: tuple[Event, ...]
    event_lifts: dict[str, Vector]
    anomalies: tuple[tuple[int, int, float], ...]
    level_shifts: tuple[tuple[int, int, float], ...]


def simulated_market(units: int, dates: Dates, noise: float, rng: np.random.Generator) -> Market:
    """Return ``units`` sub-categories of a few archetypes over the weeks ``dates``."""
    kinds = _kinds(units, rng)
    traits = [ARCHETYPES[kind] for kind in kinds]
    level = np.array([rng.uniform(*trait.size) for trait in traits])
    price = np.stack([_price(trait, len(dates), rng) for trait in traits])
    promotion = np.stack([_promotion(trait.promotion_every, len(dates), rng) for trait in traits])
    elasticity = rng.uniform(0.7, 1.6, units)
    promotion_lift = rng.uniform(0.18, 0.34, units)
    events = simulated_events(dates)
    event_lifts = {name: lift * np.exp(rng.normal(0.0, 0.2, units)) for name, lift in EVENT_LIFTS.items()}
    shares = {
        "trend": np.stack([_trend(trait, len(dates), rng) for trait in traits]),
        "season": np.stack([_season(trait, dates, rng) for trait in traits]),
        "events": sum(
            (event_lifts[event.name][:, None] * covered(event, dates) for event in events),
            start=np.zeros((units, len(dates))),
        ),
        "price": -elasticity[:, None] * np.log(price / np.median(price, axis=1, keepdims=True)),
        "promotion": promotion_lift[:, None] * promotion,
    }
    anomalies = _anomalies(level, len(dates), rng)
    level_shifts = _level_shifts(level, len(dates), rng)
    parts = {"level": np.repeat(level[:, None], len(dates), axis=1)}
    parts |= {name: level[:, None] * share for name, share in shares.items()}
    parts |= {"anomaly": np.zeros(price.shape), "level_shift": np.zeros(price.shape)}
    for unit, period, change in anomalies:
        parts["anomaly"][unit, period] += change
    for unit, period, change in level_shifts:
        parts["level_shift"][unit, period:] += change
    return Market(
        sub_categories=numbered(SUB_CATEGORIES, units, "Sub-category "),
        segment_of=tuple(trait.name for trait in traits),
        level=level,
        parts=parts,
        noise_sd=noise * level * np.array([trait.noise for trait in traits]),
        price=price,
        promotion=promotion,
        elasticity=elasticity,
        promotion_lift=promotion_lift,
        events=events,
        event_lifts=event_lifts,
        anomalies=anomalies,
        level_shifts=level_shifts,
    )


def simulated_events(dates: Dates) -> tuple[Event, ...]:
    """Return the yearly events that touch the weeks, in order of their start."""
    first, after = dates[0].item(), dates[-1].item() + timedelta(days=7)
    found = []
    for year in range(first.year, after.year + 1):
        fridays = [day for day in _days(date(year, 11, 22), 7) if day.weekday() == 3]
        black_friday = fridays[0] + timedelta(days=1)
        found += [
            Event("Easter", easter(year) - timedelta(days=6), easter(year)),
            Event("Summer Sale", date(year, 7, 1), date(year, 7, 14)),
            Event("Black Friday", black_friday - timedelta(days=4), black_friday + timedelta(days=2)),
            Event("Christmas", date(year, 12, 11), date(year, 12, 24)),
        ]
    return tuple(event for event in found if event.end >= first and event.start < after)


def covered(event: Event, dates: Dates) -> Vector:
    """Return the share of each week that the event covers."""
    start, after = np.datetime64(event.start), np.datetime64(event.end) + np.timedelta64(1, "D")
    overlap = np.minimum(dates + np.timedelta64(7, "D"), after) - np.maximum(dates, start)
    return np.clip(overlap / np.timedelta64(7, "D"), 0.0, 1.0)


def easter(year: int) -> date:
    """Return Easter Sunday of a year in the Gregorian calendar.

    References
    ----------
    Meeus (1991), Astronomical Algorithms, chapter 8.
    """
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    rest = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * rest) // 451
    month, day = divmod(h + rest - 7 * m + 114, 31)
    return date(year, month, day + 1)


def correlated_noise(sd: Vector, periods: int, rng: np.random.Generator) -> Matrix:
    """Return AR(1) noise with standard deviation ``sd`` of each unit, shape (unit, period)."""
    shocks = rng.normal(size=(len(sd), periods))
    noise = np.empty_like(shocks)
    noise[:, 0] = shocks[:, 0]
    spread = np.sqrt(1.0 - AUTOCORRELATION**2)
    for period in range(1, periods):
        noise[:, period] = AUTOCORRELATION * noise[:, period - 1] + spread * shocks[:, period]
    return sd[:, None] * noise


def numbered(known: tuple[str, ...], count: int, word: str) -> tuple[str, ...]:
    """Return ``count`` names: the known ones first, then ``word`` and a number."""
    more = (f"{word}{index + 1}" for index in range(len(known), count))
    return (*known[:count], *more)


def _kinds(units: int, rng: np.random.Generator) -> Array:
    """Return each unit's archetype; small panels have fewer archetypes, so that each has members."""
    count = min(units, len(ARCHETYPES), max(2, units // 3))
    return rng.permutation(np.arange(units) % count)


def _price(trait: Archetype, periods: int, rng: np.random.Generator) -> Vector:
    """Return the regular price: a step or two a year, and small changes of the mix."""
    steps = np.zeros(periods)
    for start in range(int(rng.integers(10, 30)), periods, 34):
        steps[start:] += rng.uniform(-0.05, 0.08)
    mix = rng.normal(0.0, 0.012, periods)
    price: Vector = np.round(rng.uniform(*trait.price) * np.exp(steps + mix), 2)
    return price


def _promotion(every: int, periods: int, rng: np.random.Generator) -> Vector:
    """Return the share of the range that is on promotion: about every ``every`` weeks, for a week or two."""
    share = np.zeros(periods)
    start = int(rng.integers(0, every))
    while start < periods:
        share[start : start + int(rng.integers(1, 3))] = round(float(rng.uniform(0.2, 0.8)), 2)
        start += max(3, every + int(rng.integers(-2, 3)))
    return share


def _trend(trait: Archetype, periods: int, rng: np.random.Generator) -> Vector:
    """Return the linear trend, zero in the middle of the data."""
    years = (np.arange(periods) - 0.5 * (periods - 1)) / WEEKS_A_YEAR
    return np.asarray(float(rng.uniform(*trait.growth)) * years)


def _season(trait: Archetype, dates: Dates, rng: np.random.Generator) -> Vector:
    """Return two yearly harmonics with the archetype's peak."""
    week = (dates - dates[0].astype("datetime64[Y]").astype("datetime64[D]")) / np.timedelta64(7, "D")
    phase = 2.0 * np.pi * (week - trait.season_week - rng.uniform(-1.5, 1.5)) / WEEKS_A_YEAR
    amplitude = float(rng.uniform(*trait.season))
    season: Vector = amplitude * (np.cos(phase) + 0.25 * np.cos(2.0 * phase))
    return season


def _anomalies(level: Vector, periods: int, rng: np.random.Generator) -> tuple[tuple[int, int, float], ...]:
    """Return a few weeks that went wrong or right, one for every four units, at least one."""
    found = []
    for _ in range(max(1, len(level) // 4)):
        unit, period = int(rng.integers(len(level))), int(rng.integers(8, max(9, periods - 8)))
        size = float(rng.choice([-0.45, -0.38, 0.45]))
        found.append((unit, period, round(size * float(level[unit]), 2)))
    return tuple(sorted(dict.fromkeys(found)))


def _level_shifts(
    level: Vector, periods: int, rng: np.random.Generator
) -> tuple[tuple[int, int, float], ...]:
    """Return one lasting change of one unit, in the later half of the data; none in less than a year."""
    if periods < 52:
        return ()
    unit, period = int(rng.integers(len(level))), int(rng.uniform(0.5, 0.75) * periods)
    return ((unit, period, round(float(rng.choice([-0.2, 0.2])) * float(level[unit]), 2)),)


def _days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=each) for each in range(count)]
