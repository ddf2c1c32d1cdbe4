"""The sheet of the segments: which sub-categories behave alike, and how they differ."""

from mmxlib.report import style
from mmxlib.report.columns import Kind
from mmxlib_excel.layout.results.parts import (
    FIRST_CHART,
    FIRST_TABLE,
    THOUSANDS,
    UNITS,
    Part,
    bars,
    below,
    chart,
    line,
    notes,
    shown,
    state,
    widths_of,
)
from mmxlib_excel.layout.spec import Role, Sheet

NAME = "Segments"
MEMBERS_AT_MOST = 300
_WIDTHS = (24.0, 34.0, 12.0, 14.0, 11.0, 13.0, 11.0, 11.0, 12.0, 12.0, 12.0, 12.0, 12.0)
_FILE = "segmentation/segment_profile.csv"

_profile = Part(
    "mmx_segments_profile",
    "The segments, largest first",
    (
        shown("segment"),
        shown("name", label="In words", file=_FILE),
        shown("members", Kind.COUNT, file=_FILE),
        shown("sales", Kind.OUTCOME, file=_FILE),
        shown("share", file=_FILE),
        shown("mean_sales", Kind.OUTCOME, file=_FILE),
        shown("growth", Kind.CHANGE, file=_FILE),
        shown("volatility", Kind.RATIO, file=_FILE),
        shown("seasonality", Kind.RATIO, file=_FILE),
        shown("price", Kind.NUMBER, file=_FILE),
        shown("promotion_share", Kind.SHARE, "Promotions", file=_FILE),
        shown("volume", Kind.COUNT, file=_FILE),
        shown("velocity", Kind.COUNT, file=_FILE),
    ),
    UNITS,
)
_tried = Part(
    "mmx_segments_tried",
    "How many segments: the numbers that were tried",
    (
        shown("segments", Kind.COUNT, note="So many segments were tried."),
        shown("chosen", Kind.TEXT, note="Yes: this number was taken."),
        shown("silhouette", Kind.RATIO, note="How far segments lie apart: 1 far, 0 touching."),
        shown(
            "stability", Kind.RATIO, note="How alike groupings of resampled data are: 1 the same, 0 chance."
        ),
        shown("inertia", Kind.NUMBER, note="How far members lie from the middle of their segment."),
    ),
    20,
)
_members = Part(
    "mmx_segments_members",
    "Which sub-category is in which segment",
    (
        shown("sub_category", Kind.TEXT, file=_FILE),
        shown("segment_name", Kind.TEXT, "In words", file=_FILE),
        shown("segment"),
    ),
    MEMBERS_AT_MOST,
)

NOTES, PROFILE, TRIED, MEMBERS = below(NAME, FIRST_TABLE, notes(NAME), _profile, _tried, _members)

SHEET = Sheet(
    NAME,
    "SheetSegments",
    Role.RESULT,
    "Segments",
    "Sub-categories that behave alike; the model treats each segment as one market",
    blocks=(NOTES, PROFILE, TRIED, MEMBERS),
    fields=(state(NAME, "Run the segments first."),),
    charts=(
        chart(
            FIRST_CHART,
            "bar",
            "Sales by segment",
            [bars(PROFILE, "sales", style.BLUE, by="segment")],
            "Bar chart of the sales of each segment.",
            width=620,
            x={**THOUSANDS, "min": 0},
            more={"legend": {"none": True}},
        ),
        chart(
            FIRST_CHART,
            "line",
            "How clear the grouping is, by number of segments",
            [
                line(TRIED, "silhouette", style.BLUE, by="segments"),
                line(TRIED, "stability", style.ORANGE, by="segments", dash="dash"),
            ],
            "Line chart of silhouette and stability by the number of segments.",
            width=560,
            left=632,
            y={"num_format": "0.0", "min": 0, "max": 1},
        ),
    ),
    widths=widths_of(_WIDTHS),
)
SHEETS = (SHEET,)
