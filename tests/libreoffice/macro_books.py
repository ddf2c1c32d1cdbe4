"""Small workbooks with buttons and macros, for the tests of this package."""

import datetime as dt
import io
from pathlib import Path

import xlsxwriter

from mmxlib_excel.macros.module import Module, ModuleKind
from mmxlib_excel.macros.project import vba_project

WRITE_DONE = (
    "import xlwings; book = xlwings.Book.caller(); "
    "book.sheets['Start']['B2'].value = 'done ' + book.sheets['Start']['B1'].value"
)
FAIL = "import sys; print('half way'); sys.exit('it broke')"
MACROS = f"""
Option Explicit

Private Sub RunCode(ByVal code As String)
    ThisWorkbook.Activate
    ThisWorkbook.Worksheets("Start").Range("state").Value = "STARTED"
    Application.Run "xlwings.xlam!RunPython", code
End Sub

Public Sub Write_Done()
    RunCode "{WRITE_DONE}"
End Sub

Public Sub Fail()
    RunCode "{FAIL}"
End Sub

Public Sub Ribbon_Done(control As Object)
    Write_Done
End Sub

Public Function Ping() As String
    Ping = "pong"
End Function

Public Function Twice(ByVal number As Double) As Double
    Twice = 2 * number
End Function
"""


def plan_book(path: Path, *, macros: str = MACROS) -> Path:
    """Write a workbook with two sheets, buttons, a table, formulas, names and a protected sheet."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": dt.datetime(2025, 1, 1, tzinfo=dt.UTC)})
    start, results = book.add_worksheet("Start"), book.add_worksheet("Our results")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    opened = book.add_format({"locked": False})
    start.write_row("A1", ["who", "tv"])
    start.write("A2", "state")
    start.write_datetime("B3", dt.datetime(2025, 1, 6), day)  # noqa: DTZ001 - a cell knows no time zone
    start.write_formula("B4", "=1/3", None, 0.0)
    start.write_formula("B5", "=1/0", None, "#DIV/0!")
    start.write_row("A10", ["channel", "spend"])
    start.write_row("A11", ["tv", 100.0])
    start.add_table("A10:B11", {"name": "Spend", "columns": [{"header": "channel"}, {"header": "spend"}]})
    start.insert_button("D2", {"macro": "Write_Done", "caption": "Do it", "width": 120, "height": 30})
    start.insert_button("D5", {"macro": "Fail", "caption": "Break it", "width": 120, "height": 30})
    book.define_name("state", "=Start!$B$2")
    results.write("A1", "locked")
    results.write("A2", "open", opened)
    results.protect()
    documents = [Module("ThisWorkbook", "", ModuleKind.WORKBOOK)]
    documents += [Module(f"Sheet{number}", "", ModuleKind.WORKSHEET) for number in (1, 2)]
    book.add_vba_project(io.BytesIO(vba_project([*documents, Module("Main", macros)])), is_stream=True)
    book.set_vba_name("ThisWorkbook")
    start.set_vba_name("Sheet1")
    results.set_vba_name("Sheet2")
    book.close()
    return path
