"""Sheets printed to files, called by name in a process that is connected to LibreOffice."""

from pathlib import Path
from typing import Any

from tests.libreoffice.connection import Connection, file_address, properties


def print_sheets(office: Connection, *, path: str, folder: str) -> list[str]:
    """Print each visible sheet to a file of its own, ``01.pdf`` and so on; return the sheets' names.

    Sheets that are not visible are printed as well where they have a printed area: only the one whose turn it
    is keeps its own.
    """
    document = office.desktop.loadComponentFromURL(
        file_address(Path(path)), "_blank", 0, properties(Hidden=True)
    )
    try:
        sheets = [document.Sheets.getByIndex(number) for number in range(document.Sheets.Count)]
        visible = [sheet for sheet in sheets if sheet.IsVisible]
        areas = {sheet.Name: sheet.getPrintAreas() for sheet in sheets}
        for sheet in sheets:
            sheet.setPrintAreas(())
        for number, sheet in enumerate(visible, start=1):
            sheet.IsVisible = True
            sheet.setPrintAreas(areas[sheet.Name])
            for other in visible:
                if other.Name != sheet.Name:
                    other.IsVisible = False
            target = file_address(Path(folder) / f"{number:02}.pdf")
            if _printed_area(sheet):
                document.storeToURL(target, properties(FilterName="calc_pdf_Export"))
            sheet.setPrintAreas(())
        return [sheet.Name for sheet in visible]
    finally:
        document.close(True)


def _printed_area(sheet: Any) -> bool:
    """Return whether a sheet has anything to print: a cell in use or a drawing."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    first = sheet.getCellByPosition(0, 0)
    return bool(end.EndRow or end.EndColumn or first.String or sheet.DrawPage.Count)
