"""Which draw of an old model meets which draw of a new one that saw the same history and more."""

import numpy as np

from mmxlib.maths.arrays import Array, Indices, Vector

LEAST_PAIRS = 2000
"""So that the ends of an interval are known to a twentieth of its sd."""


def draw_pairs(old: Vector, new: Vector, agreement: float, *, rng: np.random.Generator) -> Indices:
    """Return indices of paired draws, old and new, shape (2, pair); each is used about equally often.

    Parameters
    ----------
    old, new
        What each draw of the two models says of the same thing, (draw,) each.
    agreement
        Correlation of the pairs' ranks by it, in [0, 1].
    rng
        The source of chance.

    Notes
    -----
    Two estimates of one thing, of which the second saw the data of the first and more, err together. If the
    second is efficient, their correlation is ``sqrt(variance of the second / variance of the first)`` (the
    first is the second plus an error that has nothing to do with it), about the root of the ratio of data.
    Draws paired at random would count the error that they share twice, though it cancels in a difference.

    References
    ----------
    Hausman (1978), Specification Tests in Econometrics, lemma 2.1.
    """
    count = max(len(old), len(new), LEAST_PAIRS)
    first, second = rng.standard_normal((2, count))
    scores = (first, agreement * first + np.sqrt(1.0 - agreement**2) * second)
    return np.stack([_at_ranks(values, score) for values, score in zip((old, new), scores, strict=True)])


def _at_ranks(values: Vector, scores: Vector) -> Indices:
    """Return for each score the draw that stands among ``values`` where the score does among its like."""
    rank: Array = np.argsort(np.argsort(scores, kind="stable"), kind="stable")
    order: Indices = np.argsort(values, kind="stable")
    chosen: Indices = order[rank * len(values) // len(scores)]
    return chosen
