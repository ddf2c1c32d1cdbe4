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
def test_the_bend_equals_differences_of_weights(kind: Objective, enveloped: bool) -> None:
    objective, temperature = DrawObjective(kind, risk=1.2, tail=0.2), 0.3
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
