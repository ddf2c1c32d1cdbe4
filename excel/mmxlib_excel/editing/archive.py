"""A workbook's file as the zip it is: opened with guards, its untouched parts written back unchanged."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from mmxlib.data.workbooks import MAX_ENTRIES, MAX_RATIO, MAX_UNPACKED_BYTES
from mmxlib.errors import WorkbookError

_COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")
_DAMAGED = "Open it in Excel, let Excel repair it, save it and try again."


@dataclass(frozen=True, slots=True)
class Archive:
    """The parts of a workbook's file by name; ``place`` is how an error names the file."""

    place: str
    entries: tuple[zipfile.ZipInfo, ...]
    parts: Mapping[str, bytes]


def read_archive(content: bytes, *, place: str) -> Archive:
    """Return the parts of a workbook's file.

    Raises
    ------
    WorkbookError
        If it is no workbook, protected with a password, damaged, or unpacks to more than a workbook should.
    """
    if content.startswith(_COMPOUND_FILE):
        raise WorkbookError(
            "the workbook is protected with a password, or in the format of Excel before 2007.",
            remedy="In Excel remove the password (File, Info, Protect Workbook) or save as .xlsx or .xlsm.",
            code="MMX-X011",
            place=place,
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = tuple(package.infolist())
            _guard(entries, len(content), place)
            parts = {entry.filename: package.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        raise WorkbookError(
            "this is not an Excel workbook, or it is damaged or incomplete.",
            remedy=_DAMAGED,
            code="MMX-X012",
            place=place,
        ) from error
    return Archive(place, entries, parts)


def _guard(entries: tuple[zipfile.ZipInfo, ...], packed: int, place: str) -> None:
    """Refuse what would fill the memory, before anything is unpacked; sizes are what the zip declares.

    The reader never unpacks more than is declared, so a false declaration ends as a damaged file.
    """
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * packed or len(entries) > MAX_ENTRIES:
        raise WorkbookError(
            f"the workbook unpacks to {unpacked / 1e6:,.0f} MB in {len(entries):,} parts, "
            f"{unpacked / max(packed, 1):,.0f} times its size.",
            remedy=f"Use one with at most {MAX_UNPACKED_BYTES / 1e6:,.0f} MB, {MAX_ENTRIES:,} parts and "
            f"{MAX_RATIO} times.",
            code="MMX-X013",
            place=place,
        )
    if len({entry.filename.lower() for entry in entries}) < len(entries):
        raise WorkbookError(
            "the workbook holds two parts of the same name.", remedy=_DAMAGED, code="MMX-X014", place=place
        )


def archive_bytes(archive: Archive, changes: Mapping[str, bytes | None]) -> bytes:
    """Return the file with ``changes`` made: new content by part, None where a part goes.

    Order, dates and every other part stay as they were; the same input gives the same bytes.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for entry in archive.entries:
            content = changes.get(entry.filename, archive.parts[entry.filename])
            if content is not None:
                package.writestr(_header(entry), content)
    return target.getvalue()


def _header(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    header = zipfile.ZipInfo(entry.filename, entry.date_time)
    header.compress_type = zipfile.ZIP_STORED if entry.compress_type == 0 else zipfile.ZIP_DEFLATED
    header.create_system = entry.create_system
    header.external_attr = entry.external_attr
    return header


def xml_root(archive: Archive, part: str) -> etree._Element:
    """Return the XML of a part, its entities and document type refused.

    Raises
    ------
    WorkbookError
        If the part is missing, not well-formed, or declares entities.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(archive.parts[part], parser)
    except (KeyError, etree.XMLSyntaxError) as error:
        raise WorkbookError(
            f"the part {part} of the workbook is missing or damaged.",
            remedy=_DAMAGED,
            code="MMX-X015",
            place=archive.place,
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise WorkbookError(
            f"the part {part} of the workbook declares entities, which no spreadsheet program writes.",
            remedy="Do not trust this file; ask its sender for another.",
            code="MMX-X016",
            place=archive.place,
        )
    return root


def xml_bytes(root: etree._Element) -> bytes:
    """Return a part's XML as it is stored."""
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)
