"""Groups of points: K-means, how well groups are apart, and whether they would come again.

References
----------
Rousseeuw (1987), Silhouettes: A Graphical Aid to the Interpretation and Validation of Cluster Analysis,
Journal of Computational and Applied Mathematics 20. Hubert, Arabie (1985), Comparing Partitions, Journal of
Classification 2: the adjusted Rand index. Friedman, Rubin (1967), On Some Invariant Criteria for Grouping
Data, Journal of the American Statistical Association 62(320): features weigh by how tight groups are in them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Labels, Matrix, Vector
from mmxlib.maths.threads import single_threaded

SEED_BOUND = 2**31 - 1

WEIGHINGS = 3
"""The most times that features are weighed anew by the groups found with them."""

TIGHTEST = 0.25
"""The spread inside groups, as a share of the whole, below which a feature weighs no more."""


@dataclass(frozen=True, slots=True)
class Partition:
    """Points in groups: ``labels`` (point,), ``centers`` (group, feature).

    ``inertia`` is the sum of squares that K-means reached, before features weighed by their groups;
    ``spread`` (feature,) is what distances to the centers are measured in since.
    """

    labels: Labels
    centers: Matrix
    inertia: float
    spread: Vector


@dataclass(frozen=True, slots=True)
class Candidate:
    """One number of groups: the partition, its mean silhouette and its stability (NaN: not judged)."""

    partition: Partition
    silhouette: float
    stability: float


def distinct(points: Matrix) -> int:
    """Return how many different points there are, up to rounding."""
    return len(np.unique(np.round(points, 9), axis=0))


def candidates(
    points: Matrix, counts: Sequence[int], *, restarts: int, resamples: int, rng: np.random.Generator
) -> tuple[Candidate, ...]:
    """Return a candidate for each number of groups in ``counts``; each needs as many distinct points.

    Groups are those of K-means, after which each feature weighs by how tight the groups are in it. Stability
    is the mean adjusted Rand index between the partition of all points and those that bootstrap
    resamples of the points give to all points; NaN for no resamples. Resamples are searched with a fifth of
    the restarts.

    Notes
    -----
    One thread: with several, scikit-learn adds partial sums in the order in which threads end, and the last
    digits would change from run to run.
    """
    return _candidates(_method(), points, counts, restarts, resamples, rng)


@single_threaded
def _candidates(
    method: type,
    points: Matrix,
    counts: Sequence[int],
    restarts: int,
    resamples: int,
    rng: np.random.Generator,
) -> tuple[Candidate, ...]:
    found = []
    for groups in counts:
        partition = _k_means(method, points, groups, restarts, rng)
        agreements = []
        for _ in range(resamples):
            resample = points[rng.integers(0, len(points), len(points))]
            if distinct(resample) >= groups:
                other = _k_means(method, resample, groups, max(1, restarts // 5), rng)
                agreements.append(adjusted_rand(partition.labels, nearest(points, other)))
        stability = float(np.mean(agreements)) if agreements else float("nan")
        found.append(Candidate(partition, silhouette(points, partition.labels), stability))
    return tuple(found)


def _method() -> type:
    """Return K-means; to be called before threads are limited, as a limit reaches loaded libraries alone."""
    from sklearn.cluster import KMeans

    method: type = KMeans
    return method


def _k_means(method: type, points: Matrix, groups: int, restarts: int, rng: np.random.Generator) -> Partition:
    """Return the best of ``restarts`` partitions, then settled with features weighed by their groups."""
    fit = method(n_clusters=groups, n_init=restarts, random_state=int(rng.integers(SEED_BOUND))).fit(points)
    labels, spread = fit.labels_.astype(np.int64), np.ones(points.shape[1])
    for _ in range(WEIGHINGS):
        spread = _spread_inside(points, labels)
        begun = _centers(points, labels) / spread
        again = method(n_clusters=groups, n_init=1, init=begun, random_state=0).fit(points / spread)
        if np.array_equal(again.labels_, labels) or len(np.unique(again.labels_)) < groups:
            break
        labels = again.labels_.astype(np.int64)
    return Partition(labels, _centers(points, labels), float(fit.inertia_), spread)


def _centers(points: Matrix, labels: Labels) -> Matrix:
    centers: Matrix = np.stack(
        [points[labels == group].mean(axis=0) for group in range(int(labels.max()) + 1)]
    )
    return centers


def _spread_inside(points: Matrix, labels: Labels) -> Vector:
    """Return each feature's standard deviation inside groups, no less than a share of the whole's."""
    centers = _centers(points, labels)
    inside = ((points - centers[labels]) ** 2).sum(axis=0) / max(1, len(points) - len(centers))
    spread = np.maximum(np.sqrt(inside), TIGHTEST * points.std(axis=0))
    return np.where(spread > 0.0, spread, 1.0)


def nearest(points: Matrix, partition: Partition) -> Labels:
    """Return the nearest center of each point, the first of equally near ones."""
    gaps = (points[:, None, :] - partition.centers[None, :, :]) / partition.spread
    labels: Labels = (gaps**2).sum(axis=-1).argmin(axis=1).astype(np.int64)
    return labels


def silhouette(points: Matrix, labels: Labels) -> float:
    """Return the mean silhouette, -1 to 1: how much nearer points are to their own group than to the next.

    A point alone in its group counts 0. At least two groups, none of them empty.
    """
    groups = int(labels.max()) + 1
    squares = (points**2).sum(axis=1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2.0 * points @ points.T, 0.0))
    np.fill_diagonal(distances, 0.0)
    member = (labels[:, None] == np.arange(groups)[None, :]).astype(np.float64)
    sizes = member.sum(axis=0)
    sums = distances @ member
    rows = np.arange(len(points))
    own_size = sizes[labels]
    own = sums[rows, labels] / np.maximum(own_size - 1.0, 1.0)
    others = sums / sizes
    others[rows, labels] = np.inf
    next_best = others.min(axis=1)
    widest = np.maximum(own, next_best)
    scores = np.where(own_size > 1.0, (next_best - own) / np.maximum(widest, 1e-300), 0.0)
    return float(scores.mean())


def adjusted_rand(first: Labels, second: Labels) -> float:
    """Return how far two partitions agree: 1 the same, about 0 by chance."""
    table = np.zeros((int(first.max()) + 1, int(second.max()) + 1))
    np.add.at(table, (first, second), 1.0)
    together = _pairs(table).sum()
    in_first, in_second = _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    expected = in_first * in_second / max(1.0, len(first) * (len(first) - 1) / 2.0)
    most = 0.5 * (in_first + in_second)
    return float((together - expected) / (most - expected)) if most != expected else 1.0


def _pairs(counts: Matrix) -> Matrix:
    pairs: Matrix = counts * (counts - 1.0) / 2.0
    return pairs


def principal_components(points: Matrix, count: int) -> tuple[Matrix, Vector]:
    """Return the points in their first ``count`` principal components, and the share of variance of each.

    Columns beyond the rank are zeros. Each component's largest loading is positive, so that pictures do not
    flip.
    """
    centered = points - points.mean(axis=0)
    _, singular, loadings = np.linalg.svd(centered, full_matrices=False)
    largest = np.abs(loadings).argmax(axis=1)
    signs = np.where(loadings[np.arange(len(loadings)), largest] < 0.0, -1.0, 1.0)
    total = float((singular**2).sum())
    taken = min(count, len(singular))
    components = np.zeros((len(points), count))
    shares = np.zeros(count)
    if total > 0.0:
        components[:, :taken] = centered @ (loadings[:taken] * signs[:taken, None]).T
        shares[:taken] = singular[:taken] ** 2 / total
    return components, shares
