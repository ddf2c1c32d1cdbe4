"""Totals of the plan in use: the summary on top, returns by channel, and the plans side by side."""

from collections.abc import Iterator

from mmxlib.report.columns import Kind
from mmxlib_excel.layout.planner import hidden_places as places
from mmxlib_excel.layout.planner import planner_places as at
from mmxlib_excel.layout.planner.grids import Grid
from mmxlib_excel.layout.planner.room import CHANNELS, PLANS, UNITS, WEEKS
from mmxlib_excel.layout.planner.showing import (
    CAUSED_COLUMN,
    CHANGE_COLUMN,
    INSIDE_COLUMN,
    MARGINAL_COLUMN,
    ROI_COLUMN,
    SPEND_COLUMN,
    TOTAL_COLUMN,
    beside,
    name_of,
    shown,
)
from mmxlib_excel.layout.spec import Formula

_MONEY = places.MONEY.away()
_TOTAL_ROW = CHANNELS
_PRESENT = 1
"""The place of the present plan among the choices."""


def channel_totals() -> Iterator[Formula]:
    """Yield each channel's spend and returns under the plan in use, over all units, and their sums."""
    grid = at.SPEND_TYPED
    for c in range(CHANNELS):
        paid, first, last = f"{places.PAID.away(c)}=1", c * UNITS, (c + 1) * UNITS - 1
        caused, slope = (f"SUM({each.away_down(0, first, last)})" for each in (places.CAUSED, places.SLOPE))
        area = f"{places.RESPONSE.away(first)}:{places.RESPONSE.cell(last, WEEKS - 1)}"
        inside = f"SUMPRODUCT({area}*{places.WEEK_USED.away_across()})"
        there = f'{name_of(grid, c)}<>""'
        yield shown(beside(grid, c, SPEND_COLUMN), paid, places.PRESENT_SPEND.away(c), Kind.MONEY)
        yield shown(beside(grid, c, TOTAL_COLUMN), paid, f"SUM({places.SPEND.away_across(c)})", Kind.MONEY)
        yield shown(beside(grid, c, INSIDE_COLUMN), there, inside, Kind.OUTCOME)
        yield shown(beside(grid, c, CAUSED_COLUMN), paid, caused, Kind.OUTCOME)
        yield from _ratios(c, slope)
    for column, kind in (
        (SPEND_COLUMN, Kind.MONEY), (TOTAL_COLUMN, Kind.MONEY),
        (INSIDE_COLUMN, Kind.OUTCOME), (CAUSED_COLUMN, Kind.OUTCOME),
    ):  # fmt: skip
        cells = Grid(places.PLANNER, grid.row, column, CHANNELS).down()
        yield shown(beside(grid, _TOTAL_ROW, column), f"COUNT({cells})>0", f"SUM({cells})", kind, strong=True)
    yield from _ratios(_TOTAL_ROW, f"SUM({places.SLOPE.away_down()})", strong=True)


def _ratios(row: int, slope: str, *, strong: bool = False) -> Iterator[Formula]:
    """Yield change of spend, ROI and marginal ROI in a row of the channels' table."""
    grid = at.SPEND_TYPED
    spend, present = beside(grid, row, TOTAL_COLUMN), beside(grid, row, SPEND_COLUMN)
    caused = beside(grid, row, CAUSED_COLUMN)
    worth = f"IF(COUNT({spend},{_MONEY})=2,{spend}>0,FALSE)"
    yield _change(beside(grid, row, CHANGE_COLUMN), spend, present)
    yield shown(beside(grid, row, ROI_COLUMN), worth, f"{caused}*{_MONEY}/{spend}", Kind.RATIO, strong=strong)
    yield shown(
        beside(grid, row, MARGINAL_COLUMN), worth, f"{slope}*{_MONEY}/{spend}", Kind.RATIO, strong=strong
    )


def summary() -> Iterator[Formula]:
    """Yield the few numbers on top: the plan in use, the present plan, their change, the year before."""
    rows = at.SUMMARY
    use, present, change, before = (1, 2, 3, 4)
    sales, channels = at.WEEKLY, at.SPEND_TYPED

    def total(row: int) -> str:
        return beside(sales, row, TOTAL_COLUMN)

    for row, (in_use, now) in enumerate(
        (
            (total(at.SALES_ROW), total(at.PRESENT_ROW)),
            (
                total(at.MEDIA_ROW),
                f"{total(at.PRESENT_ROW)}-{total(at.BASE_ROW)}",
            ),
            (beside(channels, _TOTAL_ROW, TOTAL_COLUMN), beside(channels, _TOTAL_ROW, SPEND_COLUMN)),
        )
    ):
        kind = (Kind.EXPECTED, Kind.OUTCOME, Kind.MONEY)[row]
        there = f"ISNUMBER({total(at.SALES_ROW)})"
        yield shown(rows.cell(row, use), there, in_use, kind, strong=True)
        yield shown(rows.cell(row, present), there, now, kind)
        yield _change(rows.cell(row, change), rows.cell(row, use), rows.cell(row, present))
    year = total(at.BEFORE_ROW)
    yield shown(rows.cell(0, before), f"ISNUMBER({year})", year, Kind.EXPECTED)
    for row, column in ((3, ROI_COLUMN), (4, MARGINAL_COLUMN)):
        ratio = beside(channels, _TOTAL_ROW, column)
        yield shown(rows.cell(row, use), f"ISNUMBER({ratio})", ratio, Kind.RATIO, strong=True)
    roi = beside(at.PLANS_SHOWN, _PRESENT, ROI_COLUMN)
    yield shown(rows.cell(3, present), f"ISNUMBER({roi})", roi, Kind.RATIO)


def plans_side_by_side() -> Iterator[Formula]:
    """Yield a row for the plan in use and one for each that is kept, at a budget factor of one."""
    grid = at.PLANS_SHOWN
    use, now = at.WEEKLY, beside(at.WEEKLY, at.PRESENT_ROW, TOTAL_COLUMN)
    channels = at.SPEND_TYPED
    base = beside(use, at.BASE_ROW, TOTAL_COLUMN)
    names = places.CHOICE_NAMES
    for row in range(PLANS + 1):
        there, first = f'{names.away(row)}<>""', row == 0
        spend, sales, inside, caused = (
            beside(grid, row, each) for each in (SPEND_COLUMN, TOTAL_COLUMN, INSIDE_COLUMN, CAUSED_COLUMN)
        )
        stored = "+".join(
            f"{places.SELECTED.away(u)}*{places.CHOICE_MEDIA.away(row, u)}" for u in range(UNITS)
        )
        media = beside(use, at.MEDIA_ROW, TOTAL_COLUMN) if first else stored
        yield shown(
            grid.cell(row), there, '"Plan in use"' if first else names.away(row), Kind.TEXT, strong=first
        )
        amount = beside(channels, _TOTAL_ROW, TOTAL_COLUMN) if first else places.CHOICE_SPEND.away(row)
        whole = beside(channels, _TOTAL_ROW, CAUSED_COLUMN) if first else places.CHOICE_CAUSED.away(row)
        yield shown(spend, there, amount, Kind.MONEY)
        yield shown(sales, there, f"{base}+{inside}", Kind.EXPECTED, strong=first)
        yield _change(beside(grid, row, CHANGE_COLUMN), sales, now)
        yield shown(inside, there, media, Kind.OUTCOME)
        yield shown(caused, there, whole, Kind.OUTCOME)
        worth = f"IF(COUNT({spend},{_MONEY})=2,{spend}>0,FALSE)"
        yield shown(beside(grid, row, ROI_COLUMN), worth, f"{caused}*{_MONEY}/{spend}", Kind.RATIO)


def _change(cell: str, new: str, old: str) -> Formula:
    """Return the relative change; nothing where there is nothing to compare with."""
    return shown(cell, f"IF(COUNT({new},{old})=2,{old}>0,FALSE)", f"{new}/{old}-1", Kind.CHANGE)
