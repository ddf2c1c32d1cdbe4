"""Sub-categories of planted kinds, apart or not, and how well the segmentation finds the kinds."""

from dataclasses import dataclass

import numpy as np

from mmxlib.agents.agent import Inputs
from mmxlib.agents.segmentation import Segmentation, SegmentationSettings
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.segments import Segments
from mmxlib.maths.arrays import Array, Matrix
from mmxlib.maths.clustering import adjusted_rand
from mmxlib.maths.seasonality import year_phase
from tests.agents.markets import panel_of, weeks

WITHIN = np.array([0.25, 0.12, 0.02, 0.02, 0.2])
"""How members of one kind differ (standard deviations): log sales, log price, growth, season, log noise."""

MIDDLE = np.array([np.log(1000.0), np.log(5.0), 0.02, 0.12, np.log(0.04)])
"""The same traits of a middling sub-category."""

REACH = np.array([2.0, 1.2, 0.12, 0.1, 0.6])
"""How far kinds may lie from the middle."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is planted: so many kinds of so many sub-categories, and what troubles them.

    ``apart`` is the least distance between two kinds in standard deviations of their members; ``uneven``
    gives one kind half of all; ``lonely`` makes one sub-category thirty times as large as its kind; ``holes``
    is the share of weeks missing.
    """

    name: str
    kinds: int
    count: int
    apart: float = 10.0
    uneven: bool = False
    lonely: bool = False
    holes: float = 0.0
    periods: int = 156


SEPARABLE = (
    Shape("2 kinds of 3", 2, 6),
    Shape("2 kinds of 10", 2, 20),
    Shape("3 kinds of 4", 3, 12),
    Shape("4 kinds of 4", 4, 16),
    Shape("4 kinds of 10", 4, 40),
    Shape("5 kinds of 12", 5, 60),
    Shape("4 kinds, one with half of 24", 4, 24, uneven=True),
    Shape("3 kinds of 5, a giant", 3, 15, lonely=True),
    Shape("3 kinds of 5, 15 % of weeks missing", 3, 15, holes=0.15),
    Shape("3 kinds of 5, 60 weeks", 3, 15, periods=60),
)

ALONE = (
    Shape("one kind of 4", 1, 4),
    Shape("one kind of 6", 1, 6),
    Shape("one kind of 12", 1, 12),
    Shape("one kind of 30", 1, 30),
    Shape("one kind of 60", 1, 60),
    Shape("one kind of 15, 15 % of weeks missing", 1, 15, holes=0.15),
)


def planted_segments(shape: Shape, seed: int) -> tuple[Panel, Array]:
    """Return a panel and each sub-category's kind."""
    rng = np.random.default_rng([seed, shape.kinds, shape.count])
    kinds = np.sort(np.arange(shape.count) % shape.kinds)
    if shape.uneven:
        rest = 1 + np.arange(shape.count - shape.count // 2) % (shape.kinds - 1)
        kinds = np.sort(np.concatenate([np.zeros(shape.count // 2, dtype=np.int64), rest]))
    traits = _centers(shape, rng)[kinds] + WITHIN * rng.normal(size=(shape.count, len(WITHIN)))
    if shape.lonely:
        traits[0, 0] += np.log(30.0)
    years = year_phase(weeks(shape.periods))
    level, price, noise = np.exp(traits[:, 0]), np.exp(traits[:, 1]), np.exp(traits[:, 4])
    growth = traits[:, 2:3] * (years - years.mean())
    season = np.abs(traits[:, 3:4]) * np.sin(2.0 * np.pi * (years - 0.1))
    outcome = level[:, None] * (
        1.0 + growth + season + noise[:, None] * rng.normal(size=(shape.count, shape.periods))
    )
    outcome = np.maximum(outcome, 0.0)
    outcome[rng.random(outcome.shape) < shape.holes] = np.nan
    prices = np.repeat(price[:, None], shape.periods, axis=1)
    return panel_of(outcome, price=prices, volume=outcome / prices), kinds


def _centers(shape: Shape, rng: np.random.Generator) -> Matrix:
    """Return the kinds' traits, any two of them ``apart``."""
    while True:
        centers: Matrix = MIDDLE + REACH * rng.uniform(-1.0, 1.0, (shape.kinds, len(REACH)))
        gaps = np.linalg.norm((centers[:, None] - centers[None, :]) / WITHIN, axis=-1)
        if (gaps + 1e9 * np.eye(shape.kinds) >= shape.apart).all():
            return centers


def segments_of(panel: Panel, seed: int = 0, **settings: object) -> Segments:
    agent = Segmentation(SegmentationSettings(resamples=0, **settings))
    return agent.run(Inputs({Panel: panel}), np.random.default_rng(seed))


def agreement(shape: Shape, seed: int) -> tuple[float, int]:
    """Return the adjusted Rand index between planted and found, without the giant, and the number found."""
    panel, kinds = planted_segments(shape, seed)
    segments = segments_of(panel, seed)
    found = np.unique(segments.features["segment"], return_inverse=True)[1]
    kept = slice(1, None) if shape.lonely else slice(None)
    return adjusted_rand(found[kept], kinds[kept]), len(segments.segments)
