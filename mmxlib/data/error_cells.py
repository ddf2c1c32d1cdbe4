"""Controls whose cells show the error of a formula: what stands for them is for the settings to say."""

from collections.abc import Mapping, Sequence

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.choices import ErrorCells
from mmxlib.data.findings import Findings
from mmxlib.data.tables import Cells, Table
from mmxlib.data.values import ERROR_VALUES
from mmxlib.maths.arrays import Array


def without_errors(
    table: Table, controls: Sequence[str], keys: Sequence[str], choice: ErrorCells, findings: Findings
) -> Mapping[str, Cells]:
    """Return the columns of controls that showed errors, with what stands for them.

    ``keys`` are the columns of the date and of names, the date first: the value before an error is that of
    the date before it under the same names. Without a choice errors are a question, and that value stands
    for them to find what else is wrong.
    """
    return {
        name: _replaced(table, name, failed, keys, choice, findings)
        for name in controls
        if (failed := _failed(table, name)).any()
    }


def _failed(table: Table, name: str) -> Array:
    cells = table.column(name)
    if isinstance(cells, np.ndarray):
        return np.zeros(len(cells), dtype=bool)
    return np.array([isinstance(cell, str) and cell in ERROR_VALUES for cell in cells], dtype=bool)


def _replaced(
    table: Table, name: str, failed: Array, keys: Sequence[str], choice: ErrorCells, findings: Findings
) -> Cells:
    cells = list(table.column(name))
    rows = np.flatnonzero(failed)
    sources = _sources(table, failed, keys)
    zero = 0 if any(isinstance(cell, int | float) for cell in cells) else "0"
    new = {int(row): zero if choice is ErrorCells.ZERO else cells[int(sources[row])] for row in rows}
    if choice is ErrorCells.ASK:
        findings.reject_each(
            "MMX-D146",
            ((table.place(int(row), name), f"The control shows {cells[int(row)]}.") for row in rows),
            total=len(rows),
            remedy="Correct the formula, or set data.error_cells in global.yaml: previous (the value before "
            "it) or zero.",
            setting="data.error_cells",
        )
    else:
        for row, value in new.items():
            rule = f"an error in a control was read as the {choice} value, as data.error_cells says"
            place = table.within(row, name)
            findings.repair(Repair(table.file, table.sheet, place, str(cells[row]), str(value), rule))
    for row, value in new.items():
        cells[row] = value
    return cells


def _sources(table: Table, failed: Array, keys: Sequence[str]) -> Array:
    """Return for each row the row whose value it takes: its own, or the last one without error before it.

    At the start of a series it is the first one after it; in a series of errors alone, its own.
    """
    parts = [np.unique([str(cell) for cell in table.column(key)], return_inverse=True)[1] for key in keys]
    order = np.lexsort(parts) if parts else np.arange(len(table))  # the last key, a name, sorts first
    names = parts[1:]
    ordered = [part[order] for part in names]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = np.any([part[1:] != part[:-1] for part in ordered], axis=0) if ordered else False
    start = np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))
    good = ~failed[order]
    last = np.maximum.accumulate(np.where(good, np.arange(len(order)), -1))
    after = np.minimum.accumulate(np.where(good, np.arange(len(order)), len(order))[::-1])[::-1]
    following = np.minimum(after, len(order) - 1)
    near = np.where(
        last >= start, last, np.where(start[following] == start, following, np.arange(len(order)))
    )
    sources: Array = np.empty(len(order), dtype=np.int64)
    sources[order] = order[near]
    return sources
