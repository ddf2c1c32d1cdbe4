"""What the baseline agent proposes: baselines, priors and constraints, for a person to approve."""

from dataclasses import dataclass

import pandas as pd

from mmxlib.artifacts.experiments import AnyExperiment
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.short_repr import short_repr
from mmxlib.terms import AdstockFamily, EffectScale, PriorFamily, SaturationFamily


@dataclass(frozen=True, slots=True)
class Prior:
    """The distribution of one parameter.

    ``beta``: ``center`` mean, ``spread`` sd. ``log_normal``: ``center`` median, ``spread`` sd of the
    logarithm. ``half_normal``: ``center`` 0, ``spread`` its scale. ``lower`` and ``upper`` bound the
    parameter; ``origin`` says in words where it comes from.
    """

    family: PriorFamily
    center: float
    spread: float
    lower: float
    upper: float
    origin: str


UNTIMED = Prior(PriorFamily.LOG_NORMAL, 1.0, 1.0, 1.0, 1.0, "the adstock has no timing")
"""Of a channel whose adstock has no timing: fixed at one."""


@dataclass(frozen=True, slots=True)
class ChannelPrior:
    """All that is believed of one channel before the data.

    ``retention`` is a share; ``timing`` says when the effect comes: the peak's lag in periods (delayed), or
    the Weibull's shape (weibull); ``half_saturation`` a multiple of mean active exposure; ``effect`` is on
    ``effect_scale``: ROI, share of the outcome, or maximal response / mean outcome.
    """

    channel: str
    adstock: AdstockFamily
    saturation: SaturationFamily
    retention: Prior
    half_saturation: Prior
    shape: Prior
    effect: Prior
    effect_scale: EffectScale
    timing: Prior = UNTIMED


@dataclass(frozen=True, slots=True)
class Constraint:
    """How far a channel's budget may move: factors of the present plan's spend, with the origin in words."""

    channel: str
    lower_factor: float
    upper_factor: float
    origin: str


@dataclass(frozen=True, eq=False)
class Baseline:
    """Baselines side by side, the priors and the budget constraints.

    ``levels``: segment, method (``median``, ``mean``, ``regression``), baseline (mean per period over the
    last year), share (of the outcome), periods_used, spread (largest difference between methods / their
    mean). ``series``: segment, date, outcome, median, mean, regression. ``excluded``: segment, date, reason.
    ``experiments`` are those of the settings, which join the panel's in calibrating the model.
    """

    __repr__ = short_repr

    levels: pd.DataFrame
    series: pd.DataFrame
    excluded: pd.DataFrame
    priors: tuple[ChannelPrior, ...]
    constraints: tuple[Constraint, ...]
    notes: tuple[Note, ...]
    experiments: tuple[AnyExperiment, ...] = ()
