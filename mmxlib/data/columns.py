"""Finding the columns of a table by their roles, and saying what was meant when one is missing."""

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from functools import cache

import numpy as np

from mmxlib.data.amounts import without_unit
from mmxlib.data.day_texts import names_day
from mmxlib.data.findings import Findings
from mmxlib.data.roles import ColumnSettings, DataSettings, matching_key
from mmxlib.data.tables import Table

LOOKED_AT = 20
"""The cells at the head of a column that tell whether it holds dates."""


def found_column(table: Table, name: str) -> str | None:
    """Return the table's column that is called ``name``, but for case, spaces and hyphens.

    Without one, it is the only column that is called so before a unit, such as ``sales (EUR)``.
    """
    key = matching_key(name)
    for column in table.columns:
        if matching_key(column) == key:
            return column
    with_unit = [column for column in table.columns if matching_key(without_unit(column)) == key]
    return with_unit[0] if len(with_unit) == 1 else None


def role_column(table: Table, role: str, settings: DataSettings) -> str | None:
    """Return the column of a role: by the name the settings give, else by the standard name.

    A standard name that the settings use for something else is not taken.
    """
    chosen, standard = getattr(settings.columns, role), standard_name(role)
    if matching_key(chosen) != matching_key(standard):
        column = found_column(table, chosen)
        if column is not None:
            return column
    return None if matching_key(standard) in claimed_keys(settings) else found_column(table, standard)


@cache
def standard_name(role: str) -> str:
    """Return the name that a role's column has when nothing else is said."""
    return str(ColumnSettings.model_fields[role].default)


def claimed_keys(settings: DataSettings) -> frozenset[str]:
    """Return the keys of all columns to which the settings give a meaning of their own."""
    columns = settings.columns
    roles = [
        getattr(columns, role)
        for role in type(columns).model_fields
        if matching_key(getattr(columns, role)) != matching_key(standard_name(role))
    ]
    media = [
        name
        for each in settings.channels.values()
        for name in (each.spend, each.exposure)
        if name is not None
    ]
    events = [*settings.event_columns, *([settings.event_name_column] if settings.event_name_column else [])]
    return frozenset(map(matching_key, (*roles, *media, *settings.controls, *events)))


def needed_column(table: Table, role: str, settings: DataSettings, findings: Findings) -> str | None:
    """Return the column of a role that cannot be done without; None is a fault with a suggestion."""
    column = role_column(table, role, settings)
    wanted = getattr(settings.columns, role)
    if column is None and role in ("date", "sales") and not suggestion(wanted, table.columns):
        dated = _dated(table) if role == "date" else []
        hold = f" {listed(dated)} {'hold' if len(dated) > 1 else 'holds'} dates." if dated else ""
        answer = f", such as data.columns.date: {dated[0]}" if dated else ""
        units = role_column(table, "units", settings) if role == "sales" else None
        counted = f" To plan units sold, set data.outcome_kind to units; {units} holds them." if units else ""
        findings.ask(
            "MMX-D115",
            f'There is no column "{wanted}". The columns are {listed(table.columns)}.{hold}',
            setting=f"data.columns.{role}",
            remedy=f"Name your column for it under data.columns.{role} in global.yaml{answer}; or rename it."
            f"{counted}",
            place=table.place(),
        )
    elif column is None:
        findings.reject(
            "MMX-D020",
            f'There is no column "{wanted}". The columns are {listed(table.columns)}.',
            remedy=f"{suggestion(wanted, table.columns)}Rename it, or name yours under data.columns.{role} "
            "in global.yaml.",
            place=table.place(),
        )
    return column


def _dated(table: Table) -> list[str]:
    """Return the columns whose first cells are all dates that nobody takes for numbers."""

    def is_dated(cell: object) -> bool:
        if isinstance(cell, str):
            return any(sign in cell for sign in "-/. ") and names_day(cell)
        return isinstance(cell, date | np.datetime64)

    looked_at = {name: list(table.column(name)[:LOOKED_AT]) for name in table.columns}
    return [name for name, cells in looked_at.items() if cells and all(map(is_dated, cells))]


def missing_mapped_column(
    setting_name: str, column: str, tables: Sequence[Table], findings: Findings
) -> None:
    """Add the fault that no table has a column which the settings name."""
    present = tuple(dict.fromkeys(name for table in tables for name in table.columns))
    files = tuple(dict.fromkeys(table.file for table in tables))
    findings.reject(
        "MMX-D021",
        f'No column is called "{column}", as {setting_name} in global.yaml says. '
        f"The columns are {listed(present)}.",
        remedy=f"{suggestion(column, present)}Correct the setting or the file.",
        place=", ".join(files),
    )


def suggestion(wanted: str, names: Sequence[str]) -> str:
    """Return ``Did you mean "…"? `` for the nearest name, or nothing."""
    by_key = {matching_key(name): name for name in names}
    near = get_close_matches(matching_key(wanted), list(by_key), n=1)
    return f'Did you mean "{by_key[near[0]]}"? ' if near else ""


def listed(names: Sequence[str], most: int = 12) -> str:
    """Return the names in one line, the first ``most`` of them and the count of the rest."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
