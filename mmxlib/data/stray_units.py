"""Units with sales in a few weeks alone: nothing can be learned of them, so they are left out and told."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from difflib import get_close_matches
from typing import TypeAlias

from mmxlib.artifacts.repair import Repair
from mmxlib.data.columns import listed, role_column
from mmxlib.data.findings import Findings
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.rows import unit_columns
from mmxlib.data.tables import Table, without_rows

_STRAY = 0.1  # share of all dates under which a unit is a stray one
_FEWEST_DATES = 26
_SHOWN = 5
_NEAR = 0.75  # share of letters that agree
_COMPARED = 1_000  # names; a market has fewer

Unit: TypeAlias = tuple[object, ...]
"""The cells that name one."""

_REASON = "units with few weeks of sales"
_RULE = "a unit with sales in fewer than a tenth of all weeks was left out"


def without_stray_units(tables: Sequence[Table], settings: DataSettings, findings: Findings) -> list[Table]:
    """Return the tables without the units that have sales in fewer than a tenth of all weeks.

    That all units are such, or that there are few weeks at all, is left to other checks; so is a name that
    nearly is another one, whose weeks it then lacks.
    """
    sales = [table for table in tables if table.role is FileRole.SALES]
    units = [_units(table, settings) for table in sales]
    columns = [role_column(table, "date", settings) for table in sales]
    if not sales or any(unit is None for unit in units) or None in columns:
        return list(tables)
    count = Counter(unit for found in units if found for unit in found)
    dates = [table.column(name) for table, name in zip(sales, columns, strict=True) if name]
    weeks = len(set().union(*dates))
    few = {unit: times for unit, times in count.items() if times < _STRAY * weeks}
    few = {unit: times for unit, times in few.items() if not _misspelled(unit, count, few)}
    if weeks < _FEWEST_DATES or not few or len(few) == len(count):
        return list(tables)
    most, names = max(few.values()), sorted(" / ".join(map(str, unit)) for unit in few)
    findings.review(
        f"{len(few):,} of {len(count):,} units have at most {most} of {weeks} weeks of sales and were "
        f"left out, as nothing can be learned of them: {listed(names, _SHOWN)}. Join them with others to "
        "keep them.",
        about=sales[0].file,
    )
    return [_without(table, few.keys(), settings, findings) for table in tables]


def _misspelled(unit: Unit, count: Mapping[Unit, int], few: Mapping[Unit, int]) -> bool:
    """Return whether a unit's name is nearly that of one with more weeks."""
    others = [" / ".join(map(str, each)) for each in count if each not in few]
    return bool(get_close_matches(" / ".join(map(str, unit)), others[:_COMPARED], n=1, cutoff=_NEAR))


def _units(table: Table, settings: DataSettings) -> "list[Unit] | None":
    """Return the cells that make each row's unit; None where the table names no units."""
    columns = [table.column(name) for name in unit_columns(table, settings).values()]
    return list(zip(*columns, strict=True)) if columns else None


def _without(table: Table, stray: Set[Unit], settings: DataSettings, findings: Findings) -> Table:
    units = _units(table, settings)
    rows: dict[Unit, list[int]] = {}
    for row, unit in enumerate(units or ()):
        if unit in stray:
            rows.setdefault(unit, []).append(row)
    for unit, where in rows.items():
        text, place = " / ".join(map(str, unit)), table.within(where[0])
        findings.repair(Repair(table.file, table.sheet, place, text, "left out", _RULE, len(where)))
    gone = [row for where in rows.values() for row in where]
    return without_rows(table, gone, _REASON, findings)
