"""The recommended plan as changes of the sheet Budget, the scenarios as changes of the sheet Scenarios."""

import pandas as pd

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.report.plan_tables import (
    limits_table,
    marginal_table,
    plan_table,
    recommendation_table,
    scenario_table,
)
from mmxlib.report.plan_words import beyond_sentence, binding_sentence, equal_sentence
from mmxlib.report.sheets.budget import AGAINST_CHECKS, plan_lines, spend_by_date
from mmxlib.terms import StepName
from mmxlib_excel.layout.results.budget import (
    BY_PERIOD,
    CAUSED,
    LIMITS,
    NOTES,
    PLAN,
    SAID,
    SHEET,
)
from mmxlib_excel.layout.scenarios import COMPARED
from mmxlib_excel.results.material import Material
from mmxlib_excel.results.writing import (
    HOLDS,
    Row,
    cell,
    cut_sentence,
    emptied,
    fitting,
    in_lines,
    noted,
    place_sentence,
    rows_of,
    state_changes,
    written,
    written_beside,
)
from mmxlib_excel.workbooks.port import Changes, filled


def scenarios_changes(material: Material) -> Changes:
    """Return the changes that show all scenarios side by side, or empty their table.

    Its heading stays: rows of input above it end there.
    """
    scenarios = material.get(Scenarios)
    rows = [] if scenarios is None else rows_of(scenario_table(scenarios), COMPARED)
    return filled(COMPARED, fitting(rows, COMPARED))


def budget_changes(material: Material) -> Changes:
    """Return the changes that show the approved plan, or the one proposed; a failed model proposes none."""
    scenarios, plan = material.get(Scenarios), material.plan
    if scenarios is None and plan is None:
        return emptied(SHEET, stale=StepName.BUDGET_OPTIMIZATION in material.stale)
    if plan is None:
        return emptied(SHEET, stale=False, words=material.summary.insights.headline)
    present = None if scenarios is None else scenarios.present
    by_period = spend_by_date(plan.table)
    said_more = (
        material.without_worth,
        cut_sentence(len(plan.channels), PLAN, "channels", "the first of the plan"),
        cut_sentence(len(plan.limits), LIMITS, "limits", "those that bind first"),
        cut_sentence(len(by_period), BY_PERIOD, "periods", "the first ones"),
    )
    notes = (*plan.notes, *(() if scenarios is None else scenarios.notes))
    recommended = recommendation_table(plan, material.summary.insights)
    limits = limits_table(plan)
    return (
        state_changes(SHEET, [approval_sentence(material, plan), HOLDS])
        + noted(NOTES, (*notes, Note(place_sentence(BY_PERIOD))), said_more)
        + written(SAID, fitting(_lines(material, plan, present), SAID))
        + written(PLAN, fitting(rows_of(recommended, PLAN), PLAN))
        + written(CAUSED, fitting(rows_of(caused_table(plan, present), CAUSED), CAUSED))
        + written(LIMITS, fitting(rows_of(limits, LIMITS), LIMITS))
        + _by_period(by_period)
    )


def approval_sentence(material: Material, plan: BudgetPlan) -> str:
    """Return whether a plan is approved, in a sentence; a failed model is said first."""
    failed = f"{material.summary.insights.headline} {AGAINST_CHECKS} " if material.failed else ""
    if material.get(BudgetPlan) is not None:
        return f"{failed}Approved: scenario {plan.scenario}."
    return f"Proposed, not approved yet: scenario {plan.scenario}."


def caused_table(plan: BudgetPlan, present: BudgetPlan | None) -> pd.DataFrame:
    """Return the plan by channel with what the next money brings now and in the plan."""
    table = plan_table(plan)
    return table.assign(present_marginal_roi=marginal_table(plan, present)["present_marginal_roi"])


def _lines(material: Material, plan: BudgetPlan, present: BudgetPlan | None) -> list[Row]:
    measures = material.measures
    lines = [
        beyond_sentence(plan),
        *plan_lines(plan, measures, present=present),
        equal_sentence(plan),
        binding_sentence(plan, measures),
    ]
    return [row for each in lines if each for row in in_lines(None, each, before=0)]


def _by_period(table: pd.DataFrame) -> Changes:
    """Return the changes of the plan by period; channels beyond the room are in the total alone."""
    room = len(BY_PERIOD.columns)
    shown = table.iloc[: BY_PERIOD.rows, :room]
    headings = ["Period from", "Total", *(str(each) for each in shown.columns[2:])]
    values = [[cell(value) for value in shown.iloc[:, at].tolist()] for at in range(shown.shape[1])]
    rows: list[Row] = list(zip(*values, strict=True))
    return written_beside(BY_PERIOD, headings, rows)
