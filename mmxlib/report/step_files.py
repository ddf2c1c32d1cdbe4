"""The files of every step: tables as CSV and JSON, with the pictures beside them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.files import safe_name
from mmxlib.report.excel_reports import recommendations_book
from mmxlib.report.model_frames import ModelFrames
from mmxlib.report.narrative import Summary
from mmxlib.report.numbers import Measures
from mmxlib.report.plan_tables import CAUSED, recommendation_table
from mmxlib.report.sheets.trust import constraints_table, priors_table
from mmxlib.report.tables import csv_bytes, json_bytes, rows_of


def _notes(notes: tuple[Note, ...]) -> list[Mapping[str, str]]:
    return [{"text": each.text, "about": each.about, "verdict": str(each.verdict)} for each in notes]


def segmentation_files(segments: Segments) -> dict[str, bytes]:
    """Return the files of the segmentation, by path."""
    from mmxlib.report.charts.canvas import chart_files
    from mmxlib.report.charts.segments import components_chart, silhouette_chart

    names = {each.label: each.name for each in segments.segments}
    members = segments.features[["sub_category", "segment"]].copy()
    members.insert(2, "segment_name", [names.get(str(label), "") for label in members["segment"]])
    map_table = members.merge(
        segments.features.drop(columns="segment"), on="sub_category", how="left", sort=False
    )
    quality = {
        "segments": len(segments.segments),
        "silhouette": segments.silhouette,
        "stability": segments.stability,
        "explained_by_components": list(segments.explained),
        "candidates": segments.candidates,
        "notes": _notes(segments.notes),
    }
    return {
        "segmentation/segment_map.csv": csv_bytes(map_table),
        "segmentation/segment_profile.csv": csv_bytes(segments.profile),
        "segmentation/quality.json": json_bytes(quality),
        **chart_files(
            {
                "segmentation/silhouette": silhouette_chart(segments),
                "segmentation/segments": components_chart(segments),
            }
        ),
    }


def trends_files(trends: Trends, segments: Segments, panel: Panel) -> dict[str, bytes]:
    """Return the files of the trend scan, by path; ``panel`` is that of the segments."""
    from mmxlib.report.charts.canvas import chart_files
    from mmxlib.report.charts.panels import SegmentNames
    from mmxlib.report.charts.trends import decomposition_chart, event_chart, flagged_chart, season_chart

    names, measures = SegmentNames.of(segments), Measures.of(panel)
    return {
        "trends/flagged_periods.csv": csv_bytes(trends.flagged_periods),
        "trends/yoy.csv": csv_bytes(trends.yoy),
        "trends/seasonality.csv": csv_bytes(trends.seasonality),
        "trends/decomposition.csv": csv_bytes(trends.decomposition),
        "trends/event_impact.csv": csv_bytes(trends.event_impact),
        **chart_files(
            {
                "trends/flagged_periods": flagged_chart(trends, names, measures, events=panel.events),
                "trends/decomposition": decomposition_chart(trends, names, measures),
                "trends/season_by_week": season_chart(trends, names),
                "trends/event_impact": event_chart(trends, names),
            }
        ),
    }


def baseline_files(baseline: Baseline, segments: Segments, panel: Panel) -> dict[str, bytes]:
    """Return the files of the baseline, by path; ``panel`` is that of the segments."""
    from mmxlib.report.charts.baseline import baseline_chart
    from mmxlib.report.charts.canvas import chart_files
    from mmxlib.report.charts.panels import SegmentNames

    chart = baseline_chart(baseline, SegmentNames.of(segments), Measures.of(panel))
    return {
        "baseline/baseline.csv": csv_bytes(baseline.levels),
        "baseline/series.csv": csv_bytes(baseline.series),
        "baseline/excluded_periods.csv": csv_bytes(baseline.excluded),
        "baseline/priors.csv": csv_bytes(priors_table(baseline.priors)),
        "baseline/constraints.csv": csv_bytes(constraints_table(baseline)),
        **chart_files({"baseline/baseline": chart}),
    }


def model_files(fitted: FittedModel, frames: ModelFrames) -> dict[str, bytes]:
    """Return the files of the model, by path."""
    from mmxlib.report.charts.canvas import chart_files
    from mmxlib.report.charts.fit import backtest_chart, fitted_chart

    measures = Measures.of(fitted.response.panel)
    curves = {
        f"model/response_curves/{safe_name(name)}.csv": csv_bytes(each)
        for name, each in frames.curves.items()
    }
    return {
        "model/channel_contributions.csv": csv_bytes(frames.contributions),
        "model/channel_contributions.json": json_bytes(_contributions(frames)),
        "model/channel_summary.csv": csv_bytes(frames.summary),
        "model/response_curves.json": json_bytes(_curves(frames)),
        **curves,
        "model/diagnostics.json": json_bytes(_diagnostics(fitted)),
        "model/backtest.csv": csv_bytes(fitted.backtest.folds),
        "model/backtest_forecasts.csv": csv_bytes(fitted.backtest.forecasts),
        **chart_files(
            {
                "model/actual_against_fitted": fitted_chart(frames, fitted.diagnostics, measures),
                "model/backtest_forecasts": backtest_chart(fitted.backtest, measures),
            }
        ),
    }


def _contributions(frames: ModelFrames) -> Mapping[str, object]:
    """Return contributions as series: one of dates, and per unit and component its mean and range."""
    table = frames.contributions
    dates = pd.Index(table["date"]).unique().sort_values()
    series = []
    for (unit, component), rows in table.groupby(["unit", "component"], sort=False, observed=True):
        ordered = rows.set_index("date").reindex(dates)
        values = {name: ordered[name].to_numpy(np.float64) for name in ("mean", "lower", "upper")}
        series.append({"unit": str(unit), "component": str(component), **values})
    return {
        "level": frames.level,
        "channels": frames.summary,
        "dates": [str(each)[:10] for each in dates],
        "series": series,
    }


def _curves(frames: ModelFrames) -> Mapping[str, object]:
    points = [{"channel": name, "points": rows_of(curve)} for name, curve in frames.curves.items()]
    return {"level": frames.level, "curves": points}


def _diagnostics(fitted: FittedModel) -> Mapping[str, object]:
    def checks(found: tuple[object, ...]) -> list[Mapping[str, object]]:
        names = ("name", "about", "value", "threshold", "verdict", "meaning", "remedy")
        return [{name: getattr(each, name) for name in names} for each in found]

    return {
        "verdict": fitted.verdict,
        "guardrails": checks(fitted.guardrails),
        "checks": checks(fitted.diagnostics.checks),
        "accuracy": fitted.diagnostics.accuracy,
        "backtest": fitted.backtest.summary,
        "prior_to_posterior": fitted.response.prior_table,
        "modes": fitted.response.modes,
        "notes": _notes((*fitted.notes, *fitted.diagnostics.notes, *fitted.backtest.notes)),
    }


def budget_files(scenarios: Scenarios, plan: BudgetPlan | None, summary: Summary) -> dict[str, bytes]:
    """Return the files of the budget, by path; recommendations only where a plan was approved."""
    by_channel = pd.concat(
        [each.channels.assign(scenario=each.scenario) for each in (scenarios.present, *scenarios.plans)],
        ignore_index=True,
    )
    order = ["scenario", *(name for name in by_channel.columns if name != "scenario")]
    tree = {
        "budget/scenarios.csv": csv_bytes(scenarios.comparison.rename(columns=CAUSED)),
        "budget/scenarios_by_channel.csv": csv_bytes(by_channel[order].rename(columns=CAUSED)),
    }
    if plan is None:
        return tree
    table = recommendation_table(plan, summary.insights)
    detail = {"limits": plan.limits.replace([np.inf, -np.inf], np.nan), "cells": plan.cells}
    detail["forecast"] = plan.forecast
    return tree | {
        "budget/recommendations.csv": csv_bytes(table),
        "budget/recommendations.xlsx": recommendations_book(summary, plan, table),
        "budget/plan_by_period.csv": csv_bytes(plan.table),
        **{f"budget/{name}.csv": csv_bytes(each) for name, each in detail.items() if not each.empty},
    }
