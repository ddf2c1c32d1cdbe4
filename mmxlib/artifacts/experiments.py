"""Experiments that calibrate the model: a lift in a window, or a step in spend."""

import datetime
import math
from dataclasses import dataclass, replace
from typing import TypeAlias

from mmxlib.errors import UsageError


@dataclass(frozen=True, slots=True)
class Experiment:
    """A lift test: what the channel's exposure brought in a window.

    From ``start`` to ``end``, both days included, the channel brought ``lift`` of outcome, give or take
    ``standard_error``, in ``unit`` or, where that is None, in all units together.
    ``change`` is the share of the channel's exposure that was added (negative: withheld; -1: a full
    hold-out).
    """

    channel: str
    start: datetime.date
    end: datetime.date
    lift: float
    standard_error: float
    unit: str | None = None
    change: float = -1.0


@dataclass(frozen=True, slots=True)
class StepTest:
    """A test of a step in spend: what a steady spend of ``x + delta_x`` brings beyond one of ``x``.

    Once carryover has settled, the outcome per period changes by ``delta_y``, give or take ``sigma``, when
    the channel's spend per period goes from ``x`` to ``x + delta_x``: two points of its steady response
    curve. ``x`` is spend in natural units (exposure for an organic channel), over all units, or in ``unit``
    alone. A backtest knows the test from ``date`` on, and always where there is none.

    Raises
    ------
    UsageError
        If ``sigma`` is not above 0, ``x`` or ``x + delta_x`` lies below 0, ``delta_x`` is 0, or a number is
        not finite.
    """

    channel: str
    x: float
    delta_x: float
    delta_y: float
    sigma: float
    unit: str | None = None
    date: datetime.date | None = None

    def __post_init__(self) -> None:
        fault = step_fault(self.x, self.delta_x, self.delta_y, self.sigma)
        if fault:
            raise UsageError(
                f"The step test on {self.channel} cannot be: {fault}.",
                remedy="x is the spend per period before the step, delta_x its change, delta_y the change of "
                "outcome per period and sigma the standard error of delta_y.",
                code="MMX-D090",
            )


AnyExperiment: TypeAlias = Experiment | StepTest
"""What calibrates the model: a lift in a window, or a step in spend."""


def step_fault(x: float, delta_x: float, delta_y: float, sigma: float) -> str:
    """Return in words why these cannot be numbers of a step test; empty if they can."""
    if not all(map(math.isfinite, (x, delta_x, delta_y, sigma))):
        return "x, delta_x, delta_y and sigma must be finite numbers"
    if sigma <= 0.0:
        return f"sigma is {sigma:g}, but must be above 0"
    if x < 0.0:
        return f"x is {x:g}, but spend is not below 0"
    if delta_x == 0.0:
        return "delta_x is 0, so that nothing was tested"
    if x + delta_x < 0.0:
        return f"x + delta_x is {x + delta_x:g}, but spend is not below 0"
    return ""


def enlarged(experiment: AnyExperiment, *, spend: float, outcome: float) -> AnyExperiment:
    """Return the experiment with amounts of spend and of outcome multiplied.

    A lift's change of exposure is a share, so that it stays.
    """
    if isinstance(experiment, Experiment):
        return replace(
            experiment,
            lift=outcome * experiment.lift,
            standard_error=outcome * experiment.standard_error,
        )
    return replace(
        experiment,
        x=spend * experiment.x,
        delta_x=spend * experiment.delta_x,
        delta_y=outcome * experiment.delta_y,
        sigma=outcome * experiment.sigma,
    )
