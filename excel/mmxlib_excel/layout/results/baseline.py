"""The sheet of the first approval: baselines side by side, priors and limits with their origin."""

from mmxlib.report import style
from mmxlib.report.columns import Kind
from mmxlib_excel.layout.results.parts import (
    CHANNELS,
    FIRST_CHART,
    FIRST_TABLE,
    PERIODS,
    THOUSANDS,
    UNITS,
    Part,
    below,
    chart,
    dates,
    line,
    notes,
    run_over,
    shown,
    state,
    widths_of,
)
from mmxlib_excel.layout.spec import Column, Role, Sheet

NAME = "Baseline"
METHODS = ("median", "mean", "regression")
PARAMETERS = 5
"""What is believed of one channel at most: retention, timing, half saturation, shape, effect."""

EXCLUDED_AT_MOST = 150
_WIDTHS = (24.0, 18.0, 14.0, 14.0, 14.0, 14.0, 14.0, 18.0, 14.0)
_REACH = 34.0
"""The width of the longest words in a last column."""

_SHARE = "The baseline as a part of the outcome."


def _by_method(what: str, label: str, kind: Kind, note: str) -> tuple[Column, ...]:
    return tuple(Column(f"{what}_{each}", f"{each.capitalize()}{label}", kind, note) for each in METHODS)


_levels = Part(
    "mmx_baseline_levels",
    "Outcome without paid media: the baseline by three methods, mean per period of the last year",
    (
        shown("segment"),
        shown(
            "spread",
            Kind.SHARE,
            "Spread of methods",
            "Largest difference between the methods over their mean.",
        ),
        *_by_method("baseline", "", Kind.OUTCOME, "Outcome without paid media."),
        *_by_method("share", ", share", Kind.SHARE, _SHARE),
        shown("periods_used", Kind.COUNT, note="Periods that remained after the excluded ones."),
    ),
    UNITS,
)
_limits = Part(
    "mmx_baseline_limits",
    "Limits of each channel's budget, as shares of its present spend",
    (shown("channel"), shown("lower_factor"), shown("upper_factor"), run_over("origin", reach=_REACH)),
    CHANNELS,
)
_priors = Part(
    "mmx_baseline_priors",
    "What is believed of each channel before the data",
    (
        shown("channel"),
        shown("parameter"),
        shown("family"),
        shown("center"),
        shown("spread"),
        shown("bound_lower"),
        shown("bound_upper"),
        shown("scale"),
        run_over("origin", reach=_REACH),
    ),
    CHANNELS * PARAMETERS,
)
_excluded = Part(
    "mmx_baseline_excluded",
    "Periods that are no quiet ones, left out of median and mean",
    (
        shown("segment"),
        shown("date"),
        run_over("reason", note="Why the period is no quiet one.", reach=_REACH),
    ),
    EXCLUDED_AT_MOST,
)
_series = Part(
    "mmx_baseline_series",
    "All segments together, period by period",
    (
        shown("date"),
        shown("outcome", note="The outcome as recorded."),
        shown("median", Kind.OUTCOME, note="Baseline from the median of quiet periods."),
        shown("mean", Kind.OUTCOME, note="Baseline from the mean of quiet periods."),
        shown("regression", Kind.OUTCOME, note="Baseline from a regression that takes media out."),
    ),
    PERIODS,
    printed=False,
)

NOTES, LEVELS, LIMITS, PRIORS, EXCLUDED, SERIES = below(
    NAME, FIRST_TABLE, notes(NAME), _levels, _limits, _priors, _excluded, _series
)

SHEET = Sheet(
    NAME,
    "SheetBaseline",
    Role.RESULT,
    "Baseline",
    "What the first approval is about: baselines side by side, priors and limits with their origin",
    blocks=(NOTES, LEVELS, LIMITS, PRIORS, EXCLUDED, SERIES),
    fields=(state(NAME, "Run the baseline first."),),
    charts=(
        chart(
            FIRST_CHART,
            "line",
            "All segments together: outcome and the three baselines",
            [
                line(SERIES, "outcome", style.BASE, width=1.5),
                line(SERIES, "median", style.BLUE),
                line(SERIES, "mean", style.ORANGE, dash="dash"),
                line(SERIES, "regression", style.GREEN, dash="round_dot"),
            ],
            "Line chart of the outcome with the baselines by three methods.",
            width=1080,
            x=dates(),
            y=THOUSANDS,
        ),
    ),
    widths=widths_of(_WIDTHS),
)
SHEETS = (SHEET,)
