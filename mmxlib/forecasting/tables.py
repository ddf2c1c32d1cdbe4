"""Forecasts as tables: components with their intervals, by unit and period or added up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Draws, Response
from mmxlib.forecasting.continuation import expected_of, future_columns
from mmxlib.forecasting.forecast_draws import Shocks
from mmxlib.maths.arrays import Array, Cube, Dates, Matrix
from mmxlib.model.contribution_tables import RESIDUAL
from mmxlib.model.decomposition import base_parts
from mmxlib.model.returns import interval
from mmxlib.terms import Part

OUTCOME = "outcome"
"""The component that is the sum of all others."""
ALL_UNITS = "all"
"""The unit of rows that add units up."""


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How a forecast is shown: intervals' level, and whether rows are by unit and by period."""

    level: float
    by_unit: bool
    by_period: bool


@dataclass(frozen=True, eq=False)
class _Block:
    """One unit's forecast, or several units' added up.

    ``expected``: (draw, period, component) without the outcome. ``noise``, ``trend``: (path, period).
    """

    expected: Cube
    noise: Matrix
    trend: Matrix

    def added(self, other: "_Block") -> "_Block":
        """Return the sum of both."""
        return _Block(self.expected + other.expected, self.noise + other.noise, self.trend + other.trend)

    def in_total(self) -> "_Block":
        """Return the sum over periods, as one period."""
        parts = (self.expected, self.noise, self.trend)
        return _Block(*(part.sum(axis=1, keepdims=True) for part in parts))


def forecast_table(
    response: Response, future: Panel, draws: Draws, *, chance: Shocks | None, options: TableOptions
) -> pd.DataFrame:
    """Return the table of `mmxlib.forecast`.

    ``draws`` are some of the response's, or its reference; without ``chance`` there are no intervals.
    """
    components = [*response.panel.channel_names, *base_parts(response), RESIDUAL]
    dates = future.dates if options.by_period else future.dates[:1]
    blocks = _blocks(response, future, draws, chance, options)
    return pd.concat(
        [_frame(block, unit, dates, components, None if chance is None else options.level)
         for unit, block in blocks],
        ignore_index=True,
    )  # fmt: skip


def _blocks(
    response: Response, future: Panel, draws: Draws, chance: Shocks | None, options: TableOptions
) -> Iterator[tuple[str, _Block]]:
    """Yield name and forecast of every unit, or of all together; one unit at a time is held."""
    columns = future_columns(response, future)
    nothing = np.zeros((len(draws), len(future.dates)))
    whole: _Block | None = None
    for index, unit in enumerate(future.units):
        each = expected_of(response, future, index, columns=columns, draws=draws)
        parts = [each.media, each.base, each.residual[:, :, None]]
        block = _Block(
            np.concatenate(parts, axis=2),
            nothing if chance is None else chance.noise[:, index],
            nothing if chance is None else chance.trend[:, index],
        )
        if not options.by_period:
            block = block.in_total()
        if options.by_unit:
            yield unit, block
        else:
            whole = block if whole is None else whole.added(block)
    if whole is not None:
        yield ALL_UNITS, whole


def _frame(
    block: _Block, unit: str, dates: Dates, components: Sequence[str], level: float | None
) -> pd.DataFrame:
    """Return a row per period and component, the outcome last."""
    mean = block.expected.mean(axis=0)
    ends = np.full((2, *mean.shape), np.nan) if level is None else _ends(block, components, level)
    whole = np.full((2, len(dates)), np.nan)
    if level is not None:
        outcome = _paths(block.expected.sum(axis=2), block.noise + block.trend)
        whole = np.stack(interval(outcome, level)[1:])
    lower, upper = np.concatenate([ends, whole[:, :, None]], axis=2)
    names = [*components, OUTCOME]
    return pd.DataFrame(
        {
            "date": np.repeat(dates, len(names)),
            "unit": np.full(len(dates) * len(names), unit, dtype=object),
            "component": np.tile(np.array(names, dtype=object), len(dates)),
            "mean": np.concatenate([mean, mean.sum(axis=1, keepdims=True)], axis=1).ravel(),
            "lower": lower.ravel(),
            "upper": upper.ravel(),
        }
    )


def _ends(block: _Block, components: Sequence[str], level: float) -> Array:
    """Return both ends of the components' intervals, (2, period, component); chance enters its own part."""
    ends = np.stack(interval(block.expected, level)[1:])
    for name, chance in ((Part.TREND, block.trend), (RESIDUAL, block.noise)):
        if name in components:
            place = list(components).index(name)
            ends[:, :, place] = interval(_paths(block.expected[:, :, place], chance), level)[1:]
    return ends


def _paths(expected: Matrix, chance: Matrix) -> Matrix:
    """Return what is expected of each path's draw plus its chance, (path, period)."""
    paths: Matrix = np.tile(expected, (len(chance) // len(expected), 1)) + chance
    return paths
