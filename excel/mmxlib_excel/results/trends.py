"""The trend scan as changes of its sheet."""

import numpy as np
import pandas as pd

from mmxlib.artifacts.trends import Trends
from mmxlib.terms import StepName
from mmxlib_excel.layout.results.trends import COURSE, EVENTS, FLAGGED, NOTES, SEASON, SHEET
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


def trends_changes(material: Material) -> Changes:
    """Return the changes that show the trends, or empty their sheet."""
    trends = material.get(Trends)
    if trends is None:
        return emptied(SHEET, stale=StepName.TREND_SCANNER in material.stale)
    course = course_of(trends)
    flagged = trends.flagged_periods
    order = np.argsort(-np.abs(flagged["score"].to_numpy(np.float64)), kind="stable")
    ranked = flagged.iloc[order]
    said_more = (
        cut_sentence(len(flagged), FLAGGED, "unusual periods", "the most unusual first"),
        cut_sentence(len(trends.event_impact), EVENTS, "effects of events", "those of the first segments"),
        cut_sentence(len(course), COURSE, "periods", "the latest ones"),
    )
    return (
        state_changes(SHEET, [HOLDS])
        + noted(NOTES, trends.notes, said_more)
        + written(FLAGGED, fitting(rows_of(ranked, FLAGGED), FLAGGED))
        + written(SEASON, fitting(rows_of(trends.seasonality, SEASON), SEASON))
        + written(EVENTS, fitting(rows_of(trends.event_impact, EVENTS), EVENTS))
        + written(COURSE, rows_of(latest(course, COURSE.rows), COURSE))
    )


def course_of(trends: Trends) -> pd.DataFrame:
    """Return all segments added up: a row per date.

    Columns: date, observed, trend, year_before, growth, and ``unusual``, the outcome again where any segment
    has a flagged period. A year before counts only where every segment has it.
    """
    together = trends.decomposition.groupby("date", sort=True)[["observed", "trend"]].sum()
    units = trends.yoy["segment"].nunique()
    years = trends.yoy.groupby("date", sort=True)[["outcome", "year_before"]].sum(min_count=max(units, 1))
    years = years.reindex(together.index)
    flagged = together.index.isin(pd.Index(trends.flagged_periods["date"]).unique())
    return together.assign(
        year_before=years["year_before"],
        growth=years["outcome"] / years["year_before"] - 1.0,
        unusual=together["observed"].where(flagged),
    ).reset_index()
