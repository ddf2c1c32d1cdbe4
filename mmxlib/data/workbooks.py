"""Excel workbooks (.xlsx, .xlsm): every sheet that names a role, or the only one that holds a table."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from mmxlib.artifacts.repair import Repair
from mmxlib.data.findings import Findings
from mmxlib.data.roles import ColumnSettings, DataSettings, FileRole, matching_key, role_of_name
from mmxlib.data.sheet_marks import sheet_marks
from mmxlib.data.sheets import Sheet, sheet_table
from mmxlib.data.tables import Table
from mmxlib.data.written_rows import NumberedRows

MAX_UNPACKED_BYTES = 500_000_000
MAX_RATIO = 200
MAX_ENTRIES = 2_000
"""What a workbook may declare before it is opened: more is a trap or a mistake."""

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def workbook_tables(
    file: str, content: bytes, role: FileRole | None, settings: DataSettings, findings: Findings
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
        tables = [sheet_table(file, only, role, settings, findings)]
    else:
        tables = [sheet_table(file, sheet, found, settings, findings) for sheet, found in named]
    return tuple(table for table in tables if table is not None)


def _only_table(file: str, sheets: Sequence[Sheet], findings: Findings) -> Sheet | None:
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


def _has_header(sheet: Sheet) -> bool:
    standard = {matching_key(str(each.default)) for each in ColumnSettings.model_fields.values()}
    return any(
        len(standard & {matching_key(cell) for cell in row if isinstance(cell, str)}) > 1
        for _, row in sheet.rows[:10]
    )


def _safe(file: str, content: bytes, findings: Findings) -> bool:
    """Return whether the package is whole and its declared size within the limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
    except zipfile.BadZipFile:
        findings.reject(
            "MMX-D016",
            "This is not a workbook, or it is damaged or incomplete.",
            remedy="Open it in Excel and save it again as .xlsx; if Excel cannot open it, ask for it anew.",
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


def _sheets(file: str, content: bytes, findings: Findings) -> list[Sheet] | None:
    """Return each sheet with values; None (and a fault) for a damaged book."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            sheets = []
            for sheet in book.worksheets:  # the marks first: they refuse cells where no sheet has any
                marks = sheet_marks(package, sheet._worksheet_path)  # type: ignore[attr-defined]  # not in the stubs
                rows, hidden = _rows(_written_rows(sheet)), sheet.sheet_state != "visible"
                sheets.append(Sheet(sheet.title, rows, marks, hidden=hidden))
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


def _written_rows(sheet: Any) -> Iterable[Sequence[object]]:
    """Return the rows, each as wide as what is written in it.

    The size that a sheet declares counts for nothing: one stray cell in its last corner makes a row of 16,384
    cells of each of a million.
    """
    sheet.reset_dimensions()
    rows: Iterable[Sequence[object]] = sheet.iter_rows(values_only=True)
    return rows


def _rows(cells: Iterable[Sequence[object]]) -> NumberedRows:
    """Return the rows with values, all as wide as the widest used column."""
    rows: NumberedRows = [
        (number, row)
        for number, row in enumerate(cells, start=1)
        if any(cell is not None and str(cell).strip() != "" for cell in row)
    ]
    width = max((len(row) for _, row in rows), default=0)
    return [(number, (*map(_unescaped, row), *([None] * (width - len(row))))) for number, row in rows]


def _unescaped(cell: object) -> object:
    """Return a text with the control characters that the file writes as ``_x0008_``, as Excel shows it."""
    if isinstance(cell, str) and "_x" in cell:
        return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), cell)
    return cell
