"""The fit as the mean over draws: what the diagnostics and the guardrails look at."""

from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.response import Response
from mmxlib.maths.arrays import Cube, Matrix
from mmxlib.maths.residuals import innovations
from mmxlib.model.decomposition import base_draws, media_draws


@dataclass(frozen=True, eq=False)
class MeanFit:
    """The decomposition's mean over draws.

    ``actual``, ``base`` (all of the base's columns together) and ``innovations`` (residuals freed of AR(1)
    noise) have shape (unit, period); ``media`` (unit, period, channel).
    """

    actual: Matrix
    base: Matrix
    media: Cube
    innovations: Matrix

    @property
    def fitted(self) -> Matrix:
        """The outcome that the model gives, shape (unit, period)."""
        total: Matrix = self.base + self.media.sum(axis=2)
        return total


def mean_fit(response: Response) -> MeanFit:
    """Return the mean decomposition of ``response``; one unit's draws are held at a time."""
    panel = response.panel
    units = range(len(panel.units))
    base = np.stack([base_draws(response, unit).sum(axis=2).mean(axis=0) for unit in units])
    media = np.stack([media_draws(response, unit).mean(axis=0) for unit in units])
    residuals = panel.outcome - base - media.sum(axis=2)
    fresh = np.stack([innovations(residuals[unit], response.autocorrelation[unit]) for unit in units])
    return MeanFit(actual=panel.outcome, base=base, media=media, innovations=fresh)
