"""The full Excel report and the recommendations: which sheets they have, and what stands on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.report.book import Book, Page
from mmxlib.report.model_frames import ModelFrames
from mmxlib.report.narrative import Summary
from mmxlib.report.sheets.budget import (
    budget_sheet,
    plan_by_period_sheet,
    recommendations_sheet,
)
from mmxlib.report.sheets.forecast import forecast_sheet
from mmxlib.report.sheets.media import contributions_sheet, curves_sheet, roi_sheet
from mmxlib.report.sheets.scenarios import scenarios_sheet
from mmxlib.report.sheets.summary import summary_sheet
from mmxlib.report.sheets.trust import assumptions_sheet, diagnostics_sheet, files_sheet, journal_sheet


@dataclass(frozen=True, eq=False)
class BookContent:
    """What the full report shows; what a run has not reached yet is None.

    ``doubts`` are the sentences in the artifacts' notes that a reader must see; ``headings`` the columns of
    every CSV file of the run, by path.
    """

    summary: Summary
    journal: pd.DataFrame
    channels: Sequence[str]
    baseline: Baseline | None = None
    fitted: FittedModel | None = None
    frames: ModelFrames | None = None
    scenarios: Scenarios | None = None
    plan: BudgetPlan | None = None
    doubts: Sequence[str] = ()
    headings: Mapping[str, Sequence[str]] = field(default_factory=dict)


def summary_report(content: BookContent) -> bytes:
    """Return ``mmx_summary_report.xlsx``: eleven sheets, each there even before its step is done."""
    book = Book(content.summary.measures)
    summary_sheet(Page(book, "Summary"), content.summary)
    contributions_sheet(Page(book, "Contributions"), content.frames, content.channels)
    roi_sheet(Page(book, "ROI"), content.frames)
    curves_sheet(Page(book, "Curves"), content.frames)
    present = None if content.scenarios is None else content.scenarios.present
    budget_sheet(Page(book, "Budget"), content.plan, present)
    forecast_sheet(Page(book, "Forecast"), content.plan, present, tuple(content.channels))
    scenarios_sheet(Page(book, "Scenarios"), content.scenarios, content.plan)
    diagnostics_sheet(Page(book, "Diagnostics"), content.fitted, content.doubts)
    assumptions_sheet(Page(book, "Assumptions"), content.baseline)
    journal_sheet(Page(book, "Journal"), content.journal)
    files_sheet(Page(book, "Files"), content.headings)
    return book.bytes()


def recommendations_book(summary: Summary, plan: BudgetPlan, table: pd.DataFrame) -> bytes:
    """Return ``recommendations.xlsx``: the plan by channel with reasons, and by period.

    ``table`` is that of `recommendation_table`.
    """
    book = Book(summary.measures)
    recommendations_sheet(Page(book, "Recommendations"), summary, plan, table)
    plan_by_period_sheet(Page(book, "By period"), plan)
    return book.bytes()
