"""Looks into every file that a run writes, each with its own reader, for what data might have slipped in."""

import base64
import csv
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import PurePosixPath

import matplotlib.image
import openpyxl

FORMULA_STARTS = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
OWN_ADDRESS = ("data:", "#")
RAW_HTML = re.compile(r"(?<!\\)<(?!br>)[a-zA-Z!/?]")
LIVE_LINK = re.compile(r"(?<!\\)\]\((?!\.|[a-z_]+/)")


def faults_of(path: str, content: bytes) -> list[str]:
    """Return what is wrong with one file: its name, or what it would do when it is opened."""
    pure = PurePosixPath(path)
    wrong = [] if not pure.is_absolute() and ".." not in pure.parts else ["lies outside"]
    if not path.isascii() or set(path) & set('<>:"|?*\\'):
        wrong.append("has an unsafe name")
    return [f"{path}: {each}" for each in (*wrong, *_READERS[pure.suffix](content))]


def _csv(content: bytes) -> Iterator[str]:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    if len(set(map(len, rows))) > 1:
        yield "has rows of different width"
    for cell in {cell for row in rows for cell in row}:
        if cell.startswith(FORMULA_STARTS) and not _is_number(cell):
            yield f"begins like a formula: {cell!r}"


def _xlsx(content: bytes) -> Iterator[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            yield from (
                f"{sheet.title}!{cell.coordinate} is a formula" for cell in row if cell.data_type == "f"
            )
            yield from (f"{sheet.title}!{cell.coordinate} has a link" for cell in row if _links_out(cell))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            text = package.read(name).decode("utf-8", "ignore")
            if "externalLink" in name or 'TargetMode="External"' in text or re.search(r"<f[ >]", text):
                yield f"{name} leads outside or computes"
            for formula in re.findall(r"<c:f>([^<]*)</c:f>", text):
                if not re.fullmatch(r"('[\w ]+'|\w+)!\$?[A-Z]+\$?\d+(:\$?[A-Z]+\$?\d+)?", formula):
                    yield f"{name} draws {formula!r}"


def _links_out(cell: object) -> bool:
    link = getattr(cell, "hyperlink", None)
    return link is not None and link.target is not None


class _Page(HTMLParser):
    """What a browser would act on: scripts, attributes that run, addresses."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scripts, self.found = 0, list[str]()
        self.pictures: list[bytes] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        if tag in ("iframe", "object", "embed", "base", "form", "math"):
            self.found.append(f"holds <{tag}>")
        for name, value in attrs:
            if name.startswith("on"):
                self.found.append(f"runs {name}={value!r}")
            if (
                name in ("src", "href", "action", "xlink:href")
                and value
                and not value.startswith(OWN_ADDRESS)
            ):
                self.found.append(f"leads to {value!r}")
            if value and value.startswith("data:image/svg+xml;base64,"):
                self.pictures.append(base64.b64decode(value.partition("base64,")[2]))


def _html(content: bytes) -> Iterator[str]:
    page = _Page(content.decode("utf-8"))
    yield from page.found
    if page.scripts > 1:
        yield f"has {page.scripts} scripts"
    for picture in page.pictures:
        yield from _svg(picture)


def _svg(content: bytes) -> Iterator[str]:
    for each in ET.fromstring(content).iter():
        tag = str(each.tag).rpartition("}")[2]
        if tag in ("script", "foreignObject", "iframe", "a"):
            yield f"a picture holds <{tag}>"
        for name, value in each.attrib.items():
            plain = name.rpartition("}")[2]
            if plain.startswith("on") or (plain == "href" and not value.startswith(OWN_ADDRESS)):
                yield f"a picture has {plain}={value!r}"


def _markdown(content: bytes) -> Iterator[str]:
    text = content.decode("utf-8")
    yield from (f"has HTML: {text[at.start() : at.start() + 40]!r}" for at in RAW_HTML.finditer(text))
    yield from (f"has a link: {text[at.start() : at.start() + 40]!r}" for at in LIVE_LINK.finditer(text))


def _json(content: bytes) -> Iterator[str]:
    json.loads(content.decode("utf-8"))
    yield from ()


def _png(content: bytes) -> Iterator[str]:
    if not matplotlib.image.imread(io.BytesIO(content)).size:
        yield "is empty"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


_READERS: Mapping[str, Callable[[bytes], Iterator[str]]] = {
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".html": _html,
    ".md": _markdown,
    ".json": _json,
    ".png": _png,
    ".svg": _svg,
}
"""A file of any other kind fails: whoever writes one says here how it is looked into."""
