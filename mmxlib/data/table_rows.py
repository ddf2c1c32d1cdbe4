"""From the rows of a file or sheet to those of one table, the names of its columns first."""

from collections.abc import Sequence

from mmxlib.data.blocks import one_table
from mmxlib.data.findings import Findings
from mmxlib.data.headers import from_header, one_header, tell_empty_columns
from mmxlib.data.roles import DataSettings
from mmxlib.data.written_rows import WrittenRows

NAMES_OF_COLUMNS = "names of columns"
"""Why rows are left out that name the columns."""


def table_rows(
    rows: WrittenRows[object], settings: DataSettings, file: str, sheet: str, findings: Findings
) -> list[tuple[int, Sequence[object]]]:
    """Return the rows of one table; titles, other tables, a second row of names are told."""
    findings.count_read(file, sheet, len(rows))
    titled = from_header(rows, file, sheet, findings)
    findings.count_left_out(file, sheet, "titles", len(rows) - len(titled))
    if len(titled) < 2:
        return titled
    found = one_table(titled, settings.several_tables, file, sheet, findings)
    findings.count_left_out(file, sheet, "other tables", len(titled) - len(found))
    named = one_header(found, settings.two_header_rows, file, sheet, findings)
    findings.count_left_out(file, sheet, NAMES_OF_COLUMNS, 1 + len(found) - len(named))
    tell_empty_columns(named, file, sheet, findings)
    return named
