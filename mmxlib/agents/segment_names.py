"""Plain names of segments, by what sets them apart."""

from collections.abc import Sequence

import numpy as np

from mmxlib.agents.features import MEASURES, Feature
from mmxlib.maths.arrays import Vector

TELLING_SPREADS = 0.5
"""How far, in spreads of a feature, a segment lies from the average before it is named after it."""


def segment_names(centers: Sequence[Vector], features: Sequence[Feature]) -> list[str]:
    """Return a plain name for each segment, all different.

    The two traits by which a segment differs most from the average, size first where it tells; more traits
    until no two names are the same.
    """
    if len(centers) == 1:
        return ["All together"]
    ranked = [_traits(center - np.mean(centers, axis=0), features) for center in centers]
    taken = [2] * len(centers)
    while True:
        names = [", ".join(traits[:count]) or "Average" for traits, count in zip(ranked, taken, strict=True)]
        doubled = [name for name in names if names.count(name) > 1]
        longer = [
            count + 1 if name in doubled and count < len(traits) else count
            for name, traits, count in zip(names, ranked, taken, strict=True)
        ]
        if longer == taken:
            break
        taken = longer
    names = [name[0].upper() + name[1:] for name in names]
    return [
        f"{name} ({names[:index].count(name) + 1})" if names.count(name) > 1 else name
        for index, name in enumerate(names)
    ]


def _traits(center: Vector, features: Sequence[Feature]) -> list[str]:
    """Return the words for a segment's center, the most telling first, size in front of all."""
    order = np.argsort(-np.abs(center), kind="stable")
    telling = [int(index) for index in order if abs(center[index]) >= TELLING_SPREADS]
    telling.sort(key=lambda index: features[index] is not Feature.MEAN_SALES)
    return [
        MEASURES[features[index]].high if center[index] > 0.0 else MEASURES[features[index]].low
        for index in telling
    ]
