"""The result sheets of every step."""

from collections.abc import Callable, Mapping, Sequence

from mmxlib.terms import StepName
from mmxlib_excel.results.baseline import baseline_changes
from mmxlib_excel.results.budget import budget_changes, scenarios_changes
from mmxlib_excel.results.contributions import contributions_changes
from mmxlib_excel.results.curves import curves_changes
from mmxlib_excel.results.forecast import forecast_changes
from mmxlib_excel.results.insights import insights_changes
from mmxlib_excel.results.material import Material
from mmxlib_excel.results.model import model_changes
from mmxlib_excel.results.segments import segments_changes
from mmxlib_excel.results.trends import trends_changes
from mmxlib_excel.workbooks.port import Changes

SHEETS_OF: Mapping[StepName, tuple[Callable[[Material], Changes], ...]] = {
    StepName.SEGMENTATION: (segments_changes,),
    StepName.TREND_SCANNER: (trends_changes,),
    StepName.BASELINE: (baseline_changes,),
    StepName.MODEL_OPTIMIZATION: (model_changes, contributions_changes),
    StepName.BUDGET_OPTIMIZATION: (scenarios_changes,),
    StepName.ALLOCATION: (curves_changes, budget_changes, forecast_changes),
    StepName.INSIGHT: (insights_changes,),
}
"""What fills the sheets of each step; a sheet stands with the last step that changes what it shows."""


def changes_of(material: Material, steps: Sequence[StepName] = tuple(StepName)) -> Mapping[StepName, Changes]:
    """Return the changes of the result sheets, by step.

    Parameters
    ----------
    material
        The artifacts that hold now. Sheets of steps that have none are emptied and say what to do.
    steps
        The steps whose sheets are wanted. After a step was done, its sheets and those of all later steps
        change: these show what they know so far (the budget before its approval), or are emptied.
    """
    return {step: sum((fill(material) for fill in SHEETS_OF[step]), Changes()) for step in steps}
