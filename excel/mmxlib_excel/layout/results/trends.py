"""The sheet of the trend scan: the course of sales, what was unusual, season, growth and events."""

from mmxlib.report import style
from mmxlib.report.columns import Kind
from mmxlib_excel.layout.results.parts import (
    FIRST_CHART,
    FIRST_TABLE,
    PERIODS,
    THOUSANDS,
    TWO_LINES,
    UNITS,
    Part,
    below,
    chart,
    dates,
    dots,
    line,
    notes,
    shown,
    state,
    widths_of,
)
from mmxlib_excel.layout.spec import Role, Sheet

NAME = "Trends"
FLAGGED_AT_MOST = 80
EVENTS_AT_MOST = 120
_WIDTHS = (24.0, 26.0, 13.0, 13.0, 13.0, 12.0, 12.0, 22.0, 90.0)
_FLAGS = "trends/flagged_periods.csv"
_SEASON = "trends/seasonality.csv"
_EVENTS = "trends/event_impact.csv"

_flagged = Part(
    "mmx_trends_flagged",
    "Unusual periods, the most unusual first",
    (
        shown("segment"),
        shown("kind", Kind.TEXT, file=_FLAGS),
        shown("date"),
        shown("outcome", file=_FLAGS),
        shown("expected", label="Expected", note="What was to be expected of the period."),
        shown("deviation", Kind.CHANGE, file=_FLAGS),
        shown("score", Kind.RATIO, file=_FLAGS),
        shown("event", Kind.TEXT, file=_FLAGS),
        shown("suggestion", Kind.SENTENCE, file=_FLAGS),
    ),
    FLAGGED_AT_MOST,
    row_height=TWO_LINES,
)
_season = Part(
    "mmx_trends_season",
    "Season and growth by segment",
    (
        shown("segment"),
        shown("method", file=_SEASON),
        shown("seasonal_strength", Kind.RATIO, "Season", file=_SEASON),
        shown("trend_strength", Kind.RATIO, "Trend", file=_SEASON),
        shown("amplitude", Kind.SHARE, file=_SEASON),
        shown("peak_week", Kind.COUNT, file=_SEASON),
        shown("trough_week", Kind.COUNT, file=_SEASON),
        shown("yearly_growth", Kind.CHANGE, file=_SEASON),
    ),
    2 * UNITS,
)
_events = Part(
    "mmx_trends_events",
    "What events added, with ranges",
    (
        shown("segment"),
        shown("event", Kind.TEXT, note="The event's name."),
        shown("start", Kind.DAY, file=_EVENTS),
        shown("end", Kind.DAY, file=_EVENTS),
        shown("lift", Kind.OUTCOME, file=_EVENTS),
        shown("lift_lower", Kind.OUTCOME, "Lift from", file=_EVENTS),
        shown("lift_upper", Kind.OUTCOME, "Lift to", file=_EVENTS),
        shown("percent", Kind.CHANGE, "Lift, share", file=_EVENTS),
        shown("reliable", Kind.TEXT, "Apart from chance", file=_EVENTS),
    ),
    EVENTS_AT_MOST,
)
_course = Part(
    "mmx_trends_course",
    "All segments together, period by period",
    (
        shown("date"),
        shown("observed", Kind.OUTCOME, "Outcome", "The outcome as recorded."),
        shown("trend", Kind.OUTCOME, note="The slow part of the outcome."),
        shown("year_before", Kind.OUTCOME, note="The outcome of the same period a year before."),
        shown("growth", Kind.CHANGE, note="Change against the year before, as a share."),
        shown("unusual", Kind.OUTCOME, note="The outcome again where a segment was unusual in the period."),
    ),
    PERIODS,
    printed=False,
)

NOTES, FLAGGED, SEASON, EVENTS, COURSE = below(
    NAME, FIRST_TABLE, notes(NAME), _flagged, _season, _events, _course
)

SHEET = Sheet(
    NAME,
    "SheetTrends",
    Role.RESULT,
    "Trends",
    "Growth, season, unusual periods and events, segment by segment and all together",
    blocks=(NOTES, FLAGGED, SEASON, EVENTS, COURSE),
    fields=(state(NAME, "Run the trends first."),),
    charts=(
        chart(
            FIRST_CHART,
            "line",
            "All segments together: outcome, trend and unusual periods",
            [
                line(COURSE, "year_before", style.BASE, width=1.25),
                line(COURSE, "observed", style.BLUE, width=1.5),
                line(COURSE, "trend", style.ORANGE, width=2.5),
                dots(COURSE, "unusual", style.RED),
            ],
            "Line chart of the outcome with its trend, the year before and unusual periods.",
            width=1180,
            x=dates(),
            y=THOUSANDS,
        ),
    ),
    widths=widths_of(_WIDTHS),
)
SHEETS = (SHEET,)
