"""What the tests do to documents in LibreOffice, called by name in a process that is connected to it."""

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.libreoffice.connection import (
    MACRO_WORKBOOK,
    MACROS_ALLOWED,
    WAIT,
    Connection,
    file_address,
    file_name,
    properties,
    saving_filter,
)

ACCESSIBLE_PRESS = 0
FORMULA = 16  # com.sun.star.sheet.CellFlags


def open_names(office: Connection) -> list[str]:
    """Return the names of the workbooks that are open."""
    return [file_name(document) for document in office.documents()]


def open_document(office: Connection, *, path: str) -> str:
    """Open a workbook with its macros allowed, not hidden, as a user does; return its name."""
    allowed: dict[str, Any] = {"MacroExecutionMode": MACROS_ALLOWED}
    if path.endswith(".xlam"):
        allowed["FilterName"] = MACRO_WORKBOOK
    document = office.desktop.loadComponentFromURL(
        file_address(Path(path)), "_blank", 0, properties(**allowed)
    )
    if document is None:
        raise FileNotFoundError(path)
    # A window that is not shown is not painted: painting without a screen can go on for ever.
    document.CurrentController.Frame.ContainerWindow.setVisible(False)
    return file_name(document)


def close_document(office: Connection, *, name: str) -> None:
    """Close an open workbook without saving it."""
    office.document(name).close(True)


def save_copy(office: Connection, *, name: str, path: str) -> None:
    """Write an open workbook to another file, which stays closed."""
    filtered = properties(FilterName=saving_filter(Path(path)))
    office.document(name).storeToURL(file_address(Path(path)), filtered)


def recalculate(office: Connection, *, name: str) -> None:
    """Calculate every formula of an open workbook anew."""
    office.document(name).calculateAll()


def sheet_names(office: Connection, *, name: str) -> list[str]:
    """Return the names of an open workbook's sheets in their order."""
    return list(office.document(name).Sheets.ElementNames)


def read_cells(office: Connection, *, name: str, places: Sequence[str]) -> list[float | str | None]:
    """Return what stands in cells: a number, a text, ``None`` for nothing, an error like ``#N/A``."""
    document = office.document(name)
    return [cell_value(cell_at(document, place)) for place in places]


def shown_cells(office: Connection, *, name: str, places: Sequence[str]) -> list[str]:
    """Return cells as they are shown, formatted."""
    document = office.document(name)
    return [cell_at(document, place).String for place in places]


def read_rows(office: Connection, *, name: str, sheets: Sequence[str]) -> dict[str, list[list[object]]]:
    """Return all that stands on sheets, from A1 to the last cell used: numbers and texts as they are."""
    found = {}
    for sheet in sheets:
        cursor = office.document(name).Sheets.getByName(sheet).createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        end = cursor.RangeAddress
        whole = cursor.Spreadsheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
        found[sheet] = [list(row) for row in whole.getDataArray()]
    return found


def formulas(office: Connection, *, name: str) -> dict[str, str]:
    """Return the areas of cells that hold formulas, by sheet."""
    sheets = office.document(name).Sheets
    return {
        sheet: sheets.getByName(sheet).queryContentCells(FORMULA).RangeAddressesAsString
        for sheet in sheets.ElementNames
    }


def type_value(office: Connection, *, name: str, place: str, value: float | str) -> None:
    """Enter a value in a cell as a user types it: ``=`` begins a formula, ``'`` a text.

    A locked cell of a protected sheet refuses.
    """
    cell = cell_at(office.document(name), place)
    if cell.Spreadsheet.isProtected() and cell.CellProtection.IsLocked:
        raise PermissionError(f"{place} is locked")
    if isinstance(value, str) and value.startswith("'"):
        cell.String = value[1:]
    elif isinstance(value, str):
        cell.setFormula(value)
    else:
        cell.Value = value


def run_macro(office: Connection, *, name: str, macro: str, arguments: Sequence[Any]) -> Any:
    """Return what a macro (``Name`` or ``Module.Name``) returns; ``None`` for a Sub.

    A module that does not compile stops the whole project in silence: then every macro returns ``None``.
    """
    return invoked(office.document(name), macro, arguments)


def press_button(
    office: Connection, *, name: str, label: str, watched: str, matches: str, seconds: float
) -> list[tuple[float, str]]:
    """Press the form button of a label, and return what a cell then shows and when, until it matches."""
    document = office.document(name)
    sheet, model = _button(document, label)
    controller = document.CurrentController
    controller.setActiveSheet(sheet)
    controller.setFormDesignMode(False)
    press = controller.getControl(model).getAccessibleContext().doAccessibleAction
    return _watched(document, watched, matches, seconds, lambda: press(ACCESSIBLE_PRESS))


def call_ribbon(
    office: Connection, *, name: str, callback: str, watched: str, matches: str, seconds: float
) -> list[tuple[float, str]]:
    """Call a macro as the ribbon does, with an object; return what a cell then shows and when, likewise."""
    document = office.document(name)
    control = document.CurrentController  # Excel passes the ribbon's control; any object stands for it
    return _watched(document, watched, matches, seconds, lambda: invoked(document, callback, [control]))


def wait_for(
    office: Connection, *, name: str, watched: str, matches: str, seconds: float
) -> list[tuple[float, str]]:
    """Return what a cell shows and when, from now until it matches; what it shows already counts."""
    return _watched(office.document(name), watched, matches, seconds, None)


def labels(office: Connection, *, name: str) -> list[tuple[str, str]]:
    """Return each form button of an open workbook: its sheet and its label."""
    document = office.document(name)
    return [(sheet.Name, model.Label) for sheet, model in _buttons(document)]


def cell_at(document: Any, place: str) -> Any:
    """Return the cell at ``Sheet!A1``, or the first one of a defined name."""
    sheet, _, address = place.rpartition("!")
    if sheet:
        return document.Sheets.getByName(sheet.strip("'")).getCellRangeByName(address).getCellByPosition(0, 0)
    return document.NamedRanges.getByName(place).ReferredCells.getCellByPosition(0, 0)


def invoked(document: Any, macro: str, arguments: Sequence[Any]) -> Any:
    """Return what a macro of a document returns."""
    library = document.BasicLibraries.ProjectName
    where = f"{library}.{_with_module(document.BasicLibraries.getByName(library), macro)}"
    address = f"vnd.sun.star.script:{where}?language=Basic&location=document"
    returned, _, _ = document.getScriptProvider().getScript(address).invoke(tuple(arguments), (), ())
    return returned


def _with_module(library: Any, macro: str) -> str:
    """Return a macro's name with its module in front; a ``KeyError`` where no module has it."""
    if "." in macro:
        return macro
    declared = re.compile(
        rf"^\s*(Public\s+)?(Sub|Function)\s+{re.escape(macro)}\b", re.IGNORECASE | re.MULTILINE
    )
    for module in library.ElementNames:
        if declared.search(library.getByName(module)):
            return f"{module}.{macro}"
    raise KeyError(f"no module has a macro {macro}")


def _buttons(document: Any) -> list[tuple[Any, Any]]:
    """Return each form button with its sheet."""
    found = []
    for sheet in (document.Sheets.getByIndex(number) for number in range(document.Sheets.Count)):
        forms = sheet.DrawPage.Forms
        for form in (forms.getByIndex(number) for number in range(forms.Count)):
            models = [form.getByIndex(number) for number in range(form.Count)]
            found += [(sheet, model) for model in models if hasattr(model, "Label")]
    return found


def _button(document: Any, label: str) -> tuple[Any, Any]:
    """Return the button of a label, or of ``Sheet!label`` where several sheets have one."""
    known = [
        (f"{sheet.Name}!{model.Label}", model.Label, sheet, model) for sheet, model in _buttons(document)
    ]
    found = [(sheet, model) for place, bare, sheet, model in known if label in (place, bare)]
    if len(found) != 1:
        raise KeyError(
            f"{len(found)} buttons are labeled {label!r}; labels are {[each[1] for each in known]}"
        )
    return found[0]


def _watched(
    document: Any, place: str, matches: str, seconds: float, deed: Callable[[], object] | None
) -> list[tuple[float, str]]:
    """Do a deed; return every text that a cell then shows, with the seconds since, until one matches.

    What stood there before a deed counts only once something else was shown.
    """
    cell = cell_at(document, place)
    before = None if deed is None else cell.String
    began = time.monotonic()
    if deed is not None:
        deed()
    shown: list[tuple[float, str]] = []
    while True:
        elapsed = round(time.monotonic() - began, 3)
        text = cell.String
        if text != (shown[-1][1] if shown else before):
            shown.append((elapsed, text))
        if shown and re.search(matches, text):
            return shown
        if elapsed > seconds:
            raise TimeoutError(f"{place} did not match {matches!r} within {seconds:g} s; it showed {shown}")
        time.sleep(WAIT)


def cell_value(cell: Any) -> float | str | None:
    if cell.getError():
        return str(cell.String)
    kind = cell.Type.value if cell.Type.value != "FORMULA" else cell.FormulaResultType2
    if kind in ("EMPTY", 0):
        return None
    return float(cell.Value) if kind in ("VALUE", 1) else str(cell.String)
