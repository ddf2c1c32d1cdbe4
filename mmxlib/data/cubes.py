"""From media records to spend and exposure by unit, week and channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mmxlib.artifacts.panel import Channel
from mmxlib.artifacts.repair import Repair
from mmxlib.data.calendar import Calendar, fits_calendar, tell_daily
from mmxlib.data.choices import MissingSpend
from mmxlib.data.columns import listed
from mmxlib.data.findings import Findings
from mmxlib.data.gaps import bridgeable
from mmxlib.data.media import Measure, MediaRecords
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.rows import DAY_SPAN, NATIONAL, UNKNOWN, WHOLE_WEEK, KeyedRows, repeated, summed, unit_index
from mmxlib.data.tables import Table
from mmxlib.maths.arrays import Array, Cube, Matrix, Vector


@dataclass(frozen=True, eq=False)
class MediaCubes:
    """Media of the panel; ``spend`` and ``exposure`` have shape (unit, period, channel)."""

    channels: tuple[Channel, ...]
    spend: Cube
    exposure: Cube


@dataclass(frozen=True, eq=False)
class _Source:
    """One table's rows on the panel's grid; ``share`` is the part of a week that one row covers."""

    rows: KeyedRows
    unit: Array
    day: Array
    inside: Array
    share: float


@dataclass(frozen=True, eq=False)
class _Grid:
    """What every series needs: the panel's units and weeks, the tables on them, and the list of findings."""

    units: Sequence[str]
    calendar: Calendar
    settings: DataSettings
    findings: Findings
    sources: Mapping[int, _Source]


@dataclass(frozen=True, eq=False)
class _Series:
    """One channel's values of one measure: (unit, period), or one row where it is national."""

    values: Matrix
    national: bool


def media_cubes(
    records: Sequence[MediaRecords],
    units: Sequence[str],
    calendar: Calendar,
    settings: DataSettings,
    findings: Findings,
) -> MediaCubes:
    """Return spend and exposure of every channel; gaps, repeats and strange units are faults.

    Channels come in the order of the settings, or sorted by name where the settings name none.
    """
    sources = _sources(records, units, calendar, findings)
    _check_units(sources, units, settings, findings)
    grid = _Grid(units, calendar, settings, findings, sources)
    _check_rows(records, grid)
    found = {record.channel for record in records}
    order = [name for name in settings.channels if name in found]
    order += sorted(found.difference(order))
    channels, spend, exposure = [], [], []
    for name in order:
        own = [record for record in records if record.channel == name]
        series = {
            measure: _series([record for record in own if record.measure is measure], grid)
            for measure in Measure
        }
        channel = _channel(name, series, units, settings, findings)
        if channel is not None:
            channels.append(channel)
            spend.append(_matrix(series[Measure.SPEND], len(units), calendar))
            exposed = series[Measure.EXPOSURE] if channel.has_exposure else series[Measure.SPEND]
            exposure.append(_matrix(exposed, len(units), calendar))
    empty = np.empty((len(units), calendar.periods, 0))
    return MediaCubes(
        tuple(channels),
        np.stack(spend, axis=-1) if spend else empty,
        np.stack(exposure, axis=-1) if exposure else empty,
    )


def _sources(
    records: Sequence[MediaRecords], units: Sequence[str], calendar: Calendar, findings: Findings
) -> Mapping[int, _Source]:
    """Return each table's place on the grid, by the identity of its rows."""
    sources: dict[int, _Source] = {}
    for record in records:
        rows = record.source
        if id(rows) in sources:
            continue
        daily = fits_calendar(rows.days, calendar, findings, rows.table.place())
        day = (rows.days - calendar.first).astype(np.int64)
        known = ~np.isnat(rows.days) & (daily is not None)  # on another weekday, no row has a place
        inside = known & (day >= 0) & (day < 7 * calendar.periods)
        if daily:
            tell_daily(rows.table.file, rows.table.sheet, len(rows.table), calendar, findings)
        sources[id(rows)] = _Source(rows, unit_index(rows, units), day, inside, 1.0 / 7.0 if daily else 1.0)
        outside = int(np.sum(known & ~inside))
        if outside:
            findings.review(
                f"{outside:,} of the {len(day):,} rows of media in {rows.table.place()} lie outside the "
                f"weeks of sales ({calendar.dates[0]} to {calendar.dates[-1]}) and were left out.",
                about=rows.table.file,
            )
    return sources


def _check_units(
    sources: Mapping[int, _Source], units: Sequence[str], settings: DataSettings, findings: Findings
) -> None:
    """Add faults for sub-categories of media that sales lack, and the reverse."""
    for source in sources.values():
        strange = source.unit == UNKNOWN
        if source.rows.units is not None and np.any(strange):
            lacking = sorted(set(source.rows.units[strange]))
            row = int(np.argmax(strange))
            findings.reject(
                "MMX-D035",
                f"Media name what sales do not have: {listed(lacking)}. Sales have {listed(units)}.",
                remedy="Write the names alike in both, or leave these rows out.",
                place=source.rows.table.place(row),
            )
    by_unit = [source for source in sources.values() if np.any(source.unit >= 0)]
    served = {int(index) for source in by_unit for index in np.unique(source.unit[source.unit >= 0])}
    absent = [unit for index, unit in enumerate(units) if index not in served]
    if by_unit and absent and settings.missing_spend is MissingSpend.ERROR:
        findings.reject(
            "MMX-D036",
            f"These have sales but no media: {listed(absent)}.",
            remedy="Add their rows (0 where nothing ran), or set data.missing_spend: zero in global.yaml.",
            place=", ".join(dict.fromkeys(source.rows.table.file for source in by_unit)),
        )


def _check_rows(records: Sequence[MediaRecords], grid: _Grid) -> None:
    """Add faults for repeated and missing rows: once per wide table, once per channel of a long one.

    The rows of a file with sales are checked with the sales; a week that is bridged there has no media.
    """
    series: dict[tuple[str, Measure], list[MediaRecords]] = {}
    for record in records:
        series.setdefault((record.channel, record.measure), []).append(record)
    groups = {
        (group[0].channel if group[0].long else "", tuple(id(record.source) for record in group)): group
        for group in series.values()
    }
    for (label, _), group in groups.items():
        rows = _rows(group, grid)
        if not _beside_sales(group):
            _check_repeats(label, group, rows, grid.findings)
        _check_gaps(label, group, rows, grid)


def _beside_sales(group: Sequence[MediaRecords]) -> bool:
    return all(record.source.table.role is FileRole.SALES for record in group)


@dataclass(frozen=True, eq=False)
class _Rows:
    """The rows of several records in one list; ``used`` says which lie on the grid."""

    unit: Array
    day: Array
    share: Vector
    used: Array


def _rows(records: Sequence[MediaRecords], grid: _Grid) -> _Rows:
    pairs = [(grid.sources[id(record.source)], record.rows) for record in records]
    unit = np.concatenate([source.unit[rows] for source, rows in pairs])
    return _Rows(
        unit=unit,
        day=np.concatenate([source.day[rows] for source, rows in pairs]),
        share=np.concatenate([np.full(len(rows), source.share) for source, rows in pairs]),
        used=np.concatenate([source.inside[rows] for source, rows in pairs]) & (unit != UNKNOWN),
    )


def _series(records: Sequence[MediaRecords], grid: _Grid) -> _Series | None:
    """Return one channel's values of one measure, or None where the data do not have it."""
    if not records:
        return None
    rows = _rows(records, grid)
    unit, shape = rows.unit[rows.used], (len(grid.units), grid.calendar.periods)
    national = bool(np.all(unit == NATIONAL))
    if not national and np.any(unit == NATIONAL):
        grid.findings.reject(
            "MMX-D038",
            f"{records[0].channel} has rows with a sub-category and rows without.",
            remedy="Give a channel's spend either by sub-category or nationally.",
            place=records[0].source.table.place(),
        )
        return _Series(np.zeros(shape), False)
    values = np.concatenate([record.values for record in records])[rows.used]
    if national:
        unit, shape = np.zeros_like(unit), (1, shape[1])
    return _Series(summed(values, unit, np.floor_divide(rows.day[rows.used], 7), shape), national)


def _check_repeats(label: str, group: Sequence[MediaRecords], rows: _Rows, findings: Findings) -> None:
    """Add a fault for every second row of the same channel, unit and day."""
    used = np.flatnonzero(rows.used)
    again, original = repeated((rows.unit[used] + 1) * DAY_SPAN + rows.day[used])
    if not len(again):
        return
    places = [(record.source.table, row) for record in group for row in record.rows]

    def place(index: int) -> str:
        table, row = places[used[index]]
        where: str = table.place(int(row))
        return where

    findings.reject_each(
        "MMX-D032",
        (
            (place(i), f"{label or 'This week'} stands already in {place(j)}, for the same sub-category.")
            for i, j in zip(again, original, strict=True)
        ),
        total=len(again),
        remedy="Delete the repeated row, or add the two up.",
    )


def _check_gaps(label: str, group: Sequence[MediaRecords], rows: _Rows, grid: _Grid) -> None:
    """Ask about every week without a row, for units that have any, or tell that nothing ran in it."""
    if any(np.any(np.isnat(record.source.days)) for record in group):
        return  # a row with an unreadable date, already reported, may be the missing one
    # National rows, if any, stand in a row of the grid before those of the units.
    unit, period = rows.unit[rows.used] + 1, np.floor_divide(rows.day[rows.used], 7)
    covered = summed(rows.share[rows.used], unit, period, (len(grid.units) + 1, grid.calendar.periods))
    present = covered.sum(axis=1) > 0.0
    missing = (covered < WHOLE_WEEK) & present[:, None]
    if _beside_sales(group):
        missing = bridgeable(missing) & bool(np.all(rows.share == 1.0))
    if grid.settings.missing_spend is MissingSpend.ZERO:
        _tell_zero(label, group[0].source.table, int(missing.sum()), grid.findings)
        return
    missing_unit, missing_period = np.nonzero(missing)
    places = ", ".join(dict.fromkeys(record.source.table.place() for record in group))
    names, dates = ("", *(f' in "{unit}"' for unit in grid.units)), grid.calendar.dates
    grid.findings.reject_each(
        "MMX-D034",
        (
            (places, f"There are no media{f' of {label}' if label else ''} for {dates[t]}{names[u]}.")
            for u, t in zip(missing_unit, missing_period, strict=True)
        ),
        total=len(missing_unit),
        remedy="Add the row (0 where nothing ran), or set data.missing_spend: zero in global.yaml.",
        setting="data.missing_spend",
    )


def _tell_zero(label: str, table: Table, weeks: int, findings: Findings) -> None:
    if weeks:
        what = f"media of {label}" if label else "media"
        rule = f"weeks without a row of {what} are weeks in which nothing ran, as data.missing_spend says"
        findings.repair(Repair(table.file, table.sheet, "", "(no row)", "0", rule, weeks))


def _channel(
    name: str,
    series: dict[Measure, _Series | None],
    units: Sequence[str],
    settings: DataSettings,
    findings: Findings,
) -> Channel | None:
    """Return what the series say of the channel, or None for a channel that never ran."""
    spend, exposure = series[Measure.SPEND], series[Measure.EXPOSURE]
    known = [each for each in (spend, exposure) if each is not None]
    ran = [bool(np.any(each.values > 0.0)) for each in known]
    if not any(ran):
        findings.review(f"{name} never ran, so nothing can be learned of it; it was left out.", about=name)
        return None
    paid = spend is not None and bool(np.any(spend.values > 0.0))
    has_exposure = exposure is not None and bool(np.any(exposure.values > 0.0))
    if exposure is not None and not has_exposure:
        findings.review(f"The exposure of {name} is always 0, so its spend is used.", about=name)
    national = _is_national(name, known, units, settings, findings)
    return Channel(name, paid=paid, national=national, has_exposure=has_exposure)


def _is_national(
    name: str, known: Sequence[_Series], units: Sequence[str], settings: DataSettings, findings: Findings
) -> bool:
    """Return whether one series serves all units: given once, or equal in every unit on every date."""
    said = settings.channels[name].national if name in settings.channels else None
    if len(units) == 1:
        return False
    given = [each.national for each in known]
    if any(given) and not all(given):
        findings.reject(
            "MMX-D039",
            f"{name} has spend by sub-category but exposure nationally, or the reverse.",
            remedy="Give both by sub-category or both nationally.",
        )
    if said is False and any(given):
        findings.reject(
            "MMX-D063",
            f"data.channels.{name}.national is false, but its media name no sub-category.",
            remedy="Give the spend by sub-category, or take the setting out.",
            place="global.yaml",
        )
    if all(given):
        return True
    equal = all(bool(np.all(each.values == each.values[0])) for each in known)
    if said is True and not equal:
        findings.reject(
            "MMX-D064",
            f"data.channels.{name}.national is true, but its media differ between sub-categories.",
            remedy="Correct the numbers, or take the setting out.",
            place="global.yaml",
        )
    if said is None and equal:
        findings.tell(
            f"{name} is the same in all {len(units)} sub-categories on every date, so it is taken as "
            f"national: one series, counted once. Set data.channels.{name}.national: false if each has its "
            "own.",
            about=name,
        )
    return said is True or (said is None and equal)


def _matrix(series: _Series | None, units: int, calendar: Calendar) -> Matrix:
    if series is None:
        return np.zeros((units, calendar.periods))
    return np.broadcast_to(series.values, (units, calendar.periods)).copy()
