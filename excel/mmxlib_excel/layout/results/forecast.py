"""The sheet of the forecast: what is expected period by period under the plan and under the present one."""

from mmxlib.report import style
from mmxlib.report.columns import Kind
from mmxlib_excel.layout.results.parts import (
    FIRST_CHART,
    FIRST_TABLE,
    PLAN_PERIODS,
    THOUSANDS,
    UNITS,
    Part,
    below,
    chart,
    dates,
    filled_area,
    line,
    notes,
    shown,
    state,
    unseen,
    widths_of,
)
from mmxlib_excel.layout.spec import Column, Role, Sheet

NAME = "Forecast"
_WIDTHS = (26.0, 16.0, *(15.0,) * 8)
_MEDIA = Column("media", "Media", Kind.OUTCOME, "What all channels add to the base.")

_periods = Part(
    "mmx_forecast_periods",
    "All segments together",
    (
        shown("date"),
        shown("base"),
        _MEDIA,
        shown("expected"),
        shown("expected_lower"),
        shown("expected_upper"),
        Column("width", "Range", Kind.EXPECTED, "From its lower to its upper end; for the chart."),
        Column("present", "Under the present plan", Kind.EXPECTED, "Sales expected if nothing is changed."),
        Column("year_before", "A year before", Kind.EXPECTED, "What came in the same period a year before."),
    ),
    PLAN_PERIODS,
)
_units = Part(
    "mmx_forecast_segments",
    "By segment",
    (
        shown("segment"),
        *(shown(each) for each in ("date", "base")),
        _MEDIA,
        *(shown(each) for each in ("expected", "expected_lower", "expected_upper")),
    ),
    UNITS * PLAN_PERIODS,
)
NOTES, PERIODS_AHEAD, BY_SEGMENT = below(NAME, FIRST_TABLE, notes(NAME, 8), _periods, _units)

SHEET = Sheet(
    NAME,
    "SheetForecast",
    Role.RESULT,
    "Forecast",
    "What is expected period by period under the plan, base included",
    blocks=(NOTES, PERIODS_AHEAD, BY_SEGMENT),
    fields=(state(NAME, "Run the budget first."),),
    charts=(
        chart(
            FIRST_CHART,
            "area",
            "Sales in the periods, with their range",
            [unseen(PERIODS_AHEAD, "expected_lower"), filled_area(PERIODS_AHEAD, "width", "#CFE5F3")],
            "Line chart of the forecast with its range, under the plan and under the present one.",
            width=1080,
            subtype="stacked",
            x={**dates(), "num_format": "d mmm yy", "major_unit": 14, "major_unit_type": "days"},
            y=THOUSANDS,
            more={"legend": {"position": "bottom", "delete_series": [0]}},
            combined=chart(
                FIRST_CHART,
                "line",
                "",
                [
                    line(PERIODS_AHEAD, "expected", style.BLUE, width=2.5),
                    line(PERIODS_AHEAD, "present", style.INK, dash="dash", width=1.5),
                    line(PERIODS_AHEAD, "year_before", style.OTHER, width=1.5),
                ],
                "",
            ),
        ),
    ),
    widths=widths_of(_WIDTHS),
)
SHEETS = (SHEET,)
