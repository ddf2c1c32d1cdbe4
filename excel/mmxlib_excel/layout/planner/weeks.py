"""Tables of weeks across: sales of the units shown, spend, what channels bring, sales by unit."""

from collections.abc import Iterator

from mmxlib.report.columns import Kind
from mmxlib_excel.layout.planner import hidden_places as places
from mmxlib_excel.layout.planner import planner_places as at
from mmxlib_excel.layout.planner.room import CHANNELS, UNITS, WEEKS
from mmxlib_excel.layout.planner.showing import beside, in_week, name_of, shown, week_total
from mmxlib_excel.layout.spec import Formula

_FORECAST_ROWS = (at.FORECAST_ROW, at.LOWER_ROW, at.UPPER_ROW)


def weekly() -> Iterator[Formula]:
    """Yield sales by week under the plan in use and beside it."""
    chosen = places.SELECTED.away_down()
    for t in range(WEEKS):
        base, media = at.WEEKLY.cell(at.BASE_ROW, t), at.WEEKLY.cell(at.MEDIA_ROW, t)
        present = f"SUMPRODUCT({chosen},{places.PRESENT_MEDIA.away_down(t)})"
        rows = {
            at.SALES_ROW: f"{base}+{media}",
            at.BASE_ROW: f"SUMPRODUCT({chosen},{places.UNIT_BASE.away_down(t)})",
            at.MEDIA_ROW: f"SUMPRODUCT({chosen},{places.UNIT_MEDIA.away_down(t)})",
            at.PRESENT_ROW: f"{base}+{present}",
            at.SPEND_ROW: f"SUM({places.SPEND.away_down(t)})",
        }
        for row, text in rows.items():
            yield in_week(at.WEEKLY, row, t, text, _kind(row), strong=row == at.SALES_ROW)
        before = places.YEAR_BEFORE.away_down(t)
        yield shown(
            at.WEEKLY.cell(at.BEFORE_ROW, t),
            f"COUNT({before})>0",
            f"SUMPRODUCT({chosen},{before})",
            Kind.EXPECTED,
        )
        for place, row in enumerate(_FORECAST_ROWS):
            yield _forecast(at.WEEKLY.cell(row, t), place * (WEEKS + 1) + t)
    for row in range(at.WEEKLY.rows):
        if row not in _FORECAST_ROWS:
            yield week_total(at.WEEKLY, row, _kind(row), strong=row == at.SALES_ROW)
    for place, row in enumerate(_FORECAST_ROWS):
        yield _forecast(beside(at.WEEKLY, row, 3), place * (WEEKS + 1) + WEEKS)
    plan = f"INDEX({places.FORECAST_NAMES.away_down()},{places.CHOSEN.away()})"
    yield shown(beside(at.WEEKLY, at.FORECAST_ROW, 4), f'{plan}<>""', plan, Kind.TEXT)


def by_channel() -> Iterator[Formula]:
    """Yield the spend of the plan in use and what each channel brings, by week."""
    chosen = places.SELECTED.away_down()
    for c in range(CHANNELS):
        name = name_of(at.SPEND_TYPED, c)
        for grid, kind in ((at.SPEND_USED, Kind.MONEY), (at.CONTRIBUTIONS, Kind.OUTCOME)):
            yield shown(name_of(grid, c), f'{name}<>""', name, Kind.TEXT)
            yield week_total(grid, c, kind)
        for t in range(WEEKS):
            brought = places.RESPONSE.away_down(t, c * UNITS, (c + 1) * UNITS - 1)
            spend, media = places.SPEND.away(c, t), f"SUMPRODUCT({chosen},{brought})"
            yield in_week(at.SPEND_USED, c, t, spend, Kind.MONEY, name=name)
            yield in_week(at.CONTRIBUTIONS, c, t, media, Kind.OUTCOME, name=name)


def by_unit() -> Iterator[Formula]:
    """Yield each unit's sales by week under the plan in use."""
    for u in range(UNITS):
        name = places.UNIT_NAMES.away(u + 1)
        yield shown(name_of(at.BY_UNIT, u), f'{name}<>""', name, Kind.TEXT)
        yield week_total(at.BY_UNIT, u, Kind.EXPECTED)
        for t in range(WEEKS):
            sales = f"{places.UNIT_BASE.away(u, t)}+{places.UNIT_MEDIA.away(u, t)}"
            yield in_week(at.BY_UNIT, u, t, sales, Kind.EXPECTED, name=name)


def _forecast(cell: str, column: int) -> Formula:
    """Return a number of the last forecast of the plan in use; nothing where there is none."""
    found = f"INDEX({places.FORECAST.away_down(column)},{places.CHOSEN.away()})"
    return shown(cell, f"ISNUMBER({found})", found, Kind.EXPECTED)


def _kind(row: int) -> Kind:
    return Kind.MONEY if row == at.SPEND_ROW else Kind.EXPECTED
