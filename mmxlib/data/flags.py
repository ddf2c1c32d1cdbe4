"""Columns that say yes or no in words: each word is a 1 or a 0."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mmxlib.data.findings import Findings
from mmxlib.data.replacing import replaced
from mmxlib.data.tables import Cells, Table, with_cells

_FLAGS: Mapping[str, str] = {
    **dict.fromkeys(("y", "yes", "true", "x", "on", "j", "ja", "wahr", "oui", "vrai", "si", "sí"), "1"),
    **dict.fromkeys(("n", "no", "false", "off", "nein", "falsch", "non", "faux"), "0"),
}
_RULE = "a word for yes or no was read as 1 or 0"


def repaired_flags(table: Table, columns: Sequence[str], findings: Findings) -> Mapping[str, Cells]:
    """Return the columns in which words such as yes, ja or TRUE stand for 1 and 0, with a repair for each.

    A column that holds anything but such words, 1, 0 and blanks stays as it is.
    """
    found: dict[str, Cells] = {}
    for name in columns:
        if isinstance(table.column(name), np.ndarray):
            continue
        cells = list(map(_key, table.column(name)))
        known = {cell: _flag(cell) for cell in cells}
        if None in known.values() or all(map(_plain, known)):
            continue
        words = {cell: flag for cell, flag in known.items() if not _plain(cell)}
        found[name] = replaced(with_cells(table, {name: cells}), name, words, _RULE, findings)
    return found


def _key(cell: Any) -> object:
    """Return a cell so that True and 1, which are equal, differ."""
    return str(bool(cell)) if isinstance(cell, bool | np.bool_) else cell


def _plain(cell: Any) -> bool:
    """Return whether a cell is blank, 1 or 0 as it stands."""
    return cell is None or cell != cell or str(cell).strip() in ("", "0", "1", "0.0", "1.0")


def _flag(cell: Any) -> object:
    if _plain(cell):
        return cell if cell is not None and cell == cell else ""
    return _FLAGS.get(cell.strip().casefold()) if isinstance(cell, str) else None
