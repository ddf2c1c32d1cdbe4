"""The sheet of contributions: what made up the outcome, and what money brought on each channel."""

from mmxlib.report import style
from mmxlib.report.columns import Kind
from mmxlib_excel.layout.results.parts import (
    CHANNELS,
    FIRST_CHART,
    LARGEST,
    PERIODS,
    THOUSANDS,
    Part,
    after,
    bars,
    below,
    chart,
    dates,
    dots,
    ends,
    filled_area,
    notes,
    shown,
    state,
    unseen,
    widths_of,
)
from mmxlib_excel.layout.spec import Column, Role, Sheet

NAME = "Contributions"
BARS_AT_MOST = 12
"""The channels with a bar of their own from the base to the whole."""

_WIDTHS = (26.0, *(15.0,) * 8, 3.0, *(13.0,) * 12)
_CHART, _HIGH = 534, 308
"""The width of one of two charts in a row, and the height at which two rows of charts fill a printed page."""

_TOTALS = (
    "channel", "spend", "contribution", "contribution_lower", "contribution_upper", "share",
    "contribution_of_spend", "contribution_of_spend_lower", "contribution_of_spend_upper",
)  # fmt: skip
_RETURNS = (
    "channel", "spend", "roi", "roi_lower", "roi_upper", "marginal_roi", "marginal_roi_lower",
    "marginal_roi_upper",
)  # fmt: skip

_totals = Part(
    "mmx_contributions_totals",
    "What each channel brought over the whole data, largest first",
    tuple(shown(each) for each in _TOTALS),
    CHANNELS,
)
_returns = Part(
    "mmx_contributions_returns",
    "What one unit of money brought, now and by later carryover; sales, not profit",
    tuple(shown(each) for each in _RETURNS),
    CHANNELS,
)
_fall = Part(
    "mmx_contributions_parts",
    "From the base to the whole outcome",
    (
        Column("part", "Part", Kind.TEXT, "The base, each channel, and all together."),
        Column("amount", "Amount", Kind.OUTCOME, "What the part is of the outcome over the whole data."),
        Column("lift", "Begins at", Kind.OUTCOME, "Where its bar begins; for the chart."),
        Column("whole", "Base and total", Kind.OUTCOME, "The base and all together; for the chart."),
        Column("brought", "Brought by channels", Kind.OUTCOME, "A channel's bar; for the chart."),
        Column("below", "Below zero", Kind.OUTCOME, "What of a bar lies below zero; for the chart."),
    ),
    BARS_AT_MOST + 2,
    printed=False,
)
_by_period = Part(
    "mmx_contributions_by_period",
    "By period, all segments together; the parts add up to the outcome",
    (
        shown("date"),
        Column("base", "", Kind.OUTCOME),
        *(Column(f"channel_{at}", "", Kind.OUTCOME) for at in range(1, LARGEST + 1)),
        Column("other", "", Kind.OUTCOME),
        Column("left_over", "", Kind.COUNT),
    ),
    PERIODS,
    own_headings=True,
    printed=False,
)

NOTES, TOTALS, RETURNS, FALL = below(NAME, 39, notes(NAME), _totals, _returns, _fall)
(BY_PERIOD,) = below(NAME, after(FALL) + 1, _by_period, column=11)

SHEET = Sheet(
    NAME,
    "SheetContributions",
    Role.RESULT,
    "Contributions",
    "What made up the outcome, channel by channel, and what the money brought",
    blocks=(NOTES, TOTALS, RETURNS, FALL, BY_PERIOD),
    fields=(state(NAME, "Run the model first."),),
    charts=(
        chart(
            FIRST_CHART,
            "column",
            "From the base to the whole outcome",
            [
                unseen(FALL, "lift", by="part"),
                bars(FALL, "whole", style.OTHER, by="part", gap=40),
                bars(FALL, "brought", style.BLUE, by="part", gap=40),
                bars(FALL, "below", style.RED, by="part", gap=40),
            ],
            "Waterfall chart: base, what each channel brought, and the whole outcome.",
            width=_CHART,
            height=_HIGH,
            subtype="stacked",
            x={"label_position": "low"},
            y=THOUSANDS,
            more={"legend": {"position": "bottom", "delete_series": [0, 3]}},
        ),
        chart(
            FIRST_CHART,
            "column",
            "ROI with its range (dashes), and marginal ROI",
            [bars(RETURNS, "roi", style.BLUE, by="channel", gap=80)],
            "Column chart of the ROI of each channel with its range, and of its marginal ROI.",
            width=_CHART,
            height=_HIGH,
            left=_CHART + 12,
            x={"label_position": "low"},
            y={"num_format": "0.0", "min": 0},
            more={"legend": {"position": "bottom", "delete_series": [1, 2]}},
            combined=chart(
                FIRST_CHART,
                "line",
                "",
                [
                    *ends(RETURNS, "roi_lower", "roi_upper", by="channel"),
                    dots(RETURNS, "marginal_roi", style.ORANGE, by="channel", shape="diamond", size=8),
                ],
                "",
            ),
        ),
        chart(
            "A21",
            "area",
            "Base and channels by period",
            [
                filled_area(BY_PERIOD, "base", style.BASE),
                *(
                    filled_area(BY_PERIOD, f"channel_{at}", color)
                    for at, color in enumerate(style.SERIES, start=1)
                ),
                filled_area(BY_PERIOD, "other", style.OTHER),
            ],
            "Area chart of the base and the contributions of the largest channels by period.",
            width=2 * _CHART + 12,
            height=_HIGH,
            subtype="stacked",
            x=dates(),
            y=THOUSANDS,
        ),
    ),
    widths=widths_of(_WIDTHS),
)
SHEETS = (SHEET,)
