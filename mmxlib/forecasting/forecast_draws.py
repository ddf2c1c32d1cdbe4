"""The outcome after the data's end, draw by draw: what is expected, and what chance may add."""

from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Draws, Response
from mmxlib.forecasting.continuation import check_future, expected_of, future_columns
from mmxlib.forecasting.other_bases import base_doubt
from mmxlib.forecasting.past_misses import past_misses
from mmxlib.maths.arrays import Cube, Matrix
from mmxlib.maths.threads import single_threaded
from mmxlib.model.decomposition import media_draws
from mmxlib.model.problem import whitened

LEAST_PATHS = 2000
"""Of chance: the ends of a 90 % interval are then known to a twentieth of the outcome's sd."""
MOST_NUMBERS = 4_000_000
"""Paths times units times periods that are held at once."""


@dataclass(frozen=True, eq=False)
class Shocks:
    """What chance adds to the future, (path, unit, period) each; path i goes with draw i modulo the draws.

    ``noise`` is the AR(1) noise of the periods to come. ``trend`` is all else that may come otherwise than
    expected: other bases that the data leave possible, future changes of the trend, and what made forecasts
    from earlier origins miss by more.
    """

    noise: Cube
    trend: Cube

    @property
    def total(self) -> Cube:
        """Their sum."""
        return self.noise + self.trend


def forecast_draws(
    response: Response, future: Panel, *, rng: np.random.Generator | None, rounds: int = 1
) -> Cube:
    """Return the outcome of the periods of ``future``, shape (draw, unit, period).

    Parameters
    ----------
    response
        The fitted model.
    future
        A panel of the same units, channels and controls, whose first period follows the data's last. Its
        exposure, events and controls are used; its outcome and spend are not.
    rng
        None leaves out all `Shocks`: what is expected of each draw.
    rounds
        With ``rng``: how often every draw meets chance; the first axis is then that much longer.

    Returns
    -------
    Base plus media, with the carryover of the data's own exposure, and the fading last residual; with ``rng``
    plus `shocks`.

    Raises
    ------
    UsageError
        If ``future`` does not follow the data, or differs in units, channels or controls.
    """
    check_future(response, future)
    columns = future_columns(response, future)
    units = range(len(future.units))
    each = [expected_of(response, future, u, columns=columns, draws=response.draws).outcome for u in units]
    expected: Cube = np.stack(each, axis=1)
    if rng is None:
        return expected
    chance = shocks(response, future, response.draws, rounds=rounds, rng=rng)
    return np.tile(expected, (rounds, 1, 1)) + chance.total


@single_threaded
def shocks(
    response: Response, future: Panel, draws: Draws, *, rounds: int, rng: np.random.Generator
) -> Shocks:
    """Return what chance adds in the periods of ``future``, ``rounds`` times for every draw.

    ``draws`` are some of the response's. The first round is the same (to rounding) for any number of rounds.

    Notes
    -----
    Units share noise and misses as far as their whitened residuals in the data correlate.
    """
    ahead, paths = len(future.dates), rounds * len(draws)
    noise_rng, step_rng, offset_rng, base_rng = rng.spawn(4)
    left = _without_media(response, draws)
    root = _shared_root(response, left)
    noise = np.tile(draws.noise_sd, (rounds, 1))[:, :, None] * _normals(root, (paths, ahead), noise_rng)
    for t in range(1, ahead):
        noise[:, :, t] += response.autocorrelation * noise[:, :, t - 1]
    misses = past_misses(response, left, ahead)
    steps = np.sqrt(misses.step) * _normals(root, (paths, ahead), step_rng)
    offset = np.sqrt(misses.offset) * _normals(root, (paths, 1), offset_rng)
    missed = (np.cumsum(steps, axis=2) + offset) * response.outcome_scale[:, None]
    return Shocks(noise, missed + base_doubt(response, future, draws, rounds=rounds, rng=base_rng))


def enough_rounds(response: Response, draws: int, ahead: int) -> int:
    """Return how often each of ``draws`` draws meets chance, so that an interval's ends are steady.

    Fewer where there are many units, whose numbers must be held.
    """
    most = MOST_NUMBERS // (len(response.panel.units) * ahead)
    return max(1, min(-(-LEAST_PATHS // draws), most // draws))


def _without_media(response: Response, draws: Draws) -> Matrix:
    """Return the data's outcome less the mean of media, (unit, period)."""
    units = range(len(response.panel.units))
    media = [media_draws(response, unit, draws).sum(axis=2).mean(axis=0) for unit in units]
    left: Matrix = response.panel.outcome - np.stack(media)
    return left


def _shared_root(response: Response, left: Matrix) -> Matrix:
    """Return the lower root of the correlation of units' whitened residuals, (unit, at most unit).

    ``left`` is the outcome without media.
    """
    rows = []
    for unit, columns in enumerate(response.base.values):
        residual = left[unit] - columns @ response.draws.base[:, unit].mean(axis=0)
        white = whitened(residual[:, None], float(response.autocorrelation[unit]))[:, 0]
        rows.append(white / max(float(np.sqrt(np.sum(white**2))), np.finfo(np.float64).tiny))
    upper = np.asarray(np.linalg.qr(np.stack(rows).T, mode="r"), dtype=np.float64)
    root: Matrix = (upper * np.where(np.diag(upper) < 0.0, -1.0, 1.0)[:, None]).T  # one sign everywhere
    return root


def _normals(root: Matrix, shape: tuple[int, int], rng: np.random.Generator) -> Cube:
    """Return standard normals, (path, unit, period), correlated between units as ``root`` says."""
    paths, ahead = shape
    normals: Cube = np.moveaxis(rng.standard_normal((paths, ahead, root.shape[1])) @ root.T, 2, 1)
    return normals
