"""Where everything stands on the sheet that people see."""

from mmxlib_excel.layout.planner.grids import Grid
from mmxlib_excel.layout.planner.hidden_places import PLANNER
from mmxlib_excel.layout.planner.room import CHANNELS, CONTROLS, EVENTS, PLANS, PRICES, UNITS, WEEKS

NAMES, FIRST_WEEK = 1, 10
"""The columns of names and of the first week; between them stand totals."""

STATE, NOTE = Grid(PLANNER, 3, 2), Grid(PLANNER, 4, 2)
PLAN, FACTOR, UNIT = Grid(PLANNER, 7, 2), Grid(PLANNER, 8, 2), Grid(PLANNER, 9, 2)
SUMMARY = Grid(PLANNER, 7, 4, 5, 5)
HINT_ROW, CHART_ROW = 13, 15

WEEK_NAMES = Grid(PLANNER, 36, FIRST_WEEK, 1, WEEKS)
WEEKLY = Grid(PLANNER, 37, FIRST_WEEK, 9, WEEKS)
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

SPEND_TYPED = Grid(PLANNER, 49, FIRST_WEEK, CHANNELS, WEEKS)
EVENTS_TYPED = Grid(PLANNER, 84, FIRST_WEEK, EVENTS, WEEKS)
PRICES_TYPED = Grid(PLANNER, 107, FIRST_WEEK, PRICES, WEEKS)
CONTROLS_TYPED = Grid(PLANNER, 114, FIRST_WEEK, CONTROLS, WEEKS)
SPEND_USED = Grid(PLANNER, 125, FIRST_WEEK, CHANNELS, WEEKS)
CONTRIBUTIONS = Grid(PLANNER, 158, FIRST_WEEK, CHANNELS, WEEKS)
BY_UNIT = Grid(PLANNER, 191, FIRST_WEEK, UNITS, WEEKS)
PLANS_SHOWN = Grid(PLANNER, 206, NAMES, PLANS + 1)
BELOW_CHARTS = (34, PLANS_SHOWN.row + PLANS_SHOWN.rows - 1)
"""First and last row of all that is hidden until there is a model."""


def names_beside(grid: Grid) -> Grid:
    """Return the cells of the names beside a grid of weeks."""
    return Grid(PLANNER, grid.row, NAMES, grid.rows)


def driver_cell(driver: int, week: int) -> str:
    """Return the cell where a price's change or a control is typed, as other sheets name it."""
    if driver < PRICES:
        return PRICES_TYPED.away(driver, week)
    return CONTROLS_TYPED.away(driver - PRICES, week)
