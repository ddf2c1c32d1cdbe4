"""Workbooks for tests: one in memory, and one read from a file as it was drawn."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from mmxlib.artifacts.note import Note
from mmxlib.config import Config
from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.inputs.contents import settings_contents
from mmxlib_excel.inputs.settings import settings_changes
from mmxlib_excel.layout import constraints, priors, scenarios, settings
from mmxlib_excel.layout.spec import Block, Sheet
from mmxlib_excel.template.drawing import draw
from mmxlib_excel.workbooks.file import FileWorkbook
from mmxlib_excel.workbooks.port import Changes, Workbook

SETTING_SHEETS: tuple[Sheet, ...] = tuple(
    sheet for each in (settings, priors, constraints, scenarios) for sheet in each.SHEETS
)
CHANNELS = ("tv", "radio", "search")


class MemoryBook:
    """A workbook in memory: cells by sheet, row and column."""

    place = "plan.xlsm"

    def __init__(self, sheets: Mapping[str, Sequence[Sequence[object]]] = {}) -> None:
        self.cells: dict[str, dict[Address, object]] = {name: {} for name in sheets}
        for name, rows in sheets.items():
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row, start=1):
                    self.cells[name][Address(number, column)] = value

    def sheets(self) -> tuple[str, ...]:
        return tuple(self.cells)

    def numbered_rows(self, sheet: str) -> tuple[tuple[int, tuple[object, ...]], ...]:
        filled = {at: value for at, value in self.cells[sheet].items() if value is not None}
        width = max((at.column for at in filled), default=0)
        return tuple(
            (row, tuple(filled.get(Address(row, column)) for column in range(1, width + 1)))
            for row in sorted({at.row for at in filled})
        )

    def value(self, sheet: str, cell: str) -> object:
        return self.cells[sheet].get(Address.parse(cell))

    def write(self, changes: Changes) -> tuple[Note, ...]:
        for tile in changes.cells:
            for at, value in tile.cells():
                self.cells[tile.sheet][at] = value
        return ()

    def type(self, place: str, value: object) -> None:
        """Type a value into a cell, such as ``Priors!C8``."""
        sheet, _, cell = place.partition("!")
        self.cells[sheet][Address.parse(cell)] = value

    def insert_row(self, sheet: str, row: int) -> None:
        """Insert an empty row, as a person does."""
        self.cells[sheet] = {
            Address(at.row + (at.row >= row), at.column): value for at, value in self.cells[sheet].items()
        }


def with_layout(book: MemoryBook, sheets: Sequence[Sheet]) -> MemoryBook:
    """Put titles, headings and labels of sheets into a book."""
    for sheet in sheets:
        cells = book.cells.setdefault(sheet.name, {})
        cells[Address(1, 1)], cells[Address(2, 1)] = sheet.title, sheet.about
        for field in sheet.fields:
            at = Address.parse(field.cell)
            cells[Address(at.row, at.column - 1)] = field.label
        for block in sheet.blocks:
            for index, column in enumerate(block.columns):
                cells[Address(block.head.row, block.head.column + index)] = column.label
            if block.title:
                cells[Address(block.head.row - 1, block.head.column)] = block.title
    return book


def settings_book(config: Config | None = None, channels: Sequence[str] = CHANNELS) -> MemoryBook:
    """Return a book whose four sheets of settings say ``config``."""
    book = with_layout(MemoryBook(), SETTING_SHEETS)
    book.write(settings_changes(config or Config(), channels))
    return book


def at(block: Block, name: str, column: str, *, book: Workbook) -> str:
    """Return the place of a column's cell in the first row that is called ``name``."""
    row = next(
        number
        for number, row in book.numbered_rows(block.sheet)
        if number > block.head.row and row[block.head.column - 1] == name
    )
    return f"{block.sheet}!{Address(row, block.head.column + block.position(column))}"


def drawn_book(folder: Path, config: Config, channels: Sequence[str]) -> FileWorkbook:
    """Return the four sheets as the template draws them, as a file in ``folder``."""
    path = folder / "plan.xlsx"
    path.write_bytes(draw(SETTING_SHEETS, settings_contents(config, channels)))
    return FileWorkbook(path)
