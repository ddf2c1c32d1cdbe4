import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.budgets.linear_programs import LinearAnswer, LinearProgram, solved

FREE = float("inf")


def program(
    cost: list[float], rows: list[list[float]], least: list[float], most: list[float], *, upper: float = FREE
) -> LinearProgram:
    """Return a program of variables from zero up."""
    return LinearProgram(
        np.array(cost),
        np.zeros(len(cost)),
        np.full(len(cost), upper),
        np.array(rows).reshape(-1, len(cost)),
        np.array(least),
        np.array(most),
    )


def answer_of(asked: LinearProgram) -> LinearAnswer:
    answer = solved(asked)
    assert answer is not None
    return answer


def test_the_cheapest_way_to_reach_a_sum_is_taken() -> None:
    answer = answer_of(program([2.0, 3.0], [[1.0, 1.0]], [4.0], [FREE], upper=3.0))
    assert answer.x == pytest.approx([3.0, 1.0])
    assert answer.cost == pytest.approx(9.0)


@pytest.mark.parametrize(
    ("least", "most", "price"),
    [(4.0, FREE, 3.0), (4.0, 4.0, 3.0), (4.0, 9.0, 3.0), (-FREE, FREE, 0.0), (0.0, 5.0, 0.0)],
)
def test_a_price_is_what_one_more_of_a_row_adds_to_the_cost(least: float, most: float, price: float) -> None:
    answer = answer_of(program([2.0, 3.0], [[1.0, 1.0]], [least], [most], upper=3.0))
    assert answer.row_price == pytest.approx([price])


@pytest.mark.parametrize(("least", "most"), [(-FREE, 4.0), (1.0, 4.0), (4.0, 4.0)])
def test_a_row_that_holds_gains_back_has_a_price_below_zero(least: float, most: float) -> None:
    answer = answer_of(program([-2.0, -1.0], [[1.0, 2.0]], [least], [most], upper=9.0))
    assert answer.x == pytest.approx([4.0, 0.0])
    assert answer.row_price == pytest.approx([-2.0])


def test_rows_of_all_kinds_have_their_own_prices() -> None:
    """Equal, at most, at least, without effect: every variable has a row of its own."""
    rows, least = np.eye(5), [2.0, -FREE, 3.0, -FREE, 1.0]
    most = [2.0, 4.0, FREE, FREE, 6.0]
    asked = program([5.0, -7.0, 11.0, 13.0, -17.0], rows.tolist(), least, most)
    answer = answer_of(asked)
    assert answer.x == pytest.approx([2.0, 4.0, 3.0, 0.0, 6.0])
    assert answer.row_price == pytest.approx([5.0, -7.0, 11.0, 0.0, -17.0])


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_prices_prove_the_cost(seed: int) -> None:
    """Strong duality: what the rows are worth and what is left to each variable add up to the cost."""
    chance = np.random.default_rng(seed)
    rows, inside = chance.normal(size=(4, 6)), chance.uniform(0.0, 2.0, 6)
    sums = rows @ inside
    least, most = sums - np.array([0.0, 0.5, FREE, 0.2]), sums + np.array([0.0, FREE, 0.5, 0.2])
    asked = LinearProgram(chance.normal(size=6), np.zeros(6), np.full(6, 2.0), rows, least, most)
    answer = answer_of(asked)
    assert answer.cost == pytest.approx(float(asked.cost @ answer.x))
    assert np.all((rows @ answer.x >= least - 1e-9) & (rows @ answer.x <= most + 1e-9))
    side = np.where(answer.row_price > 0.0, least, most)
    worth = float(answer.row_price[np.isfinite(side)] @ side[np.isfinite(side)])
    assert np.all(answer.row_price[~np.isfinite(side)] == 0.0)
    rest = np.minimum((asked.cost - rows.T @ answer.row_price) * 2.0, 0.0).sum()
    assert worth + rest == pytest.approx(answer.cost, abs=1e-8)


def test_rows_are_kept_to_a_ten_billionth() -> None:
    assert solved(program([1.0], [[1.0]], [1.0 + 1e-8], [FREE], upper=1.0)) is None


def test_what_has_no_point_or_no_least_cost_has_no_answer() -> None:
    assert solved(program([1.0], [[1.0]], [4.0], [FREE], upper=3.0)) is None
    assert solved(program([-1.0], [[1.0]], [4.0], [FREE])) is None
