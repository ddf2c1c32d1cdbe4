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
"""Products of two lags' weights below `budgets.cell_curvature.FADED`, where Hill's curve is steepest."""


@pytest.mark.parametrize("adstock", ALL_ADSTOCKS)
@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("lined", [False, True])
def test_curvature_equals_differences_of_slopes(adstock: int, measure: Measure, lined: bool) -> None:
    curves = random_curves(
        1, channels=4, draws=3, families=ALL_FAMILIES, adstocks=(adstock,), shapes=(0.7, 1.5)
    )
    cells = Cells(curves, measure)
    if lined:
        above = concave_above(CellObjective(cells, MEAN), cell_problem_of(curves, upper=10.0).limits)
        assert above is not None
        cells = above.cells
    spend, weights = np.random.default_rng(0).uniform(5.0, 100.0, 24), np.array([0.2, 0.5, 0.3])
    blocks = cell_curvature(cells, spend, weights)
    for i in range(24):
        step = np.zeros(24)
        step[i] = 1e-4 * spend[i]
        above_, below = (weights @ cell_response(cells, spend + sign * step).slope for sign in (1.0, -1.0))
        expected = np.zeros((4, 6))
        expected[i // 6] = blocks[i // 6, i % 6]
        error = np.abs((above_ - below) / (2.0 * step[i]) - expected.ravel())
        assert error.max() <= (1e-7 if adstock == 0 else LEFT_OUT) * np.abs(blocks).max()
