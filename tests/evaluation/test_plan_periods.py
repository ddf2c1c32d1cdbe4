"""What a plan foresaw beside money: events, controls, exposure at its cost, organic channels."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import mmxlib as mmx
from mmxlib.artifacts.panel import Channel
from tests.evaluation.planned_market import PERIODS, QUICK, fitted, planned_market, present_plan


def test_events_and_controls_that_the_plan_foresaw_count_as_planned() -> None:
    market = mmx.simulate_panel(sub_categories=2, channels=2, periods=117, seed=4)
    model = mmx.fit_model(market.panel.window(0, 104), settings={"draws": 20, "starts": 2})
    plan = present_plan(model)
    price = model.response.panel.control(model.response.panel.controls[0].kind)
    assert price is not None
    name = model.response.panel.controls[0].name
    higher = pd.DataFrame(
        {
            "date": np.repeat(market.panel.dates[104:], 2),
            "unit": list(market.panel.units) * 13,
            name: np.tile(1.2 * price[:, -1], 13),
        }
    )
    foresaw = replace(plan, forecast=mmx.forecast(model, plan, controls=higher))
    refitted = mmx.fit_model(market.panel, settings={"draws": 20, "starts": 2})
    results = [
        mmx.compare_plan(each, model, market.panel, refitted=refitted).base.set_index("part")
        for each in (plan, foresaw)
    ]
    moved = results[1]["planned"] - results[0]["planned"]
    assert abs(moved["controls"]) > 0.0
    np.testing.assert_allclose(moved.drop("controls"), 0.0, atol=1e-6)
    np.testing.assert_allclose(results[1]["mean"] - results[0]["mean"], -moved, atol=1e-6)


def test_dearer_exposure_is_told_from_less_money() -> None:
    market = planned_market()
    own = tuple(replace(each, has_exposure=True) for each in market.panel.channels)
    panel = replace(market.panel, channels=own, exposure=10.0 * market.panel.exposure)
    model = fitted(panel.window(0, PERIODS))
    bought = panel.exposure.copy()
    bought[:, PERIODS:, 0] *= 0.5  # the money that was planned, at twice the cost
    came = replace(panel, exposure=bought)
    rows = mmx.compare_plan(market.plan, model, came, settings=QUICK).channels.set_index("channel")
    assert rows.loc["tv", "actual_spend"] == pytest.approx(rows.loc["tv", "planned_spend"])
    assert rows.loc["tv", "spend_effect"] < 0.0
    assert rows.loc["tv", "money_effect"] == pytest.approx(0.0, abs=0.05 * -rows.loc["tv", "spend_effect"])
    np.testing.assert_allclose(rows["money_effect"] + rows["cost_effect"], rows["spend_effect"], atol=1e-9)


def test_an_organic_channel_has_an_effect_of_exposure_and_no_spend() -> None:
    market = planned_market(spent=2.0)
    organic = (Channel("tv", paid=False, has_exposure=True), *market.panel.channels[1:])
    spend = market.panel.spend.copy()
    spend[:, :, 0] = 0.0
    panel = replace(market.panel, channels=organic, spend=spend)
    model = fitted(panel.window(0, PERIODS))
    plan = market.plan[market.plan["channel"] != "tv"]
    row = mmx.compare_plan(plan, model, panel, settings=QUICK).channels.set_index("channel").loc["tv"]
    assert row["spend_effect_lower"] > 0.0
    assert row[["planned_spend", "actual_spend", "money_effect", "planned_roi", "actual_roi"]].isna().all()
