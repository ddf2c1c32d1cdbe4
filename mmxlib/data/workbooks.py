"""Excel workbooks (.xlsx, .xlsm): every sheet that names a role, or the only one that holds a table."""

import io
import zipfile
from collections.abc import Iterable, Sequence

from mmxlib.data.findings import Findings
from mmxlib.data.roles import FileRole, role_of_name
from mmxlib.data.tables import Table, table_of_rows

MAX_UNPACKED_BYTES = 500_000_000
MAX_RATIO = 200
MAX_ENTRIES = 2_000
"""What a workbook may declare before it is opened: more is a trap or a mistake."""

NumberedRows = list[tuple[int, Sequence[object]]]


def workbook_tables(
    file: str, content: bytes, role: FileRole | None, findings: Findings
) -> tuple[Table, ...]:
    """Return the workbook's tables: a sheet per role by its name, else its only sheet for ``role``."""
    if not _safe(file, content, findings):
        return ()
    sheets = _sheets(file, content, findings)
    if sheets is None:
        return ()
    named = [(name, rows, role_of_name(name)) for name, rows in sheets if role_of_name(name) is not None]
    if not named:
        if len(sheets) > 1:
            findings.reject(
                "MMX-D017",
                f"The workbook has the sheets {', '.join(name for name, _ in sheets)}, and no name says "
                "what a sheet holds.",
                remedy="Name the sheets Sales, Media, Events, Experiments and Controls.",
                place=file,
            )
            return ()
        named = [(name, rows, role) for name, rows in sheets]
    if not named:
        findings.reject("MMX-D018", "All sheets are empty.", remedy="Export it again.", place=file)
    tables = (table_of_rows(file, rows, findings, sheet=name, role=each) for name, rows, each in named)
    return tuple(table for table in tables if table is not None)


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


def _sheets(file: str, content: bytes, findings: Findings) -> list[tuple[str, NumberedRows]] | None:
    """Return each sheet with values, by name, its rows numbered; None (and a fault) for a damaged book."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = [(sheet.title, _rows(sheet.iter_rows(values_only=True))) for sheet in book.worksheets]
        book.close()
    except Exception:  # noqa: BLE001 - a damaged package fails in openpyxl, zlib, the XML parser or anywhere between
        findings.reject(
            "MMX-D019",
            "The workbook is damaged.",
            remedy="Open it in Excel, let Excel repair it, and save it again as .xlsx.",
            place=file,
        )
        return None
    return [(name, rows) for name, rows in sheets if rows]


def _rows(cells: Iterable[Sequence[object]]) -> NumberedRows:
    """Return the rows with values, all as wide as the widest used column."""
    rows: NumberedRows = [
        (number, row)
        for number, row in enumerate(cells, start=1)
        if any(cell is not None and cell != "" for cell in row)
    ]
    width = max((len(row) for _, row in rows), default=0)
    return [(number, (*row, *([None] * (width - len(row))))) for number, row in rows]
