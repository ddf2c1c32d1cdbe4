"""From cells to numbers, days and names, by rule: text that has exactly one reading."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

import numpy as np

from mmxlib.data.findings import Findings
from mmxlib.data.tables import Cells, Table
from mmxlib.data.written_rows import is_blank
from mmxlib.maths.arrays import Array, Dates, Vector

PLAIN_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*", re.ASCII)
_ALL_PLAIN = re.compile(
    r"(?:\s*+[+-]?+(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+\s*+\x00)*+", re.ASCII
)
"""Many plain numbers, each with an end; nothing that matched once is tried again."""
PLAIN_DAY = re.compile(r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?\s*", re.ASCII)
ERROR_VALUES = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!"})
"""What a cell shows whose formula has no result."""

_EXACT_ID = 1e15  # Excel keeps fifteen digits of a number
_SHORTENED_ID = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{2,}", re.IGNORECASE)

FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column as numbers: NaN where ``blank``; the faulty cells are NaN too."""

    values: Vector
    blank: Array


def numbers(table: Table, column: str, findings: Findings) -> Numbers:
    """Return a column as finite numbers; what is neither a number nor blank is a fault."""
    cells = table.column(column)
    values = _all_numbers(cells)
    if values is None:
        values = np.array([_number(cell) for cell in cells], dtype=np.float64)
        blank = np.array([is_blank(cell) for cell in cells], dtype=bool)
        failed = _refuse_errors(table, column, findings)
        _refuse(
            table, column, findings, np.flatnonzero(np.isnan(values) & ~blank & ~failed),
            code="MMX-D024",
            problem=lambda text: f"{text} is not a number.",
            remedy="Write numbers with a point and without other signs, such as 1234.5.",
        )  # fmt: skip
    else:
        blank = np.isnan(values)
    infinite = np.isinf(values)
    _refuse(
        table, column, findings, np.flatnonzero(infinite),
        code="MMX-D026",
        problem=lambda text: f"{text} is not a finite number.",
        remedy="Write the number itself, or leave the cell empty if it is not known.",
    )  # fmt: skip
    return Numbers(np.where(infinite, np.nan, values), blank)


def days(table: Table, column: str, findings: Findings) -> Dates:
    """Return a column as days; what is not a day between 1990 and 2100 is a fault."""
    cells = table.column(column)
    if isinstance(cells, np.ndarray) and cells.dtype.kind == "M":
        found = cells.astype("datetime64[D]")
        found[cells != found] = np.datetime64("NaT")  # a time of day
    else:
        distinct, code = coded(cells)  # few days, many rows
        found = np.array(list(map(_day, distinct)), dtype="datetime64[D]")[code]
    _refuse(
        table, column, findings, np.flatnonzero(np.isnat(found)),
        code="MMX-D022",
        problem=lambda text: f"{text} is not a date." if text else "The date is missing.",
        remedy="Write dates as year-month-day, such as 2024-01-31, or as dates in Excel.",
    )  # fmt: skip
    first, last = np.datetime64(f"{FIRST_YEAR}-01-01"), np.datetime64(f"{LAST_YEAR}-12-31")
    outside = (found < first) | (found > last)
    _refuse(
        table, column, findings, np.flatnonzero(outside),
        code="MMX-D023",
        problem=lambda text: f"{text} is outside {FIRST_YEAR} to {LAST_YEAR}.",
        remedy="Correct the year.",
    )  # fmt: skip
    found[outside] = np.datetime64("NaT")
    return found


def coded(cells: Cells) -> tuple[list[object], Array]:
    """Return the distinct cells, as they come, and the index of each cell among them."""
    written = list(cells)  # what is missing equals nothing, so it must be the same object when it is found
    index = {cell: position for position, cell in enumerate(dict.fromkeys(written))}
    return list(index), np.fromiter(map(index.__getitem__, written), dtype=np.int64, count=len(written))


def filled(table: Table, column: str) -> Array:
    """Return whether each cell of a column holds anything, shape (row,)."""
    return np.array([not is_blank(cell) for cell in table.column(column)], dtype=bool)


def names(table: Table, column: str, findings: Findings, *, blank_allowed: bool = False) -> Array:
    """Return a column as text, exactly as written; a blank is a fault unless allowed."""
    cells = table.column(column)
    distinct, code = coded(cells)  # few names, many rows
    found = np.array(list(map(name_of, distinct)), dtype=object)[code]
    _review_shortened(table, column, distinct, findings)
    if not ERROR_VALUES.isdisjoint(map(name_of, distinct)):
        _refuse_errors(table, column, findings)
    if not blank_allowed:
        refuse_blank_names(table, column, found == "", findings)
    return found


def _review_shortened(table: Table, column: str, known: Iterable[object], findings: Findings) -> None:
    """Add a doubt where names are numbers of more digits than Excel keeps."""
    short = [
        cell
        for cell in known
        if (isinstance(cell, int | float) and abs(cell) >= _EXACT_ID and cell == cell)
        or (isinstance(cell, str) and _SHORTENED_ID.fullmatch(cell.strip()))
    ]
    if short:
        findings.review(
            f"Names such as {short[0]} in {table.place(column=column)} were shortened by Excel, so that two "
            "that differ may look the same. Export them as text if so.",
            about=table.file,
        )


def refuse_blank_names(table: Table, column: str, blank: Array, findings: Findings) -> None:
    """Add a fault for each cell where ``blank`` is true."""
    _refuse(
        table, column, findings, np.flatnonzero(blank),
        code="MMX-D027",
        problem=lambda _: "The name is missing.",
        remedy="Write the name into every row.",
    )  # fmt: skip


def refuse_blanks(
    table: Table, column: str, blank: Array, findings: Findings, *, remedy: str, setting: str = ""
) -> None:
    """Add a fault for each missing number; with a ``setting`` that answers, a question."""
    _refuse(
        table, column, findings, np.flatnonzero(blank),
        code="MMX-D025",
        problem=lambda _: "The value is missing.",
        remedy=remedy,
        setting=setting,
    )  # fmt: skip


def _refuse_errors(table: Table, column: str, findings: Findings) -> Array:
    """Return which cells show the error of a formula, and add a fault for each."""
    cells = table.column(column)
    failed = np.array([isinstance(cell, str) and cell in ERROR_VALUES for cell in cells], dtype=bool)
    _refuse(
        table, column, findings, np.flatnonzero(failed),
        code="MMX-D108",
        problem=lambda text: f"The cell shows {text}: a formula has no result.",
        remedy="Correct the formula, or type the value.",
    )  # fmt: skip
    return failed


def _refuse(
    table: Table,
    column: str,
    findings: Findings,
    where: Array,
    *,
    code: str,
    problem: Callable[[str], str],
    remedy: str,
    setting: str = "",
) -> None:
    cells = table.column(column)
    findings.reject_each(
        code,
        ((table.place(int(row), column), problem(_shown(cells[int(row)]))) for row in where),
        total=len(where),
        remedy=remedy,
        setting=setting,
    )


def _all_numbers(cells: Cells) -> Vector | None:
    """Return the values at once where every cell is a number or a numeric text, else None."""
    if isinstance(cells, np.ndarray):
        return cells.astype(np.float64) if cells.dtype.kind in "fiu" else None
    if not all_plain(cells):
        return None
    return np.array(list(map(float, cells)), dtype=np.float64)  # type: ignore[arg-type]  # all are texts


def all_plain(cells: Cells) -> bool:
    """Return whether every cell is the text of a plain number, by one search through all of them."""
    try:
        joined = "\0".join([*cells, ""])
    except TypeError:  # a cell that is no text
        return False
    return joined.count("\0") == len(cells) and _ALL_PLAIN.fullmatch(joined) is not None


def _number(cell: object) -> float:
    """Return the number, or NaN where there is none."""
    if isinstance(cell, bool | np.bool_):
        return np.nan
    if isinstance(cell, int | float | Decimal | np.number):
        return float(cell)
    if isinstance(cell, str) and PLAIN_NUMBER.fullmatch(cell):
        return float(cell)
    return np.nan


def _day(cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time(0) and cell.tzinfo is None else None
    if isinstance(cell, date):
        return cell
    match = PLAIN_DAY.fullmatch(cell) if isinstance(cell, str) else None
    try:
        return date.fromisoformat(match.group(1)) if match else None
    except ValueError:
        return None


def name_of(cell: object) -> str:
    """Return a cell as a name: as it is written, empty where it is blank."""
    if is_blank(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # Excel keeps the name 2024 as the number 2024.0
    return cell if isinstance(cell, str) else str(cell)


def _shown(cell: object) -> str:
    """Return a cell as a message quotes it: short, and empty where it is blank."""
    if is_blank(cell):
        return ""
    text = str(cell)
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'
