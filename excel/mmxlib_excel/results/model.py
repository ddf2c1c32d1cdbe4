"""The fitted model, its checks and its backtest as changes of their sheet."""

import pandas as pd

from mmxlib.artifacts.diagnostics import Backtest, Check
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.model.prediction import whole_prediction
from mmxlib.report.model_frames import whole_accuracy
from mmxlib.report.numbers import counted, percent
from mmxlib.report.sheets.trust import checks_table, folds_table
from mmxlib.terms import StepName, Verdict
from mmxlib_excel.layout.results.model import (
    ACCURACY,
    BACKTEST,
    CHECKS,
    COVERAGE,
    FIT,
    FOLDS,
    GUARDRAILS,
    MAPE,
    NAIVE,
    NOTES,
    R2,
    SHEET,
    UNSEEN,
    VERDICT,
)
from mmxlib_excel.results.material import Material
from mmxlib_excel.results.writing import (
    HOLDS,
    cut_sentence,
    emptied,
    field_changes,
    fitting,
    latest,
    noted,
    rows_of,
    state_changes,
    written,
)
from mmxlib_excel.workbooks.port import Changes

_WORST_FIRST = (Verdict.FAIL, Verdict.WARN, Verdict.PASS)


def model_changes(material: Material) -> Changes:
    """Return the changes that show how far the model can be trusted, or empty its sheet."""
    fitted = material.get(FittedModel)
    if fitted is None:
        return emptied(SHEET, stale=StepName.MODEL_OPTIMIZATION in material.stale)
    level = fitted.backtest.level
    fit = whole_prediction(fitted.response, level)
    fit = fit.assign(width=fit["upper"] - fit["lower"])
    checks, guardrails = (
        sorted(found, key=lambda check: _WORST_FIRST.index(check.verdict))
        for found in (fitted.diagnostics.checks, fitted.guardrails)
    )
    said_more = (
        f"Ranges hold the truth with a probability of {percent(level)}, if the model is right.",
        cut_sentence(len(checks), CHECKS, "checks", "the worst first"),
        cut_sentence(len(fit), FIT, "periods", "the latest ones"),
    )
    return (
        state_changes(SHEET, [verdict_sentence(guardrails), HOLDS])
        + _figures(fitted)
        + noted(NOTES, (*fitted.notes, *fitted.diagnostics.notes, *fitted.backtest.notes), said_more)
        + written(BACKTEST, fitting(rows_of(fitted.backtest.summary, BACKTEST), BACKTEST))
        + written(ACCURACY, fitting(rows_of(fitted.diagnostics.accuracy, ACCURACY), ACCURACY))
        + written(GUARDRAILS, fitting(rows_of(checks_table(guardrails), GUARDRAILS), GUARDRAILS))
        + written(CHECKS, fitting(rows_of(checks_table(checks), CHECKS), CHECKS))
        + written(FOLDS, fitting(rows_of(folds_of(fitted.backtest), FOLDS), FOLDS))
        + written(FIT, rows_of(latest(fit, FIT.rows), FIT))
    )


def verdict_sentence(guardrails: list[Check]) -> str:
    """Return how the guardrails ended, in a sentence."""
    failed = sum(each.verdict is Verdict.FAIL for each in guardrails)
    warned = sum(each.verdict is Verdict.WARN for each in guardrails)
    if failed:
        return f"The model failed {counted(failed, 'guardrail')}: nothing is recommended."
    if warned:
        return f"The model passed its guardrails, {warned} of {len(guardrails)} with a warning."
    return "The model passed all its guardrails."


def _figures(fitted: FittedModel) -> Changes:
    summary = fitted.backtest.summary
    by_method = {} if summary.empty else summary.set_index("method").to_dict("index")
    model, naive = by_method.get("model", {}), by_method.get("seasonal_naive", {})
    return (
        field_changes(VERDICT, str(fitted.verdict))
        + field_changes(R2, whole_accuracy(fitted.diagnostics, "r2"))
        + field_changes(MAPE, whole_accuracy(fitted.diagnostics, "mape"))
        + field_changes(UNSEEN, model.get("mape"))
        + field_changes(NAIVE, naive.get("mape"))
        + field_changes(COVERAGE, model.get("coverage"))
    )


def folds_of(backtest: Backtest) -> pd.DataFrame:
    """Return the errors of every fold, mean over units; empty without a backtest."""
    if backtest.folds.empty:
        return backtest.folds
    return folds_table(backtest.folds)
