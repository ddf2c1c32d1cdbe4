"""What XlsxWriter cannot write: charts that keep their size, and a tab of buttons in the ribbon."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lxml import etree

from mmxlib_excel.editing.archive import Archive, archive_bytes, read_archive, xml_bytes, xml_root
from mmxlib_excel.layout.spec import Chart

PLACE = "workbook_template.xlsm"
"""How errors name the workbook while it is built."""

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_RIBBON_PART = "customUI/customUI14.xml"
_RIBBON_TYPE = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_ROOT_RELATIONSHIPS = "_rels/.rels"
_UNITS_PER_PIXEL = 9525


def finished(content: bytes, charts: Sequence[Sequence[Chart]], ribbon: bytes | None) -> bytes:
    """Return the workbook with every chart held by one corner, and with its tab in the ribbon.

    Held by two corners, as XlsxWriter does, a chart would be stretched when columns below it are hidden or
    shown in the file.

    Parameters
    ----------
    content
        The workbook.
    charts
        The charts of each sheet that has any, in the order of the sheets.
    ribbon
        The ribbon's own part, None where there is none.
    """
    archive = read_archive(content, place=PLACE)
    changes: dict[str, bytes | None] = {}
    for number, of_sheet in enumerate(charts, start=1):
        part = f"xl/drawings/drawing{number}.xml"
        root = xml_root(archive, part)
        for anchor, chart in zip(root.findall(f"{_DRAWING}twoCellAnchor"), of_sheet, strict=True):
            _hold_by_one_corner(anchor, chart)
        changes[part] = xml_bytes(root)
    if ribbon is None:
        return archive_bytes(archive, changes)
    changes[_ROOT_RELATIONSHIPS] = _with_relationship(archive)
    return archive_bytes(_with_part(archive, _RIBBON_PART, ribbon), changes)


def _hold_by_one_corner(anchor: etree._Element, chart: Chart) -> None:
    anchor.tag = f"{_DRAWING}oneCellAnchor"
    anchor.attrib.clear()
    size = etree.Element(f"{_DRAWING}ext")
    size.set("cx", str(chart.width * _UNITS_PER_PIXEL))
    size.set("cy", str(chart.height * _UNITS_PER_PIXEL))
    for corner in anchor.findall(f"{_DRAWING}to"):
        anchor.replace(corner, size)


def _with_relationship(archive: Archive) -> bytes:
    """Return the package's relationships with one to the ribbon."""
    root = xml_root(archive, _ROOT_RELATIONSHIPS)
    relationship = etree.SubElement(root, _RELATIONSHIP)
    relationship.set("Id", "rIdMmxRibbon")
    relationship.set("Type", _RIBBON_TYPE)
    relationship.set("Target", _RIBBON_PART)
    return xml_bytes(root)


def _with_part(archive: Archive, name: str, content: bytes) -> Archive:
    entry = zipfile.ZipInfo(name, archive.entries[0].date_time)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = archive.entries[0].create_system
    entry.external_attr = archive.entries[0].external_attr
    parts: Mapping[str, bytes] = {**archive.parts, name: content}
    return replace(archive, entries=(*archive.entries, entry), parts=parts)
