"""The sheet Scenarios: budget questions, a row each, and below them what their plans come to."""

from mmxlib.agents.scenario_settings import ScenarioSettings
from mmxlib.report.columns import Kind
from mmxlib.report.columns import column as reported
from mmxlib.settings import allowed
from mmxlib_excel.layout.check_column import check_column
from mmxlib_excel.layout.results.scenario_charts import scenario_charts
from mmxlib_excel.layout.settings import closed_choices
from mmxlib_excel.layout.spec import Block, Column, Role, Sheet

SCENARIO_ROOM = 30
_SHEET, _TOP, _BELOW = "Scenarios", 5, 40
_KINDS = {
    "total": Kind.MONEY,
    "target": Kind.OUTCOME,
    "budget_factor": Kind.RATIO,
    "marginal_roi_floor": Kind.RATIO,
    "probability": Kind.SHARE,
    "lower_change": Kind.CHANGE,
    "upper_change": Kind.CHANGE,
    "risk": Kind.RATIO,
    "tail": Kind.SHARE,
}
_LABELS = {
    "marginal_roi_floor": "Marginal ROI floor",
    "lower_change": "Largest cut",
    "upper_change": "Largest rise",
}
FLOWING = ("channels", "groups", "segments", "each_period", "fixed", "events", "controls")
"""The columns that hold lists or names with values, written as text."""

_EXAMPLES = {
    "channels": "{tv: {lower_change: -0.1, upper_change: 0.5}}",
    "groups": "{video: {channels: [tv, youtube], upper_spend: 500000}}",
    "segments": "{north: {upper_change: 0.2}}",
    "each_period": "{upper_spend: 80000}",
    "fixed": "[{channel: tv, date: 2024-01-01, spend: 5000}]",
    "events": "[{name: Easter, start: 2024-03-25, end: 2024-04-01}]",
    "controls": "{price: -0.05}",
}


def _column(name: str) -> Column:
    field = ScenarioSettings.model_fields[name]
    example = f" Such as {_EXAMPLES[name]}." if name in FLOWING else f" Allowed: {allowed(field)}."
    return Column(
        name=name,
        label=_LABELS.get(name, name.replace("_", " ").capitalize()),
        kind=_KINDS.get(name, Kind.SENTENCE if name in FLOWING else Kind.TEXT),
        note=f"{field.description}{example}",
        width=30.0 if name in FLOWING else 18.0,
        choices=closed_choices(field.annotation),
    )


BLOCK = Block(
    name="mmx_scenarios",
    sheet=_SHEET,
    cell=f"A{_TOP}",
    columns=(
        Column("name", "Scenario", Kind.TEXT, "A name of yours, up to 40 letters.", 22.0),
        *map(_column, ScenarioSettings.model_fields),
        check_column(48.0),
    ),
    rows=SCENARIO_ROOM,
    is_input=True,
)

_COMPARED = (
    "scenario", "spend", "change", "forecast_outcome", "forecast_lower", "forecast_upper",
    "contribution_of_spend", "contribution_of_spend_lower", "contribution_of_spend_upper",
    "gain", "gain_lower", "gain_upper", "roi", "marginal_roi", "profit", "probability_better", "gap",
    "objective", "goal",
)  # fmt: skip

COMPARED = Block(
    name="mmx_scenarios_compared",
    sheet=_SHEET,
    cell=f"A{_BELOW}",
    columns=tuple(
        Column(name, reported(name).label, reported(name).kind, reported(name).note) for name in _COMPARED
    ),
    rows=SCENARIO_ROOM + 1,
    title="What the scenarios come to (filled by the stage Budget)",
)

SHEETS = (
    Sheet(
        name=_SHEET,
        code_name="SheetScenarios",
        role=Role.INPUT,
        title="Scenarios",
        about="Budget questions, a row each: what settles the budget, how far channels may move, what is "
        "fixed. Add rows as you like; what the plans come to is shown below.",
        blocks=(BLOCK, COMPARED),
        charts=scenario_charts(COMPARED),
        freeze=f"B{_TOP + 1}",
    ),
)
