"""What a user has typed in the planner, which a refresh keeps where it still means the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmxlib_excel.layout.planner import planner_places as at
from mmxlib_excel.layout.planner.grids import Grid
from mmxlib_excel.layout.planner.hidden_places import PLANNER
from mmxlib_excel.workbooks.port import Workbook


@dataclass(frozen=True, slots=True)
class PlannerState:
    """What the planner was made for: names of weeks, channels, events and controls, and the choices made."""

    weeks: tuple[str, ...]
    channels: tuple[str, ...]
    events: tuple[str, ...]
    prices: tuple[str, ...]
    controls: tuple[str, ...]
    plan: str
    unit: str


def planner_state(book: Workbook) -> PlannerState:
    """Return what the planner of a workbook was made for; empty names before the first refresh."""
    rows = dict(book.numbered_rows(PLANNER))
    first = at.FIRST_WEEK - 1
    weeks = rows.get(at.WEEK_NAMES.row, ())[first : first + at.WEEK_NAMES.columns]
    return PlannerState(
        tuple(str(each) for each in weeks if each not in (None, "")),
        _names(rows, at.SPEND_TYPED),
        _names(rows, at.EVENTS_TYPED),
        _names(rows, at.PRICES_TYPED),
        _names(rows, at.CONTROLS_TYPED),
        str(book.value(PLANNER, at.PLAN.cell()) or ""),
        str(book.value(PLANNER, at.UNIT.cell()) or ""),
    )


def _names(rows: Mapping[int, Sequence[object]], grid: Grid) -> tuple[str, ...]:
    found = (rows.get(grid.row + index, (None,))[0] for index in range(grid.rows))
    return tuple(str(each) for each in found if each not in (None, ""))
