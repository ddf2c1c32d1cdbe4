"""Plans, events and controls that a forecast is asked for, and how faulty ones are refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import mmxlib as mmx
from mmxlib.artifacts.panel import Event
from mmxlib.errors import DataError, UsageError
from mmxlib.forecasting.forecast import spend_plan
from mmxlib.forecasting.future_drivers import future_panel
from mmxlib.forecasting.spend_plans import present_plan
from mmxlib.model.model import Model
from tests.forecasting.responses import whole_response

RESPONSE = whole_response()
MODEL = Model(RESPONSE)
DATES = [str(RESPONSE.panel.dates[-1] + np.timedelta64(7 * ahead, "D")) for ahead in (1, 2, 3)]
CHANNELS = ("tv", "radio", "search", "print")


def plan(**changes: object) -> pd.DataFrame:
    """Return a sound plan of three periods for all units; ``changes`` are columns of one more row."""
    rows = [{"date": day, "channel": name, "spend": 100.0} for day in DATES for name in CHANNELS]
    return pd.DataFrame([*rows, changes] if changes else rows)


def codes(frame: pd.DataFrame) -> list[str]:
    with pytest.raises(DataError) as refused:
        mmx.forecast(MODEL, frame)
    return [fault.code for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        ({"date": DATES[0], "channel": "tvv", "spend": 1.0}, "MMX-M073", 'Did you mean "tv"'),
        ({"date": DATES[0], "channel": "newsletter", "spend": 1.0}, "MMX-M074", "organic"),
        ({"date": DATES[0], "channel": "tv", "spend": -5.0}, "MMX-M072", "-5 is negative"),
        ({"date": DATES[0], "channel": "tv", "spend": None}, "MMX-D025", "missing"),
        ({"date": "2023-01-02", "channel": "tv", "spend": 1.0}, "MMX-M076", "not after the data"),
        ({"date": "2024-02-28", "channel": "tv", "spend": 1.0}, "MMX-M077", "not the first day"),
        ({"date": "soon", "channel": "tv", "spend": 1.0}, "MMX-D022", "not a date"),
        ({"date": DATES[0], "channel": "tv", "spend": 1.0}, "MMX-M079", "row 1"),
        ({"date": DATES[0], "channel": "tv", "spend": 1.0, "unit": "S9"}, "MMX-M075", "S9"),
        ({"date": DATES[0], "channel": "tv", "spend": 1.0, "unit": "S1"}, "MMX-M080", "one for all"),
        ({"date": DATES[0], "channel": "radio", "spend": 1.0, "unit": "S1"}, "MMX-M078", "national"),
    ],
)
def test_a_faulty_row_is_refused_in_words_with_its_place(row: dict, code: str, said: str) -> None:
    with pytest.raises(DataError, match=said) as refused:
        mmx.forecast(MODEL, plan(**row))
    faults = {fault.code: fault for fault in refused.value.faults}
    assert code in faults
    assert "the plan, row 13" in faults[code].place


def test_all_faults_are_said_at_once() -> None:
    frame = plan(date="soon", channel="tvv", spend=-1.0).query("channel != 'print'")
    assert {"MMX-D022", "MMX-M073", "MMX-M072", "MMX-M081"} <= set(codes(frame))


def test_a_gap_and_a_channel_without_a_row_are_refused_by_name() -> None:
    with pytest.raises(DataError, match=DATES[1]):
        mmx.forecast(MODEL, plan().query(f"date != '{DATES[1]}'"))
    with pytest.raises(DataError, match="says nothing of search"):
        mmx.forecast(MODEL, plan().query("channel != 'search'"))


def test_a_plan_without_rows_is_refused() -> None:
    assert codes(plan().iloc[:0]) == ["MMX-M081"]


def test_missing_columns_are_named() -> None:
    assert codes(plan().drop(columns="spend")) == ["MMX-M071"]


def test_another_number_of_periods_than_the_plans_is_refused() -> None:
    with pytest.raises(DataError, match="has 3 periods, but 4"):
        mmx.forecast(MODEL, plan(), periods=4)


@pytest.mark.parametrize("periods", [0, 61])
def test_a_forecast_longer_than_the_data_is_refused(periods: int) -> None:
    with pytest.raises(UsageError, match="Ask for 1 to 60"):
        mmx.forecast(MODEL, periods=periods)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"plan": "next"}, "no plan"),
        ({"estimate": "median"}, "mean, reference"),
        ({"level": 1.5}, "level from 0.5"),
    ],
)
def test_arguments_that_mean_nothing_are_refused(arguments: dict, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        mmx.forecast(MODEL, **arguments)


def test_a_channel_has_no_spend_where_the_plan_has_no_row() -> None:
    made = spend_plan(RESPONSE, plan().query(f"channel != 'tv' or date == '{DATES[0]}'"))
    assert made.spend[:, 0, 0].sum() == pytest.approx(100.0)
    assert made.spend[:, 1:, 0].sum() == 0.0


def test_spend_for_all_units_is_split_as_in_the_last_periods_and_that_is_said() -> None:
    made = spend_plan(RESPONSE, plan())
    recent = RESPONSE.panel.spend[:, -3:, 0].sum(axis=1)
    np.testing.assert_allclose(made.spend[:, 1, 0], 100.0 * recent / recent.sum())
    np.testing.assert_array_equal(made.spend[:, :, 1], 100.0)  # national: one series for all
    assert [note.about for note in made.notes] == ["tv", "search", "print"]


def test_spend_counts_national_channels_once() -> None:
    made = spend_plan(RESPONSE, plan())
    np.testing.assert_allclose(made.by_period(RESPONSE.panel), 400.0)


def test_the_present_plan_repeats_the_last_periods() -> None:
    made = present_plan(RESPONSE, 5)
    np.testing.assert_array_equal(made.spend, RESPONSE.panel.spend[:, -5:])
    assert len(mmx.forecast(MODEL)["date"].unique()) == 13


def test_a_row_with_a_unit_goes_to_that_unit() -> None:
    frame = plan().assign(unit=lambda rows: np.where(rows["channel"] == "tv", "S2", ""))
    made = spend_plan(RESPONSE, frame)
    np.testing.assert_array_equal(made.spend[:, :, 0], [[0.0] * 3, [100.0] * 3])


def test_an_event_that_the_model_never_met_is_refused() -> None:
    day = pd.Timestamp(DATES[0]).date()
    with pytest.raises(DataError, match="It has met Fair, Sale"):
        mmx.forecast(MODEL, events=[Event("Olympics", day, day)])
    with pytest.raises(DataError, match='Did you mean "Fair"'):
        mmx.forecast(MODEL, events=pd.DataFrame({"name": ["Fairs"], "start": [day], "end": [day]}))
    with pytest.raises(DataError, match="S7"):
        mmx.forecast(MODEL, events=[Event("Fair", day, day, "S7")])


def test_events_as_a_frame_and_as_values_are_the_same() -> None:
    start, end = (pd.Timestamp(day).date() for day in DATES[:2])
    frame = pd.DataFrame({"name": ["Sale"], "start": [start], "end": [end], "unit": ["S1"]})
    first, second = (mmx.forecast(MODEL, events=e) for e in (frame, [Event("Sale", start, end, "S1")]))
    pd.testing.assert_frame_equal(first, second)


def controls(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"date": DATES, **columns})


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (controls(prize=[9.0] * 3), 'Did you mean "price"'),
        (controls(price=[9.0, 0.0, 9.0]), "0 is not above zero"),
        (controls(price=[9.0, None, 9.0]), "missing"),
        (controls(price=[9.0] * 3).iloc[:2], DATES[2]),
        (controls(price=[9.0] * 3, unit=["S1", "S1", "X"]), 'no unit "X"'),
        (pd.concat([controls(price=[9.0] * 3)] * 2), "row 1"),
        (controls(price=[9.0] * 3).drop(columns="date"), "no column"),
    ],
)
def test_faulty_controls_are_refused_in_words(frame: pd.DataFrame, said: str) -> None:
    with pytest.raises(DataError, match=said):
        mmx.forecast(MODEL, periods=3, controls=frame)


def test_controls_not_given_hold_and_promotions_repeat_their_year() -> None:
    past = RESPONSE.panel.control_values
    made = future_panel(RESPONSE, present_plan(RESPONSE, 3), controls=controls(price=[9.0, 8.0, 7.0]))
    np.testing.assert_array_equal(made.control_values[:, :, 0], [[9.0, 8.0, 7.0]] * 2)
    np.testing.assert_array_equal(made.control_values[:, :, 1], past[:, 8:11, 1])
    np.testing.assert_array_equal(made.control_values[:, :, 2], np.repeat(past[:, -1:, 2], 3, axis=1))


def test_promotions_without_a_year_before_hold_their_mean() -> None:
    short = whole_response(periods=40)
    made = future_panel(short, present_plan(short, 3))
    mean = short.panel.control_values[:, :, 1].mean(axis=1)
    np.testing.assert_allclose(made.control_values[:, :, 1], np.repeat(mean[:, None], 3, axis=1))


def test_what_is_said_of_one_unit_goes_before_what_is_said_of_all() -> None:
    own = controls(price=[5.0] * 3, unit=["S2"] * 3)
    frame = pd.concat([own, controls(price=[9.0] * 3, unit=[""] * 3)])
    made = future_panel(RESPONSE, present_plan(RESPONSE, 3), controls=frame)
    np.testing.assert_array_equal(made.control_values[:, :, 0], [[9.0] * 3, [5.0] * 3])


def test_a_price_below_that_of_today_changes_controls_alone() -> None:
    made = [mmx.forecast(MODEL, periods=3, controls=controls(price=[each] * 3)) for each in (10.0, 8.0)]
    moved = made[0].loc[~np.isclose(made[0]["mean"], made[1]["mean"]), "component"]
    assert set(moved) == {"controls", "outcome"}


def test_a_channel_that_was_never_spent_on_can_be_planned() -> None:
    spend = RESPONSE.panel.spend.copy()
    spend[:, :, 0] = 0.0
    rested = replace(RESPONSE, panel=replace(RESPONSE.panel, spend=spend))
    share = rested.outcome_scale / rested.outcome_scale.sum()
    np.testing.assert_allclose(spend_plan(rested, plan()).spend[:, 0, 0], 100.0 * share)
