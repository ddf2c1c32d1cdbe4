"""The exact split of the outcome into channels, parts of the base and residual, for every draw."""

import numpy as np

from mmxlib.artifacts.response import Draws, Response
from mmxlib.maths.arrays import Cube, Matrix
from mmxlib.maths.media import immediate_series, media_series
from mmxlib.model.curves import curves_of
from mmxlib.terms import Part


def unit_exposure(response: Response, unit: int) -> Matrix:
    """Return one unit's exposure over its scale, shape (period, channel)."""
    scaled: Matrix = response.panel.exposure[unit] / response.exposure_scale[unit]
    return np.ascontiguousarray(scaled)


def media_draws(response: Response, unit: int, draws: Draws | None = None) -> Cube:
    """Return contributions of one unit, shape (draw, period, channel), in units of outcome."""
    chosen = response.draws if draws is None else draws
    return media_series(
        unit_exposure(response, unit),
        curves_of(response.priors, chosen),
        np.ascontiguousarray(chosen.effect[:, unit]),
    )


def immediate_draws(response: Response, unit: int) -> Cube:
    """Return what each period's own exposure brings at once, shape (draw, period, channel).

    The rest of a contribution is carryover, so the two add up for every draw.
    """
    draws = response.draws
    return immediate_series(
        unit_exposure(response, unit),
        curves_of(response.priors, draws),
        np.ascontiguousarray(draws.effect[:, unit]),
    )


def base_draws(response: Response, unit: int, draws: Draws | None = None) -> Cube:
    """Return the base's parts of one unit, shape (draw, period, part), in the order of `base_parts`."""
    chosen = response.draws if draws is None else draws
    names = np.array(response.base.parts)
    columns = response.base.values[unit]
    parts = [
        chosen.base[:, unit][:, names == part] @ columns[:, names == part].T for part in base_parts(response)
    ]
    return np.stack(parts, axis=-1)


def base_parts(response: Response) -> tuple[Part, ...]:
    """Return the parts that the base has, in the order of `Part`."""
    return tuple(part for part in Part if part in response.base.parts)


def media_totals(response: Response, draws: Draws | None = None) -> Cube:
    """Return contributions summed over periods, shape (draw, unit, channel)."""
    units = range(len(response.panel.units))
    return np.stack([media_draws(response, unit, draws).sum(axis=1) for unit in units], axis=1)
