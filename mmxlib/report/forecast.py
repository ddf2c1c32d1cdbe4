"""The forecast of a plan as reports show it: of all units together, and of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.maths.arrays import Array, Dates, Matrix, Vector
from mmxlib.report.columns import Column, Kind

WHOLE = "all"
"""The unit of the rows that add up all units, with ranges of their own."""

OUTCOME = "outcome"
"""The component that is the whole outcome."""


@dataclass(frozen=True, eq=False)
class UnitForecast:
    """What is expected of one unit, or of all together.

    ``mean``, ``lower``, ``upper``: the outcome, (period,). ``media``: (period, channel). ``base``: the
    outcome less media, (period,), so that the parts add up.
    """

    unit: str
    dates: Dates
    media: Matrix
    mean: Vector
    lower: Vector
    upper: Vector

    @property
    def base(self) -> Vector:
        """The outcome without media, (period,)."""
        base: Vector = self.mean - self.media.sum(axis=1)
        return base


@dataclass(frozen=True, eq=False)
class PlanForecast:
    """A plan's forecast over all units together, and of each unit where there are several."""

    channels: tuple[str, ...]
    whole: UnitForecast
    units: tuple[UnitForecast, ...]
    level: float


def plan_forecast(plan: BudgetPlan, channels: Sequence[str]) -> PlanForecast | None:
    """Return the forecast that a plan carries, split by ``channels``; None where it carries none."""
    table = plan.forecast
    if table.empty:
        return None
    at_unit, units = pd.factorize(table["unit"])
    at_date, dates = pd.factorize(table["date"], sort=True)
    at_component, components = pd.factorize(table["component"])
    names = [str(each) for each in components]
    if OUTCOME not in names:
        return None
    cube = np.zeros((3, len(units), len(dates), len(names)))
    for end, column in enumerate(("mean", "lower", "upper")):
        cube[end, at_unit, at_date, at_component] = table[column].to_numpy(np.float64)
    media = [name for name in channels if name in names and name != OUTCOME]
    places = np.array([names.index(name) for name in media], dtype=np.int64)
    days = np.asarray(dates, dtype="datetime64[D]")
    found = {
        str(unit): _of_unit(str(unit), days, cube[:, u], places, names.index(OUTCOME))
        for u, unit in enumerate(units)
    }
    apart = tuple(each for unit, each in found.items() if unit != WHOLE)
    whole = found.get(WHOLE) or (apart[0] if len(apart) == 1 else None)
    if whole is None:
        return None
    return PlanForecast(tuple(media), whole, apart if len(apart) > 1 else (), plan.level)


def _of_unit(unit: str, dates: Dates, cube: Array, media: Array, outcome: int) -> UnitForecast:
    mean, lower, upper = cube[:, :, outcome]
    return UnitForecast(unit, dates, cube[0][:, media], mean, lower, upper)


@dataclass(frozen=True, eq=False)
class ForecastTable:
    """A forecast as rows by period.

    Columns of ``frame``: date, base, those of ``described`` (media together, or a place of its own for each
    channel, whose names may clash with others), expected, expected_lower, expected_upper.
    """

    frame: pd.DataFrame
    described: Mapping[str, Column]


def forecast_table(forecast: UnitForecast, channels: Sequence[str], *, most: int) -> ForecastTable:
    """Return a forecast as a table; where there are more than ``most`` channels, they are added up."""
    frame = pd.DataFrame({"date": forecast.dates.astype("datetime64[s]"), "base": forecast.base})
    if len(channels) > most:
        described = {"media": Column("Media", "What all channels add to the base.", Kind.OUTCOME)}
        frame["media"] = forecast.media.sum(axis=1)
    else:
        described = {
            f"part {index}": Column(
                name, f"Expected from {name}, carryover of earlier spend included.", Kind.OUTCOME
            )
            for index, name in enumerate(channels)
        }
        frame = pd.concat([frame, pd.DataFrame(forecast.media, columns=list(described))], axis=1)
    frame["expected"], frame["expected_lower"] = forecast.mean, forecast.lower
    frame["expected_upper"] = forecast.upper
    return ForecastTable(frame, described)
