"""Where everything stands on the sheet that people see."""

from mmxlib_excel.layout.planner.grids import Grid
from mmxlib_excel.layout.planner.places import FACE
from mmxlib_excel.layout.planner.room import CHANNELS, CONTROLS, EVENTS, PLANS, PRICES, UNITS, WEEKS

NAMES, FIRST_WEEK = 1, 10
"""The columns of names and of the first week; between them stand totals."""

STATE, NOTE = Grid(FACE, 3, 2), Grid(FACE, 4, 2)
PLAN, FACTOR, UNIT = Grid(FACE, 7, 2), Grid(FACE, 8, 2), Grid(FACE, 9, 2)
SUMMARY = Grid(FACE, 7, 4, 5, 5)
HINT_ROW, CHART_ROW = 13, 15

WEEK_NAMES = Grid(FACE, 36, FIRST_WEEK, 1, WEEKS)
WEEKLY = Grid(FACE, 37, FIRST_WEEK, 9, WEEKS)
(
    SALES_ROW,
    BASE_ROW,
    MEDIA_ROW,
    PRESENT_ROW,
    BEFORE_ROW,
    FORECAST_ROW,
    LOWER_ROW,
    UPPER_ROW,
    SPEND_ROW,
) = range(9)

SPEND_TYPED = Grid(FACE, 49, FIRST_WEEK, CHANNELS, WEEKS)
EVENTS_TYPED = Grid(FACE, 84, FIRST_WEEK, EVENTS, WEEKS)
PRICES_TYPED = Grid(FACE, 107, FIRST_WEEK, PRICES, WEEKS)
CONTROLS_TYPED = Grid(FACE, 114, FIRST_WEEK, CONTROLS, WEEKS)
SPEND_USED = Grid(FACE, 125, FIRST_WEEK, CHANNELS, WEEKS)
CONTRIBUTIONS = Grid(FACE, 158, FIRST_WEEK, CHANNELS, WEEKS)
BY_UNIT = Grid(FACE, 191, FIRST_WEEK, UNITS, WEEKS)
PLANS_SHOWN = Grid(FACE, 206, NAMES, PLANS + 1)
BELOW_CHARTS = (34, PLANS_SHOWN.row + PLANS_SHOWN.rows - 1)
"""First and last row of all that is hidden until there is a model."""


def names_beside(grid: Grid) -> Grid:
    """Return the cells of the names beside a grid of weeks."""
    return Grid(FACE, grid.row, NAMES, grid.rows)


def driver_cell(driver: int, week: int) -> str:
    """Return the cell where a price's change or a control is typed, as other sheets name it."""
    if driver < PRICES:
        return PRICES_TYPED.away(driver, week)
    return CONTROLS_TYPED.away(driver - PRICES, week)
