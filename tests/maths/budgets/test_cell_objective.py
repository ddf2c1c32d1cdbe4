"""What a plan of two channels and two periods is worth, and how that bends."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.maths.arrays import Matrix
from mmxlib.maths.budgets.cell_objective import LEAST_BEND, CellObjective
from mmxlib.maths.budgets.cell_response import Cells, cell_response, counted
from mmxlib.maths.budgets.draw_curvature import envelope
from mmxlib.maths.budgets.draw_objectives import DrawObjective, objective_value, smoothed
from mmxlib.terms import Measure, Objective
from tests.maths.budgets.spending import CVAR, MEAN, RISK, random_curves

PLAN, PRICE, WARM = np.array([30.0, 12.0, 25.0, 40.0]), 0.01, 0.05
WEIGHTS = np.array([0.5, 0.2, 0.3])


def objective_of(
    objective: DrawObjective,
    *,
    shapes: tuple[float, float] = (0.6, 1.0),
    measure: Measure = Measure.CONTRIBUTION_OF_SPEND,
) -> CellObjective:
    curves = random_curves(4, channels=2, draws=3, units=1, periods=2, shapes=shapes)
    return CellObjective(Cells(curves, measure), objective, PRICE)


@pytest.mark.parametrize("objective", [MEAN, RISK, CVAR])
@pytest.mark.parametrize("measure", Measure)
def test_a_plan_is_worth_its_objective_less_what_it_costs(objective: DrawObjective, measure: Measure) -> None:
    asked = objective_of(objective, measure=measure)
    outcome = counted(asked.cells, cell_response(asked.cells, PLAN))
    point, cost = asked.point(PLAN, WARM), PRICE * 107.0
    assert point.value == pytest.approx(objective_value(outcome, objective) - cost, rel=1e-14)
    smooth = smoothed(outcome, objective, WARM)
    assert point.smooth == pytest.approx(smooth.value - cost, rel=1e-14)
    np.testing.assert_array_equal(point.weights, smooth.weights)
    np.testing.assert_array_equal(point.spend, PLAN)


def slopes_around(asked: CellObjective, temperature: float, name: str) -> Matrix:
    """Return differences of what ``name`` says of a point, by each cell."""
    rows = []
    for i in range(4):
        step = 1e-4 * PLAN[i] * (np.arange(4) == i)
        above, below = (getattr(asked.point(PLAN + sign * step, temperature), name) for sign in (1.0, -1.0))
        rows.append((above - below) / (2e-4 * PLAN[i]))
    return np.array(rows)


KINDS = {
    "mean": objective_of(MEAN),
    "risk": objective_of(RISK),
    "cvar": objective_of(CVAR),
    "enveloped": replace(objective_of(replace(RISK, risk=1.2)), enveloped=True),
    "fixed": replace(objective_of(RISK), fixed_weights=WEIGHTS),
    "fixed and enveloped": replace(objective_of(CVAR), fixed_weights=WEIGHTS, enveloped=True),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_slope_is_that_of_the_smoothed_value_before_its_cost(kind: str) -> None:
    asked = KINDS[kind]
    slope = slopes_around(asked, WARM, "smooth")
    np.testing.assert_allclose(slope, asked.point(PLAN, WARM).slope - PRICE, rtol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_the_bend_is_what_the_slope_loses(kind: str) -> None:
    """Where returns diminish and no weight is below zero."""
    asked = KINDS[kind]
    point = asked.point(PLAN, WARM)
    assert point.weights.min() >= 0.0 or kind == "risk"
    bend = asked.curvature(point, WARM)
    if point.weights.min() >= 0.0:
        expected = -slopes_around(asked, WARM, "slope")
        np.testing.assert_allclose(bend, expected, rtol=0.0, atol=1e-5 * np.abs(expected).max())
    assert np.linalg.eigvalsh(bend).min() > 0.0


def test_a_bend_upward_is_turned_over() -> None:
    """The eigenvalues keep their size and lose their sign, in each channel's own block."""
    asked = objective_of(MEAN, shapes=(3.0, 4.0))
    point = asked.point(0.4 * PLAN, 0.0)
    rows = []
    for i in range(4):
        step = 1e-4 * point.spend[i] * (np.arange(4) == i)
        above, below = (asked.point(point.spend + sign * step, 0.0).slope for sign in (1.0, -1.0))
        rows.append((above - below) / (2.0 * step[i]))
    true = -np.array(rows)
    assert np.linalg.eigvalsh(true).min() < 0.0
    bend = asked.curvature(point, 0.0)
    for c in range(2):
        own = slice(2 * c, 2 * c + 2)
        values, vectors = np.linalg.eigh(0.5 * (true + true.T)[own, own])
        turned = vectors * np.abs(values) @ vectors.T
        np.testing.assert_allclose(bend[own, own], turned, atol=1e-6 * np.abs(true).max())
    assert np.all(bend[:2, 2:] == 0.0)


def test_what_does_not_bend_has_a_least_bend() -> None:
    """A channel of straight returns beside one that bends: every step stays bounded."""
    curves = random_curves(4, channels=2, draws=3, units=1, periods=2, families=(3, 0), shapes=(0.6, 1.0))
    asked = CellObjective(Cells(curves), MEAN)
    bend = asked.curvature(asked.point(PLAN, 0.0), 0.0)
    values = np.linalg.eigvalsh(bend[:2, :2])
    np.testing.assert_allclose(values, LEAST_BEND * np.linalg.eigvalsh(bend[2:, 2:]).max(), rtol=1e-6)


def test_fixed_weights_are_taken_whatever_the_outcome() -> None:
    asked = KINDS["fixed"]
    smooth = asked.smooth(np.array([3.0, 5.0, 10.0]), 0.0)
    assert smooth.value == pytest.approx(5.5, rel=1e-14)
    assert smooth.weights is WEIGHTS


def test_an_enveloped_objective_has_no_weight_below_zero() -> None:
    outcome, objective = np.array([3.0, 5.0, 10.0]), DrawObjective(Objective.MEAN_MINUS_RISK, risk=1.2)
    asked = replace(objective_of(objective), enveloped=True)
    smooth, plain = asked.smooth(outcome, 0.0), replace(asked, enveloped=False).smooth(outcome, 0.0)
    assert plain.weights.min() < 0.0 <= smooth.weights.min()
    np.testing.assert_array_equal(smooth.weights, envelope(outcome, objective, 0.0).weights)
    assert smooth.value > plain.value


def test_unless_told_otherwise_money_costs_nothing_and_weights_follow_the_outcome() -> None:
    bare = CellObjective(KINDS["risk"].cells, replace(RISK, risk=2.0))
    point = bare.point(PLAN, 0.0)
    outcome = counted(bare.cells, cell_response(bare.cells, PLAN))
    assert point.value == objective_value(outcome, bare.objective)
    np.testing.assert_array_equal(point.weights, smoothed(outcome, bare.objective, 0.0).weights)
