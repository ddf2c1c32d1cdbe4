"""Compiling ahead: the loops of later steps, so that a second process can do it while the first steps run.

Compiled loops are kept on disk, so this helps the first run on a machine alone.
"""

import numpy as np

from mmxlib.maths.adstock import adstocked
from mmxlib.maths.adstocks.lags import LAGS
from mmxlib.maths.budgets.majorant import ceiling, upper_hull
from mmxlib.maths.budgets.slope_table import slope_table
from mmxlib.maths.budgets.spend_response import SpendCurves, carried_exposure, spend_response
from mmxlib.maths.media import Curves, immediate_series, media_series, steady_response, window_outcome


def compile_later_loops() -> None:
    """Compile what comes after the fit, by calling each once on a single draw, unit, channel and period.

    In the order in which a run needs them.
    """
    one, cube = np.ones((1, 1)), np.ones((1, 1, 1))
    code = np.zeros(1, dtype=np.int64)
    history = np.zeros((1, 1, LAGS))
    curves = SpendCurves(code, code, 0.5 * one, one, one, one, cube, cube, history, cube, cube)
    shapes = Curves(code, code, 0.5 * one, one, one, one)
    media_series(one, shapes, one)
    window_outcome(np.ones(2), 0, 1, 0, shapes, np.ones(1))
    immediate_series(one, shapes, one)
    steady_response(np.ones(1), 0, shapes, np.ones(1))
    carried_exposure(cube, one)
    roof = ceiling(slope_table(curves, 0, np.array([0.5, 1.0]), weights=np.ones(1)))
    upper_hull(roof.x, roof.y, 0, 2)
    spend_response(curves, np.ones(1))
    adstocked(np.ones(1), 0, 0.5, 1.0)
