"""What has exactly one reading is put right before the strict reading begins, and never in silence."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.columns import found_column, listed, role_column
from mmxlib.data.day_texts import aligned_weeks, repaired_days
from mmxlib.data.findings import Findings
from mmxlib.data.media import is_long, wide_columns
from mmxlib.data.number_texts import repaired_numbers
from mmxlib.data.roles import DataSettings, FileRole, HiddenRows, RepeatedRows
from mmxlib.data.rows import repeated
from mmxlib.data.spare_rows import without_copies, without_spare_rows
from mmxlib.data.spellings import common_spellings, respelled
from mmxlib.data.tables import Cells, Table, rows_of_table
from mmxlib.maths.arrays import Array

_NAMES = ("sub_category", "geo", "channel")
_DAYS = ("date", "start", "end")
_NUMBERS = (
    "sales", "units", "price", "promotion", "spend", "exposure", "lift", "standard_error", "change",
    "x", "delta_x", "delta_y", "sigma",
)  # fmt: skip
_BY_DATE = (FileRole.SALES, FileRole.MEDIA, FileRole.CONTROLS)


def repaired(tables: Sequence[Table], settings: DataSettings, findings: Findings) -> list[Table]:
    """Return the tables as they are meant; what was changed, and what cannot be known, is in ``findings``."""
    found = [_repaired(table, settings, findings) for table in tables]
    for role in _NAMES:
        columns = [role_column(table, role, settings) for table in found]
        named = [(table, name) for table, name in zip(found, columns, strict=True) if name is not None]
        spellings = common_spellings([table.column(name) for table, name in named])
        found = [
            table if name is None else _with(table, {name: respelled(table, name, spellings, findings)})
            for table, name in zip(found, columns, strict=True)
        ]
    return [_once(table, settings, findings) if table.role in _BY_DATE else table for table in found]


def _repaired(table: Table, settings: DataSettings, findings: Findings) -> Table:
    labels = [name for role in ("date", "start", *_NAMES) if (name := role_column(table, role, settings))]
    values = _value_columns(table, settings)
    table = _shown(table, settings, findings)
    table = without_spare_rows(table, labels, values, settings.total_rows, findings)
    table = _filled_down(table, labels, settings, findings)
    for role in _DAYS:
        name = role_column(table, role, settings)
        if name is not None:
            spaced = role == "date" and table.role in _BY_DATE
            days = repaired_days(table, name, settings.date_order, findings, spaced=spaced)
            table = table if days is None else _with(table, {name: days})
            if spaced and settings.align_weeks:
                table = _with(table, {name: aligned_weeks(table, name, settings.week_starts, findings)})
    promotion = role_column(table, "promotion", settings)
    rates = [promotion] if promotion else []
    return _with(table, repaired_numbers(table, values, rates, settings.decimal, findings))


def _shown(table: Table, settings: DataSettings, findings: Findings) -> Table:
    """Return the table with or without its hidden rows, as the settings say; else they are a question."""
    if not table.hidden_rows:
        return table
    if settings.hidden_rows is HiddenRows.ASK:
        findings.ask(
            "MMX-D114",
            f"{len(table.hidden_rows):,} rows are hidden, the first in row {min(table.hidden_rows)}.",
            setting="data.hidden_rows",
            remedy="Set data.hidden_rows in global.yaml: use or leave_out; or take the filter away.",
            place=table.place(),
        )
        return table
    used = settings.hidden_rows is HiddenRows.USE
    place, count = f"row {min(table.hidden_rows)}", len(table.hidden_rows)
    rule = "hidden rows were treated as data.hidden_rows says"
    after = "used" if used else "left out"
    findings.repair(Repair(table.file, table.sheet, place, "hidden", after, rule, count))
    hidden = np.isin(table.rows, sorted(table.hidden_rows))
    return table if used else rows_of_table(table, np.flatnonzero(~hidden))


def _value_columns(table: Table, settings: DataSettings) -> list[str]:
    """Return the columns that hold numbers: those with such a role, media and controls."""
    found = [name for role in _NUMBERS if (name := role_column(table, role, settings))]
    if table.role in (FileRole.SALES, FileRole.MEDIA) and not is_long(table, settings):
        found += [name for columns in wide_columns(table, settings).values() for name in columns.values()]
    found += [name for each in settings.controls if (name := found_column(table, each))]
    if table.role is FileRole.CONTROLS:
        labels = {role_column(table, role, settings) for role in ("date", *_NAMES)}
        found += [name for name in table.columns if name not in labels]
    return list(dict.fromkeys(found))


def _filled_down(table: Table, labels: Sequence[str], settings: DataSettings, findings: Findings) -> Table:
    """Return the table with names repeated where the settings say so; else such blanks are a question."""
    changed: dict[str, Cells] = {}
    for name in labels:
        cells = list(table.column(name))
        blank = [row for row, cell in enumerate(cells) if _blank(cell)]
        if not blank or blank[0] == 0:
            continue
        if settings.fill_down:
            for row in blank:
                cells[row] = cells[row - 1]
                place = table.within(row, name)
                rule = "a blank repeats the name above, as data.fill_down says"
                findings.repair(Repair(table.file, table.sheet, place, "", str(cells[row]), rule))
            changed[name] = cells
        elif table.role is FileRole.SALES and 2 * len(blank) > len(cells):
            findings.ask(
                "MMX-D107",
                f"{len(blank):,} cells are blank below a name, as in a pivot table.",
                setting="data.fill_down",
                remedy="Set data.fill_down: true in global.yaml to repeat the names, or write them.",
                place=table.place(column=name),
            )
            for row in blank:  # as if it were so, to find what else is wrong
                cells[row] = cells[row - 1]
            changed[name] = cells
    return _with(table, changed)


def _once(table: Table, settings: DataSettings, findings: Findings) -> Table:
    """Return the table with one row for each date and names, as far as copies and settings allow."""
    keys = [name for role in ("date", *_NAMES) if (name := role_column(table, role, settings))]
    if role_column(table, "date", settings) is None:
        return table
    again, _ = repeated(_row_keys(table, keys))
    if not len(again):
        return table
    table = without_copies(table, findings)
    again, first = repeated(_row_keys(table, keys))
    if not len(again) or _any_blank(table, keys, again):
        return table
    if settings.repeated_rows is RepeatedRows.ASK:
        _ask_which(table, again, first, listed(keys), findings)
        left_out = again
    elif settings.repeated_rows is RepeatedRows.FIRST:
        left_out = again
    else:
        codes = _row_keys(table, keys)
        left_out = len(table) - 1 - repeated(codes[::-1])[0]
    if settings.repeated_rows is not RepeatedRows.ASK:
        for row in np.sort(left_out):
            text = ", ".join(str(cells[int(row)]) for cells in table.cells)[:120]
            rule = f"the {settings.repeated_rows} of several rows counts, as data.repeated_rows says"
            findings.repair(Repair(table.file, table.sheet, table.within(int(row)), text, "left out", rule))
    return rows_of_table(table, np.setdiff1d(np.arange(len(table)), left_out))


def _ask_which(table: Table, again: Array, first: Array, keys: str, findings: Findings) -> None:
    findings.ask(
        "MMX-D109",
        f"{len(again):,} rows stand for the same {keys} as an earlier row, with other values; the first "
        f"stands already in {table.place(int(first[0]))}.",
        setting="data.repeated_rows",
        remedy="Keep one row of each, or set data.repeated_rows in global.yaml: first or last.",
        place=table.place(int(again[0])),
    )


def _row_keys(table: Table, columns: Sequence[str]) -> Array:
    """Return a number for each row that is equal for rows with equal cells in ``columns``."""
    known: dict[tuple[object, ...], int] = {}
    cells = [table.column(name) for name in columns]
    return np.array([known.setdefault(row, len(known)) for row in zip(*cells, strict=True)], dtype=np.int64)


def _any_blank(table: Table, columns: Sequence[str], rows: Array) -> bool:
    date = columns[0]
    return any(_blank(table.column(date)[int(row)]) for row in rows)


def _with(table: Table, changed: Mapping[str, Cells]) -> Table:
    if not changed:
        return table
    return replace(
        table,
        cells=tuple(changed.get(name, cells) for name, cells in zip(table.columns, table.cells, strict=True)),
    )


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip()) or bool(cell != cell)
