"""The sheet of response curves: one channel of choice, and the largest side by side; all without macros."""

from mmxlib.report import style
from mmxlib.report.columns import Kind
from mmxlib_excel.layout.results.parts import (
    CHANNELS,
    LARGEST,
    THOUSANDS,
    Part,
    after,
    below,
    chart,
    dots,
    fixed,
    line,
    notes,
    shown,
    state,
    widths_of,
)
from mmxlib_excel.layout.spec import Block, Column, Field, Formula, Role, Series, Sheet, Text

NAME = "Curves"
POINTS = 61
"""The points of one curve."""

_FILE = "model/response_curves/<channel>.csv"
_WIDTHS = (24.0, 20.0, *(15.0,) * 8, 3.0, *(13.0,) * 14)

_channels = Part(
    "mmx_curves_channels",
    "The channels, those that spend most first: spend per period and what it brings",
    (
        shown("channel"),
        shown("present_spend", note="Mean spend per period at present."),
        shown("present_outcome", Kind.OUTCOME, "Outcome now", "Outcome per period at the present spend."),
        shown("plan_spend", note="Mean spend per period in the plan; empty without one."),
        shown("plan_outcome", Kind.OUTCOME, "Outcome in the plan", "Outcome per period at the plan's spend."),
        shown("observed_maximum", note="The most that was ever spent in a period."),
    ),
    CHANNELS,
)
_chosen = Part(
    "mmx_curves_chosen",
    "The chosen channel: outcome per period at a steady spend per period",
    (
        shown("number", Kind.COUNT, "Point", "Counted from the first."),
        shown("spend", note="Steady spend per period."),
        shown("outcome", note="Outcome per period at that spend."),
        shown("outcome_lower"),
        shown("outcome_upper"),
        shown("marginal_roi"),
    ),
    POINTS,
)
_marks = Part(
    "mmx_curves_marks",
    "The chosen channel's points: the present spend, and that of the plan",
    (
        Column("mark", "Point", Kind.TEXT, "Present or recommended."),
        shown("spend", note="Spend per period."),
        shown("present", Kind.OUTCOME, "Present", "Outcome per period at the present spend."),
        shown("recommended", Kind.OUTCOME, "Recommended", "Outcome per period at the plan's spend."),
    ),
    2,
)
_points = Part(
    "mmx_curves_points",
    "Points of all curves",
    (
        shown("channel"),
        shown("spend", file=_FILE),
        shown("exposure"),
        shown("outcome", file=_FILE),
        shown("outcome_lower"),
        shown("outcome_upper"),
        shown("marginal_roi"),
    ),
    CHANNELS * POINTS,
    printed=False,
)


def _side(at: int) -> tuple[Column, Column]:
    return Column(f"spend_{at}", "", Kind.MONEY), Column(f"outcome_{at}", "", Kind.OUTCOME)


_together = Part(
    "mmx_curves_together",
    "The largest channels side by side",
    tuple(each for at in range(1, LARGEST + 1) for each in _side(at)),
    POINTS,
    own_headings=True,
    printed=False,
)

NOTES, MARKS, EACH, CHOSEN, POINTS_OF_ALL = below(
    NAME, 26, notes(NAME, 8), _marks, _channels, _chosen, _points
)
(TOGETHER,) = below(NAME, after(POINTS_OF_ALL) + 1, _together, column=12)

PICK = Field(
    "mmx_curves_pick",
    NAME,
    "B5",
    "Channel",
    Kind.TEXT,
    is_input=True,
    note="Choose the channel that the chart on the left shows; empty: the one that spends most.",
    choices_from=f"={fixed(EACH, 'channel')}",
)
_HIDDEN = 4
"""The row, out of sight, of the chosen channel's place in the list and of its first point."""

_POSITION, _FIRST = f"$B${_HIDDEN}", f"$D${_HIDDEN}"


def _found(column: str, block: Block = EACH) -> str:
    return f"INDEX({fixed(block, column)},{_POSITION})"


def _formulas() -> tuple[Formula, ...]:
    """Return what finds the chosen channel and its points.

    The name is compared in a product, not by MATCH, which takes a star in a name for any words. Each channel
    has as many points, in the order of the list. Without results ``0/first`` is an error, so that cells are
    empty instead of zero.
    """
    names = fixed(EACH, "channel")
    match = f'SUMPRODUCT(({names}=$B$5)*({names}<>"")*(ROW({names})-{EACH.head.row}))'
    found = [
        Formula(f"B{_HIDDEN}", f"={match}+({match}=0)*1", Kind.COUNT, 1.0),
        Formula(f"D{_HIDDEN}", f'=({_found("channel")}<>"")*(({_POSITION}-1)*{POINTS}+1)', Kind.COUNT, 0.0),
        Formula("D5", f'={_found("channel")}&""', Kind.TEXT, "", emphasis=True),
    ]
    for row in range(POINTS):
        found.append(Formula(str(CHOSEN.address("number", row)), f"={row + 1}", Kind.COUNT, row + 1.0))
        for column in CHOSEN.columns[1:]:
            points = fixed(POINTS_OF_ALL, column.name)
            text = f'=IFERROR(INDEX({points},{_FIRST}+{row}+0/{_FIRST}),"")'
            found.append(Formula(str(CHOSEN.address(column.name, row)), text, column.kind, ""))
    for row, (mark, spend, outcome, value) in enumerate(
        (("Present", "present_spend", "present_outcome", "present"),
         ("Recommended", "plan_spend", "plan_outcome", "recommended"))
    ):  # fmt: skip
        money, units = Kind.MONEY, Kind.OUTCOME
        found += [
            Formula(str(MARKS.address("mark", row)), f'="{mark}"', Kind.TEXT, mark),
            Formula(str(MARKS.address("spend", row)), f'=IFERROR({_found(spend)}+0/{_FIRST},"")', money, ""),
            Formula(str(MARKS.address(value, row)), f'=IFERROR({_found(outcome)}+0/{_FIRST},"")', units, ""),
        ]
    return tuple(found)


def _side_by_side() -> tuple[Series, ...]:
    return tuple(
        line(TOGETHER, f"outcome_{at}", color, by=f"spend_{at}")
        for at, color in enumerate(style.SERIES, start=1)
    )


_AXES = {"num_format": THOUSANDS["num_format"], "min": 0}

SHEET = Sheet(
    NAME,
    "SheetCurves",
    Role.RESULT,
    "Curves",
    "What a steady spend per period brings per period, all segments together",
    blocks=(NOTES, POINTS_OF_ALL, MARKS, EACH, CHOSEN, TOGETHER),
    fields=(state(NAME, "Run the model first."), PICK),
    formulas=_formulas(),
    texts=(
        Text(f"A{_HIDDEN}", "Place in the list", "label"),
        Text(f"C{_HIDDEN}", "First point", "label"),
        Text("C5", "   Shown now", "label"),
    ),
    charts=(
        chart(
            "A7",
            "scatter",
            "The chosen channel's response, with its range",
            [
                line(CHOSEN, "outcome_upper", style.SKY, by="spend", width=1.25, dash="dash"),
                line(CHOSEN, "outcome", style.BLUE, by="spend", width=2.5),
                line(CHOSEN, "outcome_lower", style.SKY, by="spend", width=1.25, dash="dash"),
                dots(MARKS, "recommended", style.ORANGE, by="spend", shape="diamond", size=12),
                dots(MARKS, "present", style.INK, by="spend", size=7),
            ],
            "Response curve of the chosen channel with its range, the present and the recommended spend.",
            width=620,
            subtype="straight",
            x={**_AXES, "name": "Spend per period"},
            y=_AXES,
        ),
        chart(
            "A7",
            "scatter",
            "The channels that spend most, side by side",
            _side_by_side(),
            "Response curves of the channels that spend most, in one chart.",
            width=540,
            left=632,
            subtype="straight",
            x={**_AXES, "name": "Spend per period"},
            y=_AXES,
        ),
    ),
    widths=widths_of(_WIDTHS),
    hidden_rows=((_HIDDEN, _HIDDEN),),
)
SHEETS = (SHEET,)
