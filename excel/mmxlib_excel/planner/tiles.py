"""Numbers as tiles of cells, each within the grid it belongs to."""

import math
from collections.abc import Sequence

import numpy as np

from mmxlib.maths.arrays import Array
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.layout.planner.grids import Grid
from mmxlib_excel.workbooks.port import Span


def tile(grid: Grid, values: Array | Sequence[Sequence[CellValue]]) -> Tile:
    """Return the values at the grid's first cell on; what they do not fill is emptied."""
    rows = [tuple(_cell(value) for value in row) for row in values]
    filled = [(*row, *([None] * (grid.columns - len(row)))) for row in rows]
    filled += [(None,) * grid.columns] * (grid.rows - len(rows))
    return Tile(grid.sheet, grid.cell(), tuple(filled))


def part(grid: Grid, values: Array, *, row: int = 0) -> Tile:
    """Return the values alone, from a row of the grid on; the rest is left as it is."""
    rows = tuple(tuple(_cell(value) for value in each) for each in values)
    return Tile(grid.sheet, grid.cell(row), rows)


def column(grid: Grid, values: Array | Sequence[CellValue]) -> Tile:
    """Return the values down the grid's first column; what they do not fill is emptied."""
    return tile(grid, [(value,) for value in values])


def rows_shown(grid: Grid, used: int, *, above: int = 2) -> tuple[Span, ...]:
    """Return the grid's used rows, shown, and the others, hidden; ``above`` rows go with it where none is."""
    first, last = grid.row, grid.row + grid.rows - 1
    if used == 0:
        return (Span(grid.sheet, first - above, last, shown=False),)
    spans = (Span(grid.sheet, first - above, first + used - 1, shown=True),)
    return spans if used == grid.rows else (*spans, Span(grid.sheet, first + used, last, shown=False))


def _cell(value: object) -> CellValue:
    if value is None or isinstance(value, str):
        return value
    number = float(np.float64(value))  # type: ignore[arg-type]  # a number of NumPy's or Python's
    return number if math.isfinite(number) else None
