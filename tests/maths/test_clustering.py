import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

from mmxlib.maths.clustering import (
    Partition,
    adjusted_rand,
    candidates,
    distinct,
    nearest,
    principal_components,
    silhouette,
)

labels = st.lists(st.integers(0, 4), min_size=6, max_size=40)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(labels, st.integers(0, 10_000))
def test_adjusted_rand_agrees_with_scikit_learn(first: list[int], seed: int) -> None:
    one = np.array(first)
    other = np.random.default_rng(seed).permutation(one)
    assert adjusted_rand(one, other) == pytest.approx(adjusted_rand_score(one, other), abs=1e-12)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(4, 40), st.integers(2, 5), st.integers(0, 10_000))
def test_silhouette_agrees_with_scikit_learn(count: int, groups: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(count, 3))
    chosen = np.unique(rng.integers(0, groups, count), return_inverse=True)[1].astype(np.int64)
    if 2 <= chosen.max() + 1 < count:
        assert silhouette(points, chosen) == pytest.approx(silhouette_score(points, chosen), abs=1e-9)


def clouds(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    truth = np.arange(30) % 3
    centers = np.array([[0.0, 0.0], [6.0, 0.0], [0.0, 6.0]])
    return centers[truth] + rng.normal(size=(30, 2)), truth


def test_three_clouds_are_found_and_come_again() -> None:
    rng = np.random.default_rng(0)
    points, truth = clouds(rng)
    tried = candidates(points, [2, 3, 4], restarts=10, resamples=10, rng=rng)
    best = max(tried, key=lambda each: each.silhouette)
    assert adjusted_rand(best.partition.labels, truth) == 1.0
    assert best.stability > 0.95


def test_without_resamples_stability_is_not_judged() -> None:
    rng = np.random.default_rng(0)
    (only,) = candidates(clouds(rng)[0], [3], restarts=10, resamples=0, rng=rng)
    assert np.isnan(only.stability)


def test_the_nearest_center_of_a_center_is_itself() -> None:
    centers = np.random.default_rng(1).normal(size=(5, 3))
    partition = Partition(np.arange(5), centers, 0.0, np.array([0.3, 1.0, 2.0]))
    np.testing.assert_array_equal(nearest(centers, partition), np.arange(5))


def test_a_feature_in_which_groups_are_tight_weighs_more() -> None:
    rng = np.random.default_rng(0)
    truth = np.arange(60) % 2
    tight = 2.0 * truth - 1.0 + 0.05 * rng.normal(size=60)
    points = np.column_stack([tight, 1.1 * rng.normal(size=(60, 3))])
    equal = KMeans(2, n_init=10, random_state=0).fit(points).labels_
    (two,) = candidates(points, [2], restarts=10, resamples=0, rng=rng)
    assert adjusted_rand(equal.astype(np.int64), truth) < 1.0
    assert adjusted_rand(two.partition.labels, truth) == 1.0
    assert two.partition.spread[0] < 0.5 * two.partition.spread[1]


def test_equal_points_count_once() -> None:
    assert distinct(np.array([[1.0, 2.0], [1.0, 2.0 + 1e-13], [1.0, 3.0]])) == 2


def test_components_keep_distances_and_order_by_variance() -> None:
    points = np.random.default_rng(2).normal(size=(20, 2)) * [5.0, 1.0]
    components, shares = principal_components(points, 2)
    np.testing.assert_allclose(
        np.linalg.norm(components[0] - components[1]), np.linalg.norm(points[0] - points[1])
    )
    assert shares[0] > shares[1]
    assert shares.sum() == pytest.approx(1.0)
    assert principal_components(points[:, :1], 2)[1][1] == 0.0


def test_same_generator_gives_same_groups() -> None:
    points, _ = clouds(np.random.default_rng(3))
    one, other = (
        candidates(points, [3], restarts=10, resamples=5, rng=np.random.default_rng(9))[0] for _ in range(2)
    )
    np.testing.assert_array_equal(one.partition.labels, other.partition.labels)
    assert one.stability == other.stability
