import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.cell_bound import bound_at, concave_above, linear_most, tightened
from mmxlib.maths.budgets.cell_objective import CellObjective
from mmxlib.maths.budgets.cell_response import Cells
from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.maths.budgets.limits import Limits, nearest
from mmxlib.maths.budgets.spend_response import SpendCurves
from mmxlib.terms import Measure, Objective
from tests.maths.budgets.cells import cell_problem_of, with_rows
from tests.maths.budgets.spending import CVAR, MEAN, RISK, box, random_curves


def some_plan(limits: Limits, chance: np.random.Generator) -> Vector:
    """Return a plan within the limits, many of its cells near their lower bounds."""
    share = chance.uniform(0.0, 1.0, len(limits.lower)) ** chance.integers(1, 12)
    return nearest(limits, limits.lower + share * (limits.upper - limits.lower))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    shapes=st.sampled_from([(0.5, 1.0), (0.8, 1.4), (1.5, 4.0)]),
    adstock=st.integers(0, 2),
    objective=st.sampled_from([MEAN, RISK, CVAR]),
    measure=st.sampled_from(list(Measure)),
    rows=st.booleans(),
    carry_in=st.sampled_from([0.0, 1.0]),
    lower=st.sampled_from([0.0, 0.4]),
)
def test_no_plan_exceeds_the_bound_touched_at_any_other(
    seed: int,
    shapes: tuple[float, float],
    adstock: int,
    objective: DrawObjective,
    measure: Measure,
    rows: bool,
    carry_in: float,
    lower: float,
) -> None:
    curves = random_curves(
        seed, channels=4, families=(0, 0, 1, 2), adstocks=(adstock,), shapes=shapes, carry_in=carry_in
    )
    problem = cell_problem_of(curves, lower=lower, objective=objective, measure=measure, price=0.01)
    limits = with_rows(problem, less=0.7, more=1.2).limits if rows else problem.limits
    chance = np.random.default_rng(seed)
    plain = CellObjective(Cells(curves, measure), objective, problem.price)
    above = concave_above(plain, limits)
    assert above is not None
    values = [plain.point(some_plan(limits, chance), 0.0).value for _ in range(10)]
    for _ in range(3):
        temperature = float(chance.choice([0.0, 0.05]))
        bound = bound_at(above, limits, some_plan(limits, chance), temperature).value
        assert bound >= max(values) - 1e-9 * abs(bound)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    shapes=st.sampled_from([(0.5, 1.0), (0.8, 1.4), (1.5, 4.0)]),
    adstock=st.integers(0, 2),
    measure=st.sampled_from(list(Measure)),
    carry_in=st.sampled_from([0.0, 1.0]),
    lower=st.sampled_from([0.0, 0.8]),
)
def test_fixed_weights_below_zero_bound_every_plan_as_well(
    seed: int,
    shapes: tuple[float, float],
    adstock: int,
    measure: Measure,
    carry_in: float,
    lower: float,
) -> None:
    curves = random_curves(
        seed, channels=4, families=(0, 3, 1, 2), adstocks=(adstock,), shapes=shapes, carry_in=carry_in
    )
    limits = cell_problem_of(curves, lower=lower, upper=1.5, measure=measure).limits
    chance = np.random.default_rng(seed)
    plain = CellObjective(Cells(curves, measure), DrawObjective(Objective.MEAN_MINUS_RISK, risk=3.0))
    weights = plain.point(some_plan(limits, chance), 0.0).weights
    assert weights.min() < 0.0
    above = concave_above(plain, limits, weights)
    assert above is not None
    plans = [some_plan(limits, chance) for _ in range(10)]
    values = [plain.point(plan, 0.0).value for plan in plans]
    for plan in plans[:3]:
        bound = bound_at(above, limits, plan, 0.0).value
        assert bound >= max(values) - 1e-9 * abs(bound)
    middle = above.point(0.5 * (plans[0] + plans[1]), 0.0).value
    ends = [above.point(plan, 0.0).value for plan in plans[:2]]
    assert middle >= 0.5 * sum(ends) - 1e-12 * abs(middle)


@pytest.mark.parametrize("shapes", [(0.6, 1.0), (1.1, 3.0)])
def test_lines_leave_the_objective_where_it_is_concave_alone(shapes: tuple[float, float]) -> None:
    curves = random_curves(3, shapes=shapes)
    limits = cell_problem_of(curves).limits
    plain = CellObjective(Cells(curves), MEAN)
    above = concave_above(plain, limits)
    assert above is not None
    spend = some_plan(limits, np.random.default_rng(0))
    first, second = plain.point(spend, 0.0), above.point(spend, 0.0)
    if shapes[1] <= 1.0:
        assert second.value == pytest.approx(first.value, rel=1e-13)
        np.testing.assert_allclose(second.slope, first.slope, rtol=1e-12)
    else:
        assert second.value > first.value


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), adstock=st.integers(0, 2), carry_in=st.sampled_from([0.0, 1.0]))
def test_lines_make_the_outcome_concave(seed: int, adstock: int, carry_in: float) -> None:
    curves = random_curves(seed, adstocks=(adstock,), shapes=(0.7, 4.0), carry_in=carry_in)
    limits = cell_problem_of(curves, upper=5.0).limits
    above = concave_above(CellObjective(Cells(curves), MEAN), limits)
    assert above is not None
    chance = np.random.default_rng(seed)
    ends = limits.lower + chance.random((2, len(limits.lower))) ** 4 * (limits.upper - limits.lower)
    first, middle, last = (above.point(each, 0.0).value for each in (ends[0], ends.mean(axis=0), ends[1]))
    assert middle >= 0.5 * (first + last) - 1e-12 * abs(middle)


def test_an_effect_below_zero_leaves_no_bound() -> None:
    curves = random_curves(1)
    turned = SpendCurves(**{**vars(curves), "effect": -curves.effect})
    assert concave_above(CellObjective(Cells(turned), MEAN), cell_problem_of(turned).limits) is None


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), rows=st.booleans())
def test_the_most_of_a_linear_gain_is_reached_and_not_exceeded(seed: int, rows: bool) -> None:
    from scipy.optimize import linprog

    chance = np.random.default_rng(seed)
    problem = cell_problem_of(random_curves(seed), seed=seed, factor=1.1)
    limits = (with_rows(problem, less=0.8, more=1.3) if rows else problem).limits
    gain = chance.standard_normal(len(limits.lower))
    both = np.vstack((limits.rows, -limits.rows)), np.concatenate((limits.row_upper, -limits.row_lower))
    answer = linprog(
        -gain,
        A_ub=both[0],
        b_ub=both[1],
        A_eq=np.ones((1, len(gain))),
        b_eq=[limits.total_lower],
        bounds=np.column_stack((limits.lower, limits.upper)),
    )
    assert linear_most(gain, limits) == pytest.approx(-answer.fun, rel=1e-9)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_tightened_bounds_hold_every_plan_within_the_limits(seed: int) -> None:
    problem = cell_problem_of(random_curves(seed), seed=seed, factor=0.3, lower=0.1, upper=6.0)
    limits = with_rows(problem, less=0.1, more=0.4).limits
    lower, upper = tightened(limits)
    assert upper.sum() < limits.upper.sum()
    chance = np.random.default_rng(seed)
    for _ in range(10):
        plan = some_plan(limits, chance)
        assert np.all(plan >= lower - 1e-9)
        assert np.all(plan <= upper + 1e-9)


def test_a_total_that_leaves_one_plan_tightens_to_it() -> None:
    lower, upper = tightened(box(np.ones(4), np.full(4, 5.0), 4.0))
    np.testing.assert_allclose(lower, 1.0)
    np.testing.assert_allclose(upper, 1.0)
