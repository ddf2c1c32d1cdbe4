"""The baseline, the priors and the limits as changes of their sheet."""

import pandas as pd

from mmxlib.artifacts.baseline import Baseline
from mmxlib.report.sheets.trust import constraints_table, priors_table
from mmxlib.terms import StepName
from mmxlib_excel.layout.results.baseline import (
    EXCLUDED,
    LEVELS,
    LIMITS,
    METHODS,
    NOTES,
    PRIORS,
    SERIES,
    SHEET,
)
from mmxlib_excel.results.material import Material
from mmxlib_excel.results.writing import (
    HOLDS,
    cut_sentence,
    emptied,
    fitting,
    latest,
    noted,
    rows_of,
    state_changes,
    written,
)
from mmxlib_excel.workbooks.port import Changes


def baseline_changes(material: Material) -> Changes:
    """Return the changes that show what the first approval is about, or empty its sheet."""
    baseline = material.get(Baseline)
    if baseline is None:
        return emptied(SHEET, stale=StepName.BASELINE in material.stale)
    priors, limits = priors_table(baseline.priors), constraints_table(baseline)
    together = baseline.series.groupby("date", sort=True)[["outcome", *METHODS]].sum().reset_index()
    said_more = (
        cut_sentence(len(priors), PRIORS, "priors", "those of the first channels"),
        cut_sentence(len(limits), LIMITS, "limits", "those of the first channels"),
        cut_sentence(len(baseline.excluded), EXCLUDED, "excluded periods", "those of the first segments"),
        cut_sentence(len(together), SERIES, "periods", "the latest ones"),
    )
    return (
        state_changes(SHEET, [HOLDS])
        + noted(NOTES, baseline.notes, said_more)
        + written(LEVELS, fitting(rows_of(side_by_side(baseline.levels), LEVELS), LEVELS))
        + written(LIMITS, fitting(rows_of(limits, LIMITS), LIMITS))
        + written(PRIORS, fitting(rows_of(priors, PRIORS), PRIORS))
        + written(EXCLUDED, fitting(rows_of(baseline.excluded, EXCLUDED), EXCLUDED))
        + written(SERIES, rows_of(latest(together, SERIES.rows), SERIES))
    )


def side_by_side(levels: pd.DataFrame) -> pd.DataFrame:
    """Return a row per segment, the methods beside each other."""
    table = levels.drop_duplicates("segment")[["segment", "spread", "periods_used"]].set_index("segment")
    for method in METHODS:
        own = levels[levels["method"] == method].set_index("segment")
        table[f"baseline_{method}"], table[f"share_{method}"] = own["baseline"], own["share"]
    return table.reset_index()
