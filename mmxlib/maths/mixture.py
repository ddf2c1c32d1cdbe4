"""Mixtures of normal distributions: what draws with noise around each of them say together."""

import numpy as np

from mmxlib.maths.arrays import Matrix, Vector

STEPS = 60
"""More than bisection alone would need for `CLOSE`."""
CLOSE = 1e-12
"""A quantile is found once no step would move it by this share of the components' reach."""


def mixture_quantile(mean: Matrix, sd: Vector, share: float) -> Vector:
    """Return the quantile of a mixture of normals of equal weight at each point, shape (point,).

    Parameters
    ----------
    mean
        Of each component at each point, (component, point).
    sd
        Of each component at every point, (component,), each > 0.
    share
        Probability below the quantile, in (0, 1).

    Notes
    -----
    Solves ``mean_i Phi((q - mean_i) / sd_i) = share`` for q by Newton's steps; one that leaves the bracket is
    replaced by its middle. The bracket begins at the least and greatest of the components' own quantiles,
    between which that of the mixture must lie.
    """
    from scipy.special import ndtr, ndtri  # slow to load, and only predictions need them

    spread = sd[:, None]
    own = mean + spread * float(ndtri(share))
    low, high = own.min(axis=0), own.max(axis=0)
    close = CLOSE * np.maximum(high - low, np.abs(high) + np.abs(low))
    found: Vector = own.mean(axis=0)
    for _ in range(STEPS):
        scores = (found - mean) / spread
        excess = ndtr(scores).mean(axis=0) - share
        high = np.where(excess >= 0.0, found, high)
        low = np.where(excess <= 0.0, found, low)
        height = (np.exp(-0.5 * scores**2) / spread).mean(axis=0) / np.sqrt(2.0 * np.pi)
        step = excess / np.maximum(height, np.finfo(np.float64).tiny)
        inside = (found - step >= low) & (found - step <= high)
        moved = np.where(inside, found - step, 0.5 * (low + high))
        still = bool(np.all(np.abs(moved - found) <= close))
        found = moved
        if still:
            break
    return found
