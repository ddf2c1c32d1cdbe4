"""What is known to move a unit's outcome besides trend and season, as columns of a regression."""

from dataclasses import dataclass

import numpy as np

from mmxlib.agents.promotions import promotion_sizes
from mmxlib.artifacts.panel import Event, Panel
from mmxlib.maths.adstocks.geometric import adstock
from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.seasonality import filled
from mmxlib.terms import ControlKind

RETENTION = 0.4
"""The retention by which media are spread for a first look; the model estimates its own later."""


@dataclass(frozen=True, slots=True)
class Drivers:
    """Columns of one unit, each shape (period, column), constant ones left out.

    ``events`` is the share of each period that an event of a name covers; ``controls`` and ``media`` are
    centered, so that what they explain adds nothing to the level.
    """

    event_names: tuple[str, ...]
    events: Matrix
    control_names: tuple[str, ...]
    controls: Matrix
    media_names: tuple[str, ...]
    media: Matrix

    @property
    def centered(self) -> Matrix:
        """Controls and media side by side, shape (period, column)."""
        columns: Matrix = np.column_stack([self.controls, self.media])
        return columns

    @property
    def all(self) -> Matrix:
        """Events, controls and media side by side, shape (period, column)."""
        columns: Matrix = np.column_stack([self.events, self.controls, self.media])
        return columns


def drivers_of(panel: Panel, unit: int) -> Drivers:
    """Return the drivers of the unit with index ``unit``.

    Events of one name share a column. A price enters as its logarithm, other controls as they are; a
    channel's exposure is spread over later periods and bent by diminishing returns.
    """
    length = len(panel.dates)
    names = tuple(dict.fromkeys(event.name for event in panel.events if event_touches(panel, event, unit)))
    events = [
        np.clip(sum(panel.event_mask(event)[unit] for event in panel.events if event.name == name), 0.0, 1.0)
        for name in names
    ]
    controls = {
        control.name: control_column(panel, unit, index) for index, control in enumerate(panel.controls)
    }
    media = {
        channel.name: media_column(panel.exposure[unit, :, index])
        for index, channel in enumerate(panel.channels)
    }
    controls = {name: column for name, column in controls.items() if varied(column)}
    media = {name: column for name, column in media.items() if varied(column)}
    return Drivers(
        event_names=names,
        events=_stacked(events, length),
        control_names=tuple(controls),
        controls=_stacked([column - column.mean() for column in controls.values()], length),
        media_names=tuple(media),
        media=_stacked([column - column.mean() for column in media.values()], length),
    )


def event_touches(panel: Panel, event: Event, unit: int) -> bool:
    """Return whether the event falls in the data of the unit."""
    return bool(panel.event_mask(event)[unit].max(initial=0.0) > 0.0)


def control_column(panel: Panel, unit: int, control: int) -> Vector:
    """Return a control as it enters a regression: the logarithm of a price, any other as it is.

    A promotion whose sizes cannot be compared enters as whether it ran.
    """
    values = filled(panel.control_values[unit, :, control])
    if panel.controls[control].kind is ControlKind.PROMOTION:
        every = panel.control_values[:, :, control]
        sizes = promotion_sizes(every)
        return values if np.array_equal(sizes, np.nan_to_num(every)) else sizes[unit]
    if panel.controls[control].kind is ControlKind.PRICE and values.min() > 0.0:
        logs: Vector = np.log(values / np.median(values))
        return logs
    return values


def media_column(exposure: Vector, retention: float = RETENTION, half_saturation: float = 1.0) -> Vector:
    """Return exposure with carryover and diminishing returns: 0 without exposure, below 1.

    ``half_saturation`` is a multiple of mean active exposure.
    """
    active = exposure > 0.0
    if not active.any():
        return np.zeros_like(exposure)
    spread = adstock(np.ascontiguousarray(exposure), retention, 0.0)
    response: Vector = spread / (spread + half_saturation * exposure[active].mean())
    return response


def varied(column: Vector) -> bool:
    """Return whether a column varies at all, beyond rounding."""
    return bool(column.std() > 1e-9 * max(1e-12, float(np.abs(column).max(initial=0.0))))


def _stacked(columns: list[Vector], length: int) -> Matrix:
    return np.column_stack(columns) if columns else np.empty((length, 0))
