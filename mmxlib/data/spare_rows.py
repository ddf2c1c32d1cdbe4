"""Rows that are no data: repeated headers, units, totals, notes and second copies."""

import re
from collections.abc import Callable, Sequence

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.choices import TotalRows
from mmxlib.data.columns import listed
from mmxlib.data.findings import Findings
from mmxlib.data.national_totals import review_total
from mmxlib.data.roles import matching_key
from mmxlib.data.tables import Table, without_rows
from mmxlib.maths.arrays import Array

_TOTAL = re.compile(
    r"(?:grand[ _-]?|sub[ _-]?|overall )?"
    r"(?:totals?|sum|summe|gesamt(?:summe)?|zwischensumme|totale|somme|合计|总计)\b.*",
    re.IGNORECASE,
)
_NEAR_SUM = 0.005  # how far a total may lie from the sum of its rows: rounding of what is shown


def without_spare_rows(
    table: Table, labels: Sequence[str], values: Sequence[str], totals: TotalRows, findings: Findings
) -> Table:
    """Return the table without rows that are no data, each with a repair or a question.

    ``labels`` are the columns that say what a row is about (date, names), ``values`` those with numbers.
    """
    _tell_empty_rows(table, findings)
    for rule, chosen in _RULES.items():
        table = _without(table, chosen(table, labels, values), rule, findings)
    return _without_totals(table, labels, values, totals, findings)


def without_copies(table: Table, findings: Findings) -> Table:
    """Return the table without rows that are equal to an earlier one in every cell."""
    seen: set[tuple[object, ...]] = set()
    copies = []
    for row, cells in enumerate(zip(*table.cells, strict=True)):
        if cells in seen:
            copies.append(row)
        seen.add(cells)
    return _without(table, copies, "identical rows count once", findings)


def _without(table: Table, rows: Sequence[int], rule: str, findings: Findings) -> Table:
    if not rows:
        return table
    for row in rows:
        findings.repair(
            Repair(table.file, table.sheet, table.within(row), _text_of(table, row), "left out", rule)
        )
    return without_rows(table, rows, rule, findings)


def _tell_empty_rows(table: Table, findings: Findings) -> None:
    for index in np.flatnonzero(np.diff(table.rows) > 1):
        before, after = int(table.rows[index]), int(table.rows[index + 1])
        place = f"row {before + 1}" if after == before + 2 else f"rows {before + 1} to {after - 1}"
        repair = Repair(
            table.file, table.sheet, place, "(empty)", "left out", "empty rows", after - before - 1
        )
        findings.repair(repair)


def _repeated_headers(table: Table, labels: Sequence[str], values: Sequence[str]) -> list[int]:
    keys = [matching_key(name) for name in table.columns]
    first = next(iter(labels), None)
    if first is None:
        return []
    heads = _rows_where(table, first, lambda cell: _same_key(cell, first))
    return [
        row
        for row in heads
        if all(_same_key(cells[row], key) for cells, key in zip(table.cells, keys, strict=True))
    ]


def _units(table: Table, labels: Sequence[str], values: Sequence[str]) -> list[int]:
    """Return row 0 where it holds units in brackets and no number at all."""
    if not len(table) or not values:
        return []
    texts = [str(cell or "").strip() for cell in (table.column(name)[0] for name in values)]
    if any(re.search("[0-9]", _text(cells[0])) for cells in table.cells):
        return []
    return [0] if any(re.fullmatch(r"[(\[].+[)\]]", text) for text in texts) else []


def _footnotes(table: Table, labels: Sequence[str], values: Sequence[str]) -> list[int]:
    """Return the rows at the foot that hold one text and nothing else."""
    found: list[int] = []
    for row in reversed(range(len(table))):
        filled = [index for index, cells in enumerate(table.cells) if _text(cells[row])]
        text = _text(table.cells[filled[0]][row]) if len(filled) == 1 else ""
        if not text or re.match("[0-9]", text) or _TOTAL.fullmatch(text) or len(table.columns) < 3:
            break
        found.append(row)
    return found[::-1]


_RULES: dict[str, Callable[[Table, Sequence[str], Sequence[str]], list[int]]] = {
    "the names of the columns are repeated": _repeated_headers,
    "the row holds units, not values": _units,
    "a note below the data": _footnotes,
}


def _without_totals(
    table: Table, labels: Sequence[str], values: Sequence[str], totals: TotalRows, findings: Findings
) -> Table:
    """Return the table without a total at its foot that adds up; any other total is a question."""
    found = sorted({row for name in labels for row in _rows_where(table, name, _is_total)})
    if not found or totals is TotalRows.KEEP:
        return table
    if totals is TotalRows.LEAVE_OUT:
        if values:
            amounts = np.stack([_numbers(table, name) for name in values], axis=1)
            dates = np.unique(list(map(_text, table.column(labels[0]))), return_inverse=True)[1]
            review_total(table, found, amounts, values, dates, findings)
        return _without(table, found, "rows called a total are left out", findings)
    if found == [len(table) - 1] and _adds_up(table, values):
        return _without(table, found, "a total that equals the sum of the rows above", findings)
    numbers = [str(table.rows[row]) for row in found]
    findings.ask(
        "MMX-D106",
        f"{len(found):,} rows look like totals or subtotals: rows {listed(numbers, 5)}.",
        setting="data.total_rows",
        remedy="Set data.total_rows in global.yaml: leave_out, or keep where they are data.",
        place=table.place(found[0]),
    )
    return without_rows(table, found, "rows like totals", findings)


def _rows_where(table: Table, name: str, wanted: Callable[[object], bool]) -> list[int]:
    """Return the rows whose cell is ``wanted``; each distinct cell is looked at once."""
    cells = table.column(name)
    found = {cell for cell in dict.fromkeys(cells) if wanted(cell)}
    return [row for row, cell in enumerate(cells) if cell in found] if found else []


def _is_total(cell: object) -> bool:
    return _TOTAL.fullmatch(_text(cell)) is not None


def _adds_up(table: Table, values: Sequence[str]) -> bool:
    """Return whether a column's last cell is the sum of those above it, and no other adds up to less."""
    for name in values:
        numbers = _numbers(table, name)
        total, above = numbers[-1], float(np.nansum(numbers[:-1]))
        if np.isfinite(total) and abs(total - above) <= _NEAR_SUM * abs(above):
            return True
    return False


def _numbers(table: Table, name: str) -> Array:
    found = []
    for cell in table.column(name):
        try:
            found.append(float(cell))  # type: ignore[arg-type]  # what is no number is none
        except (TypeError, ValueError):
            found.append(np.nan)
    return np.array(found, dtype=np.float64)


def _same_key(cell: object, name: str) -> bool:
    return isinstance(cell, str) and matching_key(cell) == matching_key(name)


def _text(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell).strip()


def _text_of(table: Table, row: int) -> str:
    filled = [text for cells in table.cells if (text := _text(cells[row]))]
    return ", ".join(filled)[:120]
