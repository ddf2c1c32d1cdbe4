"""Compiling ahead: the loops of a run, so that a second process can do it while the first steps run.

Compiled loops are kept on disk, so this helps the first run on a machine alone.
"""

import numpy as np

from mmxlib.artifacts.panel import Channel, Panel
from mmxlib.maths.arrays import Cube
from mmxlib.maths.warming import compile_later_loops
from mmxlib.model.fitting import fit_response
from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ModelSettings, PriorSettings

WEEKS = 60
SMALLEST = ModelSettings(
    draws=20, starts=1, harmonics=1, trend_flexibility=0.1, autocorrelation=0.0, pooling=0.1
)


def compile_loops() -> None:
    """Compile what a run calls, in that order.

    What the fit calls, by fitting a small market: the fit alone knows of what kinds its arrays are.
    """
    spend: Cube = np.resize(np.arange(1.0, 6.0), (2, WEEKS, 2))
    panel = Panel(
        units=("one", "two"),
        dates=np.datetime64("2024-01-01") + 7 * np.arange(WEEKS),
        channels=(Channel("one"), Channel("two")),
        controls=(),
        outcome=np.resize(np.arange(100.0, 107.0), (2, WEEKS)),
        spend=spend,
        exposure=spend,
        control_values=np.empty((2, WEEKS, 0)),
    )
    priors = resolved_priors(PriorSettings(), panel)
    fit_response(panel, priors=priors, settings=SMALLEST, rng=np.random.default_rng(0), resample=False)
    compile_later_loops()
