import numpy as np
import pytest

from mmxlib.maths.budgets.draw_curvature import curvature_by_draws, envelope
from mmxlib.maths.budgets.draw_objectives import DrawObjective, objective_value, smoothed
from mmxlib.terms import Objective
from tests.maths.budgets.spending import MEAN

DRAWS = 30
OUTCOME = 10.0 + np.random.default_rng(0).standard_normal(DRAWS)


@pytest.mark.parametrize("kind", [Objective.MEAN_MINUS_RISK, Objective.CVAR])
@pytest.mark.parametrize("enveloped", [False, True])
@pytest.mark.parametrize("temperature", [0.05, 0.3])
def test_the_bend_equals_differences_of_weights(kind: Objective, enveloped: bool, temperature: float) -> None:
    objective = DrawObjective(kind, risk=1.2, tail=0.2)
    value_at = envelope if enveloped else smoothed
    smooth = value_at(OUTCOME, objective, temperature)
    bend = curvature_by_draws(OUTCOME, smooth, np.eye(DRAWS), objective, temperature=temperature)
    assert bend is not None
    assert np.linalg.eigvalsh(bend).min() >= -1e-12
    step = 1e-5
    for d in range(DRAWS):
        moved = step * (np.arange(DRAWS) == d)
        above, below = (value_at(OUTCOME + sign * moved, objective, temperature) for sign in (1.0, -1.0))
        np.testing.assert_allclose(
            -(above.weights - below.weights) / (2.0 * step), bend[d], rtol=0.0, atol=1e-6 * np.abs(bend).max()
        )


def test_the_mean_does_not_bend() -> None:
    smooth = smoothed(OUTCOME, MEAN, 0.0)
    assert curvature_by_draws(OUTCOME, smooth, np.eye(DRAWS), MEAN, temperature=0.0) is None


@pytest.mark.parametrize("risk", [0.1, 1.0, 3.0])
def test_the_envelope_is_above_the_objective_of_any_outcome_at_its_weights(risk: float) -> None:
    objective = DrawObjective(Objective.MEAN_MINUS_RISK, risk=risk)
    smooth = envelope(OUTCOME, objective, 0.0)
    assert smooth.weights.min() >= 0.0
    assert smooth.weights.sum() == pytest.approx(1.0, rel=1e-14)
    assert smooth.value >= objective_value(OUTCOME, objective) - 1e-12
    chance = np.random.default_rng(1)
    for _ in range(200):
        other = 10.0 + chance.uniform(0.1, 5.0) * chance.standard_normal(DRAWS)
        assert smooth.weights @ other >= objective_value(other, objective) - 1e-9


def test_a_small_risk_needs_no_envelope() -> None:
    objective = DrawObjective(Objective.MEAN_MINUS_RISK, risk=0.1)
    np.testing.assert_array_equal(
        envelope(OUTCOME, objective, 0.0).weights, smoothed(OUTCOME, objective, 0.0).weights
    )


@pytest.mark.parametrize("risk", [0.8, 1.2, 3.0, 5.0])
def test_the_envelope_is_the_smallest_sum_of_weights_of_at_least_zero(risk: float) -> None:
    """At the least sum the lowest draws share all weight; how many do is tried."""
    ordered, length = np.sort(OUTCOME), (1.0 + risk**2) / DRAWS
    smallest = np.inf
    for count in range(2, DRAWS + 1):
        deviation = ordered[:count] - ordered[:count].mean()
        size = (length - 1.0 / count) / (deviation @ deviation)
        weights = 1.0 / count - np.sqrt(max(size, 0.0)) * deviation
        if size >= 0.0 and weights.min() >= 0.0:
            smallest = min(smallest, float(weights @ ordered[:count]))
    objective = DrawObjective(Objective.MEAN_MINUS_RISK, risk=risk)
    assert smoothed(OUTCOME, objective, 0.0).weights.min() < 0.0
    assert envelope(OUTCOME, objective, 0.0).value == pytest.approx(smallest, rel=1e-12)


def test_cvar_that_is_not_smoothed_does_not_bend() -> None:
    objective = DrawObjective(Objective.CVAR, tail=0.25)
    smooth = smoothed(OUTCOME, objective, 0.0)
    assert curvature_by_draws(OUTCOME, smooth, np.eye(DRAWS), objective, temperature=0.0) is None


def test_the_whole_of_a_single_draw_does_not_bend() -> None:
    """Its weight is one, whatever it brings."""
    outcome, objective = np.array([3.0]), DrawObjective(Objective.CVAR, tail=1.0)
    smooth = smoothed(outcome, objective, 0.1)
    assert curvature_by_draws(outcome, smooth, np.eye(1), objective, temperature=0.1) is None


@pytest.mark.parametrize("level", [0.0, 3.0])
def test_equal_draws_do_not_bend(level: float) -> None:
    objective, outcome = DrawObjective(Objective.MEAN_MINUS_RISK), np.full(4, level)
    smooth = smoothed(outcome, objective, 0.0)
    assert curvature_by_draws(outcome, smooth, np.eye(4), objective, temperature=0.0) is None


def test_a_unit_of_the_outcome_is_a_unit_of_its_bend() -> None:
    objective = DrawObjective(Objective.MEAN_MINUS_RISK)
    bends = [
        curvature_by_draws(
            size * OUTCOME,
            smoothed(size * OUTCOME, objective, 0.0),
            np.eye(DRAWS),
            objective,
            temperature=0.0,
        )
        for size in (1.0, 1e-20)
    ]
    assert bends[0] is not None
    assert bends[1] is not None
    np.testing.assert_allclose(1e-20 * bends[1], bends[0], rtol=1e-9, atol=1e-12 * bends[0].max())


@pytest.mark.parametrize(
    ("outcome", "weights"), [([3.0, 5.0, 10.0], [1.0, 0.0, 0.0]), ([10.0, 3.0, 3.0], [0.0, 0.5, 0.5])]
)
def test_a_risk_beyond_all_spread_leaves_the_worst_draws_alone(
    outcome: list[float], weights: list[float]
) -> None:
    objective = DrawObjective(Objective.MEAN_MINUS_RISK, risk=2.0)
    smooth = envelope(np.array(outcome), objective, 0.0)
    assert smooth.weights == pytest.approx(weights, abs=1e-12)
    assert smooth.value == pytest.approx(3.0, rel=1e-12)
    bend = curvature_by_draws(np.array(outcome), smooth, np.eye(3), objective, temperature=0.0)
    assert bend is None or np.abs(bend).max() <= 1e-12
