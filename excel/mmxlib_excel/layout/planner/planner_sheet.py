"""The sheet Planner: choices and results on top, charts, then weeks across with the cells to type in."""

from mmxlib.report import style
from mmxlib.report.columns import Kind
from mmxlib.report.sheets.charts import FONT
from mmxlib_excel.layout.planner import hidden_places as places
from mmxlib_excel.layout.planner import planner_places as at
from mmxlib_excel.layout.planner.feed import FEED
from mmxlib_excel.layout.planner.grids import Grid
from mmxlib_excel.layout.planner.room import WEEKS
from mmxlib_excel.layout.planner.showing import beside
from mmxlib_excel.layout.planner.totals import channel_totals, plans_side_by_side, summary
from mmxlib_excel.layout.planner.weeks import by_channel, by_unit, weekly
from mmxlib_excel.layout.results.parts import THOUSANDS
from mmxlib_excel.layout.spec import Block, Button, Chart, Column, Field, Role, Series, Sheet, Text
from mmxlib_excel.layout.stage import LABELS, Stage

WAITING = f"Press {LABELS[Stage.PLANNER]} after the model is fitted."
OWN, PRESENT, RECOMMENDED, WHOLE = "own", "present", "recommended", "All units"
"""Choices of plans and units that every planner has."""

_WEEK_WIDTH, _TOTAL_WIDTH, _NAME_WIDTH = 11.0, 14.0, 26.0


def _weeks(name: str, grid: Grid, kind: Kind, *, typed: bool = False) -> Block:
    """Return a block of weeks across, whose headings are the first days of weeks."""
    columns = tuple(Column(f"week_{t + 1}", "", kind, width=_WEEK_WIDTH) for t in range(WEEKS))
    head = Grid(places.PLANNER, grid.row - 1, grid.column).cell()
    return Block(name, places.PLANNER, head, columns, grid.rows, is_input=typed, own_headings=True)


SPEND = _weeks("mmx_planner_spend", at.SPEND_TYPED, Kind.MONEY, typed=True)
EVENTS = _weeks("mmx_planner_events", at.EVENTS_TYPED, Kind.RATIO, typed=True)
PRICES = _weeks("mmx_planner_prices", at.PRICES_TYPED, Kind.CHANGE, typed=True)
CONTROLS = _weeks("mmx_planner_controls", at.CONTROLS_TYPED, Kind.NUMBER, typed=True)
CHANNELS = Block(
    "mmx_planner_channels",
    places.PLANNER,
    Grid(places.PLANNER, at.SPEND_TYPED.row - 1, at.NAMES).cell(),
    (
        Column("channel", "Channel", Kind.TEXT, width=_NAME_WIDTH),
        Column("present", "Present spend", Kind.MONEY, width=_TOTAL_WIDTH),
        Column("spend", "Plan in use", Kind.MONEY, width=_TOTAL_WIDTH),
        Column("change", "Change", Kind.CHANGE, width=_TOTAL_WIDTH),
        Column("inside", "Brings in the weeks", Kind.OUTCOME, width=_TOTAL_WIDTH),
        Column("caused", "Spend causes (tail included)", Kind.OUTCOME, width=_TOTAL_WIDTH),
        Column("roi", "ROI", Kind.RATIO, width=_TOTAL_WIDTH),
        Column("marginal_roi", "Marginal ROI", Kind.RATIO, width=_TOTAL_WIDTH),
    ),
    at.SPEND_TYPED.rows,
    own_headings=True,
)
"""What the chart of channels shows."""

SUMMARY = Block(
    "mmx_planner_summary",
    places.PLANNER,
    at.SUMMARY.cell(-1, -1),
    (
        Column("measure", "Results", Kind.TEXT),
        Column("measure_wide", "", Kind.TEXT),
        Column("plan", "Plan in use", Kind.EXPECTED),
        Column("present", "Present plan", Kind.EXPECTED),
        Column("change", "Change", Kind.CHANGE),
        Column("before", "A year before", Kind.EXPECTED),
    ),
    at.SUMMARY.rows,
    own_headings=True,
)
PLANS = Block(
    "mmx_planner_plans",
    places.PLANNER,
    at.PLANS_SHOWN.cell(-1),
    (
        Column("plan", "Plan", Kind.TEXT),
        Column("spend", "Spend", Kind.MONEY),
        Column("sales", "Sales", Kind.EXPECTED),
        Column("change", "Change", Kind.CHANGE),
        Column("media", "Brings in the weeks", Kind.OUTCOME),
        Column("caused", "Spend causes (tail included)", Kind.OUTCOME),
        Column("roi", "ROI", Kind.RATIO),
    ),
    at.PLANS_SHOWN.rows,
    own_headings=True,
)


def _all_weeks(name: str, grid: Grid, kind: Kind) -> Block:
    """Return the column of totals beside a block of weeks."""
    column = Column("all", "All weeks", kind, width=_TOTAL_WIDTH)
    return Block(name, places.PLANNER, beside(grid, -1, 3), (column,), grid.rows, own_headings=True)


_BLOCKS = (
    SUMMARY,
    _weeks("mmx_planner_weeks", at.WEEKLY, Kind.EXPECTED),
    _all_weeks("mmx_planner_weeks_total", at.WEEKLY, Kind.EXPECTED),
    CHANNELS,
    SPEND,
    EVENTS,
    PRICES,
    CONTROLS,
    _weeks("mmx_planner_used", at.SPEND_USED, Kind.MONEY),
    _all_weeks("mmx_planner_used_total", at.SPEND_USED, Kind.MONEY),
    _weeks("mmx_planner_contributions", at.CONTRIBUTIONS, Kind.OUTCOME),
    _all_weeks("mmx_planner_contributions_total", at.CONTRIBUTIONS, Kind.OUTCOME),
    _weeks("mmx_planner_units", at.BY_UNIT, Kind.EXPECTED),
    _all_weeks("mmx_planner_units_total", at.BY_UNIT, Kind.EXPECTED),
    PLANS,
)


def _choices(names: Grid) -> str:
    """Return cells as a list of choices refers to them."""
    last = names.fixed(names.rows - 1).partition("!")[2]
    return f"={names.fixed()}:{last}"


_FIELDS = (
    Field("mmx_planner_state", places.PLANNER, at.STATE.cell(), "Model", Kind.TEXT, value=WAITING),
    Field("mmx_planner_note", places.PLANNER, at.NOTE.cell(), "Good to know", Kind.TEXT),
    Field(
        "mmx_planner_plan", places.PLANNER, at.PLAN.cell(), "Plan", Kind.TEXT, is_input=True, value=OWN,
        choices_from=_choices(places.CHOICE_NAMES),
        note="own: the spend typed below. present: the last weeks' spend once more. recommended: the "
        "approved plan. Then each scenario.",
    ),
    Field(
        "mmx_planner_factor", places.PLANNER, at.FACTOR.cell(), "Budget factor", Kind.RATIO, is_input=True,
        value=1.0, note="Multiplies all spend of the plan: 1.10 is ten percent more.",
    ),
    Field(
        "mmx_planner_unit", places.PLANNER, at.UNIT.cell(), "Show", Kind.TEXT, is_input=True, value=WHOLE,
        choices_from=_choices(places.UNIT_NAMES),
        note="All units together, or one. Spend and ROI are always of all units.",
    ),
)  # fmt: skip

_HINT = (
    f"To reach a target: Data, What-If Analysis, Goal Seek. Set cell {at.SUMMARY.cell(0, 1)} (sales) to the "
    f"target by changing cell {at.FACTOR.cell()} (budget factor). To try a plan of your own: choose own, and "
    "type in the yellow cells."
)

_WEEKLY_NAMES = (
    "Sales, plan in use",
    "   without media (base)",
    "   brought by media",
    "Sales, present plan",
    "Sales, a year before",
    "Last forecast, mean",
    "Last forecast, from",
    "Last forecast, to",
    "Spend, plan in use",
)
_SUMMARY_NAMES = ("Sales in the weeks", "   brought by media", "Spend", "ROI", "Marginal ROI")
_HEADINGS = (
    (at.WEEKLY, "Sales by week, of the units shown"),
    (at.SPEND_TYPED, "Channels; on the right, your own plan: type spend by week"),
    (at.EVENTS_TYPED, "Events: on the right, 1 in weeks where one is on, a share for a part of the week"),
    (at.PRICES_TYPED, "Prices: on the right, change against what is assumed"),
    (at.CONTROLS_TYPED, "Other drivers: on the right; empty means what is assumed"),
    (at.SPEND_USED, "Spend of the plan in use by week"),
    (at.CONTRIBUTIONS, "What each channel brings by week, in the units shown"),
    (at.BY_UNIT, "Sales by unit and week under the plan in use"),
    (at.PLANS_SHOWN, "Plans side by side (sales of the units shown)"),
)


def _texts() -> tuple[Text, ...]:
    made = [Text("A6", "Choose", "heading"), Text(f"A{at.HINT_ROW}", _HINT, "note", over=8)]
    made += [Text(at.SUMMARY.cell(i, -1), each, _look(i)) for i, each in enumerate(_SUMMARY_NAMES)]
    made += [Text(f"A{grid.row - 2}", words, "heading") for grid, words in _HEADINGS]
    made += [Text(beside(at.WEEKLY, i, 1), each, _look(i)) for i, each in enumerate(_WEEKLY_NAMES)]
    made.append(Text(beside(at.SPEND_TYPED, at.SPEND_TYPED.rows, 1), "All channels", "label"))
    return tuple(made)


def _look(row: int) -> str:
    """Return the look of a row's name: the first row is the result itself."""
    return "label" if row == 0 else "body"


def _line(values: str, color: str, width: float, dash: str) -> Series:
    line = {"line": {"color": color, "width": width, "dash_type": dash}}
    return Series(FEED.name, values, "week", color, more=line)


_CHARTS = (
    Chart(
        f"A{at.CHART_ROW}",
        "line",
        "Sales by week, of the units shown",
        (
            _line("plan", style.BLUE, 2.75, "solid"),
            _line("present", style.ORANGE, 2.0, "solid"),
            _line("before", style.OTHER, 1.5, "solid"),
            _line("lower", style.SKY, 1.25, "dash"),
            _line("upper", style.SKY, 1.25, "dash"),
        ),
        "Sales by week under the plan in use and the present plan, a year before, the last forecast's range.",
        width=490,
        x={"label_position": "low", "num_font": {**FONT, "rotation": -45}},
        y=THOUSANDS,
        more={"legend": {"position": "bottom"}},
    ),
    Chart(
        f"A{at.CHART_ROW}",
        "bar",
        "Spend by channel",
        (
            Series(CHANNELS.name, "present", "channel", style.BASE),
            Series(CHANNELS.name, "spend", "channel", style.BLUE),
        ),
        "Spend of each channel under the present plan and the plan in use.",
        width=420,
        left=502,
        x={**THOUSANDS, "min": 0},
        y={"reverse": True},
        more={"legend": {"position": "bottom"}},
    ),
)

PLANNER_SHEET = Sheet(
    places.PLANNER,
    "SheetPlanner",
    Role.PLANNER,
    "Planner",
    "Sales, contributions and ROI of a plan, at once and without Python. Yellow cells are yours.",
    blocks=_BLOCKS,
    fields=_FIELDS,
    formulas=(*summary(), *weekly(), *channel_totals(), *by_channel(), *by_unit(), *plans_side_by_side()),
    texts=_texts(),
    charts=_CHARTS,
    buttons=(Button(LABELS[Stage.PLANNER], "Mmx_Planner", "G3"),),
    freeze="B3",
    hidden_rows=(at.BELOW_CHARTS,),
    widths={"A": _NAME_WIDTH, "B:H": _TOTAL_WIDTH, "I": 2.0},
)
