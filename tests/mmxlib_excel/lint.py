"""What the Open XML SDK does not look at: what makes Excel repair a workbook or leaves a button dead.

Nothing of mmxlib reads the workbook here: what wrote it shall not judge it.
"""

import io
import posixpath
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter, range_boundaries

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the reader's own imports warn; that is not ours to mend
    from oletools.olevba import VBA_Parser

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LONGEST_TEXT = 32_767
MACROS = "xl/vbaProject.bin"
COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_SUB = re.compile(r"^\s*(?:Public\s+)?Sub\s+(\w+)\s*(\(\s*\))?", re.IGNORECASE | re.MULTILINE)
_REFERENCE = re.compile(r"('(?:[^']|'')+'|[^'!(),]+)!")


@dataclass(frozen=True)
class Package:
    """A workbook's file: its parts' names, and those of XML as trees. Not slotted: it keeps what it read."""

    content: bytes

    @cached_property
    def names(self) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(self.content)) as package:
            return package.namelist()

    def read(self, name: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(self.content)) as package:
            return package.read(name)

    @cached_property
    def trees(self) -> dict[str, etree._Element]:
        """Each part of XML; one that is not well-formed is missing."""
        found = {}
        for name in dict.fromkeys(self.names):
            if name.endswith((".xml", ".rels", ".vml")) and not malformed(self.read(name)):
                found[name] = etree.fromstring(self.read(name))
        return found

    @cached_property
    def sheets(self) -> dict[str, etree._Element]:
        return {name: tree for name, tree in self.trees.items() if _SHEET.fullmatch(name)}

    @cached_property
    def shared_texts(self) -> list[str]:
        tree = self.trees.get("xl/sharedStrings.xml")
        return [] if tree is None else ["".join(item.itertext()) for item in tree]

    @cached_property
    def modules(self) -> dict[str, str]:
        """The text of each module of macros by its name; none where the project cannot be read."""
        if MACROS not in self.names or not self.read(MACROS).startswith(COMPOUND_FILE):
            return {}
        parser = VBA_Parser("vbaProject.bin", data=self.read(MACROS))
        try:
            found = list(parser.extract_macros())
        finally:
            parser.close()
        return {
            name.rpartition(".")[0]: text if isinstance(text, str) else text.decode("cp1252")
            for _, _, name, text in found
        }


def malformed(content: bytes) -> str:
    """Return what is wrong with a part of XML, or nothing."""
    try:
        etree.fromstring(content)
    except etree.XMLSyntaxError as error:
        return str(error)
    return ""


def faults(content: bytes) -> list[str]:
    """Return everything that is wrong with a workbook, part by part; nothing for a sound one."""
    package = Package(content)
    checks = (
        part_faults,
        relation_faults,
        name_faults,
        cell_faults,
        table_faults,
        macro_faults,
        button_faults,
    )
    return [fault for check in checks for fault in check(package)]


def part_faults(package: Package) -> Iterator[str]:
    """Yield parts that stand twice or are no XML."""
    for name, times in Counter(package.names).items():
        if times > 1:
            yield f"{name}: stands {times} times in the file"
        problem = malformed(package.read(name)) if name.endswith((".xml", ".rels", ".vml")) else ""
        if problem:
            yield f"{name}: not well-formed: {problem}"


def relation_faults(package: Package) -> Iterator[str]:
    """Yield ties to parts that are not there, or to something outside the file."""
    for name, tree in package.trees.items():
        if not name.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(name))
        for tie in tree:
            target = tie.get("Target", "")
            if tie.get("TargetMode") == "External":
                yield f"{name}: leads outside, to {target}"
            elif posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") not in package.names:
                yield f"{name}: {target} is not in the file"


def name_faults(package: Package) -> Iterator[str]:
    """Yield defined names that stand twice or refer to what is not there."""
    workbook = package.trees["xl/workbook.xml"]
    sheets = {sheet.get("name", "").lower() for sheet in workbook.iter(f"{MAIN}sheet")}
    names = list(workbook.iter(f"{MAIN}definedName"))
    for (name, _), times in Counter(
        (each.get("name", "").lower(), each.get("localSheetId")) for each in names
    ).items():
        if times > 1:
            yield f"the name {name} is defined {times} times"
    for each in names:
        text = each.text or ""
        without_texts = re.sub(r'"[^"]*"', "", text)
        known = [
            found.strip("'").replace("''", "'").lstrip("=+-*/&").lower() in sheets
            for found in _REFERENCE.findall(without_texts)
        ]
        if "#REF!" in text or not all(known):
            yield f"the name {each.get('name')} refers to what is not there: {text}"


def cell_faults(package: Package) -> Iterator[str]:
    """Yield rows and cells out of order, texts that are not there, texts too long."""
    for name, tree in package.sheets.items():
        last_row = 0
        for row in tree.iter(f"{MAIN}row"):
            number, last_column = int(row.get("r", "0")), 0
            if number <= last_row:
                yield f"{name}: row {number} stands out of order"
            last_row = number
            for cell in row:
                at_row, column = coordinate_to_tuple(cell.get("r", ""))
                if at_row != number or column <= last_column:
                    yield f"{name}: the cell {cell.get('r')} stands out of order"
                last_column = column
                yield from (f"{name}: {cell.get('r')} {fault}" for fault in _text_faults(package, cell))


def _text_faults(package: Package, cell: etree._Element) -> Iterator[str]:
    number = cell.findtext(f"{MAIN}v")
    if cell.get("t") == "s" and int(number or "-1") not in range(len(package.shared_texts)):
        yield f"shows the text {number}, which is not there"
    elif len(_cell_text(package, cell)) > LONGEST_TEXT:
        yield f"has more than {LONGEST_TEXT:,} characters"


def _cell_text(package: Package, cell: etree._Element) -> str:
    if cell.get("t") == "s":
        return package.shared_texts[int(cell.findtext(f"{MAIN}v") or "-1")]
    inline = cell.find(f"{MAIN}is")
    return cell.findtext(f"{MAIN}v") or "" if inline is None else "".join(inline.itertext())


def table_faults(package: Package) -> Iterator[str]:
    """Yield tables whose area or headings differ from the cells that they cover."""
    for name, tree in package.trees.items():
        if not name.startswith("xl/tables/"):
            continue
        columns = [column.get("name", "") for column in tree.iter(f"{MAIN}tableColumn")]
        area = tree.get("ref", "")
        if not re.fullmatch(r"[A-Z]+\d+:[A-Z]+\d+", area):
            yield f"{name}: {area!r} is no area"
            continue
        first_column, first_row, last_column, _ = range_boundaries(area)
        if last_column - first_column + 1 != len(columns):
            yield f"{name}: {area} is not {len(columns)} columns wide"
        sheet = _owner(package, name)
        if sheet is None:
            yield f"{name}: belongs to no sheet"
            continue
        cells = {cell.get("r"): cell for cell in sheet.iter(f"{MAIN}c")}
        for number, column in enumerate(columns):
            at = f"{get_column_letter(first_column + number)}{first_row}"
            shown = _cell_text(package, cells[at]) if at in cells else ""
            if shown != column:
                yield f"{name}: the column {column!r} is headed {shown!r} in {at}"


def _owner(package: Package, table: str) -> etree._Element | None:
    """Return the sheet that a table belongs to, where one does."""
    for name, tree in package.sheets.items():
        folder, file = posixpath.split(name)
        ties = package.trees.get(f"{folder}/_rels/{file}.rels")
        targets = [] if ties is None else [tie.get("Target", "") for tie in ties]
        if any(posixpath.basename(target) == posixpath.basename(table) for target in targets):
            return tree
    return None


def macro_faults(package: Package) -> Iterator[str]:
    """Yield a file that does not say it has macros, unreadable macros, sheets without their module."""
    if MACROS not in package.names:
        return
    if b"macroEnabled" not in package.read("[Content_Types].xml"):
        yield "[Content_Types].xml: does not say that the workbook has macros"
    if not package.modules:
        yield f"{MACROS}: no module can be read"
        return
    for name, tree in package.sheets.items():
        properties = tree.find(f"{MAIN}sheetPr")
        code_name = None if properties is None else properties.get("codeName")
        if code_name not in package.modules:
            yield f"{name}: no module is named {code_name}"


def button_faults(package: Package) -> Iterator[str]:
    """Yield buttons and commands of the ribbon whose macro is not there."""
    subs = [found for text in package.modules.values() for found in _SUB.findall(text)]
    plain = {name.lower() for name, bare in subs if bare}
    taking_control = {name.lower() for name, bare in subs if not bare}
    for name, tree in package.trees.items():
        for element in tree.iter(etree.Element):
            text = element.text or ""
            if name.endswith(".vml") and etree.QName(element).localname == "FmlaMacro":
                if re.split(r"[!.]", text)[-1].lower() not in plain:
                    yield f"{name}: no macro {text} for a button"
            elif name.startswith("customUI/") and element.get("onAction"):
                callback = element.get("onAction", "")
                if callback.rpartition(".")[2].lower() not in taking_control:
                    yield f"{name}: no macro {callback} that takes the control"
