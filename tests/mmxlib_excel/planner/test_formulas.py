"""The planner's formulas against the library, recalculated by LibreOffice."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

import mmxlib as mmx
from mmxlib.artifacts.panel import Event
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.response import Response
from mmxlib.forecasting.forecast import spend_plan
from mmxlib.forecasting.spend_plans import present_plan
from mmxlib.model.model import Model
from mmxlib_excel.layout.planner import planner_places as at
from mmxlib_excel.layout.planner import showing
from mmxlib_excel.layout.planner.grids import Grid
from mmxlib_excel.layout.planner.hidden_places import PLANNER
from mmxlib_excel.layout.planner.planner_sheet import OWN, PRESENT, RECOMMENDED, WAITING, WHOLE
from mmxlib_excel.layout.planner.room import CHANNELS, UNITS
from mmxlib_excel.layout.planner.room import WEEKS as ROOM_WEEKS
from mmxlib_excel.planner.refreshing import planner_changes
from mmxlib_excel.workbooks.port import Changes
from tests.budget.responses import hand_made_response, media_mix
from tests.mmxlib_excel.planner.market import (
    EVENTS,
    FIRST_DAY,
    KNOWN,
    WEEKS,
    component,
    frame_of,
    market,
    only_week,
    returns_of,
    scenarios_for,
    spikes,
)
from tests.mmxlib_excel.planner.recalculated import (
    Recalculated,
    drawn,
    filled,
    recalculated,
    typed,
    with_libreoffice,
)
from tests.model.panels import fitted, known

pytestmark = pytest.mark.slow  # LibreOffice recalculates ten workbooks

RTOL = 1e-9
"""Formulas sum in another order, and powers and exponentials are the spreadsheet's own."""

FACTOR = 1.15


@pytest.fixture(scope="module")
def response() -> Response:
    return market()


@pytest.fixture(scope="module")
def scenarios(response: Response) -> Scenarios:
    return scenarios_for(response)


@pytest.fixture(scope="module")
def books(
    response: Response,
    scenarios: Scenarios,
    fitted_model: Model,
    full_room: Response,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Recalculated]:
    """Return the planner in every state that the tests look at, recalculated at once."""
    with_libreoffice()
    folder = tmp_path_factory.mktemp("planner")
    empty = drawn()
    market_book = filled(
        empty, planner_changes(response, scenarios=scenarios, plan=scenarios.plans[1]), folder
    )
    own = choice(at.PLAN, OWN)
    typed_over = {
        "present": choice(at.PLAN, PRESENT),
        "scenario": choice(at.PLAN, scenarios.plans[2].scenario) + typed(at.FACTOR, [[FACTOR]]),
        "spikes": own + typed(at.SPEND_TYPED, spikes(response, WEEKS, seed=5)) + driven(),
        "one_week": own + typed(at.SPEND_TYPED, only_week(response, 6)) + choice(at.UNIT, "S2"),
        "nothing": own + typed(at.SPEND_TYPED, np.zeros((len(response.panel.channels), WEEKS))),
        "nonsense": own + typed(at.SPEND_TYPED, nonsense(response)) + odd_choices(),
    }
    states = {name: filled(market_book, each, folder) for name, each in typed_over.items()}
    states |= {"empty": empty, "recommended": market_book}
    states["fitted"] = filled(empty, planner_changes(fitted_model.response), folder)
    states["full"] = filled(empty, planner_changes(full_room, plan=full_plan(full_room, scenarios)), folder)
    return recalculated(states, folder)


@pytest.fixture(scope="module")
def fitted_model() -> Model:
    """Return a model fitted to simulated data."""
    panel = known(units=2, channels=3, periods=110).panel
    return Model(fitted(panel, draws=20, starts=1))


@pytest.fixture(scope="module")
def full_room() -> Response:
    """Return a model that fills the planner."""
    return hand_made_response(media_mix(CHANNELS), units=UNITS, periods=60, draws=1, seed=3)


def full_plan(response: Response, scenarios: Scenarios) -> BudgetPlan:
    """Return a plan that fills the planner."""
    table = frame_of(response, spikes(response, ROOM_WEEKS, seed=9), response.panel.dates[-1])
    empty = pd.DataFrame()
    return replace(scenarios.plans[0], table=table, periods=ROOM_WEEKS, forecast=empty)


def choice(grid: Grid, words: str) -> Changes:
    return typed(grid, [[words]])


def driven() -> Changes:
    """Return events moved, prices changed, a promotion set and rain added, as `assumptions` says it."""
    events = np.zeros((2, WEEKS))
    events[0, 5], events[1, 8] = 3.0 / 7.0, 1.0
    deals: list[list[float | None]] = [[None] * WEEKS, [None] * WEEKS]
    deals[0][2], deals[0][4], deals[1][5] = 1.0, 0.0, 1.5
    return (
        typed(at.EVENTS_TYPED, events)
        + typed(at.PRICES_TYPED, [[-0.05] * 6 + [0.0] * 3 + [0.2] * 4])
        + typed(at.CONTROLS_TYPED, deals)
    )


def assumptions(response: Response) -> dict[str, object]:
    """Return the same events and controls as a forecast takes them."""
    monday = FIRST_DAY + timedelta(weeks=5)
    events = [
        Event("Fair", monday, monday + timedelta(days=2)),
        Event("Sale", FIRST_DAY + timedelta(weeks=8), FIRST_DAY + timedelta(weeks=8, days=6), "S2"),
    ]
    changes = [-0.05] * 6 + [0.0] * 3 + [0.2] * 4
    rows = []
    for u, unit in enumerate(response.panel.units):
        past = response.panel.control_values[u]
        for t in range(WEEKS):
            deal = {2: 1.0, 4: 0.0}.get(t, past[len(past) - 52 + t, 1])
            rain = past[-1, 2] + (1.5 if t == 5 else 0.0)
            day = FIRST_DAY + timedelta(weeks=t)
            rows.append((day, unit, past[-1, 0] * (1.0 + changes[t]), deal, rain))
    return {
        "events": events,
        "controls": pd.DataFrame(rows, columns=["date", "unit", "price", "deal", "rain"]),
    }


def nonsense(response: Response) -> list[list[float | str | None]]:
    """Return words, nothing and a negative where spend is typed: each counts as none."""
    rows: list[list[float | str | None]] = [[100.0] * WEEKS for _ in response.panel.channels]
    rows[0][0], rows[1][1], rows[2][2] = "much", None, -50.0
    return rows


def odd_choices() -> Changes:
    return choice(at.PLAN, "own*") + choice(at.UNIT, "No such unit") + typed(at.EVENTS_TYPED, [["yes"]])


def without_known(response: Response) -> Response:
    """Return the model that knows of no event to come."""
    events = tuple(each for each in EVENTS if each is not KNOWN)
    return replace(response, panel=replace(response.panel, events=events))


def beside(row: int, column: int) -> Grid:
    return Grid(PLANNER, at.SPEND_TYPED.row + row, column)


def assert_equals_forecast(
    book: Recalculated, response: Response, forecast: pd.DataFrame, weeks: int = WEEKS
) -> None:
    """Hold sales and contributions of every unit, of those shown, and their totals to a forecast."""
    for u, unit in enumerate(response.panel.units):
        sales = component(forecast, "outcome", unit)
        np.testing.assert_allclose(book.weeks(at.BY_UNIT, u, weeks), sales, rtol=RTOL)
        total = book.number(Grid(PLANNER, at.BY_UNIT.row + u, showing.TOTAL_COLUMN))
        np.testing.assert_allclose(total, sales.sum(), rtol=RTOL)
    shown = book.value(at.UNIT)
    units = response.panel.units if shown == WHOLE else (str(shown),)
    for c, name in enumerate(response.panel.channel_names):
        brought = np.sum([component(forecast, name, unit) for unit in units], axis=0)
        np.testing.assert_allclose(
            book.weeks(at.CONTRIBUTIONS, c, weeks), brought, rtol=RTOL, atol=1e-12 * brought.max()
        )
    sales = np.sum([component(forecast, "outcome", unit) for unit in units], axis=0)
    np.testing.assert_allclose(book.weeks(at.WEEKLY, at.SALES_ROW, weeks), sales, rtol=RTOL)
    np.testing.assert_allclose(book.number(at.SUMMARY, 0, 1), sales.sum(), rtol=RTOL)


def assert_equals_returns(book: Recalculated, response: Response, plan: object, weeks: int = WEEKS) -> None:
    """Hold what spend causes, ROI and marginal ROI to the library's figures at the reference."""
    spent = spend_plan(response, plan, weeks)  # type: ignore[arg-type]  # of any kind
    returns, panel = returns_of(response, spent), response.panel
    spend = np.where(panel.national, spent.spend[0], spent.spend.sum(axis=0)).sum(axis=0)
    paid = [c for c, channel in enumerate(panel.channels) if channel.paid]
    money = panel.money_per_outcome
    for c in paid:
        caused, slope = returns.caused[0, c], returns.slope[0, c]
        np.testing.assert_allclose(book.number(beside(c, showing.TOTAL_COLUMN)), spend[c], rtol=RTOL)
        np.testing.assert_allclose(book.number(beside(c, showing.CAUSED_COLUMN)), caused, rtol=RTOL)
        np.testing.assert_allclose(
            book.number(beside(c, showing.INSIDE_COLUMN)), returns.contribution[0, c], rtol=RTOL
        )
        roi = [book.number(beside(c, each)) for each in (showing.ROI_COLUMN, showing.MARGINAL_COLUMN)]
        np.testing.assert_allclose(roi, np.array([caused, slope]) * money / spend[c], rtol=RTOL)
    whole = [returns.caused[0, paid].sum(), returns.slope[0, paid].sum()]
    ratios = [book.number(at.SUMMARY, row, 1) for row in (3, 4)]
    np.testing.assert_allclose(ratios, np.array(whole) * money / spend[paid].sum(), rtol=RTOL)


def test_own_spend_events_prices_and_controls_give_the_reference_forecast(
    books: dict[str, Recalculated], response: Response
) -> None:
    plan = frame_of(response, spikes(response, WEEKS, seed=5))
    forecast = mmx.forecast(
        Model(without_known(response)), plan, estimate="reference", **assumptions(response)
    )
    assert_equals_forecast(books["spikes"], response, forecast)
    assert_equals_returns(books["spikes"], response, plan)


def test_spend_of_a_single_week_gives_the_reference_forecast_of_the_unit_shown(
    books: dict[str, Recalculated], response: Response
) -> None:
    plan = frame_of(response, only_week(response, 6))
    forecast = mmx.forecast(Model(response), plan, estimate="reference")
    assert books["one_week"].value(at.UNIT) == "S2"
    assert_equals_forecast(books["one_week"], response, forecast)
    assert_equals_returns(books["one_week"], response, plan)


def test_no_spend_leaves_what_was_there_and_shows_no_ratio(
    books: dict[str, Recalculated], response: Response
) -> None:
    book, spend = books["nothing"], np.zeros((len(response.panel.channels), WEEKS))
    forecast = mmx.forecast(Model(response), frame_of(response, spend), estimate="reference")
    assert_equals_forecast(book, response, forecast)
    assert [book.value(at.SUMMARY, row, 1) for row in (3, 4)] == [None, None]


@pytest.mark.parametrize(("state", "index"), [("recommended", 1), ("scenario", 2)])
def test_a_chosen_plan_gives_its_reference_forecast(
    books: dict[str, Recalculated], response: Response, scenarios: Scenarios, state: str, index: int
) -> None:
    table = scenarios.plans[index].table
    if state == "scenario":
        table = table.assign(spend=FACTOR * table["spend"])
    forecast = mmx.forecast(Model(response), table, estimate="reference")
    assert_equals_forecast(books[state], response, forecast)
    assert_equals_returns(books[state], response, table)


def test_the_present_plan_gives_its_reference_forecast(
    books: dict[str, Recalculated], response: Response
) -> None:
    book = books["present"]
    forecast = mmx.forecast(Model(response), "present", estimate="reference")
    assert_equals_forecast(book, response, forecast)
    assert_equals_returns(book, response, present_plan(response, WEEKS))
    assert book.number(at.SUMMARY, 0, 3) == pytest.approx(0.0, abs=1e-12)


def test_the_recommended_plan_is_what_a_refresh_begins_with(books: dict[str, Recalculated]) -> None:
    assert books["recommended"].value(at.PLAN) == RECOMMENDED


def test_the_last_forecast_stands_beside_with_its_range(
    books: dict[str, Recalculated], scenarios: Scenarios
) -> None:
    for state, plan in (("recommended", scenarios.plans[1]), ("present", scenarios.present)):
        whole = plan.forecast[(plan.forecast["component"] == "outcome") & (plan.forecast["unit"] == "all")]
        for row, column in ((at.FORECAST_ROW, "mean"), (at.LOWER_ROW, "lower"), (at.UPPER_ROW, "upper")):
            np.testing.assert_allclose(books[state].weeks(at.WEEKLY, row, WEEKS), whole[column], rtol=RTOL)


def test_plans_stand_side_by_side_with_what_they_sell_and_cause(
    books: dict[str, Recalculated], response: Response, scenarios: Scenarios
) -> None:
    kept = [("present", "present"), (RECOMMENDED, scenarios.plans[1])]
    kept += [(each.scenario, each) for each in scenarios.plans]
    for row, (name, plan) in enumerate(kept, start=1):
        forecast = mmx.forecast(Model(response), plan, estimate="reference", periods=WEEKS)
        sales = forecast[forecast["component"] == "outcome"]["mean"].sum()
        shown = [
            books["recommended"].value(Grid(PLANNER, at.PLANS_SHOWN.row + row, column))
            for column in (at.NAMES, showing.TOTAL_COLUMN)
        ]
        assert shown[0] == name
        assert shown[1] == pytest.approx(sales, rel=RTOL)


def test_words_and_negatives_in_spend_count_as_none(
    books: dict[str, Recalculated], response: Response
) -> None:
    spend = np.full((len(response.panel.channels), WEEKS), 100.0)
    spend[0, 0] = spend[1, 1] = spend[2, 2] = 0.0
    without = without_known(response)  # the known event's row was typed over with a word in its first week
    forecast = mmx.forecast(Model(without), frame_of(response, spend), estimate="reference", events=[KNOWN])
    for u, unit in enumerate(response.panel.units):
        sales = component(forecast, "outcome", unit)
        np.testing.assert_allclose(books["nonsense"].weeks(at.BY_UNIT, u, WEEKS), sales, rtol=RTOL)


def test_no_cell_ever_shows_an_error(books: dict[str, Recalculated]) -> None:
    assert {name: book.errors() for name, book in books.items() if book.errors()} == {}


def test_the_planner_without_a_model_says_what_to_press(books: dict[str, Recalculated]) -> None:
    assert books["empty"].value(at.STATE) == WAITING
    assert [books["empty"].value(at.SUMMARY, row, 1) for row in range(5)] == [None] * 5


def test_a_fitted_model_gives_its_reference_forecast(
    books: dict[str, Recalculated], fitted_model: Model
) -> None:
    forecast = mmx.forecast(fitted_model, "present", estimate="reference")
    assert_equals_forecast(books["fitted"], fitted_model.response, forecast)
    plan = present_plan(fitted_model.response, WEEKS)
    assert_equals_returns(books["fitted"], fitted_model.response, plan)


def test_a_model_that_fills_the_room_gives_its_reference_forecast(
    books: dict[str, Recalculated], full_room: Response, scenarios: Scenarios
) -> None:
    plan = full_plan(full_room, scenarios)
    forecast = mmx.forecast(Model(full_room), plan, estimate="reference")
    assert_equals_forecast(books["full"], full_room, forecast, ROOM_WEEKS)
    assert_equals_returns(books["full"], full_room, plan, ROOM_WEEKS)
