"""Formulas of cells that people see: nothing where there is nothing to show."""

from mmxlib.report.columns import Kind
from mmxlib_excel.layout.planner import hidden_places as places
from mmxlib_excel.layout.planner import planner_places as at
from mmxlib_excel.layout.planner.grids import Grid
from mmxlib_excel.layout.spec import Formula

SPEND_COLUMN, TOTAL_COLUMN, CHANGE_COLUMN, INSIDE_COLUMN, CAUSED_COLUMN, ROI_COLUMN, MARGINAL_COLUMN = range(
    2, 9
)
"""Columns of totals beside the weeks."""


def shown(cell: str, there: str, text: str, kind: Kind, *, strong: bool = False) -> Formula:
    """Return a formula that shows ``text`` where the condition ``there`` holds."""
    return Formula(cell, f'=IF({there},{text},"")', kind, "", emphasis=strong)


def in_week(
    grid: Grid, row: int, week: int, text: str, kind: Kind, *, name: str = "", strong: bool = False
) -> Formula:
    """Return a formula in a grid of weeks: nothing past the plan's last week, or where ``name`` is empty."""
    there = f"{places.WEEK_USED.away(0, week)}=1"
    if name:
        there = f'IF({name}="",FALSE,{there})'
    return shown(grid.cell(row, week), there, text, kind, strong=strong)


def week_total(grid: Grid, row: int, kind: Kind, *, strong: bool = False) -> Formula:
    """Return the sum of a row of weeks, in the column of totals; nothing where the row is empty."""
    weeks = grid.across(row)
    return shown(beside(grid, row, TOTAL_COLUMN), f"COUNT({weeks})>0", f"SUM({weeks})", kind, strong=strong)


def beside(grid: Grid, row: int, column: int) -> str:
    """Return the cell in a column of totals beside a row of weeks."""
    return Grid(places.PLANNER, grid.row + row, column).cell()


def name_of(grid: Grid, row: int) -> str:
    """Return the cell of the name of a row of weeks."""
    return beside(grid, row, at.NAMES)
