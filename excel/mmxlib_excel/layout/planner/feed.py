"""What the planner's charts of weeks show, in the hidden sheet of its formulas."""

from mmxlib.report.columns import Kind
from mmxlib_excel.layout.planner import hidden_places as places
from mmxlib_excel.layout.planner.grids import Grid
from mmxlib_excel.layout.planner.room import WEEKS
from mmxlib_excel.layout.spec import Block, Column

FEED = Block(
    "mmx_planner_feed",
    places.MATH,
    Grid(places.MATH, places.FEED_ROW, 1).cell(),
    (
        Column("week", "Period from", Kind.TEXT),
        Column("plan", "Plan in use", Kind.EXPECTED),
        Column("present", "Present plan", Kind.EXPECTED),
        Column("before", "A year before", Kind.EXPECTED),
        Column("lower", "Last forecast, from", Kind.EXPECTED),
        Column("upper", "Last forecast, to", Kind.EXPECTED),
    ),
    rows=WEEKS,
    own_headings=True,
)
"""What the chart of weeks shows; missing values repeat the plan's, so that no line falls to zero."""
