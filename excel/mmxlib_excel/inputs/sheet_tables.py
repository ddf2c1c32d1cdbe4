"""The rows of an input table as a person left them: found by its headings, each cell with its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mmxlib.data.columns import listed, suggestion
from mmxlib.data.roles import matching_key
from mmxlib.data.written_rows import is_blank
from mmxlib.errors import Fault
from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.layout.spec import Block
from mmxlib_excel.workbooks.port import Workbook

_LEAST_KNOWN = 2
"""So many of a table's headings must stand in a row for it to be the row of headings."""

CHECK = "check"
"""The key of the heading under which faults are written."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number, and the cells that are not blank by the name of their column."""

    sheet: str
    number: int
    cells: Mapping[str, object]
    columns: Mapping[str, int]

    @property
    def silent(self) -> bool:
        """Whether it has a name and says nothing more."""
        return len(self.cells.keys() - {CHECK}) == 1

    def place(self, column: str) -> str:
        """Return the place of a column's cell, such as ``Priors!D7``."""
        return f"{self.sheet}!{Address(self.number, self.columns[column])}"


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table as it stands on its sheet.

    ``columns`` gives each known column's number from 1, ``heading`` the row of headings.
    """

    columns: Mapping[str, int]
    rows: tuple[SheetRow, ...]
    faults: tuple[Fault, ...]
    heading: int = 0


def sheet_table(workbook: Workbook, block: Block, *, until: str = "") -> SheetTable:
    """Return the table of ``block`` as a person left it: moved, longer, its columns in another order.

    Parameters
    ----------
    workbook
        The workbook.
    block
        The table in the layout.
    until
        The words of the first column at which it ends at the latest, where another table stands below.
    """
    if block.sheet not in workbook.sheets():
        return SheetTable({}, (), (_no_sheet(block.sheet),))
    numbered = workbook.numbered_rows(block.sheet)
    labels = {matching_key(column.label): column.name for column in block.columns}
    heading = heading_row(numbered, labels)
    if heading is None:
        return SheetTable({}, (), (_no_headings(block),))
    columns, faults = _columns(heading[1], heading[0], block, labels)
    rows = tuple(
        SheetRow(block.sheet, number, cells, columns)
        for number, values in _until(numbered, until)
        if number > heading[0] and (cells := _cells(values, columns)).keys() - {CHECK}
    )
    return SheetTable(columns, rows, tuple(faults), heading[0])


def heading_row(
    numbered: Sequence[tuple[int, Sequence[object]]], labels: Mapping[str, str]
) -> tuple[int, Sequence[object]] | None:
    """Return the row with most of the headings, by their keys; None where no row has two."""
    known = [
        (
            len({matching_key(cell) for cell in values if isinstance(cell, str)} & labels.keys()),
            -number,
            values,
        )
        for number, values in numbered
    ]
    most, number, values = max(known, key=lambda each: each[:2], default=(0, 0, ()))
    return (-number, values) if most >= _LEAST_KNOWN else None


def _until(
    numbered: Sequence[tuple[int, Sequence[object]]], words: str
) -> Iterator[tuple[int, Sequence[object]]]:
    for number, values in numbered:
        if words and values and values[0] == words:
            return
        yield number, values


def _cells(values: Sequence[object], columns: Mapping[str, int]) -> dict[str, object]:
    return {
        name: values[column - 1]
        for name, column in columns.items()
        if column <= len(values) and not is_blank(values[column - 1])
    }


def _columns(
    headings: Sequence[object], row: int, block: Block, labels: Mapping[str, str]
) -> tuple[dict[str, int], list[Fault]]:
    """Return the number of each known column, and a fault for each heading that is unknown or repeated."""
    columns: dict[str, int] = {}
    faults = []
    started = False
    for number, heading in enumerate(headings, start=1):
        if is_blank(heading):
            if started:
                break  # what stands beyond an empty heading is not of the table
            continue
        started = True
        place = f"{block.sheet}!{Address(row, number)}"
        name = labels.get(matching_key(str(heading)))
        if name is None:
            faults.append(_unknown_heading(str(heading), block, place))
        elif name in columns:
            first = Address(row, columns[name])
            problem = f'Two columns are called "{heading}": this one and that of {first}.'
            faults.append(Fault("MMX-X053", problem, "Keep one of the two.", place))
        else:
            columns[name] = number
    first_column = block.columns[0]
    if first_column.name not in columns:
        problem = f'There is no column "{first_column.label}".'
        remedy = "Write this heading over the column of names."
        faults.append(Fault("MMX-X054", problem, remedy, f"{block.sheet}!{Address(row, block.head.column)}"))
    return columns, faults


def _unknown_heading(heading: str, block: Block, place: str) -> Fault:
    labels = [column.label for column in block.columns]
    shown = heading if len(heading) <= 40 else f"{heading[:40]}…"
    return Fault(
        "MMX-X055",
        f'No column is called "{shown}". The columns are {listed(labels, len(labels))}.',
        f"{suggestion(heading, labels)}Correct it, or leave an empty column before columns of your own.",
        place,
    )


def _no_sheet(sheet: str) -> Fault:
    return Fault(
        "MMX-X056",
        f'The workbook has no sheet "{sheet}".',
        "Give the sheet its name back, or copy it from a new workbook (mmx excel new).",
        sheet,
    )


def _no_headings(block: Block) -> Fault:
    first = ", ".join(column.label for column in block.columns[:3])
    return Fault(
        "MMX-X057",
        f"The headings ({first}, …) are not on the sheet.",
        "Write them again above the rows, or copy the sheet from a new workbook (mmx excel new).",
        block.sheet,
    )
