"""Guardrails of model validity: fit in sample, forecasts out of sample, repeated errors, the sampler."""

import numpy as np
from pydantic import model_validator

from mmxlib.artifacts.diagnostics import Backtest, Check, Diagnostics
from mmxlib.artifacts.note import percent
from mmxlib.evaluation.checks import at_least, at_most, require_order
from mmxlib.evaluation.diagnostics import ALL_UNITS
from mmxlib.settings import Settings, setting


class ModelValidityLimits(Settings):
    """What the model must achieve before its answers can be believed."""

    r2_warn: float = setting(
        0.6,
        "Share of the total outcome's variation explained in sample, below which there is a warning.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    r2_fail: float = setting(
        0.2,
        "Share of the total outcome's variation explained in sample, below which the model fails.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    error_ratio_warn: float = setting(
        1.0,
        "Out-of-sample error over that of repeating last year, above which there is a warning.",
        unit="ratio",
        gt=0.0,
    )
    error_ratio_fail: float = setting(
        1.5,
        "Out-of-sample error over that of repeating last year, above which the model fails.",
        unit="ratio",
        gt=0.0,
    )
    error_negligible: float = setting(
        0.05,
        "Out-of-sample error so small that no comparison with repeating last year is asked for.",
        unit="share",
        ge=0.0,
    )
    error_warn: float = setting(
        0.25,
        "Mean out-of-sample error, as a share of the outcome, above which there is a warning.",
        unit="share",
        gt=0.0,
    )
    error_fail: float = setting(
        0.75,
        "Mean out-of-sample error, as a share of the outcome, above which the model fails.",
        unit="share",
        gt=0.0,
    )
    media_loss: float = setting(
        1.2,
        "Out-of-sample error over that of a model without media, above which there is a warning.",
        unit="ratio",
        gt=0.0,
    )
    repeated_errors_warn: float = setting(
        0.7, "Distance of the Durbin-Watson statistic from 2 above which there is a warning.", gt=0.0, le=2.0
    )
    repeated_errors_fail: float = setting(
        1.2, "Distance of the Durbin-Watson statistic from 2 above which the model fails.", gt=0.0, le=2.0
    )
    chains_apart_warn: float = setting(
        1.01,
        "R-hat of the sampler's chains, 1 where they agree, above which there is a warning (bayes only).",
        ge=1.0,
        le=10.0,
    )
    chains_apart_fail: float = setting(
        1.1, "R-hat of the sampler's chains above which the model fails (bayes only).", ge=1.0, le=10.0
    )
    failed_steps_warn: float = setting(
        0.0,
        "Share of the sampler's steps that did not follow the model, above which there is a warning (bayes "
        "only).",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    failed_steps_fail: float = setting(
        0.05,
        "Share of the sampler's steps that did not follow the model, above which it fails (bayes only).",
        unit="share",
        ge=0.0,
        le=1.0,
    )

    @model_validator(mode="after")
    def _ordered(self) -> "ModelValidityLimits":
        require_order("r2_fail", self.r2_fail, "r2_warn", self.r2_warn)
        require_order("error_ratio_warn", self.error_ratio_warn, "error_ratio_fail", self.error_ratio_fail)
        require_order("error_warn", self.error_warn, "error_fail", self.error_fail)
        require_order(
            "repeated_errors_warn",
            self.repeated_errors_warn,
            "repeated_errors_fail",
            self.repeated_errors_fail,
        )
        require_order(
            "chains_apart_warn", self.chains_apart_warn, "chains_apart_fail", self.chains_apart_fail
        )
        require_order(
            "failed_steps_warn", self.failed_steps_warn, "failed_steps_fail", self.failed_steps_fail
        )
        return self


def validity_checks(diagnostics: Diagnostics, tried: Backtest, limits: ModelValidityLimits) -> list[Check]:
    """Return the checks of accuracy in and out of sample, of repeated errors and of the sampler's chains.

    What was not measured has none.
    """
    return [
        *_explained(diagnostics, limits),
        *_out_of_sample(tried, limits),
        *_repeated_errors(diagnostics, limits),
        *_chains_apart(diagnostics, limits),
        *_failed_steps(diagnostics, limits),
    ]


def _explained(diagnostics: Diagnostics, limits: ModelValidityLimits) -> list[Check]:
    table = diagnostics.accuracy
    explained = float(table.loc[table["unit"] == ALL_UNITS, "r2"].iloc[-1])
    if not np.isfinite(explained):  # an outcome that never moves has nothing to explain
        return []
    return [
        at_least(
            "in_sample_r2",
            explained,
            warn=limits.r2_warn,
            fail=limits.r2_fail,
            form="%",
            meaning=f"The model explains {percent(explained)} of the ups and downs of the total outcome.",
            remedy="Add what drives sales and is missing: prices, promotions, distribution, events.",
        )
    ]


def _out_of_sample(tried: Backtest, limits: ModelValidityLimits) -> list[Check]:
    errors = {str(row["method"]): float(row["mape"]) for row in tried.summary.to_dict("records")}
    error = errors.get("model", float("nan"))
    if not np.isfinite(error):
        return []
    checks = [
        at_most(
            "out_of_sample_error",
            error,
            warn=limits.error_warn,
            fail=limits.error_fail,
            form="%",
            meaning=f"Forecasts of periods the model had not seen miss by {percent(error, 1)} on average.",
            remedy="Add missing drivers, or lengthen the history; do not plan on forecasts this far off.",
        )
    ]
    return checks + _against_rivals(error, errors, limits)


def _against_rivals(error: float, errors: dict[str, float], limits: ModelValidityLimits) -> list[Check]:
    checks = []
    naive, no_media = errors["seasonal_naive"], errors["no_media"]
    negligible = error <= limits.error_negligible
    if np.isfinite(naive) and naive > 0.0:
        ratio = error / naive
        checks.append(
            at_most(
                "error_against_last_year",
                ratio,
                warn=max(limits.error_ratio_warn, ratio) if negligible else limits.error_ratio_warn,
                fail=None if negligible else limits.error_ratio_fail,
                form=".2f",
                meaning=f"Unseen periods: the model errs by {percent(error, 1)}, repeating last year by "
                f"{percent(naive, 1)}.",
                remedy="A model no better than last year's figures should not move money: look for level "
                "shifts, missing drivers or wrong data.",
            )
        )
    if np.isfinite(no_media) and no_media > 0.0:
        checks.append(
            at_most(
                "error_against_no_media",
                error / no_media,
                warn=limits.media_loss,
                form=".2f",
                meaning=f"Unseen periods: the model errs by {percent(error, 1)}, without media by "
                f"{percent(no_media, 1)}.",
                remedy="Media seem to explain chance rather than sales: state priors or run a lift test.",
            )
        )
    return checks


def _repeated_errors(diagnostics: Diagnostics, limits: ModelValidityLimits) -> list[Check]:
    found = [check for check in diagnostics.checks if check.name == "durbin_watson"]
    if not found:
        return []
    worst = max(found, key=lambda check: abs(check.value - 2.0))
    return [
        at_most(
            "repeated_errors",
            abs(worst.value - 2.0),
            warn=limits.repeated_errors_warn,
            fail=limits.repeated_errors_fail,
            form=".1f",
            about=worst.about,
            meaning="Errors should not repeat from period to period; 0 says that they do not, 2 that each is "
            "the one before.",
            remedy="Look for a driver that lasts several periods and is missing.",
        )
    ]


def _chains_apart(diagnostics: Diagnostics, limits: ModelValidityLimits) -> list[Check]:
    found = [check for check in diagnostics.checks if check.name == "r_hat"]
    if not found:
        return []
    worst = max(found, key=lambda check: check.value)
    return [
        at_most(
            "chains_apart",
            worst.value,
            warn=limits.chains_apart_warn,
            fail=limits.chains_apart_fail,
            about=worst.about,
            meaning=worst.meaning,
            remedy="Raise tune and samples until the chains agree, or set method: ridge; chains far apart "
            "have not found the answer.",
        )
    ]


def _failed_steps(diagnostics: Diagnostics, limits: ModelValidityLimits) -> list[Check]:
    return [
        at_most(
            "failed_steps",
            check.value,
            warn=limits.failed_steps_warn,
            fail=limits.failed_steps_fail,
            form="%",
            meaning=check.meaning,
            remedy="State narrower priors where the data say little, or set method: ridge.",
        )
        for check in diagnostics.checks
        if check.name == "divergences"
    ]
