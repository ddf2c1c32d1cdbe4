"""From priors and draws to the curves that compiled loops work with."""

from collections.abc import Sequence

import numpy as np

from mmxlib.artifacts.baseline import ChannelPrior
from mmxlib.artifacts.response import Draws
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.arrays import Array, Indices
from mmxlib.maths.media import Curves
from mmxlib.maths.saturations.registry import SATURATIONS


def adstock_codes(priors: Sequence[ChannelPrior]) -> Indices:
    """Return the code of each channel's family of carryover, shape (channel,)."""
    return np.array([ADSTOCKS[prior.adstock].code for prior in priors], dtype=np.int64)


def saturation_codes(priors: Sequence[ChannelPrior]) -> Indices:
    """Return the code of each channel's family of diminishing returns, shape (channel,)."""
    return np.array([SATURATIONS[prior.saturation].code for prior in priors], dtype=np.int64)


def curves_of(priors: Sequence[ChannelPrior], draws: Draws, channels: Array | None = None) -> Curves:
    """Return the curves of the draws, of the channels with the given indices or of all."""
    chosen = np.arange(len(priors)) if channels is None else channels
    return Curves(
        adstock_codes(priors)[chosen],
        saturation_codes(priors)[chosen],
        np.ascontiguousarray(draws.retention[:, chosen]),
        np.ascontiguousarray(draws.timing[:, chosen]),
        np.ascontiguousarray(draws.half_saturation[:, chosen]),
        np.ascontiguousarray(draws.shape[:, chosen]),
    )
