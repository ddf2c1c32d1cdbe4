"""Where a table begins: titles are passed over, two rows of names made one, and both is said."""

import re
from collections.abc import Sequence
from typing import TypeVar

from mmxlib.artifacts.repair import Repair
from mmxlib.data.choices import TwoHeaderRows
from mmxlib.data.findings import Findings
from mmxlib.data.roles import matching_key
from mmxlib.data.tables import letters
from mmxlib.data.written_rows import WrittenRows, blank_names, filled, is_empty_column, is_header, is_value

CellT = TypeVar("CellT")

JOINT = " / "
"""What stands between the upper and the lower name of a column."""

_WHOLE_NAMES = frozenset({"date", "sub_category", "geo", "channel", "sales", "units", "price", "promotion"})
_UNIT = re.compile(r"[(\[].*[)\]]")


def from_header(
    rows: WrittenRows[CellT], file: str, sheet: str, findings: Findings
) -> list[tuple[int, Sequence[CellT]]]:
    """Return the rows from the header on: the first row with two filled cells, as titles have but one.

    Where no row has two, the first row is the header.
    """
    counts = (sum(map(filled, row)) for _, row in rows)
    start = next((index for index, count in enumerate(counts) if count > 1), 0)
    for number, row in rows[:start]:
        text = next((str(cell).strip() for cell in row if filled(cell)), "")
        findings.repair(
            Repair(
                file, sheet, f"row {number}", text[:120], "left out", "a title above the names of the columns"
            )
        )
    return list(rows[start:])


def one_header(
    rows: WrittenRows[object], choice: TwoHeaderRows, file: str, sheet: str, findings: Findings
) -> list[tuple[int, Sequence[object]]]:
    """Return the rows with one row of names: ``TV`` above ``spend`` is ``TV / spend``.

    Two rows are a question, unless the settings say that they are joined.
    """
    if not _has_two(rows):
        return list(rows)
    (first, upper), (second, lower) = rows[0], rows[1]
    names = _joined(upper, lower)
    joined = [name for name in names if JOINT in name]
    example = (joined or [name for name in names if name])[0]
    if choice is TwoHeaderRows.JOIN:
        place = f"rows {first} and {second}"
        rule = "two rows of names were joined, as data.two_header_rows says"
        findings.repair(Repair(file, sheet, place, "two rows of names", example, rule, len(joined)))
    else:
        findings.ask(
            "MMX-D144",
            f'There are two rows of names (rows {first} and {second}). Joined they make "{example}".',
            setting="data.two_header_rows",
            remedy="Write one row of names, or set data.two_header_rows: join in global.yaml.",
            place=f"{file}, sheet {sheet}, row {first}" if sheet else f"{file}, row {first}",
        )
    return [(first, names), *rows[2:]]


def tell_empty_columns(rows: WrittenRows[object], file: str, sheet: str, findings: Findings) -> None:
    """Say which columns between others have neither a name nor a value, and are passed over."""
    named = [at for at, cell in enumerate(rows[0][1]) if filled(cell)]
    inside = (at for at in blank_names(rows) if named and named[0] < at < named[-1])
    for position in inside:
        if is_empty_column(rows, position):
            place = f"column {letters(position)}"
            rule = "an empty column without a name"
            findings.repair(Repair(file, sheet, place, "(empty)", "left out", rule))


def _has_two(rows: WrittenRows[object]) -> bool:
    """Return whether two rows of names follow each other, one not a name for every column."""
    if len(rows) < 3 or rows[1][0] != rows[0][0] + 1:
        return False
    upper, lower = rows[0][1], rows[1][1]
    if not is_header(lower) or any(map(is_value, upper)) or not any(map(is_value, rows[2][1])):
        return False
    if any(isinstance(cell, str) and _UNIT.fullmatch(cell.strip()) for cell in lower):
        return False  # a row of units
    keys = [matching_key(str(cell)) if filled(cell) else "" for cell in upper]
    below = [matching_key(str(cell)) if filled(cell) else "" for cell in lower]
    if keys == below:
        return False  # the same header again
    parted = any(bool(key) != bool(under) or key == under for key, under in zip(keys, below, strict=False))
    repeated = len(set(filter(None, keys))) < len(list(filter(None, keys)))
    return parted or repeated


def _joined(upper: Sequence[object], lower: Sequence[object]) -> list[str]:
    """Return a name for each column; an upper name holds to the right until the next one."""
    names, above = [], ""
    for at in range(max(len(upper), len(lower))):
        over = str(upper[at]).strip() if at < len(upper) and filled(upper[at]) else ""
        under = str(lower[at]).strip() if at < len(lower) and filled(lower[at]) else ""
        above = over or (above if under else "")
        if not under or matching_key(under) == matching_key(above):
            names.append(over)
        elif not above or matching_key(under) in _WHOLE_NAMES:
            names.append(under)
        else:
            names.append(f"{above}{JOINT}{under}")
    return names
