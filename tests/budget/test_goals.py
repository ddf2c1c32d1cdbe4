"""Budgets beyond a fixed total: free totals, limits on several cells, fixed cells, other objectives."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.budget.layout import layout_of
from mmxlib.budget.measured_plan import measured
from mmxlib.budget.optimizing import optimize_budget
from mmxlib.budget.plan_basis import plan_basis
from mmxlib.errors import InfeasibleError, UsageError
from mmxlib.forecasting.forecast import forecast
from mmxlib.model.model import Model
from mmxlib.terms import Detail, Goal, Objective, OutcomeKind
from tests.budget.responses import hand_made_response, media_mix

PERIODS = 13
WIDE = {f"channel_{index}": (0.0, 40_000.0) for index in range(4)}


def model_of(channels: int = 4, **changes: object) -> Model:
    return Model(hand_made_response(media_mix(channels), **changes))  # type: ignore[arg-type]


def spends(plan: BudgetPlan) -> pd.Series:
    return plan.channels.set_index("channel")["spend"]


def cells(plan: BudgetPlan, **wanted: object) -> float:
    rows = plan.table
    for column, value in wanted.items():
        rows = rows[rows[column].isin(value if isinstance(value, list) else [value])]
    return float(rows["spend"].sum())


def test_a_floor_on_marginal_roi_is_where_every_free_channel_ends() -> None:
    plan = optimize_budget(model_of(shapes=(0.7, 0.95)), marginal_roi_floor=0.2, bounds=WIDE)
    rows = plan.channels.set_index("channel")
    inside = rows[rows["binding"] == ""]
    assert plan.goal is Goal.MARGINAL_ROI
    assert len(inside) >= 2
    np.testing.assert_allclose(inside["marginal_roi"], 0.2, rtol=1e-4)
    assert (rows.loc[rows["binding"] == "upper", "marginal_roi"] >= 0.2).all()
    assert (rows.loc[rows["binding"] == "lower", "marginal_roi"] <= 0.2).all()


def test_a_higher_floor_never_spends_more() -> None:
    model = model_of(shapes=(0.7, 0.95))
    totals = [optimize_budget(model, marginal_roi_floor=each, bounds=WIDE).total for each in (0.1, 0.2, 0.4)]
    assert totals[0] > totals[1] > totals[2]


def test_a_free_total_keeps_within_its_pair() -> None:
    model = model_of(shapes=(0.7, 0.95))
    free = optimize_budget(model, marginal_roi_floor=0.1, bounds=WIDE)
    held = optimize_budget(model, (1_000.0, 0.5 * free.total), marginal_roi_floor=0.1, bounds=WIDE)
    assert held.total == pytest.approx(0.5 * free.total, rel=1e-9)


def test_profit_is_at_its_most_where_the_margin_pays_the_last_money() -> None:
    plan = optimize_budget(model_of(shapes=(0.7, 0.95)), margin=5.0, bounds=WIDE)
    rows = plan.channels.set_index("channel")
    inside = rows[rows["binding"] == ""]
    assert plan.goal is Goal.PROFIT
    np.testing.assert_allclose(inside["marginal_roi"] * 5.0, 1.0, rtol=1e-4)
    assert plan.profit == pytest.approx(5.0 * plan.outcome - plan.total, rel=1e-9)
    assert plan.profit_lower < plan.profit < plan.profit_upper


def test_no_plan_around_the_most_profitable_one_earns_more() -> None:
    model = model_of(shapes=(0.7, 2.5))
    plan = optimize_budget(model, margin=5.0, bounds=WIDE)
    basis = plan_basis(model.response, periods=PERIODS)
    layout = layout_of(basis, Detail.CHANNEL)
    chance = np.random.default_rng(3)
    best = spends(plan).to_numpy()
    for step in (0.3, 0.05, 0.01):
        for _ in range(40):
            spend = np.clip(best * np.exp(step * chance.standard_normal(4)), 0.0, 40_000.0)
            earned = measured(basis, layout, spend).whole.mean() * 5.0 - spend.sum()
            assert earned <= plan.profit + 1e-6 * abs(plan.profit)


def test_a_margin_by_unit_moves_money_to_what_sells_in_the_dear_unit() -> None:
    response = hand_made_response(media_mix(4), shapes=(0.7, 0.95))
    effect = response.draws.effect.copy()
    effect[:, 0, 0] *= 4.0  # channel_0 works in the first unit, channel_3 in the second
    effect[:, 1, 3] *= 4.0
    model = Model(replace(response, draws=replace(response.draws, effect=effect)))
    first, second = (
        spends(optimize_budget(model, 20_000.0, bounds=WIDE, margin={"S1": a, "S2": b}))
        for a, b in ((3.0, 1.0), (1.0, 3.0))
    )
    assert first["channel_0"] > second["channel_0"]
    assert first["channel_3"] < second["channel_3"]


def test_groups_segments_and_periods_are_kept() -> None:
    model = model_of()
    free = optimize_budget(model, periods=PERIODS, bounds=WIDE)
    own = ["channel_0", "channel_3"]
    first = str(free.table["date"].min().date())
    limits = {
        "both": cells(free, channel=own) * 0.99,
        "S1": cells(free, unit="S1") * 0.995,
        first: cells(free, date=np.datetime64(first)) * 0.998,
    }
    plan = optimize_budget(
        model,
        free.total,
        PERIODS,
        bounds=WIDE,
        groups={"both": (own, 0.0, limits["both"])},
        segments={"S1": (0.0, limits["S1"])},
        period_bounds={first: (0.0, limits[first])},
    )
    assert cells(plan, channel=own) <= limits["both"] * (1.0 + 1e-9)
    assert cells(plan, unit="S1") <= limits["S1"] * (1.0 + 1e-9)
    assert cells(plan, date=np.datetime64(first)) <= limits[first] * (1.0 + 1e-9)
    assert plan.total == pytest.approx(free.total, rel=1e-9)
    assert set(plan.limits["kind"]) == {"group", "segment", "period"}
    assert plan.gap is not None
    assert plan.gap <= 2e-3


def test_the_shadow_price_of_a_group_is_what_room_brings() -> None:
    model = model_of(shapes=(0.7, 0.95))
    free = optimize_budget(model, periods=PERIODS, bounds=WIDE)
    own = ["channel_0", "channel_3"]
    most = cells(free, channel=own) * 0.9

    def with_most(limit: float) -> BudgetPlan:
        return optimize_budget(model, free.total, PERIODS, bounds=WIDE, groups={"both": (own, 0.0, limit)})

    plan, roomier = with_most(most), with_most(most + 10.0)
    row = plan.limits.iloc[0]
    assert row["binding"] == "upper"
    assert row["spend"] == pytest.approx(most, rel=1e-9)
    assert roomier.outcome - plan.outcome == pytest.approx(10.0 * row["shadow_price"], rel=0.02)
    assert any("upper limit of group both" in note.text for note in plan.notes)


def test_fixed_cells_spend_what_they_are_given_and_the_rest_keeps_its_flighting() -> None:
    model = model_of()
    dates = optimize_budget(model, periods=PERIODS).table["date"].unique()
    day = str(pd.Timestamp(dates[2]).date())
    fixed = {("channel_0", day): 900.0, ("channel_3", day, "S2"): 0.0}
    plan = optimize_budget(model, periods=PERIODS, fixed=fixed)
    assert cells(plan, channel="channel_0", date=dates[2]) == pytest.approx(900.0, rel=1e-9)
    assert cells(plan, channel="channel_3", date=dates[2], unit="S2") == 0.0
    assert plan.total == pytest.approx(plan.present_total, rel=1e-9)
    free = optimize_budget(model, periods=PERIODS).table
    rest = plan.table[(plan.table["channel"] == "channel_0") & (plan.table["date"] != dates[2])]
    before = free[(free["channel"] == "channel_0") & (free["date"] != dates[2])]
    shares = [rows["spend"].to_numpy() / rows["spend"].sum() for rows in (rest, before)]
    np.testing.assert_allclose(*shares, rtol=1e-9)


def test_fixed_cells_may_come_as_a_frame() -> None:
    model = model_of()
    day = optimize_budget(model, periods=PERIODS).table["date"].iloc[0]
    frame = pd.DataFrame({"date": [day], "channel": ["channel_1"], "spend": [123.0]})
    plan = optimize_budget(model, periods=PERIODS, fixed=frame)
    assert cells(plan, channel="channel_1", date=day) == pytest.approx(123.0, rel=1e-12)


def test_what_is_caused_is_with_minus_without_fixed_cells_included() -> None:
    """A plan whose cells are all fixed at the present plan brings what the present plan brings."""
    model = model_of()
    present = optimize_budget(model, periods=PERIODS, bounds={})
    basis = plan_basis(model.response, periods=PERIODS)
    own = basis.pattern * basis.present[None, :, None]
    layout = layout_of(basis, Detail.CHANNEL, own)
    everything = measured(basis, layout, np.zeros(4))
    np.testing.assert_allclose(everything.spend, basis.present, rtol=1e-12)
    assert everything.whole.mean() == pytest.approx(present.present_outcome, rel=1e-9)


@pytest.mark.parametrize("objective", [Objective.MEAN_MINUS_RISK, Objective.CVAR])
def test_a_careful_objective_trades_mean_for_its_worst_draws(objective: Objective) -> None:
    response = hand_made_response(media_mix(4), shapes=(0.7, 0.95), draws=60, spread=0.1)
    effect = response.draws.effect.copy()
    effect[:, :, 0] *= np.exp(0.9 * np.random.default_rng(1).standard_normal(60))[:, None]
    model = Model(replace(response, draws=replace(response.draws, effect=effect)))
    plain = optimize_budget(model, 20_000.0, bounds=WIDE)
    careful = optimize_budget(model, 20_000.0, bounds=WIDE, objective=objective, risk=2.0)
    assert spends(careful)["channel_0"] < spends(plain)["channel_0"]
    assert careful.outcome <= plain.outcome
    spread = [(each.outcome - each.outcome_lower) / each.outcome for each in (careful, plain)]
    assert spread[0] < spread[1]
    assert careful.gap is not None
    if objective is Objective.CVAR:  # of concave returns it is concave, which a mean less a risk need not be
        assert careful.gap <= 1e-3


def test_the_forecast_of_a_plan_is_the_sum_of_its_table() -> None:
    model = model_of()
    plan = optimize_budget(model, periods=PERIODS)
    again = forecast(model, plan, by_unit=True)
    own = plan.forecast[plan.forecast["unit"] != "all"].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, own, rtol=1e-9)
    total = own.loc[own["component"] == "outcome", "mean"].sum()
    assert plan.forecast_outcome == pytest.approx(total, rel=1e-9)
    media = own.loc[own["component"].isin(plan.channels["channel"]), "mean"].sum()
    assert plan.outcome_in_periods == pytest.approx(media, rel=1e-9)


def test_infeasible_limits_on_several_cells_name_those_in_conflict() -> None:
    model = model_of()
    bounds = dict.fromkeys(WIDE, (5000.0, 6000.0))
    with pytest.raises(InfeasibleError) as caught:
        optimize_budget(
            model,
            22_000.0,
            bounds=bounds,
            groups={"some": (["channel_0", "channel_1"], 0.0, 9_000.0), "rest": (["channel_2"], 0.0, 1e6)},
        )
    said = str(caught.value)
    assert "group some" in said
    assert "channel_0" in said
    assert "channel_1" in said
    assert "group rest" not in said


def test_every_wrong_name_is_reported_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        optimize_budget(
            model_of(),
            bounds={"tv": (0.0, 1.0)},
            groups={"g": (["radio"], 0.0, 1.0)},
            segments={"north": (0.0, 1.0)},
            period_bounds={"2030-01-01": (0.0, 1.0)},
            fixed={("print", "2024-02-26"): -1.0},
        )
    said = " ".join(str(fault) for fault in caught.value.faults)
    for name in ("'tv'", "'radio'", "'north'", "2030-01-01", "'print'", "spends -1"):
        assert name in said


def test_a_floor_needs_a_value_in_money() -> None:
    response = hand_made_response(media_mix(3))
    counted = replace(response, panel=replace(response.panel, outcome_kind=OutcomeKind.UNITS))
    with pytest.raises(UsageError, match="no value in money"):
        optimize_budget(Model(counted), marginal_roi_floor=1.0)


@pytest.mark.parametrize("wrong", [{"margin": 0.0}, {"margin": {"S1": 1.0}}, {"marginal_roi_floor": -1.0}])
def test_a_goal_out_of_range_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        optimize_budget(model_of(), **wrong)  # type: ignore[arg-type]


def test_a_channel_without_an_upper_limit_may_take_what_the_total_leaves() -> None:
    model = model_of()
    endless = optimize_budget(model, bounds={"channel_0": (0.0, np.inf)})
    present = float(endless.present_total)
    same = optimize_budget(model, bounds={"channel_0": (0.0, present)})
    np.testing.assert_allclose(endless.channels["spend"], same.channels["spend"], rtol=1e-6)
    assert endless.gap is not None
    assert endless.gap <= 1e-4


def test_a_free_total_needs_an_end() -> None:
    with pytest.raises(InfeasibleError, match="channel_0 has no upper limit"):
        optimize_budget(model_of(), margin=1.0, bounds={"channel_0": (0.0, np.inf)})
    held = optimize_budget(
        model_of(),
        (0.0, 5_000.0),
        margin=20.0,
        bounds={"channel_0": (0.0, np.inf)} | {f"channel_{i}": (0.0, 1e4) for i in (1, 2, 3)},
    )
    assert held.total <= 5_000.0 * (1.0 + 1e-9)


def test_a_frame_of_fixed_cells_needs_its_columns() -> None:
    frame = pd.DataFrame({"day": ["2024-02-26"], "channel": ["channel_0"], "spend": [1.0]})
    with pytest.raises(UsageError, match="no column 'date'"):
        optimize_budget(model_of(), fixed=frame)


@pytest.mark.parametrize(
    "wrong",
    [
        {"fixed": {("channel_0", "soon"): 1.0}},
        {"period_bounds": {"soon": (0.0, 1.0)}},
        {"window": ("soon", "2024-01-01")},
        {"objective": "best"},
        {"detail": "week"},
        {"solver": "magic"},
        {"tail": 0.0},
        {"starts": 0},
        {"level": 1.0},
    ],
)
def test_what_cannot_be_read_is_refused_in_words(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError) as caught:
        optimize_budget(model_of(), **wrong)  # type: ignore[arg-type]
    assert caught.value.faults[0].remedy


def test_fixed_cells_against_the_limits_of_their_channel_are_in_conflict() -> None:
    """Were they not, a plan would leave a stated limit without a word."""
    model = model_of()
    dates = optimize_budget(model, periods=PERIODS).table["date"].unique()
    days = [str(pd.Timestamp(day).date()) for day in dates]
    whole = {("channel_0", day): 100.0 for day in days}
    for bounds in ((2_000.0, 9_000.0), (0.0, 500.0)):
        with pytest.raises(InfeasibleError, match="channel channel_0"):
            optimize_budget(model, periods=PERIODS, fixed=whole, bounds={"channel_0": bounds})
    kept = optimize_budget(model, periods=PERIODS, fixed=whole, bounds={"channel_0": (1_300.0, 1_300.0)})
    assert spends(kept)["channel_0"] == pytest.approx(1_300.0, rel=1e-12)
