"""The table of outcome and drivers: unit by period, with media by channel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar

import numpy as np

from mmxlib.artifacts.codec import UNSTORED_WHEN_EMPTY
from mmxlib.artifacts.experiments import AnyExperiment, enlarged
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.repair import Repair
from mmxlib.artifacts.short_repr import short_repr
from mmxlib.maths.arrays import Array, Cube, Dates, Matrix, Vector
from mmxlib.terms import ControlKind, OutcomeKind


@dataclass(frozen=True, slots=True)
class Channel:
    """One way of spending on media.

    ``paid`` is false for organic media (exposure without spend); ``national`` says that one series serves
    every unit; ``has_exposure`` that exposure was given apart from spend.
    """

    name: str
    paid: bool = True
    national: bool = False
    has_exposure: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """A known driver that is not media."""

    name: str
    kind: ControlKind = ControlKind.OTHER


@dataclass(frozen=True, slots=True)
class Event:
    """Something known that happened, from ``start`` to ``end`` (both days included).

    ``name`` is what reports call it; ``unit`` None means everywhere.
    """

    name: str
    start: date
    end: date
    unit: str | None = None


@dataclass(frozen=True, eq=False)
class Panel:
    """Outcome and drivers of every unit in every period.

    ``dates`` are the first days of the periods, evenly spaced. ``outcome`` has shape (unit, period);
    ``spend`` and ``exposure`` (unit, period, channel); ``control_values`` (unit, period, control). A national
    channel repeats the one national series in every unit, and its spend counts once. ``volume`` holds units
    sold, or None. The price, where known, is the control of kind ``price``. ``outcome_kind`` units needs
    ``revenue_per_unit`` before anything is called ROI. ``experiments``, of either kind, calibrate the model.
    ``repairs`` tell what was read other than the input writes it. ``currency`` is the one that money is in
    (empty: not said), ``unit_word`` what people call a unit; ``channels``, ``controls`` and ``events``
    describe the axes.
    """

    __repr__ = short_repr

    from_frame: ClassVar[Callable[..., "Panel"]]
    """Makes a panel of a frame: see `mmxlib.data.frames.panel_from_frame`, which stands a floor above and
    binds itself here, since reading a frame needs the checks of the data room."""

    units: tuple[str, ...]
    dates: Dates
    channels: tuple[Channel, ...]
    controls: tuple[Control, ...]
    outcome: Matrix
    spend: Cube
    exposure: Cube
    control_values: Cube
    events: tuple[Event, ...] = ()
    experiments: tuple[AnyExperiment, ...] = ()
    volume: Matrix | None = None
    outcome_kind: OutcomeKind = OutcomeKind.MONEY
    revenue_per_unit: float | None = None
    currency: str = ""
    unit_word: str = "sub-category"
    notes: tuple[Note, ...] = field(default=())
    repairs: tuple[Repair, ...] = field(default=(), metadata=UNSTORED_WHEN_EMPTY)

    @property
    def channel_names(self) -> tuple[str, ...]:
        """The channels' names, in order."""
        return tuple(channel.name for channel in self.channels)

    @property
    def national(self) -> Array:
        """Whether each channel is national, shape (channel,)."""
        return np.array([channel.national for channel in self.channels], dtype=bool)

    @property
    def period_days(self) -> int:
        """The days from one period to the next."""
        return int((self.dates[1] - self.dates[0]) / np.timedelta64(1, "D")) if len(self.dates) > 1 else 7

    @property
    def money_per_outcome(self) -> float:
        """What one unit of outcome is worth in money.

        1 for money, ``revenue_per_unit`` for units (NaN if
        unknown).
        """
        if self.outcome_kind is OutcomeKind.MONEY:
            return 1.0
        return float("nan") if self.revenue_per_unit is None else self.revenue_per_unit

    def total_spend(self, first: int = 0, last: int | None = None) -> Vector:
        """Return each channel's spend over periods ``first`` to ``last`` (excluded), national once.

        Shape (channel,), in money; ``last`` None goes to the end.
        """
        by_unit = self.spend[:, first:last].sum(axis=1)
        total: Vector = np.where(self.national, by_unit[0], by_unit.sum(axis=0))
        return total

    def spend_by_period(self) -> Matrix:
        """Return each channel's spend per period, shape (period, channel), national counted once."""
        total: Matrix = np.where(self.national, self.spend[0], self.spend.sum(axis=0))
        return total

    def window(self, first: int, last: int) -> "Panel":
        """Return the panel of periods ``first`` to ``last`` (excluded).

        Events and experiments stay as they are.
        """
        return replace(
            self,
            dates=self.dates[first:last],
            outcome=self.outcome[:, first:last],
            spend=self.spend[:, first:last],
            exposure=self.exposure[:, first:last],
            control_values=self.control_values[:, first:last],
            volume=None if self.volume is None else self.volume[:, first:last],
        )

    def control(self, kind: ControlKind) -> Matrix | None:
        """Return the first control of ``kind``, shape (unit, period), or None."""
        for index, control in enumerate(self.controls):
            if control.kind is kind:
                return self.control_values[:, :, index]
        return None

    def event_mask(self, event: Event) -> Matrix:
        """Return the share of each period that ``event`` covers, in [0, 1], shape (unit, period)."""
        period = np.timedelta64(self.period_days, "D")
        first, after = np.datetime64(event.start, "D"), np.datetime64(event.end, "D") + np.timedelta64(1, "D")
        overlap = np.minimum(self.dates + period, after) - np.maximum(self.dates, first)
        share = np.clip(overlap / period, 0.0, 1.0)
        applies = np.array([event.unit in (None, unit) for unit in self.units], dtype=np.float64)
        return applies[:, None] * share[None, :]

    def grouped(
        self, group_of: Mapping[str, str], groups: tuple[str, ...], unit_word: str = "segment"
    ) -> "Panel":
        """Return the panel whose units are groups of this panel's units.

        Parameters
        ----------
        group_of
            The group of every unit.
        groups
            The groups' names, in the order of the new units.
        unit_word
            What a group is called in sentences.

        Notes
        -----
        Outcome, volume and media that are not national add up; prices are weighted by volume (by outcome
        without it), other controls by outcome. An event of one unit is kept for its group; its name gains
        the unit in brackets. An experiment in one unit stands for one in its whole group, which answered as
        the unit did: its amounts of spend and of outcome grow as the group's spend and outcome exceed the
        unit's.
        """
        members = [[i for i, unit in enumerate(self.units) if group_of[unit] == group] for group in groups]
        national = self.national

        def media(values: Cube) -> Cube:
            return np.stack(
                [np.where(national, values[rows[0]], values[rows].sum(axis=0)) for rows in members]
            )

        def added(values: Matrix) -> Matrix:
            return np.stack([values[rows].sum(axis=0) for rows in members])

        weights = self.outcome if self.volume is None else self.volume

        def averaged(rows: list[int]) -> Matrix:
            columns = []
            for index, control in enumerate(self.controls):
                weight = (weights if control.kind is ControlKind.PRICE else self.outcome)[rows]
                weight = np.where(weight.sum(axis=0) > 0.0, np.maximum(weight, 0.0), 1.0)
                columns.append(
                    (self.control_values[rows, :, index] * weight).sum(axis=0) / weight.sum(axis=0)
                )
            return np.stack(columns, axis=-1) if columns else np.empty((len(self.dates), 0))

        def moved_event(event: Event) -> Event:
            if event.unit is None:
                return event
            return Event(f"{event.name} ({event.unit})", event.start, event.end, group_of[event.unit])

        def moved_experiment(experiment: AnyExperiment) -> AnyExperiment:
            if experiment.unit is None:
                return experiment
            unit, group = self.units.index(experiment.unit), group_of[experiment.unit]
            rows = members[groups.index(group)]
            moved = replace(experiment, unit=group)
            return enlarged(
                moved,
                spend=self._spend_times(experiment.channel, rows, unit),
                outcome=_times(self.outcome, rows, unit),
            )

        return replace(
            self,
            units=groups,
            outcome=added(self.outcome),
            spend=media(self.spend),
            exposure=media(self.exposure),
            control_values=np.stack([averaged(rows) for rows in members]),
            events=tuple(moved_event(event) for event in self.events),
            experiments=tuple(moved_experiment(experiment) for experiment in self.experiments),
            volume=None if self.volume is None else added(self.volume),
            unit_word=unit_word,
        )

    def _spend_times(self, channel: str, rows: list[int], unit: int) -> float:
        """Return how many times a unit's spend (exposure where organic) several units have together."""
        index = self.channel_names.index(channel)
        if self.channels[index].national:
            return 1.0
        series = self.spend if self.channels[index].paid else self.exposure
        return _times(series[:, :, index], rows, unit)


def _times(values: Matrix, rows: list[int], unit: int) -> float:
    """Return the sum of several rows over that of one of them; 1 where that one has none."""
    own = float(values[unit].sum())
    return float(values[rows].sum()) / own if own > 0.0 else 1.0
