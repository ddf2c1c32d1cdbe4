"""Text files with a row per line and commas between values."""

import csv
import io

from mmxlib.data.findings import Findings
from mmxlib.data.roles import FileRole
from mmxlib.data.tables import Table, table_of_rows

_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}

NumberedRows = list[tuple[int, list[str]]]


def delimited_tables(
    file: str, content: bytes, role: FileRole | None, findings: Findings
) -> tuple[Table, ...]:
    """Return the one table of a comma-separated file, every cell as text."""
    text = _decoded(file, content, findings)
    rows = None if text is None else _numbered_rows(file, text, findings)
    if not rows or not _rectangular(file, rows, findings):
        return ()
    table = table_of_rows(file, rows, findings, role=role)
    return () if table is None else (table,)


def _decoded(file: str, content: bytes, findings: Findings) -> str | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        findings.reject(
            "MMX-D007",
            "The text is not in UTF-8.",
            remedy='In Excel, save it as "CSV UTF-8", or as a workbook (.xlsx).',
            place=f"{file}, row {row}",
        )
        return None
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        findings.reject(
            "MMX-D008",
            "The row contains unreadable characters (NUL).",
            remedy="Export the file again.",
            place=f"{file}, row {row}",
        )
        return None
    return text


def _numbered_rows(file: str, text: str, findings: Findings) -> NumberedRows:
    """Return the rows that are not empty, each with its number as Excel counts it."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: NumberedRows = []
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if any(row):
                rows.append((number, row))
    except csv.Error:
        findings.reject(
            "MMX-D010",
            f"A quotation mark in row {number + 1} is not closed, or is followed by other text.",
            remedy="Correct the quotation marks in this row, or export the file again.",
            place=f"{file}, row {number + 1}",
        )
        return []
    return rows


def _rectangular(file: str, rows: NumberedRows, findings: Findings) -> bool:
    """Return whether every row has a value per column."""
    header = rows[0][1]
    width = len(header)
    if width == 1:
        for mark, word in _OTHER_SEPARATORS.items():
            if mark in header[0]:
                findings.reject(
                    "MMX-D012",
                    f"The values are separated by {word}, not by commas.",
                    remedy="Save the file with commas between values, or as a workbook (.xlsx).",
                    place=file,
                )
                return False
    odd = [(number, row) for number, row in rows if len(row) != width]
    findings.reject_each(
        "MMX-D009",
        (
            (f"{file}, row {number}", f"The row has {len(row)} values but there are {width} columns.")
            for number, row in odd
        ),
        total=len(odd),
        remedy="A comma inside a name or number needs quotation marks around the whole value.",
    )
    return not odd
