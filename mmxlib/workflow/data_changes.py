"""What differs between the data of two runs: periods, names, and how many values of what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.panel import Event, Panel
from mmxlib.budget.amounts import figure
from mmxlib.maths.arrays import Array, Matrix
from mmxlib.report.numbers import counted, day, listed

MOST_NAMES = 6


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two panels have differently, in words."""

    about: str
    before: str
    after: str


@dataclass(frozen=True, eq=False)
class _Shared:
    """Where the units and periods that both panels have lie in each."""

    before: Panel
    after: Panel
    rows: tuple[list[int], list[int]]
    columns: tuple[Array, Array]

    def blocks(self, before: Matrix, after: Matrix) -> tuple[Matrix, Matrix]:
        """Return what both panels hold of the units and periods that they share."""
        old = before[self.rows[0]][:, self.columns[0]]
        return old, after[self.rows[1]][:, self.columns[1]]


def data_differences(before: Panel, after: Panel) -> tuple[Difference, ...]:
    """Return what differs, first periods and names, then values among what both have."""
    shared = _shared(before, after)
    return (*_frame(before, after), *_values(shared), *_happenings(before, after), *_money(before, after))


def _shared(before: Panel, after: Panel) -> _Shared:
    units = [each for each in before.units if each in after.units]
    _dates, old, new = np.intersect1d(before.dates, after.dates, return_indices=True)
    rows = [before.units.index(each) for each in units], [after.units.index(each) for each in units]
    return _Shared(before, after, rows, (old, new))


def _frame(before: Panel, after: Panel) -> Iterator[Difference]:
    if not np.array_equal(before.dates, after.dates):
        yield Difference("periods", _window(before), _window(after))
    named = (
        (before.unit_word, before.units, after.units),
        ("channel", before.channel_names, after.channel_names),
        ("control", [each.name for each in before.controls], [each.name for each in after.controls]),
    )
    for what, old, new in named:
        if list(old) != list(new):
            yield Difference(f"{what} names", _only(old, new), _only(new, old))
    for channel in before.channels:
        other = next((each for each in after.channels if each.name == channel.name), channel)
        if other != channel:
            kinds = [
                ", ".join(
                    word
                    for word, said in (
                        ("paid" if each.paid else "without spend", True),
                        ("national", each.national),
                        ("with exposure of its own", each.has_exposure),
                    )
                    if said
                )
                for each in (channel, other)
            ]
            yield Difference(f"kind of {channel.name}", *kinds)


def _window(panel: Panel) -> str:
    return f"{len(panel.dates):,} from {day(panel.dates[0])} to {day(panel.dates[-1])}"


def _only(names: Sequence[str], others: Sequence[str]) -> str:
    """Return how many names there are, and which of them the others lack."""
    own = [each for each in names if each not in others]
    if not own:
        return f"{len(names)}, {'in another order' if set(names) == set(others) else 'no other'}"
    return f"{len(names)}, also {listed(own, MOST_NAMES)}"


def _values(shared: _Shared) -> Iterator[Difference]:
    before, after = shared.before, shared.after
    yield from _counted("outcome", *shared.blocks(before.outcome, after.outcome), added=True)
    if before.volume is not None and after.volume is not None:
        yield from _counted("units sold", *shared.blocks(before.volume, after.volume), added=True)
    elif (before.volume is None) != (after.volume is None):
        words = ["none" if each is None else "given" for each in (before.volume, after.volume)]
        yield Difference("units sold", *words)
    for old, channel in enumerate(before.channels):
        if channel.name in after.channel_names:
            new = after.channel_names.index(channel.name)
            for what, one, other in (
                ("spend", before.spend, after.spend),
                ("exposure", before.exposure, after.exposure),
            ):
                if what == "exposure" and not channel.has_exposure:
                    continue  # it is the spend
                blocks = shared.blocks(one[:, :, old], other[:, :, new])
                kept = slice(1) if channel.national else slice(None)  # one series, repeated in every unit
                yield from _counted(f"{what} of {channel.name}", *(each[kept] for each in blocks), added=True)
    names = [each.name for each in after.controls]
    for old, control in enumerate(before.controls):
        if control.name in names:
            new = names.index(control.name)
            blocks = shared.blocks(before.control_values[:, :, old], after.control_values[:, :, new])
            yield from _counted(f"control {control.name}", *blocks, added=False)


def _counted(what: str, before: Matrix, after: Matrix, *, added: bool) -> Iterator[Difference]:
    """Yield how many of the values that both have differ, with their sums (or means)."""
    other = int(np.sum(before != after))
    if other:
        word, of = ("sum", np.sum) if added else ("mean", np.mean)
        yield Difference(
            f"{what}, {other:,} of {counted(before.size, 'value')}",
            f"{word} {figure(float(of(before)))}",
            f"{word} {figure(float(of(after)))}",
        )


def _happenings(before: Panel, after: Panel) -> Iterator[Difference]:
    for what, old, new in (
        ("events", before.events, after.events),
        ("experiments", before.experiments, after.experiments),
    ):
        gone, come = [each for each in old if each not in new], [each for each in new if each not in old]
        if gone or come:
            yield Difference(what, _told(len(old), gone), _told(len(new), come))


def _told(count: int, own: Sequence[object]) -> str:
    names = [_named(each) for each in own]
    return f"{count:,}, of its own {listed(names, MOST_NAMES)}" if names else f"{count:,}"


def _named(happening: object) -> str:
    if isinstance(happening, Event):
        return f"{happening.name} of {day(happening.start)}"
    return f"one on {getattr(happening, 'channel', '')}"


def _money(before: Panel, after: Panel) -> Iterator[Difference]:
    told = (
        ("currency", before.currency or "not said", after.currency or "not said"),
        ("outcome counted in", before.outcome_kind.value, after.outcome_kind.value),
        ("worth of a unit", _worth(before), _worth(after)),
    )
    for about, old, new in told:
        if old != new:
            yield Difference(about, old, new)


def _worth(panel: Panel) -> str:
    return "not said" if panel.revenue_per_unit is None else str(panel.revenue_per_unit)
