"""What Python writes for the planner's formulas, and what it leaves as the user typed it."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from mmxlib.artifacts.panel import Event
from mmxlib.artifacts.response import Response
from mmxlib.errors import MmxError
from mmxlib.forecasting.future_drivers import future_panel
from mmxlib.forecasting.spend_plans import present_plan
from mmxlib.maths.adstock import adstocked
from mmxlib.model.curves import adstock_codes
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.layout.planner import hidden_places as places
from mmxlib_excel.layout.planner import planner_places as at
from mmxlib_excel.layout.planner.grids import Grid
from mmxlib_excel.layout.planner.planner_sheet import OWN, PRESENT, WHOLE
from mmxlib_excel.layout.planner.room import CHANNELS, EVENTS, STEPS, UNITS, WEEKS
from mmxlib_excel.layout.planner.sheets import SHEETS
from mmxlib_excel.planner.media_parameters import media_parameters, own_adstock
from mmxlib_excel.planner.planner_state import planner_state
from mmxlib_excel.planner.plans import no_spend, shares
from mmxlib_excel.planner.refreshing import planner_changes, week_names
from mmxlib_excel.planner.refusals import check_room
from mmxlib_excel.template.drawing import draw
from mmxlib_excel.workbooks.file import FileWorkbook
from mmxlib_excel.workbooks.port import Changes
from tests.budget.responses import hand_made_response, media_mix
from tests.mmxlib_excel.planner.market import market

PERIODS = 13


class CellsInMemory:
    """A workbook that holds what was written into it."""

    place = "in memory"

    def __init__(self) -> None:
        self.cells: dict[tuple[str, str], CellValue] = {}

    def sheets(self) -> tuple[str, ...]:
        return tuple(sheet.name for sheet in SHEETS)

    def numbered_rows(self, sheet: str) -> tuple[tuple[int, tuple[object, ...]], ...]:
        grid = Grid(sheet, 1, 1)
        return tuple(
            (row, tuple(self.cells.get((sheet, grid.cell(row - 1, column))) for column in range(40)))
            for row in range(1, 220)
        )

    def value(self, sheet: str, cell: str) -> object:
        return self.cells.get((sheet, cell))

    def write(self, changes: Changes) -> tuple[()]:
        for tile in changes.cells:
            self.cells |= {(tile.sheet, str(at)): value for at, value in tile.cells()}
        return ()


@pytest.fixture(scope="module")
def response() -> Response:
    return market()


def refreshed(book: CellsInMemory, response: Response) -> Changes:
    changes = planner_changes(response, planner_state=planner_state(book))
    book.write(changes)
    return changes


def test_own_and_left_adstock_add_up_to_that_of_all_exposure(response: Response) -> None:
    plan = present_plan(response, PERIODS)
    nothing = no_spend(response.panel, PERIODS)
    media = media_parameters(response, nothing, shares(response, PERIODS))
    own = own_adstock(response, plan)
    exposure = np.concatenate([response.panel.exposure, future_panel(response, plan).exposure], axis=1)
    whole = np.pad(exposure, ((0, 0), (0, STEPS - PERIODS), (0, 0))) / response.exposure_scale[:, None, :]
    reference = response.reference
    for u in range(len(response.panel.units)):
        for c, family in enumerate(adstock_codes(response.priors)):
            shape = float(reference.retention[0, c]), float(reference.timing[0, c])
            spread = adstocked(np.ascontiguousarray(whole[u, :, c]), int(family), *shape)[-STEPS:]
            both = (own[u, c] + media.left[u, c]) * reference.half_saturation[0, c]
            np.testing.assert_allclose(both, spread, rtol=1e-12, atol=1e-28)


def test_lag_weights_never_exceed_one_in_sum(response: Response) -> None:
    media = media_parameters(response, no_spend(response.panel, PERIODS), shares(response, PERIODS))
    assert np.all(media.lag_weights >= 0.0)
    assert np.all(media.lag_weights.sum(axis=1) <= 1.0 + 1e-12)


def test_far_carryover_is_followed_only_where_it_has_no_end(response: Response) -> None:
    media = media_parameters(response, no_spend(response.panel, PERIODS), shares(response, PERIODS))
    assert media.far_shares.shape[1] > 100
    geometric = adstock_codes(response.priors) == 0
    assert np.all(media.far_shares[~geometric] == 0.0)
    assert np.all(np.diff(media.far_shares, axis=1) <= 0.0)


def test_no_number_is_written_over_a_formula(response: Response) -> None:
    formulas = {(sheet.name, formula.cell) for sheet in SHEETS for formula in sheet.formulas}
    written = {
        (tile.sheet, str(cell)) for tile in planner_changes(response).cells for cell, _ in tile.cells()
    }
    assert written & formulas == set()


def test_what_is_too_large_is_refused_all_at_once() -> None:
    response = hand_made_response(media_mix(CHANNELS + 1), units=UNITS + 1, periods=40, draws=1)
    with pytest.raises(MmxError) as caught:
        check_room(response.panel, WEEKS + 1)
    assert [fault.code for fault in caught.value.faults] == ["MMX-X075", "MMX-X076", "MMX-X077"]
    assert "room for 12 units; there are 13" in caught.value.faults[0].problem


def test_a_refresh_is_refused_where_there_are_too_many_channels() -> None:
    response = hand_made_response(media_mix(CHANNELS + 1), units=2, periods=40, draws=1)
    with pytest.raises(MmxError, match="MMX-X076"):
        planner_changes(response)


def test_the_first_refresh_begins_with_the_present_plan(response: Response) -> None:
    book = CellsInMemory()
    refreshed(book, response)
    spend = present_plan(response, PERIODS).spend[:, 2, 0].sum()
    assert book.value(places.PLANNER, at.SPEND_TYPED.cell(0, 2)) == pytest.approx(spend, rel=1e-12)
    assert book.value(places.PLANNER, at.PLAN.cell()) == PRESENT
    assert book.value(places.PLANNER, at.UNIT.cell()) == WHOLE


def test_a_refresh_keeps_what_was_typed_for_the_same_weeks_and_names(response: Response) -> None:
    book = CellsInMemory()
    refreshed(book, response)
    typed = {
        (places.PLANNER, at.SPEND_TYPED.cell(1, 3)): 4711.0,
        (places.PLANNER, at.EVENTS_TYPED.cell(0, 1)): 1.0,
        (places.PLANNER, at.CONTROLS_TYPED.cell(0, 1)): 0.5,
        (places.PLANNER, at.PLAN.cell()): OWN,
        (places.PLANNER, at.UNIT.cell()): "S2",
        (places.PLANNER, at.FACTOR.cell()): 1.2,
    }
    book.cells |= typed
    refreshed(book, response)
    assert {place: book.cells[place] for place in typed} == typed


def test_a_refresh_for_later_weeks_begins_anew(response: Response) -> None:
    book = CellsInMemory()
    refreshed(book, response)
    book.cells[places.PLANNER, at.SPEND_TYPED.cell(1, 3)] = 4711.0
    panel = replace(response.panel, dates=response.panel.dates + 7)
    later = replace(response, panel=panel)
    refreshed(book, later)
    assert book.value(places.PLANNER, at.SPEND_TYPED.cell(1, 3)) != 4711.0
    assert book.value(places.PLANNER, at.WEEK_NAMES.cell()) == week_names(no_spend(panel, PERIODS))[0]


def test_a_smaller_model_leaves_no_name_or_parameter_of_a_larger_one(response: Response) -> None:
    book = CellsInMemory()
    refreshed(book, response)
    refreshed(book, hand_made_response(media_mix(2), units=1, periods=40, draws=1))
    names = at.names_beside(at.SPEND_TYPED)
    assert [book.value(places.PLANNER, names.cell(row)) for row in (1, 2, 3)] == ["channel_1", None, None]
    families = [book.value(places.MATH, places.FAMILY.cell(pair)) for pair in range(places.PAIRS_ROOM.rows)]
    assert [pair for pair, family in enumerate(families) if family is not None] == [0, UNITS]
    assert book.value(places.MODEL, places.UNIT_NAMES.cell(2)) is None


def test_rows_and_columns_without_use_are_hidden(response: Response) -> None:
    changes = planner_changes(response)
    channels = len(response.panel.channels)
    hidden = {
        (span.first, span.last) for span in changes.rows if not span.shown and span.sheet == places.PLANNER
    }
    first = at.SPEND_TYPED.row
    assert (first + channels, first + CHANNELS - 1) in hidden
    columns = [(span.first, span.last) for span in changes.columns if not span.shown]
    assert columns == [(at.FIRST_WEEK + PERIODS, at.FIRST_WEEK + WEEKS - 1)]


def test_events_without_a_row_are_counted_and_the_known_ones_come_first(response: Response) -> None:
    names = [f"Event {index}" for index in range(EVENTS + 4)]
    day = response.panel.dates[5].astype(object)
    design = response.base
    place = design.columns.index("Sale")
    order = [*range(place), *[place] * len(names), *range(place + 1, len(design.columns))]
    columns = (*design.columns[:place], *names, *design.columns[place + 1 :])
    wide = replace(
        design,
        columns=columns,
        parts=tuple(design.parts[each] for each in order),
        values=design.values[:, :, order],
    )
    events = tuple(Event(name, day, day) for name in names)
    known = tuple(each for each in response.panel.events if each.name == "Fair")
    many = replace(
        response,
        base=wide,
        panel=replace(response.panel, events=(*known, *events)),
        draws=replace(response.draws, base=response.draws.base[:, :, order]),
        reference=replace(response.reference, base=response.reference.base[:, :, order]),
    )
    book = CellsInMemory()
    refreshed(book, many)
    assert book.value(places.PLANNER, at.names_beside(at.EVENTS_TYPED).cell()) == "Fair"
    assert "5 more events have no row" in str(book.value(places.PLANNER, at.NOTE.cell()))


def test_the_same_model_gives_the_same_cells(response: Response) -> None:
    assert planner_changes(response) == planner_changes(response)


def test_the_formulas_stay_few_enough_to_open_quickly() -> None:
    assert sum(len(sheet.formulas) for sheet in SHEETS) <= 40_000
    assert max(len(formula.text) for sheet in SHEETS for formula in sheet.formulas) <= 8_192


def test_formulas_use_functions_that_every_version_knows() -> None:
    used = {
        name
        for sheet in SHEETS
        for formula in sheet.formulas
        for name in re.findall(r"([A-Z][A-Z.]*)\(", re.sub(r'"[^"]*"', "", formula.text))
    }
    assert used <= {
        "CHOOSE", "COUNT", "EXACT", "EXP", "IF", "IFERROR", "INDEX", "ISNUMBER", "LN", "OR", "ROW", "SUM",
        "SUMPRODUCT",
    }  # fmt: skip


def test_nothing_below_the_charts_is_seen_before_there_is_a_model(tmp_path: Path) -> None:
    path = tmp_path / "planner.xlsx"
    path.write_bytes(draw(SHEETS, {}))
    assert shown_rows(path, *at.BELOW_CHARTS) == []


def test_a_refresh_shows_the_rows_that_hold_something(response: Response, tmp_path: Path) -> None:
    path = tmp_path / "planner.xlsx"
    path.write_bytes(draw(SHEETS, {}))
    FileWorkbook(path).write(planner_changes(response))
    channels, units = len(response.panel.channels), len(response.panel.units)
    for grid, used in ((at.SPEND_TYPED, channels), (at.BY_UNIT, units), (at.EVENTS_TYPED, 2)):
        rows = shown_rows(path, grid.row, grid.row + grid.rows - 1)
        assert rows == list(range(grid.row, grid.row + used))
    assert shown_rows(path, at.WEEKLY.row, at.WEEKLY.row + 8) == list(range(at.WEEKLY.row, at.WEEKLY.row + 9))


def shown_rows(path: Path, first: int, last: int) -> list[int]:
    """Return the rows of the planner that are not hidden in a file."""
    book = openpyxl.load_workbook(path)
    rows = book[places.PLANNER].row_dimensions
    shown = [row for row in range(first, last + 1) if not rows[row].hidden]
    book.close()
    return shown
