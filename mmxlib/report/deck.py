"""The files of the deck: the executive summary in its forms, the full workbook, the charts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.report.budget_page import budget_page
from mmxlib.report.excel_reports import BookContent, summary_report
from mmxlib.report.html import Drawing, html_summary
from mmxlib.report.key_insights import key_insights
from mmxlib.report.model_frames import CurveMarks, ModelFrames
from mmxlib.report.narrative import Summary, markdown_summary, period_words
from mmxlib.report.numbers import day
from mmxlib.report.page_tables import PageTable
from mmxlib.report.tables import csv_headings, json_bytes
from mmxlib.terms import Verdict

RECENT = 13
"""The periods whose mean spend is the present one, as long as no plan says how many."""

CHANNEL_COLUMNS = (
    "channel", "spend", "contribution", "share", "roi", "roi_lower", "roi_upper", "marginal_roi", "action",
    "change", "confidence",
)  # fmt: skip

CAUTION = (
    "The model failed its checks: these figures show what it would say of each budget, and recommend none."
)

ACTION_COLUMNS = ("channel", "action", "present_spend", "plan_spend", "change", "confidence", "reason")


@dataclass(frozen=True, eq=False)
class Deck:
    """What the deck shows; what a run has not reached yet is None."""

    summary: Summary
    journal: pd.DataFrame
    baseline: Baseline | None = None
    fitted: FittedModel | None = None
    frames: ModelFrames | None = None
    scenarios: Scenarios | None = None
    plan: BudgetPlan | None = None
    doubts: tuple[str, ...] = ()
    headings: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def channels(self) -> tuple[str, ...]:
        """The media of the model, those without spend included."""
        return () if self.frames is None else tuple(str(each) for each in self.frames.summary["channel"])


def deck_files(deck: Deck) -> dict[str, bytes]:
    """Return the files of the deck, by path."""
    charts, drawings = _drawn(deck)
    content = BookContent(
        summary=deck.summary,
        journal=deck.journal,
        channels=deck.channels,
        baseline=deck.baseline,
        fitted=deck.fitted,
        frames=deck.frames,
        scenarios=deck.scenarios,
        plan=deck.plan,
        doubts=deck.doubts,
        headings={**deck.headings, **csv_headings(charts)},
    )
    told = _budget(deck)
    return {
        "decks/executive_summary.md": markdown_summary(deck.summary, [*_every_action(deck.summary), *told]),
        "decks/executive_summary.html": _page(deck, drawings),
        "decks/mmx_summary_report.xlsx": summary_report(content),
        "decks/key_insights.json": json_bytes(key_insights(deck.summary.insights)),
        **charts,
    }


def _page(deck: Deck, drawings: Sequence[Drawing]) -> bytes:
    tables = [*_by_channel(deck), *_every_action(deck.summary), *_budget(deck)]
    return html_summary(deck.summary, drawings, tables)


def _budget(deck: Deck) -> list[PageTable]:
    """Return the tables on the budget; those of a failed model begin with what to make of them."""
    tables = budget_page(deck.scenarios, deck.plan, deck.channels)
    if deck.summary.insights.verdict is not Verdict.FAIL or not tables:
        return tables
    return [replace(tables[0], said=(CAUTION, *tables[0].said)), *tables[1:]]


def _drawn(deck: Deck) -> tuple[dict[str, bytes], list[Drawing]]:
    """Return the charts as files, and those of the page as drawings; nothing without a model."""
    if deck.fitted is None or deck.frames is None:
        return {}, []
    from mmxlib.report.charts.deck_charts import DeckCharts

    charts = DeckCharts(
        frames=deck.frames,
        measures=deck.summary.measures,
        marks=curve_marks(deck.fitted, deck.frames, deck.scenarios, deck.plan),
        diagnostics=deck.fitted.diagnostics,
        scenarios=deck.scenarios,
        plan=deck.plan,
    )
    drawings = [Drawing(each.svg(), each.alt) for each in charts.of_page()]
    return charts.files(), drawings


def curve_marks(
    fitted: FittedModel, frames: ModelFrames, scenarios: Scenarios | None, plan: BudgetPlan | None
) -> dict[str, CurveMarks]:
    """Return the spend per period to mark on every curve, by channel."""
    panel = fitted.response.panel
    by_period = panel.spend_by_period()
    periods = (
        plan.periods if plan is not None else scenarios.present.periods if scenarios is not None else RECENT
    )
    present, most = by_period[-periods:].mean(axis=0), by_period.max(axis=0)
    spend: dict[str, float] = {}
    if plan is not None:
        spend = dict(zip(plan.channels["channel"], plan.channels["spend"] / plan.periods, strict=True))
    return {
        name: CurveMarks(float(present[index]), float(most[index]), spend.get(name))
        for index, name in enumerate(panel.channel_names)
        if name in frames.curves
    }


def _by_channel(deck: Deck) -> list[PageTable]:
    if deck.summary.channels is None or deck.frames is None:
        return []
    since = f"By channel, {period_words(deck.summary)} (since {day(deck.frames.recent_first)})"
    acted = bool(deck.summary.insights.actions)
    names = [name for name in CHANNEL_COLUMNS if acted or name not in ("action", "change", "confidence")]
    return [PageTable(since, deck.summary.channels, names)]


def _every_action(summary: Summary) -> list[PageTable]:
    """Return every channel's action with its reason, where the first page has no room for all."""
    actions = summary.insights.actions
    if summary.channels is None or len(actions) <= len(summary.first_page_actions()):
        return []
    return [PageTable("What to do, channel by channel", summary.channels, ACTION_COLUMNS)]
