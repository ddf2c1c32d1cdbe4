"""A workbook calculated anew in LibreOffice: exact values, and every cell that shows an error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.libreoffice.connection import Connection, file_address, properties
from tests.libreoffice.documents import cell_at, cell_value
from tests.libreoffice.office import Office

SECONDS = 120.0
WITH_ERROR = 4  # com.sun.star.sheet.FormulaResult


@dataclass(frozen=True, slots=True)
class Recalculated:
    """Values by place, as asked for, and the areas of cells in error by sheet (sound sheets too)."""

    values: Mapping[str, float | str | None]
    errors: Mapping[str, Sequence[str]]


def recalculated(office: Office, path: Path, places: Sequence[str] = ()) -> Recalculated:
    """Return what every formula of a workbook gives when LibreOffice calculates it anew.

    Parameters
    ----------
    office
        A running LibreOffice; the workbook is opened in it and closed again, its macros asleep.
    path
        The workbook; it is not changed.
    places
        The cells whose values are wanted: ``Sheet!A1`` or a defined name.
    """
    answer = office.answer(calculate_anew, deadline=SECONDS, path=str(path), places=list(places))
    return Recalculated(dict(zip(places, answer["values"], strict=True)), answer["errors"])


def calculate_anew(office: Connection, *, path: str, places: Sequence[str]) -> dict[str, Any]:
    """Return the values at ``places`` and the cells in error, after every formula was calculated."""
    document = office.desktop.loadComponentFromURL(
        file_address(Path(path)), "_blank", 0, properties(Hidden=True, ReadOnly=True)
    )
    try:
        document.calculateAll()
        sheets = [document.Sheets.getByIndex(number) for number in range(document.Sheets.Count)]
        return {
            "values": [cell_value(cell_at(document, place)) for place in places],
            "errors": {sheet.Name: _areas_in_error(sheet) for sheet in sheets},
        }
    finally:
        document.close(True)


def _areas_in_error(sheet: Any) -> list[str]:
    areas = sheet.queryFormulaCells(WITH_ERROR)
    names = [areas.getByIndex(number).AbsoluteName for number in range(areas.Count)]
    return [name.rpartition(".")[2].replace("$", "") for name in names]
