"""All sheets of the workbook in the order of their tabs."""

from collections.abc import Iterable, Mapping, Sequence

from mmxlib.report.columns import Kind
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.layout import constraints, inputs, priors, results, scenarios, settings, start
from mmxlib_excel.layout.planner.sheets import SHEETS as PLANNER_SHEETS
from mmxlib_excel.layout.spec import Field, Role, Sheet

TABS: tuple[str, ...] = (
    "Start",
    "Sales",
    "Media",
    "Events",
    "Controls",
    "Experiments",
    "Settings",
    "Priors",
    "Constraints",
    "Scenarios",
    "Planner",
    "Segments",
    "Trends",
    "Baseline",
    "Model",
    "Contributions",
    "Curves",
    "Budget",
    "Forecast",
    "Insights",
    "Journal",
)
"""The sheets that people see, from left to right; hidden ones follow."""

ADDIN = Sheet(
    "xlwings.conf",
    "SheetAddin",
    Role.HIDDEN,
    title="",
    # A row with an empty value would hide the user's own setting, so that only what must be said stands here:
    # with the workbook's folder on the path, a stray pandas.py beside it would run instead of pandas.
    fields=(
        Field(
            "mmx_addin_path",
            "xlwings.conf",
            "B1",
            "ADD_WORKBOOK_TO_PYTHONPATH",
            Kind.TEXT,
            value="False",
        ),
    ),
    freeze="",
)
"""The add-in's own settings for this workbook, read by it from this sheet."""


def _ordered(sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """Return the sheets in the order of the tabs, hidden ones last as they come."""
    named = list(sheets)
    return tuple(sorted(named, key=lambda each: TABS.index(each.name) if each.name in TABS else len(TABS)))


SHEETS: tuple[Sheet, ...] = _ordered(
    (
        *start.SHEETS,
        *inputs.SHEETS,
        *settings.SHEETS,
        *priors.SHEETS,
        *constraints.SHEETS,
        *scenarios.SHEETS,
        *PLANNER_SHEETS,
        *results.SHEETS,
        ADDIN,
    )
)
"""The workbook."""

CONTENTS: Mapping[str, Sequence[Sequence[CellValue]]] = {**start.CONTENTS}
"""What stands in blocks and fields before anything is pasted or run, by their names."""
