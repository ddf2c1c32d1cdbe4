"""Workbooks for the tests: one with everything a user's file may hold, and ways to look inside."""

import datetime
import io
import zipfile

import xlsxwriter

from mmxlib_excel.macros.module import Module, ModuleKind
from mmxlib_excel.macros.project import vba_project

CALCULATION_ORDER = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<c r="D2" i="1"/><c r="D3" i="1"/><c r="D4" i="1"/></calcChain>'
)
RIBBON = '<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"/>'


def rich_workbook() -> bytes:
    """Return a macro workbook with a table, formulas, a chart, names, lists, merged cells and a ribbon."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)})
    money = book.add_format({"num_format": "#,##0"})
    sheet = book.add_worksheet("Spend")
    sheet.set_column("F:F", 12, money)
    sheet.write_row("A1", ["channel", "spend", "date", "double"])
    for row, name in enumerate(["tv", "search", "radio"], start=1):
        sheet.write(row, 0, name)
        sheet.write(row, 1, 1000.0 * row, money)
        sheet.write_formula(row, 3, f"=B{row + 1}*2", money, 2000.0 * row)
    sheet.add_table("A1:C4", {"columns": [{"header": "channel"}, {"header": "spend"}, {"header": "date"}]})
    sheet.merge_range("A10:C10", "merged")
    sheet.write_array_formula("H2:H4", "{=B2:B4*3}")
    sheet.data_validation("B2:B4", {"validate": "decimal", "criteria": ">=", "value": 0})
    other = book.add_worksheet("It's ours")
    other.write("A1", "left alone")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Spend!$B$2:$B$4"})
    other.insert_chart("C3", chart)
    book.define_name("total_spend", "=SUM(Spend!$B$2:$B$4)")
    picture = book.add_chart({"type": "pie"})
    picture.add_series({"values": "=Spend!$B$2:$B$4"})
    book.add_chartsheet("Picture").set_chart(picture)
    documents = [Module("ThisWorkbook", "", ModuleKind.WORKBOOK)]
    documents += [Module(f"Sheet{number}", "", ModuleKind.WORKSHEET) for number in (1, 2)]
    macros = vba_project([*documents, Module("Main", "Public Sub Ping()\nEnd Sub\n")])
    book.add_vba_project(io.BytesIO(macros), is_stream=True)
    book.set_vba_name("ThisWorkbook")
    sheet.set_vba_name("Sheet1")
    other.set_vba_name("Sheet2")
    book.close()
    return with_parts(
        target.getvalue(),
        added={"customUI/customUI14.xml": RIBBON, "xl/calcChain.xml": CALCULATION_ORDER},
        replaced={
            "[Content_Types].xml": (
                "</Types>",
                '<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-'
                'officedocument.spreadsheetml.calcChain+xml"/></Types>',
            ),
            "xl/_rels/workbook.xml.rels": (
                "</Relationships>",
                '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
                'relationships/calcChain" Target="calcChain.xml"/></Relationships>',
            ),
            "_rels/.rels": (
                "</Relationships>",
                '<Relationship Id="rIdRibbon" Type="http://schemas.microsoft.com/office/2007/relationships/'
                'ui/extensibility" Target="customUI/customUI14.xml"/></Relationships>',
            ),
        },
    )


def with_parts(
    content: bytes, *, added: dict[str, str] | None = None, replaced: dict[str, tuple[str, str]] | None = None
) -> bytes:
    """Return the file with parts added, and a text in others replaced (it must be there)."""
    target = io.BytesIO()
    replacements = replaced or {}
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for entry in source.infolist():
            text = source.read(entry)
            if entry.filename in replacements:
                old, new = (part.encode() for part in replacements[entry.filename])
                assert old in text, (entry.filename, old)
                text = text.replace(old, new)
            out.writestr(zipfile.ZipInfo(entry.filename, entry.date_time), text)
        for name, part in (added or {}).items():
            out.writestr(zipfile.ZipInfo(name), part)
    return target.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    """Return each part of a file by its name, in the file's order."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}
