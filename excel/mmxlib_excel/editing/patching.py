"""Values into a user's workbook without Excel, every other part of the file left byte for byte.

Saving through a spreadsheet library would lose cached results, ribbons, sparklines and form controls; so only
the cells named are rewritten inside the package.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from mmxlib.artifacts.note import Note
from mmxlib.errors import Fault, WorkbookError
from mmxlib.terms import Verdict
from mmxlib_excel.editing.addresses import LAST_COLUMN, LAST_ROW, Address, Area, is_address
from mmxlib_excel.editing.archive import Archive, archive_bytes, read_archive, xml_bytes, xml_root
from mmxlib_excel.editing.cell_values import LONGEST_TEXT, CellValue, storable, stored_value
from mmxlib_excel.editing.sheet_xml import SheetXml, numbered, tag
from mmxlib_excel.editing.spans import Span, show_columns, show_rows
from mmxlib_excel.editing.workbook_parts import (
    HeaderRow,
    WorkbookParts,
    header_rows,
    recalculating,
    without_calculation_order,
    workbook_parts,
)

_NAMED_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of values for a sheet.

    ``cell`` is its top left corner (``B3``); a value None empties its cell. Formulas are not overwritten
    unless ``replaces_formulas``. Dates are stored as day numbers: the cells must carry a date format.
    """

    sheet: str
    cell: str
    rows: tuple[tuple[CellValue, ...], ...]
    replaces_formulas: bool = False

    def cells(self) -> Iterator[tuple[Address, CellValue]]:
        """Yield each cell's address and value, row by row."""
        first = Address.parse(self.cell)
        for down, row in enumerate(self.rows):
            for right, value in enumerate(row):
                yield Address(first.row + down, first.column + right), value

    @property
    def area(self) -> Area:
        """The cells it covers."""
        first = Address.parse(self.cell)
        height, width = len(self.rows), max((len(row) for row in self.rows), default=0)
        return Area(first, Address(first.row + height - 1, first.column + width - 1))


@dataclass(frozen=True, slots=True)
class Patched:
    """A workbook's new content, and notes on what could not be written whole."""

    content: bytes
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Which rows and columns are shown or hidden."""

    rows: tuple[Span, ...] = ()
    columns: tuple[Span, ...] = ()

    def sheets(self) -> tuple[str, ...]:
        """Return the names of the sheets concerned."""
        return tuple(dict.fromkeys(span.sheet for span in self.rows + self.columns))


def patched(content: bytes, tiles: Sequence[Tile], *, place: str, seen: Seen | None = None) -> Patched:
    """Return the workbook ``content`` with ``tiles`` written into it.

    Only the sheets named change, and in them only the cells named; text stays text, whatever it begins with.
    Excel calculates everything anew when it opens the result. The same input gives the same bytes.

    Parameters
    ----------
    content
        An .xlsx or .xlsm file.
    tiles
        What to write, in this order where tiles overlap.
    place
        How errors name the file.
    seen
        Which rows and columns are then shown or hidden.

    Raises
    ------
    WorkbookError
        If the file cannot be read, a sheet is not there, or a cell cannot take its value: it holds or
        belongs to a formula, lies inside merged cells, or heads a table under another name. All such cells
        are reported together, and nothing is written.
    """
    archive = read_archive(content, place=place)
    book = workbook_parts(archive)
    seen = seen or Seen()
    # an empty tile stands for a sheet of which only rows or columns are hidden
    named = [*tiles, *(Tile(name, "A1", ()) for name in seen.sheets())]
    faults = [fault for tile in named for fault in _tile_faults(tile, book, place)]
    if faults:
        raise WorkbookError.of(faults)
    sheets = {name: _sheet(archive, book.sheets[name]) for name in dict.fromkeys(b.sheet for b in named)}
    headers = {name: header_rows(archive, book.sheets[name]) for name in sheets}
    for tile in tiles:
        faults += _cell_faults(tile, sheets[tile.sheet], headers[tile.sheet], from_1904=book.from_1904)
    if faults:
        raise WorkbookError.of(faults)
    for span in seen.rows:
        show_rows(sheets[span.sheet], span)
    for name in dict.fromkeys(span.sheet for span in seen.columns):
        show_columns(sheets[name].root, [span for span in seen.columns if span.sheet == name])
    return _written(archive, book, sheets, tiles)


def _written(
    archive: Archive, book: WorkbookParts, sheets: Mapping[str, SheetXml], tiles: Sequence[Tile]
) -> Patched:
    notes: list[Note] = []
    loses_formulas = any(_formulas_under(tile, sheets[tile.sheet]) for tile in tiles)
    for tile in tiles:
        sheet = sheets[tile.sheet]
        for address, value in tile.cells():
            stored = stored_value(value, from_1904=book.from_1904)
            sheet.put(address, stored)
            if stored is not None and stored.cut:
                notes.append(_cut_note(f"{tile.sheet}!{address}"))
    changes: dict[str, bytes | None] = {}
    for name, sheet in sheets.items():
        sheet.fit_dimension()
        changes[book.sheets[name]] = xml_bytes(sheet.root)
    if changes:
        changes |= recalculating(archive, book.part)
    if loses_formulas:
        changes |= without_calculation_order(archive, book.part)
    return Patched(archive_bytes(archive, changes), tuple(notes))


def _cut_note(cell: str) -> Note:
    return Note(f"The text was cut to the {LONGEST_TEXT:,} characters a cell can hold.", cell, Verdict.WARN)


def _sheet(archive: Archive, part: str) -> SheetXml:
    root = xml_root(archive, part)
    content = root.find(tag("sheetData"))
    if content is None:
        raise WorkbookError(
            "one of the sheets to write holds a chart and no cells.",
            remedy="Name a sheet with cells.",
            code="MMX-X018",
            place=archive.place,
        )
    numbered(content)
    return SheetXml(root, content)


def _tile_faults(tile: Tile, book: WorkbookParts, place: str) -> list[Fault]:
    """Return why a tile has no place in the workbook at all."""
    if tile.sheet not in book.sheets:
        near = get_close_matches(tile.sheet, book.sheets, n=1)
        remedy = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(book.sheets)}."
        return [Fault("MMX-X019", f"there is no sheet {tile.sheet}.", remedy, place)]
    if not is_address(tile.cell):
        remedy = "Name the top left cell like B3."
        return [Fault("MMX-X020", f"{tile.cell!r} is no cell.", remedy, f"{place}, {tile.sheet}")]
    last = tile.area.last
    if last.row > LAST_ROW or last.column > LAST_COLUMN:
        problem = f"{len(tile.rows):,} rows from {tile.cell} run past the end of the sheet."
        remedy = f"A sheet has {LAST_ROW:,} rows and {LAST_COLUMN:,} columns; write fewer."
        return [Fault("MMX-X021", problem, remedy, f"{place}, {tile.sheet}")]
    return []


def _cell_faults(
    tile: Tile, sheet: SheetXml, headers: Sequence[HeaderRow], *, from_1904: bool
) -> list[Fault]:
    """Return why cells of a tile cannot take their values, a fault for each kind of reason."""
    area = tile.area
    spread = _spread_areas(sheet, tile)
    merged = [other for other in sheet.merged_areas if other.meets(area)]
    formulas = [] if tile.replaces_formulas else _formulas_under(tile, sheet)
    unstorable, parts, hidden = [], [], []
    for address, value in tile.cells():
        if not storable(value, from_1904=from_1904):
            unstorable.append(address)
        if spread and any(address in other for other in spread) and address not in formulas:
            parts.append(address)
        if merged and any(address in other and address != other.first for other in merged):
            hidden.append(address)
    return [
        *_fault(
            tile,
            unstorable,
            "MMX-X022",
            "cannot hold the value",
            "Use text, numbers or dates from March 1900.",
        ),
        *_fault(
            tile,
            formulas,
            "MMX-X023",
            "would lose a formula",
            "Clear the formula there, or write beside it.",
        ),
        *_fault(
            tile,
            parts,
            "MMX-X024",
            "belongs to a formula of several cells",
            "Clear that formula in Excel.",
        ),
        *_fault(tile, hidden, "MMX-X025", "is hidden inside merged cells", "Unmerge the cells in Excel."),
        *_fault(
            tile,
            _renamed_headers(tile, headers),
            "MMX-X026",
            "heads a table column of another name",
            "Write below it.",
        ),
    ]


def _formulas_under(tile: Tile, sheet: SheetXml) -> list[Address]:
    """Return the cells of a tile that hold a formula, row by row."""
    first = Address.parse(tile.cell)
    return [
        address
        for number, row in enumerate(tile.rows, start=first.row)
        for address in sorted(sheet.formulas.get(number, ()))
        if first.column <= address.column < first.column + len(row)
    ]


def _spread_areas(sheet: SheetXml, tile: Tile) -> list[Area]:
    """Return the areas of formulas of several cells that the tile would tear.

    A formula that Excel shares down a column may go when all the cells that share it go with it.
    """
    torn = []
    for spread in sheet.spreads:
        area = spread.area
        if not area.meets(tile.area):
            continue
        if not spread.is_shared:
            torn.append(area)
        elif spread.address in tile.area and not (area.first in tile.area and area.last in tile.area):
            torn.append(Area(spread.address, spread.address))
    return torn


def _renamed_headers(tile: Tile, headers: Sequence[HeaderRow]) -> list[Address]:
    met = [header for header in headers if header.area.meets(tile.area)]
    return [
        address
        for address, value in tile.cells()
        for header in met
        if address in header.area and header.columns[address.column - header.area.first.column] != value
    ]


def _fault(tile: Tile, cells: Sequence[Address], code: str, reason: str, remedy: str) -> list[Fault]:
    if not cells:
        return []
    named = ", ".join(str(cell) for cell in cells[:_NAMED_AT_MOST])
    more = f" and {len(cells) - _NAMED_AT_MOST:,} more" if len(cells) > _NAMED_AT_MOST else ""
    problem = f"a cell {reason}." if len(cells) == 1 else f"{len(cells):,} cells: each {reason}."
    return [Fault(code, problem, remedy, f"{tile.sheet}!{named}{more}")]
