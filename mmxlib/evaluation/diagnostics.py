"""Whether a fit can be believed: accuracy, residuals, parameters, sampler."""

import numpy as np
import pandas as pd

from mmxlib.artifacts.check_titles import plain_title
from mmxlib.artifacts.diagnostics import Check, Diagnostics
from mmxlib.artifacts.note import Note, percent
from mmxlib.artifacts.response import Response
from mmxlib.evaluation.checks import at_least, telling
from mmxlib.evaluation.diagnostic_settings import DiagnosticSettings
from mmxlib.evaluation.mean_fit import MeanFit, mean_fit
from mmxlib.evaluation.parameter_checks import parameter_checks
from mmxlib.evaluation.residual_checks import residual_checks
from mmxlib.evaluation.sampler_checks import sampler_checks
from mmxlib.maths.metrics import mape, nrmse, r_squared
from mmxlib.terms import Verdict

ALL_UNITS = "all"
"""The row of the accuracy table for the sum of all units."""


def diagnose(response: Response, settings: DiagnosticSettings | None = None) -> Diagnostics:
    """Return the accuracy in sample of ``response`` and the checks of its residuals and parameters.

    Parameters
    ----------
    response
        The fitted model; its mean over draws is what is compared with the data.
    settings
        When a diagnostic becomes a warning; None means the defaults.
    """
    settings = settings or DiagnosticSettings()
    fit = mean_fit(response)
    accuracy = _accuracy(fit, response.panel.units)
    checks = _explained(accuracy, response.panel.units, settings.lowest_r2)
    checks += residual_checks(fit, response.panel, settings)
    checks += parameter_checks(response, fit, settings)
    checks += sampler_checks(response, settings)
    return Diagnostics(checks=tuple(checks), accuracy=accuracy, notes=(_summary(checks, accuracy),))


def _accuracy(fit: MeanFit, units: tuple[str, ...]) -> pd.DataFrame:
    pairs = [*zip(fit.actual, fit.fitted, strict=True), (fit.actual.sum(axis=0), fit.fitted.sum(axis=0))]
    return pd.DataFrame(
        {
            "unit": [*units, ALL_UNITS],
            "r2": [r_squared(*pair) for pair in pairs],
            "mape": [mape(*pair) for pair in pairs],
            "nrmse": [nrmse(*pair) for pair in pairs],
        }
    )


def _explained(accuracy: pd.DataFrame, units: tuple[str, ...], limit: float) -> list[Check]:
    """Return the check of R2 by unit; a unit whose outcome never varies has none."""
    values = accuracy["r2"].to_numpy(dtype=np.float64)[: len(units)]
    checks = [
        at_least(
            "r2",
            value,
            warn=limit,
            form="%",
            about=unit,
            meaning="Share of the ups and downs of the outcome that the model explains.",
            remedy="Add what drives sales and is missing: prices, promotions, distribution, events.",
        )
        for unit, value in zip(units, values, strict=True)
        if np.isfinite(value)
    ]
    return telling(checks, distance=[-check.value for check in checks])


def _summary(checks: list[Check], accuracy: pd.DataFrame) -> Note:
    doubts = [check for check in checks if check.verdict is not Verdict.PASS]
    explained = float(accuracy["r2"].iloc[-1])
    fit = (
        "" if np.isnan(explained) else f"The model explains {percent(explained)} of the outcome's variation. "
    )
    if not doubts:
        return Note(f"{fit}All {len(checks)} checks of the fit passed.")
    titles = list(dict.fromkeys(plain_title(check.name) for check in doubts))
    verb = "needs" if len(doubts) == 1 else "need"
    return Note(
        f"{fit}{len(doubts)} of {len(checks)} checks of the fit {verb} a look: {', '.join(titles)}.",
        verdict=Verdict.WARN,
    )
