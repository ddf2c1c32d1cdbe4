"""Second derivatives of one channel's plan, against differences of its slopes."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.maths.budgets.cell_bound import concave_above
from mmxlib.maths.budgets.cell_curvature import cell_curvature
from mmxlib.maths.budgets.cell_objective import CellObjective
from mmxlib.maths.budgets.cell_response import Cells, cell_response
from mmxlib.terms import Measure
from tests.maths.budgets.cells import cell_problem_of
from tests.maths.budgets.spending import ALL_ADSTOCKS, ALL_FAMILIES, MEAN, random_curves

LEFT_OUT = 2e-4
"""Products of two lags' weights below `FADED`, where Hill's curve is steepest."""

PLAN = np.array([40.0, 15.0, 70.0])


@pytest.mark.parametrize("family", ALL_FAMILIES)
@pytest.mark.parametrize("adstock", ALL_ADSTOCKS)
@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("lined", [False, True])
def test_curvature_equals_differences_of_slopes(
    family: int, adstock: int, measure: Measure, lined: bool
) -> None:
    curves = random_curves(
        1 + family,
        channels=1,
        draws=2,
        units=2,
        periods=3,
        families=(family,),
        adstocks=(adstock,),
        shapes=(0.7, 2.5),
        committed=0.2,
    )
    cells, weights = Cells(curves, measure), np.array([0.7, -0.4])
    if lined:
        above = concave_above(CellObjective(cells, MEAN), cell_problem_of(curves, upper=10.0).limits)
        assert above is not None
        cells = above.cells
    block = cell_curvature(cells, PLAN, weights)[0]
    for i in range(3):
        step = 1e-4 * PLAN[i] * (np.arange(3) == i)
        above_, below = (weights @ cell_response(cells, PLAN + sign * step).slope for sign in (1.0, -1.0))
        error = np.abs((above_ - below) / (2e-4 * PLAN[i]) - block[i])
        assert error.max() <= (1e-7 if adstock == 0 else LEFT_OUT) * np.abs(block).max() + 1e-12


def test_a_tail_bends_as_much_as_its_terms_close_to_nothing() -> None:
    """Straight at first, then curved: half of what a unit brings in the period comes after it."""
    curves = random_curves(3, channels=1, draws=1, units=1, periods=1, families=(1,), carry_in=0.0)
    curves = replace(curves, retention=np.full((1, 1), 0.5))
    inside, whole = (
        cell_curvature(Cells(curves, measure), np.array([1e-3]), np.ones(1))[0, 0, 0]
        for measure in (Measure.OUTCOME_IN_PERIODS, Measure.CONTRIBUTION_OF_SPEND)
    )
    assert whole == pytest.approx(inside * (1.0 + 1.0 / 3.0), rel=1e-3)


def test_a_late_peak_bends_as_its_slopes_do() -> None:
    """Its first lags have next to no weight, those after them most."""
    curves = random_curves(3, channels=1, draws=1, units=1, periods=3, families=(1,), adstocks=(1,))
    curves = replace(curves, retention=np.full((1, 1), 0.1), timing=np.full((1, 1), 3.5))
    cells = Cells(curves)
    block = cell_curvature(cells, PLAN, np.ones(1))[0]
    for i in range(3):
        step = 1e-4 * PLAN[i] * (np.arange(3) == i)
        above, below = (cell_response(cells, PLAN + sign * step).slope[0] for sign in (1.0, -1.0))
        error = np.abs((above - below) / (2e-4 * PLAN[i]) - block[i])
        assert error.max() <= 1e-6 * np.abs(block).max()


def test_channels_without_effect_do_not_bend_and_others_have_their_own_block() -> None:
    curves = random_curves(2, channels=2, draws=2, units=1, periods=2, families=(0, 1), shapes=(0.7, 0.9))
    plan, weights = np.array([20.0, 30.0, 40.0, 50.0]), np.array([0.5, 0.5])
    whole = cell_curvature(Cells(curves), plan, weights)
    assert whole.shape == (2, 2, 2)
    for c in range(2):
        alone = replace(curves, effect=curves.effect * (np.arange(2) == c))
        part = cell_curvature(Cells(alone), plan, weights)
        np.testing.assert_allclose(part[c], whole[c], rtol=1e-12)
        assert np.all(part[1 - c] == 0.0)
    np.testing.assert_array_equal(cell_curvature(Cells(curves), plan, np.zeros(2)), 0.0)
