"""The fitted model's state: draws, the base's design, scales."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mmxlib.artifacts.baseline import ChannelPrior
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.short_repr import short_repr
from mmxlib.maths.arrays import Cube, Matrix, Vector
from mmxlib.terms import Method, Part


@dataclass(frozen=True, eq=False)
class Draws:
    """Parameter vectors, one per draw, all of equal weight.

    ``retention``, ``half_saturation`` (multiples of the exposure scale), ``shape`` and ``timing``: (draw,
    channel); timing is one where a channel's adstock has none, and may be left out where no channel's has.
    ``effect``: (draw, unit, channel), the response at full saturation in units of outcome. ``base``: (draw,
    unit, column), coefficients of the base's design in units of outcome. ``noise_sd``: (draw, unit), of the
    AR(1) innovations.
    """

    __repr__ = short_repr

    retention: Matrix
    half_saturation: Matrix
    shape: Matrix
    effect: Cube
    base: Cube
    noise_sd: Matrix
    timing: Matrix = field(default_factory=lambda: np.empty((0, 0)))

    def __post_init__(self) -> None:
        if self.timing.shape != self.retention.shape:  # a model of before there was timing
            object.__setattr__(self, "timing", np.ones_like(self.retention))

    def __len__(self) -> int:
        return len(self.retention)


@dataclass(frozen=True, eq=False)
class BaseDesign:
    """The columns of the base and what is needed to carry them forward.

    ``values``: (unit, period, column). ``columns`` and ``parts`` name each column and the part it belongs to.
    ``knots``: period indices of the trend's change points. ``harmonics``: yearly Fourier pairs.
    ``control_center`` and ``control_scale``: (unit, control), of the transformed control (a price is a log
    relative to its median). ``prior_sd``: (column,), of the coefficient relative to the unit's mean outcome.
    """

    __repr__ = short_repr

    columns: tuple[str, ...]
    parts: tuple[Part, ...]
    values: Cube
    knots: Vector
    harmonics: int
    control_center: Matrix
    control_scale: Matrix
    prior_sd: Vector


@dataclass(frozen=True, eq=False)
class Sampler:
    """How the chains that sampled the posterior went.

    ``chains`` of ``samples`` draws each, of which ``divergences`` failed to follow the density. ``checks``:
    a row per sampled parameter (parameter, channel, unit, r_hat, effective_draws; unit is empty where all
    units share it). ``steps``: a row per draw that the response keeps, in their order, chain by chain and the
    same number of each: chain, draw (its place in the chain), diverging, lp, energy, acceptance_rate,
    tree_depth, n_steps; None in models of versions that did not keep it.
    """

    __repr__ = short_repr

    chains: int
    samples: int
    divergences: int
    checks: pd.DataFrame
    steps: pd.DataFrame | None = None


@dataclass(frozen=True, eq=False)
class Response:
    """A fitted model: data, design, scales, draws and the reference.

    ``outcome_scale``: (unit,), mean outcome. ``exposure_scale``: (unit, channel), of which half_saturation is
    a multiple: mean active exposure, or a measure of the unit with the same geometric mean over units
    (national channels: the same for every unit). ``cost_per_exposure``:
    (unit, channel), turns future spend into exposure (1 where exposure is spend; 0 for organic channels).
    ``autocorrelation``: (unit,), of the noise, fixed. ``reference`` is the one named parameter vector: a
    ``Draws`` of length one whose every unit's and channel's total equals the mean of the draws. ``modes``: a
    row per near-optimal mode (mode, objective, weight, roi_<channel> …). ``prior_table``: channel, parameter,
    prior median and 90 % range, posterior mean and 90 % range, shift in prior sds. ``sampler`` is None where
    nothing was sampled.
    """

    __repr__ = short_repr

    method: Method
    panel: Panel
    priors: tuple[ChannelPrior, ...]
    outcome_scale: Vector
    exposure_scale: Matrix
    cost_per_exposure: Matrix
    base: BaseDesign
    autocorrelation: Vector
    draws: Draws
    reference: Draws
    modes: pd.DataFrame
    prior_table: pd.DataFrame
    notes: tuple[Note, ...]
    sampler: Sampler | None = None
