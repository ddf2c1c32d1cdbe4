"""Text files with a row per line: commas, semicolons, tabs or bars between values."""

import codecs
import csv
import io
from collections.abc import Sequence

from mmxlib.artifacts.repair import Repair
from mmxlib.data.encodings import DETECTED, decoded
from mmxlib.data.findings import Findings
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.table_rows import table_rows
from mmxlib.data.tables import Table, table_of_rows
from mmxlib.data.written_rows import NumberedRows

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
"""The signs that part the values of a line, with their names."""


def delimited_tables(
    file: str, content: bytes, role: FileRole | None, settings: DataSettings, findings: Findings
) -> tuple[Table, ...]:
    """Return the one table of a text file, every cell as text."""
    text = _text(file, content, settings.encoding, findings)
    rows = None if text is None else _numbered_rows(file, text, findings)
    if not rows:
        return ()
    rows = _padded(table_rows(rows, settings, file, "", findings))
    if not rectangular(file, rows, findings):
        return ()
    table = table_of_rows(file, rows, findings, role=role)
    return () if table is None else (table,)


def _text(file: str, content: bytes, encoding: str, findings: Findings) -> str | None:
    """Return the text by the encoding that is set; else UTF-8, UTF-16 by its mark, else Western European."""
    chosen = encoding != DETECTED
    text = _as_set(file, content, encoding, findings) if chosen else _by_encoding(file, content, findings)
    if text is None and chosen:
        return None
    if text is None:
        refuse_encoding(file, findings)
        return None
    if "\0" in text:
        refuse_nul(file, text.count("\n", 0, text.index("\0")) + 1, findings)
        return None
    return text


def refuse_encoding(file: str, findings: Findings) -> None:
    """Add the fault that the text cannot be read in any encoding."""
    findings.reject(
        "MMX-D007",
        "The text is in no encoding that is known here.",
        remedy='In Excel, save it as "CSV UTF-8", or as a workbook (.xlsx).',
        place=file,
    )


def refuse_nul(file: str, row: int, findings: Findings) -> None:
    """Add the fault that a row holds the character NUL."""
    findings.reject(
        "MMX-D008",
        "The row contains unreadable characters (NUL).",
        remedy="Export the file again.",
        place=f"{file}, row {row}",
    )


def _as_set(file: str, content: bytes, encoding: str, findings: Findings) -> str | None:
    try:
        return decoded(content, encoding)
    except UnicodeDecodeError as error:
        refuse_encoding_set(file, content.count(b"\n", 0, error.start) + 1, encoding, findings)
        return None


def refuse_encoding_set(file: str, row: int, encoding: str, findings: Findings) -> None:
    """Add the fault that a text is not in the encoding that the settings say."""
    findings.reject(
        "MMX-D141",
        f"The text is not in {encoding}, as data.encoding in global.yaml says.",
        remedy="Correct the setting, or take it out: then the file's own bytes decide.",
        place=f"{file}, row {row}",
    )


def _by_encoding(file: str, content: bytes, findings: Findings) -> str | None:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError:
            return None
        tell_utf16(file, findings)
        return text
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            return None
        line = text.splitlines()[row - 1] if row <= len(text.splitlines()) else ""
        tell_western(file, row, line, findings)
        return text


def tell_utf16(file: str, findings: Findings) -> None:
    """Say that the text was read as UTF-16, as its mark of byte order says."""
    findings.repair(Repair(file, "", "", "not UTF-8", "UTF-16", "the text was read as UTF-16"))


def tell_western(file: str, row: int, line: str, findings: Findings) -> None:
    """Say that the text was read as Western European, because of a row that is not UTF-8."""
    rule = "the text was read as Western European (cp1252); data.encoding chooses another"
    findings.repair(Repair(file, "", f"row {row}", "not UTF-8", line[:80], rule))


def _numbered_rows(file: str, text: str, findings: Findings) -> NumberedRows:
    """Return the rows that are not empty, each with its number as Excel counts it."""
    said = said_separator(text)
    if said:
        text = text.partition("\n")[2]
    separator = said or parting_sign(text)
    if not said:
        tell_separator(file, separator, findings)
    start = 2 if said else 1
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    rows: NumberedRows = []
    number = start - 1
    try:
        for number, row in enumerate(reader, start=start):
            if any(map(str.strip, row)):
                rows.append((number, row))
    except csv.Error:
        refuse_quotes(file, number + 1, findings)
        return []
    if not rows:
        findings.reject(
            "MMX-D166",
            "The file holds separators and spaces, but no value.",
            remedy="Export it again.",
            place=file,
        )
    return rows


def refuse_quotes(file: str, row: int, findings: Findings) -> None:
    """Add the fault that the quotation marks of a row cannot be understood."""
    findings.reject(
        "MMX-D010",
        f"A quotation mark in row {row} is not closed, or is followed by other text.",
        remedy="Correct the quotation marks in this row, or export the file again.",
        place=f"{file}, row {row}",
    )


def said_separator(text: str) -> str:
    """Return the sign that a first line such as ``sep=;`` says, or nothing."""
    first = text.partition("\n")[0].strip().strip('"')
    return first[4:] if first.lower().startswith("sep=") and len(first) == 5 else ""


def tell_separator(file: str, separator: str, findings: Findings) -> None:
    """Say that the values are not separated by commas."""
    if separator != ",":
        rule = f'the values are separated by "{SEPARATORS[separator]}"'
        findings.repair(Repair(file, "", "", "comma", SEPARATORS[separator], rule))


def parting_sign(text: str) -> str:
    """Return the sign that parts the first lines into most values; a comma where several do."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]

    def values(sign: str) -> int:
        counts = []
        for line in lines:
            try:
                counts.append(max(map(len, csv.reader([line], delimiter=sign)), default=0))
            except csv.Error:
                counts.append(0)
        return sorted(counts)[len(counts) // 2] if counts else 0

    heads = {sign: _header_width(lines, sign) for sign in SEPARATORS}
    if heads[","] > 1:
        return ","
    return max(SEPARATORS, key=lambda sign: (heads[sign] > 1, values(sign)))


def _header_width(lines: Sequence[str], sign: str) -> int:
    """Return into how many values a sign parts the first line."""
    try:
        return max(map(len, csv.reader(lines[:1], delimiter=sign)), default=0)
    except csv.Error:
        return 0


def _padded(rows: NumberedRows) -> NumberedRows:
    """Return the rows, those with one value at the foot (notes) as wide as the header."""
    width = len(rows[0][1])
    last = len(rows)
    while last > 1 and len(rows[last - 1][1]) == 1 < width:
        last -= 1
    return [*rows[:last], *((number, [*row, *[""] * (width - 1)]) for number, row in rows[last:])]


def rectangular(file: str, rows: NumberedRows, findings: Findings) -> bool:
    """Return whether every row has a value per column."""
    width = len(rows[0][1])
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
