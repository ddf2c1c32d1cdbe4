import numpy as np

from mmxlib.maths.splits import chance_of_split


def halves(seed: int, apart: float, count: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """Return two clouds whose centers lie ``apart`` in one of three features, and whose is whose."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    points = rng.normal(size=(count, 3))
    points[:, 0] += apart * labels
    return points, labels


def best_cut(points: np.ndarray) -> np.ndarray:
    """Return the halves across the longest direction: what a search for groups finds in one cloud."""
    centered = (points - points.mean(axis=0)) / points.std(axis=0)
    _, _, directions = np.linalg.svd(centered, full_matrices=False)
    return (centered @ directions[0] > 0.0).astype(np.int64)


def chance(points: np.ndarray, labels: np.ndarray, sets: int = 200) -> float:
    return chance_of_split(points, labels, sets=sets, rng=np.random.default_rng(0))


def test_two_clouds_far_apart_are_beyond_chance() -> None:
    assert chance(*halves(0, 12.0)) == 1.0 / 201.0


def test_a_cloud_cut_in_two_is_hardly_ever_beyond_chance() -> None:
    rng = np.random.default_rng(1)
    clouds = [rng.normal(size=(14, 4)) for _ in range(100)]
    assert np.mean([chance(cloud, best_cut(cloud), sets=100) <= 0.02 for cloud in clouds]) <= 0.05


def test_the_farther_apart_the_smaller_the_chance() -> None:
    chances = [chance(*halves(2, apart)) for apart in (0.0, 4.0, 12.0)]
    assert chances[0] > chances[1] > chances[2]


def test_the_scale_of_a_feature_does_not_matter() -> None:
    points, labels = halves(3, 4.0)
    assert chance(points, labels) == chance(points * [1000.0, 1.0, 0.01], labels)


def test_the_pair_that_holds_least_decides() -> None:
    rng = np.random.default_rng(4)
    cloud = rng.normal(size=(16, 3))
    cut = best_cut(cloud)
    far = 50.0 + rng.normal(size=(8, 3))
    both = np.concatenate([cloud, far])
    assert chance(both, np.concatenate([cut, np.full(8, 2)])) > 0.05
    assert chance(both, np.concatenate([np.zeros(16, dtype=np.int64), np.ones(8, dtype=np.int64)])) < 0.02


def test_two_points_tell_nothing() -> None:
    assert chance(np.array([[0.0, 0.0], [9.0, 9.0]]), np.array([0, 1])) == 1.0
