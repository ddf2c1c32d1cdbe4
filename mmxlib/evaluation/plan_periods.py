"""The periods of a plan in newer data: whether the data follow those of the model, and what they hold."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mmxlib.artifacts.note import Note, percent
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.errors import DataError, Fault, UsageError
from mmxlib.maths.arrays import Array, Dates
from mmxlib.terms import Verdict

ROUNDING = 1e-6
"""The share of a series by which history may differ from what it was through rounding alone."""


@dataclass(frozen=True, eq=False)
class PlanPeriods:
    """Newer data in the order of the model's, and where the plan's periods lie in them.

    ``panel`` holds all data; ``history`` is the index of the model's first period in it and ``first`` that of
    the plan's first; ``periods`` of the plan are covered, of ``plan_periods``.
    """

    panel: Panel
    history: int
    first: int
    periods: int
    plan_periods: int
    notes: tuple[Note, ...]

    @property
    def last(self) -> int:
        """The index after the last covered period."""
        return self.first + self.periods

    @property
    def dates(self) -> Dates:
        """The first days of the covered periods."""
        return self.panel.dates[self.first : self.last]

    @property
    def carried(self) -> Panel:
        """The data from the model's first period to the last covered one."""
        return self.panel.window(self.history, self.last)


def check_plan(plan: BudgetPlan, known: Panel) -> None:
    """Refuse a plan that was not made on the data ``known``.

    Raises
    ------
    UsageError
        If it is not for the periods after them, or for other channels.
    """
    dates = np.unique(plan.table["date"].to_numpy(dtype="datetime64[D]"))
    step = np.timedelta64(known.period_days, "D")
    expected = known.dates[-1] + step * np.arange(1, len(dates) + 1)
    if not np.array_equal(dates, expected):
        raise UsageError(
            f"The plan is for {dates[0]} to {dates[-1]}, but the periods after the model's data begin on "
            f"{expected[0]}, every {known.period_days} days.",
            remedy="Give the model with which the plan was made.",
            code="MMX-M100",
        )
    paid = {channel.name for channel in known.channels if channel.paid}
    planned = set(plan.table["channel"])
    if planned != paid:
        raise UsageError(
            f"The plan is for {', '.join(sorted(planned))}, but the model's paid channels are "
            f"{', '.join(sorted(paid))}.",
            remedy="Give the model with which the plan was made.",
            code="MMX-M101",
        )


def plan_periods(planned: int, known: Panel, panel: Panel) -> PlanPeriods:
    """Return where the ``planned`` periods after the data ``known`` lie in ``panel``.

    Parameters
    ----------
    planned
        How many periods the plan has.
    known
        The data that the plan's model was fitted to.
    panel
        The same series, going on by one of the plan's periods at least.

    Raises
    ------
    DataError
        If ``panel`` does not go on from ``known``: other units, channels, controls or periods, history that
        is missing, or nothing new.
    """
    faults = [*_other_series(known, panel), *_other_periods(known, panel)]
    if faults:
        raise DataError.of(faults)
    ordered = _in_order_of(known, panel)
    history = int(np.searchsorted(panel.dates, known.dates[0]))
    first = history + len(known.dates)
    covered = min(len(panel.dates) - first, planned)
    notes = list(_revised(known, ordered.window(history, first)))
    if covered < planned:
        notes.append(
            Note(
                f"The data cover the first {covered} of the plan's {planned} periods; all figures are for "
                "these.",
                about="periods",
            )
        )
    return PlanPeriods(ordered, history, first, covered, planned, tuple(notes))


def _other_series(known: Panel, panel: Panel) -> Iterator[Fault]:
    """Yield what the panel has more or less of than the model's data, or of another kind."""
    for word, before, now in (
        (panel.unit_word, known.units, panel.units),
        ("channel", known.channel_names, panel.channel_names),
        ("control", tuple(c.name for c in known.controls), tuple(c.name for c in panel.controls)),
    ):
        gone, new = [name for name in before if name not in now], [name for name in now if name not in before]
        if gone or new:
            told = [f"lack the {word} {', '.join(gone)}"] if gone else []
            told += [f"have the {word} {', '.join(new)}, which the model does not know"] if new else []
            yield Fault(
                "MMX-M102",
                f"The new data {' and '.join(told)}.",
                f"Give the data with each {word} of the model's and no other, named as then.",
            )
    kinds = {channel.name: channel for channel in known.channels}
    for channel in panel.channels:
        if channel != kinds.get(channel.name, channel):
            yield Fault(
                "MMX-M103",
                f"{channel.name} is of another kind than in the model's data (paid, national or with its own "
                "exposure).",
                "Give its spend and exposure as in the model's data.",
                f"channel {channel.name}",
            )
    if panel.outcome_kind is not known.outcome_kind:
        yield Fault(
            "MMX-M104",
            f"The new data count {panel.outcome_kind}, the model {known.outcome_kind}.",
            "Give the outcome that the model explains.",
        )


def _other_periods(known: Panel, panel: Panel) -> Iterator[Fault]:
    """Yield why the panel's periods do not go on from those of the model's data."""
    if panel.period_days != known.period_days:
        yield Fault(
            "MMX-M105",
            f"The new data have periods of {panel.period_days} days, the model's of {known.period_days}.",
            "Give data of the same periods.",
        )
    elif not np.isin(known.dates, panel.dates).all():
        yield Fault(
            "MMX-M106",
            f"The new data run from {panel.dates[0]} to {panel.dates[-1]}, but the model's from "
            f"{known.dates[0]} to {known.dates[-1]}: some of its periods are not in them.",
            "Give the whole history, with periods that begin on the same days, and what came after it.",
        )
    elif panel.dates[-1] <= known.dates[-1]:
        yield Fault(
            "MMX-M107",
            f"The data end on {panel.dates[-1]}, as the model's do: none of the plan's periods has come.",
            "Give data that go on from there.",
        )


def _in_order_of(known: Panel, panel: Panel) -> Panel:
    """Return the panel with units, channels and controls in the order of ``known``."""
    names = [control.name for control in panel.controls]
    units: Array = np.array([panel.units.index(name) for name in known.units])
    channels = [panel.channel_names.index(name) for name in known.channel_names]
    controls = [names.index(control.name) for control in known.controls]
    return replace(
        panel,
        units=known.units,
        channels=known.channels,
        controls=known.controls,
        outcome=panel.outcome[units],
        spend=panel.spend[units][:, :, channels],
        exposure=panel.exposure[units][:, :, channels],
        control_values=panel.control_values[units][:, :, controls],
        volume=None if panel.volume is None else panel.volume[units],
    )


def _revised(known: Panel, again: Panel) -> Iterator[Note]:
    """Yield a doubt for each kind of series whose history is not what it was when the plan was made."""
    for word, before, now in (
        ("sales", known.outcome, again.outcome),
        ("spend", known.spend, again.spend),
        ("exposure", known.exposure, again.exposure),
        ("controls", known.control_values, again.control_values),
    ):
        changed, size = np.abs(now - before), float(np.abs(before).sum())
        if size > 0.0 and changed.sum() > ROUNDING * size:
            by_period = changed.sum(axis=tuple(axis for axis in range(changed.ndim) if axis != 1))
            worst = known.dates[int(by_period.argmax())]
            yield Note(
                f"The history of {word} was revised since the plan was made, by "
                f"{percent(float(changed.sum()) / size, 2)} in all and most on {worst}; what that did stands "
                "in the parts as if it had come in the plan's periods.",
                about=word,
                verdict=Verdict.WARN,
            )
