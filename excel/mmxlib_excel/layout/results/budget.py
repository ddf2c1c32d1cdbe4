"""The sheet of the recommended budget: what the second approval is about."""

from mmxlib.report import style
from mmxlib.report.columns import Kind
from mmxlib_excel.layout.results.parts import (
    CHANNELS,
    FIRST_CHART,
    PLAN_PERIODS,
    THOUSANDS,
    TWO_LINES,
    Part,
    after,
    bars,
    below,
    chart,
    notes,
    run_over,
    shown,
    state,
    widths_of,
)
from mmxlib_excel.layout.spec import Column, Role, Sheet

NAME = "Budget"
LIMITS_AT_MOST = 60
_WIDTHS = (26.0, 13.0, 12.0, *(14.0,) * 8, 118.0, 3.0, *(13.0,) * 32)
_RECOMMENDED = (
    "channel", "action", "confidence", "present_spend", "plan_spend", "change", "lower", "upper", "binding",
    "roi", "marginal_roi", "reason",
)  # fmt: skip

_said = Part(
    "mmx_budget_said",
    "In short",
    (run_over("sentence", "The plan", "What is spent, what is forecast, what it causes, what holds it."),),
    24,
)
_plan = Part(
    "mmx_budget_plan",
    "What to do about each channel",
    tuple(shown(each) for each in _RECOMMENDED),
    CHANNELS,
    row_height=TWO_LINES,
)
_caused = Part(
    "mmx_budget_caused",
    "What each channel's spend causes, and what the next money brings",
    (
        shown("channel"),
        shown("beyond_observed"),
        shown("shadow_price"),
        shown("contribution_of_spend", label="What the spend causes"),
        shown("contribution_of_spend_lower"),
        shown("contribution_of_spend_upper"),
        shown("observed_maximum"),
        shown("present_marginal_roi"),
    ),
    CHANNELS,
)
_limits = Part(
    "mmx_budget_limits",
    "Limits on groups, segments, periods and the whole budget; those that bind come first",
    (
        shown("limit"),
        shown("binding"),
        shown("shadow_price"),
        shown("lower"),
        shown("upper"),
        shown("plan_spend"),
        run_over("reason", reach=60.0),
    ),
    LIMITS_AT_MOST,
)
_by_period = Part(
    "mmx_budget_by_period",
    "The plan by period: spend on each channel, all segments together",
    (
        shown("date"),
        Column("total", "", Kind.MONEY),
        *(Column(f"channel_{at}", "", Kind.MONEY) for at in range(1, CHANNELS + 1)),
    ),
    PLAN_PERIODS,
    own_headings=True,
    printed=False,
)
SAID, PLAN, CAUSED, LIMITS, NOTES = below(NAME, 26, _said, _plan, _caused, _limits, notes(NAME))
(BY_PERIOD,) = below(NAME, after(NOTES) + 1, _by_period, column=14)

SHEET = Sheet(
    NAME,
    "SheetBudget",
    Role.RESULT,
    "Budget",
    "What the second approval is about: spend by channel, what it brings, and why",
    blocks=(SAID, PLAN, CAUSED, LIMITS, NOTES, BY_PERIOD),
    fields=(state(NAME, "Run the budget first."),),
    charts=(
        chart(
            FIRST_CHART,
            "column",
            "Spend now and in the plan",
            [
                bars(PLAN, "present_spend", style.BASE, by="channel"),
                bars(PLAN, "plan_spend", style.BLUE, by="channel"),
            ],
            "Column chart of the spend on each channel, now and in the plan.",
            width=640,
            height=400,
            x={"label_position": "low"},
            y={**THOUSANDS, "min": 0},
        ),
        chart(
            FIRST_CHART,
            "column",
            "What the next unit of money brings, now and in the plan",
            [
                bars(CAUSED, "present_marginal_roi", style.BASE, by="channel"),
                bars(PLAN, "marginal_roi", style.ORANGE, by="channel"),
            ],
            "Column chart of the marginal ROI of each channel, now and in the plan.",
            width=620,
            height=400,
            left=652,
            x={"label_position": "low"},
            y={"num_format": "0.00", "min": 0},
        ),
    ),
    widths=widths_of(_WIDTHS),
)

SHEETS = (SHEET,)
