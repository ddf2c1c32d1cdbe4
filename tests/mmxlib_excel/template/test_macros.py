"""The macros' texts: a macro, a place in the ribbon and constant code for every stage, and nothing odd."""

import ast
import re

from defusedxml.ElementTree import fromstring

from mmxlib_excel.layout.spec import Role, Sheet
from mmxlib_excel.layout.stage import Stage
from mmxlib_excel.layout.start import macro
from mmxlib_excel.macros.module import Module, ModuleKind
from mmxlib_excel.template.macros import code_of, modules, ribbon
from tests.mmxlib_excel.template.opened import input_sheet, result_sheet

RIBBON = "{http://schemas.microsoft.com/office/2009/07/customui}"
SHEETS = (input_sheet(), result_sheet(), Sheet("Hidden", "SheetHidden", Role.HIDDEN, ""))
# What LibreOffice's macros do not know, and what would make a macro depend on more than Office.
LACKING = re.compile(r"\.Value2|xlDown|CreateObject|#If VBA7|Declare |ActiveWorkbook|ActiveSheet")


def _texts() -> dict[str, Module]:
    return {module.name: module for module in modules(SHEETS)}


def _subs(name: str) -> dict[str, str]:
    """Return the bodies of a module's macros by their names, with what they take."""
    found = re.findall(r"Public Sub (\w+\(.*?\))(.*?)End Sub", _texts()[name].text, re.DOTALL)
    return {head: body.strip() for head, body in found}


def test_every_sheet_and_the_workbook_have_a_module_of_their_own() -> None:
    documents = [(each.name, each.kind) for each in modules(SHEETS) if each.kind is not ModuleKind.STANDARD]
    assert documents == [
        ("ThisWorkbook", ModuleKind.WORKBOOK),
        ("SheetTyped", ModuleKind.WORKSHEET),
        ("SheetFound", ModuleKind.WORKSHEET),
        ("SheetHidden", ModuleKind.WORKSHEET),
    ]


def test_every_stage_has_a_macro_that_passes_its_code() -> None:
    bodies = _subs("MmxStages")
    assert list(bodies) == [f"{macro(stage)}()" for stage in Stage]
    for stage in Stage:
        assert bodies[f"{macro(stage)}()"].endswith(f', "{code_of(stage)}"')


def test_the_code_of_every_stage_is_python_and_survives_every_command_line() -> None:
    for stage in Stage:
        code = code_of(stage)
        assert not set(code) & set('"|$%`\\\n')
        assert ast.unparse(ast.parse(code)) == f"import mmxlib_excel.buttons as b\nb.press('{stage.value}')"


def test_no_cell_and_no_path_finds_its_way_into_the_code() -> None:
    runs = re.findall(r"RunPython.*", "\n".join(module.text for module in modules(SHEETS)))
    assert runs == ['RunPython", code']
    assert set(re.findall(r'RunStage "[\w ]+", (.)', _texts()["MmxStages"].text)) == {'"'}


def test_every_stage_and_cancel_stand_in_the_ribbon() -> None:
    buttons = list(fromstring(ribbon()).iter(f"{RIBBON}button"))
    called = [button.get("onAction") for button in buttons]
    assert sorted(called) == sorted([*(f"Rb_{stage.value.title()}" for stage in Stage), "Rb_Cancel"])
    assert len({button.get("id") for button in buttons}) == len(buttons)
    assert all(button.get("imageMso") and button.get("supertip") for button in buttons)


def test_the_ribbon_groups_follow_the_work() -> None:
    groups = [group.get("label") for group in fromstring(ribbon()).iter(f"{RIBBON}group")]
    assert groups == ["Data", "Stages", "Run", "Planner", "Report"]


def test_every_place_in_the_ribbon_calls_its_macro() -> None:
    calls = _subs("MmxRibbon")
    expected = {f"Rb_{stage.value.title()}(control As Object)": macro(stage) for stage in Stage}
    assert calls == {**expected, "Rb_Cancel(control As Object)": "Mmx_Cancel"}


def test_exactly_the_sheets_of_results_are_opened_and_closed() -> None:
    bodies = _subs("MmxProtect")
    assert bodies["MmxUnlock()"] == 'ThisWorkbook.Worksheets("Found").Unprotect'
    assert bodies["MmxLock()"] == 'LockSheet ThisWorkbook.Worksheets("Found")'


def test_every_text_declares_its_names_and_uses_nothing_that_is_lacking_elsewhere() -> None:
    for module in modules(SHEETS):
        if module.kind is ModuleKind.STANDARD:
            assert module.text.startswith("Option Explicit\n")
            assert LACKING.findall(module.text) == []


def test_cells_are_always_those_of_this_workbook() -> None:
    for module in modules(SHEETS):
        for found in re.finditer(r"(\w+\.)?(Worksheets|Range)\(", module.text):
            assert found[1] == "ThisWorkbook." or module.text[found.start() - 2 : found.start()] == ")."
