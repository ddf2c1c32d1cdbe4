"""The changes written into the workbook as it is drawn."""

import io

import openpyxl

from mmxlib_excel.editing.patching import patched
from mmxlib_excel.layout.results import SHEETS
from mmxlib_excel.layout.results.contributions import TOTALS
from mmxlib_excel.layout.scenarios import SHEETS as SCENARIOS
from mmxlib_excel.results.changes import changes_of
from mmxlib_excel.template.drawing import draw
from mmxlib_excel.workbooks.port import Changes
from tests.mmxlib_excel.results.shown import material
from tests.report.builder import HOSTILE, story


def test_no_change_meets_a_formula_and_no_name_becomes_one() -> None:
    of = material(story(HOSTILE, organic=()))
    changes = sum(changes_of(of).values(), Changes())
    drawn = draw((*SHEETS, *SCENARIOS), {})
    ours = {(sheet.name, each.cell) for sheet in SHEETS for each in sheet.formulas}
    written = patched(drawn, changes.cells, place="workbook.xlsx")
    assert written.notes == ()
    book = openpyxl.load_workbook(io.BytesIO(written.content))
    found = {
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    assert found == ours
    names = [book["Contributions"].cell(TOTALS.head.row + 1 + at, 1).value for at in range(len(HOSTILE))]
    assert HOSTILE[0] in names
