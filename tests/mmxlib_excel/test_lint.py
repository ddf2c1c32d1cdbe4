"""Each check of the lint fails on a workbook that breaks what it checks, and on nothing else."""

import io
import warnings
import zipfile
from pathlib import Path

import pytest

from tests.libreoffice.macro_books import plan_book
from tests.mmxlib_excel.editing.workbooks import RIBBON, rich_workbook, with_parts
from tests.mmxlib_excel.lint import LONGEST_TEXT, MACROS, faults

RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels"
SHEET, TABLE = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"
BOOK, TYPES = "xl/workbook.xml", "[Content_Types].xml"
LOST = "the name total_spend refers to what is not there:"
NAME = '<definedName name="total_spend">'
BROKEN = {
    "a part that is no XML": (
        SHEET, "<sheetData>", "<sheetData", f"{SHEET}: not well-formed",
    ),
    "a tie to nothing": (
        RELATIONS, "table1.xml", "table9.xml", f"{RELATIONS}: ../tables/table9.xml is not in the file",
    ),
    "a tie to the outside": (
        RELATIONS, "Target=", 'TargetMode="External" Target=', f"{RELATIONS}: leads outside, to ../tables",
    ),
    "a name defined twice": (
        BOOK, NAME, f'<definedName name="Total_Spend">1</definedName>{NAME}',
        "the name total_spend is defined 2 times",
    ),
    "a name of a lost sheet": (
        BOOK, "SUM(Spend!", "SUM(Gone!", f"{LOST} SUM(Gone!$B$2:$B$4)",
    ),
    "a name of lost cells": (
        BOOK, "SUM(Spend!$B$2:$B$4)", "SUM(#REF!)", f"{LOST} SUM(#REF!)",
    ),
    "rows out of order": (
        SHEET, '<row r="3"', '<row r="2"', f"{SHEET}: row 2 stands out of order",
    ),
    "cells out of order": (
        SHEET, '<c r="B2"', '<c r="A2"', f"{SHEET}: the cell A2 stands out of order",
    ),
    "a text that is not there": (
        SHEET, '<c r="A2" t="s"><v>', '<c r="A2" t="s"><v>99', f"{SHEET}: A2 shows the text 99",
    ),
    "a text too long": (
        "xl/sharedStrings.xml", "<t>tv</t>", f"<t>{'x' * (LONGEST_TEXT + 1)}</t>",
        f"{SHEET}: A2 has more than 32,767",
    ),
    "a table without an area": (
        TABLE, 'ref="A1:C4" totals', 'ref="A1" totals', f"{TABLE}: 'A1' is no area",
    ),
    "a table too wide": (
        TABLE, 'ref="A1:C4" totals', 'ref="A1:D4" totals', f"{TABLE}: A1:D4 is not 3 columns wide",
    ),
    "a heading that differs": (
        TABLE, 'name="spend"', 'name="cost"', f"{TABLE}: the column 'cost' is headed 'spend' in B1",
    ),
    "macros that the file does not mention": (
        TYPES, "sheet.macroEnabled", "sheet.plain", f"{TYPES}: does not say that the workbook has macros",
    ),
    "a sheet without its module": (
        SHEET, 'codeName="Sheet1"', 'codeName="Sheet9"', f"{SHEET}: no module is named Sheet9",
    ),
    "a command without its macro": (
        "customUI/customUI14.xml", "/>", '><button id="a" onAction="Main.Ping"/></customUI>',
        "customUI/customUI14.xml: no macro Main.Ping that takes the control",
    ),
    "a table that no sheet knows": (
        RELATIONS, "table1.xml", "table9.xml", f"{TABLE}: belongs to no sheet",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def sound() -> bytes:
    return rich_workbook()


def test_a_sound_workbook_has_no_fault(sound: bytes) -> None:
    assert faults(sound) == []


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_broken_is_told_with_its_place(broken: str, sound: bytes) -> None:
    part, old, new, told = BROKEN[broken]
    found = faults(with_parts(sound, replaced={part: (old, new)}))
    assert [fault for fault in found if fault.startswith(told)], found


def test_a_part_that_stands_twice_is_told(sound: bytes) -> None:
    target = io.BytesIO(sound)
    with zipfile.ZipFile(target, "a") as package, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of what is made here on purpose
        package.writestr("customUI/customUI14.xml", RIBBON)
    assert faults(target.getvalue()) == ["customUI/customUI14.xml: stands 2 times in the file"]


def test_a_button_without_its_macro_is_told(tmp_path: Path) -> None:
    content = plan_book(tmp_path / "plan.xlsm").read_bytes()
    assert faults(content) == []
    drawing = "xl/drawings/vmlDrawing1.vml"
    broken = with_parts(content, replaced={drawing: ("[0]!Fail", "[0]!Fall")})
    assert faults(broken) == [f"{drawing}: no macro [0]!Fall for a button"]


def test_macros_that_cannot_be_read_are_told(sound: bytes) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as package, zipfile.ZipFile(target, "w") as broken:
        for name in package.namelist():
            broken.writestr(name, package.read(name) if name != MACROS else bytes(4096))
    assert faults(target.getvalue()) == [f"{MACROS}: no module can be read"]
