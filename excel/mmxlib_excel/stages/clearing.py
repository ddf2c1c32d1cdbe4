"""The sample data taken out of the workbook, and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.layout import inputs
from mmxlib_excel.layout.spec import Block
from mmxlib_excel.workbooks.port import Changes, Workbook
from mmxlib_excel.workbooks.reading import plain

Rows = Sequence[Sequence[CellValue]]


@dataclass(frozen=True, slots=True)
class Cleared:
    """What empties the sheets, and a sentence on what was emptied and what was left."""

    changes: Changes
    sentence: str


def cleared(workbook: Workbook, sample: Mapping[str, Rows]) -> Cleared:
    """Return what empties each data sheet that still holds the sample.

    Nothing can be undone, so that a sheet on which anything was changed is left as it is.
    """
    changes, emptied, left = Changes(), [], []
    for sheet in inputs.SHEETS:
        block = sheet.blocks[0]
        held = _held(workbook, block)
        if not held:
            continue
        if held != _sample(sample.get(block.name, ())):
            left.append(sheet.name)
            continue
        emptied.append(sheet.name)
        nothing = ((None,) * len(block.columns),) * len(held)
        changes += Changes((Tile(block.sheet, str(block.body().first), nothing),))
    said = f"Cleared the sample on {_listed(emptied)}." if emptied else "There is no sample to clear."
    if left:
        said += f" Left as they are, since they were changed: {_listed(left)}; delete those rows yourself."
    return Cleared(changes, said)


def _held(workbook: Workbook, block: Block) -> tuple[tuple[object, ...], ...]:
    """Return what stands below a table's headings, without its check column."""
    width = len(block.columns) - 1
    first = block.head.column - 1
    return _without_end(
        tuple(values[first : first + width])
        for number, values in workbook.numbered_rows(block.sheet)
        if number > block.head.row and any(each is not None for each in values[first : first + width])
    )


def _sample(rows: Rows) -> tuple[tuple[object, ...], ...]:
    return _without_end(tuple(plain(each) for each in row) for row in rows)


def _without_end(rows: Iterable[tuple[object, ...]]) -> tuple[tuple[object, ...], ...]:
    """Return rows without the empty cells at their ends."""
    found = []
    for row in rows:
        values = list(row)
        while values and values[-1] is None:
            values.pop()
        found.append(tuple(values))
    return tuple(found)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
