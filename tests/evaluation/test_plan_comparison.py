"""Plan against actual: the part that was changed is the part that is found, and all parts add up."""

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

import mmxlib as mmx
from mmxlib.artifacts.panel import Channel, Panel
from mmxlib.evaluation.plan_comparison import with_experiments_of
from mmxlib.terms import OutcomeKind, Verdict
from tests.evaluation.planned_market import (
    AHEAD,
    PERIODS,
    QUICK,
    Market,
    fitted,
    planned_market,
    present_plan,
)

CHANGES = {
    "nothing": {},
    "spend": {"spent": 2.0},
    "effectiveness": {"effect": 0.5},
    "base": {"shift": -0.12},
}


@pytest.fixture(scope="module")
def model() -> mmx.Model:
    """The history is the same whatever comes after it."""
    return fitted(planned_market().past)


@pytest.fixture(scope="module")
def found(model: mmx.Model) -> dict[str, tuple[Market, mmx.PlanComparison]]:
    markets = {name: planned_market(**change) for name, change in CHANGES.items()}
    return {
        name: (market, mmx.compare_plan(market.plan, model, market.panel, settings=QUICK))
        for name, market in markets.items()
    }


def means(result: mmx.PlanComparison) -> dict[str, float]:
    return dict(zip(result.parts["part"], result.parts["mean"], strict=True))


def said(result: mmx.PlanComparison, about: str) -> str:
    return " ".join(note.text for note in result.notes if note.about == about)


@pytest.mark.parametrize("change", CHANGES)
def test_the_parts_add_up_in_every_unit_and_period(found, change: str) -> None:
    _, result = found[change]
    table = result.table
    four = table["base"] + table["spend"] + table["effectiveness"] + table["noise"]
    scale = table["actual"].max()
    np.testing.assert_allclose(four, table["actual"] - table["planned"], rtol=0.0, atol=1e-9 * scale)
    for part, mean in means(result).items():
        assert table[part].sum() == pytest.approx(mean, abs=1e-9 * result.planned_outcome)
    assert sum(means(result).values()) == pytest.approx(result.difference, abs=1e-9 * result.planned_outcome)
    assert result.base["mean"].sum() == pytest.approx(means(result)["base"], abs=1e-9 * scale * AHEAD)


@pytest.mark.parametrize("change", CHANGES)
def test_planned_outcome_spend_effect_and_effectiveness_make_the_actual_outcome(found, change: str) -> None:
    _, result = found[change]
    channels = result.channels
    made = channels["planned_outcome"] + channels["spend_effect"] + channels["effectiveness"]
    np.testing.assert_allclose(made, channels["actual_outcome"], rtol=1e-9)
    assert channels["spend_effect"].sum() == pytest.approx(means(result)["spend"], abs=1e-6)
    assert channels["effectiveness"].sum() == pytest.approx(means(result)["effectiveness"], abs=1e-6)


@pytest.mark.parametrize("change", ["spend", "effectiveness", "base"])
def test_the_part_that_was_changed_is_the_one_that_is_found(found, change: str) -> None:
    market, result = found[change]
    rows = result.parts.set_index("part")
    assert rows["mean"].abs().idxmax() == change
    assert list(rows.index[rows["certain"]]) == [change]
    assert rows.loc[change, "mean"] == pytest.approx(getattr(market, change), rel=0.25)
    assert f"What mattered most is {change} (" in said(result, change)


@pytest.mark.parametrize("change", CHANGES)
def test_every_true_change_lies_in_its_interval(found, change: str) -> None:
    market, result = found[change]
    for part in ("base", "spend", "effectiveness"):
        row = result.parts.set_index("part").loc[part]
        assert row["lower"] <= getattr(market, part) <= row["upper"]


def test_where_only_chance_differs_no_part_can_be_told_from_zero(found) -> None:
    _, result = found["nothing"]
    assert not result.parts["certain"].any()
    assert result.planned_lower <= result.actual_outcome <= result.planned_upper
    assert "inside the 90 % interval that the plan promised" in said(result, "outcome")
    assert said(result, "parts").startswith("No part of the difference is larger than its uncertainty")


def test_an_outcome_that_the_plan_did_not_promise_is_a_warning(found) -> None:
    _, result = found["base"]
    (note,) = (note for note in result.notes if note.about == "outcome")
    assert note.verdict is Verdict.WARN
    assert "outside the 90 % interval that the plan promised" in note.text


def test_a_halved_effect_is_found_in_its_channel_alone(found) -> None:
    _, result = found["effectiveness"]
    rows = result.channels.set_index("channel")
    certain = (rows["effectiveness_lower"] > 0.0) | (rows["effectiveness_upper"] < 0.0)
    assert list(rows.index[certain]) == ["tv"]
    assert rows.loc["tv", "actual_roi"] < 0.75 * rows.loc["tv", "planned_roi"]
    assert "tv: its exposure brings other sales than the plan assumed" in said(result, "tv")


def test_spend_as_planned_has_no_effect_and_money_explains_the_rest(found) -> None:
    _, quiet = found["nothing"]
    assert means(quiet)["spend"] == 0.0
    _, result = found["spend"]
    rows = result.channels.set_index("channel")
    assert rows.loc["tv", "actual_spend"] == pytest.approx(2.0 * rows.loc["tv", "planned_spend"])
    assert rows.loc["tv", "money_effect"] == rows.loc["tv", "spend_effect"] > 0.0
    assert (rows["cost_effect"] == 0.0).all()
    assert (rows.loc[["search", "social"], "spend_effect"] == 0.0).all()


def test_base_and_effectiveness_that_trade_off_are_said_to(found) -> None:
    _, result = found["nothing"]
    (note,) = (note for note in result.notes if "known better together than apart" in note.text)
    assert note.verdict is Verdict.WARN


def test_the_same_seed_gives_the_same_bytes_and_another_other_ones(found, model) -> None:
    market, result = found["effectiveness"]
    again = mmx.compare_plan(market.plan, model, market.panel, settings=QUICK)
    other = mmx.compare_plan(market.plan, model, market.panel, settings=QUICK, seed=1)
    assert as_text(again) == as_text(result) != as_text(other)


def as_text(result: mmx.PlanComparison) -> list[str]:
    values = (getattr(result, field.name) for field in fields(result))
    return [each.to_csv() if isinstance(each, pd.DataFrame) else repr(each) for each in values]


def test_a_plan_only_half_over_is_compared_as_far_as_it_came(found, model) -> None:
    market, whole = found["spend"]
    panel = market.panel.window(0, PERIODS + 10)
    result = mmx.compare_plan(market.plan, model, panel, settings=QUICK)
    assert (result.periods, result.plan_periods) == (10, AHEAD)
    assert list(result.table["date"].unique()) == list(market.panel.dates[PERIODS : PERIODS + 10])
    assert "the first 10 of the plan's 26 periods" in said(result, "periods")
    first = whole.table[whole.table["date"] < market.panel.dates[PERIODS + 10]]
    np.testing.assert_allclose(result.table["planned"], first["planned"], rtol=1e-12)
    np.testing.assert_allclose(result.table["spend"], first["spend"], rtol=1e-12)


def test_periods_after_the_plan_are_not_compared(found, model) -> None:
    market, whole = found["nothing"]
    short = market.plan[market.plan["date"] < market.panel.dates[PERIODS + 13]]
    result = mmx.compare_plan(short, model, market.panel, settings=QUICK)
    assert (result.periods, result.plan_periods) == (13, 13)
    assert len(result.table) == 13 * len(market.panel.units)
    first = whole.table.iloc[: len(result.table)]
    np.testing.assert_allclose(result.table["base"], first["base"], rtol=1e-9)


def test_money_in_other_units_scales_every_amount(found, model) -> None:
    market, result = found["effectiveness"]
    scaled = Market(
        _times(market.past, 1000.0), _plan_times(market.plan, 1000.0), _times(market.panel, 1000.0)
    )
    other = mmx.compare_plan(scaled.plan, fitted(scaled.past), scaled.panel, settings=QUICK)
    np.testing.assert_allclose(other.parts["mean"], 1000.0 * result.parts["mean"], rtol=1e-3, atol=5000.0)
    np.testing.assert_allclose(other.channels["actual_roi"], result.channels["actual_roi"], rtol=1e-3)


def _times(panel: Panel, factor: float) -> Panel:
    return replace(
        panel, outcome=factor * panel.outcome, spend=factor * panel.spend, exposure=factor * panel.exposure
    )


def _plan_times(plan: pd.DataFrame, factor: float) -> pd.DataFrame:
    return plan.assign(spend=factor * plan["spend"])


def test_the_order_of_units_and_channels_in_the_new_data_does_not_matter(found, model) -> None:
    market, result = found["spend"]
    panel, units, channels = market.panel, [2, 0, 1], [1, 2, 0]
    shuffled = replace(
        panel,
        units=tuple(panel.units[u] for u in units),
        channels=tuple(panel.channels[c] for c in channels),
        outcome=panel.outcome[units],
        spend=panel.spend[units][:, :, channels],
        exposure=panel.exposure[units][:, :, channels],
        control_values=panel.control_values[units],
    )
    again = mmx.compare_plan(market.plan, model, shuffled, settings=QUICK)
    assert as_text(again) == as_text(result)


def test_permuting_the_models_units_permutes_the_answers(found, model) -> None:
    market, _ = found["effectiveness"]
    order = [2, 0, 1]
    refitted = fitted(market.panel)
    one = mmx.compare_plan(market.plan, model, market.panel, refitted=refitted)
    other = mmx.compare_plan(
        market.plan, _permuted(model, order), market.panel, refitted=_permuted(refitted, order)
    )
    by_unit = [each.table.groupby("unit")[["base", "spend", "effectiveness"]].sum() for each in (one, other)]
    np.testing.assert_allclose(*by_unit, atol=0.02 * one.table["actual"].max())
    np.testing.assert_allclose(one.parts["mean"], other.parts["mean"], atol=0.001 * one.planned_outcome)


def _permuted(model: mmx.Model, order: list[int]) -> mmx.Model:
    response = model.response
    panel = response.panel
    draws = response.draws
    return mmx.Model(
        replace(
            response,
            panel=replace(
                panel,
                units=tuple(panel.units[u] for u in order),
                outcome=panel.outcome[order],
                spend=panel.spend[order],
                exposure=panel.exposure[order],
                control_values=panel.control_values[order],
            ),
            outcome_scale=response.outcome_scale[order],
            exposure_scale=response.exposure_scale[order],
            cost_per_exposure=response.cost_per_exposure[order],
            base=replace(
                response.base,
                values=response.base.values[order],
                control_center=response.base.control_center[order],
                control_scale=response.base.control_scale[order],
            ),
            autocorrelation=response.autocorrelation[order],
            draws=replace(
                draws,
                effect=draws.effect[:, order],
                base=draws.base[:, order],
                noise_sd=draws.noise_sd[:, order],
            ),
        )
    )


def test_a_model_of_the_same_panel_may_be_handed_in(found, model) -> None:
    market, result = found["effectiveness"]
    given = mmx.compare_plan(market.plan, model, market.panel, refitted=fitted(market.panel))
    assert means(given)["effectiveness"] == pytest.approx(means(result)["effectiveness"], rel=0.1)
    assert not said(given, "settings")


def test_without_settings_the_method_and_draws_of_the_plans_model_are_taken(found, model) -> None:
    market, _ = found["nothing"]
    result = mmx.compare_plan(market.plan, model, market.panel)
    assert "default settings (method ridge, 60 draws)" in said(result, "settings")


def test_the_plan_of_a_budget_promises_what_its_forecast_says(model) -> None:
    market = planned_market()
    plan = present_plan(model)
    forecast = mmx.forecast(model, plan)
    expected = forecast[forecast["component"] == "outcome"].set_index(["date", "unit"])["mean"]
    for each in (plan, replace(plan, forecast=forecast)):
        result = mmx.compare_plan(each, model, market.panel, settings=QUICK)
        assert result.scenario == "present"
        assert result.planned_outcome == pytest.approx(expected.sum(), rel=1e-9)
        planned = result.table.set_index(["date", "unit"])["planned"]
        np.testing.assert_allclose(planned, expected.loc[planned.index], rtol=1e-9)


def test_revised_history_is_said_and_not_refused(found, model) -> None:
    market, _ = found["nothing"]
    outcome = market.panel.outcome.copy()
    outcome[0, 40] *= 1.5
    result = mmx.compare_plan(market.plan, model, replace(market.panel, outcome=outcome), settings=QUICK)
    (note,) = (note for note in result.notes if note.about == "sales")
    assert note.verdict is Verdict.WARN
    share = np.abs(outcome - market.panel.outcome)[:, :PERIODS].sum() / market.past.outcome.sum()
    assert f"by {100.0 * share:.2f} % in all and most on {market.panel.dates[40]}" in note.text


def test_experiments_of_the_plans_model_are_kept_and_none_counts_twice() -> None:
    lift = mmx.Experiment("tv", date(2022, 3, 7), date(2022, 5, 1), 100.0, 20.0, unit="S1")
    step = mmx.StepTest("search", 10.0, 5.0, 30.0, 6.0)
    later = mmx.Experiment("tv", date(2024, 4, 1), date(2024, 5, 26), 50.0, 20.0)
    market = planned_market()
    known = replace(market.past, experiments=(lift, step))
    grown = replace(lift, lift=102.0, standard_error=20.4)  # its unit grew by new data
    panel = with_experiments_of(known, replace(market.panel, experiments=(grown, later)))
    assert panel.experiments == (grown, later, step)


def _weekly_from(panel: Panel, day: str) -> Panel:
    return replace(panel, dates=np.datetime64(day) + 7 * np.arange(len(panel.dates)))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (lambda panel: replace(panel, units=("S1", "S2", "S9")), "MMX-M102"),
        (lambda panel: replace(panel, channels=(*panel.channels[:2], Channel("print"))), "MMX-M102"),
        (
            lambda panel: replace(panel, channels=(Channel("tv", national=True), *panel.channels[1:])),
            "MMX-M103",
        ),
        (lambda panel: replace(panel, outcome_kind=OutcomeKind.UNITS), "MMX-M104"),
        (lambda panel: replace(panel, dates=panel.dates[0] + np.arange(len(panel.dates))), "MMX-M105"),
        (lambda panel: _weekly_from(panel, "2022-01-04"), "MMX-M106"),
        (lambda panel: panel.window(20, len(panel.dates)), "MMX-M106"),
        (lambda panel: panel.window(0, PERIODS), "MMX-M107"),
    ],
)
def test_data_that_do_not_go_on_from_the_models_are_refused(model, wrong, code: str) -> None:
    market = planned_market()
    with pytest.raises(mmx.DataError) as refused:
        mmx.compare_plan(market.plan, model, wrong(market.panel), settings=QUICK)
    assert refused.value.code == code


def test_a_plan_or_a_refit_of_something_else_is_refused(model) -> None:
    market = planned_market()
    plan = present_plan(model)
    later = plan.table.assign(date=plan.table["date"] + pd.Timedelta(days=7))
    fewer = plan.table[plan.table["channel"] != "tv"]
    forecast = mmx.forecast(model, plan)
    foreign = forecast.assign(mean=1.01 * forecast["mean"])
    for wrong, code in (
        (replace(plan, table=later), "MMX-M100"),
        (replace(plan, table=fewer), "MMX-M101"),
        (replace(plan, forecast=foreign), "MMX-M108"),
    ):
        with pytest.raises(mmx.UsageError) as refused:
            mmx.compare_plan(wrong, model, market.panel, settings=QUICK)
        assert refused.value.code == code
    with pytest.raises(mmx.UsageError) as refused:
        mmx.compare_plan(plan, model, market.panel, refitted=model)
    assert refused.value.code == "MMX-M109"
    with pytest.raises(mmx.UsageError):
        mmx.compare_plan(plan, model, market.panel, level=0.3)
