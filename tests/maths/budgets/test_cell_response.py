import numpy as np
import pytest

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.cell_response import Cells, cell_response, counted
from mmxlib.maths.budgets.spend_response import SpendCurves, spend_response
from mmxlib.terms import Measure
from tests.maths.budgets.spending import ALL_ADSTOCKS, ALL_FAMILIES, random_curves


def plan(seed: int, curves: SpendCurves) -> Vector:
    channels, periods = curves.flight.shape[1:]
    return np.random.default_rng(seed).uniform(2.0, 60.0, channels * periods)


@pytest.mark.parametrize("adstock", ALL_ADSTOCKS)
@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("periods", [6, 30])
def test_proportional_cells_bring_what_their_total_brings(
    adstock: int, measure: Measure, periods: int
) -> None:
    curves = random_curves(
        1, channels=4, draws=3, families=ALL_FAMILIES, adstocks=(adstock,), periods=periods, committed=0.3
    )
    totals = np.array([100.0, 30.0, 250.0, 80.0])
    pattern = np.random.default_rng(2).uniform(0.1, 1.0, (4, periods))
    whole = spend_response(SpendCurves(**{**vars(curves), "flight": curves.flight * pattern}), totals)
    cells = cell_response(Cells(curves, measure), (totals[:, None] * pattern).ravel())
    np.testing.assert_allclose(cells.outcome, whole.outcome, rtol=1e-12)
    np.testing.assert_allclose(cells.in_periods, whole.in_periods, rtol=1e-12)
    slope = (cells.slope.reshape(3, 4, periods) * pattern).sum(axis=2)
    expected = whole.slope if measure is Measure.CONTRIBUTION_OF_SPEND else whole.inside_slope
    np.testing.assert_allclose(slope, expected, rtol=1e-11)


@pytest.mark.parametrize("family", ALL_FAMILIES)
@pytest.mark.parametrize("adstock", ALL_ADSTOCKS)
@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("carry_in", [0.0, 1.0])
def test_slopes_equal_differences(family: int, adstock: int, measure: Measure, carry_in: float) -> None:
    curves = random_curves(
        family, families=(family,), adstocks=(adstock,), shapes=(0.6, 3.0), carry_in=carry_in
    )
    cells, spend = Cells(curves, measure), plan(3, curves)
    slope = cell_response(cells, spend).slope
    for i in range(len(spend)):
        step = np.zeros(len(spend))
        step[i] = 1e-4 * spend[i]
        above, below = (counted(cells, cell_response(cells, spend + sign * step)) for sign in (1.0, -1.0))
        error = np.abs((above - below) / (2.0 * step[i]) - slope[:, i])
        assert error.max() <= 1e-6 * np.abs(slope).max()


@pytest.mark.parametrize("adstock", ALL_ADSTOCKS)
def test_zero_spend_causes_nothing(adstock: int) -> None:
    curves = random_curves(2, channels=4, families=ALL_FAMILIES, adstocks=(adstock,))
    response = cell_response(Cells(curves), np.zeros(24))
    assert np.abs(response.outcome).max() <= 1e-13 * np.abs(response.in_periods).max()
    assert np.isfinite(response.slope).all()


@pytest.mark.parametrize("adstock", ALL_ADSTOCKS)
def test_a_cell_of_more_money_never_lowers_the_outcome(adstock: int) -> None:
    curves = random_curves(3, channels=4, families=ALL_FAMILIES, adstocks=(adstock,), shapes=(0.5, 4.0))
    assert cell_response(Cells(curves), plan(4, curves)).slope.min() >= 0.0


def test_without_committed_exposure_a_fixed_cell_does_the_same() -> None:
    """Exposure that is committed acts as that of a cell whose money is held."""
    curves = random_curves(5, channels=2)
    held = np.zeros_like(curves.flight)
    held[:, 0, 2] = 30.0 * curves.flight[:, 0, 2]
    spend = plan(6, curves)
    with_cell, without = spend.copy(), spend.copy()
    with_cell[2], without[2] = 30.0, 0.0
    committed = SpendCurves(**{**vars(curves), "committed": held})
    first, second = cell_response(Cells(curves), with_cell), cell_response(Cells(committed), without)
    np.testing.assert_allclose(second.outcome, first.outcome, rtol=1e-12)
