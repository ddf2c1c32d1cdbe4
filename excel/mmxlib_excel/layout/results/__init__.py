"""The sheets of results, in the order of their tabs."""

from mmxlib_excel.layout.results import (
    baseline,
    budget,
    contributions,
    curves,
    forecast,
    insights,
    journal,
    model,
    segments,
    trends,
)

SHEETS = (
    *segments.SHEETS,
    *trends.SHEETS,
    *baseline.SHEETS,
    *model.SHEETS,
    *contributions.SHEETS,
    *curves.SHEETS,
    *budget.SHEETS,
    *forecast.SHEETS,
    *insights.SHEETS,
    *journal.SHEETS,
)
