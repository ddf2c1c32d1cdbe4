"""The five sheets of data as tables, and the panel they make."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mmxlib.artifacts.panel import Panel
from mmxlib.config.sections import Config
from mmxlib.data.blocks import one_table
from mmxlib.data.findings import Findings
from mmxlib.data.headers import one_header
from mmxlib.data.reading import read_panel
from mmxlib.data.roles import DataSettings, FileRole, matching_key
from mmxlib.data.tables import Table, table_of_rows
from mmxlib.data.written_rows import NumberedRows, is_blank
from mmxlib.errors import DataError, Fault
from mmxlib_excel.inputs.cells import ERROR_VALUES
from mmxlib_excel.inputs.settings import in_workbook_words
from mmxlib_excel.inputs.sheet_tables import CHECK
from mmxlib_excel.workbooks.port import Workbook

BOOK = "the workbook"
"""How tables name the file, so that the same data say the same wherever the workbook lies."""

_IN_BOOK = re.compile(rf"^{BOOK}, (?=sheet )")


def read_sheet_panel(workbook: Workbook, config: Config) -> Panel:
    """Return the panel that the sheets Sales, Media, Events, Controls and Experiments make.

    Raises
    ------
    DataError
        With all faults found, each with its place, such as ``sheet Sales, cell C7``.
    """
    findings = Findings()
    tables = _tables(workbook, config.data, findings)
    faults = _faults(findings)
    sales = tables.get(FileRole.SALES)
    if sales is not None:
        others = {str(role): table for role, table in tables.items() if role is not FileRole.SALES}
        try:
            panel = read_panel(sales, config=config, **others)
        except DataError as error:
            shown = {fault.place for fault in faults if ", cell " in fault.place}
            faults += [fault for fault in error.faults if fault.place not in shown]
        if not faults:
            return replace(
                panel,
                notes=(*findings.notes(), *panel.notes),
                repairs=(*findings.repairs(), *panel.repairs),
            )
    raise DataError.of([_in_sheet(fault) for fault in faults])


def sheet_of(role: FileRole, workbook: Workbook) -> str | None:
    """Return the name of the sheet that holds a role's data, None where there is none."""
    return next((name for name in workbook.sheets() if name.strip().casefold() == role), None)


def table_start(numbered: Sequence[tuple[int, Sequence[object]]]) -> int | None:
    """Return the position of the row of headings: the first with two filled cells, as titles have but one."""
    filled = (sum(not is_blank(cell) for cell in row) for _, row in numbered)
    return next((at for at, cells in enumerate(filled) if cells > 1), None)


def _tables(workbook: Workbook, settings: DataSettings, findings: Findings) -> dict[FileRole, Table]:
    tables = {}
    for role in FileRole:
        sheet = sheet_of(role, workbook)
        rows = [] if sheet is None else _rows(workbook.numbered_rows(sheet))
        if role is FileRole.SALES and len(rows) < 2:
            findings.reject(
                "MMX-X064",
                'The workbook has no sheet "Sales".' if sheet is None else "There are no sales.",
                remedy="Paste your sales into the sheet Sales, with the names of the columns above them.",
                place=BOOK if sheet is None else f"sheet {sheet}",
            )
        if sheet is not None and len(rows) > 1:
            found = one_table(rows, settings.several_tables, BOOK, sheet, findings)
            named = one_header(found, settings.two_header_rows, BOOK, sheet, findings)
            table = table_of_rows(BOOK, named, findings, sheet=sheet, role=role)
            if table is not None:
                _reject_errors(table, findings)
                tables[role] = table
    return tables


def _rows(numbered: Sequence[tuple[int, Sequence[object]]]) -> NumberedRows:
    """Return headings and rows with data, all from column A; columns that say nothing are emptied."""
    start = table_start(numbered)
    if start is None:
        return []
    emptied = _unused(numbered[start:])
    rows: NumberedRows = []
    for number, row in numbered[start:]:
        kept = [None if at in emptied or is_blank(cell) else cell for at, cell in enumerate(row)]
        if any(cell is not None for cell in kept):
            rows.append((number, kept))
    return rows


def _unused(table: Sequence[tuple[int, Sequence[object]]]) -> set[int]:
    """Return the positions of the column Check and of columns that the sheet offers and nobody filled.

    An empty column of spend stays: whether no value means no spend is for the settings to say.
    """
    keys = [matching_key(cell) if isinstance(cell, str) else "" for cell in table[0][1]]
    used = {at for _, row in table[1:] for at, cell in enumerate(row) if not is_blank(cell)}
    checks = [at for at, key in enumerate(keys) if key == CHECK]
    return {at for at, key in enumerate(keys) if at not in used and "spend" not in key} | set(checks[-1:])


def _reject_errors(table: Table, findings: Findings) -> None:
    """Add a fault for each cell that shows the error of a formula: as a name it would pass for one."""
    found = list(_error_cells(table))
    findings.reject_each(
        "MMX-X065", found, total=len(found), remedy="Correct the formula, or type the value."
    )


def _error_cells(table: Table) -> Iterator[tuple[str, str]]:
    for name, cells in zip(table.columns, table.cells, strict=True):
        for row, cell in enumerate(cells):
            if isinstance(cell, str) and cell in ERROR_VALUES:
                yield table.place(row, name), f"The cell shows {cell}: a formula has no result."


def _faults(findings: Findings) -> list[Fault]:
    try:
        findings.raise_if_rejected()
    except DataError as error:
        return list(error.faults)
    return []


def _in_sheet(fault: Fault) -> Fault:
    """Return a fault of data in the workbook's words, without the file in its place."""
    return in_workbook_words(replace(fault, place=_IN_BOOK.sub("", fault.place)))
