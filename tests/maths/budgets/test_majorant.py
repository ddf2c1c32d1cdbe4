import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.majorant import ceiling
from mmxlib.maths.budgets.slope_table import slope_table
from mmxlib.maths.budgets.spend_response import SpendCurves, spend_response
from mmxlib.terms import Measure
from tests.maths.budgets.spending import random_curves

BETWEEN = 23


def weighted(
    curves: SpendCurves,
    channel: int,
    totals: Vector,
    weights: Vector,
    measure: Measure = Measure.CONTRIBUTION_OF_SPEND,
) -> Vector:
    """Return the weighted outcome of one channel at each total."""
    name = "in_periods" if measure is Measure.OUTCOME_IN_PERIODS else "outcome"
    responses = [spend_response(curves, np.full(len(curves.family), total)) for total in totals]
    return np.array([weights @ getattr(each, name)[:, channel] for each in responses])


def weights_of(kind: str, draws: int) -> Vector:
    even = np.full(draws, 1.0 / draws)
    return even if kind == "even" else even + np.linspace(-0.8, 0.8, draws) / draws * 2.0


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    shapes=st.sampled_from([(0.5, 1.0), (1.0, 1.1), (0.8, 1.6), (2.0, 4.0)]),
    kind=st.sampled_from(["even", "mixed"]),
    carry_in=st.sampled_from([0.0, 1.0]),
    adstocks=st.sampled_from([(0,), (1,), (0, 2)]),
    committed=st.sampled_from([0.0, 1.0]),
    measure=st.sampled_from(Measure),
)
def test_the_ceiling_lies_above_the_response_everywhere(
    seed: int,
    shapes: tuple[float, float],
    kind: str,
    carry_in: float,
    adstocks: tuple[int, ...],
    committed: float,
    measure: Measure,
) -> None:
    curves = random_curves(
        seed,
        channels=4,
        families=(0, 1, 2, 3),
        shapes=shapes,
        carry_in=carry_in,
        adstocks=adstocks,
        committed=committed,
    )
    weights, knots = weights_of(kind, curves.draws), np.linspace(0.0, 300.0, 7)
    between = np.linspace(0.0, 300.0, 6 * BETWEEN + 1)
    for channel in range(4):
        table = slope_table(curves, channel, knots, weights=weights, measure=measure)
        roof, response = ceiling(table), weighted(curves, channel, between, weights, measure)
        np.testing.assert_allclose(table.values, response[::BETWEEN], rtol=1e-9, atol=1e-9)
        assert np.all(np.interp(between, roof.x, roof.y) >= response - 1e-9 * np.abs(response).max())


def test_more_knots_lower_the_ceiling_to_the_response() -> None:
    curves, weights = random_curves(7, shapes=(1.5, 3.0)), np.full(4, 0.25)
    points = np.linspace(0.0, 300.0, 200)
    response = weighted(curves, 0, points, weights)
    excess = []
    for count in (9, 33, 129):
        roof = ceiling(slope_table(curves, 0, np.linspace(0.0, 300.0, count), weights=weights))
        excess.append(float((np.interp(points, roof.x, roof.y) - response).max() / response.max()))
    assert excess[0] > 5.0 * excess[1] > 50.0 * excess[2] > 0.0
