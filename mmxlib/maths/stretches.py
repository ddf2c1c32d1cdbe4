"""Odd stretches: one period or a few in a row that stray together from what remains of a series.

References
----------
Chen, Liu (1993), Joint Estimation of Model Parameters and Outlier Effects in Time Series, Journal of the
American Statistical Association 88(421): one after the other, each measured beside its neighbors once what
was found before is taken out.
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.robust import robust_sd

LONGER = 1.0
"""How much surer a stretch of several periods must be: many more of them could stray by chance."""

MOST = 0.1
"""The share of all periods that may be odd; where more stray, the rule is wrong and not the periods."""

CALM = 2.5
"""Robust sds to which values are drawn in before the memory of the noise is measured."""

LONGEST_MEMORY = 0.9
"""The highest lag-one correlation: beyond it the noise wanders, and a neighbor says all there is to say."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Periods from ``first`` to ``last`` that stray by ``size`` on average, with the signed score of all."""

    first: int
    last: int
    size: float
    score: float


@dataclass(frozen=True, slots=True)
class Stretches:
    """What is odd, in order of time, and each period's score, shape (period,), or that of its stretch."""

    found: tuple[Stretch, ...]
    score: Vector

    def periods(self) -> Array:
        """Return whether each period is in a stretch, shape (period,)."""
        inside = np.zeros(len(self.score), dtype=bool)
        for each in self.found:
            inside[each.first : each.last + 1] = True
        return inside


def odd_stretches(residual: Vector, judged: Array, *, threshold: float, longest: int) -> Stretches:
    """Return the stretches of up to ``longest`` periods whose scores exceed ``threshold``.

    Parameters
    ----------
    residual
        What trend, season and drivers leave over, shape (period,).
    judged
        Periods that may be odd, shape (period,); others (missing ones) neither tell nor are told of.
    threshold
        The score from which a single period is odd; `LONGER` more for several.
    longest
        The most periods of one stretch, at least one.

    Notes
    -----
    With AR(1) noise of correlation ``r``, the score of a stretch ``x`` (ones in it, else zeros) is
    ``x'Qe / sqrt(x'Qx)`` in robust sds, ``Q`` being the noise's inverse correlation: a single period is
    compared with what its two neighbors suggest, ``r / (1 + r**2)`` of their sum, and several are compared
    together, so that four periods of three sds each are as clear as one of six.
    """
    rest = np.where(judged, residual - _center(residual, judged), 0.0)
    memory = _memory(rest, judged)
    lengths = np.arange(1, max(1, min(longest, len(rest) // 4)) + 1)
    weight = _weights(len(rest), lengths, memory)
    spread = robust_sd(_single(rest, memory)[judged]) if judged.any() else 0.0
    if spread <= 1e-12 * max(1.0, float(np.abs(residual).max(initial=0.0))):
        return Stretches((), np.zeros_like(rest))
    asked = threshold + np.where(lengths > 1, LONGER, 0.0)[:, None]
    open_ = judged.copy()
    found: list[Stretch] = []
    room = int(MOST * len(rest))
    while room > 0:
        scores = _scores(rest, lengths, memory, weight, open_) / spread
        clear = np.where(np.abs(scores) > asked, np.abs(scores), 0.0)
        clear[lengths > room] = 0.0
        row, first = np.unravel_index(int(np.argmax(clear)), clear.shape)
        if clear[row, first] <= 0.0:
            break
        last = int(first + lengths[row] - 1)
        size = float(scores[row, first]) * spread / np.sqrt(weight[row, first])
        found.append(Stretch(int(first), last, size, float(scores[row, first])))
        rest[first : last + 1] -= size
        open_[first : last + 1] = False
        room -= int(lengths[row])
    score = np.where(judged, _single(rest, memory) / spread, 0.0)
    for each in found:
        score[each.first : each.last + 1] = each.score
    return Stretches(tuple(sorted(found, key=lambda each: each.first)), score)


def _center(residual: Vector, judged: Array) -> float:
    return float(np.median(residual[judged])) if judged.any() else 0.0


def _memory(rest: Vector, judged: Array) -> float:
    limit = CALM * robust_sd(rest[judged]) if judged.any() else 0.0
    calm = np.where(judged, np.clip(rest, -limit, limit), 0.0)
    total = float(calm @ calm)
    return float(np.clip(calm[1:] @ calm[:-1] / total, 0.0, LONGEST_MEMORY)) if total > 0.0 else 0.0


def _turned(rest: Vector, memory: float) -> Vector:
    """Return ``Q e`` for noise of unit innovations, shape (period,)."""
    turned: Vector = (1.0 + memory**2) * rest
    turned[0] -= memory**2 * rest[0]
    turned[-1] -= memory**2 * rest[-1]
    turned[1:] -= memory * rest[:-1]
    turned[:-1] -= memory * rest[1:]
    return turned


def _single(rest: Vector, memory: float) -> Vector:
    """Return each period's score before it is divided by the spread."""
    own = np.full(len(rest), 1.0 + memory**2)
    own[[0, -1]] = 1.0
    single: Vector = _turned(rest, memory) / np.sqrt(own)
    return single


def _weights(count: int, lengths: Array, memory: float) -> Matrix:
    """Return ``x'Qx`` of every stretch, shape (length, first period); infinite beyond the end."""
    first = np.arange(count)[None, :]
    size = lengths[:, None]
    ends = (first == 0).astype(np.float64) + (first + size == count)
    weight = size * (1.0 + memory**2) - 2.0 * memory * (size - 1) - memory**2 * ends
    return np.where(first + size <= count, weight, np.inf)


def _scores(rest: Vector, lengths: Array, memory: float, weight: Matrix, open_: Array) -> Matrix:
    """Return ``x'Qe / sqrt(x'Qx)``, shape (length, first period); zero where a period is not open."""
    count = len(rest)
    sums = np.concatenate([[0.0], np.cumsum(_turned(rest, memory))])
    closed = np.concatenate([[0], np.cumsum(~open_)])
    last = np.minimum(np.arange(count)[None, :] + lengths[:, None], count)
    whole = closed[last] == closed[:count]
    return np.where(whole & np.isfinite(weight), (sums[last] - sums[:count]) / np.sqrt(weight), 0.0)
