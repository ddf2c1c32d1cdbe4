import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.draw_objectives import DrawObjective, draw_weights, objective_value, smoothed
from mmxlib.terms import Objective

outcomes = st.builds(
    lambda seed, draws: np.random.default_rng(seed).normal(100.0, 20.0, draws),
    seed=st.integers(0, 10**6),
    draws=st.integers(1, 60),
)


def cvar(tail: float) -> DrawObjective:
    return DrawObjective(Objective.CVAR, tail=tail)


def test_weights_give_the_mean_less_a_multiple_of_the_standard_deviation() -> None:
    outcome = np.array([3.0, 5.0, 10.0, 2.0])
    weights = draw_weights(outcome, DrawObjective(Objective.MEAN_MINUS_RISK, risk=1.5))
    assert weights @ outcome == pytest.approx(outcome.mean() - 1.5 * outcome.std(), rel=1e-14)
    assert weights.sum() == pytest.approx(1.0, rel=1e-14)


def test_cvar_is_the_mean_of_the_worst_draws_the_last_of_them_in_part() -> None:
    outcome = np.array([3.0, 5.0, 10.0, 2.0])
    assert objective_value(outcome, cvar(0.5)) == pytest.approx(2.5, rel=1e-14)
    assert objective_value(outcome, cvar(0.4)) == pytest.approx((2.0 + 0.6 * 3.0) / 1.6, rel=1e-14)
    assert objective_value(outcome, cvar(1.0)) == pytest.approx(5.0, rel=1e-14)
    assert objective_value(outcome, cvar(0.01)) == 2.0


@settings(max_examples=60, deadline=None, derandomize=True)
@given(outcome=outcomes, tail=st.floats(0.02, 1.0))
def test_cvar_is_the_largest_of_the_threshold_form(outcome: Vector, tail: float) -> None:
    """Rockafellar and Uryasev's function of the threshold has its maximum at one of the draws."""
    forms = [t - np.maximum(t - outcome, 0.0).sum() / (tail * len(outcome)) for t in outcome]
    assert objective_value(outcome, cvar(tail)) == pytest.approx(max(forms), rel=1e-12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(outcome=outcomes, tail=st.floats(0.02, 1.0), temperature=st.floats(1e-4, 50.0))
def test_smoothed_weights_lie_in_the_risk_envelope_and_bound_cvar_from_above(
    outcome: Vector, tail: float, temperature: float
) -> None:
    for weights in (smoothed(outcome, cvar(tail), temperature).weights, draw_weights(outcome, cvar(tail))):
        assert weights.sum() == pytest.approx(1.0, rel=1e-12)
        assert np.all(weights >= 0.0)
        assert np.all(weights <= (1.0 + 1e-12) / (tail * len(outcome)))
        assert weights @ outcome >= objective_value(outcome, cvar(tail)) - 1e-10


@settings(max_examples=60, deadline=None, derandomize=True)
@given(outcome=outcomes, tail=st.floats(0.02, 1.0), temperature=st.floats(1e-4, 50.0))
def test_smoothing_takes_off_at_most_what_is_stated(outcome: Vector, tail: float, temperature: float) -> None:
    exact, smooth = objective_value(outcome, cvar(tail)), smoothed(outcome, cvar(tail), temperature).value
    assert -1e-10 <= exact - smooth <= temperature * np.log(2.0) / tail + 1e-10


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), tail=st.floats(0.05, 0.95), temperature=st.floats(0.5, 20.0))
def test_smoothed_weights_are_the_slope_of_the_smoothed_value(
    seed: int, tail: float, temperature: float
) -> None:
    outcome = np.random.default_rng(seed).normal(100.0, 20.0, 12)
    weights = smoothed(outcome, cvar(tail), temperature).weights
    for d in range(12):
        step = np.zeros(12)
        step[d] = 1e-4
        above = smoothed(outcome + step, cvar(tail), temperature).value
        below = smoothed(outcome - step, cvar(tail), temperature).value
        assert (above - below) / 2e-4 == pytest.approx(weights[d], rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("temperature", [0.5, 5.0, 40.0])
def test_smoothed_cvar_is_the_highest_point_of_the_smoothed_threshold_form(temperature: float) -> None:
    outcome, worst = np.random.default_rng(3).normal(100.0, 20.0, 12), 0.3 * 12
    thresholds = np.linspace(-300.0, 300.0, 600_001)
    short = sum(np.logaddexp(0.0, (thresholds - each) / temperature) for each in outcome)
    forms = thresholds - temperature * short / worst
    smooth = smoothed(outcome, cvar(0.3), temperature)
    assert smooth.value == pytest.approx(forms.max(), rel=1e-9)
    away = np.exp(-(thresholds[np.argmax(forms)] - outcome) / temperature)
    np.testing.assert_allclose(smooth.weights, 1.0 / (1.0 + away) / worst, rtol=0.01, atol=1e-9)


@pytest.mark.parametrize("temperature", [0.0, 5.0])
@pytest.mark.parametrize("kind", [Objective.MEAN, Objective.MEAN_MINUS_RISK])
def test_only_cvar_is_smoothed(kind: Objective, temperature: float) -> None:
    outcome = np.array([3.0, 5.0, 10.0, 2.0])
    smooth = smoothed(outcome, DrawObjective(kind), temperature)
    assert smooth.value == objective_value(outcome, DrawObjective(kind))
    np.testing.assert_array_equal(smooth.weights, draw_weights(outcome, DrawObjective(kind)))


def test_without_smoothing_cvar_is_exact() -> None:
    outcome = np.array([3.0, 5.0, 10.0, 2.0])
    assert smoothed(outcome, cvar(0.4), 0.0).value == objective_value(outcome, cvar(0.4))


def test_unless_told_otherwise_one_standard_deviation_is_taken_off_or_the_worst_tenth_counts() -> None:
    outcome = np.arange(20.0) ** 2
    risk, worst = DrawObjective(Objective.MEAN_MINUS_RISK), DrawObjective(Objective.CVAR)
    assert objective_value(outcome, risk) == pytest.approx(outcome.mean() - outcome.std(), rel=1e-14)
    assert objective_value(outcome, worst) == pytest.approx(0.5, rel=1e-14)


@pytest.mark.parametrize("size", [1e-200, 1e-20, 1e20])
def test_a_risk_is_taken_off_in_any_unit(size: float) -> None:
    outcome, risk = size * np.array([3.0, 5.0, 10.0, 2.0]), DrawObjective(Objective.MEAN_MINUS_RISK)
    if size > 1e-100:  # below, squares vanish
        assert objective_value(outcome, risk) == pytest.approx(size * (5.0 - np.sqrt(9.5)), rel=1e-14)
    assert objective_value(np.full(3, size), risk) == pytest.approx(size, rel=1e-14)


@pytest.mark.parametrize("kind", list(Objective))
@pytest.mark.parametrize("level", [3.0, 0.0, -3.0])
def test_equal_draws_have_one_value_under_every_objective(kind: Objective, level: float) -> None:
    assert objective_value(np.full(7, level), DrawObjective(kind)) == pytest.approx(level, rel=1e-14)
    np.testing.assert_array_equal(draw_weights(np.full(7, level), DrawObjective(kind)), 1.0 / 7.0)
