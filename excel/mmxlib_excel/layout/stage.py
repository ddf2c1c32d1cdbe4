"""What the buttons, the ribbon and ``mmx excel run --stage`` can be asked to do."""

from enum import StrEnum


class Stage(StrEnum):
    """One button: a step and all before it, or a task of its own."""

    CHECK = "check"
    SEGMENTS = "segments"
    TRENDS = "trends"
    BASELINE = "baseline"
    MODEL = "model"
    BUDGET = "budget"
    INSIGHTS = "insights"
    NEXT = "next"
    ALL = "all"
    PLANNER = "planner"
    REPORT = "report"
    CLEAR = "clear"


LABELS = {
    Stage.CHECK: "Check data",
    Stage.SEGMENTS: "Segments",
    Stage.TRENDS: "Trends",
    Stage.BASELINE: "Baseline",
    Stage.MODEL: "Model",
    Stage.BUDGET: "Budget",
    Stage.INSIGHTS: "Insights",
    Stage.NEXT: "Run to next approval",
    Stage.ALL: "Run all",
    Stage.PLANNER: "Refresh planner",
    Stage.REPORT: "Open report",
    Stage.CLEAR: "Clear sample data",
}
"""What stands on each button and in the ribbon."""
