"""Whether chains that sample one distribution agree, and how many independent draws theirs are worth.

References
----------
Vehtari, Gelman, Simpson, Carpenter, Bürkner (2021), Rank-Normalization, Folding, and Localization: An
Improved R-hat for Assessing Convergence of MCMC, Bayesian Analysis 16(2).
Geyer (1992), Practical Markov Chain Monte Carlo, section 3.3.
"""

import numpy as np

from mmxlib.maths.arrays import Cube, Matrix, Vector

BLOM = 3.0 / 8.0
"""Offset of a rank before it becomes a normal score (Vehtari et al., eq. 14)."""


def rank_normalized_r_hat(chains: Matrix) -> float:
    """Return the rank-normalized split R-hat: 1 where chains agree, above 1 where they do not.

    Parameters
    ----------
    chains
        Draws of one number, (chain, draw), at least four of each chain.

    Notes
    -----
    The larger of two split R-hats (Vehtari et al., section 4): of the normal scores of the draws, which tells
    of location, and of those of their distances from the median, which tells of spread.
    """
    halves = _split(chains)
    folded = np.abs(halves - np.median(halves))
    return max(_r_hat(_normal_scores(halves)), _r_hat(_normal_scores(folded)))


def bulk_effective_draws(chains: Matrix) -> float:
    """Return the bulk effective sample size: as many independent draws would tell as much of the center.

    Parameters
    ----------
    chains
        Draws of one number, (chain, draw), at least four of each chain.

    Notes
    -----
    ``m n / tau`` for m half chains of n normal scores, ``tau = -1 + 2 sum_k P_k`` over Geyer's initial
    monotone sequence of paired autocorrelations, each ``rho_t = 1 - (W - mean of s_t) / V`` with the chains'
    lag-t autocovariances ``s_t``, within-chain variance W and pooled variance V (Vehtari et al., eq. 10-13).
    """
    scores = _normal_scores(_split(chains))
    count, length = scores.shape
    covariance = _autocovariance(scores).mean(axis=0)
    within = float(covariance[0]) * length / (length - 1.0)
    pooled = float(covariance[0]) + float(scores.mean(axis=1).var(ddof=1))
    if not pooled > 0.0:  # a constant
        return float(count * length)
    correlation = 1.0 - (within - covariance) / pooled
    correlation[0] = 1.0
    tau = max(_integrated_time(correlation), 1.0 / np.log10(count * length))
    return float(count * length / tau)


def _integrated_time(correlation: Vector) -> float:
    """Return ``-1 + 2 sum`` of the correlations up to where the pairs first fall below zero.

    ``correlation`` is (lag,). Beyond the last pair, one positive even lag still counts once.
    """
    whole = (len(correlation) - 1) // 2  # pairs that leave such a lag behind them
    pairs = correlation[: 2 * whole : 2] + correlation[1 : 2 * whole : 2]
    below = np.flatnonzero(pairs[1:] <= 0.0)
    last = int(below[0]) + 1 if len(below) else whole
    monotone = np.minimum.accumulate(pairs[:last])
    return float(-1.0 + 2.0 * monotone.sum() + max(float(correlation[2 * last]), 0.0))


def _split(chains: Matrix) -> Matrix:
    """Return each chain as two of half its length, the middle draw of an odd number left out."""
    half = chains.shape[1] // 2
    return np.concatenate([chains[:, :half], chains[:, chains.shape[1] - half :]])


def _normal_scores(values: Matrix) -> Matrix:
    from scipy.special import ndtri  # both slow to load, and only sampled models need them
    from scipy.stats import rankdata

    ranks = rankdata(values, method="average", axis=None).reshape(values.shape)
    scores: Matrix = ndtri((ranks - BLOM) / (values.size - 2.0 * BLOM + 1.0))
    return scores


def _r_hat(chains: Matrix) -> float:
    length = chains.shape[1]
    within = float(chains.var(axis=1, ddof=1).mean())
    if not within > 0.0:
        return 1.0
    between = float(chains.mean(axis=1).var(ddof=1))
    return float(np.sqrt((length - 1.0) / length + between / within))


def _autocovariance(chains: Matrix) -> Cube:
    """Return each chain's autocovariance by lag, (chain, lag), all sums over the chain's length."""
    length = chains.shape[1]
    centered = chains - chains.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centered, n=2 * length, axis=1)  # as long again in zeros: no wrapping around
    covariance: Matrix = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :length] / length
    return covariance
