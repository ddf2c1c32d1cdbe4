"""The planner's sheets drawn, filled as a file, recalculated by LibreOffice and read back."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.layout.planner.grids import Grid
from mmxlib_excel.layout.planner.sheets import SHEETS
from mmxlib_excel.template.drawing import draw
from mmxlib_excel.workbooks.file import FileWorkbook
from mmxlib_excel.workbooks.port import Changes

RECALCULATES = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    '<item oor:path="/org.openoffice.Office.Calc/Formula/Load">'
    '<prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
    "<value>0</value></prop></item></oor:items>"
)
SECONDS = 480


@dataclass(frozen=True)
class Recalculated:
    """Cells of all sheets after recalculation, by sheet and cell."""

    values: Mapping[tuple[str, str], object]

    def value(self, grid: Grid, row: int = 0, column: int = 0) -> object:
        """Return what a cell holds; None where it shows nothing."""
        found = self.values.get((grid.sheet, grid.cell(row, column)))
        return None if found == "" else found

    def number(self, grid: Grid, row: int = 0, column: int = 0) -> float:
        """Return the number in a cell."""
        value = self.value(grid, row, column)
        assert isinstance(value, int | float), f"{grid.sheet}!{grid.cell(row, column)} holds {value!r}"
        return float(value)

    def weeks(self, grid: Grid, row: int, count: int) -> np.ndarray:
        """Return the numbers of a row's first weeks."""
        return np.array([self.number(grid, row, week) for week in range(count)])

    def errors(self) -> list[str]:
        """Return the cells that show an error."""
        return [
            f"{sheet}!{cell} {value}"
            for (sheet, cell), value in self.values.items()
            if isinstance(value, str) and value.startswith(("#", "Err:"))
        ]


def with_libreoffice() -> None:
    """Skip the test where LibreOffice is absent; fail where it was promised."""
    if shutil.which("soffice") is None:
        if os.environ.get("MMX_REQUIRE_LIBREOFFICE") == "1":
            pytest.fail("MMX_REQUIRE_LIBREOFFICE is set, but soffice is not installed")
        pytest.skip("soffice is not installed")


def typed(grid: Grid, rows: Sequence[Sequence[CellValue]] | np.ndarray) -> Changes:
    """Return rows of values typed from a grid's first cell on."""
    plain = tuple(
        tuple(each if isinstance(each, str) or each is None else float(each) for each in row) for row in rows
    )
    return Changes((Tile(grid.sheet, grid.cell(), plain),))


def drawn() -> bytes:
    """Return the planner's sheets as the template has them, before any model."""
    return draw(SHEETS, {})


def filled(book: bytes, changes: Changes, folder: Path) -> bytes:
    """Return a workbook with changes written into its file."""
    path = folder / "filled.xlsx"
    path.write_bytes(book)
    FileWorkbook(path).write(changes)
    return path.read_bytes()


def recalculated(books: Mapping[str, bytes], folder: Path) -> dict[str, Recalculated]:
    """Return each workbook with every formula calculated anew by LibreOffice."""
    sources = []
    for name, content in books.items():
        path = folder / f"{name}.xlsx"
        path.write_bytes(content)
        sources.append(str(path))
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATES, encoding="utf-8")
    subprocess.run(
        [
            "soffice", "--headless", f"-env:UserInstallation={profile.as_uri()}",
            "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), *sources,
        ],
        capture_output=True, timeout=SECONDS, check=True,
    )  # fmt: skip
    return {name: _read(folder / "out" / f"{name}.xlsx") for name in books}


def _read(path: Path) -> Recalculated:
    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    values = {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    book.close()
    return Recalculated(values)
