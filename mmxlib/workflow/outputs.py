"""The files that people open: from the artifacts of a run to a tree of bytes.

This is the one place that computes what reports share; the reports themselves only show it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from mmxlib.agents.insight import InsightSettings, insights_of
from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.insights import Insights
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.repair import repairs_table
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.model.model import Model
from mmxlib.report.deck import Deck, deck_files
from mmxlib.report.doubts import doubts_in
from mmxlib.report.model_frames import ModelFrames, by_period
from mmxlib.report.narrative import Summary, about_data, channel_table, early_insights
from mmxlib.report.numbers import Measures
from mmxlib.report.step_files import (
    baseline_files,
    budget_files,
    model_files,
    segmentation_files,
    trends_files,
)
from mmxlib.report.tables import csv_bytes, csv_headings
from mmxlib.terms import Verdict

ArtifactT = TypeVar("ArtifactT")


@dataclass(frozen=True, slots=True)
class _Found:
    """The artifacts that a run has so far."""

    by_type: Mapping[type, object]

    def get(self, kind: type[ArtifactT]) -> ArtifactT | None:
        value = self.by_type.get(kind)
        return value if isinstance(value, kind) else None


def outputs(
    by_type: Mapping[type, object], *, journal: pd.DataFrame, insight: InsightSettings | None = None
) -> dict[str, bytes]:
    """Return every file for people, by its path below ``out``.

    Parameters
    ----------
    by_type
        The artifacts of the run, by type: at least the Panel. Later ones may be missing, in a run that waits
        at a checkpoint; then there are the files of what is done, and a summary that says so.
    journal
        What happened in the run, a row per entry; shown as it is. May be empty.
    insight
        The run's settings of the summary: the window that tables show, and all that is said in a run that
        waits before its own insights are made. The defaults if ``None``.

    Returns
    -------
    Content by path, with forward slashes. The same artifacts and journal give the same bytes.
    """
    found = _Found(by_type)
    segments, trends, baseline = found.get(Segments), found.get(Trends), found.get(Baseline)
    fitted, scenarios, plan = found.get(FittedModel), found.get(Scenarios), found.get(BudgetPlan)
    settings = insight or InsightSettings()
    frames = None if fitted is None else frames_of(fitted, recent_periods=settings.recent_periods)
    summary = summary_of(by_type, settings, frames)
    panel = found.get(Panel)
    repairs = () if panel is None else panel.repairs
    tree = {"input_repairs.csv": csv_bytes(repairs_table(repairs))} if repairs else {}
    if segments is not None:
        tree |= segmentation_files(segments)
    if trends is not None and segments is not None:
        tree |= trends_files(trends, segments, _segment_panel(found))
    if baseline is not None and segments is not None:
        tree |= baseline_files(baseline, segments, _segment_panel(found))
    if fitted is not None and frames is not None:
        tree |= model_files(fitted, frames)
    if scenarios is not None:
        tree |= budget_files(scenarios, plan, summary)
    deck = Deck(
        summary=summary,
        journal=journal,
        baseline=baseline,
        fitted=fitted,
        frames=frames,
        scenarios=scenarios,
        plan=plan,
        doubts=_doubts(found),
        headings=csv_headings(tree),
    )
    return tree | deck_files(deck)


def _doubts(found: _Found) -> tuple[str, ...]:
    """Return every doubt that the artifacts note, in the order of the steps."""
    panel, segments, trends = found.get(Panel), found.get(Segments), found.get(Trends)
    baseline, fitted = found.get(Baseline), found.get(FittedModel)
    model = () if fitted is None else (fitted.response, fitted.diagnostics, fitted.backtest)
    makers = (panel, segments, trends, baseline, *model, found.get(Scenarios), found.get(BudgetPlan))
    notes = [note for maker in makers if maker is not None for note in maker.notes]
    return tuple(doubts_in(notes, units=() if segments is None else segments.labels))


def frames_of(fitted: FittedModel, *, recent_periods: int) -> ModelFrames:
    """Return the frames of a fitted model that reports share; those called recent end with the data."""
    panel, level = fitted.response.panel, fitted.backtest.level
    model = Model(fitted.response, fitted.diagnostics)
    first = panel.dates[-min(recent_periods, len(panel.dates))]
    paid = [channel.name for channel in panel.channels if channel.paid]
    contributions = model.contributions(level)
    return ModelFrames(
        contributions=contributions,
        wide=by_period(contributions, panel.channel_names),
        summary=model.channel_summary(None, level),
        recent=model.channel_summary((first.item(), panel.dates[-1].item()), level),
        recent_first=first,
        curves={name: model.response_curve(name, level=level) for name in paid},
        level=level,
    )


def _segment_panel(found: _Found) -> Panel:
    """Return the panel of segments that agents after the segmentation work on."""
    fitted, panel, segments = found.get(FittedModel), found.get(Panel), found.get(Segments)
    if fitted is not None:
        return fitted.response.panel
    assert panel is not None
    assert segments is not None
    return panel.grouped(segments.segment_of, segments.labels)


def _insights(found: _Found, settings: InsightSettings) -> Insights:
    """Return the run's insights; before its end, what can be said so far."""
    insights = found.get(Insights)
    if insights is not None:
        return insights
    if found.get(FittedModel) is not None:
        return insights_of(found.by_type, settings)
    done = [
        each for each in (found.get(Segments), found.get(Trends), found.get(Baseline)) if each is not None
    ]
    panel = found.get(Panel)
    read = [] if panel is None else [each for each in panel.notes if each.verdict is not Verdict.PASS]
    notes = [*read, *(note for each in done for note in each.notes)]
    if found.get(Baseline) is not None:
        return early_insights("Nothing is modeled yet: the baseline waits for approval.", notes)
    return early_insights("Nothing is modeled yet: the run has just begun.", notes)


def summary_of(
    by_type: Mapping[type, object], settings: InsightSettings, frames: ModelFrames | None
) -> Summary:
    """Return what the executive summary says of a run's artifacts, of which later ones may be missing.

    Parameters
    ----------
    by_type
        The artifacts, by type: at least the Panel.
    settings
        Those of the summary, for a run that has no insights of its own yet.
    frames
        Those of the fitted model, where there is one.
    """
    found = _Found(by_type)
    insights = _insights(found, settings)
    panel, segments = found.get(Panel), found.get(Segments)
    assert panel is not None
    return Summary(
        about=about_data(panel, None if segments is None else len(segments.segments)),
        insights=insights,
        measures=Measures.of(panel),
        channels=None if frames is None else channel_table(frames.recent, insights.actions),
        level=0.9 if frames is None else frames.level,
        recent_periods=0 if frames is None else int(np.sum(panel.dates >= frames.recent_first)),
    )
