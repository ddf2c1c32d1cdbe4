"""What changed since a date: a model's effects and levels, each free to be another from then on."""

from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.response import Response
from mmxlib.maths.arrays import Cube, Matrix
from mmxlib.model.decomposition import media_draws
from mmxlib.model.problem import whitened
from mmxlib.terms import Part

EFFECT_CHANGE_SD = 0.3
"""Prior sd of a change of a channel's effect from one plan to the next, as a share of the effect."""

LEVEL_STEP_SD = 0.1
"""Prior sd of a step of a unit's level, as a share of its mean outcome.

With both free, a halved effect was found in media and a lower level in the base on simulated markets. With
effects alone free, media took a third to a half of a fallen level; with neither, the base took a halved
effect.
"""


@dataclass(frozen=True, eq=False)
class Changed:
    """A model's draws with what changed from period ``first`` on.

    ``factor``: (draw, channel), each effect from then on over the effect before, >= 0, the same in all units.
    ``base``: (draw, unit, column), coefficients of ``columns``; ``columns``: (unit, period, column) from
    ``first`` on, those of the base's design and at last the step, which belongs to the level. ``parts``: the
    part of the base of every column.
    """

    factor: Matrix
    base: Cube
    columns: Cube
    parts: tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class _Unit:
    """One unit's normal equations; ``c`` stands for changes of effects, ``b`` for columns of the base.

    ``precision`` (b, b) and ``right`` (draw, b) are of the base, ``change_precision`` (draw, c, c) and
    ``change_right`` (draw, c) of the changes, ``cross`` (draw, b, c) between them; all are divided by the
    variance of the noise.
    """

    columns: Matrix
    precision: Matrix
    right: Matrix
    cross: Cube
    change_precision: Cube
    change_right: Matrix


@dataclass(frozen=True, eq=False)
class _OfChanges:
    """What one unit says of the changes, its base integrated out: (draw, c, c) and (draw, c)."""

    precision: Cube
    right: Matrix


def recent_changes(response: Response, first: int, *, rng: np.random.Generator) -> Changed:
    """Return the draws of ``response`` with effects and levels free to change at period ``first``.

    Parameters
    ----------
    response
        The model, fitted to all data as if nothing had changed.
    first
        The first period (>= 1, less than the number of periods) in which effects and levels may be others.
    rng
        The source of chance of the draws.

    Returns
    -------
    For each draw of the model's curves a draw of the base's coefficients, the steps and the factors.

    Notes
    -----
    Given a draw's curves, ``outcome = base + step + sum over channels of (1 + change) * media + noise``, with
    ``step`` and ``change`` zero before ``first``, is linear with Gaussian priors (`LEVEL_STEP_SD`,
    `EFFECT_CHANGE_SD`, the base's own) and AR(1) noise. Changes are drawn with the base integrated out, the
    base given the changes. A change below -1 is taken as -1: no channel lowers the outcome.
    """
    channels, count = len(response.panel.channels), len(response.draws)
    precision = np.repeat(np.eye(channels)[None] / EFFECT_CHANGE_SD**2, count, axis=0)
    right = np.zeros((count, channels))
    units = range(len(response.panel.units))
    for u in units:
        own = _of_changes(_equations(response, u, first))
        precision += own.precision
        right += own.right
    change = np.maximum(_gaussian(precision, right, rng), -1.0)
    base, columns = [], []
    for u in units:  # made anew, since those of a thousand units would fill the memory
        unit = _equations(response, u, first)
        base.append(_gaussian(unit.precision, unit.right - np.einsum("kbc,kc->kb", unit.cross, change), rng))
        columns.append(unit.columns[first:])
    return Changed(
        factor=1.0 + change,
        base=np.stack(base, axis=1),
        columns=np.stack(columns),
        parts=(*response.base.parts, Part.LEVEL),
    )


def _equations(response: Response, u: int, first: int) -> _Unit:
    rho = float(response.autocorrelation[u])
    variance = float((response.draws.noise_sd[:, u] ** 2).mean())
    step = (np.arange(len(response.panel.dates)) >= first).astype(np.float64)
    columns = np.column_stack([response.base.values[u], step])
    prior_sd = np.append(response.base.prior_sd, LEVEL_STEP_SD) * response.outcome_scale[u]
    media = media_draws(response, u)
    rest = response.panel.outcome[u][:, None] - media.sum(axis=2).T  # (period, draw)
    recent = np.moveaxis(media, 0, 1) * step[:, None, None]  # (period, draw, channel)
    white, white_rest = whitened(columns, rho), whitened(rest, rho)
    white_recent = whitened(recent.reshape(len(recent), -1), rho).reshape(recent.shape)
    return _Unit(
        columns=columns,
        precision=white.T @ white / variance + np.diag(prior_sd**-2.0),
        right=white_rest.T @ white / variance,
        cross=np.einsum("pb,pkc->kbc", white, white_recent) / variance,
        change_precision=np.einsum("pkc,pkd->kcd", white_recent, white_recent) / variance,
        change_right=np.einsum("pkc,pk->kc", white_recent, white_rest) / variance,
    )


def _of_changes(unit: _Unit) -> _OfChanges:
    explained = np.linalg.solve(unit.precision, unit.cross)
    return _OfChanges(
        unit.change_precision - np.einsum("kbc,kbd->kcd", unit.cross, explained),
        unit.change_right - np.einsum("kbc,kb->kc", explained, unit.right),
    )


def _gaussian(precision: Matrix | Cube, right: Matrix, rng: np.random.Generator) -> Matrix:
    """Return a draw of each Gaussian with that precision and ``precision @ mean = right``, (draw, size)."""
    root = np.linalg.cholesky(precision)
    mean = np.linalg.solve(precision, right[:, :, None])
    normal = rng.standard_normal((*right.shape, 1))
    normal -= normal.mean(axis=0)  # so that the mean over draws does not move with chance
    spread = np.linalg.solve(np.swapaxes(root, -1, -2), normal)
    drawn: Matrix = (mean + spread)[:, :, 0]
    return drawn
