"""The Start sheet: what stands where, and how it is read and written."""

import re
from dataclasses import replace

from mmxlib.workflow.status import RunState, Status, StepState, StepStatus
from mmxlib_excel.layout import scenarios, start
from mmxlib_excel.layout.book import SHEETS
from mmxlib_excel.layout.stage import Stage
from mmxlib_excel.stages.start_sheet import STEP_OF, stage_changes
from mmxlib_excel.template.lists import with_lists
from mmxlib_excel.template.macros import modules


def test_the_list_of_scenarios_is_where_the_scenarios_stand():
    area = scenarios.BLOCK.body("name")
    letters = str(area.first).rstrip("0123456789")
    reference = f"={scenarios.BLOCK.sheet}!${letters}${area.first.row}:${letters}${area.last.row}"
    assert reference == start.SCENARIO_NAMES


def test_each_stage_has_one_button():
    macros = [button.macro for button in start.SHEETS[0].buttons]
    assert sorted(macros) == sorted([*map(start.macro, Stage), "Mmx_Cancel"])


def test_no_cell_or_table_is_called_as_a_macro():
    """A button looks its macro up among the names of the workbook, and takes a cell's name before it."""
    sheets = with_lists(SHEETS)
    parts = {part.name.lower() for sheet in sheets for part in (*sheet.fields, *sheet.blocks)}
    macros = {name.lower() for module in modules(sheets) for name in re.findall(r"Sub (\w+)", module.text)}
    assert len(macros) > len(Stage)
    assert not parts & macros


def test_no_part_of_the_sheet_stands_over_another():
    sheet = start.SHEETS[0]
    taken: dict[int, str] = {}
    for block in sheet.blocks:
        top = block.head.row - (1 if block.title else 0)
        for row in range(top, block.body().last.row + 1):
            assert taken.setdefault(row, block.name) == block.name
    for field in sheet.fields:
        assert taken.setdefault(int(field.cell[1:]), field.name) == field.name
    for text in sheet.texts:
        assert taken.setdefault(int(text.cell[1:]), text.cell) == text.cell


def test_the_table_of_stages_points_to_the_sentence_instead_of_cutting_it():
    sentence = "Paid media brought 46 % (41 to 53 %) of units sold in the last 52 weeks; " + "more, and " * 20
    steps = tuple(StepStatus(step, StepState.DONE, 1.0, sentence, "", None) for step in STEP_OF.values())
    status = Status(RunState.DONE, steps, (), None, "", (), (), (), "", 0, "")
    (tile,) = stage_changes(status, checked=("done", "")).cells
    said = {row[0]: row[2] for row in tile.rows}
    assert said["Insights"] == "in one sentence above, in full on the sheet Insights"
    assert said["Model"] == sentence
    open_ = replace(status, steps=tuple(replace(each, state=StepState.OPEN, summary="") for each in steps))
    (tile,) = stage_changes(open_, checked=("done", "")).cells
    assert {row[0]: row[2] for row in tile.rows}["Insights"] is None
