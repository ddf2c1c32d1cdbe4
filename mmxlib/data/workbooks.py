"""Excel workbooks (.xlsx, .xlsm): every sheet that names a role, or the only one that holds a table."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mmxlib.artifacts.repair import Repair
from mmxlib.data.findings import Findings
from mmxlib.data.headers import from_header
from mmxlib.data.roles import ColumnSettings, FileRole, matching_key, role_of_name
from mmxlib.data.sheet_marks import SheetMarks, sheet_marks
from mmxlib.data.tables import Table, letters, table_of_rows

MAX_UNPACKED_BYTES = 500_000_000
MAX_RATIO = 200
MAX_ENTRIES = 2_000
"""What a workbook may declare before it is opened: more is a trap or a mistake."""

NumberedRows = list[tuple[int, Sequence[object]]]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet with values: its rows numbered, and its marks."""

    name: str
    rows: NumberedRows
    marks: SheetMarks
    hidden: bool


def workbook_tables(
    file: str, content: bytes, role: FileRole | None, findings: Findings
) -> tuple[Table, ...]:
    """Return the workbook's tables: a sheet per role by its name, else the only sheet for ``role``."""
    if not _safe(file, content, findings):
        return ()
    sheets = _sheets(file, content, findings)
    if sheets is None:
        return ()
    named = [(sheet, found) for sheet in sheets if (found := role_of_name(sheet.name)) is not None]
    if not named:
        only = _only_table(file, sheets, findings)
        if only is None and sheets:
            findings.reject(
                "MMX-D017",
                f"The workbook has the sheets {', '.join(sheet.name for sheet in sheets)}, and no name says "
                "what a sheet holds.",
                remedy="Name the sheets Sales, Media, Events, Experiments and Controls.",
                place=file,
            )
            return ()
        if only is None:
            findings.reject("MMX-D018", "All sheets are empty.", remedy="Export it again.", place=file)
            return ()
        tables = [_table(file, only, role, findings)]
    else:
        tables = [_table(file, sheet, found, findings) for sheet, found in named]
    return tuple(table for table in tables if table is not None)


def _only_table(file: str, sheets: Sequence[_Sheet], findings: Findings) -> _Sheet | None:
    """Return the only sheet, or the only one that has columns with standard names; None: not to be told."""
    if len(sheets) == 1:
        return sheets[0]
    found = [sheet for sheet in sheets if _has_header(sheet)]
    if len(found) != 1:
        return None
    others = ", ".join(sheet.name for sheet in sheets if sheet is not found[0])
    rule = "the only sheet with columns such as date and sales was used"
    findings.repair(Repair(file, found[0].name, "", others, found[0].name, rule))
    return found[0]


def _has_header(sheet: _Sheet) -> bool:
    standard = {matching_key(str(each.default)) for each in ColumnSettings.model_fields.values()}
    return any(
        len(standard & {matching_key(cell) for cell in row if isinstance(cell, str)}) > 1
        for _, row in sheet.rows[:10]
    )


def _table(file: str, sheet: _Sheet, role: FileRole | None, findings: Findings) -> Table | None:
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
    rows = from_header(_merged_down(file, sheet, findings), file, sheet.name, findings)
    table = table_of_rows(file, rows, findings, sheet=sheet.name, role=role)
    if table is None:
        return None
    for name, position in zip(table.columns, table.positions, strict=True):
        if position in sheet.marks.hidden_columns:
            rule = "the column is hidden; it was used"
            findings.repair(Repair(file, sheet.name, f"column {letters(position)}", name, "used", rule))
    hidden = sheet.marks.hidden_rows & frozenset(map(int, table.rows))
    return replace(table, hidden_rows=hidden)


def _merged_down(file: str, sheet: _Sheet, findings: Findings) -> NumberedRows:
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


def _safe(file: str, content: bytes, findings: Findings) -> bool:
    """Return whether the package is whole and its declared size within the limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
    except zipfile.BadZipFile:
        findings.reject(
            "MMX-D016",
            "This is not a workbook, or it is damaged, incomplete or protected with a password.",
            remedy="Open it in Excel, remove a password if there is one, and save it again as .xlsx.",
            place=file,
        )
        return False
    unpacked = sum(entry.file_size for entry in entries)
    ratio = unpacked / max(len(content), 1)
    if unpacked > MAX_UNPACKED_BYTES or ratio > MAX_RATIO or len(entries) > MAX_ENTRIES:
        findings.reject(
            "MMX-D015",
            f"The workbook unpacks to {unpacked / 1e6:,.0f} MB in {len(entries):,} parts, {ratio:,.0f} "
            f"times its size; the limits are {MAX_UNPACKED_BYTES / 1e6:,.0f} MB, {MAX_ENTRIES:,} parts and "
            f"{MAX_RATIO} times.",
            remedy="Save the data as CSV.",
            place=file,
        )
        return False
    return True


def _sheets(file: str, content: bytes, findings: Findings) -> list[_Sheet] | None:
    """Return each sheet with values; None (and a fault) for a damaged book."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            sheets = [
                _Sheet(
                    sheet.title,
                    _rows(sheet.iter_rows(values_only=True)),
                    sheet_marks(package, sheet._worksheet_path),  # type: ignore[attr-defined]  # not in the stubs
                    hidden=sheet.sheet_state != "visible",
                )
                for sheet in book.worksheets
            ]
        book.close()
    except Exception:  # noqa: BLE001 - a damaged package fails in openpyxl, zlib, the XML parser or anywhere between
        findings.reject(
            "MMX-D019",
            "The workbook is damaged.",
            remedy="Open it in Excel, let Excel repair it, and save it again as .xlsx.",
            place=file,
        )
        return None
    return [sheet for sheet in sheets if sheet.rows or sheet.marks.empty_formulas]


def _rows(cells: Iterable[Sequence[object]]) -> NumberedRows:
    """Return the rows with values, all as wide as the widest used column."""
    rows: NumberedRows = [
        (number, row)
        for number, row in enumerate(cells, start=1)
        if any(cell is not None and str(cell).strip() != "" for cell in row)
    ]
    width = max((len(row) for _, row in rows), default=0)
    return [(number, (*row, *([None] * (width - len(row))))) for number, row in rows]
