"""Columns that share a name: refused where their values differ, asked about where they are equal."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.choices import RepeatedColumns
from mmxlib.data.findings import Findings
from mmxlib.data.roles import matching_key
from mmxlib.data.tables import Cells, Table, letters


def distinct_columns(table: Table, choice: RepeatedColumns, findings: Findings) -> Table | None:
    """Return the table with each name once, or None (and a fault) where two columns differ.

    Equal columns are a question, unless the settings say that the first one counts.
    """
    pairs = list(_pairs(table.columns))
    equal = [(first, again) for first, again in pairs if _equal(table.cells[first], table.cells[again])]
    _refuse(table, [pair for pair in pairs if pair not in equal], findings)
    for first, again in equal:
        if choice is RepeatedColumns.FIRST:
            place = f"column {letters(table.positions[again])}"
            rule = "of equal columns with one name the first counts, as data.repeated_columns says"
            findings.repair(Repair(table.file, table.sheet, place, table.columns[again], "left out", rule))
        else:
            findings.ask(
                "MMX-D147",
                f"{_both(table, first, again)}, and hold the same values.",
                setting="data.repeated_columns",
                remedy="Delete one of them, or set data.repeated_columns: first in global.yaml.",
                place=table.place(),
            )
    if len(equal) < len(pairs):
        return None
    return _without(table, [again for _, again in equal])


def has_distinct_columns(table: Table, findings: Findings) -> bool:
    """Return whether no two columns share a name, whatever they hold; two that do are a fault."""
    pairs = list(_pairs(table.columns))
    _refuse(table, pairs, findings)
    return not pairs


def _refuse(table: Table, pairs: Sequence[tuple[int, int]], findings: Findings) -> None:
    for first, again in pairs:
        findings.reject(
            "MMX-D013",
            f"{_both(table, first, again)}.",
            remedy="Rename one of them, or delete it.",
            place=table.place(),
        )


def _pairs(columns: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield each column whose name stood before, behind the first one of that name."""
    seen: dict[str, int] = {}
    for index, name in enumerate(columns):
        first = seen.setdefault(matching_key(name), index)
        if first != index:
            yield first, index


def _both(table: Table, first: int, again: int) -> str:
    pair = " and ".join(letters(table.positions[each]) for each in (first, again))
    return f'"{table.columns[first]}" and "{table.columns[again]}" are the same name (columns {pair})'


def _equal(one: Cells, other: Cells) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return bool(np.all((one == other) | ((one != one) & (other != other))))
    return all(a == b or (a != a and b != b) for a, b in zip(one, other, strict=True))


def _without(table: Table, columns: Sequence[int]) -> Table:
    kept = [index for index in range(len(table.columns)) if index not in columns]
    return replace(
        table,
        columns=tuple(table.columns[index] for index in kept),
        cells=tuple(table.cells[index] for index in kept),
        positions=tuple(table.positions[index] for index in kept),
    )
