"""Names that differ by case, by spaces around them or by how an accent is stored are one name."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from mmxlib.data.findings import Findings
from mmxlib.data.replacing import replaced
from mmxlib.data.tables import Cells, Table, clean_name

LONGEST_NAME = 200

ONE_NAME = "names that differ by spaces, case or stored accents are one"
"""What a repair says of a name that was written otherwise."""


def common_spellings(columns: Sequence[Cells]) -> Mapping[str, str]:
    """Return the spelling of each written name: the most frequent among those that mean the same.

    Of two that are equally frequent the first one counts.
    """
    written: Counter[object] = Counter()
    for cells in columns:
        written.update(cells)
    return spellings_of(
        {cell: count for cell, count in written.items() if isinstance(cell, str) and cell.strip()}
    )


def spellings_of(counts: Mapping[str, int]) -> Mapping[str, str]:
    """Return the spelling of each written name, by how often each is written."""
    by_key: dict[str, Counter[str]] = {}
    for name, count in counts.items():
        by_key.setdefault(spelling_key(name), Counter())[clean_name(name)] += count
    chosen = {key: found.most_common(1)[0][0] for key, found in by_key.items()}
    return {name: chosen[spelling_key(name)] for name in counts}


def respelled(table: Table, column: str, spellings: Mapping[str, str], findings: Findings) -> Cells:
    """Return a column of names in their common spelling, a repair for each that was written otherwise."""
    cells = table.column(column)
    distinct = [cell for cell in dict.fromkeys(cells) if isinstance(cell, str)]
    if all(spellings.get(name, name) == name and len(name) <= LONGEST_NAME for name in distinct):
        return cells
    long = [row for row, cell in enumerate(cells) if isinstance(cell, str) and len(cell) > LONGEST_NAME]
    findings.reject_each(
        "MMX-D105",
        (
            (table.place(row, column), f"The name has {len(str(cells[row])):,} characters.")
            for row in long
        ),
        total=len(long),
        remedy=f"Shorten it to {LONGEST_NAME} characters or fewer.",
    )  # fmt: skip
    changed = {name: spellings[name] for name in distinct if spellings.get(name, name) != name}
    return replaced(table, column, changed, ONE_NAME, findings)


def spelling_key(name: str) -> str:
    """Return a name as it is compared: without regard to case, spaces around it and stored accents."""
    return " ".join(unicodedata.normalize("NFC", clean_name(name)).casefold().split())
