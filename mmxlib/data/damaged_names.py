"""Names that a wrong encoding damaged, such as CafÃ© for Café: mended only where the settings say so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from mmxlib.artifacts.repair import Repair
from mmxlib.data.choices import DamagedNames
from mmxlib.data.columns import listed
from mmxlib.data.findings import Findings
from mmxlib.data.replacing import replaced
from mmxlib.data.tables import Table, letters

_RULE = "a name that a wrong encoding had damaged was mended, as data.damaged_names says"

NameColumns = Callable[[Table], Sequence[str]]


def undamaged(
    tables: Sequence[Table], columns: NameColumns, choice: DamagedNames, findings: Findings
) -> list[Table]:
    """Return the tables with names as they were before a wrong encoding, if the settings want that.

    ``columns`` gives the columns of a table that hold names; the names of columns count, too. Otherwise
    damaged names are a question.
    """
    if choice is DamagedNames.KEEP:
        return list(tables)
    names = [dict.fromkeys((*table.columns, *_names(table, columns(table)))) for table in tables]
    mended = {name: found for each in names for name in each if (found := mended_name(name)) is not None}
    if not mended:
        return list(tables)
    if choice is DamagedNames.ASK:
        _ask(tables, names, mended, findings)
        return list(tables)
    return [_mended(table, columns(table), mended, findings) for table in tables]


def mended_name(name: str) -> str | None:
    """Return what a name was before its UTF-8 was read as Western European, None where it was not."""
    if name.isascii():
        return None
    try:
        return b"".join(map(_byte, name)).decode("utf-8")
    except UnicodeError:
        return None


def _byte(sign: str) -> bytes:
    """Return the byte that was read as ``sign``; cp1252 leaves five open, which pass as they are."""
    return sign.encode("latin-1" if sign in "\x81\x8d\x8f\x90\x9d" else "cp1252")


def _names(table: Table, columns: Sequence[str]) -> list[str]:
    return [
        cell for column in columns for cell in dict.fromkeys(table.column(column)) if isinstance(cell, str)
    ]


def _ask(
    tables: Sequence[Table],
    names: Sequence[Mapping[str, None]],
    mended: Mapping[str, str],
    findings: Findings,
) -> None:
    table, found = next(
        (table, [name for name in each if name in mended])
        for table, each in zip(tables, names, strict=True)
        if not mended.keys().isdisjoint(each)
    )
    count = len(dict.fromkeys(name for each in names for name in each))
    shown = listed([f'"{name}"' for name in found], 5)
    findings.ask(
        "MMX-D143",
        f"Names such as {shown} look damaged by a wrong encoding ({len(mended):,} of {count:,} names): "
        f"{found[0]} was {mended[found[0]]}.",
        setting="data.damaged_names",
        remedy="Export the file again as UTF-8, or set data.damaged_names in global.yaml: mend, or keep "
        "where the names are meant so.",
        place=_first_place(table, found[0]),
    )


def _first_place(table: Table, name: str) -> str:
    if name in table.columns:
        return table.place(column=name)
    for column, cells in zip(table.columns, table.cells, strict=True):
        row = next((row for row, cell in enumerate(cells) if isinstance(cell, str) and cell == name), None)
        if row is not None:
            return table.place(row, column)
    return table.place()


def _mended(table: Table, columns: Sequence[str], mended: Mapping[str, str], findings: Findings) -> Table:
    cells = {
        column: replaced(table, column, mended, _RULE, findings)
        for column in columns
        if not mended.keys().isdisjoint(_names(table, [column]))
    }
    for name, position in zip(table.columns, table.positions, strict=True):
        if name in mended:
            place = f"column {letters(position)}"
            findings.repair(Repair(table.file, table.sheet, place, name, mended[name], _RULE))
    return replace(
        table,
        columns=tuple(mended.get(name, name) for name in table.columns),
        cells=tuple(cells.get(name, each) for name, each in zip(table.columns, table.cells, strict=True)),
    )
