"""From one sheet of a workbook to its table, with what the sheet hides, merges or never calculated."""

from dataclasses import dataclass, replace

from mmxlib.artifacts.repair import Repair
from mmxlib.data.choices import FullSheets
from mmxlib.data.findings import Findings
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.sheet_marks import SheetMarks
from mmxlib.data.table_rows import table_rows
from mmxlib.data.tables import Table, letters, table_of_rows
from mmxlib.data.written_rows import NumberedRows

SHEET_ROWS = 1_048_576
"""The rows of a sheet: what does not fit is cut off when a file is opened or saved."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with values: its rows numbered, and its marks."""

    name: str
    rows: NumberedRows
    marks: SheetMarks
    hidden: bool


def sheet_table(
    file: str, sheet: Sheet, role: FileRole | None, settings: DataSettings, findings: Findings
) -> Table | None:
    """Return the sheet's table; what it hides or never calculated is told."""
    formulas = sheet.marks.empty_formulas
    findings.reject_each(
        "MMX-D113",
        (
            (f"{file}, sheet {sheet.name}, cell {cell}", "The formula has no stored result.")
            for cell in formulas
        ),
        total=len(formulas),
        remedy="Open the workbook in Excel, save it, and run again.",
    )
    if formulas:
        return None
    if sheet.hidden:
        findings.repair(Repair(file, sheet.name, "", "hidden", "used", "the sheet is hidden; it was used"))
    if sheet.marks.linked:
        rule = f"values from another workbook ({', '.join(sheet.marks.books)}); the stored ones were used"
        place, count = f"cell {sheet.marks.linked[0]}", len(sheet.marks.linked)
        findings.repair(Repair(file, sheet.name, place, "a link", "used", rule, count))
    _ask_if_full(file, sheet, settings, findings)
    rows = table_rows(_merged_down(file, sheet, findings), settings, file, sheet.name, findings)
    table = table_of_rows(file, rows, findings, sheet=sheet.name, role=role)
    if table is None:
        return None
    for name, position in zip(table.columns, table.positions, strict=True):
        if position in sheet.marks.hidden_columns:
            rule = "the column is hidden; it was used"
            findings.repair(Repair(file, sheet.name, f"column {letters(position)}", name, "used", rule))
    hidden = sheet.marks.hidden_rows & frozenset(map(int, table.rows))
    return replace(table, hidden_rows=hidden)


def _merged_down(file: str, sheet: Sheet, findings: Findings) -> NumberedRows:
    """Return the rows with the value of each area merged over several rows in all of them."""
    rows = {number: list(row) for number, row in sheet.rows}
    for area in sheet.marks.merged:
        top = rows.get(area.first_row)
        if area.last_row == area.first_row or top is None or area.first_column >= len(top):
            continue
        value = top[area.first_column]
        below = [number for number in rows if area.first_row < number <= area.last_row]
        for number in below:
            rows[number][area.first_column] = value
        place = f"cell {letters(area.first_column)}{area.first_row}"
        rule = "the value of merged cells holds for all their rows"
        if value is not None and below:
            findings.repair(Repair(file, sheet.name, place, str(value), str(value), rule, len(below)))
    return list(rows.items())


def _ask_if_full(file: str, sheet: Sheet, settings: DataSettings, findings: Findings) -> None:
    """Ask about a sheet whose last row is filled, or tell that it was used."""
    if not sheet.rows or sheet.rows[-1][0] < SHEET_ROWS:
        return
    problem = f"the sheet is exactly full ({SHEET_ROWS:,} rows)"
    if settings.full_sheets is FullSheets.USE:
        rule = f"{problem}; it was used, as data.full_sheets says"
        findings.repair(Repair(file, sheet.name, f"row {SHEET_ROWS}", "full", "used", rule))
        return
    findings.ask(
        "MMX-D142",
        f"{problem[0].upper()}{problem[1:]}: rows may have been cut off.",
        setting="data.full_sheets",
        remedy="Give all rows as CSV or Parquet; if none is missing, set data.full_sheets: use in "
        "global.yaml.",
        place=f"{file}, sheet {sheet.name}, row {SHEET_ROWS}",
    )
