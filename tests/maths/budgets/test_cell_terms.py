"""Plans of one channel against plain sums over a long tail, and what is done close to nothing."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.maths.adstock import adstocked
from mmxlib.maths.adstocks.geometric import adstock
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.cell_response import Cells, cell_response, counted
from mmxlib.maths.budgets.spend_response import SpendCurves
from mmxlib.maths.saturation import FLOOR, saturation
from mmxlib.terms import Measure
from tests.maths.budgets.spending import ALL_ADSTOCKS, ALL_FAMILIES, random_curves

PERIODS, LONG_TAIL = 3, 200
PLAN = np.array([20.0, 3.0, 55.0])


def one_channel(
    family: int, adstock_code: int, *, shapes: tuple[float, float] = (0.6, 3.0), **options: float
) -> SpendCurves:
    return random_curves(
        7,
        channels=1,
        draws=2,
        units=2,
        periods=PERIODS,
        families=(family,),
        adstocks=(adstock_code,),
        shapes=shapes,
        **options,
    )


def adstocked_of(curves: SpendCurves, d: int, u: int, exposure: Vector) -> Vector:
    """Return the adstocked exposure of a long time, with what came before it."""
    long = np.concatenate((exposure, np.zeros(LONG_TAIL)))
    if curves.adstock[0] == 0:
        return adstock(long, curves.retention[d, 0], curves.carry_in[d, u, 0])
    whole = np.concatenate((curves.history[u, 0], long))
    return adstocked(whole, int(curves.adstock[0]), curves.retention[d, 0], curves.timing[d, 0])[LAGS:]


def summed(curves: SpendCurves, spend: Vector) -> tuple[Vector, Vector]:
    """Return the outcome and what falls inside the periods, both (draw,), term by term."""
    whole, inside = np.zeros(2), np.zeros(2)
    for d in range(2):
        k, s = curves.half_saturation[d, 0], curves.shape[d, 0]
        for u in range(2):
            planned = curves.committed[u, 0] + curves.flight[u, 0] * spend
            shares, before = (
                np.array([saturation(int(curves.family[0]), a, k, s) for a in each])
                for each in (adstocked_of(curves, d, u, planned), adstocked_of(curves, d, u, np.zeros(3)))
            )
            whole[d] += curves.effect[d, u, 0] * (shares - before).sum()
            inside[d] += curves.effect[d, u, 0] * shares[:PERIODS].sum()
    return whole, inside


@pytest.mark.parametrize("family", ALL_FAMILIES)
@pytest.mark.parametrize("adstock_code", ALL_ADSTOCKS)
@pytest.mark.parametrize("committed", [0.0, 0.5])
def test_a_plan_brings_the_sum_of_all_its_terms(family: int, adstock_code: int, committed: float) -> None:
    curves = one_channel(family, adstock_code, committed=committed)
    response = cell_response(Cells(curves), PLAN)
    whole, inside = summed(curves, PLAN)
    np.testing.assert_allclose(response.outcome[:, 0], whole, rtol=1e-8)
    np.testing.assert_allclose(response.in_periods[:, 0], inside, rtol=1e-12)
    np.testing.assert_array_equal(counted(Cells(curves), response), response.outcome[:, 0])
    partial = Cells(curves, Measure.OUTCOME_IN_PERIODS)
    np.testing.assert_array_equal(counted(partial, response), response.in_periods[:, 0])


@pytest.mark.parametrize("family", ALL_FAMILIES)
@pytest.mark.parametrize("adstock_code", ALL_ADSTOCKS)
@pytest.mark.parametrize("measure", Measure)
def test_slopes_are_those_of_the_outcome_that_counts(
    family: int, adstock_code: int, measure: Measure
) -> None:
    curves = one_channel(family, adstock_code, committed=0.2)
    cells = Cells(curves, measure)
    slope = cell_response(cells, PLAN).slope
    for i in range(PERIODS):
        step = 1e-4 * PLAN[i] * (np.arange(PERIODS) == i)
        above, below = (counted(cells, cell_response(cells, PLAN + sign * step)) for sign in (1.0, -1.0))
        np.testing.assert_allclose((above - below) / (2e-4 * PLAN[i]), slope[:, i], rtol=1e-6)


def test_channels_have_variables_of_their_own() -> None:
    both = random_curves(2, channels=2, draws=2, units=1, periods=2, families=(0, 1), adstocks=(0, 1))
    cells = Cells(both)
    assert cells.shape == (2, 2)
    spend = np.array([10.0, 20.0, 30.0, 40.0])
    whole = cell_response(cells, spend)
    for c in range(2):
        alone = replace(both, effect=both.effect * (np.arange(2) == c))
        part = cell_response(Cells(alone), spend)
        np.testing.assert_allclose(part.outcome[:, c], whole.outcome[:, c], rtol=1e-12)
        assert np.all(part.outcome[:, 1 - c] == 0.0)
        own = np.arange(4) // 2 == c
        np.testing.assert_allclose(part.slope[:, own], whole.slope[:, own], rtol=1e-12)
        assert np.all(part.slope[:, ~own] == 0.0)


@pytest.mark.parametrize("adstock_code", ALL_ADSTOCKS)
@pytest.mark.parametrize("shape", [0.7, 1.5])
@pytest.mark.parametrize("measure", Measure)
def test_close_to_nothing_slopes_are_taken_at_floors(
    adstock_code: int, shape: float, measure: Measure
) -> None:
    """Within the periods at `FLOOR`; after them at what that exposure in each period would leave."""
    curves = replace(
        one_channel(0, adstock_code, carry_in=0.0),
        shape=np.full((2, 1), shape),
        effect=np.array([1.0, 0.0])[:, None, None] * np.array([1.0, 0.0])[None, :, None],
    )
    reached = np.array([adstocked_of(curves, 0, 0, one) for one in np.eye(PERIODS)])

    def steep(a: Vector) -> Vector:
        share = a**shape / (a**shape + curves.half_saturation[0, 0] ** shape)
        return shape * share * (1.0 - share) / a

    slopes = np.zeros(PERIODS + LONG_TAIL)
    slopes[:PERIODS] = steep(np.full(PERIODS, FLOOR))
    if measure is Measure.CONTRIBUTION_OF_SPEND and adstock_code == 0:
        kept = curves.retention[0, 0] ** np.arange(LONG_TAIL + 1)
        slopes[PERIODS - 1] = kept @ steep(FLOOR * kept)
    elif measure is Measure.CONTRIBUTION_OF_SPEND:
        left = np.cumsum(reached[0, :LAGS][::-1])[::-1][1:]
        slopes[PERIODS : PERIODS + LAGS - 1] = steep(FLOOR * left)
    found = cell_response(Cells(curves, measure), np.zeros(PERIODS)).slope[0]
    np.testing.assert_allclose(found, reached @ slopes * curves.flight[0, 0], rtol=1e-6)
