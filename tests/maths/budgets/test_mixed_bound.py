import numpy as np
import pytest

from mmxlib.maths.budgets.certificate import Certified, certified, tables_of
from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.maths.budgets.limits import nearest
from mmxlib.maths.budgets.local_search import Terrain, best_climb
from mmxlib.maths.budgets.mixed_bound import mixed
from mmxlib.maths.budgets.spend_response import spend_response
from tests.maths.budgets.spending import CVAR, RISK, problem_of, random_curves


@pytest.mark.parametrize(("objective", "temperature", "left"), [(RISK, 0.0, 0.5), (CVAR, 0.05, 0.9)])
def test_mixtures_lower_the_bound_of_s_shaped_returns_but_not_below_any_allocation(
    objective: DrawObjective, temperature: float, left: float
) -> None:
    curves = random_curves(2, channels=8, draws=20, shapes=(2.0, 4.0))
    problem = problem_of(curves, factor=0.7, lower=0.0, upper=2.5, objective=objective)
    limits, start = problem.limits, problem.point(problem.present, temperature)
    size = abs(start.value)
    terrain = Terrain(problem.point, limits, 0.0, size, (temperature,))
    best = best_climb(terrain, [nearest(limits, problem.present)])
    tables = tables_of(curves, lower=limits.lower, upper=limits.upper, further=[], weights=best.weights)
    known = {"curves": curves, "measure": problem.measure}
    before = certified(terrain, best, tables, fixed_weights=False, **known)

    def lowered(enough: float) -> Certified:
        return mixed(
            terrain,
            before,
            objective=objective,
            outcome=lambda spend: problem.outcome(spend_response(curves, spend)),
            enough=enough,
            **known,
        )

    after = lowered(1e-3)
    assert after.gap(size) < left * before.gap(size)
    chance = np.random.default_rng(0)
    for _ in range(200):
        spend = nearest(limits, chance.dirichlet(np.full(8, 0.5)) * limits.total_lower)
        assert problem.point(spend, 0.0).value <= after.bound.value
    assert lowered(1.0) is before
