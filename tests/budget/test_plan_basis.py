import re
from dataclasses import replace

import numpy as np
import pytest

from mmxlib.artifacts.panel import Channel
from mmxlib.artifacts.response import Response
from mmxlib.budget.layout import layout_of
from mmxlib.budget.measured_plan import measured, measured_present
from mmxlib.budget.optimizing import optimize_budget
from mmxlib.budget.plan_basis import plan_basis
from mmxlib.budget.reasons import Worth
from mmxlib.errors import InfeasibleError, UsageError
from mmxlib.maths.arrays import Cube
from mmxlib.maths.budgets.spend_response import spend_response
from mmxlib.model.decomposition import media_draws
from mmxlib.model.model import Model
from mmxlib.model.returns import window_returns
from mmxlib.terms import Detail, OutcomeKind, Verdict
from tests.budget.responses import hand_made_response, media_mix

PERIODS = 13
TAIL = 1e-6
"""What `window_returns` leaves of the carryover."""


def mixed_response(**changes: float) -> Response:
    newsletter = Channel("newsletter", paid=False, has_exposure=True)
    return hand_made_response((*media_mix(4), newsletter), **changes)  # type: ignore[arg-type]


def extended(response: Response, exposure: Cube) -> Response:
    """Return the response whose panel goes on with ``exposure`` (unit, period, channel)."""
    panel, ahead = response.panel, exposure.shape[1]
    units = len(panel.units)
    longer = replace(
        panel,
        dates=panel.dates[0] + 7 * np.arange(len(panel.dates) + ahead),
        outcome=np.concatenate([panel.outcome, np.ones((units, ahead))], axis=1),
        spend=np.concatenate([panel.spend, exposure], axis=1),
        exposure=np.concatenate([panel.exposure, exposure], axis=1),
        control_values=np.empty((units, len(panel.dates) + ahead, 0)),
    )
    return replace(response, panel=longer)


def without_spend(response: Response, channel: int, *, last: int | None) -> Response:
    """Return the response with no spend of one channel in the last ``last`` periods (None: ever)."""
    spend = response.panel.spend.copy()
    spend[:, -last if last is not None else 0 :, channel] = 0.0
    return replace(response, panel=replace(response.panel, spend=spend, exposure=spend))


def observed_window(response: Response, *, first: int) -> tuple[str, str]:
    dates = response.panel.dates
    return str(dates[first]), str(dates[first + PERIODS - 1])


@pytest.mark.parametrize("first", [0, 20, 47])
@pytest.mark.parametrize("detail", list(Detail))
def test_over_observed_periods_the_outcome_within_equals_the_decomposition(
    first: int, detail: Detail
) -> None:
    """The present plan of observed periods is what was spent in them, carry-in included."""
    response = mixed_response()
    basis = plan_basis(response, periods=PERIODS, first=first)
    layout = layout_of(basis, detail)
    own = basis.pattern * basis.present[None, :, None] * basis.counted
    inside = measured(basis, layout, layout.gathered(own)).in_periods
    window = slice(first, first + PERIODS)
    decomposed = sum(media_draws(response, unit)[:, window].sum(axis=(1, 2)) for unit in range(2))
    np.testing.assert_allclose(inside, decomposed, rtol=1e-12)


def test_a_plan_in_hindsight_is_compared_with_what_was_sold() -> None:
    response = mixed_response()
    dates = response.panel.dates
    plan = optimize_budget(Model(response), window=observed_window(response, first=30))
    totals = response.panel.total_spend(30, 30 + PERIODS)[:4]
    np.testing.assert_allclose(plan.channels["present_spend"], totals, rtol=1e-12)
    assert plan.table["date"].min() == dates[30]
    assert plan.forecast.empty
    sold = response.panel.outcome[:, 30 : 30 + PERIODS].sum()
    inside = plan_basis(response, periods=PERIODS, first=30)
    now = measured_present(inside)
    assert now.expected.mean() == pytest.approx(sold, rel=1e-12)
    assert plan.forecast_outcome > sold


def test_outcome_of_a_plan_equals_what_its_window_causes() -> None:
    """The returns of the same spend, had it been observed after the data, are an independent reference."""
    response = mixed_response()
    plan = optimize_budget(Model(response), periods=PERIODS)
    basis = plan_basis(response, periods=PERIODS)
    totals = plan.channels["spend"].to_numpy()
    money = np.moveaxis(totals[:, None] * basis.pattern, 1, 2)
    exposure = np.zeros((2, PERIODS, 5))
    exposure[:, :, :4] = money / response.cost_per_exposure[:, None, :4]
    last = len(response.panel.dates)
    caused = window_returns(extended(response, exposure), last, last + PERIODS).caused[:, :4]
    np.testing.assert_allclose(caused.mean(axis=0), plan.channels["outcome"], rtol=10.0 * TAIL)
    assert plan.outcome == pytest.approx(plan.channels["outcome"].sum(), rel=1e-12)


def test_the_table_adds_up_to_the_totals_with_national_spend_once() -> None:
    plan = optimize_budget(Model(mixed_response()), periods=PERIODS)
    by_channel = plan.table.groupby("channel")["spend"].sum()
    expected = plan.channels.set_index("channel")["spend"]
    np.testing.assert_allclose(by_channel[expected.index], expected, rtol=1e-12)
    national = plan.table[plan.table["channel"] == "channel_1"]
    assert set(national["unit"]) == {"all"}
    assert len(national) == PERIODS
    assert plan.table["date"].min() == np.datetime64("2023-01-02") + 7 * 60


def test_the_default_total_is_the_measured_present() -> None:
    response = mixed_response()
    plan = optimize_budget(Model(response), periods=PERIODS)
    assert plan.total == pytest.approx(plan.present_total, rel=1e-9)
    assert plan.present_total == pytest.approx(response.panel.total_spend(-PERIODS).sum(), rel=1e-12)
    assert plan.outcome >= plan.present_outcome


def test_organic_channels_have_no_budget_but_count_inside_the_periods() -> None:
    response = mixed_response()
    plan = optimize_budget(Model(response), periods=PERIODS)
    assert "newsletter" not in set(plan.channels["channel"])
    basis = plan_basis(response, periods=PERIODS)
    curves = layout_of(basis, Detail.CHANNEL).curves
    paid = spend_response(curves, plan.channels["spend"].to_numpy()).in_periods.sum(axis=1)
    assert plan.outcome_in_periods == pytest.approx((paid + basis.organic).mean(), rel=1e-12)
    assert basis.organic.min() > 0.0
    assert any("organic" in note.text for note in plan.notes)


def test_doubling_the_money_scale_doubles_spends() -> None:
    small, large = (
        optimize_budget(Model(hand_made_response(media_mix(4), money=money)), periods=PERIODS)
        for money in (1.0, 2.0)
    )
    np.testing.assert_allclose(large.channels["spend"], 2.0 * small.channels["spend"], rtol=1e-6)
    assert large.outcome == pytest.approx(small.outcome, rel=1e-9)


def test_a_channel_without_recent_spend_stays_at_zero_and_says_so() -> None:
    response = without_spend(hand_made_response(media_mix(3)), 0, last=20)
    plan = optimize_budget(Model(response), periods=PERIODS)
    assert plan.channels["spend"][0] == 0.0
    assert "no present spend" in plan.channels["reason"][0]
    assert any(note.about == "channel_0" and "no spend since" in note.text for note in plan.notes)


def test_a_channel_without_recent_spend_takes_the_pattern_of_its_last_active_window() -> None:
    response = without_spend(hand_made_response(media_mix(3)), 0, last=20)
    basis = plan_basis(response, periods=PERIODS)
    active = response.panel.spend[:, 40 - PERIODS : 40, 0]
    np.testing.assert_allclose(basis.pattern[:, 0], active / active.sum(), rtol=1e-12)
    plan = optimize_budget(Model(response), periods=PERIODS, bounds={"channel_0": (0.0, float(active.sum()))})
    assert plan.channels["spend"][0] > 0.0
    assert plan.channels["reason"][0].startswith("Started with")


def test_a_channel_never_spent_on_has_an_even_pattern() -> None:
    basis = plan_basis(without_spend(hand_made_response(media_mix(3)), 0, last=None), periods=PERIODS)
    assert np.ptp(basis.pattern[0, 0]) == 0.0
    assert basis.pattern[:, 0].sum() == pytest.approx(1.0, rel=1e-12)


def test_a_plan_beyond_all_observed_spend_is_warned_of() -> None:
    model = Model(hand_made_response(media_mix(3)))
    ordinary = optimize_budget(model, periods=PERIODS)
    plan = optimize_budget(model, budget=3.0 * ordinary.total, periods=PERIODS)
    beyond = plan.channels.set_index("channel")["beyond_observed"]
    warned = {note.about for note in plan.notes if note.verdict is Verdict.WARN}
    assert beyond.any()
    assert warned == set(beyond.index[beyond])


def test_an_infeasible_total_names_the_limits_in_conflict() -> None:
    model = Model(hand_made_response(media_mix(3)))
    with pytest.raises(InfeasibleError, match=r"upper limits add up to only 300: channel_0 100 \(as given\)"):
        optimize_budget(model, budget=1000.0, bounds={f"channel_{i}": (0.0, 100.0) for i in range(3)})
    with pytest.raises(InfeasibleError, match=r"lower limits already add up to 2,400.*channel_2 800"):
        optimize_budget(model, budget=1000.0, bounds={f"channel_{i}": (800.0, 900.0) for i in range(3)})


def test_crossing_limits_are_refused_by_channel() -> None:
    with pytest.raises(InfeasibleError, match="channel channel_1"):
        optimize_budget(Model(hand_made_response(media_mix(3))), bounds={"channel_1": (500.0, 100.0)})


def test_an_unknown_channel_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="'tv', but the paid channels are channel_0, channel_1"):
        optimize_budget(Model(hand_made_response(media_mix(2))), bounds={"tv": (0.0, 1.0)})


def test_a_plan_longer_than_the_data_is_refused() -> None:
    with pytest.raises(InfeasibleError, match="the data have 60"):
        optimize_budget(Model(hand_made_response(media_mix(2))), periods=61)


def test_data_without_paid_channels_have_no_budget() -> None:
    with pytest.raises(InfeasibleError, match="no budget to plan"):
        plan_basis(hand_made_response([Channel("blog", paid=False)]), periods=4)


def test_units_without_a_value_have_no_roi_but_a_plan() -> None:
    response = hand_made_response(media_mix(3))
    counted = replace(response, panel=replace(response.panel, outcome_kind=OutcomeKind.UNITS))
    plan = optimize_budget(Model(counted), periods=PERIODS)
    assert np.isnan(plan.roi)
    assert plan.channels["roi"].isna().all()
    assert "of outcome" in plan.channels["reason"][0]


def test_roi_is_money_per_money() -> None:
    response = hand_made_response(media_mix(3))
    valued = replace(
        response,
        panel=replace(response.panel, outcome_kind=OutcomeKind.UNITS, revenue_per_unit=5.0),
    )
    plan = optimize_budget(Model(valued), periods=PERIODS)
    assert plan.roi == pytest.approx(5.0 * plan.outcome / plan.total, rel=1e-12)


def test_binding_limits_are_named_with_what_room_would_bring() -> None:
    """Moving one unit of money past the limit brings what the reason says."""
    model = Model(hand_made_response(media_mix(4), shapes=(0.7, 0.9)))
    plan = optimize_budget(model, periods=PERIODS)
    rows = plan.channels.set_index("channel")
    held = rows.index[rows["binding"] == "upper"]
    assert len(held) > 0
    name = held[0]
    bounds = {c: (float(rows["lower"][c]), float(rows["upper"][c])) for c in rows.index}
    bounds[name] = (bounds[name][0], bounds[name][1] + 1.0)
    roomier = optimize_budget(model, budget=plan.total, periods=PERIODS, bounds=bounds)
    gained = roomier.outcome - plan.outcome
    said = float(rows["reason"][name].split("would bring ")[1].split(" EUR")[0])
    assert gained == pytest.approx(said, rel=0.02)


@pytest.mark.parametrize("grouped", [False, True])
def test_what_the_total_leaves_to_the_last_channel_is_no_limit_of_its_own(grouped: bool) -> None:
    """All channels but one at their lower limits: the next unit of money goes to that one."""
    model = Model(hand_made_response(media_mix(3), shapes=(0.7, 0.9)))
    wide = {channel.name: (0.0, 9e9) for channel in media_mix(3)}
    free = optimize_budget(model, periods=PERIODS, bounds=wide)
    rows = free.channels.set_index("channel")["spend"]
    rest, *others = rows.sort_values(ascending=False).index
    bounds = {name: (1.5 * rows[name], 3.0 * rows[name]) for name in others} | {rest: (0.0, 9e9)}
    groups = {"all": (tuple(rows.index), 0.0, 9e9)} if grouped else {}
    plan = optimize_budget(model, budget=free.total, periods=PERIODS, bounds=bounds, groups=groups)
    table = plan.channels.set_index("channel")
    assert list(table.loc[others, "binding"]) == ["lower", "lower"]
    assert table.loc[rest, "binding"] == ""
    assert table.loc[rest, "reason"].endswith("with what the limits of the others leave.")
    lost = table.loc[rest, "marginal_roi"] - table.loc[others, "marginal_roi"]
    assert list(table.loc[others, "shadow_price"]) == pytest.approx(list(lost), rel=1e-3)
    more = optimize_budget(model, budget=free.total + 1.0, periods=PERIODS, bounds=bounds, groups=groups)
    total = next(note.text for note in plan.notes if "more in total would bring" in note.text)
    said = [float(part.split()[0]) for part in re.split("would bring |would cost ", total)[1:]]
    assert said == pytest.approx([more.outcome - plan.outcome] * 2, rel=0.02)


def test_what_rounds_to_nothing_is_said_to_bring_hardly_anything() -> None:
    euros, units = Worth(2.0, "", "EUR"), Worth(float("nan"), "", "")
    assert [euros.gain(price) for price in (0.5, 0.002, 0.0)] == [
        "1.00 EUR more",
        "hardly anything more",
        "hardly anything more",
    ]
    assert [units.gain(price) for price in (0.002, 0.0)] == ["0.002 of outcome more", "hardly anything more"]


def test_the_same_seed_gives_the_same_plan_to_the_last_bit() -> None:
    model = Model(mixed_response())
    first, second = (optimize_budget(model, starts=30, seed=4) for _ in range(2))
    assert first.table["spend"].to_numpy().tobytes() == second.table["spend"].to_numpy().tobytes()
    assert first.notes == second.notes


def test_fewer_draws_than_the_model_has_are_said() -> None:
    basis = plan_basis(hand_made_response(media_mix(2), draws=30), periods=4, draws=10)
    assert len(basis.used) == 10
    assert any("10 of the model's 30 draws" in note.text for note in basis.notes)
