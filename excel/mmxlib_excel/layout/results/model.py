"""The sheet of the model: how well it fits and forecasts, its checks and guardrails."""

from mmxlib.report import style
from mmxlib.report.columns import Kind
from mmxlib_excel.layout.results.parts import (
    CHANNELS,
    PERIODS,
    THOUSANDS,
    TWO_LINES,
    UNITS,
    Part,
    bars,
    below,
    chart,
    dates,
    filled_area,
    line,
    notes,
    shown,
    state,
    unseen,
    widths_of,
)
from mmxlib_excel.layout.spec import Field, Role, Sheet

NAME = "Model"
CHECKS_AT_MOST = 160
FOLDS_AT_MOST = 24
_WIDTHS = (26.0, 22.0, 13.0, 37.0, 13.0, 92.0, 60.0)
_CHECK = ("name", "about", "value", "threshold", "verdict", "meaning", "remedy")

_guardrails = Part(
    "mmx_model_guardrails",
    "Guardrails: a fail stops recommendations",
    tuple(shown(each) for each in _CHECK),
    CHANNELS + UNITS,
    row_height=TWO_LINES,
)
_checks = Part(
    "mmx_model_checks",
    "Checks of the fit, those that did not pass first",
    tuple(shown(each) for each in _CHECK),
    CHECKS_AT_MOST,
    row_height=TWO_LINES,
)
_accuracy = Part(
    "mmx_model_accuracy",
    "Accuracy where the model was fitted",
    tuple(shown(each) for each in ("unit", "r2", "mape", "nrmse")),
    UNITS + 1,
)
_backtest = Part(
    "mmx_model_backtest",
    "Forecasts of periods not seen, against simpler methods",
    tuple(shown(each) for each in ("method", "mape", "nrmse", "coverage")),
    8,
)
_folds = Part(
    "mmx_model_folds",
    "The same by fold, mean over segments",
    (
        shown("fold"),
        shown("origin", Kind.DAY, "Forecast from", "First period that was forecast."),
        *(shown(each) for each in ("model_mape", "seasonal_naive_mape", "no_media_mape")),
    ),
    FOLDS_AT_MOST,
)
_fit = Part(
    "mmx_model_fit",
    "All segments together, period by period",
    (
        shown("date"),
        shown("outcome", label="Actual", note="The outcome as recorded."),
        shown("mean", Kind.OUTCOME, "Fitted", "What the model gives: base and media."),
        shown(
            "lower", Kind.OUTCOME, "Fitted from", "Lower end of the range in which the outcome should lie."
        ),
        shown("upper", Kind.OUTCOME, "Fitted to", "Upper end of that range."),
        shown("width", Kind.OUTCOME, "Range", "From its lower to its upper end; for the chart."),
    ),
    PERIODS,
    printed=False,
)

NOTES, BACKTEST, ACCURACY, GUARDRAILS, CHECKS, FOLDS, FIT = below(
    NAME, 32, notes(NAME), _backtest, _accuracy, _guardrails, _checks, _folds, _fit
)


def _figure(row: int, name: str, label: str, kind: Kind, note: str) -> Field:
    return Field(f"mmx_model_{name}", NAME, f"B{row}", label, kind, note=note)


VERDICT = Field(
    "mmx_model_verdict",
    NAME,
    "B5",
    "Guardrails",
    Kind.TEXT,
    note="pass, warn or fail: the worst of them.",
    colored=True,
)
R2 = _figure(6, "r2", "R2", Kind.NUMBER, "Part of the variation that the model explains; 1 is all.")
MAPE = _figure(7, "mape", "Mean error where fitted", Kind.SHARE, "Mean absolute error, share of the outcome.")
UNSEEN = _figure(
    8, "unseen", "Mean error of forecasts", Kind.SHARE, "The same in periods that the model had not seen."
)
NAIVE = _figure(
    9, "naive", "Last year's error", Kind.SHARE, "That of repeating the same period of last year."
)
COVERAGE = _figure(
    10,
    "coverage",
    "Coverage",
    Kind.SHARE,
    "Part of unseen values inside their range; should be near its level.",
)
FIGURES = (VERDICT, R2, MAPE, UNSEEN, NAIVE, COVERAGE)

SHEET = Sheet(
    NAME,
    "SheetModel",
    Role.RESULT,
    "Model",
    "How well the model fits and forecasts, and whether it may be used",
    blocks=(NOTES, BACKTEST, ACCURACY, GUARDRAILS, CHECKS, FOLDS, FIT),
    fields=(state(NAME, "Run the model first."), *FIGURES),
    charts=(
        chart(
            "A12",
            "area",
            "All segments together: actual against fitted, with its range",
            [unseen(FIT, "lower"), filled_area(FIT, "width", "#CFE5F3")],
            "Line chart of the actual and the fitted outcome with the range of the fit.",
            width=900,
            subtype="stacked",
            x=dates(),
            y=THOUSANDS,
            more={"legend": {"position": "bottom", "delete_series": [0]}},
            combined=chart(
                "A12",
                "line",
                "",
                [line(FIT, "outcome", style.INK, width=1.25), line(FIT, "mean", style.ORANGE, width=1.75)],
                "",
            ),
        ),
        chart(
            "A12",
            "column",
            "Mean error of forecasts of periods not seen",
            [bars(BACKTEST, "mape", style.BLUE, by="method")],
            "Column chart of the mean error of the model's forecasts and of simpler methods.",
            width=400,
            left=912,
            y={"num_format": "0 %", "min": 0},
            more={"legend": {"none": True}},
        ),
    ),
    widths=widths_of(_WIDTHS),
)
SHEETS = (SHEET,)
