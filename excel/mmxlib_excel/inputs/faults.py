"""Faults and doubts back to the workbook: each into the Check cell of its row, all into one list."""

import re
from collections.abc import Iterable, Mapping, Sequence

from mmxlib.artifacts.note import Note
from mmxlib.data.roles import FileRole, matching_key
from mmxlib.data.written_rows import is_blank
from mmxlib.errors import Fault
from mmxlib.terms import Verdict
from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.editing.cell_values import LONGEST_TEXT, CellValue
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.inputs.panel import sheet_of, table_start
from mmxlib_excel.inputs.sheet_tables import CHECK, heading_row
from mmxlib_excel.layout import constraints, priors, scenarios, settings
from mmxlib_excel.layout.spec import Block
from mmxlib_excel.workbooks.port import Changes, Workbook, filled

_SETTING_BLOCKS = (settings.BLOCK, priors.BLOCK, constraints.BLOCK, scenarios.BLOCK)
_MOST_TEXT = LONGEST_TEXT // 2
"""Characters of one Check cell: each may count twice in a cell."""

_NOT_SHOWN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_CELL = re.compile(r"(?:(?P<sheet>.+)!|sheet (?P<table>.+), cell )(?P<cell>[A-Z]{1,3}[0-9]+)")
_ROW = re.compile(r"sheet (?P<table>.+?), row (?P<row>[0-9]+)(?:, column .*)?", re.DOTALL)
_SHEET = re.compile(r"sheet (?P<table>[^,]+)(?:, (?P<rest>.*))?", re.DOTALL)


def finding_changes(block: Block, faults: Sequence[Fault], notes: Sequence[Note] = ()) -> Changes:
    """Return the changes that make the list hold these faults, then the doubts, then what was explained.

    Its columns are sheet, cell, what, remedy and code.
    """
    ordered = sorted(notes, key=lambda note: note.verdict is Verdict.PASS)
    rows = [*map(_fault_row, faults), *map(_note_row, ordered)]
    if len(rows) > block.rows:
        left = len(rows) - block.rows + 1
        more: tuple[CellValue, ...] = (None, None, f"There are {left:,} more.", "Mend these first.", None)
        rows = [*rows[: block.rows - 1], more]
    return filled(block, rows)


def check_changes(workbook: Workbook, faults: Sequence[Fault]) -> Changes:
    """Return the changes that put every fault into the Check cell of its row, and empty all others.

    A fault of no row (of a column, a sheet, a file) is in the list of `finding_changes` alone.
    """
    by_row: dict[tuple[str, int], list[Fault]] = {}
    for fault in faults:
        sheet, cell = place_parts(fault.place)
        row = re.search("[0-9]+$", cell)
        if row is not None:
            by_row.setdefault((sheet, int(row[0])), []).append(fault)
    tiles: list[Tile] = []
    for sheet, (heading, column) in _check_columns(workbook).items():
        said = {row: _joined(found) for (name, row), found in by_row.items() if name == sheet}
        tiles += _tiles(workbook, sheet, heading, column, said)
    return Changes(tuple(tiles))


def place_parts(place: str) -> tuple[str, str]:
    """Return the sheet of a fault's place and what of it: a cell, ``row 7``, a column; both may be empty."""
    match = _CELL.fullmatch(place)
    if match is not None:
        return match["sheet"] or match["table"], match["cell"]
    match = _ROW.fullmatch(place)
    if match is not None:
        return match["table"], f"row {match['row']}"
    match = _SHEET.fullmatch(place)
    return (match["table"], match["rest"] or "") if match is not None else (place, "")


def _fault_row(fault: Fault) -> tuple[CellValue, ...]:
    sheet, cell = place_parts(fault.place)
    return sheet or None, cell or None, _capital(fault.problem), fault.remedy, fault.code


def _note_row(note: Note) -> tuple[CellValue, ...]:
    advice = None if note.verdict is Verdict.PASS else "Look whether this is meant."
    about = f"{note.about}: " if note.about and note.about not in note.text else ""
    return None, None, f"{about}{note.text}", advice, None


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _joined(faults: Iterable[Fault]) -> str:
    """Return several faults as the text of one cell, each on a line of its own."""
    lines = [f"{_capital(fault.problem)} {fault.remedy} [{fault.code}]" for fault in faults]
    text = _NOT_SHOWN.sub("\ufffd", "\n".join(dict.fromkeys(lines)))
    return text if len(text) < _MOST_TEXT else f"{text[: _MOST_TEXT - 1]}…"


def _check_columns(workbook: Workbook) -> Mapping[str, tuple[int, int]]:
    """Return the row of headings and the column Check of each input sheet that has one."""
    found: dict[str, tuple[int, int]] = {}
    sheets = workbook.sheets()
    for block in _SETTING_BLOCKS:
        if block.sheet in sheets:
            labels = {matching_key(column.label): column.name for column in block.columns}
            heading = heading_row(workbook.numbered_rows(block.sheet), labels)
            _add_check(found, block.sheet, heading)
    for role in FileRole:
        sheet = sheet_of(role, workbook)
        if sheet is not None:
            numbered = workbook.numbered_rows(sheet)
            start = table_start(numbered)
            _add_check(found, sheet, None if start is None else numbered[start])
    return found


def _add_check(
    found: dict[str, tuple[int, int]], sheet: str, heading: tuple[int, Sequence[object]] | None
) -> None:
    if heading is not None:
        keys = [matching_key(cell) if isinstance(cell, str) else "" for cell in heading[1]]
        if CHECK in keys:
            found[sheet] = heading[0], len(keys) - keys[::-1].index(CHECK)


def _tiles(workbook: Workbook, sheet: str, heading: int, column: int, said: Mapping[int, str]) -> list[Tile]:
    """Return a tile for each Check cell that must change, so that a long table stays as it is."""
    present = {
        number: row[column - 1]
        for number, row in workbook.numbered_rows(sheet)
        if number > heading and column <= len(row) and not is_blank(row[column - 1])
    }
    rows = sorted({*present, *(row for row in said if row > heading)})
    return [
        Tile(sheet, str(Address(row, column)), ((said.get(row),),))
        for row in rows
        if present.get(row) != said.get(row)
    ]
