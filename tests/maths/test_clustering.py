from collections.abc import Iterator, Sequence
from itertools import cycle, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

from mmxlib.maths import clustering
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
    rng = np.random.default_rng(seed)
    for other in (rng.permutation(one), rng.integers(0, 2, len(one))):
        assert adjusted_rand(one, other) == pytest.approx(adjusted_rand_score(one, other), abs=1e-12)


def test_one_point_is_grouped_alike_twice() -> None:
    assert adjusted_rand(np.array([0]), np.array([0])) == 1.0


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(4, 40), st.integers(2, 5), st.integers(0, 10_000), st.sampled_from([1e-3, 1.0, 1e3]))
def test_silhouette_agrees_with_scikit_learn(count: int, groups: int, seed: int, unit: float) -> None:
    rng = np.random.default_rng(seed)
    points = unit * rng.normal(size=(count, 3))
    chosen = np.unique(rng.integers(0, groups, count), return_inverse=True)[1].astype(np.int64)
    if 2 <= chosen.max() + 1 < count:
        assert silhouette(points, chosen) == pytest.approx(silhouette_score(points, chosen), abs=1e-9)


def test_groups_at_one_place_have_a_silhouette_of_zero() -> None:
    assert silhouette(np.ones((4, 2)), np.array([0, 0, 1, 1])) == 0.0


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


def test_the_nearest_center_is_measured_in_spreads_and_the_first_of_equals() -> None:
    partition = Partition(np.arange(2), np.array([[0.0, 0.0], [10.0, 1.0]]), 0.0, np.array([10.0, 1.0]))
    points = np.array([[4.0, 1.0], [4.0, 0.0], [5.0, 0.5]])
    np.testing.assert_array_equal(nearest(points, partition), [1, 0, 0])


def groups_of(points: Sequence[Sequence[float]], *, groups: int = 2) -> Partition:
    rng = np.random.default_rng(0)
    (only,) = candidates(np.array(points), [groups], restarts=10, resamples=0, rng=rng)
    return only.partition


def test_spread_is_the_sd_inside_groups_and_one_where_nothing_varies() -> None:
    """Two points less one group's center leave one degree of freedom: (0 - 2)^2 + (4 - 2)^2 = 8."""
    found = groups_of([[0.0, 5.0], [4.0, 5.0], [10.0, 5.0]])
    assert found.labels[0] == found.labels[1] != found.labels[2]
    np.testing.assert_allclose(np.sort(found.centers[:, 0]), [2.0, 10.0])
    np.testing.assert_allclose(found.spread, [np.sqrt(8.0), 1.0])
    assert found.inertia == pytest.approx(8.0)


def test_spread_is_a_mean_over_the_points_less_the_groups() -> None:
    """Twice 16 + 0 + 16 over six points less two groups is 16."""
    found = groups_of([[0.0], [4.0], [8.0], [20.0], [24.0], [28.0]])
    np.testing.assert_allclose(found.spread, [4.0])


def test_a_feature_in_which_groups_hardly_differ_inside_is_measured_in_a_quarter_of_its_sd() -> None:
    points = np.array([[0.0], [0.1], [10.0], [10.1], [20.0], [20.1]])
    assert groups_of(points, groups=3).spread[0] == pytest.approx(0.25 * points.std())


def test_as_many_groups_as_points_leave_each_alone() -> None:
    points = np.array([[0.0], [1.0], [5.0]])
    found = groups_of(points, groups=3)
    assert sorted(found.labels) == [0, 1, 2]
    assert found.inertia == 0.0
    assert found.spread[0] == pytest.approx(0.25 * points.std())


def test_resamples_without_enough_points_do_not_speak_of_stability() -> None:
    """Of two points, half of the resamples hold one alone; the other half gives the two groups again."""
    rng = np.random.default_rng(0)
    points = np.array([[0.0], [1.0]])
    (two,) = candidates(points, [2], restarts=1, resamples=12, rng=rng)
    assert two.stability == 1.0
    assert two.silhouette == 0.0


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


def test_points_that_a_billionth_sets_apart_are_two_and_those_nearer_are_one() -> None:
    assert distinct(np.array([[0.0], [2e-9]])) == 2
    assert distinct(np.array([[0.0], [2e-10]])) == 1


def test_components_keep_distances_and_order_by_variance() -> None:
    points = np.random.default_rng(2).normal(size=(20, 2)) * [1.0, 5.0]
    components, shares = principal_components(points, 2)
    np.testing.assert_allclose(
        np.linalg.norm(components[0] - components[1]), np.linalg.norm(points[0] - points[1])
    )
    np.testing.assert_allclose(shares, components.var(axis=0) / points.var(axis=0).sum())
    assert shares[0] > shares[1]
    assert shares.sum() == pytest.approx(1.0)


def test_a_components_largest_loading_is_positive() -> None:
    """Along a line: the feature that changes most rises with the component, whatever the line's way."""
    along = np.linspace(-0.01, 0.01, 9)
    for way in (*permutations((3.0, 1.0, -2.0)), *permutations((-3.0, 1.0, 2.0))):
        components, shares = principal_components(np.outer(along, way), 1)
        largest = way[int(np.argmax(np.abs(way)))]
        np.testing.assert_allclose(components[:, 0], np.sign(largest) * np.sqrt(14.0) * along, atol=1e-14)
        np.testing.assert_allclose(shares, [1.0])


def test_components_beyond_the_rank_and_those_of_equal_points_are_zero() -> None:
    points = np.random.default_rng(2).normal(size=(20, 1))
    components, shares = principal_components(points, 3)
    np.testing.assert_array_equal(components[:, 1:], 0.0)
    np.testing.assert_array_equal(shares, [1.0, 0.0, 0.0])
    components, shares = principal_components(np.ones((4, 2)), 2)
    np.testing.assert_array_equal(components, np.zeros((4, 2)))
    np.testing.assert_array_equal(shares, [0.0, 0.0])


def test_same_generator_gives_same_groups() -> None:
    points, _ = clouds(np.random.default_rng(3))
    one, other = (
        candidates(points, [3], restarts=10, resamples=5, rng=np.random.default_rng(9))[0] for _ in range(2)
    )
    np.testing.assert_array_equal(one.partition.labels, other.partition.labels)
    assert one.stability == other.stability


class ScriptedKMeans:
    """K-means as `candidates` calls it, that gives the labels it was told to, and keeps what it was asked."""

    asked: list[tuple[int, np.ndarray]]
    script: Iterator[Sequence[int]]
    inertia_ = 0.0

    def __init__(self, *, n_clusters: int, n_init: int, random_state: int, init: np.ndarray | None = None):
        self.restarts = n_init

    def fit(self, points: np.ndarray) -> "ScriptedKMeans":
        self.asked.append((self.restarts, points))
        self.labels_ = np.array(next(self.script))
        return self


def scripted(monkeypatch: pytest.MonkeyPatch, script: Iterator[Sequence[int]]) -> type[ScriptedKMeans]:
    monkeypatch.setattr(ScriptedKMeans, "asked", [], raising=False)
    monkeypatch.setattr(ScriptedKMeans, "script", script, raising=False)
    monkeypatch.setattr(clustering, "_method", lambda: ScriptedKMeans)
    return ScriptedKMeans


POINTS = np.array([[0.0], [1.0], [2.0], [3.0]])


def test_features_are_weighed_three_times_at_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    method = scripted(monkeypatch, cycle([[0, 0, 1, 1], [0, 1, 0, 1]]))
    (two,) = candidates(POINTS, [2], restarts=10, resamples=0, rng=np.random.default_rng(0))
    assert [restarts for restarts, _ in method.asked] == [10, 1, 1, 1]
    np.testing.assert_array_equal(two.partition.labels, [0, 1, 0, 1])


def test_a_weighing_that_loses_a_group_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, iter([[0, 0, 1, 1], [0, 0, 0, 0]]))
    (two,) = candidates(POINTS, [2], restarts=10, resamples=0, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(two.partition.labels, [0, 0, 1, 1])


@pytest.mark.parametrize(("restarts", "fifth"), [(25, 5), (4, 1)])
def test_resamples_hold_every_point_as_often_and_take_a_fifth_of_the_restarts(
    restarts: int, fifth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 1200 points drawn, a quarter each: within four sds of a fair draw's 15."""
    method = scripted(monkeypatch, cycle([[0, 0, 1, 1]]))
    candidates(POINTS, [2], restarts=restarts, resamples=300, rng=np.random.default_rng(0))
    searched = method.asked[2::2]  # each is followed by the weighing that changes nothing
    assert {restarts for restarts, _ in searched} == {fifth}
    counts = np.unique(np.stack([points for _, points in searched]), return_counts=True)[1]
    assert np.abs(counts / counts.sum() - 0.25).max() < 4.0 * 15.0 / 1200.0
