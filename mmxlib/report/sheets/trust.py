"""The sheets on how far to trust the numbers: checks, assumptions, journal."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from mmxlib.artifacts.baseline import Baseline, ChannelPrior
from mmxlib.artifacts.check_titles import full_title
from mmxlib.artifacts.diagnostics import Check
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.report import style
from mmxlib.report.book import Area, Page
from mmxlib.report.columns import Column, Kind
from mmxlib.report.dictionary import meaning_in
from mmxlib.report.sheets.media import NOT_YET
from mmxlib.terms import PriorFamily, Verdict

CHECKS = ("name", "about", "value", "threshold", "verdict", "meaning", "remedy")
PRIORS = (
    "channel", "parameter", "family", "center", "spread", "bound_lower", "bound_upper", "scale", "origin",
)  # fmt: skip
FOLDS = ("fold", "origin", "model_mape", "seasonal_naive_mape", "no_media_mape")
FAMILIES: Mapping[PriorFamily, str] = {
    PriorFamily.BETA: "between 0 and 1 (beta)",
    PriorFamily.LOG_NORMAL: "above 0 (log-normal)",
    PriorFamily.HALF_NORMAL: "above 0, rather small (half-normal)",
}
"""What the shapes of beliefs are called on sheets."""

METHODS: Mapping[str, str] = {
    "model": "the model",
    "seasonal_naive": "repeating last year",
    "no_media": "a model without media",
}
"""What the ways to forecast are called on sheets."""

ORIGIN = {"origin": Column("Forecast from", "First period that was forecast.", Kind.DAY)}
SENTENCES = ("details", "comment", "override")
"""The journal's columns that hold sentences."""

LEVELS = ("segment", "method", "baseline", "share", "periods_used", "spread_of_methods")


def checks_table(checks: Sequence[Check]) -> pd.DataFrame:
    """Return a row per check; one that passed needs no remedy."""
    rows = [
        (
            full_title(each.name), each.about, each.value, each.threshold, str(each.verdict),
            each.meaning, "" if each.verdict is Verdict.PASS else each.remedy,
        )
        for each in checks
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(CHECKS))


def priors_table(priors: Sequence[ChannelPrior]) -> pd.DataFrame:
    """Return a row per channel and parameter: what was believed before the data, and where from."""
    rows = []
    for prior in priors:
        adstock = ADSTOCKS[prior.adstock]
        timing = [] if adstock.timing.held else [(adstock.timing_word, prior.timing, prior.adstock)]
        beliefs = [
            ("retention", prior.retention, prior.adstock),
            *timing,
            ("half_saturation", prior.half_saturation, prior.saturation),
            ("shape", prior.shape, prior.saturation),
            ("effect", prior.effect, prior.effect_scale),
        ]
        rows += [
            {
                "channel": prior.channel, "parameter": name, "family": str(belief.family),
                "center": belief.center, "spread": belief.spread, "bound_lower": belief.lower,
                "bound_upper": belief.upper, "scale": str(scale), "origin": belief.origin,
            }
            for name, belief, scale in beliefs
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(PRIORS))


def constraints_table(baseline: Baseline) -> pd.DataFrame:
    """Return a row per channel: how far its budget may move, and where from."""
    rows = [
        (each.channel, each.lower_factor, each.upper_factor, each.origin) for each in baseline.constraints
    ]
    return pd.DataFrame(rows, columns=["channel", "lower_factor", "upper_factor", "origin"])


def diagnostics_sheet(page: Page, fitted: FittedModel | None, doubts: Sequence[str]) -> None:
    """Write guardrails, checks, accuracy and backtest, and every doubt that was noted on the way."""
    page.title("Diagnostics", "How far the model can be trusted")
    if fitted is None:
        page.text(NOT_YET)
        _doubts(page, doubts)
        return
    page.heading("Guardrails: a fail stops recommendations")
    _checks(page, fitted.guardrails)
    page.heading("Checks of the fit")
    _checks(page, fitted.diagnostics.checks)
    page.heading("Accuracy where the model was fitted")
    page.table(fitted.diagnostics.accuracy, ["unit", "r2", "mape", "nrmse"])
    page.heading("Forecasts of periods not seen, against simpler methods")
    if fitted.backtest.summary.empty:
        page.text("The history is too short for a backtest.")
    else:
        summary = fitted.backtest.summary.copy()
        summary["method"] = [METHODS.get(str(each), _spaced(each)) for each in summary["method"]]
        page.table(summary, ["method", "mape", "nrmse", "coverage"])
        page.heading("By fold, mean over segments")
        page.table(folds_table(fitted.backtest.folds), FOLDS, described=ORIGIN)
    _doubts(page, doubts)


def _doubts(page: Page, doubts: Sequence[str]) -> None:
    if not doubts:
        return
    page.heading("Doubts noted on the way")
    for doubt in doubts:
        page.paragraph(f"• {doubt}", len(CHECKS))


def _spaced(name: object) -> str:
    """Return a program's name as words."""
    return str(name).replace("_", " ")


def folds_table(folds: pd.DataFrame) -> pd.DataFrame:
    """Return the errors of every fold, mean over units."""
    return folds.groupby(["fold", "origin"], sort=True)[list(FOLDS[2:])].mean().reset_index()


def _checks(page: Page, checks: Sequence[Check]) -> None:
    """Write a table of checks, each value in the form of its threshold."""
    area = page.table(checks_table(checks), CHECKS)
    _colored(page, area)
    line = {"bottom": 4, "bottom_color": style.GRID}
    for row, check in enumerate(checks, start=area.first):
        form = "0.0 %" if "%" in check.threshold else "#,##0" if float(check.value).is_integer() else ""
        if form and math.isfinite(check.value):
            look = page.book.look(f"check_{form}", num_format=form, **line)
            page.sheet.write_number(row, area.column_of["value"], check.value, look)


def _colored(page: Page, area: Area) -> None:
    at = area.column_of["verdict"]
    if area.last < area.first:
        return
    for verdict, color in style.VERDICT_COLORS.items():
        look = page.book.workbook.add_format({"bold": True, "font_color": color})
        rule = {"type": "cell", "criteria": "==", "value": f'"{verdict}"', "format": look}
        page.sheet.conditional_format(area.first, at, area.last, at, rule)


def assumptions_sheet(page: Page, baseline: Baseline | None) -> None:
    """Write the priors, the limits of the budget and the baselines by method."""
    page.title("Assumptions", "What was believed before the data, and how far budgets may move")
    if baseline is None:
        page.text("This run has not come so far yet: the baseline agent proposes priors and limits.")
        return
    page.heading("Priors")
    priors = priors_table(baseline.priors)
    priors["family"] = [FAMILIES[PriorFamily(each)] for each in priors["family"]]
    for name in ("parameter", "scale"):
        priors[name] = [_spaced(each) for each in priors[name]]
    page.table(priors, PRIORS)
    page.heading("Limits of each channel's budget, as shares of its present spend")
    page.table(constraints_table(baseline), ["channel", "lower_factor", "upper_factor", "origin"])
    page.heading("Baseline by method, mean per period of the last year")
    described = {
        "periods_used": Column("Periods used", "Periods that remained after the excluded ones.", Kind.COUNT),
        "spread_of_methods": Column(
            "Spread of methods", "Largest difference between the methods over their mean.", Kind.SHARE
        ),
    }
    page.table(baseline.levels.rename(columns={"spread": "spread_of_methods"}), LEVELS, described=described)


def journal_sheet(page: Page, journal: pd.DataFrame) -> None:
    """Write the run's journal: what happened, who decided what."""
    page.title("Journal", "What happened in this run, and who decided what")
    if journal.empty:
        page.text("The journal is empty.")
        return
    names = [str(name) for name in journal.columns]
    shown = journal.set_axis(names, axis=1)
    if "subject" in names:
        shown["subject"] = [_spaced(each) for each in shown["subject"]]
    described = {
        name: Column(
            name.replace("_", " ").capitalize(),
            "As recorded in the journal.",
            Kind.SENTENCE if name in SENTENCES else Kind.TEXT,
        )
        for name in names
    }
    page.table(shown, names, freeze=True, described=described)


def files_sheet(page: Page, headings: Mapping[str, Sequence[str]]) -> None:
    """Write what every column of the files beside this workbook means."""
    page.title("Files", "What the columns of the CSV files mean")
    rows = [(file, name, meaning_in(file, name)) for file, names in headings.items() for name in names]
    if not rows:
        page.text("There are no tables yet.")
        return
    described = {
        "file": Column("File", "Path inside the folder of outputs.", Kind.TEXT),
        "column": Column("Column", "As it is headed in the file.", Kind.TEXT),
        "what": Column("Meaning", "What its values are.", Kind.TEXT),
    }
    table = pd.DataFrame(rows, columns=list(described))
    page.table(table, list(described), freeze=True, described=described)
