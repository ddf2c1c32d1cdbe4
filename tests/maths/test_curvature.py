"""The arrow of the density's curvature against differences of every parameter by itself."""

import numpy as np
import pytest

from mmxlib.maths import curvature as module
from mmxlib.maths.arrays import Array, Matrix, Vector
from mmxlib.maths.curvature import curvature
from mmxlib.maths.density import Problem, log_density, size
from tests.maths.test_arrow import dense
from tests.maths.test_density import Case, case


def by_differences(made: Case, parameters: Vector, known: Array) -> Matrix:
    """Return the whole negative Hessian, each parameter moved alone."""
    moves = 1e-4 * np.eye(len(parameters))
    rows = [
        (made.with_gradient(parameters - move)[1] - made.with_gradient(parameters + move)[1]) / 2e-4
        for move in moves
    ]
    whole = 0.5 * (np.stack(rows) + np.stack(rows).T)
    whole[known] = whole[:, known] = 0.0
    whole[known, known] = 1.0
    return whole


@pytest.mark.parametrize("units", [1, 2, 4])
@pytest.mark.parametrize("lifts", [0, 2, 4])
def test_equals_the_whole_hessian_with_experiments_on_one_unit_and_on_all(units: int, lifts: int) -> None:
    made = case(11, units=units, lifts=lifts)
    parameters = 0.3 * np.random.default_rng(units).normal(size=size(made.problem))
    known = np.zeros(len(parameters), dtype=bool)
    known[[2, len(parameters) - 1]] = True  # one that is common, and one of a unit where there are any
    found = curvature(parameters, made.problem, outcome=made.outcome, lifts=made.lifts, known=known)
    whole = by_differences(made, parameters, known)
    np.testing.assert_allclose(dense(*found), whole, atol=2e-6 * np.abs(whole).max())
    assert found.across.shape[1] == (lifts // 2 if units > 1 else 0)


def test_gradients_do_not_grow_with_the_units(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def counted(parameters: Vector, problem: Problem, *rest: np.ndarray) -> float:
        calls.append(len(parameters))
        return float(log_density(parameters, problem, *rest))

    monkeypatch.setattr(module, "log_density", counted)
    for units in (2, 40):
        made = case(1, units=units, lifts=0)
        parameters = np.zeros(size(made.problem))
        curvature(
            parameters,
            made.problem,
            outcome=made.outcome,
            lifts=made.lifts,
            known=np.zeros(len(parameters), bool),
        )
    assert calls.count(20 + 2 * 5) == calls.count(20 + 40 * 5) <= 2 * (4 * 5 + 5) + 1
