"""The chance of a split against the same clouds cut one at a time."""

import math
from collections.abc import Iterable

import numpy as np
import pytest

from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.splits import chance_of_split

SETS = 40


def scaled(cloud: Matrix) -> Matrix:
    return np.column_stack([(each - each.mean()) / each.std() for each in cloud.T])


def apart(cloud: Matrix, first: Array) -> float:
    """Return ``sum over features of ln(W1 / W2)``, both with a hundredth of all squares added."""
    total = 0.0
    for feature in cloud.T:
        inside = sum(part @ part - part.sum() ** 2 / len(part) for part in (feature[first], feature[~first]))
        total += math.log((feature @ feature + 0.01 * len(feature)) / (inside + 0.01 * len(feature)))
    return total


def nearer(cloud: Matrix, one: Vector, other: Vector) -> Array:
    """Return which points are nearer to one point than to another."""
    return np.linalg.norm(cloud - one, axis=1) < np.linalg.norm(cloud - other, axis=1)


def farthest(cloud: Matrix, point: Vector) -> Vector:
    return cloud[np.linalg.norm(cloud - point, axis=1).argmax()]


def widest_cut(cloud: Matrix) -> float:
    """Return how far the best of three cuts parts a cloud, every point moved to the nearer center."""
    _, _, directions = np.linalg.svd(cloud)
    far = farthest(cloud, np.zeros(cloud.shape[1]))
    cuts = [cloud @ direction > 0.0 for direction in directions[:2]]
    cuts.append(nearer(cloud, far, farthest(cloud, far)))
    found = []
    for first in cuts:
        for _ in range(12):
            first = nearer(cloud, cloud[first].mean(axis=0), cloud[~first].mean(axis=0))
        found.append(apart(cloud, first))
    return max(found)


def chances(points: Matrix, parts: Iterable[Array], rng: np.random.Generator) -> list[float]:
    """Return for each first part how many of the random clouds can be cut as far apart."""
    cloud = scaled(points)
    halved = 0.5 * np.atleast_2d(np.corrcoef(points.T)) + 0.5 * np.eye(points.shape[1])
    noise = rng.standard_normal((SETS, *points.shape)) @ np.linalg.cholesky(halved).T
    cuts = [widest_cut(scaled(each)) for each in noise]
    return [(1 + sum(each >= apart(cloud, first) for each in cuts)) / (1 + SETS) for first in parts]


def found(points: Matrix, first: Array) -> float:
    labels = np.where(first, 0, 1)
    return chance_of_split(points, labels, sets=SETS, rng=np.random.default_rng(5))


@pytest.mark.parametrize(("count", "features"), [(3, 2), (5, 1), (8, 2), (8, 3), (12, 3), (12, 4), (20, 3)])
def test_as_many_clouds_are_cut_as_far_as_by_hand(count: int, features: int) -> None:
    """Of one cloud with features that go together, and of two that lie more or less apart."""
    rng = np.random.default_rng(count * features)
    side = np.where(np.arange(count) < 1 + count // 3, 1.0, -1.0)
    for gap in (0.0, 1.5):
        points = rng.normal(size=(count, features)) @ (np.eye(features) + 0.7) + gap * side[:, None]
        points = 3.0 + points * np.geomspace(0.01, 10.0, features)
        main = scaled(points) @ np.ones(features)
        # from the farthest point alone to half of them: cuts of all strengths between hardly any and the best
        parts = [main >= np.sort(main)[-size] for size in range(1, count // 2 + 1)] + [side > 0.0]
        by_hand = chances(points, parts, np.random.default_rng(5))
        assert [found(points, first) for first in parts] == by_hand


def test_a_feature_that_never_varies_tells_nothing() -> None:
    points = np.random.default_rng(3).normal(size=(9, 2))
    first = points[:, 0] > 0.0
    assert found(np.column_stack([points[:, 0], np.full(9, 0.1), points[:, 1]]), first) == found(
        points, first
    )
    assert found(np.full((9, 2), 0.1), first) == 1.0


@pytest.mark.parametrize("seed", range(6))
def test_of_all_neighbors_the_pair_least_apart_decides(seed: int) -> None:
    """Each group and the one whose center is nearest, in the order of their numbers."""
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1, 2, 3], [3, 5, 4, 6])
    points = rng.normal(size=(18, 2)) + 2.5 * rng.normal(size=(4, 2))[labels]
    centers = [points[labels == group].mean(axis=0) for group in range(4)]
    pairs = set()
    for group in range(4):
        others = [each for each in range(4) if each != group]
        nearest = min(others, key=lambda each: float(np.sum((centers[each] - centers[group]) ** 2)))
        pairs.add((min(group, nearest), max(group, nearest)))
    stream, by_hand = np.random.default_rng(5), []
    for one, other in sorted(pairs):
        both = (labels == one) | (labels == other)
        by_hand += chances(points[both], [labels[both] == one], stream)
    assert chance_of_split(points, labels, sets=SETS, rng=np.random.default_rng(5)) == max(by_hand)
