"""The hidden sheets: numbers of the model, and the formulas that make sales of spend."""

from collections.abc import Iterator

from mmxlib.report.columns import Kind
from mmxlib_excel.layout.planner import curves, planner_places
from mmxlib_excel.layout.planner import hidden_places as places
from mmxlib_excel.layout.planner.feed import FEED
from mmxlib_excel.layout.planner.grids import Grid
from mmxlib_excel.layout.planner.room import CHANNELS, EVENTS, PRICES, STEPS, UNITS, WEEKS
from mmxlib_excel.layout.spec import Formula, Role, Sheet, Text


def _pairs() -> Iterator[Formula]:
    for p in range(places.FAMILY.rows):
        channel = p // UNITS
        family, shape = places.FAMILY.cell(p), places.SHAPE.cell(p)
        stored = places.STORED.across(p)
        for t in range(STEPS):
            typed = f"{places.PER_MONEY.cell(p)}*{places.ADSTOCKED.cell(channel, t)}"
            kept = f"INDEX({stored},({places.CHOSEN.cell()}-2)*{STEPS}+{t + 1})"
            own = f"{places.FACTOR.cell()}*IF({places.CHOSEN.cell()}=1,{typed},{kept})"
            yield _number(places.OWN, p, t, f"IF({family}>0,{own},0)")
        for t in range(WEEKS):
            v = f"({places.OWN.cell(p, t)}+{places.LEFT.cell(p, t)})"
            share = curves.response(v, family=family, shape=shape)
            yield _number(places.RESPONSE, p, t, f"IF({family}*{v}>0,{places.EFFECT.cell(p)}*{share},0)")
        yield from _returns(p, channel, family, shape)


def _returns(p: int, channel: int, family: str, shape: str) -> Iterator[Formula]:
    """Yield what a pair's spend causes, and its derivative when all spend is scaled."""
    counted, far = places.COUNTED.away_across(), places.FAR_SHARES.away_across(channel)
    own, left, floor = places.OWN.across(p), places.LEFT.across(p), places.FLOOR.cell(p)
    end, end_left = places.OWN.cell(p, STEPS - 1), places.LEFT.cell(p, STEPS - 1)
    near = {"v": f"({own}+{left})", "own": own, "family": family, "shape": shape}
    later = {
        "v": f"(({end}+{end_left})*{far})", "own": f"({end}*{far})", "family": family, "shape": shape,
    }  # fmt: skip
    effect = places.EFFECT.cell(p)
    whole = f"{curves.responses(counted, **near)}+{curves.responses('1', **later)}"
    slope = f"{curves.slopes(counted, **near, floor=floor)}+{curves.slopes('1', **later, floor=floor)}"
    yield _number(places.CAUSED, p, 0, f"IF({family}>0,{effect}*({whole}-{places.LEFT_SUM.cell(p)}),0)")
    yield _number(places.SLOPE, p, 0, f"IF({family}>0,{effect}*({slope}),0)")


def _choices() -> Iterator[Formula]:
    plan, names = planner_places.PLAN.away(), places.CHOICE_NAMES.away_down()
    order = f"ROW({names})-{places.CHOICE_NAMES.row - 1}"
    found = f'SUMPRODUCT(EXACT({plan},{names})*({names}<>"")*({order}))'
    yield _number(places.CHOSEN, 0, 0, f"IF({found}>0,{found},1)")
    factor = f"SUM({planner_places.FACTOR.away()})"
    blank = f'{planner_places.FACTOR.away()}=""'
    yield _number(places.FACTOR, 0, 0, f"IFERROR(IF({blank},1,IF({factor}>0,{factor},0)),0)")
    for t in range(WEEKS):
        yield _number(places.WEEK_USED, 0, t, f"IF({t}<{places.WEEK_COUNT.away()},1,0)")
    unit, whole = planner_places.UNIT.away(), places.UNIT_NAMES.away()
    for u in range(UNITS):
        name = places.UNIT_NAMES.away(u + 1)
        shown = f'IF(OR({unit}="",EXACT({unit},{whole})),1,IF(EXACT({unit},{name}),1,0))'
        yield _number(places.SELECTED, u, 0, f'IF({name}="",0,{shown})')


def _spend() -> Iterator[Formula]:
    stored = places.STORED_SPEND
    for c in range(CHANNELS):
        for t in range(WEEKS):
            week = places.WEEK_USED.cell(0, t)
            amount = f"SUM({planner_places.SPEND_TYPED.away(c, t)})"
            clean = f"IFERROR(IF({amount}>0,{amount},0),0)"
            yield _number(places.TYPED, c, t, f"IF({places.PAID.away(c)}*{week}=1,{clean},0)")
            kept = f"INDEX({stored.away_across(c)},({places.CHOSEN.cell()}-2)*{WEEKS}+{t + 1})"
            used = f"IF({places.CHOSEN.cell()}=1,{places.TYPED.cell(c, t)},{kept})"
            yield _number(places.SPEND, c, t, f"{places.FACTOR.cell()}*{used}")
        for t in range(STEPS):
            last = min(t, WEEKS - 1)
            weights = places.LAG_WEIGHTS.away_across(c, STEPS - 1 - t, STEPS - 1 - t + last)
            typed = places.TYPED.across(c, 0, last)
            yield _number(places.ADSTOCKED, c, t, f"SUMPRODUCT({weights},{typed})")


def _drivers() -> Iterator[Formula]:
    for e in range(EVENTS):
        for t in range(WEEKS):
            share = f"SUM({planner_places.EVENTS_TYPED.away(e, t)})"
            clean = f"IFERROR(IF({share}>1,1,IF({share}>0,{share},0)),0)"
            known = places.EVENT_SHARES.away(e, t)
            yield _number(places.EVENT_CHANGES, e, t, f"{clean}-{known}")
    for d in range(places.DRIVERS):
        for t in range(WEEKS):
            cell = planner_places.driver_cell(d, t)
            if d < PRICES:
                value, state = f"IFERROR(LN(1+SUM({cell})),0)", "1"
            else:
                value, state = f"IFERROR(SUM({cell}),0)", f"IF(ISNUMBER({cell}),1,0)"
            yield _number(places.DRIVER_VALUES, d, t, value)
            yield _number(places.DRIVER_STATES, d, t, state)


def _units() -> Iterator[Formula]:
    numbers = places.UNIT_NUMBER.down()
    for u in range(UNITS):
        for t in range(WEEKS):
            events = f"SUMPRODUCT({places.EVENT_EFFECTS.away_down(u)},{places.EVENT_CHANGES.down(t)})"
            first = u * places.DRIVERS
            assumed = places.DRIVER_ASSUMED.away_down(t, first, first + places.DRIVERS - 1)
            moved = f"({places.DRIVER_VALUES.down(t)}-{assumed})"
            drivers = (
                f"SUMPRODUCT({places.DRIVER_EFFECTS.away_down(u)}*{places.DRIVER_STATES.down(t)}*{moved})"
            )
            yield _number(places.UNIT_BASE, u, t, f"{places.BASE.away(u, t)}+{events}+{drivers}")
            media = f"SUMPRODUCT(({numbers}={u + 1})*{places.RESPONSE.down(t)})"
            yield _number(places.UNIT_MEDIA, u, t, media)


def _feed() -> Iterator[Formula]:
    weeks, plan = planner_places.WEEKLY, planner_places.SALES_ROW
    for t in range(WEEKS):
        shown, week = weeks.away(plan, t), places.WEEK_USED.cell(0, t)
        yield _fed("week", t, f'IF({week}=1,{planner_places.WEEK_NAMES.away(0, t)},"")')
        yield _fed("plan", t, shown)
        for name, row in (
            ("present", planner_places.PRESENT_ROW), ("before", planner_places.BEFORE_ROW),
            ("lower", planner_places.LOWER_ROW), ("upper", planner_places.UPPER_ROW),
        ):  # fmt: skip
            cell = weeks.away(row, t)
            yield _fed(name, t, f"IF(ISNUMBER({cell}),{cell},{shown})")


def _fed(column: str, row: int, text: str) -> Formula:
    return Formula(str(FEED.address(column, row)), f"={text}", Kind.EXPECTED, value="")


def _number(grid: Grid, row: int, column: int, text: str) -> Formula:
    return Formula(grid.cell(row, column), f"={text}", Kind.NUMBER)


_MODEL_WORDS = (
    ("A3", "Weeks of the plan"),
    ("A4", "Money per unit of outcome"),
    ("A9", "Plans: name, spend, what it causes, media by unit, last forecast by week (mean, from, to)"),
    ("A19", "Units"),
    ("A34", "By unit and week: base; a year before; media of the present plan"),
    ("A49", "Events by week, as the data know them; effects by unit"),
    ("A74", "Effects of prices and controls by unit; whether a typed number replaces what is assumed"),
    ("A89", "Assumed controls by unit and week"),
    ("A239", "Channels: paid, present spend, weights by lag backwards, stored plans, far carryover"),
    ("A272", "Steps that count"),
)
_MATH_WORDS = (
    ("A2", "Plan"),
    ("C2", "Factor"),
    ("A3", "Weeks in use"),
    ("A4", "Pairs of channel and unit: parameters, left and stored adstock, own adstock, response, returns"),
    ("A369", "Units shown"),
    ("C369", "Typed spend, its adstock, spend in use"),
    ("C404", "Events against what is known"),
    ("C429", "Prices and controls"),
    ("C444", "Base and media by unit"),
)

MODEL_SHEET = Sheet(
    places.MODEL,
    "SheetPlannerModel",
    Role.HIDDEN,
    "The planner's model",
    "Written by Refresh planner.",
    texts=tuple(Text(cell, words, "label") for cell, words in _MODEL_WORDS),
    freeze="",
)
MATH_SHEET = Sheet(
    places.MATH,
    "SheetPlannerMath",
    Role.HIDDEN,
    "",
    blocks=(FEED,),
    formulas=(*_choices(), *_spend(), *_pairs(), *_drivers(), *_units(), *_feed()),
    texts=tuple(Text(cell, words, "label") for cell, words in _MATH_WORDS),
    freeze="",
)
