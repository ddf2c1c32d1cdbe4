"""Media in a row per channel (long) or a column per channel (wide), as one list of records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.amounts import ask_about_share, without_unit
from mmxlib.data.choices import MissingSpend, NegativeSpend
from mmxlib.data.columns import claimed_keys, missing_mapped_column, role_column, suggestion
from mmxlib.data.findings import Findings
from mmxlib.data.roles import ColumnSettings, DataSettings, FileRole, matching_key
from mmxlib.data.rows import KeyedRows
from mmxlib.data.tables import Table
from mmxlib.data.values import Numbers, names, numbers, refuse_blanks
from mmxlib.maths.arrays import Array, Vector

_EXPOSURE_WORDS = ("exposure", "impressions", "grps")


class Measure(StrEnum):
    """What is known of a channel."""

    SPEND = "spend"
    EXPOSURE = "exposure"


@dataclass(frozen=True, eq=False)
class MediaRecords:
    """One channel's values of one measure in one table.

    ``rows`` are the table's row indices; ``long`` says that the table has a row per channel.
    """

    channel: str
    measure: Measure
    source: KeyedRows
    rows: Array
    values: Vector
    long: bool


def media_records(
    rows: Sequence[KeyedRows], settings: DataSettings, findings: Findings
) -> tuple[MediaRecords, ...]:
    """Return the records of all media, long or wide, in the tables' order."""
    records: list[MediaRecords] = []
    for each in rows:
        if is_long(each.table, settings):
            records.extend(_long_records(each, settings, findings))
        else:
            records.extend(_wide_records(each, settings, findings))
    _check_mapped(rows, settings, findings)
    return tuple(records)


def is_long(table: Table, settings: DataSettings) -> bool:
    """Return whether the table has a row per channel."""
    return table.role is FileRole.MEDIA and role_column(table, "channel", settings) is not None


def wide_columns(table: Table, settings: DataSettings) -> Mapping[str, Mapping[Measure, str]]:
    """Return the columns of each channel in a table with a column per channel.

    Settings that name channels decide alone. Without them ``tv_spend`` or ``spend_tv`` and ``tv_exposure``
    (``_impressions``, ``_grps``) are recognized, and in a media file every other column is a channel's spend.
    """
    by_key = {matching_key(column): column for column in table.columns}
    found: dict[str, dict[Measure, str]] = {}
    if settings.channels:
        for channel, columns in settings.channels.items():
            for measure, name in ((Measure.SPEND, columns.spend), (Measure.EXPOSURE, columns.exposure)):
                if name is not None and matching_key(name) in by_key:
                    found.setdefault(channel, {})[measure] = by_key[matching_key(name)]
        return found
    taken = claimed_keys(settings) | set(map(matching_key, _role_columns(table, settings)))
    for key, column in by_key.items():
        if key in taken:
            continue
        meaning = _meaning(column, settings)
        if meaning is None and table.role is FileRole.MEDIA:
            meaning = column, Measure.SPEND
        if meaning is not None:
            found.setdefault(meaning[0], {}).setdefault(meaning[1], column)
    return found


def _meaning(column: str, settings: DataSettings) -> tuple[str, Measure] | None:
    """Return the channel and measure that a column's name says, or None."""
    words = {
        matching_key(settings.columns.spend): Measure.SPEND,
        "spend": Measure.SPEND,
        matching_key(settings.columns.exposure): Measure.EXPOSURE,
        **dict.fromkeys(_EXPOSURE_WORDS, Measure.EXPOSURE),
    }
    column = without_unit(column)
    folded = matching_key(column)
    for word, measure in words.items():
        if folded.endswith(f"_{word}") and len(folded) > len(word) + 1:
            return column.strip()[: -len(word) - 1].rstrip(" _-/"), measure
        if folded.startswith(f"{word}_") and len(folded) > len(word) + 1:
            return column.strip()[len(word) + 1 :].lstrip(" _-/"), measure
    return None


def _role_columns(table: Table, settings: DataSettings) -> list[str]:
    found = (role_column(table, role, settings) for role in ColumnSettings.model_fields)
    return [column for column in found if column is not None]


def _wide_records(source: KeyedRows, settings: DataSettings, findings: Findings) -> list[MediaRecords]:
    records = []
    for channel, columns in wide_columns(source.table, settings).items():
        for measure, column in columns.items():
            read = numbers(source.table, column, findings)
            if measure is Measure.SPEND:
                ask_about_share(source.table, column, read.values, settings, findings)
            read = _without_credits(source, column, read, measure, settings, findings)
            values = _filled(source, column, read, np.ones(len(read.values), dtype=bool), settings, findings)
            records.append(MediaRecords(channel, measure, source, np.arange(len(values)), values, long=False))
    return records


def _long_records(source: KeyedRows, settings: DataSettings, findings: Findings) -> list[MediaRecords]:
    table = source.table
    columns = {measure: role_column(table, measure.value, settings) for measure in Measure}
    channel_column = role_column(table, "channel", settings)
    if channel_column is None or not any(columns.values()):
        wanted = settings.columns.spend
        findings.reject(
            "MMX-D028",
            f'The table has a row per channel but no column "{wanted}".',
            remedy=f"{suggestion(wanted, table.columns)}Name the column under data.columns.spend in "
            "global.yaml.",
            place=table.place(),
        )
        return []
    channel_of = names(table, channel_column, findings)
    distinct, code = np.unique(channel_of.astype(str), return_inverse=True)
    reads = {
        measure: (column, numbers(table, column, findings))
        for measure, column in columns.items()
        if column is not None
    }
    # A channel whose every cell is blank does not have this measure: organic media have no spend.
    given = {
        measure: np.bincount(code, weights=~read.blank, minlength=len(distinct)) > 0
        for measure, (_, read) in reads.items()
    }
    nothing = ~np.logical_or.reduce(list(given.values()))
    given[next(iter(given))] |= nothing  # nothing at all is a missing spend
    order = np.argsort(code, kind="stable")
    bounds = np.searchsorted(code[order], np.arange(len(distinct) + 1))
    records = []
    for measure, (column, read) in reads.items():
        if measure is Measure.SPEND:
            ask_about_share(table, column, read.values, settings, findings)
        read = _without_credits(source, column, read, measure, settings, findings)
        values = _filled(source, column, read, given[measure][code], settings, findings)
        for index, channel in enumerate(map(str, distinct)):
            if channel and given[measure][index]:
                rows = order[bounds[index] : bounds[index + 1]]
                records.append(MediaRecords(channel, measure, source, rows, values[rows], long=True))
    return records


def _filled(
    source: KeyedRows,
    column: str,
    read: Numbers,
    needed: Array,
    settings: DataSettings,
    findings: Findings,
) -> Vector:
    """Return the values with blanks as zero where the settings say so; else a blank is a fault."""
    missing = read.blank & needed
    if settings.missing_spend is MissingSpend.ZERO:
        return np.where(missing, 0.0, read.values)
    refuse_blanks(
        source.table, column, missing, findings,
        remedy="Write 0 where nothing ran, or set data.missing_spend: zero in global.yaml.",
        setting="data.missing_spend",
    )  # fmt: skip
    return read.values


def _without_credits(
    source: KeyedRows,
    column: str,
    read: Numbers,
    measure: Measure,
    settings: DataSettings,
    findings: Findings,
) -> Numbers:
    """Return the numbers with what is below 0 as 0 where the settings say so; else it is a question.

    Exposure below 0 has no meaning, so that it is a fault.
    """
    negative = np.flatnonzero(read.values < 0.0)
    is_spend = measure is Measure.SPEND
    if is_spend and settings.negative_spend is NegativeSpend.ZERO:
        rule = "a spend below 0 counts as 0, as data.negative_spend says"
        table = source.table
        for row in map(int, negative):
            before = f"{read.values[row]:,.10g}"
            findings.repair(Repair(table.file, table.sheet, table.within(row, column), before, "0", rule))
        return Numbers(np.maximum(read.values, 0.0), read.blank)
    answer = ", or set data.negative_spend: zero in global.yaml to count them as 0" if is_spend else ""
    findings.reject_each(
        "MMX-D029",
        (
            (source.table.place(int(row), column), f"The {measure} {read.values[row]:,.10g} is negative.")
            for row in negative
        ),
        total=len(negative),
        remedy=f"Enter what ran in the week; keep credit notes and refunds out of spend{answer}.",
        setting="data.negative_spend" if is_spend else "",
    )
    return read


def _check_mapped(rows: Sequence[KeyedRows], settings: DataSettings, findings: Findings) -> None:
    """Add a fault for each column that ``channels`` names and no table has."""
    tables = [each.table for each in rows if not is_long(each.table, settings)]
    present = {matching_key(name) for table in tables for name in table.columns}
    for channel, columns in settings.channels.items():
        for measure, name in ((Measure.SPEND, columns.spend), (Measure.EXPOSURE, columns.exposure)):
            if name is not None and tables and matching_key(name) not in present:
                missing_mapped_column(f"data.channels.{channel}.{measure}", name, tables, findings)
