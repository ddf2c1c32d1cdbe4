"""What LibreOffice calculates is what is read, to the last bit."""

import math
from pathlib import Path

import xlsxwriter

from tests.libreoffice.macro_books import plan_book
from tests.libreoffice.office import Office
from tests.libreoffice.recalculating import recalculated


def test_values_are_calculated_anew_and_read_exactly(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Planner")
        sheet.write("A1", 0.1)
        for place, formula in {
            "B1": "=EXP(A1)",
            "B2": "=B1^0.7/(B1^0.7+3)",
            "B3": '=IF(A1>0,"yes","no")',
        }.items():
            sheet.write_formula(place, formula, None, -1.0)  # what was stored is stale
        book.define_name("result", "=Planner!$B$2")
    found = recalculated(office, path, ["Planner!B1", "result", "Planner!B3", "Planner!C1"])
    grown = math.exp(0.1) ** 0.7
    assert math.isclose(found.values["Planner!B1"], math.exp(0.1), rel_tol=1e-15)
    assert math.isclose(found.values["result"], grown / (grown + 3), rel_tol=1e-15)
    assert found.values["Planner!B3"] == "yes"
    assert found.values["Planner!C1"] is None
    assert found.errors == {"Planner": []}


def test_cells_in_error_are_told_by_sheet(office: Office, tmp_path: Path) -> None:
    found = recalculated(office, plan_book(tmp_path / "plan.xlsm"), ["Start!B5"])
    assert found.values == {"Start!B5": "#DIV/0!"}
    assert found.errors == {"Start": ["B5"], "Our results": []}
