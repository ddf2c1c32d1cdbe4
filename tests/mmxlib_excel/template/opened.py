"""A drawn workbook opened for the tests: its parts, its sheets, and small layouts to draw."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

import openpyxl
from lxml import etree
from openpyxl.worksheet.worksheet import Worksheet

from mmxlib.report.columns import Kind
from mmxlib_excel.layout.spec import Block, Chart, Column, Field, Formula, Role, Series, Sheet
from mmxlib_excel.macros.project import vba_project
from mmxlib_excel.template.drawing import draw
from mmxlib_excel.template.lists import with_lists
from mmxlib_excel.template.macros import modules
from mmxlib_excel.template.parts import Rows

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NAMES = Column("name", "Name", Kind.TEXT, "What it is called.")
AMOUNT = Column("amount", "Amount", Kind.MONEY, "How much it is.")
CHECK = Column("check", "Check", Kind.SENTENCE)


@dataclass(frozen=True)
class Opened:
    """The parts of a workbook's file and what openpyxl reads of it."""

    content: bytes
    parts: Mapping[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        with zipfile.ZipFile(io.BytesIO(self.content)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        object.__setattr__(self, "parts", parts)

    def xml(self, part: str) -> etree._Element:
        return etree.fromstring(self.parts[part])

    def book(self) -> openpyxl.Workbook:
        return openpyxl.load_workbook(io.BytesIO(self.content))

    def sheet(self, name: str) -> Worksheet:
        sheet = self.book()[name]
        assert isinstance(sheet, Worksheet)
        return sheet

    def hidden_rows(self, number: int) -> set[int]:
        rows = self.xml(f"xl/worksheets/sheet{number}.xml").iter(f"{MAIN}row")
        return {int(row.get("r", "0")) for row in rows if row.get("hidden") == "1"}

    def hidden_columns(self, number: int) -> set[int]:
        columns = self.xml(f"xl/worksheets/sheet{number}.xml").iter(f"{MAIN}col")
        return {
            column
            for each in columns
            if each.get("hidden") == "1"
            for column in range(int(each.get("min", "0")), int(each.get("max", "0")) + 1)
        }


def drawn(*sheets: Sheet, contents: Mapping[str, Rows] | None = None) -> Opened:
    """Return the workbook of these sheets, with macros, as the template is made."""
    whole = with_lists(sheets)
    return Opened(draw(whole, contents or {}, macros=vba_project(modules(whole))))


def input_sheet(*columns: Column, rows: int = 3, fields: tuple[Field, ...] = ()) -> Sheet:
    """Return a sheet with one table to fill in, its headings in row 4."""
    block = Block("mmx_typed", "Typed", "A4", columns or (NAMES, AMOUNT, CHECK), rows, is_input=True)
    return Sheet("Typed", "SheetTyped", Role.INPUT, "Typed", "Type here.", blocks=(block,), fields=fields)


def result_sheet() -> Sheet:
    """Return a sheet of results: a chart above a table, a table with headings of its own, and a total."""
    table = Block("mmx_found", "Found", "A24", (NAMES, AMOUNT), 10, title="What was found")
    wide = tuple(Column(f"c{number}", "", Kind.MONEY) for number in range(4))
    return Sheet(
        "Found",
        "SheetFound",
        Role.RESULT,
        "Found",
        "What was found.",
        blocks=(table, Block("mmx_wide", "Found", "D24", wide, 10, own_headings=True)),
        formulas=(Formula("B40", "=SUM(B25:B34)", Kind.MONEY, value=12.5, emphasis=True),),
        charts=(
            Chart(
                "A4",
                "column",
                "Amounts",
                (Series("mmx_found", "amount", "name", "#0072B2"),),
                "Columns of what was found.",
            ),
        ),
    )
