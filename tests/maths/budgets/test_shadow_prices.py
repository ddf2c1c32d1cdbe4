from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.budgets.shadow_prices import shadow_prices
from tests.maths.budgets.spending import problem_of, random_curves, solved, with_free_total, with_groups

SMALL = 1e-3
"""What local searches leave unexplained of a slope, as a share of the largest slope."""


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    groups=st.booleans(),
    free=st.booleans(),
    steep=st.booleans(),
    factor=st.floats(0.5, 1.5),
)
def test_the_multipliers_of_the_best_allocation_explain_its_slope(
    seed: int, groups: bool, free: bool, steep: bool, factor: float
) -> None:
    curves = random_curves(seed, channels=6, shapes=(2.0, 3.5) if steep else (0.7, 1.2))
    problem = problem_of(curves, factor=factor, lower=0.1, upper=2.5)
    problem = with_free_total(problem, price=0.05) if free else problem
    problem = with_groups(problem) if groups else problem
    answer = solved(problem)
    prices = shadow_prices(problem.limits, answer.spend, answer.slope - problem.price)
    assert np.abs(prices.unexplained).max() <= SMALL * np.abs(answer.slope).max()
    for each in (prices.lower, prices.upper, prices.row_lower, prices.row_upper):
        assert np.all(each >= 0.0)
    inside = (answer.spend > problem.limits.lower + 1.0) & (answer.spend < problem.limits.upper - 1.0)
    total = problem.price + prices.total_upper - prices.total_lower
    if not groups:
        np.testing.assert_allclose(
            answer.slope[inside], total, rtol=0.0, atol=SMALL * np.abs(answer.slope).max()
        )


@pytest.mark.parametrize("limit", ["total", "upper", "row_upper", "row_lower", "lower"])
def test_a_shadow_price_is_what_a_little_more_room_brings(limit: str) -> None:
    problem = with_groups(problem_of(random_curves(21, channels=6, shapes=(0.7, 1.0)), lower=0.8, upper=1.1))
    limits, answer = problem.limits, solved(problem)
    prices = shadow_prices(limits, answer.spend, answer.slope)
    step = 0.02
    if limit == "total":
        price, row = prices.total_upper, 0
        wider = replace(limits, total_lower=limits.total_lower + step, total_upper=limits.total_upper + step)
    else:
        each = getattr(prices, limit)
        row = int(np.argmax(each))
        price = float(each[row])
        bound = getattr(limits, limit).copy()
        bound[row] += -step if limit.endswith("lower") else step
        wider = replace(limits, **{limit: bound})
    gained = solved(replace(problem, limits=wider)).value - answer.value
    assert gained / step == pytest.approx(price, rel=0.02, abs=1e-5)
