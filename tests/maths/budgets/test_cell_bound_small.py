"""Bounds of plans of two channels and two periods, against a grid of all of them."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from mmxlib.maths.arrays import Matrix
from mmxlib.maths.budgets.allocation import AllocationProblem
from mmxlib.maths.budgets.cell_bound import bound_at, concave_above, linear_most, lowest_bound, tightened
from mmxlib.maths.budgets.cell_objective import CellObjective
from mmxlib.maths.budgets.cell_response import Cells, cell_response, counted
from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.maths.budgets.interior_search import inside_of
from mmxlib.maths.budgets.limits import Limits, nearest
from mmxlib.maths.budgets.local_search import Terrain
from mmxlib.terms import Measure, Objective
from tests.maths.budgets.cells import cell_problem_of, with_rows
from tests.maths.budgets.spending import CVAR, MEAN, RISK, box, random_curves

PRICE = 0.01


def small(
    seed: int,
    *,
    shapes: tuple[float, float] = (2.0, 4.0),
    adstock: int = 0,
    objective: DrawObjective = MEAN,
    measure: Measure = Measure.CONTRIBUTION_OF_SPEND,
    rows: bool = False,
    free: bool = False,
    lower: float = 0.0,
) -> AllocationProblem:
    curves = random_curves(
        seed, channels=2, draws=3, units=1, periods=2, families=(0, 1), adstocks=(adstock,), shapes=shapes
    )
    problem = cell_problem_of(
        curves, seed=seed, objective=objective, measure=measure, price=PRICE, lower=lower, free_total=free
    )
    return with_rows(problem, less=0.7, more=1.3) if rows else problem


def objective_of(problem: AllocationProblem) -> CellObjective:
    return CellObjective(Cells(problem.curves, problem.measure), problem.objective, problem.price)


def all_plans(limits: Limits, points: int = 3) -> Matrix:
    """Return a grid of plans moved within the limits."""
    axes = [np.linspace(low, high, points) for low, high in zip(limits.lower, limits.upper, strict=True)]
    return np.array([nearest(limits, np.array(each)) for each in product(*axes)])[::2]


@pytest.mark.parametrize("objective", [MEAN, RISK, CVAR])
@pytest.mark.parametrize(
    ("seed", "shapes", "adstock", "measure", "rows", "free"),
    [
        (1, (2.0, 4.0), 0, Measure.CONTRIBUTION_OF_SPEND, False, False),
        (2, (2.0, 4.0), 0, Measure.OUTCOME_IN_PERIODS, True, False),
        (3, (0.6, 1.0), 0, Measure.CONTRIBUTION_OF_SPEND, False, True),
        (4, (1.2, 3.0), 1, Measure.CONTRIBUTION_OF_SPEND, False, True),
    ],
)
def test_no_plan_exceeds_the_bound_touched_at_any_other(
    objective: DrawObjective,
    seed: int,
    shapes: tuple[float, float],
    adstock: int,
    measure: Measure,
    rows: bool,
    free: bool,
) -> None:
    problem = small(
        seed, shapes=shapes, adstock=adstock, objective=objective, measure=measure, rows=rows, free=free
    )
    plain = objective_of(problem)
    above = concave_above(plain, problem.limits)
    assert above is not None
    assert above.enveloped
    plans = all_plans(problem.limits)
    values = np.array([plain.point(plan, 0.0).value for plan in plans])
    covered = np.array([above.point(plan, 0.0).smooth for plan in plans])
    assert np.all(covered >= values - 1e-10)
    for plan in plans[::9]:
        bound = bound_at(above, problem.limits, plan, 0.02)
        assert bound.value >= values.max() - 1e-9
        assert bound.spend is plan


def test_the_bound_is_the_best_of_the_tangent() -> None:
    """With a straight curve the tangent is the outcome itself, and the bound the best plan's worth."""
    curves = random_curves(5, channels=2, draws=3, units=1, periods=2, families=(3,))
    problem = cell_problem_of(curves, price=PRICE, free_total=True)
    plain = objective_of(problem)
    above = concave_above(plain, problem.limits)
    assert above is not None
    slope = plain.point(problem.present, 0.0).slope - PRICE
    best = np.where(slope > 0.0, problem.limits.upper, problem.limits.lower)
    for plan in (problem.present, 0.3 * problem.present):
        bound = bound_at(above, problem.limits, plan, 0.0).value
        assert bound == pytest.approx(plain.point(best, 0.0).value, rel=1e-9)


@pytest.mark.parametrize("lower", [0.0, 0.8])
def test_fixed_weights_below_zero_bound_every_plan_as_well(lower: float) -> None:
    problem = small(6, objective=DrawObjective(Objective.MEAN_MINUS_RISK, risk=1.3), lower=lower)
    plain = objective_of(problem)
    weights = plain.point(problem.present, 0.0).weights
    assert weights.min() < 0.0
    above = concave_above(plain, problem.limits, weights)
    assert above is not None
    assert above.fixed_weights is weights
    plans = all_plans(problem.limits)
    for plan in plans:
        outcome = counted(plain.cells, cell_response(plain.cells, plan))
        under_weights = float(weights @ outcome) - PRICE * float(plan.sum())
        assert above.point(plan, 0.0).smooth >= under_weights - 1e-10
    best = max(plain.point(plan, 0.0).value for plan in plans)
    for plan in plans[::9]:
        assert bound_at(above, problem.limits, plan, 0.0).value >= best - 1e-9


def test_an_effect_below_zero_leaves_no_bound_and_none_of_zero_does() -> None:
    problem = small(7)
    effect = problem.curves.effect
    effect[0, 0, 0] = 0.0
    assert concave_above(objective_of(problem), problem.limits) is not None
    effect[0, 0, 0] = -1e-9
    assert concave_above(objective_of(problem), problem.limits) is None


def terrain_of(problem: AllocationProblem) -> Terrain:
    return Terrain(objective_of(problem).point, problem.limits, PRICE, 1.0)


def test_a_bound_that_is_low_enough_is_that_of_the_start() -> None:
    problem = small(3, shapes=(0.6, 1.0))
    above = concave_above(objective_of(problem), problem.limits)
    assert above is not None
    first = bound_at(above, problem.limits, problem.present, 0.0).value
    known = terrain_of(problem), inside_of(problem.limits), problem.present
    assert lowest_bound(above, *known, enough=first).value == first
    lower = lowest_bound(above, *known, enough=np.nextafter(first, -np.inf))
    best = max(objective_of(problem).point(plan, 0.0).value for plan in all_plans(problem.limits, 4))
    assert best - 1e-9 <= lower.value < first - 1e-3
    own = objective_of(problem).point(lower.spend, 0.0).value
    assert lower.value == pytest.approx(own, rel=1e-6)


def test_a_bound_is_touched_with_the_weights_of_the_last_temperature() -> None:
    problem = small(1, shapes=(0.6, 1.0), objective=CVAR)
    above = concave_above(objective_of(problem), problem.limits)
    assert above is not None
    warm = replace(terrain_of(problem), temperatures=(5.0, 0.001))
    known = inside_of(problem.limits), problem.present
    first = lowest_bound(above, warm, *known, enough=np.inf).value
    hot, cool = (bound_at(above, problem.limits, problem.present, each).value for each in (5.0, 0.001))
    assert first == cool < hot


def test_a_bound_at_its_best_start_is_kept() -> None:
    problem = small(3, shapes=(0.6, 1.0))
    above = concave_above(objective_of(problem), problem.limits)
    assert above is not None
    known = terrain_of(problem), inside_of(problem.limits)
    best = lowest_bound(above, *known, problem.present, enough=-np.inf)
    again = lowest_bound(above, *known, best.spend, enough=-np.inf)
    assert again.value <= best.value


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rows", [False, True])
def test_the_most_of_a_linear_gain_is_that_of_its_best_plan(seed: int, rows: bool) -> None:
    problem = small(seed, rows=rows, free=seed > 1)
    chance, limits = np.random.default_rng(seed), problem.limits
    for size in (1.0, 1e6):
        gain = size * chance.standard_normal(4)
        most = linear_most(gain, limits)
        plans = [float(gain @ nearest(limits, plan)) for plan in all_plans(limits)]
        assert most >= max(plans) - 1e-9 * size * 100.0
        toward = nearest(limits, np.where(gain > 0.0, limits.upper, limits.lower))
        assert float(gain @ toward) <= most + 1e-9 * size * 100.0


def test_the_most_of_a_gain_by_hand() -> None:
    none = np.empty(0)
    limits = Limits(np.array([1.0, 2.0]), np.array([5.0, 9.0]), 4.0, 8.0, np.empty((0, 2)), none, none)
    assert linear_most(np.array([3.0, 1.0]), limits) == pytest.approx(3.0 * 5.0 + 3.0)
    assert linear_most(np.array([-3.0, -1.0]), limits) == pytest.approx(-3.0 - 3.0)
    assert linear_most(np.array([-3.0, 1.0]), limits) == pytest.approx(-3.0 + 7.0)
    assert linear_most(np.zeros(2), limits) == 0.0
    weighted = Limits(
        limits.lower,
        limits.upper,
        0.0,
        np.inf,
        np.array([[2.0, 0.0], [0.0, 0.0]]),
        np.array([-np.inf, 0.0]),
        np.array([6.0, 0.0]),
    )
    assert linear_most(np.array([3.0, 1.0]), weighted) == pytest.approx(3.0 * 3.0 + 9.0)
    for weight in (0.1, 2.0, 50.0):
        rows = np.array([[weight, 0.0]])
        at_least = Limits(
            limits.lower, limits.upper, 0.0, np.inf, rows, np.array([3.0 * weight]), np.array([np.inf])
        )
        assert linear_most(np.array([-3.0, -1.0]), at_least) == pytest.approx(-9.0 - 2.0)
        at_most = Limits(
            limits.lower, limits.upper, 0.0, np.inf, rows, np.array([0.0]), np.array([3.0 * weight])
        )
        assert linear_most(np.array([3.0, 1.0]), at_most) == pytest.approx(9.0 + 9.0)


@pytest.mark.parametrize(
    ("least", "most"), [(-np.inf, 99.0), (-99.0, np.inf), (-np.inf, np.inf), (-9.0, 99.0)]
)
def test_sums_that_bind_nothing_leave_the_most_of_a_gain(least: float, most: float) -> None:
    """Whether they have a limit far away or none: a price of theirs would bound by less than can be had."""
    limits = Limits(
        np.array([1.0, 2.0]),
        np.array([5.0, 9.0]),
        -np.inf,
        8.0,
        np.array([[1.0, 1.0], [2.0, -1.0]]),
        np.full(2, least),
        np.full(2, most),
    )
    assert linear_most(np.array([3.0, 1.0]), limits) == pytest.approx(18.0)
    assert linear_most(np.array([-3.0, -1.0]), limits) == pytest.approx(-5.0)
    assert linear_most(np.array([0.2, 0.3]), limits) == pytest.approx(0.2 + 0.3 * 7.0)


@pytest.mark.parametrize("size", [0.2, 1.0, 30.0])
def test_sums_tighten_the_bounds_of_single_cells(size: float) -> None:
    """At most 6 together and at least 1 each: none above 4; twice the first less the second at most 0."""
    limits = Limits(
        np.ones(3),
        np.full(3, 9.0),
        0.0,
        6.0,
        size * np.array([[2.0, -1.0, 0.0], [0.0, 0.0, 2.0]]),
        size * np.array([-np.inf, 5.0]),
        np.array([0.0, np.inf]),
    )
    lower, upper = tightened(limits)
    assert lower == pytest.approx([1.0, 2.0, 2.5], rel=1e-9)
    assert upper == pytest.approx([1.25, 2.5, 3.0], rel=1e-9)
    assert np.all(lower <= [1.0, 2.0, 2.5])
    assert np.all(upper >= [1.25, 2.5, 3.0])


def test_tightened_bounds_leave_room_for_rounding_in_any_unit_of_money() -> None:
    for money in (1e-6, 1.0, 1e9):
        lower, _ = tightened(box(np.zeros(3), money * np.array([5.0, 2.0, 1.0]), 7.0 * money))
        assert 4.0 * money - 1e-10 * money <= lower[0] <= 4.0 * money - 1e-12 * money


def test_a_least_total_raises_lower_bounds() -> None:
    lower, upper = tightened(box(np.zeros(3), np.array([5.0, 2.0, 1.0]), 7.0))
    assert lower == pytest.approx([4.0, 1.0, 0.0], abs=1e-9)
    assert upper == pytest.approx([5.0, 2.0, 1.0], rel=1e-9)
    apart = tightened(box(np.ones(4), np.full(4, 5.0), 4.0))
    np.testing.assert_allclose(apart, 1.0)
    assert np.all(apart[0] <= apart[1])


def test_tightened_bounds_hold_every_plan_within_the_limits() -> None:
    problem = cell_problem_of(random_curves(1, channels=2, periods=2), factor=0.3, lower=0.1, upper=6.0)
    limits = with_rows(problem, less=0.1, more=0.4).limits
    lower, upper = tightened(limits)
    assert upper.sum() < limits.upper.sum()
    plans = all_plans(limits)
    assert np.all((plans >= lower - 1e-9) & (plans <= upper + 1e-9))
