"""Whether two groups of points are farther apart than chance would part one cloud.

References
----------
McLachlan (1987), On Bootstrapping the Likelihood Ratio Test Statistic for the Number of Components in a
Normal Mixture, Applied Statistics 36(3): the comparison with clouds that are cut in two in the same way.
"""

import numpy as np

from mmxlib.maths.arrays import Cube, Labels, Matrix, Vector
from mmxlib.maths.threads import single_threaded

ROUNDS = 12
"""Rounds of moving the cut of a random cloud; hardly any cut moves after eight."""

TIGHTEST = 0.1
"""The spread inside groups, in spreads of both together, below which being tighter counts no more."""


@single_threaded
def chance_of_split(points: Matrix, labels: Labels, *, sets: int, rng: np.random.Generator) -> float:
    """Return the largest share of random clouds that a cut parts as far as a group and its nearest are.

    Parameters
    ----------
    points
        Shape (point, feature).
    labels
        The group of each point, two groups at least.
    sets
        Random clouds for each pair of neighbors, one at least.

    Returns
    -------
    Over all groups and their nearest ones, between ``1 / (sets + 1)`` and 1.

    Notes
    -----
    How far two groups are apart is ``sum over features of ln(W1 / W2)``, ``W1`` being the sum of squares of
    both together and ``W2`` that inside them: no feature's scale matters, and one in which groups are tight
    tells the more. The clouds are normal, of as many points as both groups have, and with half the
    correlations of these: groups make features go together, so that the full correlations would hide them.
    """
    chances = []
    for first, second in _neighbors(points, labels):
        both = (labels == first) | (labels == second)
        chances.append(_chance(points[both], labels[both] == first, sets, rng))
    return max(chances)


def _neighbors(points: Matrix, labels: Labels) -> list[tuple[int, int]]:
    """Return each group with the group whose center is nearest, every pair once."""
    groups = int(labels.max()) + 1
    centers = np.stack([points[labels == group].mean(axis=0) for group in range(groups)])
    gaps = ((centers[:, None] - centers[None, :]) ** 2).sum(axis=-1)
    np.fill_diagonal(gaps, np.inf)
    nearest = gaps.argmin(axis=1)
    return sorted({(min(group, int(other)), max(group, int(other))) for group, other in enumerate(nearest)})


def _chance(points: Matrix, first: Matrix, sets: int, rng: np.random.Generator) -> float:
    varied = points.std(axis=0) > 1e-9
    if len(points) < 3 or not varied.any():
        return 1.0
    cloud = _scaled(points[None, :, varied])
    apart = float(_apart(cloud, first[None, :])[0])
    correlation = 0.5 * np.atleast_2d(np.corrcoef(cloud[0].T)) + 0.5 * np.eye(cloud.shape[2])
    root = np.linalg.cholesky(correlation)
    random = _cut(_scaled(rng.standard_normal((sets, *cloud.shape[1:])) @ root.T))
    return (1.0 + float((random >= apart).sum())) / (1.0 + sets)


def _scaled(clouds: Cube) -> Cube:
    centered = clouds - clouds.mean(axis=1, keepdims=True)
    scaled: Cube = centered / centered.std(axis=1, keepdims=True)
    return scaled


def _cut(clouds: Cube) -> Vector:
    """Return how far the best of three cuts in two parts each cloud, shape (cloud,).

    The cuts begin across the two longest directions and between a far point and the one farthest from it.
    """
    rows = np.arange(len(clouds))
    _, directions = np.linalg.eigh(np.einsum("spi,spj->sij", clouds, clouds))
    begun = [
        np.einsum("spi,si->sp", clouds, directions[:, :, -1 - each]) > 0.0
        for each in range(min(2, clouds.shape[2]))
    ]
    far = clouds[rows, (clouds**2).sum(axis=-1).argmax(axis=1)]
    gaps = ((clouds - far[:, None]) ** 2).sum(axis=-1)
    other = clouds[rows, gaps.argmax(axis=1)]
    begun.append(gaps < ((clouds - other[:, None]) ** 2).sum(axis=-1))
    widest: Vector = np.max([_apart(clouds, _settled(clouds, first)) for first in begun], axis=0)
    return widest


def _settled(clouds: Cube, first: Matrix) -> Matrix:
    """Return which points are in the first part once every point is in the part whose center is nearer."""
    for _ in range(ROUNDS):
        one, other = _centers(clouds, first)
        nearer = ((clouds - one) ** 2).sum(axis=-1) < ((clouds - other) ** 2).sum(axis=-1)
        if (nearer == first).all():
            break
        first = nearer
    return first


def _centers(clouds: Cube, first: Matrix) -> tuple[Cube, Cube]:
    """Return the centers of both parts; neither is empty: some point stays nearer to its own."""
    share = first.astype(np.float64)[:, :, None]
    one = (share * clouds).sum(axis=1, keepdims=True) / share.sum(axis=1, keepdims=True)
    rest = 1.0 - share
    other = (rest * clouds).sum(axis=1, keepdims=True) / rest.sum(axis=1, keepdims=True)
    return one, other


def _apart(clouds: Cube, first: Matrix) -> Vector:
    one, other = _centers(clouds, first)
    inside = ((clouds - np.where(first[:, :, None], one, other)) ** 2).sum(axis=1)
    whole = (clouds**2).sum(axis=1)
    least = clouds.shape[1] * TIGHTEST**2
    apart: Vector = np.log((whole + least) / (inside + least)).sum(axis=-1)
    return apart
