"""What has exactly one reading is put right before the strict reading begins, and never in silence."""

from collections.abc import Sequence

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.amounts import scaled
from mmxlib.data.choices import HiddenRows, RepeatedRows
from mmxlib.data.columns import found_column, listed, role_column
from mmxlib.data.day_texts import aligned_weeks, repaired_days
from mmxlib.data.error_cells import without_errors
from mmxlib.data.findings import Findings
from mmxlib.data.flags import repaired_flags
from mmxlib.data.media import is_long, wide_columns
from mmxlib.data.number_texts import repaired_numbers
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.rows import repeated
from mmxlib.data.shaping import NAMES, week_calendar
from mmxlib.data.spare_rows import without_copies, without_spare_rows
from mmxlib.data.spellings import common_spellings, respelled
from mmxlib.data.stray_units import without_stray_units
from mmxlib.data.tables import Cells, Table, with_cells, without_rows
from mmxlib.data.week_texts import dated_weeks
from mmxlib.data.written_rows import is_blank
from mmxlib.maths.arrays import Array

_DAYS = ("date", "start", "end")
_NUMBERS = (
    "sales", "units", "price", "promotion", "spend", "exposure", "lift", "standard_error", "change",
    "x", "delta_x", "delta_y", "sigma",
)  # fmt: skip
_BY_DATE = (FileRole.SALES, FileRole.MEDIA, FileRole.CONTROLS)


def repaired(tables: Sequence[Table], settings: DataSettings, findings: Findings) -> list[Table]:
    """Return the tables as they are meant; what was changed, and what cannot be known, is in ``findings``."""
    found = [_repaired(table, settings, findings) for table in tables]
    for role in NAMES:
        columns = [role_column(table, role, settings) for table in found]
        named = [(table, name) for table, name in zip(found, columns, strict=True) if name is not None]
        spellings = common_spellings([table.column(name) for table, name in named])
        found = [
            table if name is None else with_cells(table, {name: respelled(table, name, spellings, findings)})
            for table, name in zip(found, columns, strict=True)
        ]
    for table in (each for each in found if not len(each)):
        findings.reject(
            "MMX-D167",
            "No row is left that holds data.",
            remedy="Export it again, with the data below the names of the columns.",
            place=table.place(),
        )
    found = without_stray_units(found, settings, findings)
    return [_once(table, settings, findings) if table.role in _BY_DATE else table for table in found]


def _repaired(table: Table, settings: DataSettings, findings: Findings) -> Table:
    labels = [name for role in ("date", "start", *NAMES) if (name := role_column(table, role, settings))]
    values = _value_columns(table, settings)
    table = _shown(table, settings, findings)
    table = without_spare_rows(table, labels, values, settings.total_rows, findings)
    table = _filled_down(table, labels, settings, findings)
    weeks = role_column(table, "date", settings)
    if weeks is not None and table.role in _BY_DATE:
        table = dated_weeks(table, weeks, week_calendar(settings), findings)
    for role in _DAYS:
        name = role_column(table, role, settings)
        if name is not None:
            spaced = role == "date" and table.role in _BY_DATE
            days = repaired_days(table, name, settings.date_order, findings, spaced=spaced)
            table = table if days is None else with_cells(table, {name: days})
            if spaced and settings.align_weeks:
                table = with_cells(table, {name: aligned_weeks(table, name, settings.week_starts, findings)})
    keys = [name for role in ("date", *NAMES) if (name := role_column(table, role, settings))]
    controls = _control_columns(table, settings)
    table = with_cells(table, without_errors(table, controls, keys, settings.error_cells, findings))
    promotion = role_column(table, "promotion", settings)
    rates = [promotion] if promotion else []
    flags = [*rates, *(name for each in settings.event_columns if (name := found_column(table, each)))]
    table = with_cells(table, repaired_flags(table, flags, findings))
    table = with_cells(table, repaired_numbers(table, values, rates, settings, findings))
    return with_cells(table, scaled(table, values, settings, findings))


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
    hidden = np.flatnonzero(np.isin(table.rows, sorted(table.hidden_rows)))
    return table if used else without_rows(table, hidden, "hidden rows", findings)


def _value_columns(table: Table, settings: DataSettings) -> list[str]:
    """Return the columns that hold numbers: those with such a role, media and controls."""
    found = [name for role in _NUMBERS if (name := role_column(table, role, settings))]
    if table.role in (FileRole.SALES, FileRole.MEDIA) and not is_long(table, settings):
        found += [name for columns in wide_columns(table, settings).values() for name in columns.values()]
    return list(dict.fromkeys([*found, *_control_columns(table, settings)]))


def _control_columns(table: Table, settings: DataSettings) -> list[str]:
    """Return the columns of known drivers: price and promotion, those of the settings and of their files."""
    found = [name for role in ("price", "promotion") if (name := role_column(table, role, settings))]
    found += [name for each in settings.controls if (name := found_column(table, each))]
    if table.role is FileRole.CONTROLS:
        labels = {role_column(table, role, settings) for role in ("date", *NAMES)}
        found += [name for name in table.columns if name not in labels]
    return list(dict.fromkeys(found))


def _filled_down(table: Table, labels: Sequence[str], settings: DataSettings, findings: Findings) -> Table:
    """Return the table with names repeated where the settings say so; else such blanks are a question."""
    changed: dict[str, Cells] = {}
    for name in labels:
        if not any(map(is_blank, dict.fromkeys(table.column(name)))):
            continue
        cells = list(table.column(name))
        below = [row for row, cell in enumerate(cells) if is_blank(cell)]
        if not below or below[0] == 0:
            continue
        if settings.fill_down:
            for row in below:
                cells[row] = cells[row - 1]
                place = table.within(row, name)
                rule = "a blank repeats the name above, as data.fill_down says"
                findings.repair(Repair(table.file, table.sheet, place, "", str(cells[row]), rule))
            changed[name] = cells
        elif table.role is FileRole.SALES and 2 * len(below) > len(cells):
            findings.ask(
                "MMX-D107",
                f"{len(below):,} cells are blank below a name, as in a pivot table.",
                setting="data.fill_down",
                remedy="Set data.fill_down: true in global.yaml to repeat the names, or write them.",
                place=table.place(column=name),
            )
            for row in below:  # as if it were so, to find what else is wrong
                cells[row] = cells[row - 1]
            changed[name] = cells
    return with_cells(table, changed)


def _once(table: Table, settings: DataSettings, findings: Findings) -> Table:
    """Return the table with one row for each date and names, as far as copies and settings allow."""
    keys = [name for role in ("date", *NAMES) if (name := role_column(table, role, settings))]
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
    return without_rows(table, left_out, "rows for a date and names that stand elsewhere", findings)


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
    return any(is_blank(table.column(date)[int(row)]) for row in rows)
