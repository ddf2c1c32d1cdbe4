"""What is expected under a plan: against formulas written out anew, against history, and added up."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import mmxlib as mmx
from mmxlib.artifacts.panel import Event
from mmxlib.artifacts.response import Response
from mmxlib.errors import UsageError
from mmxlib.forecasting.continuation import check_future, expected_of, future_columns
from mmxlib.forecasting.forecast import outlook
from mmxlib.forecasting.forecast_draws import forecast_draws
from mmxlib.model.decomposition import base_draws, media_draws
from mmxlib.model.model import Model
from tests.forecasting.responses import AHEAD, CHANNELS, numpy_forecast, past_of, whole_response

RESPONSE = whole_response()
MODEL = Model(RESPONSE)
KEYS = ["unit", "date", "component"]


def means(table: pd.DataFrame) -> pd.Series:
    return table.assign(date=table["date"].astype("datetime64[s]")).set_index(KEYS)["mean"].sort_index()


def plan_frame(response: Response, spend: np.ndarray) -> pd.DataFrame:
    """Return spend (unit, period, channel) as a plan's frame, national channels once, organic ones not."""
    panel, rows = response.panel, []
    for t, day in enumerate(panel.dates[-1] + 7 * np.arange(1, spend.shape[1] + 1)):
        for c, channel in enumerate(panel.channels):
            if not channel.paid:
                continue
            units = [(0, "all")] if channel.national else list(enumerate(panel.units))
            rows += [(day, channel.name, unit, spend[u, t, c]) for u, unit in units]
    return pd.DataFrame(rows, columns=["date", "channel", "unit", "spend"])


def test_the_forecast_of_the_present_plan_equals_plain_numpy() -> None:
    panel = RESPONSE.panel
    paid = np.array([channel.paid for channel in CHANNELS])
    cost = np.where(paid, RESPONSE.cost_per_exposure, 1.0)[:, None, :]
    exposure = np.where(paid, panel.spend[:, -AHEAD:] / cost, panel.exposure[:, -AHEAD:])
    controls = np.repeat(panel.control_values[:, -1:], AHEAD, axis=1)
    controls[:, :, 1] = panel.control_values[:, 60 - 52 : 60 - 52 + AHEAD, 1]
    expected, found = means(numpy_forecast(RESPONSE, exposure, controls)), means(mmx.forecast(MODEL))
    assert found.index.equals(expected.index)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-10)


def test_a_known_future_without_noise_is_forecast_exactly() -> None:
    """Through the public door alone: a plan's frame, events and controls as they then came."""
    whole = whole_response(periods=73, draws=1, rho=0.0)
    organic = whole.panel.exposure.copy()
    organic[:, 60:, 4] = organic[:, 47:60, 4]
    coefficients = whole.draws.base.copy()
    coefficients[:, :, 1 : 2 + len(whole.base.knots)] = 0.0  # a damped trend is not a straight one
    whole = replace(
        whole,
        panel=replace(whole.panel, exposure=organic),
        draws=replace(whole.draws, base=coefficients),
    )
    outcome = np.stack([media_draws(whole, u)[0].sum(axis=1) + base_draws(whole, u)[0].sum(axis=1)
                        for u in range(2)])  # fmt: skip
    whole = replace(whole, panel=replace(whole.panel, outcome=outcome))
    past = past_of(whole, 60)
    past = replace(past, panel=replace(past.panel, events=whole.panel.events[::2]))
    later = whole.panel.window(60, 73)
    controls = pd.DataFrame(
        [
            (day, unit, *later.control_values[u, t])
            for t, day in enumerate(later.dates)
            for u, unit in enumerate(later.units)
        ],
        columns=["date", "unit", "price", "deal", "rain"],
    )
    made = mmx.forecast(
        Model(past), plan_frame(past, later.spend), events=[whole.panel.events[1]], controls=controls
    )
    actual = Model(whole).contributions()
    actual = actual[actual["date"] >= pd.Timestamp(later.dates[0])]
    found = means(made[made["component"] != "outcome"])
    np.testing.assert_allclose(found, means(actual), atol=1e-9)


def test_over_historical_exposure_media_equal_the_decomposition() -> None:
    past, later = past_of(RESPONSE, 47), RESPONSE.panel.window(47, 60)
    columns = future_columns(past, later)
    for unit in range(2):
        made = expected_of(past, later, unit, columns=columns, draws=RESPONSE.draws)
        np.testing.assert_allclose(made.media, media_draws(RESPONSE, unit)[:, 47:], rtol=1e-12)


def test_the_residual_fades_from_where_history_left_it() -> None:
    history = MODEL.contributions()
    last = history[(history["component"] == "residual") & (history["unit"] == "S1")]["mean"].iloc[-1]
    made = mmx.forecast(MODEL)
    ahead = made[(made["component"] == "residual") & (made["unit"] == "S1")]["mean"].to_numpy()
    np.testing.assert_allclose(ahead, last * 0.4 ** np.arange(1, 14), rtol=1e-10)


def test_the_means_of_components_add_up_to_the_outcome() -> None:
    made = mmx.forecast(MODEL)
    whole = made[made["component"] == "outcome"].set_index(["unit", "date"])["mean"]
    parts = made[made["component"] != "outcome"].groupby(["unit", "date"])["mean"].sum()
    np.testing.assert_allclose(whole, parts.loc[whole.index], rtol=1e-13)


@pytest.mark.parametrize(("by_unit", "by_period"), [(False, True), (True, False), (False, False)])
def test_added_up_means_are_the_sums_of_the_means(by_unit: bool, by_period: bool) -> None:
    keys = ["component", *(["unit"] if by_unit else []), *(["date"] if by_period else [])]
    each = mmx.forecast(MODEL).groupby(keys)["mean"].sum()
    added = mmx.forecast(MODEL, by_unit=by_unit, by_period=by_period).set_index(keys)["mean"]
    np.testing.assert_allclose(added.sort_index(), each.sort_index(), rtol=1e-12, atol=1e-9)


def test_the_interval_of_a_sum_is_not_the_sum_of_bounds() -> None:
    each, added = mmx.forecast(MODEL), mmx.forecast(MODEL, by_unit=False, by_period=False)
    widths = [t[t["component"] == "outcome"].eval("upper - lower") for t in (each, added)]
    independent = float(np.sqrt((widths[0] ** 2).sum()))
    assert independent < widths[1].iloc[0] < widths[0].sum()


def test_the_reference_is_one_formula_without_intervals() -> None:
    one = replace(RESPONSE, draws=RESPONSE.reference)
    made = mmx.forecast(MODEL, estimate="reference")
    assert made[["lower", "upper"]].isna().all(axis=None)
    np.testing.assert_allclose(means(made), means(mmx.forecast(Model(one))), rtol=1e-12, atol=1e-10)


def test_a_budget_plan_is_forecast_as_it_was_measured() -> None:
    """With more draws than plans use, so that both must take the same ones."""
    model = Model(whole_response(draws=450))
    plan = mmx.optimize_budget(model, budget=20_000.0, periods=8)
    made = mmx.forecast(model, plan, by_unit=False, by_period=False).set_index("component")["mean"]
    media = made[[channel.name for channel in CHANNELS]].sum()
    assert media == pytest.approx(plan.outcome_in_periods, rel=1e-10)


def test_an_outlook_and_media_make_the_forecast() -> None:
    made = mmx.forecast(MODEL, seed=5)
    found = outlook(RESPONSE, AHEAD, rng=np.random.default_rng(5))
    names = [channel.name for channel in CHANNELS]
    media = means(made[made["component"].isin(names)]).groupby(["unit", "date"]).sum().to_numpy()
    whole = means(made[made["component"] == "outcome"]).to_numpy()
    np.testing.assert_allclose(found.base.mean(axis=0).ravel() + media, whole, rtol=1e-12)
    more = outlook(RESPONSE, AHEAD, rng=np.random.default_rng(5), rounds=3)
    assert more.shocks.total.shape == (21, 2, AHEAD)
    np.testing.assert_allclose(more.shocks.total[:7], found.shocks.total, rtol=1e-9)


def test_more_spend_never_lowers_the_forecast() -> None:
    spend = RESPONSE.panel.spend[:, -AHEAD:]
    less, more = (means(mmx.forecast(MODEL, plan_frame(RESPONSE, factor * spend))) for factor in (1.0, 1.3))
    assert (more - less).min() >= -1e-9


def test_a_future_event_brings_what_its_past_brought() -> None:
    panel = RESPONSE.panel
    start = (panel.dates[-1] + np.timedelta64(14, "D")).astype("datetime64[D]").item()
    week = Event("Sale", start, start + pd.Timedelta(days=6).to_pytimedelta(), "S2")
    brought = means(mmx.forecast(MODEL, events=[week])) - means(mmx.forecast(MODEL))
    place = RESPONSE.base.columns.index("Sale")
    expected = RESPONSE.draws.base[:, 1, place].mean()
    assert brought[("S2", pd.Timestamp(start), "events")] == pytest.approx(expected, rel=1e-9)
    assert brought.drop("outcome", level="component").abs().sum() == pytest.approx(abs(expected), rel=1e-9)


def test_a_future_event_that_the_data_know_need_not_be_given() -> None:
    start = (RESPONSE.panel.dates[-1] + np.timedelta64(7, "D")).astype("datetime64[D]").item()
    fair = Event("Fair", start, start)
    known = replace(RESPONSE, panel=replace(RESPONSE.panel, events=(*RESPONSE.panel.events, fair)))
    pd.testing.assert_frame_equal(mmx.forecast(Model(known)), mmx.forecast(MODEL, events=[fair]))


def test_the_same_seed_gives_the_same_forecast_and_another_moves_only_intervals() -> None:
    first, again, other = (mmx.forecast(MODEL, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    np.testing.assert_array_equal(first["mean"], other["mean"])
    assert not np.array_equal(first["upper"], other["upper"])


def test_a_future_of_other_units_is_refused() -> None:
    later = replace(RESPONSE.panel.window(47, 60), units=("A", "B"))
    with pytest.raises(UsageError, match="other units"):
        check_future(past_of(RESPONSE, 47), later)


def test_without_chance_the_draws_are_what_is_expected() -> None:
    past, later = past_of(RESPONSE, 47), RESPONSE.panel.window(47, 60)
    expected = forecast_draws(past, later, rng=None)
    with_chance = forecast_draws(past, later, rng=np.random.default_rng(0), rounds=400)
    spread = with_chance.std(axis=0) / np.sqrt(400.0)
    assert np.all(np.abs(with_chance.mean(axis=0) - expected.mean(axis=0)) < 5.0 * spread)
