"""How far a model can be trusted: checks, backtest, guardrails."""

from dataclasses import dataclass

import pandas as pd

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.short_repr import short_repr
from mmxlib.terms import Verdict


@dataclass(frozen=True, slots=True)
class Check:
    """One question put to the model or the data, and its answer.

    ``name`` is machine-readable (``durbin_watson``), ``about`` the unit or channel (empty: the whole model),
    ``value`` what was measured, ``threshold`` in words (``<= 0.2``), ``meaning`` one plain sentence,
    ``remedy`` what to do when it does not pass.
    """

    name: str
    about: str
    value: float
    threshold: str
    verdict: Verdict
    meaning: str
    remedy: str


@dataclass(frozen=True, eq=False)
class Diagnostics:
    """Checks of a fit: accuracy, residuals, parameters, sampler.

    ``checks`` say what was found with its limits, verdict and remedy. ``accuracy``: unit (or ``all``), r2,
    mape, nrmse, in sample.
    """

    __repr__ = short_repr

    checks: tuple[Check, ...]
    accuracy: pd.DataFrame
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, eq=False)
class Backtest:
    """Rolling-origin forecasts against what came.

    ``folds``: fold, origin, unit, horizon, model_mape, seasonal_naive_mape, no_media_mape, coverage (share of
    actual values inside the interval). ``forecasts``: fold, date, unit, actual, mean, lower, upper,
    seasonal_naive, no_media. ``summary``: method (model, seasonal_naive, no_media), mape, nrmse, coverage.
    ``level`` is that of its intervals. Empty frames when the history is too short, with a note that says so.
    """

    __repr__ = short_repr

    folds: pd.DataFrame
    forecasts: pd.DataFrame
    summary: pd.DataFrame
    level: float
    notes: tuple[Note, ...] = ()
