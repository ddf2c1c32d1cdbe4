"""Plans that choose every period of every channel."""

import numpy as np
import pandas as pd
import pytest

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.budget.optimizing import budget_for_target, optimize_budget
from mmxlib.model.model import Model
from mmxlib.terms import Detail, Objective
from tests.budget.responses import hand_made_response, media_mix

PERIODS = 6
BY_PERIOD = Detail.CHANNEL_AND_PERIOD


def model_of(channels: int = 3, **changes: object) -> Model:
    return Model(hand_made_response(media_mix(channels), **changes))  # type: ignore[arg-type]


def by_period(plan: BudgetPlan) -> pd.Series:
    return plan.table.groupby("date")["spend"].sum()


def test_choosing_periods_never_brings_less_than_keeping_the_flighting() -> None:
    for shapes in ((0.7, 1.0), (1.5, 3.0)):
        model = model_of(shapes=shapes)
        totals = optimize_budget(model, periods=PERIODS)
        free = optimize_budget(model, periods=PERIODS, detail=BY_PERIOD)
        assert free.outcome >= totals.outcome * (1.0 - 1e-9)
        assert free.total == pytest.approx(totals.total, rel=1e-9)


def test_channels_keep_their_limits_and_cells_add_up() -> None:
    plan = optimize_budget(model_of(), periods=PERIODS, detail=BY_PERIOD)
    rows = plan.channels
    assert (rows["spend"] >= rows["lower"] * (1.0 - 1e-9)).all()
    assert (rows["spend"] <= rows["upper"] * (1.0 + 1e-9)).all()
    cells = plan.cells.groupby("channel")["spend"].sum()
    np.testing.assert_allclose(cells[rows["channel"]], rows["spend"], rtol=1e-9)
    assert len(plan.cells) == 3 * PERIODS
    assert (plan.cells["spend"] <= plan.cells["upper"] * (1.0 + 1e-9)).all()


def test_the_gap_is_certified_where_returns_are_concave() -> None:
    plan = optimize_budget(model_of(shapes=(0.7, 0.95)), periods=PERIODS, detail=BY_PERIOD)
    assert plan.gap is not None
    assert plan.gap <= 1e-3


def test_free_cells_of_free_channels_bring_alike_for_the_last_money() -> None:
    wide = {f"channel_{index}": (0.0, 40_000.0) for index in range(3)}
    plan = optimize_budget(model_of(shapes=(0.7, 0.95)), 8_000.0, PERIODS, bounds=wide, detail=BY_PERIOD)
    inside = plan.cells[plan.cells["binding"] == ""]
    assert len(inside) >= PERIODS
    np.testing.assert_allclose(inside["marginal_roi"], inside["marginal_roi"].mean(), rtol=1e-3)
    assert (
        plan.cells.loc[plan.cells["binding"] == "lower", "marginal_roi"] <= inside["marginal_roi"].max()
    ).all()


def test_limits_of_periods_and_fixed_cells_hold() -> None:
    model = model_of()
    free = optimize_budget(model, periods=PERIODS, detail=BY_PERIOD)
    even = free.total / PERIODS
    day = str(free.table["date"].min().date())
    plan = optimize_budget(
        model,
        free.total,
        PERIODS,
        detail=BY_PERIOD,
        period_bounds=(0.9 * even, 1.1 * even),
        fixed={("channel_0", day): 77.0},
    )
    spend = by_period(plan)
    assert spend.min() >= 0.9 * even * (1.0 - 1e-9)
    assert spend.max() <= 1.1 * even * (1.0 + 1e-9)
    own = plan.table[(plan.table["channel"] == "channel_0") & (plan.table["date"] == day)]
    assert own["spend"].sum() == pytest.approx(77.0, rel=1e-9)


@pytest.mark.parametrize("objective", [Objective.MEAN_MINUS_RISK, Objective.CVAR])
def test_careful_objectives_are_answered_by_period(objective: Objective) -> None:
    plan = optimize_budget(model_of(), periods=PERIODS, detail=BY_PERIOD, objective=objective)
    assert plan.total == pytest.approx(plan.present_total, rel=1e-9)


def test_a_target_is_met_by_period_for_no_more_than_with_a_given_flighting() -> None:
    model = model_of(shapes=(0.7, 1.0))
    least, most = (budget_for_target(model, each, PERIODS).forecast_outcome for each in (1.0, 1e12))
    target = 0.5 * (least + most)
    totals = budget_for_target(model, target, PERIODS)
    free = budget_for_target(model, target, PERIODS, detail=BY_PERIOD)
    assert free.forecast_outcome == pytest.approx(target, rel=1e-6)
    assert free.total <= totals.total * (1.0 + 1e-6)
    assert free.gap is not None


def test_two_searches_agree_to_the_last_bit() -> None:
    first, second = (optimize_budget(model_of(), periods=PERIODS, detail=BY_PERIOD) for _ in range(2))
    assert first.table["spend"].to_numpy().tobytes() == second.table["spend"].to_numpy().tobytes()
