"""Where things stand in a workbook's package: its sheets, their tables, the order of calculation."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from mmxlib.errors import WorkbookError
from mmxlib_excel.editing.addresses import Area
from mmxlib_excel.editing.archive import Archive, xml_bytes, xml_root
from mmxlib_excel.editing.sheet_xml import tag

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT_TYPES = "[Content_Types].xml"
# The elements that precede calcPr in a workbook's part, from the nearest (ECMA-376 18.2.27).
_BEFORE_CALCULATION = ("definedNames", "externalReferences", "functionGroups", "sheets")


@dataclass(frozen=True, slots=True)
class Relation:
    """A tie from one part to another: what kind, and the part's name."""

    kind: str
    part: str


@dataclass(frozen=True, slots=True)
class WorkbookParts:
    """The workbook's own part, its sheets' parts by name, and whether its days count from 1904."""

    part: str
    sheets: Mapping[str, str]
    from_1904: bool


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """The header cells of a table: Excel repairs the file when they differ from the columns' names."""

    table: str
    area: Area
    columns: tuple[str, ...]


def workbook_parts(archive: Archive) -> WorkbookParts:
    """Return where the workbook's parts are.

    Raises
    ------
    WorkbookError
        If it is no spreadsheet, or of the strict variant that few programs write.
    """
    part = next(
        (tie.part for tie in _relations(archive, "").values() if tie.kind == "officeDocument"),
        "xl/workbook.xml",
    )
    root = xml_root(archive, part)
    if root.tag != tag("workbook"):
        raise WorkbookError(
            "this is not a workbook in the common format.",
            remedy="Save it in Excel as Excel Workbook (.xlsx) or macro-enabled workbook (.xlsm).",
            code="MMX-X017",
            place=archive.place,
        )
    ties = _relations(archive, part)
    sheets = {
        sheet.get("name", ""): ties[sheet.get(f"{{{_RELATIONS}}}id", "")].part
        for sheet in root.iterfind(f"{tag('sheets')}/{tag('sheet')}")
        if sheet.get(f"{{{_RELATIONS}}}id", "") in ties
    }
    properties = root.find(tag("workbookPr"))
    from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    return WorkbookParts(part, sheets, from_1904)


def header_rows(archive: Archive, sheet_part: str) -> list[HeaderRow]:
    """Return the header cells of the tables on a sheet."""
    rows = []
    for tie in _relations(archive, sheet_part).values():
        if tie.kind != "table":
            continue
        table = xml_root(archive, tie.part)
        if table.get("headerRowCount", "1") == "0":
            continue
        area = Area.parse(table.get("ref", ""))
        header = Area(area.first, type(area.last)(area.first.row, area.last.column))
        columns = tuple(column.get("name", "") for column in table.iter(tag("tableColumn")))
        rows.append(HeaderRow(table.get("displayName", ""), header, columns))
    return rows


def recalculating(archive: Archive, part: str) -> dict[str, bytes | None]:
    """Return the change that makes Excel calculate everything on opening, none where it does already."""
    root = xml_root(archive, part)
    calculation = root.find(tag("calcPr"))
    if calculation is None:
        calculation = etree.Element(tag("calcPr"))
        before = next(
            root.find(tag(name)) for name in _BEFORE_CALCULATION if root.find(tag(name)) is not None
        )
        assert before is not None
        before.addnext(calculation)
    if calculation.get("fullCalcOnLoad") in ("1", "true"):
        return {}
    calculation.set("fullCalcOnLoad", "1")
    return {part: xml_bytes(root)}


def without_calculation_order(archive: Archive, part: str) -> dict[str, bytes | None]:
    """Return the changes that drop the list of formula cells, which is false once a formula is gone.

    Excel writes it anew; a list that names a cell without formula makes it repair the file.
    """
    ties = _relations(archive, part)
    found = next(((identity, tie.part) for identity, tie in ties.items() if tie.kind == "calcChain"), None)
    if found is None:
        return {}
    identity, chain = found
    ties_part = _relations_part(part)
    ties_root, types = xml_root(archive, ties_part), xml_root(archive, _CONTENT_TYPES)
    for element in [*ties_root, *types]:
        parent = element.getparent()
        if parent is not None and (element.get("Id") == identity or element.get("PartName") == f"/{chain}"):
            parent.remove(element)
    return {chain: None, ties_part: xml_bytes(ties_root), _CONTENT_TYPES: xml_bytes(types)}


def _relations_part(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relations(archive: Archive, part: str) -> dict[str, Relation]:
    """Return the ties of a part (of the package where it is empty) by their id, links outside left out."""
    ties_part = _relations_part(part)
    if ties_part not in archive.parts:
        return {}
    folder = posixpath.dirname(part)
    return {
        tie.get("Id", ""): Relation(
            kind=tie.get("Type", "").rpartition("/")[2],
            part=posixpath.normpath(posixpath.join("/", folder, tie.get("Target", ""))).lstrip("/"),
        )
        for tie in xml_root(archive, ties_part)
        if tie.get("TargetMode") != "External" and isinstance(tie.tag, str)
    }
