"""The results of a run as changes of the workbook."""

from collections.abc import Sequence

from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.insights import Insights
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.terms import StepName
from mmxlib.workflow.session import Session
from mmxlib.workflow.status import StepState
from mmxlib.workflow.trail import trail
from mmxlib_excel.planner.planner_state import planner_state
from mmxlib_excel.planner.refreshing import planner_changes as refreshed
from mmxlib_excel.results.changes import changes_of
from mmxlib_excel.results.journal import journal_changes
from mmxlib_excel.results.material import Material
from mmxlib_excel.workbooks.port import Changes, Workbook

_MAKES: dict[StepName, type] = {
    StepName.SEGMENTATION: Segments,
    StepName.TREND_SCANNER: Trends,
    StepName.BASELINE: Baseline,
    StepName.MODEL_OPTIMIZATION: FittedModel,
    StepName.BUDGET_OPTIMIZATION: Scenarios,
    StepName.ALLOCATION: BudgetPlan,
    StepName.INSIGHT: Insights,
}


def result_changes(session: Session, steps: Sequence[StepName]) -> Changes:
    """Return the changes of the sheets of some steps, as their results are now."""
    found = changes_of(material_of(session), steps)
    return sum((found[step] for step in steps), Changes())


def material_of(session: Session) -> Material:
    """Return what the sheets of results are filled from."""
    states = {each.step: each.state for each in session.status().steps}
    done: dict[type, object] = {
        kind: session.artifact(kind) for step, kind in _MAKES.items() if states[step] is StepState.DONE
    }
    return Material(
        {Panel: session.panel, **done},
        session.config.insight,
        frozenset(step for step, state in states.items() if state is StepState.STALE),
    )


def trail_changes(session: Session) -> Changes:
    """Return the changes that show what happened in the run."""
    return journal_changes(session.status(), trail(session.folder, session.entries))


def planner_changes(session: Session, workbook: Workbook) -> Changes:
    """Return the changes by which the planner calculates with the run's model, its plans offered.

    Raises
    ------
    RunError
        If the model is not fitted yet.
    WorkbookError
        If there is more than the planner has room for.
    """
    material = material_of(session)
    return refreshed(
        session.artifact(FittedModel).response,
        scenarios=material.get(Scenarios),
        plan=material.get(BudgetPlan),
        planner_state=planner_state(workbook),
    )


def headline(session: Session) -> str:
    """Return the result in one sentence, empty before there is one."""
    done = {each.step for each in session.status().steps if each.state is StepState.DONE}
    return session.artifact(Insights).headline if StepName.INSIGHT in done else ""
