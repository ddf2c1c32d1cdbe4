"""The five sheets of data: Sales, Media, Events, Controls and Experiments."""

from mmxlib.report.columns import Kind
from mmxlib_excel.layout.spec import Block, Column, Role, Sheet

HEADING_CELL = "A4"
"""The first heading of each of the five tables; it stays there when other tables are pasted over them."""

_FIRST_ROW = "A5"
_ROOM = 200
"""Rows of a table without values; a table grows when more rows are pasted into it."""

_CHECK = Column(
    "check",
    "Check",
    Kind.SENTENCE,
    "Left empty by you. Check data writes here what is wrong in the row and what to do about it.",
    width=60.0,
)


def _day(name: str, label: str, note: str) -> Column:
    return Column(name, label, Kind.DAY, note, width=13.0)


def _sub_category(note: str) -> Column:
    return Column("sub_category", "Sub-category", Kind.TEXT, note, width=20.0)


def _sheet(
    name: str, about: str, columns: tuple[Column, ...], *, rows: int = _ROOM, landscape: bool = False
) -> Sheet:
    block = Block(f"mmx_{name.lower()}", name, HEADING_CELL, (*columns, _CHECK), rows, is_input=True)
    return Sheet(
        name,
        f"Sheet{name}",
        Role.INPUT,
        title=name,
        about=about,
        blocks=(block,),
        freeze=_FIRST_ROW,
        landscape=landscape,
    )


_WEEK = _day(
    "date",
    "Date",
    "First day of the week, or each day: days are summed to weeks. The same weekday all along.",
)

SALES = _sheet(
    "Sales",
    "Paste your sales here, headings included: a row per week and sub-category, three years if you can.",
    (
        _WEEK,
        _sub_category("What was sold, at the level at which you keep sales."),
        Column("sales", "Sales", Kind.MONEY, "Sales in money, without tax if you have the choice."),
        Column("units", "Units", Kind.COUNT, "Pieces sold. May be left out."),
        Column(
            "price",
            "Price",
            Kind.RATIO,
            "Price of a unit. May be left out: it is then sales divided by units.",
        ),
    ),
)

MEDIA = _sheet(
    "Media",
    "Paste your media spend here: a row per week and channel, or a row per week and a column per channel.",
    (
        _WEEK,
        Column("channel", "Channel", Kind.TEXT, "A way of spending on media, such as tv, search or social."),
        Column("spend", "Spend", Kind.MONEY, "Money spent in the week; 0 where nothing was spent."),
        Column(
            "exposure",
            "Exposure",
            Kind.COUNT,
            "What people saw: impressions, clicks or GRPs. May be left out: spend then stands for it.",
        ),
        _sub_category("The sub-category that was advertised; empty where the spend was for all of them."),
    ),
)

EVENTS = _sheet(
    "Events",
    "List what moved sales for some days and was no media: holidays, sales weeks, strikes. A row per event.",
    (
        Column(
            "name", "Name", Kind.TEXT, "The same name each year, so that its effect is learned.", width=24.0
        ),
        _day("start", "Start", "First day of the event."),
        _day("end", "End", "Last day of the event."),
        _sub_category("The sub-category concerned; empty for all."),
    ),
    rows=40,
)

CONTROLS = _sheet(
    "Controls",
    "Paste other known drivers of sales here, a column each: distribution, weather, a competitor's price.",
    (
        _WEEK,
        _sub_category(
            "The sub-category concerned; leave the column empty where a driver is the same for all."
        ),
        Column(
            "promotion",
            "Promotion",
            Kind.SHARE,
            "Share of sales on promotion, or depth of the price cut, from 0 to 1; 0 where there was none.",
        ),
        Column(
            "distribution",
            "Distribution",
            Kind.NUMBER,
            "Share of shops that sell it, or another driver: write its name over this heading.",
            width=14.0,
        ),
    ),
)

EXPERIMENTS = _sheet(
    "Experiments",
    "Enter tests of what a channel brings, a row each: a lift in a window, or a step in spend.",
    (
        Column("channel", "Channel", Kind.TEXT, "The channel that was tested, written as in Media."),
        _day("start", "Start", "Lift: first day of the test."),
        _day("end", "End", "Lift: last day of the test."),
        Column("lift", "Lift", Kind.OUTCOME, "Lift: sales that the channel brought in the window."),
        Column("standard_error", "Standard error", Kind.OUTCOME, "Lift: give or take how much.", width=15.0),
        Column(
            "change",
            "Change",
            Kind.CHANGE,
            "Lift: share of exposure added in the test; -100 % when all was withheld, also when left empty.",
        ),
        Column("x", "X", Kind.MONEY, "Step: spend per week before the step."),
        Column("delta_x", "Delta x", Kind.MONEY, "Step: change of spend per week."),
        Column("delta_y", "Delta y", Kind.OUTCOME, "Step: change of sales per week that it brought."),
        Column("sigma", "Sigma", Kind.OUTCOME, "Step: standard error of the change of sales."),
        _day("date", "Date", "Step: when its result was known. May be left out."),
        _sub_category("The sub-category that was tested; empty for all."),
    ),
    rows=30,
    landscape=True,
)

SHEETS: tuple[Sheet, ...] = (SALES, MEDIA, EVENTS, CONTROLS, EXPERIMENTS)
