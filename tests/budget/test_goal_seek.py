"""The least spend that reaches a target, held against the forecast and against brute force."""

from itertools import product

import numpy as np
import pytest

from mmxlib.budget.layout import layout_of
from mmxlib.budget.measured_plan import measured
from mmxlib.budget.optimizing import budget_for_target, optimize_budget
from mmxlib.budget.plan_basis import plan_basis
from mmxlib.errors import InfeasibleError, UsageError
from mmxlib.forecasting.forecast import forecast
from mmxlib.model.model import Model
from mmxlib.terms import Detail, Goal, Verdict
from tests.budget.responses import hand_made_response, media_mix

PERIODS = 13


def model_of(channels: int = 3, **changes: object) -> Model:
    return Model(hand_made_response(media_mix(channels), **changes))  # type: ignore[arg-type]


def reachable(model: Model, share: float) -> float:
    """Return an outcome that the periods reach, some way from the least to the most."""
    least, most = (
        budget_for_target(model, outcome, periods=PERIODS).forecast_outcome for outcome in (1.0, 1e12)
    )
    return least + share * (most - least)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_the_forecast_of_the_plan_is_the_target(share: float) -> None:
    model = model_of()
    target = reachable(model, share)
    plan = budget_for_target(model, target, periods=PERIODS)
    table = forecast(model, plan, by_unit=False, by_period=False)
    outcome = table[table["component"] == "outcome"]
    assert outcome["mean"].item() == pytest.approx(target, rel=1e-6)
    assert plan.forecast_outcome == pytest.approx(target, rel=1e-6)
    assert plan.goal is Goal.TARGET
    assert plan.target is not None
    assert plan.target.reached


def test_with_a_probability_the_lower_end_of_the_forecast_is_the_target() -> None:
    """An interval that holds 80 % has a tenth below it: 90 % reach its lower end."""
    model = model_of()
    target = reachable(model, 0.3)
    plan = budget_for_target(model, target, periods=PERIODS, probability=0.9)
    table = forecast(model, plan, level=0.8, by_unit=False, by_period=False)
    outcome = table[table["component"] == "outcome"]
    assert outcome["lower"].item() == pytest.approx(target, rel=1e-4)
    assert plan.target is not None
    assert plan.target.chance == pytest.approx(0.9, abs=2e-3)
    assert plan.gap is None
    assert plan.total > budget_for_target(model, target, periods=PERIODS).total


@pytest.mark.parametrize("shapes", [(0.7, 1.0), (2.0, 3.5)])
def test_brute_force_finds_no_cheaper_plan_beyond_the_gap(shapes: tuple[float, float]) -> None:
    model = model_of(3, shapes=shapes)
    target = reachable(model, 0.4)
    plan = budget_for_target(model, target, periods=PERIODS)
    basis = plan_basis(model.response, periods=PERIODS)
    layout = layout_of(basis, Detail.CHANNEL)
    lower, upper = plan.channels["lower"].to_numpy(), plan.channels["upper"].to_numpy()
    axes = [np.linspace(low, high, 17) for low, high in zip(lower, upper, strict=True)]
    cheapest = min(
        sum(spend)
        for spend in product(*axes)
        if sum(spend) < plan.total * 1.05
        and measured(basis, layout, np.array(spend)).expected.mean() >= target
    )
    assert plan.gap is not None
    assert cheapest >= plan.total * (1.0 - plan.gap) - 1e-6
    assert plan.gap <= (1e-3 if shapes[1] <= 1.0 else 0.05)


def test_what_cannot_be_reached_says_the_most_that_can() -> None:
    plan = budget_for_target(model_of(), 1e9, periods=PERIODS)
    assert plan.target is not None
    assert not plan.target.reached
    most = f"the most is {plan.forecast_outcome:,.0f}"
    assert most in plan.status
    warned = [note for note in plan.notes if note.verdict is Verdict.WARN]
    assert any(most in note.text for note in warned)
    np.testing.assert_allclose(plan.channels["spend"], plan.channels["upper"], rtol=1e-9)


def test_what_the_least_spend_reaches_already_costs_no_more() -> None:
    plan = budget_for_target(model_of(), 1.0, periods=PERIODS)
    np.testing.assert_allclose(plan.channels["spend"], plan.channels["lower"], rtol=1e-9)
    assert plan.gap == 0.0


def test_a_higher_target_never_costs_less() -> None:
    model = model_of(4, shapes=(1.5, 3.0))
    totals = [
        budget_for_target(model, reachable(model, share), periods=PERIODS).total
        for share in (0.1, 0.3, 0.5, 0.7, 0.9)
    ]
    assert np.all(np.diff(totals) > 0.0)


def test_it_inverts_the_best_plan_of_a_total_within_the_periods() -> None:
    """No plan of the same money reaches more, so the best plan for the outcome reaches no more either."""
    model = model_of(4)
    plan = budget_for_target(model, reachable(model, 0.5), periods=PERIODS)
    bounds = {
        row.channel: (row.lower, row.upper)
        for row in plan.channels.itertuples()  # type: ignore[misc]
    }
    same_money = optimize_budget(model, plan.total, PERIODS, bounds=bounds)
    assert same_money.forecast_outcome <= plan.forecast_outcome * (1.0 + 1e-9)


def test_limits_of_groups_hold_while_a_target_is_sought() -> None:
    model = model_of(4)
    free = budget_for_target(model, reachable(model, 0.5), periods=PERIODS)
    own = free.channels.set_index("channel")["spend"][["channel_0", "channel_3"]].sum()
    target = free.forecast_outcome
    plan = budget_for_target(
        model, target, periods=PERIODS, groups={"both": (("channel_0", "channel_3"), 0.0, 0.9 * own)}
    )
    spent = plan.channels.set_index("channel")["spend"][["channel_0", "channel_3"]].sum()
    assert spent <= 0.9 * own * (1.0 + 1e-9)
    assert plan.total > free.total
    assert plan.forecast_outcome == pytest.approx(target, rel=1e-6)


@pytest.mark.parametrize(
    ("outcome", "probability"), [(0.0, None), (float("nan"), None), (1e5, 0.0), (1e5, 1.0)]
)
def test_a_target_that_is_none_is_refused(outcome: float, probability: float | None) -> None:
    with pytest.raises(UsageError, match="is no target"):
        budget_for_target(model_of(), outcome, probability=probability)


def test_limits_in_conflict_are_named() -> None:
    with pytest.raises(InfeasibleError, match="channel_1"):
        budget_for_target(model_of(), 1e5, bounds={"channel_1": (5.0, 1.0)})
