"""The XML of one sheet: which cells are free to change, and new values in them, all else as it was."""

import string
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from mmxlib_excel.editing.addresses import Address, Area, column_of, count
from mmxlib_excel.editing.cell_values import StoredValue

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def tag(name: str) -> str:
    """Return the full name of an element of a workbook's XML."""
    return f"{{{MAIN}}}{name}"


@dataclass(frozen=True, slots=True)
class Spread:
    """A formula that fills several cells: where it stands, what it fills, whether Excel shares it."""

    address: Address
    area: Area
    is_shared: bool


class SheetXml:
    """A sheet's XML while its cells are edited.

    It has state because a tree of this size is edited in place; nothing else holds the tree.
    """

    def __init__(self, root: etree._Element, content: etree._Element) -> None:
        self.root = root
        self._rows = _Ordered(content, "row", lambda row: count(row.get("r", "")))
        self._cells: dict[int, _Ordered] = {}
        self._column_styles = [
            (count(column.get("min", "")), count(column.get("max", "")), column.get("style"))
            for column in root.iterfind(f"{tag('cols')}/{tag('col')}")
        ]

    @cached_property
    def formulas(self) -> Mapping[int, Mapping[Address, etree._Element]]:
        """The formulas that the file holds, by their row and cell."""
        found: dict[int, dict[Address, etree._Element]] = {}
        for formula in self.root.iter(tag("f")):
            cell = formula.getparent()
            if cell is not None:
                address = Address.parse(cell.get("r", ""))
                found.setdefault(address.row, {})[address] = formula
        return found

    @cached_property
    def spreads(self) -> Sequence[Spread]:
        """The formulas that fill several cells."""
        return [
            Spread(address, area, is_shared=formula.get("t") == "shared")
            for in_row in self.formulas.values()
            for address, formula in in_row.items()
            if formula.get("ref") and not (area := Area.parse(formula.get("ref", ""))).single
        ]

    @cached_property
    def merged_areas(self) -> list[Area]:
        """The areas of merged cells."""
        path = f"{tag('mergeCells')}/{tag('mergeCell')}"
        return [Area.parse(merge.get("ref", "")) for merge in self.root.iterfind(path)]

    def put(self, address: Address, value: StoredValue | None) -> None:
        """Write ``value`` into a cell, None to empty it; the cell keeps its format."""
        cell = self._cell(address)
        if cell is None:
            if value is None:
                return
            cell = self._new_cell(address)
        for child in list(cell):
            cell.remove(child)
        stated = cell.attrib
        for attribute in ("t", "cm", "vm", "ph"):  # type and marks of the old value
            stated.pop(attribute, "")
        if value is None:
            return
        if value.kind is not None:
            cell.set("t", value.kind)
        if value.kind == "inlineStr":
            text = etree.SubElement(etree.SubElement(cell, tag("is")), tag("t"))
            if value.text != " ".join(value.text.split()):
                text.set(_SPACE, "preserve")
        else:
            text = etree.SubElement(cell, tag("v"))
        text.text = value.text

    def row(self, number: int) -> etree._Element | None:
        """Return a row, None where the file states none."""
        return self._rows.get(number)

    def new_row(self, number: int) -> etree._Element:
        """Return a row that the file did not state, now in its place."""
        return self._rows.add(number, etree.Element(tag("row"), r=str(number)))

    def fit_dimension(self) -> None:
        """Make the stated extent of the sheet cover all its cells."""
        dimension = self.root.find(tag("dimension"))
        if dimension is None:
            return
        named = [cell.get("r", "") for cell in self.root.iter(tag("c"))]
        # one cell of each row and of each column reaches as far as all of them
        ends = {name.lstrip(string.ascii_uppercase): name for name in named}.values()
        sides = {name.rstrip(string.digits): name for name in named}.values()
        cells = [Address.parse(name) for name in (*ends, *sides)]
        if not cells:
            return
        rows, columns = [cell.row for cell in cells], [cell.column for cell in cells]
        area = Area(Address(min(rows), min(columns)), Address(max(rows), max(columns)))
        dimension.set("ref", str(area))

    def _cell(self, address: Address) -> etree._Element | None:
        row = self._rows.get(address.row)
        return None if row is None else self._row_cells(address.row, row).get(address.column)

    def _row_cells(self, number: int, row: etree._Element) -> "_Ordered":
        if number not in self._cells:
            self._cells[number] = _Ordered(row, "c", lambda cell: column_of(cell.get("r", "")))
        return self._cells[number]

    def _new_cell(self, address: Address) -> etree._Element:
        row = self._rows.get(address.row)
        if row is None:
            row = self.new_row(address.row)
        row.attrib.pop("spans", "")  # an optional hint of the columns in use, which no longer holds
        cell = etree.Element(tag("c"), r=str(address))
        style = (
            row.get("s") if row.get("customFormat") in ("1", "true") else self._column_style(address.column)
        )
        if style is not None:
            cell.set("s", style)
        return self._row_cells(address.row, row).add(address.column, cell)

    def _column_style(self, column: int) -> str | None:
        return next((style for first, last, style in self._column_styles if first <= column <= last), None)


class _Ordered:
    """The children of one name by their number, kept in order while new ones come in."""

    def __init__(self, parent: etree._Element, name: str, number_of: Callable[[etree._Element], int]) -> None:
        self._parent = parent
        self._children = {number_of(child): child for child in parent.iterchildren(tag(name))}
        self._numbers = sorted(self._children)

    def get(self, number: int) -> etree._Element | None:
        return self._children.get(number)

    def add(self, number: int, child: etree._Element) -> etree._Element:
        place = bisect_right(self._numbers, number)
        if place == 0:  # children of another name, if any, stand behind
            self._parent.insert(0, child)
        else:
            self._children[self._numbers[place - 1]].addnext(child)
        self._numbers.insert(place, number)
        self._children[number] = child
        return child


def numbered(content: etree._Element) -> None:
    """Write out the addresses that a file may leave unsaid, where they only continue the count."""
    last_row = 0
    for row in content.iterchildren(tag("row")):
        last_row = count(row.get("r", str(last_row + 1)))
        row.set("r", str(last_row))
        before: str | None = None
        for cell in row.iterchildren(tag("c")):
            name = cell.get("r")
            if name is None:
                last_column = 0 if before is None else column_of(before)
                name = str(Address(last_row, last_column + 1))
                cell.set("r", name)
            before = name
