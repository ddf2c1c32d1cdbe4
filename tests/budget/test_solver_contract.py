"""The contract that every way of searching for a plan keeps, whichever there are."""

from functools import cache

import numpy as np
import pytest

import mmxlib as mmx
from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.errors import InfeasibleError
from mmxlib.model.model import Model
from mmxlib.terms import Detail, Objective, Solver
from tests.budget.responses import hand_made_response, media_mix

CLOSE = 0.005
"""By what share a search by chance may fall short of the best plan."""

LITTLE = {f"channel_{index}": (0.0, 1.0) for index in range(3)}
"""Limits in money, far below what is spent now."""

every_solver = pytest.mark.parametrize("solver", Solver)


@cache
def model() -> Model:
    return Model(hand_made_response(media_mix(3), draws=10))


@cache
def plan(solver: Solver, **asked: object) -> BudgetPlan:
    return mmx.optimize_budget(model(), periods=8, solver=solver, **asked)  # type: ignore[arg-type]  # as asked


@every_solver
@pytest.mark.parametrize("objective", Objective)
def test_its_plan_spends_the_budget_within_the_limits(solver: Solver, objective: Objective) -> None:
    found = plan(solver, objective=objective)
    assert found.solver is solver
    assert found.total == pytest.approx(found.present_total, rel=1e-9)
    spend = found.channels["spend"]
    assert (spend >= found.channels["lower"] * (1.0 - 1e-9)).all()
    assert (spend <= found.channels["upper"] * (1.0 + 1e-9)).all()


@every_solver
@pytest.mark.parametrize("detail", Detail)
def test_its_plan_is_no_worse_than_the_present_one_and_close_to_the_best(
    solver: Solver, detail: Detail
) -> None:
    found, best = plan(solver, detail=detail), plan(Solver.SLSQP, detail=detail)
    assert found.outcome >= found.present_outcome * (1.0 - 1e-9)
    assert found.outcome >= best.outcome * (1.0 - CLOSE)


@every_solver
def test_its_distance_from_the_best_is_certified(solver: Solver) -> None:
    found, best = plan(solver), plan(Solver.SLSQP)
    assert found.gap is not None
    assert found.gap >= 0.0
    assert found.outcome * (1.0 + found.gap) >= best.outcome * (1.0 - 1e-9)


@every_solver
def test_the_same_seed_gives_the_same_plan(solver: Solver) -> None:
    again = mmx.optimize_budget(model(), periods=8, solver=solver)
    np.testing.assert_array_equal(again.channels["spend"], plan(solver).channels["spend"])


@every_solver
def test_limits_that_no_plan_keeps_are_refused(solver: Solver) -> None:
    with pytest.raises(InfeasibleError):
        mmx.optimize_budget(model(), budget=1e6, bounds=LITTLE, solver=solver)
