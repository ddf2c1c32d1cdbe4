"""Workbooks made to use up memory or time, to read other files, or to lie: each refused at once, in words."""

import io
import re
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from mmxlib.data.reading import read_panel
from mmxlib.errors import DataError
from tests.bad_inputs import build
from tests.bad_inputs.build import clean
from tests.bad_inputs.test_cases import LIBRARY_WORDS, clean_digest, digest

MOST_SECONDS = 10.0  # on a machine with much else to do; each takes a fraction of a second
CLEAN = build.xlsx_bytes(clean())
SHEET = "xl/worksheets/sheet1.xml"


def changed(change: Callable[[bytes], bytes], part: str = SHEET) -> bytes:
    """Return the clean workbook with one of its parts changed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(CLEAN)) as book,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in book.namelist():
            content = book.read(name)
            made.writestr(name, change(content) if name == part else content)
    return stream.getvalue()


def with_entities(declared: bytes, used: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        head, mark, rest = content.partition(b"<worksheet")
        trap = head + b"<!DOCTYPE worksheet [" + declared + b"]>" + mark + rest
        return trap.replace(b"<v>", b"<v>" + used, 1)

    return change


LAUGHS = b'<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (ord("a") + k, b"&%c;" % (ord("a") + k - 1) * 10) for k in range(1, 12)
)


def at(cell: bytes, row: bytes) -> Callable[[bytes], bytes]:
    """Return a change that adds a cell anywhere, also where no sheet has one."""
    added = b'<row r="%s"><c r="%s" t="inlineStr"><is><t>x</t></is></c></row></sheetData>' % (row, cell)
    return lambda content: content.replace(b"</sheetData>", added)


def lying() -> bytes:
    """Return a package whose part unpacks to more than it declares."""
    content = changed(lambda sheet: sheet + b" " * 30_000_000)
    size = re.escape((30_000_000 + len(zipfile.ZipFile(io.BytesIO(CLEAN)).read(SHEET))).to_bytes(4, "little"))
    return re.sub(size, (1000).to_bytes(4, "little"), content)


def with_link() -> bytes:
    stream = io.BytesIO(CLEAN)
    with zipfile.ZipFile(stream, "a") as package:
        package.writestr("../../../tmp/outside.xml", "<x/>")
        package.writestr("/etc/outside.xml", "<x/>")
    return stream.getvalue()


def many_parts() -> bytes:
    stream = io.BytesIO(CLEAN)
    with zipfile.ZipFile(stream, "a") as package:
        for number in range(2_100):
            package.writestr(f"xl/media/{number}.png", "")
    return stream.getvalue()


TRAPS: dict[str, tuple[bytes, str]] = {
    "a billion laughs": (changed(with_entities(LAUGHS, b"&l;")), "damaged|unsafe"),
    "a file of the machine": (
        changed(with_entities(b'<!ENTITY x SYSTEM "file:///etc/passwd">', b"&x;")), "damaged|unsafe",
    ),
    "an address": (
        changed(with_entities(b'<!ENTITY x SYSTEM "http://127.0.0.1:9/">', b"&x;")), "damaged|unsafe",
    ),
    "a declaration from outside": (
        changed(with_entities(b'<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;', b"")), "damaged|unsafe",
    ),
    "a row that no sheet has": (changed(at(b"A2000000000", b"2000000000")), "damaged"),
    "a column that no sheet has": (changed(at(b"ZZZZZZ400", b"400")), "damaged"),
    "a part that lies about its size": (lying(), "damaged"),
    "many parts": (many_parts(), "2,1[0-9]{2} parts"),
    "a part of zeros": (changed(lambda sheet: sheet + b" " * 300_000_000), "unpacks to"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(TRAPS))
def test_a_trap_is_refused_at_once_in_words(name: str, tmp_path: Path) -> None:
    content, words = TRAPS[name]
    (tmp_path / "sales.xlsx").write_bytes(content)
    start = time.process_time()
    with pytest.raises(DataError, match=words) as caught:
        read_panel(tmp_path / "sales.xlsx")
    assert time.process_time() - start < MOST_SECONDS
    assert not LIBRARY_WORDS.search(str(caught.value))
    assert "root:" not in str(caught.value)


@pytest.mark.parametrize("cell", ["A1048576", "XFD1048576", "XFD2000"])
def test_a_blank_cell_in_the_last_corner_costs_nothing(cell: str, tmp_path: Path) -> None:
    def stray(book: object) -> None:
        book.worksheets[0][cell] = " "  # type: ignore[attr-defined]  # a workbook

    path = tmp_path / "sales.xlsx"
    path.write_bytes(build.xlsx_bytes(clean().painted(stray)))
    start = time.process_time()
    assert digest(read_panel(path)) == clean_digest()
    assert time.process_time() - start < MOST_SECONDS


def test_parts_with_paths_to_elsewhere_are_never_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "deeper" / "sales.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(with_link())
    assert digest(read_panel(path)) == clean_digest()
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == ["sales.xlsx"]


def test_the_traps_are_what_they_say() -> None:
    with zipfile.ZipFile(io.BytesIO(TRAPS["a part that lies about its size"][0])) as package:
        declared = package.getinfo(SHEET)
        assert declared.file_size == 1000
        start = package.start_dir - declared.compress_size
        assert start > 0
    with zipfile.ZipFile(io.BytesIO(TRAPS["a part of zeros"][0])) as package:
        assert package.getinfo(SHEET).file_size > 300_000_000
    assert zlib.crc32(CLEAN) != zlib.crc32(TRAPS["a row that no sheet has"][0])
