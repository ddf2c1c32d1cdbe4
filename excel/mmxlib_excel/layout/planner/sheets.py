"""The planner's sheets: its hidden formulas take a while to write out, which a press never needs."""

from mmxlib_excel.layout.planner.math_sheet import MATH_SHEET, MODEL_SHEET
from mmxlib_excel.layout.planner.planner_sheet import PLANNER_SHEET
from mmxlib_excel.layout.spec import Sheet

SHEETS: tuple[Sheet, ...] = (PLANNER_SHEET, MODEL_SHEET, MATH_SHEET)
