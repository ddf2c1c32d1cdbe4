"""A workbook in memory: what cells hold, and which rows and columns are seen, after changes."""

from dataclasses import dataclass, field

import pandas as pd

from mmxlib.agents.insight import InsightSettings
from mmxlib.terms import StepName
from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.layout.spec import Block, Field
from mmxlib_excel.results.changes import changes_of
from mmxlib_excel.results.material import Material
from mmxlib_excel.results.writing import cell
from mmxlib_excel.workbooks.port import Changes, Span
from tests.report.builder import Story


@dataclass(eq=False)
class Shown:
    """The sheets as they are after changes; a sheet nobody wrote on is empty and seen."""

    cells: dict[tuple[str, int, int], CellValue] = field(default_factory=dict)
    hidden_rows: set[tuple[str, int]] = field(default_factory=set)
    hidden_columns: set[tuple[str, int]] = field(default_factory=set)

    def write(self, changes: Changes) -> "Shown":
        for tile in changes.cells:
            for address, value in tile.cells():
                self.cells[tile.sheet, address.row, address.column] = value
        for spans, hidden in ((changes.rows, self.hidden_rows), (changes.columns, self.hidden_columns)):
            for span in spans:
                _see(hidden, span)
        return self

    def value(self, part: Field) -> CellValue:
        at = Address.parse(part.cell)
        return self.cells.get((part.sheet, at.row, at.column))

    def rows(self, block: Block) -> list[tuple[CellValue, ...]]:
        """Return the values of the rows that are seen."""
        body = block.body()
        return [
            tuple(
                self.cells.get((block.sheet, row, column))
                for column in range(body.first.column, body.last.column + 1)
            )
            for row in range(body.first.row, body.last.row + 1)
            if (block.sheet, row) not in self.hidden_rows
        ]

    def headings(self, block: Block) -> list[CellValue]:
        """Return the headings of the columns that are seen."""
        first = block.head.column
        return [
            self.cells.get((block.sheet, block.head.row, first + at))
            for at in range(len(block.columns))
            if (block.sheet, first + at) not in self.hidden_columns
        ]


def _see(hidden: set[tuple[str, int]], span: Span) -> None:
    for number in range(span.first, span.last + 1):
        (hidden.discard if span.shown else hidden.add)((span.sheet, number))


def material(made: Story, *without: type, stale: frozenset[StepName] = frozenset()) -> Material:
    """Return the material of a story without some of its artifacts."""
    found = {kind: each for kind, each in made.by_type().items() if kind not in without}
    return Material(found, InsightSettings(), stale)


def shown(of: Material) -> Shown:
    """Return the workbook with everything there is."""
    book = Shown()
    for changes in changes_of(of).values():
        book.write(changes)
    return book


def in_cells(frame: pd.DataFrame, block: Block) -> list[tuple[CellValue, ...]]:
    """Return what a block must hold of a frame, column by column by name, to the last digit."""
    return [
        tuple(cell(row[each.name]) if each.name in row else None for each in block.columns)
        for row in frame.to_dict("records")
    ]
