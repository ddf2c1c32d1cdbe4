"""Whether results may be acted on: data quality, model validity, business sense."""

import pandas as pd

from mmxlib.artifacts.diagnostics import Backtest, Check, Diagnostics
from mmxlib.artifacts.response import Response
from mmxlib.evaluation.business_checks import BusinessSenseLimits, business_checks
from mmxlib.evaluation.data_checks import DataQualityLimits, data_checks
from mmxlib.evaluation.diagnostic_settings import DiagnosticSettings
from mmxlib.evaluation.mean_fit import mean_fit
from mmxlib.evaluation.validity_checks import ModelValidityLimits, validity_checks
from mmxlib.settings import Settings, setting


class GuardrailSettings(Settings):
    """When results may be acted on (guardrails.yaml)."""

    data_quality: DataQualityLimits = setting(
        DataQualityLimits(), "What the data must offer before a model of them can be believed."
    )
    model_validity: ModelValidityLimits = setting(
        ModelValidityLimits(), "What the model must achieve before its answers can be believed."
    )
    business_sense: BusinessSenseLimits = setting(
        BusinessSenseLimits(), "What nobody who knows the business would believe."
    )
    diagnostics: DiagnosticSettings = setting(
        DiagnosticSettings(), "When a diagnostic of the fit becomes a warning; none of these can fail a run."
    )


def guardrails(
    response: Response,
    diagnostics: Diagnostics,
    backtest: Backtest,
    *,
    summary: pd.DataFrame,
    settings: GuardrailSettings,
) -> tuple[Check, ...]:
    """Return the verdicts on a fit, those of the data first, then the model's, then the business's.

    A fail means that no recommendation should be made from the fit until a person overrides it.

    Parameters
    ----------
    response, diagnostics, backtest
        The fit, its diagnostics and its backtest.
    summary
        The channel summary of the fit over all data.
    settings
        The limits of every check.
    """
    fit = mean_fit(response)
    return (
        *data_checks(response.panel, settings.data_quality),
        *validity_checks(diagnostics, backtest, settings.model_validity),
        *business_checks(response.panel, fit, summary=summary, limits=settings.business_sense),
    )
