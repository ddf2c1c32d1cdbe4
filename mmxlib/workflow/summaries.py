"""One line on what a step found, for the progress display and the status."""

import math

from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.check_titles import plain_title
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.insights import Insights
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends


def summary(artifact: object) -> str:
    """Return one line on ``artifact``, a step's result."""
    match artifact:
        case Segments():
            return _segments(artifact)
        case Trends():
            flagged = len(artifact.flagged_periods)
            events = artifact.event_impact["event"].nunique() if len(artifact.event_impact) else 0
            return f"{_count(flagged, 'period')} flagged, {_count(events, 'event')} measured"
        case Baseline():
            return f"priors for {_count(len(artifact.priors), 'channel')}{_span(artifact)}"
        case FittedModel():
            return _fitted(artifact)
        case Scenarios():
            names = ", ".join(plan.scenario for plan in artifact.plans)
            return f"{_count(len(artifact.plans), 'scenario')} against the present plan: {names}"
        case BudgetPlan():
            return _plan(artifact)
        case _:
            assert isinstance(artifact, Insights)
            return artifact.headline


def _plan(artifact: BudgetPlan) -> str:
    said = f"{artifact.scenario}: {artifact.total:,.0f} over {_count(artifact.periods, 'period')}"
    if math.isfinite(artifact.forecast_outcome):
        said += f", {artifact.forecast_outcome:,.0f} of sales expected in them"
    missed = artifact.target is not None and not artifact.target.reached
    return f"{said}; the target cannot be reached" if missed else said


def _segments(artifact: Segments) -> str:
    members = sum(len(each.members) for each in artifact.segments)
    quality = "" if artifact.silhouette is None else f" (silhouette {artifact.silhouette:.2f})"
    many = "ies" if members != 1 else "y"
    return f"{_count(len(artifact.segments), 'segment')} of {members} sub-categor{many}{quality}"


def _span(artifact: Baseline) -> str:
    if "share" not in artifact.levels or not len(artifact.levels):
        return ""
    shares = artifact.levels["share"]
    low, high = f"{100.0 * shares.min():.0f}", f"{100.0 * shares.max():.0f}"
    return f", baseline {low if low == high else f'{low} to {high}'} % of the outcome"


def _fitted(artifact: FittedModel) -> str:
    said = []
    accuracy = artifact.diagnostics.accuracy
    if {"unit", "r2"} <= set(accuracy.columns):
        whole = accuracy.loc[accuracy["unit"] == "all", "r2"]
        said += [f"R2 {whole.iloc[0]:.2f}"] if len(whole) else []
    tried = artifact.backtest.summary
    if {"method", "mape"} <= set(tried.columns):
        error = tried.loc[tried["method"] == "model", "mape"]
        said += [f"error on unseen periods {100.0 * error.iloc[0]:.1f} %"] if len(error) else []
    failed = [plain_title(check.name) for check in artifact.guardrails if check.verdict == "fail"]
    verdict = f"guardrails: {artifact.verdict.value}" + (f" ({', '.join(failed)})" if failed else "")
    return ", ".join([*said, verdict])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
